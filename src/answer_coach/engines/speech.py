"""What the rules hear of an answer: its sentences without the fillers of speech, and who is named in them.

`um`, `you know` and the like are left out before the text is cut into sentences, so that a point counts the same
spoken as written; what is quoted is the answer's own words, fillers and all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from answer_coach import sentences
from answer_coach.answer import Answer
from answer_coach.barred.unsaid import spoken
from answer_coach.folding import fold_text

SOUNDS = r"(?:[Uu]m+|[Uu]h+m?|[Uu]hm+|[Ee]rm?|[Hh]m+)\b"
WORDS = (
    r"(?:[Yy]ou know|I mean|[Ll]ike|[Ss]ort of|[Kk]ind of|[Ww]ell|[Rr]ight|[Oo]k(?:ay)?|[Yy]eah|[Ee][mh]|[Ee]uh|[Ee]hm)"
)
FILLER = re.compile(
    rf",?[ \t]*(?<![\w'-]){SOUNDS},?(?!\w)|,[ \t]*{WORDS},(?!\w)|(?:(?<=[.!?][ \n])|^){WORDS},[ \t]", re.M
)
ADVERB = re.compile(
    r"\b(i|we) (?:therefore|then|also|finally|personally|simply|quickly|immediately|deliberately|eventually|initially"
    r"|clearly|directly|explicitly|consequently|thus|hence) (?=\w)"
)
SOMEBODY = re.compile(r"\b(?:he|she|him|her)\b|@name")
HABIT = re.compile(
    r"\b(?:always|usually|often|normally|generally|every|each|never|if|when|whenever|would|should|will)\b"
)
TELLS = re.compile(r"\b(i|we) (\w+)\b")
PAST = dict(
    pair.split("/")
    for pair in (
        "agree/agreed ask/asked bring/brought call/called choose/chose count/counted decide/decided drive/drove "
        "explain/explained find/found give/gave go/went let/let look/looked meet/met promise/promised "
        "put/put say/said see/saw send/sent show/showed sit/sat speak/spoke stop/stopped take/took talk/talked "
        "tell/told"
    ).split()
)
NAME = re.compile(r"(?<=[\w,;:] )[^\W\d_][\w'\u2019-]*[^\W\d_]")
POSSESSIVE = re.compile(r"['\u2019]s$")
PRONOUN = re.compile(r"I['\u2019]")
NO_NAMES = frozenset(
    (
        "January February March April May June July August September October November December Monday Tuesday "
        "Wednesday Thursday Friday Saturday Sunday Easter Christmas English German French Excel Python Spark "
        "Jira Gantt Kafka Bayes Random Forest Data Science Product Engineering Marketing Finance Sales "
        "Strategic Business"
    ).split()
)


class Heard(NamedTuple):
    """A sentence: the number of the answer's sentence that it begins in, its own words, and what is heard of them.

    What is heard is folded, has no adverb between `I` and what I did, is told in the past, and ends in `@name` where
    somebody, or something, is named.
    """

    number: int
    said: str
    text: str


def heard(answer: Answer) -> list[Heard]:
    """The sentences of an answer as the rules hear them."""
    found = _spoken(answer) if FILLER.search(answer.clean) else [(s.number, s.text, s.text) for s in answer.sentences]
    texts = _named([spoken(text) for _, _, text in found])
    folded = [_as_told(ADVERB.sub(r"\1 ", fold_text(text))) for text in texts]
    return [Heard(number, said, text) for (number, said, _), text in zip(found, folded, strict=True)]


def _spoken(answer: Answer) -> list[tuple[int, str, str]]:
    """Number, own words and words without fillers of each sentence, cut where it would be cut without them."""
    kept: list[int] = []
    at = 0
    for filler in FILLER.finditer(answer.clean):
        kept += range(at, filler.start())
        at = filler.end()
    kept += range(at, len(answer.clean))
    text = "".join(answer.clean[place] for place in kept)
    found = []
    for start, end in sentences.split(text):
        first, last = kept[start], kept[end - 1] + 1
        sentence = answer.sentence_at(answer.origin[first])
        number = sentence.number if sentence else 1
        found.append((number, " ".join(answer.clean[first:last].split()), " ".join(text[start:end].split())))
    return found


def _as_told(text: str) -> str:
    """A folded sentence, in the past where it tells in the present what the speaker did with somebody: "I say to her".

    A habit or a supposition stays what it is.
    """
    if not SOMEBODY.search(text) or HABIT.search(text):
        return text
    return TELLS.sub(lambda told: f"{told[1]} {PAST.get(told[2], told[2])}", text)


def _named(texts: Sequence[str]) -> list[str]:
    """Sentences with `@name` behind those that speak of somebody or something by name.

    A name is a capitalised word, of any language, that stands somewhere inside a sentence; months, days, tools and the
    like are not.
    """
    inside = {name for text in texts for word in NAME.findall(text) if (name := _name(word))} - NO_NAMES
    return [f"{text} @name" if inside & set(map(_name, re.findall(r"[\w'\u2019-]+", text))) else text for text in texts]


def _name(word: str) -> str:
    """A word as a name, without its possessive; "" where it is none: not capitalised, or capitals throughout."""
    bare = POSSESSIVE.sub("", word)
    capital = bare[:1].isupper() and any(c.islower() for c in bare[1:])
    return bare if capital and not PRONOUN.match(word) else ""
