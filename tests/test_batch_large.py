"""A batch of any size: what is kept of each answer is a few bytes, and copies are found all the same."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

from answer_coach.batch.alike import Likeness
from answer_coach.batch.digest import digest
from answer_coach.batch.graded import FIRST, Cards, Graded
from answer_coach.reports import batch
from tests.support.sample import coach, sample, troubles, write_batch

COACH = coach()
[ITEM, *_] = sample(COACH, ("q05",))
FAILURE = troubles(COACH)[0]


def named(item: Graded, candidate: str, text: str) -> Graded:
    """The same answer by somebody else, with another text."""
    source = item.card.source
    assert source
    card = item.card.model_copy(update={"source": source.model_copy(update={"candidate": candidate})})
    return Graded(card=card, text=text)


def test_copies_are_found_by_sketches_too() -> None:
    """In a batch so large that eight hashes an answer are kept: whole copies, half copies and padded ones are found."""
    words = [f"{chr(97 + n % 26)}{n}" for n in range(6000)]
    base = [" ".join(words[150 * at : 150 * at + 150]) for at in range(36)]
    copies = [base[0], " ".join(words[190:300] + words[5600:5640]), f"{base[2]} {' '.join(words[5700:5850])}"]
    items = [named(ITEM, f"person {at}", text) for at, text in enumerate([*base, *copies])]
    likeness = Likeness(items, rows=8)
    for number, item in enumerate(items, 1):
        likeness.take(number, item)
    found = likeness.told()
    assert {tuple(one.number for one in group.answers) for group in found.first} == {(1, 37), (2, 38), (3, 39)}
    assert found.count == 3


def test_memory_does_not_grow_with_the_batch(tmp_path: Path) -> None:
    """Three times as many answers, with an earlier batch to compare with: a few bytes more for each, no cards."""
    peaks: list[int] = []
    for size in (250, 250, 750):  # the first one fills what is kept once for all
        items = (named(ITEM, f"person {at}", " ".join(f"w{at}x{n}" for n in range(30))) for at in range(size))
        kept = Cards(write_batch(tmp_path / str(len(peaks)), items))
        gc.collect()
        tracemalloc.start()
        assert digest(kept, kept).answers == size
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] - peaks[1] < 400 * 500


def test_all_is_counted_and_the_first_are_named() -> None:
    """More failures than anybody reads: the count is of all, and the rest is in the results."""
    found = digest([named(FAILURE, f"person {at}", "") for at in range(FIRST + 50)]).needs
    assert (found.count, found.failed.count, len(found.failed.first)) == (FIRST + 50, FIRST + 50, FIRST)
    text = batch.text(digest([named(FAILURE, f"person {at}", "") for at in range(FIRST + 50)]))
    assert f"and {FIRST + 45} more failed" in text
