"""Questions for people: the list, and one in full."""

from __future__ import annotations

import json
from collections.abc import Sequence

from answer_coach.reports.layout import hanging, indented, wrap
from answer_coach.rubric import Cap, Dimension, Rubric, Rung

EFFORT = {
    "say": "you know it: say it",
    "look_up": "look it up, or give a ratio",
    "only_if_it_happened": "only if it happened",
}


def listing(rubrics: Sequence[Rubric]) -> str:
    """All questions, a line each."""
    lines = [f"{'ID':<7}{'QUESTION':<50}{'DIFFICULTY':<12}{'SPEAK'}"]
    for rubric in rubrics:
        least, most = rubric.minutes
        lines.append(f"{rubric.id:<7}{rubric.title:<50}{rubric.difficulty:<12}{least:g}-{most:g} min")
    return "\n".join([*lines, "", "One in full: coach questions show ID", ""])


def listing_json(rubrics: Sequence[Rubric]) -> str:
    """All questions as JSON."""
    fields = {"id", "slug", "title", "question", "variant", "topic", "rarity", "difficulty", "minutes", "version"}
    return json.dumps([r.model_dump(mode="json", include=fields) for r in rubrics], indent=2, ensure_ascii=False) + "\n"


def details_json(rubric: Rubric) -> str:
    """One question as JSON, all of it but the rules engine's signals."""
    return (
        rubric.model_dump_json(indent=2, exclude={"dimensions": {"__all__": {"indicators": {"__all__": {"signals"}}}}})
        + "\n"
    )


def details(rubric: Rubric) -> str:
    """One question: what it asks, the levels of each dimension, its indicators, and what holds a level down."""
    least, most = rubric.minutes
    lines = [f"{rubric.id.upper()} {rubric.title}", *wrap(rubric.question, 80), ""]
    lines += hanging("Or asked so", rubric.variant) + hanging("They probe", rubric.probes)
    lines += hanging(
        "About", f"{rubric.topic}; {rubric.rarity}, {rubric.difficulty}; {least:g}-{most:g} minutes to say"
    )
    for dimension in rubric.dimensions:
        lines += ["", *_dimension(dimension)]
    lines += ["", "WHATEVER ELSE IS SAID"]
    for cap in rubric.caps:
        lines += _cap(cap)
    lines += [
        "",
        *wrap(
            "Half said counts for levels 2 and 3, not for 4 and 5. Overall: the mean of the three, pulled a third of"
            " the way to the lowest.",
            80,
        ),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _dimension(dimension: Dimension) -> list[str]:
    lines = wrap(f"{dimension.name.upper()}: {dimension.listens_for}", 80)
    for level, rung in enumerate(dimension.ladder.rungs, 1):
        takes = _takes(dimension, rung)
        lines += hanging(f"  {level}", rung.anchor + (f" [{takes}]" if takes else ""), 6)
    lines.append("")
    for indicator in dimension.indicators:
        lines += hanging(f"  {indicator.label}", indicator.asks, 22)
        lines += indented([f'yes  "{indicator.met}"', f'no   "{indicator.near_miss}"', EFFORT[indicator.effort]], 22)
    return lines


def _takes(dimension: Dimension, rung: Rung) -> str:
    label = {indicator.id: indicator.label for indicator in dimension.indicators}
    parts = []
    if rung.all:
        parts.append(" and ".join(label[name] for name in rung.all))
    if rung.any:
        parts.append("one of " + ", ".join(label[name] for name in rung.any))
    if rung.at_least:
        parts.append(f"{rung.at_least.n} of " + ", ".join(label[name] for name in rung.at_least.of))
    return "; ".join(parts)


def _cap(cap: Cap) -> list[str]:
    return hanging("  -", f"{cap.says}{'. For example: ' + cap.examples if cap.examples else ''}", 4)
