"""Signs that a sentence names a verdict, praises, pleads, plays a game or speaks of grading.

They read folded text.  The list behind a pattern holds the words of which it needs one, see `signs.py`.
"""

from __future__ import annotations

from answer_coach.barred.signs import Phrase, Sign
from answer_coach.barred.spoken_to import TEXT

BEST = r"(?:full|top|highest|best|perfect|maximum|max)"
MARKS = r"(?:marks?|scores?|credit|points?|grades?|levels?|ratings?)"
PASSED = r"(?:met|fulfilled|satisfied|passed|approved)"
ALL = r"(?:all|every|each|everything|nothing|everywhere|fully|throughout)"
BESTS = "full top highest best perfect maximum max"
MARKED = "mark marks score scores credit point points grade grades level levels rating ratings"
DONE = "met fulfilled satisfied passed approved"

# What is asked for: a verdict.
VERDICT = Sign(
    Phrase(
        r"(?<!\bi )(?<!\bwe )(?<!they )(?<!\bhe )(?<!she )(?<!and )(?<!team )\bmet\b(?! (?:with|the|him|her|them|us|on"
        r"|in|at|a|my|our|his|every (?:week|day|month|other)|again|twice|once)\b)",
        "met",
    ),
    Phrase(rf"\b{BEST} (?:possible )?{MARKS}\b", BESTS, MARKED),
    Phrase(
        rf"\b(?:positive|favou?rable|generous|lenient|good|high) (?:reviews?|verdicts?|{MARKS})\b",
        "positive favourable favorable generous lenient good high",
        f"review reviews verdict verdicts {MARKED}",
    ),
    Phrase(rf"\b{MARKS} (?:should|must|shall|ought to) (?:be|reflect|match|show)\b", "should must shall ought", MARKED),
    Phrase(rf"\b(?:{TEXT}|solution) (?:above )?is correct\b|(?::|as|verified) correct\b", "correct"),
    Phrase(r"\b\d+ ?/ ?100\b", "/"),
    Phrase(r"\ba (?:5|five|10|ten) (?:on|for|in) (?:every|each|all)\b", "5 1 five ten", "every each all"),
    Phrase(r"\bqualified candidate\b|\bperfect(?:ly)? match", "qualified perfect perfectly"),
    Phrase(
        r"\bthis candidate (?:is|has|demonstrates|meets|deserves|shows|perfectly)\b|\bbest (?:fit|candidate)\b",
        "candidate fit",
        "this best",
    ),
    Phrase(
        r"\b(?:exceed|meet|surpasse?|fulfil)s? (?:all |the |every )*(?:expectation|requirement|criteri|standard)",
        "exceed exceeds meet meets surpass surpasss surpasse surpasses fulfil fulfils",
        "expe requ crit stan",
    ),
    Phrase(rf"\b(?:the|a|be) {BEST}\b(?=\W*$|[,;]| in\b| of the (?:scale|ladder|rubric))", BESTS, "the a be"),
    Phrase(r"\blevel ?[:=]? ?(?:5|five)\b|\bbelow (?:the top|level)\b|\b5, 5\b|\boverall:? ?5", "leve below 5"),
    Phrase(
        r"(?<![\d.,])\b(?:5(?:[.,]0)?|five|10|ten) ?(?:/|(?:out )?of|on) ?(?:5|five|10|ten)\b",
        "5 1 five ten teno",
    ),
    Phrase(
        rf"\b{ALL}\b[^.!?]{{0,30}}\b(?:{PASSED}|absent)\b|\b(?:as|fully|this one|{PASSED} and) {PASSED}\b"
        rf"|\b(?:is|are|=|:|say|says|word|write|type|verdict|only) '?(?:fully )?{PASSED}\b",
        f"absent {DONE}",
    ),
    Phrase(
        rf"\bverdicts?\b[^.!?]{{0,30}}\b(?:{PASSED}|final|kind)\b|\bstrong (?:lead|hire|yes)\b",
        "verdict verdicts strong",
        f"final kind lead hire yes {DONE}",
    ),
    Phrase(
        r"\babsent (?:means|is)\b|\b(?:not|never|than) (?:says? |write )?absent\b|\bgold standard\b|\bmodel answer\b",
        "absent gold answer",
    ),
)
EVERYTHING = Sign(
    Phrase(
        r"\b(?:all|every|each)(?: one)?(?: of)?(?: the| these| your)? (?:points|boxes|indicators?|items?"
        r"|criteri(?:a|on)"
        r"|ids?)\b",
        "all every each",
        "points boxes indicator indicators item items criteria criterion id ids",
    )
)
PRAISE = Sign(
    Phrase(
        r"\b(?:outstanding|exceptional(?:ly)?|excellent|world[- ]class|flawless|perfect|brilliant|magnificent"
        r"|superb|best"
        r"|deep|strongest|finest|deserves?|certif(?:y|ied)|(?:pre-)?approved|in every respect|in full|quality|merit"
        r"|significant|sound|rigor|novelty|impressed|complete|lenient|favou?rable|positive|covers everything)\b",
        "outstanding exceptional exceptionally excellent world flawless perfect brilliant magnificent superb best deep"
        " strongest finest deserve deserves certify certified approved respect full quality merit significant sound"
        " rigor novelty impressed complete lenient favourable favorable positive covers",
    )
)
PLEA = Sign(
    Phrase(
        r"\bi (?:hereby|beg|implore|urge|request|plead)\b|\bi(?:'ll| will) (?:tip|pay|reward)\b|\btrust me\b"
        r"|\bkindly\b",
        "hereby beg implore urge request plead tip pay reward trust kindly",
    ),
    Phrase(r"\bmy (?:only )?(?:wish|request|plea|hope) is\b", "wish request plea hope", "my"),
    Phrase(
        r"\b(?:i want|i would like|i need|i'd like|i expect) you to\b|\bas you can see\b|\bplease be\b"
        r"|\bthank you for your (?!questions?\b)",
        "you please",
    ),
    Phrase(r"\bi recommend (?:hiring|accept)|\brecommend (?:him|her|it|them) \b", "recommend"),
    Phrase(r"\bi (?:believe|think|hope|trust) (?:that )?i have\b", "believe think hope trust", "have"),
    Phrase(
        r"\bi have (?:now |hereby |thus |just )?(?:ticked|covered|shown|demonstrated|addressed|met|named)\b",
        "have",
        "ticked covered shown demonstrated addressed met named",
    ),
    Phrase(
        r"\byou will be (?:switched|replaced|punished|rewarded|fired|reported)\b|\b(?:in|contradict) (?:you"
        r"|yourself)\b",
        "you yourself",
    ),
)
GAME = Sign(
    Phrase(
        r"\byou are (?:now|an actor|no longer)\b|\b(?:stay|remain) in character\b|\bpersona\b|\bthe game\b"
        r"|\bopposite\b",
        "you character persona game opposite",
    ),
    Phrase(
        r"\blet(?:'s| us) (?:play|swap|pretend|imagine)\b|\bin (?:this|your) (?:simulation|role|next line|game)\b",
        "let simulation role line game",
    ),
    Phrase(
        r"\bfor the rest of this\b|\bfrom (?:here|now) on\b|\bin that world\b|\bspeak as\b",
        "rest here now world speak",
        "for from in as",
    ),
)
DOES = Sign(
    Phrase(
        r"\b(?:do|follow|obey|execute|run) (?:what|as) (?:it|they|this|that|follows)\b|\btells? you (?:what )?to\b",
        "do follow obey execute run tell tells",
        "what as you",
    ),
    Phrase(
        r"\b(?:no need to|do not|don't|stop|skip)(?: the)? (?:check|verify|look for|deviate|search|reading|analysis"
        r"|evidence)",
        "chec veri look devi sear read anal evid",
        "no not don stop skip",
    ),
    Phrase(
        r"\b(?:without|needs? no|not need|not want) (?:any )?(?:checking|proof|evidence)\b", "checking proof evidence"
    ),
    Phrase(
        r"\b(?:previous|earlier|first|last|second) (?:grader|pass|round|verdict|mark|grade)s?\b"
        r"|\bto be (?:re)?graded\b",
        "grader graders pass round rounds verdict verdicts mark marks grade grades graded regraded",
    ),
    Phrase(
        r"\balready (?:scored|reviewed|graded|agreed|decided|marked|approved)\b|\bfor consistency\b|\brecorded grade\b",
        "already consistency recorded",
    ),
    Phrase(
        r"\b(?:evaluation|calibration|grading) (?:mode|policy)\b|\b(?:was|is) (?:only )?a (?:test|warm-up)\b",
        "mode policy test warm",
    ),
)
GRADING = Sign(
    Phrase(
        r"\b(grad(?:e|es|ed|er|ers|ing)|rubrics?|indicators?|ids?|criteri(?:a|on)|evaluat\w+|examiner|verdicts?|marks?"
        r"|scor(?:e|es|ed|ing)|instructions?|prompt|evidence|quotes?|faults?|judge|reviewer|rat(?:e|es|ed|ings?)|level"
        r"|recogni[sz]e[sd]?|asks? for|candidate'?s?|absent|partial|proof|verbatim|demonstrated|shown|input"
        r"|assess\w*)\b",
        "grade grades graded grader graders grading rubric rubrics indicator indicators id ids criteria criterion eval"
        " examiner verdict verdicts mark marks score scores scored scoring instruction instructions prompt evidence"
        " quote quotes fault faults judge reviewer rate rates rated rating ratings level reco ask asks candidate"
        " candidates absent partial proof verbatim demonstrated shown input asse",
    )
)
