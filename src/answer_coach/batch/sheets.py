"""Excel workbooks and Word documents.  Their libraries are an extra, imported when such a file is met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from answer_coach.batch.columns import About, Flags, WrongColumns, entry, places
from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.sections import Piece, answers
from answer_coach.errors import ExtraMissing, UnreadableFile

EXTRA = "sheets"
UNPACKED_MOST = 200_000_000
"""Bytes that a file's parts have at most that are read whole; the rows of a sheet are read one by one."""
ELSEWHERE = ".//w:t[not(parent::w:r[parent::w:p/parent::w:body or parent::w:hyperlink/parent::w:p/parent::w:body])]"
NOT_READ = "text in tables, boxes, form fields and tracked changes is not read; make plain paragraphs of it"
BOLD_LEVEL = 7
"""A paragraph in bold is a heading below all headings."""


def need_excel() -> None:
    """Nothing where openpyxl can be imported; else ExtraMissing, with the command that installs it."""
    _need("openpyxl", "openpyxl is")


def need_word() -> None:
    """Nothing where python-docx can be imported; else ExtraMissing, with the command that installs it."""
    _need("docx", "python-docx is")


def _need(module: str, what: str) -> None:
    try:
        import_module(module)
    except ImportError:
        raise ExtraMissing(what, EXTRA) from None


def read_excel(path: Path, about: About, flags: Flags) -> Iterator[Entry | Broken]:
    """The rows of a workbook's first sheet that has any, names of columns in its first row; other sheets are named.

    A fault's line is the number of the row as the sheet shows it.  Rows are read one by one, but a workbook keeps its
    texts in one table, which is read whole: for very many rows, CSV takes less memory.
    """
    need_excel()
    import openpyxl

    _look(path, "xl/worksheets/")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception:
        raise UnreadableFile("not a workbook that can be read; save it as .xlsx once more") from None
    try:
        read = False
        for sheet in (sheet for sheet in book.worksheets if sheet.sheet_state == "visible"):
            sheet.reset_dimensions()
            rows = _rows(sheet)
            header = next(rows, None)
            if header and read:
                message = f"the sheet '{sheet.title}' is not read, only the first with rows; save it as its own file"
                yield Broken(path=about.label, line=None, message=message)
            elif header:
                read = True
                yield from _entries(header[1], rows, about, flags)
        if not read:
            yield Broken(path=about.label, line=None, message="the file is empty")
    finally:
        book.close()


def _entries(
    header: list[str], rows: Iterator[tuple[int, list[str]]], about: About, flags: Flags
) -> Iterator[Entry | Broken]:
    try:
        where = places(header, flags)
    except WrongColumns as wrong:
        yield Broken(path=about.label, line=None, message=str(wrong))
        return
    for row, (line, cells) in enumerate(rows, 1):
        if any(cell.strip() for cell in cells[len(header) :]):
            message = f"{len(cells)} cells under {len(header)} columns; is the name of a column missing?"
            yield Broken(path=about.label, line=line, message=message)
        else:
            padded = [*cells, *[""] * (len(header) - len(cells))]
            yield entry(about, row, line, {role: padded[at] for role, at in where.items()})


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows with something in them, each with its number and without the blank cells at its end."""
    try:
        for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [_text(value) for value in values]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield line, cells
    except Exception:
        raise UnreadableFile("the sheet is damaged; what was read before stays") from None


def _text(value: object) -> str:
    """A cell as it is shown, near enough: whole numbers without a point, dates as ISO 8601 writes them."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("_x000D_\n", "\n").replace("_x000D_", "\n")


def read_word(path: Path, about: About) -> Iterator[Entry | Broken]:
    """The answers of a document: its paragraphs, split at headings that name a question; text elsewhere is told."""
    need_word()
    import docx

    _look(path)
    try:
        document = docx.Document(str(path))
    except Exception:
        raise UnreadableFile("not a document that can be read; save it as .docx once more") from None
    if any((text.text or "").strip() for text in document.element.body.xpath(ELSEWHERE)):
        yield Broken(path=about.label, line=None, message=NOT_READ)
    yield from answers((_paragraph(one) for one in document.paragraphs if one.text.strip()), about)


def _paragraph(one: Any) -> Piece:
    """A paragraph with a blank line behind it; a heading by its style, or because all of it is bold."""
    style = (one.style.name if one.style else "") or ""
    text = one.text + "\n\n"
    if style == "Title" or style.startswith("Heading "):
        number = style.removeprefix("Heading ")
        return Piece(None, text, int(number) if number.isdecimal() else 1, one.text)
    runs: Sequence[Any] = [run for run in one.runs if run.text.strip()]
    if runs and all(run.bold for run in runs):
        return Piece(None, text, BOLD_LEVEL, one.text)
    return Piece(None, text)


def _look(path: Path, streamed: str = "\0") -> None:
    """UnreadableFile where a file is no archive, or its parts that are read whole would fill the memory."""
    try:
        with ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist() if not part.filename.startswith(streamed))
    except (BadZipFile, NotImplementedError, ValueError):
        raise UnreadableFile("not what its ending says; is it protected by a password?") from None
    if size > UNPACKED_MOST:
        raise UnreadableFile(f"unpacks to {size:,} bytes, {UNPACKED_MOST:,} at most; save it as CSV or text")
