"""Verdicts to levels to one figure: the only arithmetic about quality in the house.

Levels are cumulative: a dimension stands at the highest level whose rung, and every rung below it, holds.  `partial`
counts on rungs 2 and 3 only.  Overall is (2 x mean + lowest) / 3 of the three levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from answer_coach.rubric import Dimension, DimensionId, Rubric, Rung, Verdict

Verdicts = Mapping[str, Verdict]
WORDS = ((2.0, "not yet"), (3.0, "thin"), (4.0, "senior"), (4.5, "lead"))
PARTIAL_COUNTS_TO = 3


def counts(verdict: Verdict, level: int) -> bool:
    """Whether a verdict satisfies a rung of this level."""
    return verdict == "met" or (verdict == "partial" and level <= PARTIAL_COUNTS_TO)


def levels(rubric: Rubric, verdicts: Verdicts, dimensions: Iterable[Dimension] | None = None) -> dict[DimensionId, int]:
    """The level of each dimension, or of some."""
    each = rubric.dimensions if dimensions is None else dimensions
    half, whole = counted(verdicts, PARTIAL_COUNTS_TO), counted(verdicts, PARTIAL_COUNTS_TO + 1)
    return {d.id: min(_climbed(d, half, whole), cap_limit(rubric, d, verdicts)) for d in each}


def counted(verdicts: Verdicts, level: int) -> set[str]:
    """The ids that satisfy a rung of this level."""
    if level > PARTIAL_COUNTS_TO:
        return {name for name, verdict in verdicts.items() if verdict == "met"}
    return {name for name, verdict in verdicts.items() if verdict in ("met", "partial")}


def holds(rung: Rung, got: set[str]) -> bool:
    """Whether these ids satisfy one rung, the rungs below it aside."""
    return (
        got.issuperset(rung.all)
        and (not rung.any or not got.isdisjoint(rung.any))
        and (rung.at_least is None or sum(map(got.__contains__, rung.at_least.of)) >= rung.at_least.n)
    )


def ladder_level(dimension: Dimension, verdicts: Verdicts) -> int:
    """The level on the ladder, 1 to 5, before any cap."""
    return _climbed(dimension, counted(verdicts, PARTIAL_COUNTS_TO), counted(verdicts, PARTIAL_COUNTS_TO + 1))


def _climbed(dimension: Dimension, half: set[str], whole: set[str]) -> int:
    """The level on the ladder for the ids that satisfy rungs with `partial` counted, and those that do without."""
    level = 1
    while level < 5 and holds(dimension.ladder.rung(level + 1), half if level < PARTIAL_COUNTS_TO else whole):
        level += 1
    return level


def cap_limit(rubric: Rubric, dimension: Dimension, verdicts: Verdicts) -> int:
    """The highest level that the caps leave to a dimension, 5 where none bites."""
    return min([c.limit(verdicts.get(c.id, "absent")) for c in rubric.caps if c.dimension == dimension.id], default=5)


def level(rubric: Rubric, dimension: Dimension, verdicts: Verdicts) -> int:
    """The level of a dimension: its ladder, held down by its caps."""
    return min(ladder_level(dimension, verdicts), cap_limit(rubric, dimension, verdicts))


def bounds(rubric: Rubric, dimension: Dimension, verdicts: Verdicts) -> tuple[int, int]:
    """Lowest and highest level that a dimension can have while `cannot_tell` is open.

    Undecided indicators are read once as absent and once as met; undecided faults once as met and once as absent.
    """
    faults = {cap.id for cap in rubric.faults}
    low = {n: ("met" if n in faults else "absent") if v == "cannot_tell" else v for n, v in verdicts.items()}
    high = {n: ("absent" if n in faults else "met") if v == "cannot_tell" else v for n, v in verdicts.items()}
    return level(rubric, dimension, low), level(rubric, dimension, high)


def overall(levels: Iterable[int]) -> float:
    """Mean of the levels, pulled a third of the way to the lowest; one decimal."""
    given = list(levels)
    return round((2 * sum(given) / len(given) + min(given)) / 3 + 1e-9, 1)


def overall_of(rubric: Rubric, verdicts: Verdicts) -> float:
    """The overall figure that these verdicts give."""
    return overall(levels(rubric, verdicts).values())


def word(value: float) -> Any:
    """The word for an overall figure."""
    return next((name for below, name in WORDS if value < below), "strong lead")


def settled(verdicts: Verdicts) -> dict[str, Verdict]:
    """Verdicts as they are paid for: what nobody could tell earns nothing and costs nothing."""
    return {name: "absent" if verdict == "cannot_tell" else verdict for name, verdict in verdicts.items()}
