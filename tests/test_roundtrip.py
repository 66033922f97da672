"""Whatever is written as a table or a text comes back the same."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.rows import IDS, read, told, write

ODD = st.sampled_from(
    ['"', '""', ",", ";", "\t", "\n", "\r\n", "\r", "\ufeff", "\x85", "\u2028", "'", "\\", " ", "€", "😀"]
)
PLAIN = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXT = st.lists(ODD | PLAIN, max_size=40).map("".join).filter(lambda text: bool(text.strip()))
NAME = st.lists(ODD | PLAIN, max_size=8).map("".join).map(str.strip)
ROWS = st.lists(st.tuples(NAME, st.sampled_from(IDS), TEXT), min_size=1, max_size=8)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
Rows = list[tuple[str, str, str]]


def back(name: str, content: bytes) -> tuple[list[tuple[str, str, str]], list[int | None], list[str]]:
    """What is read from a file with that content: rows, their numbers, faults."""
    with tempfile.TemporaryDirectory() as folder:
        entries, faults = read(write(Path(folder), name, content))
    rows = [(one.source.candidate or "", one.question, one.text) for one in entries]
    return rows, [told(one)[2] for one in entries], faults


@given(ROWS, ENCODINGS, st.sampled_from(",;\t"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_a_csv_comes_back_the_same(rows: Rows, encoding: str, separator: str, quoting: int) -> None:
    """Quotes, newlines and separators inside cells, in every encoding that is read."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([("Name", "Question", "Answer"), *rows])
    assert back("rows.csv", made.getvalue().encode(encoding)) == (rows, list(range(1, len(rows) + 1)), [])


@given(ROWS, ENCODINGS, st.booleans())
def test_a_jsonl_comes_back_the_same(rows: Rows, encoding: str, ascii_only: bool) -> None:
    """Escaped or not."""
    dumped = [json.dumps({"name": a, "question": b, "text": c}, ensure_ascii=ascii_only) + "\n" for a, b, c in rows]
    assert back("rows.jsonl", "".join(dumped).encode(encoding)) == (rows, list(range(1, len(rows) + 1)), [])


@given(st.lists(st.tuples(st.sampled_from(IDS), TEXT.map(str.strip)), min_size=2, max_size=6), NAME, ENCODINGS)
def test_a_markdown_file_comes_back_the_same(rows: list[tuple[str, str]], name: str, encoding: str) -> None:
    """But for blank lines around an answer; one name in the front matter for all."""
    rows = [(question, text) for question, text in rows if text and "#" not in text]
    front = f"---\n{yaml.safe_dump({'candidate': name})}---\n"
    content = front + "".join(f"# {question}\n\n{text}\n\n" for question, text in rows)
    expected = [(name, question, text) for question, text in rows]
    numbers = [None] if len(rows) == 1 else list(range(1, len(rows) + 1))
    if rows:
        assert back("rows.md", content.encode(encoding)) == (expected, numbers, [])


@given(NAME, st.sampled_from(IDS), TEXT, ENCODINGS)
def test_a_single_text_comes_back_untouched(name: str, question: str, text: str, encoding: str) -> None:
    """To its last blank."""
    front = f"---\n{yaml.safe_dump({'candidate': name, 'question': question})}---\n"
    assert back("one.txt", (front + text).encode(encoding)) == ([(name, question, text)], [None], [])


@given(ROWS)
def test_lines_are_right_below_cells_with_many_lines(rows: Rows) -> None:
    """A broken row is told with the line that an editor shows, whatever stands in the cells above it."""
    made = io.StringIO(newline="")
    csv.writer(made).writerows([("Name", "Question", "Answer"), *rows, ("", "q05", " ")])
    above = made.getvalue().replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert back("rows.csv", made.getvalue().encode())[2] == [f"rows.csv:{above}: the answer is empty"]


@pytest.mark.parametrize("cell", ["", " ", '"'])
@given(st.text(alphabet='ab",\n\r ', max_size=60))
def test_no_table_ends_the_reading(cell: str, text: str) -> None:
    """Whatever stands in a file: each row is an entry or a fault, and a last good line is reached."""
    content = f"question,answer\n{cell}{text}\nq05,last\n"
    rows, _, faults = back("rows.csv", content.encode())
    assert rows[-1:] == [("", "q05", "last")] or 'last\n"' in content or faults
