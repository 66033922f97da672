"""What changed since an earlier batch: indicators gained and lost, against the noise of the judge."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import nsmallest
from typing import Literal

from answer_coach.answer import Word
from answer_coach.batch.graded import FIRST, Batch, Graded, Numbered, numbered, same_judge
from answer_coach.batch.scratch import scratch
from answer_coach.feedback import Failed, Feedback, IndicatorResult, NotGradable
from answer_coach.noise import WORTH
from answer_coach.rubric import DimensionId

TABLES = """
CREATE TABLE now (who BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID;
CREATE TABLE before (who BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID;
"""
BOTH = "SELECT now.number, before.number FROM now JOIN before USING (who) ORDER BY now.number"
PAIRS = (("now", "before"), ("before", "now"))
ONLY = "SELECT count(*) FROM {} WHERE who NOT IN (SELECT who FROM {})"
Moved = Literal["up", "down", "within noise", "noise unknown", "unchanged"]


class Step(Word):
    """How the level of a dimension moved; `noise` is None where nobody measured the judge's."""

    dimension: DimensionId
    before: int
    now: int
    noise: int | None

    @property
    def moved(self) -> Moved:
        """Up or down where the step exceeds the noise."""
        if self.now == self.before:
            return "unchanged"
        if self.noise is None:
            return "noise unknown"
        if abs(self.now - self.before) <= self.noise:
            return "within noise"
        return "up" if self.now > self.before else "down"


class Compared(Word):
    """One candidate's answer to one question, then and now."""

    answer: Numbered
    gained: tuple[str, ...]
    """Labels of the indicators that were absent or half said and are more now."""
    lost: tuple[str, ...]
    steps: tuple[Step, ...]
    """The dimensions whose level changed."""
    stuck: str | None
    """The ask of the next edit where it was the next edit of another text last time, too."""
    same_text: bool
    """Whether the text is the same, so that every change is the judge's."""


class Since(Word):
    """This batch against an earlier one, candidate by candidate and question by question."""

    compared: int
    moves: Mapping[Moved, int]
    """How many levels went up, down and so on, over all that was compared."""
    changed: int
    """How many gained or lost something, or are stuck."""
    first: tuple[Compared, ...]
    """Of those the first: what went down, then what is stuck, then what gained most."""
    stuck: int
    """Those whose next edit is the one that it was."""
    again: int
    """How many handed in the text of last time."""
    apart: Mapping[str, int]
    """Why answers can't be compared, and how many."""
    new: int
    """Answers of a candidate and question that the earlier batch does not have."""
    gone: int
    """Candidates and questions that only the earlier batch has."""
    nameless: int
    """Answers of this batch whose candidate is not known, so that nothing can be compared with them."""


class Comparing:
    """Compares the last answer of each candidate to each question, then and now.

    `take` each answer of this batch in turn, then ask for `told`; cards are read again where there are two.
    """

    def __init__(self, batch: Batch, against: Batch):
        self._batch, self._against = batch, against
        self._last = scratch(TABLES)
        self._nameless = 0
        for number, item in enumerate(against, 1):
            if item.candidate:
                self._last.execute("INSERT OR REPLACE INTO before VALUES (?, ?)", (_key(item), number))

    def take(self, number: int, item: Graded) -> None:
        """One answer; numbers count from 1."""
        if item.candidate:
            self._last.execute("INSERT OR REPLACE INTO now VALUES (?, ?)", (_key(item), number))
        else:
            self._nameless += 1

    def told(self) -> Since:
        """All that changed."""
        apart: Counter[str] = Counter()
        moves: Counter[Moved] = Counter()
        sums: Counter[str] = Counter()

        def changed() -> Iterator[Compared]:
            for item in self._compared(apart):
                moves.update(step.moved for step in item.steps)
                told = bool(item.gained or item.lost or item.stuck)
                sums.update(compared=1, again=item.same_text, stuck=bool(item.stuck), changed=told)
                if told:
                    yield item

        first = tuple(nsmallest(FIRST, changed(), key=_urgency))
        new, gone = (self._last.execute(ONLY.format(*pair)).fetchone()[0] for pair in PAIRS)
        counts = {name: sums[name] for name in ("compared", "again", "stuck", "changed")}
        return Since(
            **counts, first=first, moves=dict(moves), apart=dict(apart), new=new, gone=gone, nameless=self._nameless
        )

    def _compared(self, apart: Counter[str]) -> Iterator[Compared]:
        """What can be compared; the others are counted."""
        for number, earlier in self._last.execute(BOTH):
            item, old = self._batch[number - 1], self._against[earlier - 1].card
            if why := _not_comparable(old, item.card):
                apart[why] += 1
            elif isinstance(old, Feedback) and isinstance(item.card, Feedback):
                yield _compared(numbered(number, item), old, item.card)


def _key(item: Graded) -> bytes:
    """A short hash of a candidate and a question."""
    said = f"{item.person}\0{item.card.question}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=12).digest()


def _urgency(item: Compared) -> tuple[bool, bool, int]:
    """What went down first, then what is stuck, then what gained most."""
    return (all(step.moved != "down" for step in item.steps), item.stuck is None, len(item.lost) - len(item.gained))


def _not_comparable(old: Feedback | NotGradable | Failed, new: Feedback | NotGradable | Failed) -> str:
    """Why two cards say nothing about each other; "" where they do."""
    if not isinstance(new, Feedback):
        return "it could not be graded this time"
    if not isinstance(old, Feedback):
        return "it could not be graded last time, and can be now"
    if old.rubric.sha256 != new.rubric.sha256:
        return f"another rubric ({old.rubric.version}, now {new.rubric.version}): not compared"
    if not same_judge(old.graded_by, new.graded_by):
        names = [card.graded_by.model if card.graded_by else "nobody" for card in (old, new)]
        what = f"another model ({names[0]}, now {names[1]})" if names[0] != names[1] else "another host or prompt"
        return f"{what}: not compared"
    return ""


def _compared(answer: Numbered, old: Feedback, new: Feedback) -> Compared:
    pairs = list(zip(_indicators(old), _indicators(new), strict=True))
    told = [(a, b) for a, b in pairs if a.verdict != "cannot_tell" and b.verdict != "cannot_tell"]
    noises = [by.noise for by in (old.graded_by, new.graded_by) if by and by.noise is not None]
    return Compared(
        answer=answer,
        gained=tuple(b.label for a, b in told if WORTH[b.verdict] > WORTH[a.verdict]),
        lost=tuple(b.label for a, b in told if WORTH[b.verdict] < WORTH[a.verdict]),
        steps=tuple(
            Step(dimension=b.id, before=a.level, now=b.level, noise=max(noises, default=None))
            for a, b in zip(old.dimensions, new.dimensions, strict=True)
            if a.level != b.level
        ),
        stuck=_stuck(old, new),
        same_text=old.answer.sha256 == new.answer.sha256,
    )


def _indicators(card: Feedback) -> list[IndicatorResult]:
    return [indicator for dimension in card.dimensions for indicator in dimension.indicators]


def _stuck(old: Feedback, new: Feedback) -> str | None:
    """The ask of the next edit, where the old card's next edit needed the same for the same dimension."""
    if old.next_edit is None or new.next_edit is None or old.next_edit.dimension != new.next_edit.dimension:
        return None
    return (
        new.next_edit.ask
        if old.answer.sha256 != new.answer.sha256 and set(old.next_edit.needs) == set(new.next_edit.needs)
        else None
    )
