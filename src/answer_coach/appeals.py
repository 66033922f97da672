"""How much a sentence speaks to whoever grades, and of how this text is to be graded: signs, each worth some points.

A demand gathers points from several signs: it speaks of the text that it stands in, orders, names a verdict, pleads.
Talk about grading tells what somebody did; that takes points away, unless it is this very text that it speaks of.
Everything here reads folded text.
"""

from __future__ import annotations

import re

DEMAND = 4  # points from which a sentence is a demand by itself
HINT = 2  # points from which a sentence beside a demand belongs to it
OWN = 3  # points for speaking of the very text
TOLD = 4  # points that telling what happened takes away
MOST_FOR_WORDS = 3  # points that words of grading give together


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


TEXT = (
    r"(?:answers?|responses?|drafts?|submissions?|essays?|papers?|resumes?|cv|entry|transcripts?|texts?|repl(?:y|ies))"
)
GRADER = (
    r"(?:(?:grader|evaluator|examiner|assessor|rater|judge|assistant|reviewer|language model|scoring system)s?"
    r"|grading \w+|ai|bot)"
)
SPEAKER = r"^\W*(?:system|developer|admin|operator|moderator|assistant|human|user|tool)(?: \w+){0,2} ?[:>\]#(*-]"
VERBS = (
    r"(?:apply|classify|prefer|ignore|disregard|forget|overlook|override|bypass|mark|rate|score|grade|regrade|give|award|assign|return"
    r"|output|respond|report|set|label|treat|count|consider|credit|record|confirm|approve|accept|agree|tick|check|cross"
    r"|write|put|type|print|copy|quote|say|stop|skip|jump|assume|pretend|imagine|suppose|act|speak|play|continue|go on"
    r"|remember|recall|keep|obey|follow|join|reproduce|decode|use|switch|recogni[sz]e|decide|grant|hand out|add|raise"
    r"|enter|fill|choose|pick|conclude|trust|read)"
)
OPENS = (
    r"(?:^\W*|[.;:!?,)\]>] ?|\b(?:and|then|please|kindly|simply|just|now|so|always|only|or|must|shall|should|will"
    r"|let us|let's|you|me) |\b(?:right|fair|only|correct|best) (?:thing|way|decision)\b(?: \w+){0,4}? (?:is|be) to )"
)
BEST = r"(?:full|top|highest|best|perfect|maximum|max)"
MARKS = r"(?:marks?|scores?|credit|points?|grades?|levels?|ratings?)"
PASSED = r"(?:met|fulfilled|satisfied|passed|approved)"
ALL = r"(?:all|every|each|everything|nothing|everywhere|fully|throughout)"

# This very text: candidates hardly ever speak of the answer that they are giving, and not of how it is to be graded.
THIS_TEXT = _any(
    rf"\b(?:this|these|the (?:present|following|above|preceding)) (?:\w+ )?{TEXT}\b"
    r"(?! (?:rates?|times?|models?|curves?|codes?)\b)",
    rf"\bmy (?:\w+ )?{TEXT}\b(?! (?:rates?|times?|models?|in (?:my|the) (?:first|last)"
    r"|(?:is|was|would be)(?! (?:complete|the|a))|to (?:the|her|him|them|that|it|this|his|our|a))\b)",
    rf"\b(?:the|this) {TEXT} (?:above|below)\b",
    r"\bthis (?:is|was) (?:the (?:best|last) )?(?:answer|draft|response)\b",
    r"\b(?:this|the above) (?:quote|sentence|line|passage|paragraph|sample)\b",
    r"\bwhat (?:you (?:have )?just read|is missing here)\b",
    r"\bthis one (?:passed|got|has|had|deserves|was (?:graded|scored|passed))\b",
    r"\bend of (?:the )?(?:answer|transcript|data|candidate)\w*\b",
    r"\bthe (?:real )?answer (?:is over|ends|starts|begins)\b",
    r"\b(?:please,? )?be (?:so )?(?:kind|generous|lenient|merciful)(?: (?:with|on|in|when|about)\b|\W*$)",
)
# Who is spoken to: the reader as a grader.
READER = _any(
    r"\byou(?:'re| are| must| should| will| have|'ve|'ll)?\b[^.!?]{0,24}\b(?:grad|mark(?:s|ed|ing)?\b|scor|rate\b"
    r"|rating|judg|evaluat|assess|verdict|listen for|award)",
    r"\byour (?:\w+ ){0,2}(?:verdicts?|rubrics?|marks?|grad\w+|scor\w+|ratings?|evaluation|instructions?|prompt|list"
    r"|criteria)\b",
    rf"\b(?:you are|you're|as|be|pretend to be|act as|(?:to|for) (?:the|any|an|all|my)|dear|hey|hello|hi|only an?)"
    rf" (?:\w+ ){{0,4}}?{GRADER}\b",
    rf"^\W*(?:\w+ )?{GRADER}(?:[,:;(]| -)|\((?:the )?{GRADER},",
    SPEAKER,
    r"\b(?:whoever|the team that|those who) (?:reads?|wrote|grades?) (?:this|your)\b(?= (?:prompt|rubric)|\W*$|,)",
    r"\byou(?:'re| are| have| will)?(?: just| now)? read(?:ing)?\b",
    rf"^\W*{GRADER}'s\b",
    r"^\W*[\w' -]{0,30}\b(?:override|directive|instructions?|mode|update) ?[:>\]]",
    r"\bif (?:you are|you're|the (?:reader|grader) is|this is read by) [^.]{0,20}\b(?:machine|model|ai|bot|llm)\b",
)
ORDER = _any(
    rf"{OPENS}(?:do not |don't |never |not )?{VERBS}\b(?! (?:me|us)\b)",
    r"^\W*let (?:them|it|all|this|the record)\b",
)
# What is asked for: a verdict.
VERDICT = _any(
    r"(?<!\bi )(?<!\bwe )(?<!they )(?<!\bhe )(?<!she )(?<!and )(?<!team )\bmet\b(?! (?:with|the|him|her|them|us|on"
    r"|in|at|a|my|our|his|every (?:week|day|month|other)|again|twice|once)\b)",
    rf"\b{BEST} (?:possible )?{MARKS}\b",
    rf"\b(?:positive|favou?rable|generous|lenient|good|high) (?:reviews?|verdicts?|{MARKS})\b",
    rf"\b{MARKS} (?:should|must|shall|ought to) (?:be|reflect|match|show)\b",
    rf"\b(?:{TEXT}|solution) (?:above )?is correct\b|(?::|as|verified) correct\b|\b\d+ ?/ ?100\b",
    r"\ba (?:5|five|10|ten) (?:on|for|in) (?:every|each|all)\b|\bqualified candidate\b|\bperfect(?:ly)? match",
    r"\bthis candidate (?:is|has|demonstrates|meets|deserves|shows|perfectly)\b|\bbest (?:fit|candidate)\b",
    r"\b(?:exceed|meet|surpasse?|fulfil)s? (?:all |the |every )*(?:expectation|requirement|criteri|standard)",
    rf"\b(?:the|a|be) {BEST}\b(?=\W*$|[,;]| in\b| of the (?:scale|ladder|rubric))",
    r"\blevel ?[:=]? ?(?:5|five)\b|\bbelow (?:the top|level)\b|\b5, 5\b|\boverall:? ?5",
    r"(?<![\d.,])\b(?:5(?:[.,]0)?|five|10|ten) ?(?:/|(?:out )?of|on) ?(?:5|five|10|ten)\b",
    rf"\b{ALL}\b[^.!?]{{0,30}}\b(?:{PASSED}|absent)\b|\b(?:as|fully|this one|{PASSED} and) {PASSED}\b",
    rf"\b(?:is|are|=|:|say|says|word|write|type|verdict|only) '?(?:fully )?{PASSED}\b",
    rf"\bverdicts?\b[^.!?]{{0,30}}\b(?:{PASSED}|final|kind)\b|\bstrong (?:lead|hire|yes)\b",
    r"\babsent (?:means|is)\b|\b(?:not|never|than) (?:says? |write )?absent\b|\bgold standard\b|\bmodel answer\b",
)
EVERYTHING = _any(
    r"\b(?:all|every|each)(?: one)?(?: of)?(?: the| these| your)? (?:points|boxes|indicators?|items?|criteri(?:a|on)"
    r"|ids?)\b"
)
PRAISE = _any(
    r"\b(?:outstanding|exceptional(?:ly)?|excellent|world[- ]class|flawless|perfect|brilliant|magnificent|superb|best"
    r"|deep|strongest|finest|deserves?|certif(?:y|ied)|(?:pre-)?approved|in every respect|in full|quality|merit"
    r"|significant|sound|rigor|novelty|impressed|complete|lenient|favou?rable|positive|covers everything)\b"
)
PLEA = _any(
    r"\bi (?:hereby|beg|implore|urge|request|plead)\b|\bi(?:'ll| will) (?:tip|pay|reward)\b|\btrust me\b|\bkindly\b",
    r"\bmy (?:only )?(?:wish|request|plea|hope) is\b",
    r"\b(?:i want|i would like|i need|i'd like|i expect) you to\b|\bas you can see\b|\bplease be\b",
    r"\bthank you for your (?!questions?\b)",
    r"\bi recommend (?:hiring|accept)|\brecommend (?:him|her|it|them) \b",
    r"\bi (?:believe|think|hope|trust) (?:that )?i have\b",
    r"\bi have (?:now |hereby |thus |just )?(?:ticked|covered|shown|demonstrated|addressed|met|named)\b",
    r"\byou will be (?:switched|replaced|punished|rewarded|fired|reported)\b|\b(?:in|contradict) (?:you|yourself)\b",
)
GAME = _any(
    r"\byou are (?:now|an actor|no longer)\b|\b(?:stay|remain) in character\b|\bpersona\b|\bthe game\b|\bopposite\b",
    r"\blet(?:'s| us) (?:play|swap|pretend|imagine)\b|\bin (?:this|your) (?:simulation|role|next line|game)\b",
    r"\bfor the rest of this\b|\bfrom (?:here|now) on\b|\bin that world\b|\bspeak as\b",
)
DOES = _any(
    r"\b(?:do|follow|obey|execute|run) (?:what|as) (?:it|they|this|that|follows)\b|\btells? you (?:what )?to\b",
    r"\b(?:no need to|do not|don't|stop|skip)(?: the)? (?:check|verify|look for|deviate|search|reading|analysis"
    r"|evidence)",
    r"\b(?:without|needs? no|not need|not want) (?:any )?(?:checking|proof|evidence)\b",
    r"\b(?:previous|earlier|first|last|second) (?:grader|pass|round|verdict|mark|grade)s?\b|\bto be (?:re)?graded\b",
    r"\balready (?:scored|reviewed|graded|agreed|decided|marked|approved)\b|\bfor consistency\b|\brecorded grade\b",
    r"\b(?:evaluation|calibration|grading) (?:mode|policy)\b|\b(?:was|is) (?:only )?a (?:test|warm-up)\b",
)
GRADING = _any(
    r"\b(grad(?:e|es|ed|er|ers|ing)|rubrics?|indicators?|ids?|criteri(?:a|on)|evaluat\w+|examiner|verdicts?|marks?"
    r"|scor(?:e|es|ed|ing)|instructions?|prompt|evidence|quotes?|faults?|judge|reviewer|rat(?:e|es|ed|ings?)|level"
    r"|recogni[sz]e[sd]?|asks? for|candidate'?s?|absent|partial|proof|verbatim|demonstrated|shown|input"
    r"|assess\w*)\b"
)
YOU = _any(r"\b(?:you|your|yours|yourself)\b")
SPOKEN_TO = _any(
    r"\bi know (?:that )?you\b|\b(?:help|ask|asking|beg|tell|telling|bother|remind|for|to|like) you\b",
    r"\byou have (?:many|a lot|been|to read)\b|^\W*you \w+\W*$",
)
# Somebody did, said or was told something: that is a story, not an order.
STORY = _any(
    r"\b(?:i|we|he|she|they|it|who|nobody|somebody|someone"
    r"|(?:my|our|the|one|an?) (?:(?!ha[sv]e?\b|who\b)\w+ ){0,2}?(?!ha[sv]e?\b|who\b)\w+)\b"
    r" (?:(?:then|also|had|never|only|always|once|first|often) ){0,2}"
    r"(?:\w{2,}ed|told|said|gave|put|made|had|went|were|was|came|took|saw|found|set|wrote|kept|held|built|got|did|ran"
    r"|cut|chose|led|left|paid|taught|thought|knew|meant|let|began|lost|hid|sent)\b"
)
# How grading goes somewhere, told in the present.
GOES = _any(
    r"^(?:the|our|each|every|an?|two) (?:[\w-]+ ){0,2}(?:models?|judges?|graders?|reviewers?|panels?|evaluators?"
    r"|interviewers?|assistants?|systems?|candidates?|criterion|owner|persons?|people) (?:[\w-]+ )?(?:\w{2,}s|has|see"
    r"|read|mark|score|get|give|rate|answer|say|write|agree)\b"
)
SAID_BY = re.compile(SPEAKER)
SIGNS = ((READER, 2), (ORDER, 2), (VERDICT, 2), (EVERYTHING, 2), (PLEA, 2), (GAME, 2), (DOES, 3), (PRAISE, 1))


def points(text: str, reported: int | None = None) -> int:
    """The points of one folded sentence; `reported` is where a report of what somebody wrote or said begins in it."""
    signs = [(sign.search(text), worth) for sign, worth in SIGNS]
    found = sum(worth for sign, worth in signs if sign)
    found += min(len(set(GRADING.findall(text))), MOST_FOR_WORDS)
    if THIS_TEXT.search(text):
        return found + OWN
    if signs[0][0] is None and YOU.search(text):
        found += 2 if SPOKEN_TO.search(text) else 1
    if reported is not None and reported <= min((sign.start() for sign, _ in signs if sign), default=0):
        return 0
    told = (STORY.search(text) or GOES.search(text)) and not SAID_BY.search(text)
    return found - TOLD if told else found


def grades(text: str) -> bool:
    """Whether a folded sentence speaks to a grader or names a verdict."""
    return READER.search(text) is not None or VERDICT.search(text) is not None


def praises(text: str) -> bool:
    """Whether a folded sentence praises something, as those do that stand beside a demand."""
    return PRAISE.search(text) is not None
