"""Patterns that are tried only where they can match: each says which words it cannot do without.

Most sentences hold none of the words that a demand needs.  To look those up takes a fiftieth of the time that a regular
expression takes to find nothing.  What is never tried is not compiled either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from answer_coach.folding import runs_in

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
BEGINNING = 4  # letters of a word that stand for all words that begin so
MOST_LISTS = 3


class _Needs:
    """The word lists of all phrases: in which of them, as bits, each word is, and which have no such list."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[int]] = {}
        self._free = [0] * MOST_LISTS

    def add(self, bit: int, lists: Iterable[str | None]) -> None:
        for at, words in enumerate(lists):
            if words is None:
                self._free[at] |= bit
            for word in (words or "").split():
                self._by_word.setdefault(word, [0] * MOST_LISTS)[at] |= bit

    def met(self, there: set[str]) -> int:
        """The phrases that need nothing else than what is there."""
        first, second, third = self._free
        for word in there & self._by_word.keys():
            in_first, in_second, in_third = self._by_word[word]
            first |= in_first
            second |= in_second
            third |= in_third
        return first & second & third


_needs = _Needs()


@lru_cache(maxsize=256)
def possible(text: str) -> int:
    """The phrases, as bits, whose needs a folded text meets."""
    runs = runs_in(text)
    return _needs.met({*runs, *[run[:BEGINNING] for run in runs], *(set(text) - LETTERS)})


class Phrase:
    """One pattern, and what it needs: of each list one word at least, else it matches nowhere.

    A word in a list is a whole word, the first four letters of one, or a character that is no small Latin letter.
    Lists that ask too much lose matches; `tests/test_signs.py` tries them on matches of every kind.
    """

    _made = 0

    def __init__(self, pattern: str, *needs: str):
        self.pattern, self.bit = pattern, 1 << Phrase._made
        Phrase._made += 1
        _needs.add(self.bit, (*needs, *[None] * (MOST_LISTS - len(needs))))
        possible.cache_clear()

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first tried."""
        return re.compile(self.pattern)


class Sign:
    """Several phrases that mean the same."""

    def __init__(self, *phrases: Phrase):
        self.phrases = phrases
        self.bits = sum(phrase.bit for phrase in phrases)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match in a folded text; of several in one place that of the first phrase."""
        if not self.bits & possible(text):
            return None
        found = filter(None, (phrase.compiled.search(text) for phrase in self._tried(text)))
        return min(found, key=re.Match.start, default=None)

    def findall(self, text: str) -> list[str]:
        """What the phrases match in a folded text, as `re` lists it."""
        if not self.bits & possible(text):
            return []
        return [found for phrase in self._tried(text) for found in phrase.compiled.findall(text)]

    def _tried(self, text: str) -> Iterator[Phrase]:
        there = possible(text)
        return (phrase for phrase in self.phrases if phrase.bit & there)
