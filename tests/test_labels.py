"""Labels: what is read from CSV and JSONL, and how a row that can't be used is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from answer_coach import Coach
from answer_coach.errors import InputError, RubricInvalid, UnreadableFile
from answer_coach.labels import Labels, read_labels
from answer_coach.library.shelf import Library
from answer_coach.matching import Prepared, prepare
from tests.support.build import SOLID

HEAD = "question,answer,rater,business_goal,overall,verdict.outcome"
SAID = {"question": "q05", "answer": SOLID, "rater": "anna"}


def read(folder: Path, text: str | bytes, name: str = "labels.csv") -> Labels:
    """A labels file with this text, read."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_labels(path)


def prepared(folder: Path, rows: Sequence[dict[str, object]], library: Library) -> Prepared:
    """Rows of JSONL, beside the rubrics."""
    lines = "\n".join(json.dumps({**SAID, **row}) for row in rows)
    return prepare(read(folder, lines, "labels.jsonl"), Coach(library=library))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with its mark"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_csv_of_any_common_form_is_the_same_labels(tmp_path: Path, mark: bytes, separator: str, end: str) -> None:
    """UTF-8 with and without its mark, both separators, both line ends; a blank cell is no label."""
    rows = [
        HEAD.split(","),
        ["5", f'"One, two; three{end}four"', "Zoë", "3", '"3,5"', "met"],
        ["q02", "text", *"   ", "absent"],
    ]
    given = end.join(separator.join(row) for row in rows) + end
    found = read(tmp_path, mark + given.encode())
    assert found.faults == []
    first, second = found.rows
    assert (first.line, first.question, first.text, first.rater) == (2, "5", "One, two; three\nfour", "Zoë")
    assert (first.levels, first.verdicts) == ({"business_goal": 3.0, "overall": 3.5}, {"outcome": "met"})
    assert (second.line, second.rater, second.levels, second.verdicts) == (4, "rater", {}, {"outcome": "absent"})


def test_jsonl_is_read_with_the_lines_of_its_objects(tmp_path: Path) -> None:
    """One object a line, blank lines between; numbers, null and nested verdicts; each broken line is told."""
    lines = [
        json.dumps(
            {**SAID, "business_goal": 4, "overall": None, "verdicts": {"outcome": "MET", "goal": "cannot tell"}}
        ),
        "",
        '{"question": "q05", ',
        "[1, 2]",
        json.dumps({**SAID, "business_goal": True}),
        json.dumps({**SAID, "verdicts": ["met"]}),
    ]
    found = read(tmp_path, "\ufeff" + "\n".join(lines), "labels.jsonl")
    assert [(row.line, row.levels, row.verdicts) for row in found.rows] == [
        (1, {"business_goal": 4.0}, {"outcome": "met", "goal": "cannot_tell"})
    ]
    assert [fault.line for fault in found.faults] == [3, 4, 5, 6]
    assert "business_goal" in found.faults[2].what
    assert "verdicts" in found.faults[3].what


def test_rows_of_a_review_are_the_humans_verdicts(tmp_path: Path) -> None:
    """`mine` is the label, not `verdict`; an empty `mine` is no label; the answer is a text or a file."""
    (tmp_path / "draft.md").write_text(SOLID, encoding="utf-8")
    text = "answer,question,indicator,verdict,quote,mine,note\n"
    text += f'draft.md,q05,outcome,met,"Fuel fell",partial,weak\n"{SOLID}",q05,goal,met,,,\ndraft.md,q05,,met,,met,\n'
    text += "gone.md,q05,goal,met,,met,\n"
    found = read(tmp_path, text)
    assert [(row.line, row.text, row.verdicts) for row in found.rows] == [(2, SOLID, {"outcome": "partial"})]
    assert (found.unlabelled, found.ignored) == ([3], [])
    assert [fault.line for fault in found.faults] == [4, 5]
    assert "gone.md does not exist" in found.faults[1].what


def test_a_file_is_looked_for_beside_the_labels(tmp_path: Path) -> None:
    """`file` begins where the labels file stands, wherever the command runs; both or neither answer is a fault."""
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "one.txt").write_text(f"{SOLID}\r\n", encoding="utf-8", newline="")
    rows = ["question,answer,file,overall", "q05,,drafts/one.txt,3", "q05,text,drafts/one.txt,3", "q05,,,3", "q05,,x,3"]
    found = read(tmp_path, "\n".join(rows))
    assert [row.text for row in found.rows] == [SOLID]
    assert [(fault.line, fault.labels) for fault in found.faults] == [(n, ("overall",)) for n in (3, 4, 5)]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("q05,text,a,6,,", "'business_goal' is not a whole number from 1 to 5"),
        ("q05,text,a,3.5,,", "'business_goal' is not a whole number"),
        ("q05,text,a,nan,,", "'business_goal' is not a whole number"),
        ("q05,text,a,,0.9,", "'overall' is not a number from 1 to 5"),
        ("q05,text,a,,,good", "'verdict.outcome' is none of met, partial"),
        ("q05,text,a,3", "4 cells under 6 columns"),
        ("q05,text, with a comma,a,3,,", "a text with ',' stands in quotes"),
        ('q05,"text,a,3,,', "not CSV"),
    ],
)
def test_a_broken_row_is_told_with_its_line_and_stops_no_other(tmp_path: Path, row: str, what: str) -> None:
    """The row before is read; the fault names line 4, the column and what belongs there, not what stood in the cell."""
    found = read(tmp_path, f'{HEAD}\nq05,"two\nlines",a,3,,\n{row}\n')
    assert [one.line for one in found.rows] == [2]
    (fault,) = found.faults
    assert fault.line == 4
    assert what in fault.what
    assert "good" not in fault.what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("\n", "is empty"),
        ("question,overall\nq05,3", "no column 'answer' or 'file'"),
        ("answer,overall\ntext,3", "no column 'question'"),
        ("question,answer,leadership\nq05,text,3", "no column of labels"),
        ("question,answer,overall,Overall\nq05,text,3,3", "'overall' stands twice"),
        ('[{"question": "q05"}]', "one JSON object a line"),
    ],
)
def test_a_file_without_the_columns_of_labels_is_refused(tmp_path: Path, text: str, what: str) -> None:
    """Place, fault and the columns that belong there, in one message."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert what in str(caught.value)
    assert "labels.csv" in str(caught.value)
    with pytest.raises(UnreadableFile):
        read(tmp_path, b"question,answer,overall\nq05,\xe4,3")


def test_a_quote_that_is_never_closed_takes_no_other_row_with_it(tmp_path: Path) -> None:
    """The rows behind it are read, each under its own line."""
    found = read(tmp_path, 'question,answer,overall\nq05,"open,3\nq05,text,4\n\nq05,"two\nlines",5\n')
    assert [(row.line, row.levels["overall"]) for row in found.rows] == [(3, 4.0), (5, 5.0)]
    assert [fault.line for fault in found.faults] == [2]


def test_columns_that_nothing_is_read_from_are_named(tmp_path: Path) -> None:
    """A misspelled column does not vanish without a word; a row without any label is counted apart."""
    found = read(tmp_path, "question,answer,overall,leadership,date\nq05,text,3,4,today\nq05,text,,4,\n")
    assert found.ignored == ["leadership", "date"]
    assert (len(found.rows), found.unlabelled) == (1, [3])


def test_each_distinct_answer_is_one_case(tmp_path: Path, library: Library) -> None:
    """Rows of two people, other names of the question and other line ends are the same answer; another question is
    another case."""
    rows: list[dict[str, object]] = [
        {"overall": 3},
        {"overall": 4, "rater": "ben", "question": "5"},
        {"verdicts": {"outcome": "met"}, "question": "q05-prioritization", "answer": f"\r\n{SOLID}\r\n"},
        {"overall": 2, "question": "q08"},
    ]
    ready = prepared(tmp_path, rows, library)
    assert [(case.rubric.id, case.text) for case in ready.cases] == [("q05", SOLID), ("q08", SOLID)]
    assert [(mark.case, mark.rater, mark.seen) for mark in ready.marks] == [
        (0, "anna", [1, 3]),
        (0, "ben", [2]),
        (1, "anna", [4]),
    ]
    assert (ready.marks[0].levels, ready.marks[0].verdicts) == ({"overall": 3.0}, {"outcome": "met"})
    assert ready.cases[0].words == len(SOLID.split())


def test_rows_that_no_rubric_knows_or_that_contradict_are_faults(tmp_path: Path, library: Library) -> None:
    """Unknown question, no question, unknown indicator, another verdict by the same rater; repeating is none."""
    rows: list[dict[str, object]] = [
        {"overall": 3, "verdicts": {"outcome": "met", "serious_error": "absent"}},
        {"overall": 3, "question": "q99"},
        {"overall": 3, "question": ""},
        {"verdicts": {"no_such": "met"}},
        {"verdicts": {"outcome": "absent"}},
        {"verdicts": {"outcome": "met"}},
    ]
    ready = prepared(tmp_path, rows, library)
    assert [fault.line for fault in ready.faults] == [2, 3, 4, 5]
    assert "q99" in ready.faults[0].what
    assert "no indicator 'no_such'" in ready.faults[2].what
    assert "'anna' gave this answer another 'verdict.outcome' on line 1" in ready.faults[3].what
    assert (len(ready.cases), ready.marks[0].seen) == (1, [1, 6])


def test_front_matter_names_the_question_where_the_row_does_not(tmp_path: Path, library: Library) -> None:
    """A draft with front matter needs no question column."""
    (tmp_path / "draft.md").write_text(f"---\nquestion: q05\n---\n{SOLID}", encoding="utf-8")
    ready = prepare(read(tmp_path, "file,overall\ndraft.md,3\n"), Coach(library=library))
    assert [case.rubric.id for case in ready.cases] == ["q05"]


def test_a_rubric_with_a_fault_is_no_fault_of_the_row(tmp_path: Path) -> None:
    """What is wrong in a rubric is raised as such, before anything is graded."""
    (tmp_path / "q12-own.yaml").write_text("id: q12\n", encoding="utf-8")
    coach = Coach(library=Library(tmp_path, over=True))
    with pytest.raises(RubricInvalid):
        prepare(read(tmp_path, f'question,answer,overall\nq12,"{SOLID}",3\n'), coach)
