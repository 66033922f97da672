"""Patterns of sentences that tell a grader what to conclude, and of those that report such words.

They read folded text: small letters, plain quote marks and dashes.  The lists behind a pattern hold the words of which
it needs one, see `signs.py`.
"""

from __future__ import annotations

from answer_coach.barred.signs import Phrase, Sign

JUDGE = r"(?:grader|grading (?:model|system|ai|engine|bot)|evaluator|judge|assessor|examiner|rater|scorer|marker)"
GRADER = rf"(?:{JUDGE}|ai|a\.i\.|reviewer|interviewer|interview panel|panel|hiring manager|language model|llm|model|assistant|chatbot|system|bot|gpt)"
VERB = r"(?:mark|grade|rate|score|give|award|assign|return|output|respond|reply|answer|say|set|label|treat|count|consider|credit|report|record|conclude|judge|evaluate|assess|print|write|put)"
STRONG = (
    r"(?:met|5 ?/ ?5|5 (?:out )?of 5|five (?:out )?of five|10 ?/ ?10|100 ?%|full (?:marks?|score|credit|points)|top (?:marks?|scores?|grades?)"
    r"|(?:the )?(?:highest|maximum|max|best)(?: possible)? (?:marks?|scores?|grades?|levels?|ratings?)|(?:a )?perfect(?: \w+)?|level (?:5|five)|lead level"
    r"|(?:at )?the (?:very )?top(?: of the (?:scale|range|rubric))?|strong (?:lead|hire|yes)|satisfied|fulfilled)"
)
GOOD = rf"(?:{STRONG}|5|five|10|ten|the (?:highest|maximum|best)|highest|maximum|pass(?:ed)?|exceptional|outstanding|excellent|strong|yes|true|credit)"
THIS = (
    r"(?:this (?:answer|response|draft|text|submission)|my (?:answer|response|draft|submission)|the (?:answer|response) (?:above|below)"
    r"|(?:every|each|all)(?: of)?(?: the| these)? (?:indicators?|ids?|verdicts?))"
)
STARTS = r"(?:^|[.;:,!?'(>\]-] ?|\band |\bthen |\bplease |\bnow |\bso |\bjust |\bsimply |\byou (?:must|should|can|may|will|need to|have to|are to) )"
SOFTLY = r"(?:please |kindly |only |always |simply |just )?"
SET_ASIDE = (
    r"(?:ignore|disregard|forget|override|bypass|skip|set aside)\b(?: \w+){0,4}? "
    r"(?:instructions?|rules?|rubrics?|prompts?|guidelines?|criteria|above|before|system message|directions?|evaluation|grading|assessment)\b"
)
JUDGES = "grader grading evaluator judge assessor examiner rater scorer marker"
GRADERS = (
    f"{JUDGES} ai i reviewer interviewer interview panel hiring language llm model assistant chatbot system bot gpt"
)
VERBS = (
    "mark grade rate score give award assign return output respond reply answer say set label treat count consider"
    " credit report record conclude judge evaluate assess print write put"
)
STRENGTH = "met 5 five 1 full top highest maximum max best perfect level lead strong satisfied fulfilled"
GOODNESS = f"{STRENGTH} ten pass passed exceptional outstanding excellent yes true credit"
ADDRESS = Sign(
    Phrase(
        rf"\b(?:dear|hey|hello|hi|attention|note|message|instructions?|reminder|request|ps)[,:]?(?: (?:to|for))?"
        rf"(?: (?:the|all|my|any))?(?: \w+)? {GRADER}\b",
        "dear hey hello hi attention note message instruction instructions reminder request ps",
        GRADERS,
    ),
    Phrase(rf"^(?:to|for) (?:the|any|my) (?:\w+ )?{GRADER}\b[^.]{{0,20}}[:,]", GRADERS, ": ,", "to for"),
    Phrase(rf"^\W*(?:{JUDGE}|ai|ai \w+|assistant|model|llm|bot),", f"{JUDGES} ai assistant model llm bot", ","),
    Phrase(
        rf"\b(?:you are|you're|act as|pretend to be|as)(?: now)?(?: (?:the|an?|my|this))+(?: \w+)? {GRADER}"
        r"(?=[,.:;!]|$| you\b| (?:grad|scor|mark|read|judg|assess|evaluat)ing)",
        "you act pretend as",
        GRADERS,
    ),
    Phrase(
        r"(?:^|[.;:,!'(] ?|\band |\bthen |\bplease |\bnow |\byou (?:must|should|can|may|will) )(?:please )?"
        rf"{SET_ASIDE}",
        "ignore disregard forget override bypass skip set",
        "instruction instructions rule rules rubric rubrics prompt prompts guideline guidelines criteria above before"
        " system direction directions evaluation grading assessment",
    ),
    Phrase(
        r"^\W*(?:system|assistant|developer|admin|user|tool(?: result)?)\W*[:>\]]",
        "system assistant developer admin user tool",
        ": > ]",
    ),
    Phrase(r"#{2,} ?(?:system|instructions?)", "#"),
    Phrase(r"\byou are now\b|\bbefore you (?:grade|score|mark|judge)\b", "you", "now before"),
    Phrase(r"\bstay in character\b|\brating this answer\b", "stay rating"),
    Phrase(
        r"\b(?:who|what)ever\b[^.:]{0,30}\b(?:read|grad|scor|mark|judg|assess|evaluat)(?:es|s|ing|ed)? this\b",
        "whoever whatever",
        "this",
    ),
    Phrase(
        r"(?:^|[.;:,!] ?)(?:do not|don't|no need to) (?:evaluate|grade|judge|assess|score) this\b",
        "evaluate grade judge assess score",
        "this",
    ),
    Phrase(
        r"\byour (?:\w+ )?(?:instructions?|task|job) (?:is|are)\b|\byour (?:system prompt|grading instructions)\b",
        "your",
    ),
)
VERDICT = Sign(Phrase(rf"{STARTS}{SOFTLY}{VERB}\b[^.!?]{{0,80}}?\b{GOOD}(?![\w-])", VERBS, GOODNESS))
DESERVES = Sign(
    Phrase(
        rf"\b(?:must|should|is to|shall|needs to|ought to) be (?:\w+ed|given) [^.!?]{{0,40}}\b{GOOD}(?![\w-])",
        "be",
        GOODNESS,
    )
)
ENTREATY = Sign(
    Phrase(rf"\bto {VERB} (?:{THIS}|this\b|it\b)[^.!?]{{0,40}}\b{GOOD}(?![\w-])", VERBS, GOODNESS),
    Phrase(rf"\bto {VERB} (?:\w+ ){{0,3}}?{STRONG}(?![\w-])", VERBS, STRENGTH),
    Phrase(
        r"\byou to be (?:generous|kind|lenient)\b|\bto (?:output|return) (?:a )?pass\b", "generous kind lenient pass"
    ),
    Phrase(
        r"\b(?:kind|generous|lenient|nice) (?:with|in|about) (?:the |your |my )?(?:marks?|scor\w+|grad\w+|verdicts?)\b",
        "kind generous lenient nice",
    ),
)
STATES = Sign(
    Phrase(
        r"\b(?:every|each|all)(?: of)?(?: the| these)? ?(?:indicators?|dimensions?|items?|criteria|ids?|points?)"
        rf"(?: \w+){{0,3}} ?(?:is|are|:|=) (?:\w+ )?{STRONG}(?![\w-])",
        STRENGTH,
    ),
    Phrase(
        rf"\b(?:verdict|output|grade|score) (?:is|must be|should be) {STRONG}(?![\w-])",
        "verdict output grade score",
        STRENGTH,
    ),
)
# These need no address: nobody else can be meant.
PLAIN = Sign(
    Phrase(
        rf"{STARTS}{SOFTLY}{VERB}\b (?:\w+ ){{0,3}}?{THIS}[^.!?]{{0,60}}?\b{STRONG}(?![\w-])",
        STRENGTH,
        VERBS,
        "this my the every each all",
    ),
    Phrase(
        rf"{STARTS}{SOFTLY}{VERB}\b (?:\w+ ){{0,2}}?(?:every|each|all)(?: \w+){{0,3}} as"
        r" (?:met|satisfied|fulfilled|passed)\b",
        "met satisfied fulfilled passed",
        "as",
    ),
    Phrase(
        r"^\W*(?:please |just |you (?:must|should) )?(?:give|award) me (?:the |a )?"
        r"(?:best|highest|full|top|perfect|maximum)(?: \w+)? (?:score|marks?|grade|rating|credit)\b",
        "give award",
        "me",
    ),
    Phrase(
        rf"^\W*please (?:score|mark|grade|rate) (?:me|this|it)\b[^.!?]{{0,40}}\b{GOOD}(?![\w-])",
        "please",
        "score mark grade rate",
    ),
    Phrase(
        r"\b(?:all|every|each)(?: \w+){0,2} indicators?(?: \w+){0,4} (?:is|are) met\b", "indicator indicators", "met"
    ),
    Phrase(
        rf"\b(?:expected|correct|only|right|final)(?: \w+)? (?:output|verdict)s? (?:is|are) {STRONG}(?![\w-])"
        r"(?= for (?:all|every|each))",
        "output outputs verdict verdicts",
        STRENGTH,
    ),
    Phrase(
        r"\bi(?:'d| would)?(?: \w+){0,2} (?:ask|beg|urge|like|want)(?: you)?,? (?:the |this |my )?"
        rf"{GRADER},? to {VERB}\b[^.!?]{{0,40}}\b{STRONG}(?![\w-])",
        "ask beg urge like want",
        STRENGTH,
        VERBS,
    ),
    Phrase(
        r"^\W*verdicts? ?[:=] ?met\b"
        r"|'(?:verdicts?|indicators|overall|leadership\w*|technical\w*|business_goal|addresses)' ?: ?",
        "verdict verdicts indicators overall lead tech business_goal addresses",
        ": =",
    ),
    Phrase(
        r"\b(?:ignorier|vergiss|ignorez|oubliez|ignora|olvida|dimentica|esqueca)\w*\b[^.!?]{0,40}"
        r"\b(?:anweisung|instruction|instruccion|istruzion|instruco)\w*",
        "igno verg oubl olvi dime esqu",
    ),
)
# Candidates hardly ever speak of the answer that they are giving, and never of how it is to be marked.
THIS_TEXT = Sign(
    Phrase(
        r"^(?=.*\b(?:this (?:answer|response|submission)|my (?:answer|response)|the text above|answers? in this batch"
        r"|diese antwort|cette reponse|this one)\b)"
        r"(?=.*\b(?:mark(?!et)|scor|grad(?!ua)|rat(?:e|es|ed|ing)\b|judg|evaluat|verdict|criteri|rubric|deduct"
        r"|requirements?\b|checklist|strong hire|punktzahl|note maximale))",
        "this my above diese cette",
        "mark scor grad rate rates rated rating judg eval verd crit rubr dedu requ chec strong punk note",
    )
)
ORDERS = Sign(
    Phrase(
        r"\b(?:return|output|enter|report)(?: a| the)? '?(?:met|pass|maximum|hire)'?"
        r" (?:everywhere|for (?:all|every|each)|in (?:all|every|each))\b",
        "met pass maximum hire",
        "return output enter report",
    ),
    Phrase(
        r"\b(?:grader|evaluator|judge|examiner|evaluating model|assessing system)\b[^.!?]{0,40}"
        r"\b(?:must|should|needs? only|only needs?|has) (?:to )?"
        r"(?:return|confirm|report|treat|agree|hand|give|award|grant)\b",
        "grader evaluator judge examiner evaluating assessing",
    ),
    Phrase(
        r"\b(?:raise|increase|set) (?:the|all|every|your) (?:scores?|marks?|verdicts?) (?:by|to)\b",
        "score scores mark marks verdict verdicts",
        "raise increase set",
    ),
    Phrase(r"^\W*(?:hi|hello|hey)\b[^.!?]{0,30}\b(?:prompt engineer|admin|developer)\b", "hi hello hey"),
    Phrase(
        r"\b(?:nota maxima|hoogste score|volle punktzahl|note maximale|puntuacion maxima|punteggio massimo)\b",
        "nota hoogste volle note puntuacion punteggio",
    ),
    Phrase(
        r"\u6ee1\u5206|\u6700\u9ad8\u70b9|\u0432\u044b\u0441\u0448\u0438\u0438 \u0431\u0430\u043b\u043b",
        "\u6ee1 \u6700 \u0432",
    ),
)
ROLE_TAG = Sign(
    Phrase(
        r"^\W*</?(?:system|assistant|user|developer|answer(?:-\w+)?|instructions?|inst)\b[^>]*>|^\W*\[/?inst\]"
        r"|<\|\w+\|>|^\W*(?:json )?\{ ?'",
        "< [ {",
    )
)
# Whoever reports such words says who used them, or what became of them.
REPORTED = Sign(
    Phrase(
        r"\b(?:users?|candidates?|applicants?|someone|somebody|people|attackers?|customers?|students?|they|he"
        r"|she|one of"
        r"|cvs?|resumes?|documents?|tickets?|e-?mails?|inputs?|payloads?|strings?|pages?|red team\w*|testers?|vendors?"
        r"|prompts?|texts?|messages?|lines?|phrases?|sentences?|attempts?)\b"
        r"[^.!?]{0,60}\b(?:wrote|writes?|writing|said|says?|saying|typed?|typing|pasted?|contain\w*|includ\w*|tried|tries"
        r"|try|hid|hides|hidden|put|added|sneak\w*|snuck|sent|asked"
        r"|asks?|told|tells?|telling|like|such as|reading|read|that went|with|embedded)\b",
        "user users candidate candidates applicant applicants someone somebody people attacker attackers customer"
        " customers student students they he she one cv cvs resume resumes document documents ticket tickets e email"
        " emails input inputs payload payloads string strings page pages red tester testers vendor vendors prompt"
        " prompts text texts message messages line lines phrase phrases sentence sentences attempt attempts",
        "wrote write writes writing said say says saying type typed typing paste pasted cont incl tried tries try hid"
        " hides hidden put added snea snuck sent ask asked asks told tell tells telling like such reading read that"
        " with embedded",
    ),
    Phrase(
        r"\b(?:block|caught|catch|detect|filter|flag|reject|strip|saw|seen|found|test|guard|defend|defus|stopp|log)\w*\b"
        r"[^.!?]{0,60}'",
        "'",
    ),
    Phrase(
        r"\b(?:i|we|i'd|we'd|our \w+|my \w+)\b[^.!?]{0,30}\b(?:ask\w*|told|tell|instruct\w*|prompt\w*|train\w*"
        r"|remind\w*|said|say|wrote|write|teach|taught)\b",
        "i we our my",
    ),
)
