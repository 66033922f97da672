"""The guide's outline against the indicators: which item is listened for, by whom, and which is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from answer_coach.rubric import Indicator, Outline, Rubric

Mark = Literal["source", "covers"]


class Row(NamedTuple):
    """One item of the outline: the indicators that listen for it, as (question, indicator) to how.

    A shared indicator stands in every question; its question is then `shared`.  `below` tells that the item is a
    heading under which something is covered.
    """

    item: str
    label: str
    by: dict[tuple[str, str], Mark]
    below: bool
    excused: str

    @property
    def covered(self) -> bool:
        """Whether anything listens for it."""
        return bool(self.by) or self.below


class Unknown(NamedTuple):
    """An indicator that names an item which the outline does not have."""

    question: str
    indicator: str
    item: str


def named(indicator: Indicator) -> dict[str, Mark]:
    """The items of the guide that an indicator names, and how."""
    found: dict[str, Mark] = dict.fromkeys(indicator.covers, "covers")
    if indicator.source != "authored":
        found[indicator.source.removeprefix("guide: ")] = "source"
    return found


def coverage(outline: Outline, rubrics: Sequence[Rubric]) -> list[Row]:
    """A row for each item of the outline, in its order."""
    shared = shared_ids(rubrics)
    by: dict[str, dict[tuple[str, str], Mark]] = {item: {} for item in outline.outline}
    for rubric in rubrics:
        for indicator in rubric.indicators:
            holder = "shared" if indicator.id in shared else rubric.id
            for item, how in named(indicator).items():
                if item in by:
                    by[item].setdefault((holder, indicator.id), how)
    return [
        Row(item, label, by[item], any(by[other] for other in outline.below(item)), outline.excused.get(item, ""))
        for item, label in outline.outline.items()
    ]


def uncovered(rows: Iterable[Row]) -> list[Row]:
    """The items that nothing listens for and nothing excuses."""
    return [row for row in rows if not row.covered and not row.excused]


def unknown(outline: Outline, rubric: Rubric) -> list[Unknown]:
    """What a rubric's indicators name that is not in the outline."""
    return [
        Unknown(rubric.id, indicator.id, item)
        for indicator in rubric.indicators
        for item in named(indicator)
        if item not in outline.outline
    ]


def shared_ids(rubrics: Sequence[Rubric]) -> set[str]:
    """The indicators that several rubrics hold with the very same words."""
    seen: dict[str, str] = {}
    shared = set()
    for rubric in rubrics:
        for indicator in rubric.indicators:
            if seen.setdefault(indicator.id, indicator.asks) == indicator.asks and any(
                indicator.id in other.by_id and other.by_id[indicator.id].asks == indicator.asks
                for other in rubrics
                if other.id != rubric.id
            ):
                shared.add(indicator.id)
    return shared
