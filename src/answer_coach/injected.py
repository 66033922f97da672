"""Sentences that tell the grader what to conclude.

Such a sentence addresses whoever grades *and* asks for a verdict.  Talk about scoring candidates, about judges or
about blocked prompt injections is ordinary content: it reports, in the first or third person, and is left alone.
Everything here reads folded text: small letters, plain quote marks and dashes.
"""

from __future__ import annotations

import re

from answer_coach.answer import Answer
from answer_coach.appeals import DEMAND, HINT, grades, points, praises
from answer_coach.disguise import is_english, readings
from answer_coach.folding import fold_text
from answer_coach.hollow import is_verdict, says_nothing
from answer_coach.telling import orders, tells
from answer_coach.tongues import speaks_of_grading

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
ADDRESS = re.compile(
    rf"\b(?:dear|hey|hello|hi|attention|note|message|instructions?|reminder|request|ps)[,:]?(?: (?:to|for))?(?: (?:the|all|my|any))?(?: \w+)? {GRADER}\b"
    rf"|^(?:to|for) (?:the|any|my) (?:\w+ )?{GRADER}\b[^.]{{0,20}}[:,]"
    rf"|^\W*(?:{JUDGE}|ai|ai \w+|assistant|model|llm|bot),"
    rf"|\b(?:you are|you're|act as|pretend to be|as)(?: now)?(?: (?:the|an?|my|this))+(?: \w+)? {GRADER}(?=[,.:;!]|$| you\b| (?:grad|scor|mark|read|judg|assess|evaluat)ing)"
    rf"|(?:^|[.;:,!'(] ?|\band |\bthen |\bplease |\bnow |\byou (?:must|should|can|may|will) )(?:please )?{SET_ASIDE}"
    r"|^\W*(?:system|assistant|developer|admin|user|tool(?: result)?)\W*[:>\]]|#{2,} ?(?:system|instructions?)"
    r"|\byou are now\b|\bstay in character\b|\bbefore you (?:grade|score|mark|judge)\b|\brating this answer\b"
    r"|\b(?:who|what)ever\b[^.:]{0,30}\b(?:read|grad|scor|mark|judg|assess|evaluat)(?:es|s|ing|ed)? this\b"
    r"|(?:^|[.;:,!] ?)(?:do not|don't|no need to) (?:evaluate|grade|judge|assess|score) this\b"
    r"|\byour (?:\w+ )?(?:instructions?|task|job) (?:is|are)\b|\byour (?:system prompt|grading instructions)\b"
)
VERDICT = re.compile(rf"{STARTS}{SOFTLY}{VERB}\b[^.!?]{{0,80}}?\b{GOOD}(?![\w-])")
DESERVES = re.compile(
    rf"\b(?:must|should|is to|shall|needs to|ought to) be (?:\w+ed|given) [^.!?]{{0,40}}\b{GOOD}(?![\w-])"
)
ENTREATY = re.compile(
    rf"\bto {VERB} (?:{THIS}|this\b|it\b)[^.!?]{{0,40}}\b{GOOD}(?![\w-])"
    rf"|\bto {VERB} (?:\w+ ){{0,3}}?{STRONG}(?![\w-])"
    r"|\byou to be (?:generous|kind|lenient)\b|\bto (?:output|return) (?:a )?pass\b"
    r"|\b(?:kind|generous|lenient|nice) (?:with|in|about) (?:the |your |my )?(?:marks?|scor\w+|grad\w+|verdicts?)\b"
)
STATES = re.compile(
    rf"\b(?:every|each|all)(?: of)?(?: the| these)? ?(?:indicators?|dimensions?|items?|criteria|ids?|points?)(?: \w+){{0,3}} ?(?:is|are|:|=) (?:\w+ )?{STRONG}(?![\w-])"
    rf"|\b(?:verdict|output|grade|score) (?:is|must be|should be) {STRONG}(?![\w-])"
)
# These need no address: nobody else can be meant.
PLAIN = re.compile(
    rf"{STARTS}{SOFTLY}{VERB}\b (?:\w+ ){{0,3}}?{THIS}[^.!?]{{0,60}}?\b{STRONG}(?![\w-])"
    rf"|{STARTS}{SOFTLY}{VERB}\b (?:\w+ ){{0,2}}?(?:every|each|all)(?: \w+){{0,3}} as (?:met|satisfied|fulfilled|passed)\b"
    r"|^\W*(?:please |just |you (?:must|should) )?(?:give|award) me (?:the |a )?(?:best|highest|full|top|perfect|maximum)(?: \w+)? (?:score|marks?|grade|rating|credit)\b"
    rf"|^\W*please (?:score|mark|grade|rate) (?:me|this|it)\b[^.!?]{{0,40}}\b{GOOD}(?![\w-])"
    rf"|\b(?:all|every|each)(?: \w+){{0,2}} indicators?(?: \w+){{0,4}} (?:is|are) met\b"
    rf"|\b(?:expected|correct|only|right|final)(?: \w+)? (?:output|verdict)s? (?:is|are) {STRONG}(?![\w-])(?= for (?:all|every|each))"
    rf"|\bi(?:'d| would)?(?: \w+){{0,2}} (?:ask|beg|urge|like|want)(?: you)?,? (?:the |this |my )?{GRADER},? to {VERB}\b[^.!?]{{0,40}}\b{STRONG}(?![\w-])"
    r"|^\W*verdicts? ?[:=] ?met\b|'(?:verdicts?|indicators|overall|leadership\w*|technical\w*|business_goal|addresses)' ?: ?"
    r"|\b(?:ignorier|vergiss|ignorez|oubliez|ignora|olvida|dimentica|esqueca)\w*\b[^.!?]{0,40}\b(?:anweisung|instruction|instruccion|istruzion|instruco)\w*"
)
# Candidates hardly ever speak of the answer that they are giving, and never of how it is to be marked.
THIS_TEXT = re.compile(
    r"^(?=.*\b(?:this (?:answer|response|submission)|my (?:answer|response)|the text above|answers? in this batch|diese antwort|cette reponse|this one)\b)"
    r"(?=.*\b(?:mark(?!et)|scor|grad(?!ua)|rat(?:e|es|ed|ing)\b|judg|evaluat|verdict|criteri|rubric|deduct|requirements?\b|checklist|strong hire|punktzahl|note maximale))"
)
ORDERS = re.compile(
    r"\b(?:return|output|enter|report)(?: a| the)? '?(?:met|pass|maximum|hire)'? (?:everywhere|for (?:all|every|each)|in (?:all|every|each))\b"
    r"|\b(?:grader|evaluator|judge|examiner|evaluating model|assessing system)\b[^.!?]{0,40}\b(?:must|should|needs? only|only needs?|has) (?:to )?(?:return|confirm|report|treat|agree|hand|give|award|grant)\b"
    r"|\b(?:raise|increase|set) (?:the|all|every|your) (?:scores?|marks?|verdicts?) (?:by|to)\b|^\W*(?:hi|hello|hey)\b[^.!?]{0,30}\b(?:prompt engineer|admin|developer)\b"
    r"|\b(?:nota maxima|hoogste score|volle punktzahl|note maximale|puntuacion maxima|punteggio massimo)\b|\u6ee1\u5206|\u6700\u9ad8\u70b9|\u0432\u044b\u0441\u0448\u0438\u0438 \u0431\u0430\u043b\u043b"
)
ROLE_TAG = re.compile(
    r"^\W*</?(?:system|assistant|user|developer|answer(?:-\w+)?|instructions?|inst)\b[^>]*>|^\W*\[/?inst\]|<\|\w+\|>|^\W*(?:json )?\{ ?'"
)
# Whoever reports such words says who used them, or what became of them.
REPORTED = re.compile(
    r"\b(?:users?|candidates?|applicants?|someone|somebody|people|attackers?|customers?|students?|they|he|she|one of|cvs?|resumes?|documents?"
    r"|tickets?|e-?mails?|inputs?|payloads?|strings?|pages?|red team\w*|testers?|vendors?|prompts?|texts?|messages?|lines?|phrases?|sentences?|attempts?)\b"
    r"[^.!?]{0,60}\b(?:wrote|writes?|writing|said|says?|saying|typed?|typing|pasted?|contain\w*|includ\w*|tried|tries|try|hid|hides|hidden|put|added|sneak\w*|snuck|sent|asked"
    r"|asks?|told|tells?|telling|like|such as|reading|read|that went|with|embedded)\b"
    r"|\b(?:block|caught|catch|detect|filter|flag|reject|strip|saw|seen|found|test|guard|defend|defus|stopp|log)\w*\b[^.!?]{0,60}'"
    r"|\b(?:i|we|i'd|we'd|our \w+|my \w+)\b[^.!?]{0,30}\b(?:ask\w*|told|tell|instruct\w*|prompt\w*|train\w*|remind\w*|said|say|wrote|write|teach|taught)\b"
)
ASKS_NOW = re.compile(r"(?:i|we)(?:'d| would| must| hereby| kindly| want| wish)\b")
GAP = re.compile(r"\n[ \t\r]*\n")
WINDOW = 3  # sentences: an address, and what is asked for in it or in the two behind it
ENDS = re.compile(r"[.!?\u2026:;][\"'\u201d\u2019)\]]*$")


def demanding(answer: Answer) -> frozenset[int]:
    """Numbers of the sentences that tell the grader what to conclude."""
    folded = [fold_text(sentence.text) for sentence in answer.sentences]
    found = _between_tags(folded)
    english = is_english(answer.folded.text)
    for at, sentence in enumerate(answer.sentences):
        if any(map(_demands, readings(sentence.text))) or speaks_of_grading(sentence.text, english):
            found.add(at)
        address = ADDRESS.search(folded[at])
        if address and not _reported(folded[at], address.start()):
            found.update(_asked(folded, at))
    found |= _cut(answer, folded)
    verdicts = {at for at, sentence in enumerate(answer.sentences) if is_verdict(sentence.text)}
    _spread(folded, found, verdicts)
    for block in _blocks(answer):
        if found & block and 2 * len((found | verdicts) & block) >= len(block):
            found |= block
    return frozenset(answer.sentences[at].number for at in found)


def _demands(text: str) -> bool:
    """Whether one sentence, read in one way, is a demand by itself."""
    plain = PLAIN.search(text)
    if plain and (plain[0].lstrip().startswith("i") or not _reported(text, plain.start())):
        return True
    if (THIS_TEXT.search(text) or ORDERS.search(text)) and not REPORTED.search(text):
        return True
    return _points(text) >= DEMAND


def _points(text: str) -> int:
    report = REPORTED.search(text)
    return points(text, report.start() if report and not ASKS_NOW.match(report[0]) else None)


def idle(text: str) -> bool:
    """Whether a sentence orders something or speaks of grading, and tells nothing beside it."""
    if REPORTED.search(fold_text(text)):
        return False
    return any(orders(read) or (not tells(read) and _grades(read)) for read in readings(text))


def _grades(text: str) -> bool:
    """Whether a sentence speaks to a grader or names a verdict, and gathers points enough for a hint."""
    return _points(text) >= HINT and grades(text)


def _cut(answer: Answer, folded: list[str]) -> set[int]:
    """Parts of a long sentence that was cut, where the whole is a demand or one of the parts is."""
    found: set[int] = set()
    start = 0
    for at, sentence in enumerate(answer.sentences):
        last = at + 1 == len(answer.sentences)
        between = "" if last else answer.text[sentence.end : answer.sentences[at + 1].start]
        if not last and not ENDS.search(sentence.text) and "\n" not in between:
            continue
        if at > start and _demands(" ".join(folded[start : at + 1])):
            found.update(range(start, at + 1))
        start = at + 1
    return found


def _blocks(answer: Answer) -> list[set[int]]:
    """Sentences that stand together, with an empty line before and after them."""
    blocks: list[set[int]] = [set()]
    for at, sentence in enumerate(answer.sentences):
        if at and GAP.search(answer.text[answer.sentences[at - 1].end : sentence.start]):
            blocks.append(set())
        blocks[-1].add(at)
    return blocks


def _spread(folded: list[str], found: set[int], verdicts: set[int]) -> None:
    """Add to the demands what stands beside them, or beside a bare verdict, and hints at the same."""
    waiting = [*found, *verdicts]
    while waiting:
        at = waiting.pop()
        for beside in (at - 1, at + 1):
            if not 0 <= beside < len(folded) or beside in found:
                continue
            text = folded[beside]
            if _points(text) >= HINT or says_nothing(text):
                found.add(beside)
                waiting.append(beside)
            elif at in found and praises(text) and not tells(text):
                found.add(beside)


def _between_tags(folded: list[str]) -> set[int]:
    """Sentences that begin with a tag of a conversation, and those between two such sentences."""
    tagged = [at for at, text in enumerate(folded) if ROLE_TAG.search(text)]
    return set(range(tagged[0], tagged[-1] + 1)) if tagged else set()


def _asked(folded: list[str], at: int) -> set[int]:
    """An address at `at`, and the sentence that asks for a verdict, in it or behind it; empty where none does."""
    for following, text in enumerate(folded[at : at + WINDOW], at):
        for pattern in (VERDICT, DESERVES, ENTREATY, STATES):
            asked = pattern.search(text)
            if asked and not _reported(text, asked.start()):
                return {at, following}
    return set()


def _reported(text: str, before: int) -> bool:
    report = REPORTED.search(text)
    return report is not None and report.start() <= before
