"""What a judge may say to a candidate: questions about this draft, nothing invented, no praise."""

from __future__ import annotations

import re

from answer_coach.answer import Answer
from answer_coach.cleaning import clean
from answer_coach.folding import words

MOST_WORDS = 28  # 25 are asked for; a little grace, as models count badly
LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|io|ai|dev)\b|@\w")
NUMBER = re.compile(r"\d[\d.,]*")
PRAISE = re.compile(
    r"\b(?:great|excellent|impressive|well done|good (?:job|work|answer|example|point|start)|nice(?:ly)?"
    r"|strong(?:ly)?|fantastic|wonderful|brilliant|perfect|amazing|bravo|congratulations|solid|clearly you"
    r"|love (?:how|that|the))\b",
    re.I,
)
PERSON = re.compile(r"\byou(?:'re| are)\b(?! (?:say|tell|describ|mention|refer|speak|talk)\w*)", re.I)
NUMBER_WORDS = frozenset(
    [
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "percent",
    ]
)
NAME = re.compile(r"(?<![.!?:\"'\u201c\u2018] )(?<!^)\b[A-Z][\w-]*")
ORDINARY = frozenset(("I", "KPI", "ROI", "A/B", "AB", "ML", "AI", "CEO", "CFO", "HR", "STAR"))


def may_be_said(text: str, answer: Answer, known: str = "") -> bool:
    """Whether a judge's note or question may be shown.

    It is short, asks, praises nothing and nobody, holds nothing that hides, and every number, name and link in it
    stands in the draft (or in `known`, the rubric's own words).
    """
    if not text.strip() or len(text.split()) > MOST_WORDS or clean(text).removed:
        return False
    if PRAISE.search(text) or LINK.search(text) or PERSON.search(text):
        return False
    have = set(words(answer.clean)) | set(words(known))
    numbers = {n.strip(".,") for n in NUMBER.findall(text)}
    own_numbers = {n.strip(".,") for n in NUMBER.findall(answer.clean)}
    if numbers - own_numbers or (NUMBER_WORDS & set(words(text))) - have:
        return False
    return all(name in ORDINARY or set(words(name)) <= have for name in NAME.findall(text.strip()))


def is_question(text: str) -> bool:
    """Whether a text asks: questions and requests end in a question mark, or ask to say, name, give or add."""
    opening = text.strip().split(" ")[0].casefold().strip(",")
    return "?" in text or opening in ("say", "name", "give", "add", "tell", "describe", "put", "explain", "show")
