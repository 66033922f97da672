"""Tables of answers: columns, rows, lines, faults; as a stream."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest

from answer_coach.batch.lines import LINE_MOST, MOST, read_lines
from answer_coach.errors import InputError, UnknownQuestion
from tests.support.rows import SECRET, read, stream, told, write

HEAD = "question,candidate,draft,answer\n"
ROW = ("q05", "We tried it.", 1, "Ann", "2")


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_whatever_it_was_saved_as(tmp_path: Path, separator: str, encoding: str) -> None:
    """The separator is found in the header; marks and UTF-16 are read."""
    text = 'Question;Name;Version;Answer\r\nQ5;Änn;2;"We, tried; it ""once"".\nThen\tagain."\r\n'
    table = text if separator == ";" else _with(separator, text)
    entries, faults = read(write(tmp_path, "rows.csv", table.encode(encoding)))
    assert [told(one) for one in entries] == [("q05", 'We, tried; it "once".\nThen\tagain.', 1, "Änn", "2")]
    assert faults == []


def _with(separator: str, text: str) -> str:
    """A table written with another separator."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator).writerows(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    return made.getvalue()


def test_a_first_line_may_say_the_separator(tmp_path: Path) -> None:
    """`sep=;`, as spreadsheets write it, is no header; lines are still counted from the top."""
    entries, faults = read(write(tmp_path, "rows.csv", "sep=;\nquestion;answer\nq05;We, tried.\nq99;no\n"))
    assert [told(one)[:3] for one in entries] == [("q05", "We, tried.", 1)]
    assert [fault.split(": ")[0] for fault in faults] == ["rows.csv:4"]


def test_columns_can_be_named(tmp_path: Path) -> None:
    """A flag names the column of each part, in any case; a name that is used otherwise as a rule does not matter."""
    table = "Q,Name,Version,Antwort,answer\n5,Ann,2,We tried it.,a note\n"
    flags = {"answer": "antwort", "question": "Q", "candidate": "Name", "draft": "Version"}
    entries, faults = read(write(tmp_path, "rows.csv", table), columns=flags)
    assert ([told(one) for one in entries], faults) == ([ROW], [])
    fields = json.dumps({"Q": 5, "Name": "Ann", "Version": 2, "ANTWORT": "We tried it.", "answer": ["a note"]})
    entries, faults = read(write(tmp_path, "rows.jsonl", fields), columns=flags)
    assert ([told(one) for one in entries], faults) == ([ROW], [])


def test_the_question_of_a_row_is_found_where_it_is_told(tmp_path: Path) -> None:
    """The column, else the file's name, else the default; a row without any is a fault with its line."""
    table = "question,answer\nstory,one\n,two\n"
    ids = [one.question for one in read(write(tmp_path, "answers-q10.csv", table), question="5")[0]]
    assert ids == ["story", "q10"]
    assert [one.question for one in read(write(tmp_path, "rows.csv", table), question="5")[0]] == ["story", "q05"]
    entries, faults = read(tmp_path / "rows.csv")
    assert len(entries) == 1
    assert faults[0].startswith("rows.csv:3: it is not said which question this answers")


def test_the_number_of_a_row_is_not_that_of_a_question(tmp_path: Path) -> None:
    """A column that is only called `id` counts where it names a question; its bare numbers never do."""
    entries, _ = read(write(tmp_path, "rows.csv", "id,text\n1,one\nq10,two\nx-77,three\n"), question="q05")
    assert [one.question for one in entries] == ["q05", "q10", "q05"]


def test_faults_of_rows_are_told_with_their_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Lines are those of the file, also below cells with many lines; rows are counted with the broken ones."""
    table = (
        f'{HEAD}q05,Ann,1,"one\ntwo\r\nthree"\n'
        f"q05,Ben,1,{SECRET}, and more\n"
        f'q05,Cem,1,"{SECRET}" is said\n'
        "q05,Dan,1,  \n"
        "\n"
        f"q99,Eva,1,{SECRET}\n"
        f"q05,{'x' * 201},1,{SECRET}\n"
        "q05,Fay,1,last"
    )
    entries, faults = read(write(tmp_path, "rows.csv", table))
    assert [(one.source.row, one.source.candidate) for one in entries] == [(1, "Ann"), (7, "Fay")]
    assert [fault.partition(": ")[0] for fault in faults] == [f"rows.csv:{line}" for line in (5, 6, 7, 9, 10)]
    for fault, said in zip(faults, ("5 cells under 4", "closing quote", "empty", "no question", "201"), strict=True):
        assert said in fault


def test_bytes_that_are_no_text_spoil_one_row(tmp_path: Path) -> None:
    """The line of the bytes is told, also inside a cell with many lines."""
    table = HEAD.encode() + b'q05,Ann,1,"one\ntwo \xfc"\nq05,Ben,1,fine\n'
    entries, faults = read(write(tmp_path, "rows.csv", table))
    assert [told(one) for one in entries] == [("q05", "fine", 2, "Ben", "1")]
    assert faults == ["rows.csv:3: not UTF-8 text; save the file as UTF-8"]
    entries, faults = read(write(tmp_path, "rows.jsonl", b'{"answer": "\xfc"}\n{"answer": "fine"}\n'), question="5")
    assert [told(one)[:3] for one in entries] == [("q05", "fine", 2)]
    assert faults == ["rows.jsonl:1: not UTF-8 text; save the file as UTF-8"]


def test_a_lone_half_of_a_pair_spoils_one_row_of_utf_16(tmp_path: Path) -> None:
    """UTF-16 is decoded line by line, too."""
    text = f"{HEAD}q05,Ann,1,\ud800\nq05,Ben,1,fine\n".encode("utf-16", "surrogatepass")
    entries, faults = read(write(tmp_path, "rows.csv", text))
    assert [one.source.candidate for one in entries] == ["Ben"]
    assert faults[0].startswith("rows.csv:2: not UTF-8")


@pytest.mark.parametrize("rest", ["", f"q05,Cem,1,{SECRET}\n" * 60_000], ids=["a short file", "a long file"])
def test_a_quote_that_is_never_closed_takes_one_row(tmp_path: Path, rest: str) -> None:
    """Reading goes on behind the line on which it opens."""
    table = f'{HEAD}q05,Ann,1,"{SECRET}\nq05,Ben,1,fine\n{rest}'
    found = stream(write(tmp_path, "rows.csv", table))
    assert str(next(found)) == "rows.csv:2: a quote opens here and is never closed"
    assert len(list(found)) == 1 + rest.count("\n")


@pytest.mark.parametrize("end", ["\n", " "], ids=["many lines", "one line"])
def test_a_cell_that_is_too_large_takes_one_row(tmp_path: Path, end: str) -> None:
    """What it holds is passed over as a stream, and is not read as rows."""
    large = f"{SECRET} is far{end}" * (MOST // 10)
    table = f'{HEAD}q05,Ann,1,"{large}"\nq05,Ben,1,fine\n'
    entries, faults = read(write(tmp_path, "rows.csv", table))
    assert [one.source.candidate for one in entries] == ["Ben"]
    assert faults == ["rows.csv:2: a text of over 1,000,000 characters"]


def test_a_line_that_is_too_long_is_not_held(tmp_path: Path) -> None:
    """It has no text, and the lines behind it their number."""
    path = write(tmp_path, "rows.jsonl", b"x" * (LINE_MOST + 5) + b'\n{"answer": "fine", "question": 5}\n')
    assert [(line.number, len(line.text)) for line in read_lines(path)] == [(1, 0), (2, 34)]
    entries, faults = read(path)
    assert [told(one)[:3] for one in entries] == [("q05", "fine", 2)]
    assert faults == ["rows.jsonl:1: a line of over 8,000,000 characters"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("question,Text,text", "the column 'text' stands twice; it has: 'question', 'Text', 'text'"),
        ("question,reply", "no column 'answer' or 'text' or 'response'; name the one with the answers. It has: "),
        (f"me,{SECRET} is where we all went in the end", "(a text of 40 characters)"),
        (f"q05,{SECRET}", "no names of columns, it seems"),
        ("", "the file is empty"),
        (",,", "no column 'answer'"),
        ('"question', "the names of the columns can't be read"),
    ],
    ids=["twice", "no answer", "a text", "no header", "empty", "blank header", "open quote"],
)
def test_wrong_columns_are_one_error_for_the_file(tmp_path: Path, header: str, said: str) -> None:
    """It names the columns that there are, and nothing that may be an answer."""
    entries, faults = read(write(tmp_path, "rows.csv", f"{header}\nq05,{SECRET}\n" * bool(header)), question="q05")
    assert entries == []
    assert len(faults) == 1
    assert faults[0].startswith("rows.csv: ")
    assert said in faults[0]


def test_a_column_that_was_named_must_be_there(tmp_path: Path) -> None:
    """Also one without which the rows could be read."""
    path = write(tmp_path, "rows.csv", "question,answer\nq05,fine\n")
    assert read(path, columns={"candidate": "Who"})[1] == ["rows.csv: no column 'Who'; it has: 'question', 'answer'"]
    with pytest.raises(InputError, match="'rater' is no part of an answer"):
        read(path, columns={"rater": "Who"})
    with pytest.raises(InputError, match="has no name"):
        read(path, columns={"answer": " "})
    with pytest.raises(UnknownQuestion, match="There is no question 'q99'"):
        read(path, question="q99")


def test_faults_of_json_are_told_with_their_line(tmp_path: Path) -> None:
    """What is no object, no text or stands twice; numbers and null are fine."""
    rows = [
        '{"question": 5, "text": "fine", "candidate": null, "draft": 3}',
        f'{{"question": 5, "text": "{SECRET}"',
        f'["{SECRET}"]',
        f'{{"question": 5, "text": ["{SECRET}"]}}',
        f'{{"question": 5, "text": "{SECRET}", "Text": "{SECRET}"}}',
        f'{{"question": 5, "note": "{SECRET}"}}',
        '{"question": 5, "text": null}',
        "[" * 100_000,
        '\ufeff{"question": 5, "text": "last"}',
    ]
    entries, faults = read(write(tmp_path, "rows.jsonl", "\n\n".join(rows)))
    assert [told(one) for one in entries] == [("q05", "fine", 1, None, "3"), ("q05", "last", 9, None, None)]
    assert [fault.partition(": ")[0] for fault in faults] == [f"rows.jsonl:{line}" for line in range(3, 17, 2)]
    assert faults[4] == "rows.jsonl:11: no field 'answer', 'text' or 'response'; it has: 'question', 'note'"


@pytest.mark.parametrize("count", [1, 300])
def test_objects_without_an_answer_are_one_error_for_the_file(tmp_path: Path, count: int) -> None:
    """As long as no object has one."""
    path = write(tmp_path, "rows.jsonl", f'{{"question": 5, "reply": "{SECRET}"}}\n' * count)
    assert read(path)[1] == ["rows.jsonl: no field 'answer', 'text' or 'response'; it has: 'question', 'reply'"]
    assert read(write(tmp_path, "list.jsonl", f'[\n{{"text": "{SECRET}"}}\n]'))[1][0].startswith("list.jsonl: a list")
    assert read(write(tmp_path, "none.jsonl", "\n"))[1] == ["none.jsonl: the file is empty"]


@pytest.mark.parametrize("kind", ["csv", "utf-16.csv", "jsonl", "md"])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, kind: str) -> None:
    """20,000 rows take at most half as much again as 2,000."""

    def peak(count: int) -> int:
        text = "We tried it on one boat for four weeks.\n"
        if kind == "md":
            rows = "".join(f"# q05\n\n{text} {at}\n\n" for at in range(count))
        elif kind == "jsonl":
            rows = "".join(json.dumps({"question": "q05", "text": f"{text} {at}"}) + "\n" for at in range(count))
        else:
            rows = HEAD + "".join(f'q05,Ann {at},1,"{text}"\n' for at in range(count))
        path = write(tmp_path, f"rows-{count}.{kind}", rows.encode("utf-16" if "16" in kind else "utf-8"))
        del rows
        tracemalloc.start()
        try:
            assert sum(1 for _ in stream(path)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(20)  # what is loaded once
    assert peak(20_000) <= 1.5 * peak(2_000)
