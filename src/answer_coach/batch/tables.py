"""CSV and JSONL as a stream: one entry or one fault a row, each with the physical line on which it begins."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from answer_coach.batch.columns import TOO_LARGE, About, Flags, WrongColumns, entry, folded, places, shown
from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.lines import MOST, TOO_LONG, Line, read_lines

SEPARATORS = (",", ";", "\t")
SAID_SEPARATOR = re.compile(r"sep=([,;\t])[\r\n]*")
QUOTED = re.compile(r'[^"]*(?:""[^"]*)*')
OPENING = re.compile(r' *"')
SPACES = re.compile(r" *")
PLAIN = {separator: re.compile(f"[^{separator}\r\n]*") for separator in SEPARATORS}
UNCLOSED = "a quote opens here and is never closed"
NOT_CSV = "text behind a closing quote; a quote inside a text is written twice"
LOOKED_AT = 20
"""Lines behind an open quote that tell whether it is a large cell or a quote that nobody closed."""
UNNAMED_MOST = 100
"""Objects without an answer field before the file as a whole is said to have none."""


class Record(NamedTuple):
    """The cells of one row, the line on which it begins; or what is wrong on which line."""

    line: int
    cells: list[str]
    fault: str = ""


class Cells:
    """The cells of one row, line by line."""

    def __init__(self, separator: str):
        self.cells: list[str] = []
        self.size = 0
        self._separator = separator
        self._open: list[str] | None = None

    def take(self, text: str) -> bool:
        """Take a line; whether the row ends with it.  ValueError where it is not CSV."""
        at, end = 0, len(text.rstrip("\r\n"))
        self.size += len(text)
        while True:
            if self._open is not None:
                inside = QUOTED.match(text, at)
                assert inside  # noqa: S101  it matches the empty text
                self._open.append(inside[0])
                if inside.end() == len(text):
                    return False
                self.cells.append("".join(self._open).replace('""', '"'))
                self._open = None
                at = _end(SPACES, text, inside.end() + 1)
                if at < end and text[at] != self._separator:
                    raise ValueError(NOT_CSV)
            elif opening := OPENING.match(text, at):
                self._open, at = [], opening.end()
                continue
            else:
                start, at = at, _end(PLAIN[self._separator], text, at)
                self.cells.append(text[start:at])
            if at >= end:
                return True
            at += 1

    def forget(self) -> None:
        """Let go of what is held; reading goes on inside the open quote."""
        self.cells.clear()
        if self._open is not None:
            self._open.clear()


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


class Records:
    """The rows of a CSV file.  Behind one that is not CSV, reading goes on with the next line, so that a quote that
    is never closed does not take the rest of the file with it."""

    def __init__(self, lines: Iterator[Line], separator: str):
        self._lines, self._separator = lines, separator
        self._again: deque[Line] = deque()
        self._width = 0

    def __iter__(self) -> Iterator[Record]:
        while (line := self._next()) is not None:
            record = self._record(line)
            self._width = self._width or len(record.cells)
            if record.fault or any(cell.strip() for cell in record.cells):
                yield record

    def _next(self) -> Line | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _record(self, first: Line) -> Record:
        cells, taken, fault = Cells(self._separator), [], Record(first.number, [])
        line: Line | None = first
        while line is not None:
            taken.append(line)
            if line.fault and not fault.fault:
                fault = Record(line.number, [], line.fault)
            if line.fault == TOO_LONG:
                return fault
            try:
                done = cells.take(line.text)
            except ValueError as wrong:
                return self._once_more(taken, str(wrong))
            if done:
                return fault if fault.fault else Record(first.number, cells.cells)
            if cells.size > MOST:
                return self._large(taken, cells)
            line = self._next()
        return self._once_more(taken, UNCLOSED)

    def _once_more(self, taken: list[Line], what: str) -> Record:
        """A fault of the first line; the others are read again."""
        self._again.extendleft(reversed(taken[1:]))
        return Record(taken[0].number, [], what)

    def _large(self, taken: list[Line], cells: Cells) -> Record:
        """A row that is too large: what its open quote holds is passed over, unless it looks like other rows."""
        looked_at = taken[1 : LOOKED_AT + 1]
        if self._width > 1 and 2 * sum(self._fits(line.text) for line in looked_at) > len(looked_at):
            return self._once_more(taken, UNCLOSED)
        number = taken[0].number
        taken.clear()
        while True:
            cells.forget()
            line = self._next()
            try:
                if line is None or cells.take(line.text):
                    return Record(number, [], TOO_LARGE)
            except ValueError:
                return Record(number, [], TOO_LARGE)

    def _fits(self, text: str) -> bool:
        """Whether a line is a row by itself, with as many cells as the first."""
        cells = Cells(self._separator)
        try:
            return cells.take(text) and len(cells.cells) == self._width
        except ValueError:
            return False


def read_csv(path: Path, about: About, flags: Flags) -> Iterator[Entry | Broken]:
    """The rows of a CSV file: `,` `;` or a tab between cells, names of columns in the first row."""
    lines = read_lines(path)
    first = next((line for line in lines if line.text.strip() or line.fault), None)
    said = SAID_SEPARATOR.fullmatch(first.text) if first else None
    if said:
        first = next((line for line in lines if line.text.strip() or line.fault), None)
    if first is None:
        yield Broken(path=about.label, line=None, message="the file is empty")
        return
    separator = said[1] if said else _separator(first.text, flags)
    records = iter(Records(chain([first], lines), separator))
    header = next(records, Record(1, []))
    try:
        if header.fault:
            raise WrongColumns(f"the names of the columns can't be read: {header.fault}")
        where, width = places(header.cells, flags), len(header.cells)
    except WrongColumns as wrong:
        yield Broken(path=about.label, line=None, message=str(wrong))
        return
    for row, record in enumerate(records, 1):
        wrong_count = (
            f"{len(record.cells)} cells under {width} columns; a text with {_named(separator)} stands in quotes"
        )
        if fault := record.fault or ("" if len(record.cells) == width else wrong_count):
            yield Broken(path=about.label, line=record.line, message=fault)
        else:
            yield entry(about, row, record.line, {role: record.cells[at] for role, at in where.items()})


def _separator(text: str, flags: Flags) -> str:
    """What stands between the cells: the one with which a header has an answer's column, and then most cells."""

    def fit(separator: str) -> tuple[bool, int]:
        cells = Cells(separator)
        try:
            cells.take(text)
            places(cells.cells, flags)
        except ValueError:
            return False, len(cells.cells)
        return True, len(cells.cells)

    return max(SEPARATORS, key=fit)


def _named(separator: str) -> str:
    return "a tab" if separator == "\t" else f"'{separator}'"


def read_jsonl(path: Path, about: About, flags: Flags) -> Iterator[Entry | Broken]:
    """The rows of a JSONL file: one object a line, names of columns as fields."""
    row, unnamed, named = 0, [], False
    for line in read_lines(path):
        if not line.text.strip("\ufeff \t\r\n") and not line.fault:
            continue
        row += 1
        if row == 1 and line.text.lstrip().startswith("["):
            message = "a list of JSON; write one JSON object a line, without a list around them"
            yield Broken(path=about.label, line=None, message=message)
            return
        try:
            fields = _fields(line)
            cells = _cells(fields, flags)
        except WrongColumns as wrong:
            fault = Broken(path=about.label, line=line.number, message=str(wrong))
            if named:
                yield fault
                continue
            unnamed.append(fault)
            if len(unnamed) == UNNAMED_MOST:
                break
        except ValueError as wrong:
            yield Broken(path=about.label, line=line.number, message=str(wrong))
        else:
            named = True
            yield from unnamed
            unnamed.clear()
            yield entry(about, row, line.number, cells)
    if row == 0:
        yield Broken(path=about.label, line=None, message="the file is empty")
    elif unnamed:
        yield Broken(path=about.label, line=None, message=unnamed[0].message)


def _fields(line: Line) -> dict[str, object]:
    """The fields of one object by folded name; ValueError says what is wrong, and nothing of what stands there."""
    if line.fault:
        raise ValueError(line.fault)
    twice = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len({folded(name) for name in found}) < len(pairs):
            twice.append(found)
        return found

    try:
        data = json.loads(line.text.lstrip("\ufeff"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise ValueError("not a JSON object on one line") from None
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    if any(found is data for found in twice):
        raise ValueError("a field stands twice")
    return data


def _cells(fields: dict[str, object], flags: Flags) -> dict[str, str]:
    """What an object says by role; WrongColumns without a field for the answer, ValueError for what is not text."""
    header = list(fields)
    known = {role: name for role, name in flags.items() if role == "answer" or folded(name) in map(folded, header)}
    try:
        where = places(header, known)
    except WrongColumns:
        wanted = flags.get("answer")
        missing = f"no field '{wanted}'" if wanted else "no field 'answer', 'text' or 'response'"
        raise WrongColumns(f"{missing}; it has: {shown(header)}") from None
    if "question" in flags:
        where.pop("id", None)
    cells = {}
    for role, at in where.items():
        value = fields[header[at]]
        if isinstance(value, dict | list | bool) and role != "id":
            raise ValueError(f"'{role}' is not text, a number or null")
        cells[role] = "" if value is None or isinstance(value, dict | list) else str(value)
    return cells
