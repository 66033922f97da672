"""Which story an answer draws on: by words that both share, else by the numbers and names that only that story has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from answer_coach import sentences
from answer_coach.answer import Answer
from answer_coach.folding import fold_text, words
from answer_coach.gate import shingles
from answer_coach.library.marked import front_matter
from answer_coach.redaction.amounts import LIFELESS
from answer_coach.redaction.spotting import mentions

RUNS = 8
"""Runs of five words that an answer must share with a story: twelve words in a row, or a few shorter pieces."""
MARKS = 3
"""Numbers and names that it must share where it tells the story in other words; at least one of each."""
YEARS = range(1900, 2100)


class Trail(NamedTuple):
    """What a text can be known by."""

    runs: frozenset[str]
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    def with_(self, other: Trail) -> Trail:
        """What two drafts of one story can be known by together."""
        return Trail(self.runs | other.runs, self.names | other.names, self.numbers | other.numbers)


def trail_of(text: str) -> Trail:
    """A draft's runs of five words, the names in it, and its telling numbers (no years, no single digits)."""
    body = text[front_matter(text)[1] :]
    clean = Answer.of(body).clean
    found = mentions(clean, sentences.split(clean), {}, frozenset())
    return Trail(
        runs=frozenset(shingles(body)),
        names=frozenset(fold_text(clean[m.start : m.end]) for m in found if m.kind not in LIFELESS),
        numbers=frozenset(filter(_telling, words(clean))),
    )


def _telling(word: str) -> bool:
    digits = "".join(filter(str.isdigit, word))
    year = word.isascii() and word.isdigit() and int(word) in YEARS
    return len(digits) > 1 and not year


def story_used(answer: Trail, stories: Mapping[str, Trail]) -> str | None:
    """The name of the story that an answer shares most with; None where it shares too little with any.

    A number or a name that stands in more than one story tells nothing.
    """
    shared = {name: len(answer.runs & story.runs) for name, story in stories.items()}
    told = _most({name: count for name, count in shared.items() if count >= RUNS})
    return told or _most({name: _marks(answer, name, stories) for name in stories})


def _marks(answer: Trail, name: str, stories: Mapping[str, Trail]) -> int:
    """How many marks of a story are in an answer and in no other story; 0 where that is too few to tell."""
    others = [story for other, story in stories.items() if other != name]
    names = (answer.names & stories[name].names).difference(*(story.names for story in others))
    numbers = (answer.numbers & stories[name].numbers).difference(*(story.numbers for story in others))
    return len(names) + len(numbers) if names and numbers and len(names) + len(numbers) >= MARKS else 0


def _most(counts: Mapping[str, int]) -> str | None:
    best = min(counts, key=lambda name: (-counts[name], name), default=None)
    return best if best is not None and counts[best] else None
