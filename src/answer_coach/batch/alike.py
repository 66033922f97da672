"""Answers of different candidates that say the same in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from answer_coach.answer import Word
from answer_coach.batch.graded import Graded, Numbered, numbered
from answer_coach.gate import shingles

SHARED = 0.5
"""Half of the shorter text's runs of five words stand in the other one, too."""
LEAST = 10  # runs; shorter texts are alike by chance
CROWD = 40  # texts with the same run; above it only neighbours are paired, which joins them all the same


class Alike(Word):
    """Answers that share their words; `shared` is the highest overlap between two of them, 0 to 1."""

    answers: tuple[Numbered, ...]
    shared: float


def alike(graded: Sequence[Graded]) -> tuple[Alike, ...]:
    """Groups of answers of different candidates, each joined to another by half of its runs of five words.

    Answers whose candidate is not known are left out: one person's drafts are alike.
    """
    runs = {at: found for at, item in enumerate(graded) if item.candidate and len(found := _runs(item.text)) >= LEAST}
    overlaps = {
        pair: count / min(len(runs[pair[0]]), len(runs[pair[1]]))
        for pair, count in _shared(runs, graded).items()
        if count >= SHARED * min(len(runs[pair[0]]), len(runs[pair[1]]))
    }
    groups = [
        Alike(
            answers=tuple(numbered(at + 1, graded[at]) for at in group),
            shared=max(share for pair, share in overlaps.items() if pair[0] in group),
        )
        for group in _joined(overlaps)
    ]
    return tuple(sorted(groups, key=lambda group: (-group.shared, group.answers[0].number)))


def _runs(text: str) -> frozenset[int]:
    return frozenset(int(digest, 16) for digest in shingles(text))


def _shared(runs: dict[int, frozenset[int]], graded: Sequence[Graded]) -> Counter[tuple[int, int]]:
    """How many runs each two answers of different candidates share."""
    where: dict[int, list[int]] = {}
    for at, found in runs.items():
        for run in found:
            where.setdefault(run, []).append(at)
    counts: Counter[tuple[int, int]] = Counter()
    for places in where.values():
        pairs = combinations(places, 2) if len(places) <= CROWD else pairwise(places)
        counts.update(pair for pair in pairs if graded[pair[0]].candidate != graded[pair[1]].candidate)
    return counts


def _joined(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Pairs to groups: whoever is joined to one of a group belongs to it."""
    root: dict[int, int] = {}

    def find(at: int) -> int:
        root.setdefault(at, at)
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for one, two in pairs:
        root[find(two)] = find(one)
    groups: dict[int, list[int]] = {}
    for at in sorted(root):
        groups.setdefault(find(at), []).append(at)
    return list(groups.values())
