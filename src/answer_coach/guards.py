"""What a judge may say to a candidate: questions about this draft, nothing invented, no praise."""

from __future__ import annotations

import re

from answer_coach.answer import Answer
from answer_coach.cleaning import clean
from answer_coach.folding import fold_text, words

MOST_WORDS = 28  # 25 are asked for; a little grace, as models count badly
LINK = re.compile(r"https?:|www\.|\b[\w-]+\.[a-z]{2,}\b(?!\.)|@\w", re.I)
NUMBER = re.compile(r"\d[\d.,]*")
PRAISE = re.compile(
    r"\b(?:great|excellent|impressive|well done|good (?:job|work|answer|example|point|start)|nice(?:ly)?"
    r"|strong(?:ly)?|fantastic|wonderful|brilliant|perfect|amazing|bravo|congratulations|solid|clearly you"
    r"|love (?:how|that|the))\b",
    re.I,
)
PERSON = re.compile(r"\byou(?:'re| are)\b(?! (?:say|tell|describ|mention|refer|speak|talk)\w*)", re.I)
NUMBER_WORDS = frozenset(
    (
        "three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand "
        "thousands million millions billion dozen dozens percent"
    ).split()
)
NAME = re.compile(r"\b[A-Z][\w/-]*")
OPENERS = frozenset(
    (
        "a about after against an and any are as at before both but by can could did do does during each every "
        "for from had has have how if in is it its name of on once or out over put roughly say should since so "
        "some tell than that the their then there these they this those to under until was were what when "
        "where which while who whom whose why will with without would you your add describe explain give show "
        "pick compared one nobody somebody someone anyone besides apart"
    ).split()
)
REQUESTS = frozenset("say name give add tell describe put explain show pick take".split())
ORDINARY = frozenset(("I", "KPI", "ROI", "A/B", "AB", "ML", "AI", "CEO", "CFO", "HR", "STAR"))


def may_be_said(text: str, answer: Answer, known: str = "") -> bool:
    """Whether a judge's note or question may be shown.

    It is short, asks, praises nothing and nobody, holds nothing that hides, and every number, name and link in it
    stands in the draft (or in `known`, the rubric's own words).
    """
    if not text.strip() or len(text.split()) > MOST_WORDS or clean(text).removed:
        return False
    plain = fold_text(text)
    if PRAISE.search(plain) or LINK.search(text) or PERSON.search(plain):
        return False
    have = set(words(answer.clean)) | set(words(known))
    own_numbers = {n.strip(".,") for n in NUMBER.findall(f"{answer.clean} {known}")}
    if {n.strip(".,") for n in NUMBER.findall(text)} - own_numbers:
        return False
    if (NUMBER_WORDS & _parts(set(words(text)))) - _parts(have):
        return False
    return all(_known(name, have) for name in NAME.findall(text))


def _parts(found: set[str]) -> set[str]:
    """Words, and the parts of those with a hyphen."""
    return found | {part for word in found for part in word.split("-")}


def _known(name: str, have: set[str]) -> bool:
    """Whether a capitalised word is no news: it opens questions, is ordinary, or stands in the draft."""
    return name.casefold() in OPENERS or name in ORDINARY or set(words(name)) <= have


def is_question(text: str) -> bool:
    """Whether a text asks: questions and requests end in a question mark, or ask to say, name, give or add."""
    opening = text.strip().split(" ")[0].casefold().strip(",")
    return "?" in text or opening in REQUESTS
