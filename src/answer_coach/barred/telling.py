"""Whether a sentence tells of anything: an order, or talk to the reader, is no deed.

Evidence is what somebody did, saw or does.  Of 407 sentences that two readers credited in the exemplars, all but
thirty have a teller (I, we, my, our) or something that happened, and none of those thirty orders or speaks to a reader.
"""

from __future__ import annotations

import re

from answer_coach.barred.signs import Phrase, Sign
from answer_coach.folding import runs_in

PAST = (
    r"(?:\w{2,}(?<!ne)(?<!se)(?<!fe)ed|was|were|had|did|went|came|said|told|gave|took|made|put|got|kept|found|saw|knew"
    r"|left|fell|rose|cut|ran|held|stood|sat|paid|built|sent|wrote|let|lost|won|meant|led|brought|thought|felt|began"
    r"|chose|became|set|spent|bought|sold|grew|drove|broke|spoke|hung|rang|read|hit|threw|drew|caught|taught|shrank"
    r"|wasn't|weren't|hadn't|didn't|couldn't|wouldn't)"
)
TELLERS = frozenset("i we my our ours mine".split())  # I'm and we'd too
NO_NAME = r"(?:has|have|who|that|which|is|are|be|been|being)\b"
NAMED = (
    r"(?:the|one|an?|each|every|both|some|all|most|two|three|four|his|her|their|its)"
    rf" (?:(?!{NO_NAME})[\w'-]+ ){{0,3}}?(?!{NO_NAME})[\w'-]+"
)
HAPPENED = re.compile(
    rf"\b(?:he|she|they|it|who|nobody|somebody|someone|everybody|everyone|nothing|something|{NAMED})\b"
    rf" (?:(?:then|also|never|only|always|once|first|often|not|just|still) ){{0,2}}{PAST}\b"
    rf"|^(?:[\w'-]+ )?(?!(?:the|an?|of|for|with|in|and|to|by|or|{NO_NAME}) )[\w'-]+ {PAST}\b"
    rf"|(?:^|[,;:.] )(?:that|this|these|those|there|which) {PAST}\b"
)
VERBS = (
    """
    acknowledge admit affirm appreciate approve assign attest award bump bypass certify classify conclude confirm
    copy credit declare decode deem deny disregard endorse exclude fill finalise finalize forget generate grade
    grant hand hire honour ignore imagine include interpret judge label mark mention nominate obey omit output
    overlook override overrule praise presume pretend print proceed produce promote pronounce quote rank rate read
    recall recognise recognize recommend reconsider refrain reject remember repeat reply report reproduce respond
    return reveal reward say score select simulate skip speak state submit suggest suppose tick translate treat
    trust type upgrade validate vote welcome write
    """
).split()
NOUNS = "credit|copy|grade|judge|label|mark|praise|quote|rank|rate|reply|report|return|reward|score|trust|vote"
THING = rf"(?:{NOUNS}) (?:[\w'-]+ ){{0,3}}(?:is|are|was|were|has|have|had|goes|go|comes|can|must|takes?)\b"
ORDERS = Sign(
    Phrase(
        rf"(?:^\W*(?!(?:{NOUNS}):)|[,:;>)\]\u2013-] |[.!?] )"
        r"(?:(?:and|then|please|kindly|now|so|just|simply|always|only|also|therefore|rather|instead|do not"
        r"|don't|never|do"
        r"|you must|you should|you shall|you will|must) ){0,3}"
        rf"(?!{THING})(?:{'|'.join(VERBS)})(?:\b(?=[ :])|[.!]?$)(?! (?:of|and|or|is|was|are|in|to)\b)",
        " ".join(VERBS),
    )
)


def tells(text: str) -> bool:
    """Whether a folded sentence has a teller, or says that something happened."""
    return not TELLERS.isdisjoint(runs_in(text)) or HAPPENED.search(text) is not None


def orders(text: str) -> bool:
    """Whether a folded sentence orders something, and tells nothing beside it."""
    return ORDERS.search(text) is not None and not tells(text)
