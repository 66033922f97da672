"""What changed since an earlier batch: indicators gained and lost, against the noise of the judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from answer_coach.answer import Word
from answer_coach.batch.graded import Graded, Numbered, numbered, same_judge
from answer_coach.feedback import Failed, Feedback, IndicatorResult, NotGradable
from answer_coach.noise import WORTH
from answer_coach.rubric import DimensionId

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

    compared: tuple[Compared, ...]
    """What went down first, then what is stuck, then what gained most."""
    apart: tuple[Numbered, ...]
    """Answers that can't be compared, and why."""
    new: int
    """Answers of a candidate and question that the earlier batch does not have."""
    gone: int
    """Candidates and questions that only the earlier batch has."""
    nameless: int
    """Answers of this batch whose candidate is not known, so that nothing can be compared with them."""

    @property
    def again(self) -> int:
        """How many handed in the text of last time."""
        return sum(item.same_text for item in self.compared)

    @property
    def stuck(self) -> tuple[Compared, ...]:
        """Those whose next edit is the one that it was."""
        return tuple(item for item in self.compared if item.stuck)


def since(graded: Sequence[Graded], against: Sequence[Graded]) -> Since:
    """What changed: the last answer of each candidate to each question, then and now."""
    before, now = _last(against), _last(graded)
    compared, apart = [], []
    for key, (number, item) in now.items():
        if key not in before:
            continue
        old = before[key][1]
        why = _not_comparable(old.card, item.card)
        if why:
            apart.append(numbered(number, item, why))
        elif isinstance(old.card, Feedback) and isinstance(item.card, Feedback):
            compared.append(_compared(numbered(number, item), old.card, item.card))
    return Since(
        compared=tuple(sorted(compared, key=_urgency)),
        apart=tuple(apart),
        new=len(now.keys() - before.keys()),
        gone=len(before.keys() - now.keys()),
        nameless=sum(item.candidate is None for item in graded),
    )


def _urgency(item: Compared) -> tuple[bool, bool, int]:
    """What went down first, then what is stuck, then what gained most."""
    return (all(step.moved != "down" for step in item.steps), item.stuck is None, len(item.lost) - len(item.gained))


def _last(graded: Sequence[Graded]) -> dict[tuple[str, str], tuple[int, Graded]]:
    """The last answer of each candidate to each question, with its number."""
    return {(item.candidate, item.card.question): (at, item) for at, item in enumerate(graded, 1) if item.candidate}


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
