"""Sentences that tell the grader what to conclude.

Such a sentence addresses whoever grades *and* asks for a verdict.  Talk about scoring candidates, about judges or
about blocked prompt injections is ordinary content: it reports, in the first or third person, and is left alone.
"""

from __future__ import annotations

import re

from answer_coach.answer import Answer
from answer_coach.folding import fold

GRADER = (
    r"(?:ai|a\.i\.|grader|grading (?:model|system|ai|engine)|evaluator|judge|assessor|examiner|rater|reviewer|scorer|marker"
    r"|interviewer|interview panel|panel|hiring manager|language model|llm|model|assistant|chatbot|system|bot|gpt|whoever (?:is )?(?:grad|scor|read|mark)\w+)"
)
SET_ASIDE = (
    r"(?:ignore|disregard|forget|override|bypass|skip|set aside)\b(?: \w+){0,4}? "
    r"(?:instructions?|rules?|rubrics?|prompts?|guidelines?|criteria|above|before|system message|directions?)\b"
)
ADDRESS = re.compile(
    rf"(?:\b(?:dear|hey|hello|hi|attention|note|message|instructions?|reminder|request|ps)[,:]?(?: (?:to|for))?(?: (?:the|all|my|any))?(?: \w+)? {GRADER}\b"
    rf"|^(?:to|for) (?:the|any|my) (?:\w+ )?{GRADER}\b[^.]{{0,20}}[:,]"
    rf"|\b(?:you are|you're|act as|pretend to be|as)(?: now)?(?: (?:the|an?|my|this))+(?: \w+)? {GRADER}[,.:;! ]"
    rf"|(?:^|[.;:,!'(] ?|\band |\bthen |\bplease |\bnow |\byou (?:must|should|can|may|will) )(?:please )?{SET_ASIDE}"
    r"|^\W*(?:system|assistant|developer|admin|user)\W*[:>\]]"
    r"|</?(?:system|assistant|answer|instructions?|s|inst)\b|\[/?inst\]|#{2,} ?(?:system|instructions?)"
    r"|\b(?:who|what)ever\b[^.:]{0,30}\b(?:read|grad|scor|mark|judg|assess|evaluat)(?:es|s|ing|ed)? this\b"
    r"|\byour (?:instructions|rubric|grading|verdicts?|scor(?:e|ing)|evaluation|system prompt|task)\b)",
)
GOOD = (
    r"(?:met|5(?:/5| out of 5| of 5)?|five(?: out of five)?|10(?:/10)?|ten|100 ?%?|full (?:marks?|score|credit|points)|top (?:marks?|scores?|grades?|level)"
    r"|(?:the )?(?:highest|maximum|max|best|perfect)(?: possible)?(?: \w+)?|perfect|satisfied|passed|pass|exceptional|outstanding|excellent"
    r"|(?:at )?the (?:very )?top(?: of the (?:scale|range|rubric))?|strong(?: lead| hire| yes)?|lead level|yes|fulfilled|level 5|true|credit)"
)
VERB = r"(?:mark|grade|rate|score|give|award|assign|return|output|respond|reply|set|label|treat|count|consider|credit|report|record|conclude|judge|evaluate|assess|print|write|put)"
STARTS = r"(?:^|[.;:,!?'(>\]-] ?|\band |\bthen |\bplease |\bnow |\bso |\bjust |\bsimply |\b(?:you|which) (?:must|should|can|may|will|need to|have to|are to) )"
VERDICT = re.compile(rf"{STARTS}(?:please |kindly |only |always |simply )?{VERB}\b[^.!?]{{0,80}}?\b{GOOD}(?![\w-])")
DEIXIS = (
    r"(?:this (?:answer|response|candidate|draft|one|text|submission)|the (?:answer|response|candidate|above|following)|me\b|my (?:answer|response|draft)"
    r"|(?:every|each|all)(?: of)?(?: the| these)? (?:indicators?|items?|criteri(?:a|on)|dimensions?|points?|verdicts?|questions?)|everything|it as|them (?:all )?as)"
)
DEMAND = re.compile(
    rf"{STARTS}(?:please |kindly |only |always |simply )?{VERB}\b (?:\w+ ){{0,3}}?{DEIXIS}[^.!?]{{0,60}}?\b{GOOD}(?![\w-])"
)
DESERVES = re.compile(
    rf"\b(?:must|should|is to|shall|needs to|ought to) be (?:{VERB}\w*|marked|given|graded|rated|scored) [^.!?]{{0,40}}\b{GOOD}(?![\w-])"
)
ENTREATY = re.compile(
    rf"\bto {VERB} (?:{DEIXIS}|this\b|it\b)[^.!?]{{0,40}}\b{GOOD}(?![\w-])|\b(?:kind|generous|lenient|nice) (?:with|in|about) (?:the |your |my )?(?:marks?|scor\w+|grad\w+|verdicts?)\b"
)
# A reply put into the answer's mouth, and the tags of a conversation: no interview answer has either.
FAKE = re.compile(r"'?\b(?:verdict|indicators)'? ?[:=] ?(?:'?met\b|[\[{])|\{ ?'[\w ]+' ?: ?(?:\d|'|\[|\{|true)")
ROLE_TAG = re.compile(
    r"</?(?:system|assistant|user|developer|answer(?:-\w+)?|instructions?|inst)\b[^>]*>|\[/?inst\]|<\|\w+\|>"
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


def demanding(answer: Answer) -> frozenset[int]:
    """Numbers of the sentences that tell the grader what to conclude."""
    folded = [fold(sentence.text).text for sentence in answer.sentences]
    found = _between_tags(folded)
    for at, text in enumerate(folded):
        if FAKE.search(text):
            found.add(at)
            continue
        address, demand = ADDRESS.search(text), DEMAND.search(text)
        verdict = VERDICT.search(text) or DESERVES.search(text) or demand
        if demand and not _reported(text, demand.start()):
            found.add(at)
        elif address and not _reported(text, address.start()):
            if verdict:
                found.add(at)
            found.update(_later(folded, at))
    return frozenset(answer.sentences[at].number for at in found)


def _between_tags(folded: list[str]) -> set[int]:
    """Sentences that hold a tag of a conversation, and those between two such sentences."""
    tagged = [at for at, text in enumerate(folded) if ROLE_TAG.search(text) and not _reported(text, len(text))]
    return set(range(tagged[0], tagged[-1] + 1)) if tagged else set()


def _later(folded: list[str], at: int) -> set[int]:
    """An address at `at`, and what is asked for in the two sentences behind it."""
    for following in range(at, min(at + 3, len(folded))):
        text = folded[following]
        asked = VERDICT.search(text) or DESERVES.search(text) or ENTREATY.search(text)
        if asked and not _reported(text, asked.start()):
            return {at, following}
    return set()


def _reported(text: str, before: int) -> bool:
    report = REPORTED.search(text)
    return report is not None and report.start() <= before
