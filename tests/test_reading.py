"""Files and folders of answers: what is read, in which order, under which names; texts with one answer or several."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from answer_coach.batch.entry import Broken
from answer_coach.batch.lines import MOST
from answer_coach.batch.naming import Names, Told
from answer_coach.errors import InputError, UnreadableFile
from tests.support.rows import SECRET, read, resolve, stream, told, write

NAMED = "names no question that the coach knows; see: coach questions"


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    """With what is below it, without what is hidden, twice the same; other files are told, one line each."""
    folder = tmp_path / "round one"
    for name in ("b/q05-ann.md", "a.txt", "c.csv", ".hidden.md", ".git/x.md", "~$c.xlsx", "b/photo.png", "Z.JSONL"):
        text = {"c.csv": "text\nof a table", "Z.JSONL": '{"text": "of a line"}'}.get(name, name)
        write(folder, name, text)
    (folder / "empty").mkdir()
    found = [str(one) if isinstance(one, Broken) else one for one in stream(folder, question="5")]
    names = [one.partition(": ")[0] if isinstance(one, str) else one.source.path for one in found]  # type: ignore[attr-defined]
    assert names == [
        *("round one/Z.JSONL", "round one/a.txt", "round one/b/photo.png", "round one/b/q05-ann.md"),
        *("round one/c.csv", "round one/empty"),
    ]
    assert [one for one in found if isinstance(one, str)] == [
        "round one/b/photo.png: not read: unknown kind",
        "round one/empty: the folder is empty",
    ]
    again = [str(one) if isinstance(one, Broken) else one for one in stream(folder, question="5")]
    assert again == found


def test_what_a_batch_wrote_is_not_read_as_answers(tmp_path: Path) -> None:
    """Cards in a folder of results below the answers are no answers; beside half of such a folder they may be."""
    folder = tmp_path / "round"
    for name in ("q05-anna.md", "sunday/cards/q05-anna.md", "lessons/q05-ben.md"):
        write(folder, name, "An answer.")
    for name in ("sunday/answers.jsonl", "sunday/results.jsonl", "lessons/results.jsonl"):
        write(folder, name, "{}\n")
    entries, faults = read(folder)
    assert [one.source.path for one in entries] == ["round/lessons/q05-ben.md", "round/q05-anna.md"]
    assert [one.partition(":")[0] for one in faults] == ["round/lessons/results.jsonl"]


def test_files_are_called_by_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And by as many folders as tell two apart; however a folder is named, its files are called the same."""
    one, two = write(tmp_path, "a/q05.md", "one"), write(tmp_path, "b/q05.md", "two")
    assert [entry.source.path for entry in read(one)[0]] == ["q05.md"]
    assert [entry.source.path for entry in read(one, two)[0]] == ["a/q05.md", "b/q05.md"]
    monkeypatch.chdir(tmp_path / "a")
    assert [entry.source.path for entry in read(Path())[0]] == ["a/q05.md"]
    assert [entry.source.path for entry in read(Path("../a"))[0]] == ["a/q05.md"]


def test_a_file_is_read_once(tmp_path: Path) -> None:
    """However often it is named, and by whatever way."""
    path = write(tmp_path, "a/q05.md", "one")
    entries, faults = read(tmp_path / "a", path, tmp_path / "a", path)
    assert ([entry.text for entry in entries], faults) == (["one"], [])


def test_what_is_named_must_be_there_and_readable(tmp_path: Path) -> None:
    """Before anything is read: a file of another kind, and one that is not there."""
    fine, other = write(tmp_path, "q05.md", "fine"), write(tmp_path, "photo.png", "...")
    with pytest.raises(InputError, match=r"photo.png is of an unknown kind"):
        stream(fine, other)
    with pytest.raises(UnreadableFile, match="does not exist"):
        stream(fine, tmp_path / "none.md")


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    """A link to a folder is not followed, a pipe not opened, a binary file not shown."""
    folder = tmp_path / "in"
    write(folder, "q05.md", b"a\x00b")
    (tmp_path / "out").mkdir()
    try:
        (folder / "link").symlink_to(tmp_path / "out")
        os.mkfifo(folder / "pipe.md")
    except (OSError, AttributeError):  # pragma: no cover
        pytest.skip("no links or pipes here")
    assert read(folder)[1] == [
        "in/link: not read: a link to a folder",
        "in/pipe.md: not read: unknown kind",
        "in/q05.md: not a text file; export it as plain text or CSV first",
    ]


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("q05-anna", Told("q05", "anna")),
        ("anna-q05-draft2", Told("q05", "anna", "2")),
        ("Anna_Maria q5 v12", Told("q05", "Anna_Maria", "12")),
        ("anna-q05-smith-draft-3", Told("q05", "anna-smith", "3")),
        ("q05-draft", Told("q05")),
        ("q05-prioritization", Told("q05")),
        ("story-anna", Told("story", "anna")),
        ("anna-draft2", Told(None, "anna", "2")),
        ("5", Told()),
        ("anna", Told()),
        ("2024-05-01 anna", Told()),
        ("q05-q10-anna", Told()),
        ("q99-anna", Told()),
    ],
)
def test_a_file_name_tells_question_candidate_and_draft(stem: str, expected: Told) -> None:
    """Where it names a question or a draft; a bare number names nothing, and two questions are none."""
    assert Names(resolve).file(stem) == expected


@pytest.mark.parametrize("name", ["story-anna-draft2.md", "story-anna-draft2.txt"])
def test_front_matter_stands_above_the_name_of_the_file(tmp_path: Path, name: str) -> None:
    """What it does not say is as the name tells; the answer begins below it, as it stands."""
    head = "---\nQuestion: Question 5\ncandidate: 'Ann: B.'\ndraft: 3\nkind: note\n---\n"
    entries, faults = read(write(tmp_path, name, f"{head}\n We tried it. \r\n"))
    assert ([told(one) for one in entries], faults) == ([("q05", "\n We tried it. \r\n", None, "Ann: B.", "3")], [])
    entries, faults = read(write(tmp_path, name, "---\r\ncandidate:\r\ndraft: ''\r\n---\r\nWe tried it."))
    assert ([told(one) for one in entries], faults) == ([("story", "We tried it.", None, "anna", "2")], [])
    entries, faults = read(write(tmp_path, name, "---\n\nBetween rules.\n\n---\n\nBelow."))
    assert ([one.text for one in entries], faults) == (["---\n\nBetween rules.\n\n---\n\nBelow."], [])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("---\nquestion: q99\n---\ntext", f"q05.md:2: 'question' {NAMED}"),
        ("---\nquestion: q05\ncandidate: [a]\n---\ntext", "q05.md:3: 'candidate' is not a text or a number"),
        (f"---\nquestion: q05\n{SECRET}", "q05.md:1: the front matter is not closed; put a line of three dashes"),
        (f"---\nquestion: '{SECRET}\n---\ntext", "q05.md:1: the front matter is not 'name: value' on each line"),
        ("---\ndraft: 1\ndraft: 2\n---\ntext", "q05.md:1: the front matter is not 'name: value' on each line"),
        (b"---\ndraft: \xfc\n---\ntext", "q05.md:2: not UTF-8 text"),
        (f"---\ncandidate: {'x' * 201}\n---\ntext", "q05.md: 'candidate' has 201 characters, 200 at most"),
        (f"{SECRET}\n\xfc".encode("latin-1"), "q05.md:2: not UTF-8 text"),
        (f"{SECRET} " * (MOST // 9 + 1), "q05.md:1: a text of over 1,000,000 characters"),
        ("\ufeff \n\n", "q05.md: the answer is empty"),
        ("", "q05.md: the answer is empty"),
    ],
    ids=["unknown", "list", "open", "not YAML", "twice", "bytes", "long", "latin", "large", "blank", "empty"],
)
def test_faults_of_a_text_are_told(tmp_path: Path, content: str | bytes, fault: str) -> None:
    """One fault, with its line where there is one; the next file is read."""
    entries, faults = read(write(tmp_path, "q05.md", content), write(tmp_path, "story.md", "fine"))
    assert [one.text for one in entries] == ["fine"]
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_a_text_without_a_question_gets_the_default_or_is_a_fault(tmp_path: Path) -> None:
    """The default is the last resort."""
    path = write(tmp_path, "ann.md", "We tried it.")
    assert [told(one) for one in read(path, question="story")[0]] == [("story", "We tried it.", None, None, None)]
    assert read(path)[1][0].startswith("ann.md: it is not said which question this answers")


SEVERAL = """---
candidate: Ann
draft: 2
---
# Answers of Ann

## Q05 Prioritizing projects and resources

We tried it.

### What I did

# not a heading that names one
Then we stopped.

## Question 10: requirements ##
### Story
## 2. Task
I asked.

## **story**

## Question 77

Nobody knows.

## q1
Last.
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_with_several_answers_is_split_at_its_headings(tmp_path: Path, newline: str) -> None:
    """At those that name a question; the others, and bare words below the first one's level, stay in their answer."""
    path = write(tmp_path, "several.md", SEVERAL.replace("\n", newline))
    entries, faults = read(path, question="story")
    first = "We tried it.\n\n### What I did\n\n# not a heading that names one\nThen we stopped."
    assert [told(one) for one in entries] == [
        ("q05", first.replace("\n", newline), 1, "Ann", "2"),
        ("q10", "### Story\n## 2. Task\nI asked.".replace("\n", newline), 2, "Ann", "2"),
        ("q01", "Last.", 5, "Ann", "2"),
    ]
    assert faults == ["several.md:21: the answer is empty", f"several.md:23: the heading {NAMED}"]


def test_one_answer_below_its_heading_is_a_single_one(tmp_path: Path) -> None:
    """It has no number, and the heading is not part of it."""
    path = write(tmp_path, "ann.md", "# Q05 Prioritizing\n\nWe tried it.\n")
    assert [told(one) for one in read(path)[0]] == [("q05", "We tried it.", None, None, None)]


def test_a_plain_heading_does_not_split_a_file_whose_question_is_told(tmp_path: Path) -> None:
    """`# Story` and `# Q1 results` are headings of the answer there; one with a full number is not."""
    text = "Before.\n# Story\nWe tried it.\n# Q1 results\nIt fell.\n"
    path = write(tmp_path, "q05-ann.md", f"{text}# Question 10\nI asked.\n")
    assert [told(one) for one in read(path)[0]] == [
        ("q05", text.rstrip(), 1, "ann", None),
        ("q10", "I asked.", 2, "ann", None),
    ]


def test_text_above_the_first_heading_is_told(tmp_path: Path) -> None:
    """Where it has no question of its own; the answers below are read, and one alone has no number."""
    path = write(tmp_path, "ann.md", f"# Title\n\n{SECRET}, 2026\n\n# q05\nWe tried it.\n")
    entries, faults = read(path, question="q05")
    assert [told(one)[:3] for one in entries] == [("q05", "We tried it.", None)]
    assert faults == ["ann.md:1: text above the first heading that names a question is not read; put it below one"]


def test_one_broken_answer_of_several_leaves_the_others(tmp_path: Path) -> None:
    """Undecodable bytes and too large a text spoil the answer in which they stand."""
    content = b"# q05\nWe \xfc tried.\n# q10\n" + b"I asked. " * (MOST // 8) + b"\n# story\nfine\n# q01"
    entries, faults = read(write(tmp_path, "several.md", content))
    assert [told(one)[:3] for one in entries] == [("story", "fine", 3)]
    assert faults == [
        "several.md:2: not UTF-8 text; save the file as UTF-8",
        "several.md:3: a text of over 1,000,000 characters",
        "several.md:7: the answer is empty",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_texts_are_read_whatever_they_were_saved_as(tmp_path: Path, encoding: str) -> None:
    """UTF-8 and UTF-16 with their marks; front matter is found behind the mark."""
    mark = "\ufeff" if encoding != "utf-8-sig" else ""
    path = write(tmp_path, "ann.md", f"{mark}---\nquestion: 5\n---\nÜber 3 € – fertig\r\n".encode(encoding))
    assert [told(one)[:2] for one in read(path)[0]] == [("q05", "Über 3 € – fertig\r\n")]
