"""Patterns that are tried only where they can match: each says which words it cannot do without.

Most sentences hold none of the words that a demand needs.  To look those up takes a fiftieth of the time that a regular
expression takes to find nothing.  What is never tried is not compiled either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from answer_coach.folding import runs_in

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
BEGINNING = 4  # letters of a word that stand for all words that begin so
MOST_LISTS = 3


class _Needs:
    """One word list of every phrase: the phrases, as bits, that each word is in, and those that have no such list."""

    def __init__(self) -> None:
        self.by_word: dict[str, int] = {}
        self.free = 0

    def add(self, words: str | None, bit: int) -> None:
        if words is None:
            self.free |= bit
        for word in (words or "").split():
            self.by_word[word] = self.by_word.get(word, 0) | bit

    def met(self, there: set[str]) -> int:
        """The phrases that need nothing else than what is there."""
        found = self.free
        for word in there & self.by_word.keys():
            found |= self.by_word[word]
        return found


_lists = tuple(_Needs() for _ in range(MOST_LISTS))


@lru_cache(maxsize=256)
def possible(text: str) -> int:
    """The phrases, as bits, whose needs a folded text meets."""
    runs = runs_in(text)
    there = {*runs, *[run[:BEGINNING] for run in runs], *(set(text) - LETTERS)}
    found = -1
    for needs in _lists:
        found &= needs.met(there)
    return found


class Phrase:
    """One pattern, and what it needs: of each list one word at least, else it matches nowhere.

    A word in a list is a whole word, the first four letters of one, or a character that is no small Latin letter.
    Lists that ask too much lose matches; `tests/test_signs.py` tries them on matches of every kind.
    """

    _made = 0

    def __init__(self, pattern: str, *needs: str):
        self.pattern, self.bit = pattern, 1 << Phrase._made
        Phrase._made += 1
        for kept, words in zip(_lists, (*needs, None, None, None), strict=False):
            kept.add(words, self.bit)
        possible.cache_clear()

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first tried."""
        return re.compile(self.pattern)


class Sign:
    """Several phrases that mean the same."""

    def __init__(self, *phrases: Phrase):
        self.phrases = phrases
        self._bits = sum(phrase.bit for phrase in phrases)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match in a folded text; of several in one place that of the first phrase."""
        if not self._bits & possible(text):
            return None
        found = filter(None, (phrase.compiled.search(text) for phrase in self._tried(text)))
        return min(found, key=re.Match.start, default=None)

    def findall(self, text: str) -> list[str]:
        """What the phrases match in a folded text, as `re` lists it."""
        if not self._bits & possible(text):
            return []
        return [found for phrase in self._tried(text) for found in phrase.compiled.findall(text)]

    def _tried(self, text: str) -> Iterator[Phrase]:
        there = possible(text)
        return (phrase for phrase in self.phrases if phrase.bit & there)
