"""A rubric's own words said back: they stand there for all to read, and show nothing about whoever says them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from answer_coach.answer import Answer
from answer_coach.folding import fold_text, words, words_in
from answer_coach.rubric import Rubric

RUN = 6  # words in a row; no exemplar shares so many with its rubric
LEAST = 6  # words that an example must have for a changed copy of it to be told
Run = tuple[str, ...]
ALIKE = 0.7  # of an example's words, in order


class Told:
    """A rubric's examples, and how many words a sentence shares with each.

    The counts of all examples stand in one number, each in bits of its own, and begin so that its highest bit tells
    whether there are enough: one addition a word counts for all of them.
    """

    def __init__(self, examples: Sequence[Sequence[str]]):
        bits = max((len(example) for example in examples), default=0).bit_length() + 1
        self._examples = [(example, 1 << (at + 1) * bits - 1) for at, example in enumerate(examples)]
        self._adds: dict[str, int] = {}
        self._start = 0
        for at, (example, enough) in enumerate(self._examples):
            vocabulary = set(example)
            self._start += enough - (math.ceil(ALIKE * len(vocabulary)) << at * bits)
            for word in vocabulary:
                self._adds[word] = self._adds.get(word, 0) | 1 << at * bits
        self._any = sum(enough for _, enough in self._examples)

    def copied(self, said: Sequence[str]) -> bool:
        """Whether most words of an example stand in a sentence in the example's order."""
        shared = sum(map(self._adds.__getitem__, self._adds.keys() & said), self._start)
        return bool(shared & self._any) and any(
            shared & enough and _in_order(said, example) >= ALIKE * len(example) for example, enough in self._examples
        )


def echoes(answer: Answer, rubric: Rubric) -> frozenset[int]:
    """Numbers of the sentences that repeat what the rubric says of its indicators and levels.

    A sentence repeats where it holds words of a run of six that is the rubric's, across full stops too, or most words
    of one of its examples, in order.
    """
    runs, told = _printed(rubric.examples, rubric.questions, rubric.anchors)
    said = [(s.number, words_in(fold_text(s.text))) for s in answer.sentences]
    numbers = [number for number, spoken in said for _ in spoken]
    spoken = [word for _, own in said for word in own]
    found: set[int] = set()
    if not runs.isdisjoint(_runs(spoken)):
        found = {n for at, run in enumerate(_runs(spoken)) if run in runs for n in numbers[at : at + RUN]}
    return frozenset(found | {number for number, own in said if told.copied(own)})


@lru_cache(maxsize=32)
def _printed(examples: tuple[str, ...], *further: tuple[str, ...]) -> tuple[frozenset[Run], Told]:
    """The runs of words that a rubric prints, and its examples with their vocabulary."""
    texts = [words(text) for text in (*examples, *chain(*further))]
    told = Told([text for text in texts[: len(examples)] if len(text) >= LEAST])
    return frozenset(run for text in texts for run in _runs(text)), told


def _runs(text: Sequence[str]) -> Iterator[Run]:
    return zip(*(text[at:] for at in range(RUN)), strict=False)


def _in_order(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, mine in enumerate(other, 1):
            before, row[at] = row[at], before + 1 if word == mine else max(row[at], row[at - 1])
    return row[-1]
