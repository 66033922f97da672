"""Words that give away which part of a story a sentence tells, each with a weight; English ones.

They were written for stories as people tell them: transcripts, drafts with headings, and the English of those who
learned it late.  None decides alone: `star.py` weighs them with evidence, order and neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import get_args

from answer_coach.barred.telling import PAST
from answer_coach.rubric import Part

PARTS: tuple[Part, ...] = get_args(Part)
HEADING = re.compile(
    r"^\W*(?:the )?(?:(situation|context|background)|(tasks?|goal|challenge)|(actions?|approach|what i did)"
    r"|(results?|outcome|impact)|(reflections?|learnings?|lessons?(?: learned)?|takeaways?))\W*(?:$|[:-]\s)"
)
NUMBER = (
    r"(?:\d[\d.,]*|half|twice|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|nineteen"
    r"|twenty|thirty|forty|fifty|sixty|hundred|thousand|million|a (?:third|quarter|fifth|sixth|tenth|dozen))"
)
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter|easter|christmas)"
)
STATIC = r"(?:was|were|had|did|knew|felt|lost|learned|thought|saved|reached|ended)"
WHO = r"(?:i|we|my (?:team|people|colleague)|(?:one|two|three) of (?:us|my \w+|them))"
SOME = r"(?:(?:have|had|therefore|then|also|first|finally|all|both|\w+ly) ){0,2}"
DEED = rf"(?<!what ){WHO} {SOME}(?!{STATIC}\b){PAST}"
CUES: Mapping[Part, Sequence[tuple[float, str]]] = {
    "situation": (
        (1.5, r"(?:years?|months|winters|summers) ago|last (?:year|job|role|company)|back then"),
        (1.2, r"(?:i|we|this) (?:was|were) (?:\w+ )?(?:at|in|with|the|head|leading|part of)"),
        (1.2, r"until then|used to|at (?:the|that|this) (?:time|moment)|before that|the problem was"),
        (1.0, r"(?:i|we) (?:had|led|was in charge of)(?: a team of)? \w+ (?:\w+ )?(?:people|persons)|my team was"),
        (0.8, r"(?:nobody|no one) (?:knew|could|had)|(?:every|each|once a|twice a) (?:day|week|month|year|\w+er)"),
        (0.8, r"(?:would have|stood to) (?:lost|lose|gone|cost)|(?:had|has) (?:already|never|doubled|noticed|told)"),
        (0.6, r"too (?:often|late|slow|much)|worried|complain\w*|customers?|cost|costing|losses|paid"),
    ),
    "task": (
        (2.5, r"(?:was|were) (?:asked|told) to|asked (?:me|us) to|my (?:task|job|brief|mandate|part) was"),
        (2.0, r"(?:the|our|my|its) (?:goal|aim|target|task|objective) (?:was|for|of)|responsible for"),
        (1.6, r"success|we agreed|agreed one|agreed on|before we (?:began|started)|beforehand|promised"),
        (1.2, rf"(?:fewer than|less than|no more than|at most|at least|under|below|down to) (?:\w+ ){{0,2}}{NUMBER}"),
        (1.2, r"(?:had|needed|need) to (?:be|get|give|bring|know|reach|find|cut|stay)|wanted (?:one|a|me|us)"),
        (0.9, rf"(?:by|before) (?:the (?:end|summer|first)|{MONTH})|otherwise|or we|or i"),
    ),
    "action": (
        (1.2, DEED),
        (0.6, rf"{WHO} (?:\w+ ){{1,4}}?(?!{STATIC}\b){PAST}"),
        (1.2, r"so (?:i|we)|(?:first|then) (?:i|we)|my (?:decision|call)|(?:i|we) (?:take|make|build|drive|say|go)"),
        (1.2, r"refus\w+|object\w+|against it|afraid|fear\w*|doubt\w*|did not believe|convinc\w+|persuad\w+|argu\w+"),
        (1.0, r"instead|rather than|over a|because (?:a|the|it|nobody)|turned (?:it|that|out)|had to wait|a price"),
        (0.8, r"built|trained|fitted|predicted|labelled|cleaned|tested|modell?ed|pipeline|network|threshold|feature"),
        (0.6, r"wanted|offered|proposed|then|said"),
    ),
    "result": (
        (1.6, rf"(?:fell|dropped|rose|went|came|reached|grew|shrank|cut|halved|doubled|saved?|reduced|down)"
              rf"\b.*{NUMBER}"),
        (1.4, r"in the end|at the end|finally|as a result|the (?:result|outcome)|afterwards|was renewed|in production"),
        (1.4, r"stayed (?:at|the same|as)|did(?:n't| not) change|as much as ever|nothing (?:had )?moved|no change"),
        (1.2, r"(?:after|within|over) (?:\w+ ){1,2}(?:weeks?|months?|years?|winter)"
              r"|(?:year|month)s?(?: and a half)? later"),
        (1.0, r"now|(?:is|are|has been) still|still (?:running|in use|today)|no longer"
              r"|(?:haven't|has not|have not|never)\b.*\b(?:since|bought|needed)"),
        (1.0, rf"{NUMBER} (?:percent|per cent|in \w+)|instead of {NUMBER}|from {NUMBER}.* to {NUMBER}"),
        (1.0, r"\d ?%"),
        (1.0, r"(?:a lot|far|much|clearly|many|way|even) (?:fewer|less|more|better|faster|earlier)|ended up"),
        (0.8, r"confirmed|a/b|compared with|against the other|without it|left out|group that"),
    ),
    "reflection": (
        (3.0, r"since then|ever since|looking back|in hindsight|next time|these days|nowadays|never again"),
        (3.0, r"(?:i|we)(?: have|'ve)? learn(?:ed|t)|taught me|lessons?|learning|i (?:should|would) have"),
        (2.4, r"i now|now i|whenever i|do it again|differently|do otherwise|today i|i still|i no longer|i took from"
              r"|would (?:do|begin|start) (?:\w+ )?(?:otherwise|with)"),
        (1.5, r"i (?:have not|haven't|never) \w+.*\bsince|i(?:'d| would) (?:begin|start|bring|do)"
              r"|proud|showed me|for me it was"),
    ),
}  # fmt: skip


def said_by(text: str) -> dict[Part, float]:
    """What the words of a folded sentence say for each part."""
    said: dict[Part, float] = dict.fromkeys(PARTS, 0.0)
    for part, weight, pattern in _patterns():
        if pattern.search(text):
            said[part] += weight
    return said


def tells_deed(text: str) -> bool:
    """Whether a folded sentence says that the speaker, or the speaker's team, did something."""
    return _deed().search(text) is not None


def heading(text: str) -> Part | None:
    """The part that a folded sentence names as a heading does: alone, or before a colon or dash."""
    found = HEADING.match(text)
    return PARTS[(found.lastindex or 1) - 1] if found else None


@cache
def _patterns() -> list[tuple[Part, float, re.Pattern[str]]]:
    """The cues, compiled when the first story comes: no other question needs them."""
    return [
        (part, weight, re.compile(rf"(?<!\w)(?:{cue})(?!\w)" if cue[0] != "\\" else cue))
        for part, cues in CUES.items()
        for weight, cue in cues
    ]


@cache
def _deed() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{DEED})\b")
