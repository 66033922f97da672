"""Tables for spreadsheets: no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from answer_coach.cleaning import visible

FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet begins a formula or a command with; the last four are the wide forms."""


def cell(value: object) -> str:
    """A value as the text of a cell: on one line, and never a formula."""
    if value is None:
        return ""
    text = str(value)
    shown = visible(" ".join(text.split()))
    return f"'{shown}" if text.startswith(FORMULA) or shown.startswith(FORMULA) else shown


def table(header: Sequence[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A table as CSV, row by row, each cell neutralized.

    It begins with a byte order mark, by which spreadsheets know UTF-8.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow(header)
    for row in rows:
        yield _emptied(out)
        writer.writerow([cell(value) for value in row])
    yield _emptied(out)


def _emptied(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
