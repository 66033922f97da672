"""Two drafts of an answer, each graded blind, compared by code: what was gained, what was lost, what is only noise.

A verdict that changed is believed where the text shows why: words that carried it came or went.  Where the same words
are there, the judge wavered.  Where they were only put in other words (the numbers, the names, who did it and every
"not" kept), the change counts only as far as it exceeds the judge's measured noise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from answer_coach.answer import Answer, Word
from answer_coach.feedback import CapResult, Feedback, IndicatorResult
from answer_coach.noise import WORTH, Noise
from answer_coach.remaking import Result, results
from answer_coach.retelling import Reading, Why, follows, why_of
from answer_coach.rubric import DimensionId, Verdict

OUTWEIGHS = 2
"""How many times as much must be gained as lost for a draft that lost something to be better."""
UNMEASURED = 1  # verdicts that any judge is allowed to change over other words
Judgement = Literal["better", "worse", "mixed", "within noise"]
Followed = Literal["done", "partly", "not"]


class Flip(Word):
    """One indicator, or one fault, whose verdict is another one than before."""

    id: str
    label: str
    before: Verdict
    now: Verdict
    old_quote: str | None
    new_quote: str | None
    why: Why
    """What the text shows: words came or went, stand there in another form, or are the same."""
    fault: bool = False

    @property
    def worth(self) -> int:
        """How much better for the answer: half said counts 1, said 2; a fault the other way round."""
        step = WORTH[self.now] - WORTH[self.before]
        return -step if self.fault else step


class Unchanged(Word):
    """One indicator with the verdict that it had."""

    id: str
    label: str
    verdict: Verdict
    old_quote: str | None
    new_quote: str | None


class Step(Word):
    """A dimension's level, then and now, each with its range where one is known."""

    dimension: DimensionId
    before: int
    now: int
    before_range: tuple[int, int] | None
    now_range: tuple[int, int] | None


class Advice(Word):
    """What became of the edit that the older card named."""

    followed: Followed
    asked: str
    done: tuple[str, ...]
    """Labels of what it needed and what is now there."""
    open: tuple[str, ...]
    touched: bool
    """Whether something was added or changed at the place that it named."""


class Comparison(Word):
    """A draft against an earlier one, by cards of the same judge and rubric."""

    gained: tuple[Flip, ...]
    lost: tuple[Flip, ...]
    noise: tuple[Flip, ...]
    """Verdicts that changed without a reason in the text, or within what this judge's noise explains."""
    unchanged: tuple[Unchanged, ...]
    steps: tuple[Step, ...]
    overall: tuple[float, float]
    measured: float | None
    """The judge's noise in the overall figure; None where nobody has measured it."""
    judgement: Judgement
    advice: Advice | None
    same_text: bool


def compare(
    old: Feedback, old_text: Answer, new: Feedback, new_text: Answer, noise: Noise, small: Iterable[str] = ()
) -> Comparison:
    """Compare two cards of one judge with the texts that they were made from.

    `noise` is what was measured about that judge, `small` are a language's small words, which tell no two texts apart.
    """
    flips = list(_flips(old, Reading(old_text, new_text, small), new, Reading(new_text, old_text, small)))
    counted = _beyond_noise(flips, noise)
    gained = tuple(flip for flip in counted if flip.worth > 0)
    lost = tuple(flip for flip in counted if flip.worth < 0)
    return Comparison(
        gained=gained,
        lost=lost,
        noise=tuple(flip for flip in flips if flip not in counted),
        unchanged=tuple(_unchanged(old, new)),
        steps=tuple(
            Step(dimension=b.id, before=a.level, now=b.level, before_range=a.range, now_range=b.range)
            for a, b in zip(old.dimensions, new.dimensions, strict=True)
        ),
        overall=(old.overall.level, new.overall.level),
        measured=noise.overall,
        judgement=_judgement(gained, lost, new.overall.level - old.overall.level),
        advice=_advice(old, old_text, gained, new_text),
        same_text=old.answer.sha256 == new.answer.sha256,
    )


def _flips(old: Feedback, then: Reading, new: Feedback, now: Reading) -> Iterable[Flip]:
    for a, b in zip(results(old), results(new), strict=True):
        if a.verdict == b.verdict or "cannot_tell" in (a.verdict, b.verdict):
            continue
        up = WORTH[b.verdict] > WORTH[a.verdict]
        evidence, reading = (b.evidence, now) if up else (a.evidence, then)
        yield Flip(
            id=a.id,
            label=a.label,
            before=a.verdict,
            now=b.verdict,
            old_quote=_quote(a),
            new_quote=_quote(b),
            why=why_of(evidence, reading),
            fault=isinstance(a, CapResult),
        )


def _beyond_noise(flips: Sequence[Flip], noise: Noise) -> tuple[Flip, ...]:
    """The changes that the text explains; reworded ones with them where they are more than the judge's noise.

    A fault is believed wherever words changed: one wrong word makes it.
    """
    reworded = [flip for flip in flips if flip.why == "reworded" and not flip.fault]
    allowed = max(UNMEASURED, noise.net or 0)
    net = abs(sum(flip.worth for flip in reworded))
    believed = ("text", "reworded") if net > allowed else ("text",)
    return tuple(flip for flip in flips if flip.why in believed or (flip.fault and flip.why == "reworded"))


def _judgement(gained: Sequence[Flip], lost: Sequence[Flip], rise: float) -> Judgement:
    up, down = sum(flip.worth for flip in gained), -sum(flip.worth for flip in lost)
    if not up and not down:
        return "within noise"
    if not down or (up >= OUTWEIGHS * down and rise >= 0):
        return "better"
    if not up or (down >= OUTWEIGHS * up and rise <= 0):
        return "worse"
    return "mixed"


def _advice(old: Feedback, old_text: Answer, gained: Sequence[Flip], new_text: Answer) -> Advice | None:
    """What became of the older card's edit: what it needed and what the text gained; noise fulfils nothing."""
    edit = old.next_edit
    if edit is None:
        return None
    labels = {result.id: result.label for result in results(old)}
    reached = {flip.id: flip.now in (("absent",) if flip.fault else ("met",)) for flip in gained}
    done = [name for name in edit.needs if reached.get(name)]
    moved = any(name in reached for name in edit.needs)
    place = edit.place.opening if edit.place else None
    return Advice(
        followed="done" if len(done) == len(edit.needs) else "partly" if moved else "not",
        asked=edit.ask,
        done=tuple(labels.get(name, name) for name in done),
        open=tuple(labels.get(name, name) for name in edit.needs if name not in done),
        touched=place is not None and follows(old_text, place) != follows(new_text, place),
    )


def _unchanged(old: Feedback, new: Feedback) -> Iterable[Unchanged]:
    for a, b in zip(_indicators(old), _indicators(new), strict=True):
        if a.verdict == b.verdict:
            yield Unchanged(id=a.id, label=a.label, verdict=b.verdict, old_quote=_quote(a), new_quote=_quote(b))


def _indicators(card: Feedback) -> list[IndicatorResult]:
    return [indicator for dimension in card.dimensions for indicator in dimension.indicators]


def _quote(result: Result) -> str | None:
    return result.evidence[0].quote if result.evidence else None
