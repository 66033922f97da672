"""Excel workbooks and Word documents of answers, and what is said where their libraries are missing."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from answer_coach.batch import sheets
from answer_coach.errors import ExtraMissing
from tests.support.rows import SECRET, read, stream, told, write

ROWS: list[list[Any]] = [
    ["Question", "Name", "Version", "Answer"],
    [5, "Ann", 2.0, 'We tried it.\nOnce, "twice"; € 😀'],
    ["q10", "Ben", date(2024, 5, 1), "I asked._x000D_\nThen I wrote."],
    [],
    ["q99", "Cem", None, SECRET],
    ["story", "Dan", 1.5, None],
    ["story", "Eva", None, "fine", None, SECRET],
    ["story", "Fay", None, "last"],
]


def workbook(path: Path, *tables: list[list[Any]], hidden: int = -1) -> Path:
    """A workbook with one sheet for each table."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for at, rows in enumerate(tables):
        sheet = book.create_sheet(f"Sheet {at}")
        for row in rows:
            sheet.append(row)
        if at == hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def document(path: Path, *paragraphs: tuple[str, str]) -> Path:
    """A document: style (`bold` for text in bold) and text of each paragraph."""
    made = pytest.importorskip("docx").Document()
    for style, text in paragraphs:
        paragraph = made.add_paragraph(style=None if style == "bold" else style)
        paragraph.add_run(text).bold = style == "bold" or None
    made.save(str(path))
    return path


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    """Numbers and dates as they are shown; faults with the number that the sheet shows for the row."""
    entries, faults = read(workbook(tmp_path / "rows.xlsx", ROWS))
    assert [told(one) for one in entries] == [
        ("q05", 'We tried it.\nOnce, "twice"; € 😀', 1, "Ann", "2"),
        ("q10", "I asked.\nThen I wrote.", 2, "Ben", "2024-05-01"),
        ("story", "last", 6, "Fay", None),
    ]
    assert [fault.partition(": ")[0] for fault in faults] == ["rows.xlsx:5", "rows.xlsx:6", "rows.xlsx:7"]
    for fault, said in zip(faults, ("no question", "empty", "6 cells under 4 columns"), strict=True):
        assert said in fault


def test_one_sheet_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    """The first with rows; what is hidden or empty does not count."""
    small = [["question", "answer"], ["q05", "fine"]]
    path = workbook(tmp_path / "rows.xlsx", ROWS, [], small, small, hidden=0)
    entries, faults = read(path)
    assert [told(one)[:3] for one in entries] == [("q05", "fine", 1)]
    assert faults == ["rows.xlsx: the sheet 'Sheet 3' is not read, only the first with rows; save it as its own file"]


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ([["Text", "text"], [SECRET, SECRET]], "rows.xlsx: the column 'text' stands twice; it has: 'Text', 'text'"),
        ([["question", "reply"], [5, SECRET]], "rows.xlsx: no column 'answer' or 'text' or 'response'"),
        ([], "rows.xlsx: the file is empty"),
    ],
    ids=["twice", "no answer", "empty"],
)
def test_wrong_columns_of_a_workbook_are_one_error(tmp_path: Path, table: list[list[Any]], fault: str) -> None:
    """With the columns that it has."""
    entries, faults = read(workbook(tmp_path / "rows.xlsx", table))
    assert (entries, len(faults)) == ([], 1)
    assert faults[0].startswith(fault)


def test_cells_are_read_as_they_are_shown() -> None:
    """Near enough."""
    values = [None, 5.0, 2.5, True, datetime(2024, 5, 1, 9, 30), datetime(2024, 5, 1), time(9, 30)]  # noqa: DTZ001
    assert [sheets._text(value) for value in values] == [
        *("", "5", "2.5", "True", "2024-05-01T09:30:00", "2024-05-01", "09:30:00")
    ]


def test_a_document_is_one_answer(tmp_path: Path) -> None:
    """Its paragraphs, with a blank line between them; its question and candidate from the name of the file."""
    path = document(tmp_path / "q05-ann.docx", ("Heading 1", "What I did"), ("Normal", ""), ("Normal", "We tried it."))
    assert [told(one) for one in read(path)[0]] == [("q05", "What I did\n\nWe tried it.", None, "ann", None)]


def test_a_document_with_several_answers_is_split_at_its_headings(tmp_path: Path) -> None:
    """Headings by style and paragraphs in bold; a fault says which answer is meant."""
    path = document(
        tmp_path / "ann.docx",
        *(("Title", "Answers of Ann"), ("Normal", SECRET), ("Heading 1", "Question 5"), ("Normal", "We tried it.")),
        *(("Heading 2", "Story"), ("Normal", "We stopped."), ("bold", "Q10 Requirements"), ("Normal", "I asked.")),
        *(("bold", "Why?"), ("Heading 1", "Story"), ("Heading 1", "q99"), ("Normal", SECRET)),
    )
    entries, faults = read(path, question="q05")
    assert [told(one)[:3] for one in entries] == [
        ("q05", "We tried it.\n\nStory\n\nWe stopped.", 1),
        ("q10", "I asked.\n\nWhy?", 2),
    ]
    assert faults == [
        "ann.docx: text above the first heading that names a question is not read; put it below one",
        "ann.docx: answer 3: the answer is empty",
        "ann.docx: answer 4: the heading names no question that the coach knows; see: coach questions",
    ]


def test_what_a_document_holds_elsewhere_is_told(tmp_path: Path) -> None:
    """Text in tables is not read, and that is said."""
    made = pytest.importorskip("docx").Document()
    made.add_paragraph("We tried it.")
    made.add_table(1, 1).cell(0, 0).text = SECRET
    made.save(str(tmp_path / "q05.docx"))
    entries, faults = read(tmp_path / "q05.docx")
    assert [one.text for one in entries] == ["We tried it."]
    assert faults == [f"q05.docx: {sheets.NOT_READ}"]


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_file_that_is_not_what_its_ending_says_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """No archive, another archive, one that would fill the memory; the rest is read."""
    pytest.importorskip("openpyxl" if kind == "xlsx" else "docx")
    monkeypatch.setattr(sheets, "UNPACKED_MOST", 1_000)
    folder = tmp_path / "in"
    write(folder, f"a.{kind}", SECRET)
    for name, size in (("b", 10), ("c", 1_001)):
        with zipfile.ZipFile(folder / f"{name}.{kind}", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", "0" * size)
    write(folder, "q05.md", "fine")
    entries, faults = read(folder)
    assert [one.text for one in entries] == ["fine"]
    assert [fault[:9] for fault in faults] == [f"in/{name}.{kind}" for name in "abc"]
    for fault, said in zip(faults, ("not what its ending says", "save it as", "unpacks to 1,001 bytes"), strict=True):
        assert said in fault


def test_a_sheet_that_breaks_off_keeps_what_was_read(tmp_path: Path) -> None:
    """The rows before are entries; then one fault for the file."""
    whole = workbook(tmp_path / "whole.xlsx", [["question", "answer"], *[["q05", "fine"]] * 3])
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "rows.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: data.index(b'r="4"') - 5] if "worksheets/" in name else data)
    entries, faults = read(tmp_path / "rows.xlsx")
    assert len(entries) >= 1
    assert faults == ["rows.xlsx: the sheet is damaged; what was read before stays"]


@pytest.mark.parametrize(
    ("name", "module", "library"), [("q05.docx", "docx", "python-docx"), ("rows.xlsx", "openpyxl", "openpyxl")]
)
def test_without_the_extra_the_command_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, library: str
) -> None:
    """Before anything is read, also where the file stands in a folder."""
    write(tmp_path, f"in/{name}", "")
    write(tmp_path, "in/a.md", "fine")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ExtraMissing) as caught:
        stream(tmp_path / "in")
    assert caught.value.message == f"{library} is not installed"
    assert f'"{sys.executable}" -m pip install "answer-coach[sheets]"' in caught.value.hint


def test_other_files_need_no_extra() -> None:
    """Reading imports neither library before such a file is met."""
    code = (
        "import sys; from answer_coach.batch import reading;"
        "sys.exit(str([name for name in ('openpyxl', 'docx', 'lxml') if name in sys.modules]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert ran.stderr.strip() == "[]"
