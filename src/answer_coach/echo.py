"""A rubric's own words said back: they stand there for all to read, and show nothing about whoever says them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from answer_coach.answer import Answer
from answer_coach.folding import words
from answer_coach.rubric import Rubric

RUN = 6  # words in a row; no exemplar shares so many with its rubric
LEAST = 6  # words that an example must have for a changed copy of it to be told
Run = tuple[str, ...]
Example = tuple[list[str], frozenset[str]]
ALIKE = 0.7  # of an example's words, in order


def echoes(answer: Answer, rubric: Rubric) -> frozenset[int]:
    """Numbers of the sentences that repeat what the rubric says of its indicators and levels.

    A sentence repeats where it holds words of a run of six that is the rubric's, across full stops too, or most words
    of one of its examples, in order.
    """
    runs, told = _printed(tuple(i.met for i in rubric.indicators), tuple(_further(rubric)))
    said = [(s.number, words(s.text)) for s in answer.sentences]
    numbers = [number for number, spoken in said for _ in spoken]
    spoken = [word for _, own in said for word in own]
    found = {n for at, run in enumerate(_runs(spoken)) if run in runs for n in numbers[at : at + RUN]}
    return frozenset(found | {number for number, own in said if any(_copies(own, *example) for example in told)})


def _further(rubric: Rubric) -> Iterator[str]:
    """What a rubric prints beside its examples: questions and anchors."""
    for i in rubric.indicators:
        yield from (i.asks, i.ask_absent, i.ask_partial)
    for dimension in rubric.dimensions:
        yield from (rung.anchor for rung in dimension.ladder.rungs)


@lru_cache(maxsize=32)
def _printed(examples: tuple[str, ...], further: tuple[str, ...]) -> tuple[frozenset[Run], list[Example]]:
    """The runs of words that a rubric prints, and its examples with their vocabulary."""
    texts = [words(text) for text in (*examples, *further)]
    told = [(text, frozenset(text)) for text in texts[: len(examples)] if len(text) >= LEAST]
    return frozenset(run for text in texts for run in _runs(text)), told


def _runs(text: Sequence[str]) -> list[Run]:
    return [tuple(text[at : at + RUN]) for at in range(len(text) - RUN + 1)]


def _copies(said: Sequence[str], example: Sequence[str], vocabulary: frozenset[str]) -> bool:
    """Whether most words of an example stand in a sentence in the example's order."""
    needed = ALIKE * len(example)
    if len(vocabulary.intersection(said)) < ALIKE * len(vocabulary) or len(said) < needed:
        return False
    return _in_order(said, example) >= needed


def _in_order(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, mine in enumerate(other, 1):
            before, row[at] = row[at], before + 1 if word == mine else max(row[at], row[at - 1])
    return row[-1]
