"""An answer over its drafts, as a chart for a terminal and as JSON.

Drawn by hand: the library for terminals that is maintained brings a compiled part and takes longer to import than a
draft to grade; what is drawn here is a few points on nine rows, with ranges and breaks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise

from answer_coach.drafts.progress import Course, Point, Stretch
from answer_coach.reports.layout import WIDTH, hanging, shorten, wrap
from answer_coach.reports.progress import SCHEMA, judge_label
from answer_coach.reports.text import SAID
from answer_coach.rubric import NAMES, SLOTS

MARGIN = 12
NARROW, BROAD = 8, 13  # columns for a draft
ROWS = 9  # half levels, from 5 down to 1
POINT, RANGE, LINE, BREAK = "o", "|", ".", ":"


def course_text(made: Course, numbers: bool = True) -> str:
    """The chart of an answer, and below each draft what it said; without `numbers` only the latter."""
    room = (WIDTH - MARGIN) // NARROW
    shown = made.drafts[-room:]
    step = min(BROAD, (WIDTH - MARGIN) // len(shown))
    count = f"{len(made.drafts)} draft{'' if len(made.drafts) == 1 else 's'}"
    lines = wrap(f"{made.name}: {count}, {made.question} {made.title}", WIDTH)
    if len(shown) < len(made.drafts):
        lines.append(f"Drafts 1 to {shown[0][0] - 1} are not shown; all of them: --chart FILE.svg")
    columns = {number: MARGIN + at * step + 2 for at, (number, _) in enumerate(shown)}
    if numbers and made.stretches:
        lines += ["", *_chart(made.stretches, columns)]
    lines += ["", *_table(made, columns, step, numbers)]
    lines += ["", *_legend(made, numbers)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _chart(stretches: Sequence[Stretch], columns: dict[int, int]) -> list[str]:
    """Nine rows: `o` where a draft reads, `|` how far that may be off, dots within a stretch, colons where it ends."""
    grid = [[" "] * WIDTH for _ in range(ROWS)]
    for stretch in stretches:
        points = [point for point in stretch.points if point.draft in columns]
        for one, two in pairwise(points):
            _join(grid, columns[one.draft], one, columns[two.draft], two)
        for point in points:
            low, high = point.overall.range or (point.overall.level, point.overall.level)
            for row in range(_row(high), _row(low) + 1):
                grid[row][columns[point.draft]] = RANGE
            grid[_row(point.overall.level)][columns[point.draft]] = POINT
    for column in _breaks(stretches, columns):
        for cells in grid:
            cells[column] = BREAK
    labels = [f"{5 - at // 2} " if at % 2 == 0 else "" for at in range(ROWS)]
    return [f"{label:>{MARGIN - 2}}| " + "".join(row[MARGIN:]) for label, row in zip(labels, grid, strict=True)]


def _row(level: float) -> int:
    return max(0, min(ROWS - 1, round((5 - level) * 2)))


def _join(grid: list[list[str]], start: int, one: Point, end: int, two: Point) -> None:
    for column in range(start + 2, end - 1, 2):
        share = (column - start) / (end - start)
        level = one.overall.level + share * (two.overall.level - one.overall.level)
        grid[_row(level)][column] = LINE


def _breaks(stretches: Sequence[Stretch], columns: dict[int, int]) -> list[int]:
    """The columns midway between two stretches."""
    ends = [(old.points[-1].draft, new.points[0].draft) for old, new in pairwise(stretches)]
    return [(columns[old] + columns[new]) // 2 for old, new in ends if old in columns and new in columns]


def _table(made: Course, columns: dict[int, int], step: int, numbers: bool) -> list[str]:
    """What stands below each draft: number, day, words, levels and the four slots."""
    points = {point.draft: point for stretch in made.stretches for point in stretch.points}
    days = {number: at[5:10] for number, at in made.drafts}

    def row(label: str, cells: Iterable[str]) -> str:
        return f"{label:<{MARGIN}}" + "".join(f"{cell[: step - 1]:<{step}}" for cell in cells)

    read = [points.get(number) for number in columns]
    lines = [
        row("draft", map(str, columns)),
        row("day", (days[number] for number in columns)),
        row("words", (str(one.words) if one else "-" for one in read)),
    ]
    if numbers:
        lines.append(row("overall", (str(one.overall.level) if one else "-" for one in read)))
        words = [one.overall.word if one else "not read" for one in read]
        lines.append(row("reads as", (word if len(word) < step else word.split()[0] for word in words)))
        for dimension, name in NAMES.items():
            levels = [{str(key): value for key, value in one.levels.items()} if one else {} for one in read]
            lines.append(row(name, (str(level.get(dimension, "-")) for level in levels)))
    for slot in SLOTS:
        lines.append(row(slot.replace("_", "-"), (SAID[getattr(one.slots, slot)] if one else "-" for one in read)))
    return lines


def _legend(made: Course, numbers: bool) -> list[str]:
    """Who judged which drafts, and why the line breaks where it does."""
    lines: list[str] = []
    for stretch in made.stretches:
        first, last = stretch.points[0].draft, stretch.points[-1].draft
        drafts = f"draft {first}" if first == last else f"drafts {first}-{last}"
        who = f"{judge_label(stretch.graded_by)}, rubric {stretch.rubric.version}"
        why = f"; another {' and '.join(stretch.changed)}" if stretch.changed else ""
        lines += hanging(f"{drafts}  ", f"{shorten(who, 50)}{why}", max(MARGIN, len(drafts) + 2))
    if numbers and any(point.overall.range for stretch in made.stretches for point in stretch.points):
        lines += wrap(f"{POINT} where a draft reads, {RANGE} as far as that may be off.", WIDTH)
    if numbers and len(made.stretches) > 1:
        lines += wrap(f"The line ends at {BREAK} since levels on its two sides don't compare.", WIDTH)
    if not made.stretches:
        lines.append("No draft of it has a card with levels yet.")
    return lines


def courses_text(made: Sequence[Course], numbers: bool = True) -> str:
    """One chart below the other."""
    return "\n".join(course_text(one, numbers) for one in made)


def courses_json(made: Sequence[Course], numbers: bool = True, ascii_only: bool = False) -> str:
    """Answers over their drafts as one object; without `numbers` no level."""
    hidden = {"stretches": {"__all__": {"points": {"__all__": {"overall", "levels"}}}}}
    whole = {
        "schema": SCHEMA,
        "courses": [one.model_dump(mode="json", exclude=None if numbers else hidden) for one in made],
    }
    return json.dumps(whole, ensure_ascii=ascii_only, indent=2) + "\n"
