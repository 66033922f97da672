"""Rubric files for people: what a check found, and the guide's outline against the indicators."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from answer_coach.coverage import Row, uncovered
from answer_coach.lint import Finding
from answer_coach.reports.layout import hanging, indented, wrap
from answer_coach.rubric import Rubric

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WIDTH = 80
LABEL = 46
MARKS = {"source": "X", "covers": "x"}


def findings(found: Sequence[Finding], files: int) -> str:
    """What a check found, a line each, and the count."""
    errors = sum(finding.severity == "error" for finding in found)
    warnings = len(found) - errors
    told = ", ".join(_count(n, what) for n, what in ((errors, "error"), (warnings, "warning")) if n) or "nothing wrong"
    return "\n".join([*(str(finding) for finding in found), f"{_count(files, 'rubric')}: {told}", ""])


def findings_json(found: Sequence[Finding]) -> str:
    """What a check found, as JSON."""
    return json.dumps([finding._asdict() for finding in found], indent=2, ensure_ascii=False) + "\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def matrix(rows: Sequence[Row], rubrics: Sequence[Rubric]) -> str:
    """The outline, a line an item, against the question's own indicators, a column each.

    What a shared indicator or that of another question listens for is named behind the row.
    """
    titles = {rubric.id: rubric for rubric in rubrics}
    lines: list[str] = []
    for question, group in groupby(rows, key=lambda row: row.item.partition("/")[0]):
        rubric = titles.get(question)
        columns = [i.id for i in rubric.indicators] if rubric else []
        lines += [f"{question.upper()}  {rubric.title if rubric else 'What every answer is listened to for'}"]
        if columns:
            lines += _legend(columns)
        lines += [line for row in group for line in _row(row, question, columns)] + [""]
    total, excused = len(rows), [row for row in rows if not row.covered and row.excused]
    open_items = uncovered(rows)
    lines += wrap(
        f"{total} items: {total - len(excused) - len(open_items)} listened for, {len(excused)} excused, "
        f"{len(open_items)} not covered. X: where an indicator comes from; x: listened for, too.",
        WIDTH,
    )
    lines += [line for row in excused for line in indented([f"{row.item}: {row.excused}"])]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _legend(columns: Sequence[str]) -> list[str]:
    """The letters of the columns and what they stand for, three beside each other, and the head of the grid."""
    cells = [f"{letter} {name}" for letter, name in zip(LETTERS, columns, strict=False)]
    rows = -(-len(cells) // 3)
    lines = ["  " + "".join(f"{cell:<26}" for cell in cells[at::rows]) for at in range(rows)]
    return [*lines, " " * (LABEL + 1) + " ".join(LETTERS[: len(columns)])]


def _row(row: Row, question: str, columns: Sequence[str]) -> list[str]:
    """One item; `!` where nothing listens for it, `-` where that is excused."""
    sign = " " if row.covered else "-" if row.excused else "!"
    label = sign + "  " * row.item.count("/") + row.label
    cells = {name: how for (holder, name), how in row.by.items() if holder in (question, "shared") and name in columns}
    others = [name if holder == "shared" else f"{holder} {name}" for holder, name in row.by if name not in cells]
    if not columns:
        return hanging(f"{label:<{LABEL}}", ", ".join(others), LABEL + 1)
    if row.below and not row.by:
        return [label]
    grid = " ".join(MARKS[cells[name]] if name in cells else "." for name in columns)
    return [f"{label:<{LABEL}} {grid}", *(indented(["also " + ", ".join(others)], LABEL + 1) if others else [])]


def matrix_json(rows: Sequence[Row]) -> str:
    """The outline with what listens for each item, as JSON."""
    data = [
        {
            "item": row.item,
            "label": row.label,
            "covered": row.covered,
            "excused": row.excused or None,
            "by": [{"question": q, "indicator": name, "how": how} for (q, name), how in row.by.items()],
        }
        for row in rows
    ]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
