"""Signs that a sentence speaks of the text it stands in, to whoever grades it, or orders; and that it tells a story.

They read folded text.  The list behind a pattern holds the words of which it needs one, see `signs.py`.
"""

from __future__ import annotations

from answer_coach.barred.signs import Phrase, Sign

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
TEXTS = (
    "answer answers response responses draft drafts submission submissions essay essays paper papers resume resumes cv"
    " entry transcript transcripts text texts reply replies"
)
GRADERS = (
    "grader graders evaluator evaluators examiner examiners assessor assessors rater raters judge judges assistant"
    " assistants reviewer reviewers language scoring grading ai bot"
)
ORDERED = (
    "apply classify prefer ignore disregard forget overlook override bypass mark rate score grade regrade give award"
    " assign return output respond report set label treat count consider credit record confirm approve accept agree"
    " tick check cross write put type print copy quote say stop skip jump assume pretend imagine suppose act speak"
    " play continue go remember recall keep obey follow join reproduce decode use switch recognise recognize decide"
    " grant hand add raise enter fill choose pick conclude trust read"
)

# This very text: candidates hardly ever speak of the answer that they are giving, and not of how it is to be graded.
THIS_TEXT = Sign(
    Phrase(
        rf"\b(?:this|these|the (?:present|following|above|preceding)) (?:\w+ )?{TEXT}\b"
        r"(?! (?:rates?|times?|models?|curves?|codes?)\b)",
        TEXTS,
        "this these present following above preceding",
    ),
    Phrase(
        rf"\bmy (?:\w+ )?{TEXT}\b(?! (?:rates?|times?|models?|in (?:my|the) (?:first|last)"
        r"|(?:is|was|would be)(?! (?:complete|the|a))|to (?:the|her|him|them|that|it|this|his|our|a))\b)",
        TEXTS,
        "my",
    ),
    Phrase(rf"\b(?:the|this) {TEXT} (?:above|below)\b", "above below", TEXTS),
    Phrase(r"\bthis (?:is|was) (?:the (?:best|last) )?(?:answer|draft|response)\b", "answer draft response", "this"),
    Phrase(
        r"\b(?:this|the above) (?:quote|sentence|line|passage|paragraph|sample)\b",
        "quote sentence line passage paragraph sample",
        "this above",
    ),
    Phrase(r"\bwhat (?:you (?:have )?just read|is missing here)\b", "read missing", "what"),
    Phrase(r"\bthis one (?:passed|got|has|had|deserves|was (?:graded|scored|passed))\b", "this", "one"),
    Phrase(r"\bend of (?:the )?(?:answer|transcript|data|candidate)\w*\b", "end", "of"),
    Phrase(r"\bthe (?:real )?answer (?:is over|ends|starts|begins)\b", "answer", "over ends starts begins"),
    Phrase(
        r"\b(?:please,? )?be (?:so )?(?:kind|generous|lenient|merciful)(?: (?:with|on|in|when|about)\b|\W*$)",
        "kind generous lenient merciful",
        "be",
    ),
)
# Who is spoken to: the reader as a grader.
READER = Sign(
    Phrase(
        r"\byou(?:'re| are| must| should| will| have|'ve|'ll)?\b[^.!?]{0,24}\b(?:grad|mark(?:s|ed|ing)?\b|scor|rate\b"
        r"|rating|judg|evaluat|assess|verdict|listen for|award)",
        "you",
        "grad mark marks marked marking scor rate rati judg eval asse verd listen awar",
    ),
    Phrase(
        r"\byour (?:\w+ ){0,2}(?:verdicts?|rubrics?|marks?|grad\w+|scor\w+|ratings?|evaluation|instructions?"
        r"|prompt|list"
        r"|criteria)\b",
        "your",
    ),
    Phrase(
        r"\b(?:you are|you're|as|be|pretend to be|act as|(?:to|for) (?:the|any|an|all|my)|dear|hey|hello|hi|only an?)"
        rf" (?:\w+ ){{0,4}}?{GRADER}\b",
        GRADERS,
        "you as be act to for dear hey hello hi only",
    ),
    Phrase(rf"^\W*(?:\w+ )?{GRADER}(?:[,:;(]| -)|\((?:the )?{GRADER},", GRADERS, ", : ; ( -"),
    Phrase(
        SPEAKER,
        "system developer admin operator moderator assistant human user tool",
        ": > ] # ( * -",
    ),
    Phrase(
        r"\b(?:whoever|the team that|those who) (?:reads?|wrote|grades?) (?:this|your)\b"
        r"(?= (?:prompt|rubric)|\W*$|,)",
        "whoever that who",
        "read reads wrote grade grades",
    ),
    Phrase(r"\byou(?:'re| are| have| will)?(?: just| now)? read(?:ing)?\b", "read reading", "you"),
    Phrase(rf"^\W*{GRADER}'s\b", GRADERS, "'"),
    Phrase(
        r"^\W*[\w' -]{0,30}\b(?:override|directive|instructions?|mode|update) ?[:>\]]",
        "override directive instruction instructions mode update",
        ": > ]",
    ),
    Phrase(
        r"\bif (?:you are|you're|the (?:reader|grader) is|this is read by) [^.]{0,20}\b(?:machine|model|ai|bot|llm)\b",
        "machine model ai bot llm",
        "if",
    ),
)
ORDER = Sign(
    Phrase(rf"{OPENS}(?:do not |don't |never |not )?{VERBS}\b(?! (?:me|us)\b)", ORDERED),
    Phrase(r"^\W*let (?:them|it|all|this|the record)\b", "let"),
)
YOU = Sign(Phrase(r"\b(?:you|your|yours|yourself)\b", "you your yours yourself"))
SPOKEN_TO = Sign(
    Phrase(
        r"\bi know (?:that )?you\b|\b(?:help|ask|asking|beg|tell|telling|bother|remind|for|to|like) you\b"
        r"|\byou have (?:many|a lot|been|to read)\b|^\W*you \w+\W*$",
        "you",
    )
)
# Somebody did, said or was told something: that is a story, not an order.
STORY = Sign(
    Phrase(
        r"\b(?:i|we|he|she|they|it|who|nobody|somebody|someone"
        r"|(?:my|our|the|one|an?) (?:(?!ha[sv]e?\b|who\b)\w+ ){0,2}?(?!ha[sv]e?\b|who\b)\w+)\b"
        r" (?:(?:then|also|had|never|only|always|once|first|often) ){0,2}"
        r"(?:\w{2,}ed|told|said|gave|put|made|had|went|were|was|came|took|saw|found|set|wrote|kept|held|built|got|did|ran"
        r"|cut|chose|led|left|paid|taught|thought|knew|meant|let|began|lost|hid|sent)\b"
    )
)
# How grading goes somewhere, told in the present.
GOES = Sign(
    Phrase(
        r"^(?:the|our|each|every|an?|two) (?:[\w-]+ ){0,2}(?:models?|judges?|graders?|reviewers?|panels?|evaluators?"
        r"|interviewers?|assistants?|systems?|candidates?|criterion|owner|persons?"
        r"|people) (?:[\w-]+ )?(?:\w{2,}s|has|see"
        r"|read|mark|score|get|give|rate|answer|say|write|agree)\b",
        "model models judge judges grader graders reviewer reviewers panel panels evaluator evaluators interviewer"
        " interviewers assistant assistants system systems candidate candidates criterion owner person persons people",
    )
)
SAID_BY = Sign(Phrase(SPEAKER, "system developer admin operator moderator assistant human user tool"))
