"""Answers of different candidates that say the same in the same words.

Each answer leaves a sketch: the smallest of the hashes of its runs of five words, all of them in a batch of some
thousand, at least eight in one of any size (Broder, On the resemblance and containment of documents, 1997).  Whoever
shares enough of a sketch is compared by the texts themselves, so that what is told was counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import lru_cache
from heapq import nsmallest
from itertools import combinations, groupby, pairwise

from answer_coach.answer import Word
from answer_coach.batch.graded import FIRST, Batch, Graded, Numbered, numbered
from answer_coach.batch.scratch import scratch
from answer_coach.gate import shingles

SHARED = 0.5
"""Half of the shorter text's runs of five words stand in the other one, too."""
LEAST = 10  # runs; shorter texts are alike by chance
CROWD = 12  # texts with the same run; above it only neighbours are paired, which joins them all the same
ROWS = 1_000_000
"""So many hashes are kept of a whole batch, but no fewer than `FEWEST` of an answer."""
FEWEST = 8
MISSES = 10_000  # looks that showed nothing, after which no more are taken
NAMED = 20  # of a group
TABLES = """
CREATE TABLE runs (run INTEGER, number INTEGER);
CREATE TABLE kept (number INTEGER PRIMARY KEY, count INTEGER);
CREATE TABLE pairs (one INTEGER, two INTEGER);
"""
PAIRS = """
SELECT one, two FROM (SELECT one, two, count(*) AS shared FROM pairs GROUP BY one, two)
JOIN kept AS a ON a.number = one JOIN kept AS b ON b.number = two
WHERE shared * 8 >= min(a.count, b.count) ORDER BY shared * 1.0 / min(a.count, b.count) DESC, one, two
"""
"""Pairs that share an eighth of a sketch are worth a look, the most alike first."""


class Alike(Word):
    """Answers that share their words: how many, and the first of them.

    `shared` is the highest overlap that was found between two of them, 0 to 1.
    """

    count: int
    answers: tuple[Numbered, ...]
    shared: float


class Alikes(Word):
    """Groups of answers that share their words: how many, and the first of them, those with most in common."""

    count: int = 0
    first: tuple[Alike, ...] = ()


class Likeness:
    """Finds groups of answers of different candidates, each joined to another by half of its runs of five words.

    Answers whose candidate is not known are left out: one person's drafts are alike.  `take` each answer of the batch
    in turn, then ask for `told`.
    """

    def __init__(self, batch: Batch, rows: int = ROWS):
        self._batch, self._size = batch, max(FEWEST, rows // max(1, len(batch)))
        self._whose = array("q", [0])
        self._sketches = scratch(TABLES)

    def take(self, number: int, item: Graded) -> None:
        """One answer; numbers count from 1."""
        self._whose.append(hash(item.person) if item.person else 0)
        found = _runs(item.text) if item.candidate else frozenset()
        if len(found) < LEAST:
            return
        sketch = nsmallest(self._size, found)
        self._sketches.executemany("INSERT INTO runs VALUES (?, ?)", ((run, number) for run in sketch))
        self._sketches.execute("INSERT INTO kept VALUES (?, ?)", (number, len(sketch)))

    def told(self) -> Alikes:
        """The groups, those with most in common first."""
        self._sketches.executemany("INSERT INTO pairs VALUES (?, ?)", self._nominated())
        groups = Groups(len(self._whose))
        runs = lru_cache(100)(lambda number: _runs(self._batch[number - 1].text))
        misses = 0
        for one, two in self._sketches.execute(PAIRS):
            if groups.top(one) == groups.top(two):
                continue
            shared = len(runs(one) & runs(two)) / min(len(runs(one)), len(runs(two)))
            if shared >= SHARED:
                groups.join(one, two, shared)
            else:
                misses += 1
                if misses == MISSES:
                    break
        found = groups.told()
        first = sorted(found, key=lambda group: (-group[2], group[1][0]))[:FIRST]
        return Alikes(count=len(found), first=tuple(self._group(*group) for group in first))

    def _nominated(self) -> Iterator[tuple[int, int]]:
        """Pairs of answers of different candidates, once for each hash that they share."""
        rows = self._sketches.execute("SELECT run, number FROM runs ORDER BY run, number")
        for _, same in groupby(rows, key=lambda row: row[0]):
            places = [number for _, number in same]
            pairs = combinations(places, 2) if len(places) <= CROWD else pairwise(places)
            yield from (pair for pair in pairs if self._whose[pair[0]] != self._whose[pair[1]])

    def _group(self, count: int, numbers: list[int], shared: float) -> Alike:
        named = tuple(numbered(number, self._batch[number - 1]) for number in numbers)
        return Alike(count=count, answers=named, shared=shared)


class Groups:
    """Pairs to groups: whoever is joined to one of a group belongs to it."""

    def __init__(self, size: int):
        self._over = array("L", range(size))
        self._shared: dict[int, float] = {}

    def top(self, number: int) -> int:
        """The one by which a group is known."""
        while self._over[number] != number:
            self._over[number] = number = self._over[self._over[number]]
        return number

    def join(self, one: int, two: int, shared: float) -> None:
        """Make one group of two."""
        one, two = self.top(one), self.top(two)
        self._over[max(one, two)] = min(one, two)
        known = (self._shared.pop(number, 0.0) for number in (one, two))
        self._shared[min(one, two)] = max(shared, *known)

    def told(self) -> list[tuple[int, list[int], float]]:
        """How many each group has, the first of its numbers, and the highest share."""
        counts, first = dict.fromkeys(self._shared, 0), {top: list[int]() for top in self._shared}
        for number in range(len(self._over)):
            top = self.top(number)
            if top in counts:
                counts[top] += 1
                if counts[top] <= NAMED:
                    first[top].append(number)
        return [(counts[top], first[top], shared) for top, shared in self._shared.items()]


def _runs(text: str) -> frozenset[int]:
    return frozenset(int(digest, 16) for digest in shingles(text))
