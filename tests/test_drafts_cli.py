"""`coach drafts add`, `list`, `show`, `export`, `where` and `coach grade --keep` as a person runs them."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from answer_coach.drafts.records import Draft
from answer_coach.drafts.store import Store
from answer_coach.feedback import Feedback, NotGradable
from tests.support.build import SOLID
from tests.support.desk import at, coach, crediting, drafts, file_of, happened, holds, kept, refused
from tests.support.server import Reply, serving
from tests.support.stories import EXAMPLES, STORY

ONE, TWO, FIVE = (EXAMPLES / "leaks" / f"{number}.md" for number in (1, 2, 5))
SHORT = "It went well."


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules judge where no test names a model."""
    monkeypatch.setenv("COACH_MODEL", "rules")


def test_the_first_draft_is_kept_with_its_card(home: Path) -> None:
    """The card shows; text and card are in the store; there is nothing to compare with yet."""
    ran = drafts("add", "leaks", ONE)
    assert ran.stdout.startswith("STORY ")
    assert "SINCE" not in ran.output
    [draft] = kept(home, "leaks")
    assert (draft.text, draft.question, draft.number) == (STORY[0], "story", 1)
    assert isinstance(draft.card, Feedback)


def test_the_next_draft_says_first_what_changed(home: Path) -> None:
    """The first line names gains, losses and the last advice; with JSON it stands on stderr and stdout is the card."""
    drafts("add", "leaks", ONE)
    first = drafts("add", "leaks", TWO).stdout.splitlines()[0]
    assert first.startswith("SINCE draft 1: + ")
    ran = drafts("add", "leaks", FIVE, "--format", "json")
    assert json.loads(ran.stdout)["kind"] == "feedback"
    assert "SINCE draft 2: " in ran.stderr
    assert [draft.text for draft in kept(home, "leaks")] == [STORY[0], STORY[1], STORY[4]]


def test_a_story_knows_its_question_and_names_have_no_case(home: Path) -> None:
    """-q is needed once; a name in capitals is the same story; a pipe is read like a file."""
    assert drafts("add", "Leaks", "-q", "story", stdin=STORY[0].partition("\n\n")[2]).stdout.startswith("STORY ")
    assert drafts("add", "LEAKS", "-", stdin=STORY[1].partition("\n\n")[2]).stdout.startswith("SINCE draft 1:")
    assert [draft.question for draft in kept(home, "leaks")] == ["story", "story"]
    assert "leaks, draft 2" in drafts("show", "lEAKS").stdout


def test_without_a_question_nothing_is_kept(home: Path) -> None:
    """What it answers must be known before anything is written."""
    assert "not said which question" in refused("add", "new", stdin=SOLID)
    assert "no story" in refused("show", "new")
    assert holds(home, "ferry") == []


def test_an_answer_to_another_question_is_refused() -> None:
    """A name stands for one question; the message says what to do, and nothing is kept of the draft."""
    drafts("add", "leaks", ONE)
    assert "answers story, not q05" in refused("add", "leaks", "-q", "5", stdin=SOLID)
    assert json.loads(drafts("list", "--format", "json").stdout)[0]["drafts"] == 1


def test_no_text_is_no_draft(home: Path) -> None:
    """An empty paste or file, front matter alone too, becomes no draft that could never be removed alone."""
    drafts("add", "leaks", ONE)
    for text in ("", " \n\n", "---\nquestion: story\n---\n\n"):
        assert "There is no text" in refused("add", "leaks", stdin=text)
    assert len(kept(home, "leaks")) == 1


def test_no_save_leaves_nothing_on_disk(home: Path) -> None:
    """A new name makes no file at all; a story that is there is compared with, and stays as it was."""
    assert drafts("add", "leaks", ONE, "--no-save").stdout.startswith("STORY ")
    assert not home.exists()
    drafts("add", "leaks", ONE)
    before = file_of(home).read_bytes()
    with serving(crediting({"decision": "ten spots"})) as endpoint:
        ran = drafts("add", "leaks", TWO, "--no-save", *at(endpoint))
        assert len(endpoint.requests) == 1
    assert ran.stdout.startswith("SINCE draft 1: not compared")
    assert drafts("add", "leaks", TWO, "--no-save").stdout.startswith("SINCE draft 1: +")
    assert [draft.text for draft in kept(home, "leaks")] == [STORY[0]]
    assert b"eighteen months" not in file_of(home).read_bytes()
    assert file_of(home).read_bytes() == before


def test_a_failing_endpoint_costs_no_draft(home: Path) -> None:
    """The draft is kept and the message says so; the same text again is graded as that draft, not as a second one."""
    with serving(lambda seen: Reply(500, {})) as endpoint:
        ran = coach("drafts", "add", "leaks", ONE, *at(endpoint))
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert "Draft 1 of 'leaks' is kept; it has no card." in ran.stderr
    assert "never graded" in drafts("show", "leaks").stderr
    assert "not graded" in drafts("list").stdout
    ran = drafts("add", "leaks", ONE)
    assert ran.stdout.startswith("STORY ")
    [draft] = kept(home, "leaks")
    assert isinstance(draft.card, Feedback)
    assert drafts("add", "leaks", ONE).stdout.startswith("SINCE draft 1: the same text")
    assert len(kept(home, "leaks")) == 2


def test_what_is_not_gradable_is_kept_all_the_same(home: Path) -> None:
    """The reasons show and are kept; the next draft says why nothing is compared."""
    ran = drafts("add", "short", "-q", "story", stdin=SHORT)
    assert "NOT GRADABLE" in ran.stdout
    assert isinstance(kept(home, "short")[0].card, NotGradable)
    assert "not compared, this one could not be graded" in drafts("add", "short", stdin=SHORT).stdout
    assert "not compared, it was not graded" in drafts("add", "short", ONE).stdout


def test_grade_keeps_only_when_asked(home: Path) -> None:
    """Without --keep no store is made; with it, draft and card are there, and what changed is said first."""
    assert coach("grade", ONE).exit_code == 0
    assert not file_of(home).exists()
    assert coach("grade", ONE, "--keep", "leaks").stdout.startswith("STORY ")
    assert coach("grade", TWO, "--keep", "leaks").stdout.startswith("SINCE draft 1: +")
    ran = coach("grade", FIVE, "--keep", "leaks", "--format", "json")
    assert json.loads(ran.stdout)["kind"] == "feedback"
    assert [draft.number for draft in kept(home, "leaks")] == [1, 2, 3]
    assert holds(home / "unfinished", "Shopkeepers") == []


def test_list_and_show_tell_what_is_kept() -> None:
    """One line a story; a draft by its number, without front matter; --no-score hides levels."""
    assert "No draft is kept yet" in drafts("list").stderr
    drafts("add", "leaks", ONE)
    drafts("add", "leaks", TWO)
    drafts("add", "ferry", "-q", "5", stdin=SOLID)
    lines = drafts("list").stdout.splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [["leaks", "story", "2"], ["ferry", "q05", "1"]]
    assert all(len(line) <= 80 for line in lines)
    assert "senior" in lines[1]
    first = drafts("show", "leaks", 1).stdout
    assert first.startswith("leaks, draft 1, ")
    assert "So this was at a water utility" in first
    assert "question: story" not in first
    assert "of 5" not in drafts("show", "leaks", "--no-score").stdout
    assert json.loads(drafts("show", "leaks", 1, "--format", "json").stdout)["kind"] == "feedback"
    assert "has no draft 7" in refused("show", "leaks", 7)


@pytest.mark.parametrize("command", ["add leaks", "show leaks", "compare leaks", "list"])
def test_hidden_levels_are_not_in_json_either(command: str) -> None:
    """JSON carries levels: --no-score with it is refused before anything is read or kept."""
    assert "JSON carries the levels" in refused(*command.split(), "--no-score", "--format", "json", stdin=SOLID)


def test_show_prints_nothing_that_moves_a_cursor() -> None:
    """An escape sequence in a draft is written out, not obeyed; line ends of Windows stay line ends."""
    drafts("add", "odd", "-q", "5", stdin=f"\x1b[2J{SOLID}\r\nAnd \x1b]0;title\x07 so on.\tHere.")
    drafts("add", "odd", stdin=f"{SOLID} And \x1b[2J more.")
    shown = "".join(drafts(*one, "odd").stdout for one in (("show", "--why"), ("export",), ("compare",)))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\nAnd " in drafts("show", "odd", 1).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="time zones are set by a variable on POSIX alone")
def test_times_are_those_of_the_clock_on_the_wall(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft from half past ten in the evening in New York is not one of the next day."""
    with Store(file_of(home), lambda: datetime(2026, 1, 6, 3, 30, tzinfo=UTC)) as store:
        store.add("leaks", "story", STORY[0])
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "EST5")
        time.tzset()
        shown, listed = drafts("show", "leaks").stdout, drafts("list").stdout
    time.tzset()
    assert shown.startswith("leaks, draft 1, 2026-01-05 22:30")
    assert "2026-01-05" in listed


def test_where_makes_nothing_and_counts(home: Path) -> None:
    """On an empty home it tells the places; later how many drafts there are."""
    assert "(not there yet)" in drafts("where").stdout
    assert not home.exists()
    drafts("add", "leaks", ONE)
    drafts("add", "leaks", TWO)
    assert "1 story, 2 drafts" in drafts("where").stdout


def test_json_of_a_story_reads_back_as_what_is_kept(home: Path, tmp_path: Path) -> None:
    """Every draft with its cards, code point for code point; a file is written once and never over another."""
    drafts("add", "leaks", ONE)
    drafts("add", "leaks", "-", stdin=STORY[1] + "\n\n\u201cAnd \U0001f6b0\u201d, she said.")
    whole = json.loads(drafts("export", "leaks", "--format", "json").stdout)
    named = {"story": whole["story"], "question": whole["question"]}
    assert [Draft.model_validate({**named, **draft}) for draft in whole["drafts"]] == kept(home, "leaks")
    assert whole["events"] == [event.model_dump(exclude={"story"}) for event in happened(home, "leaks")]
    out = tmp_path / "leaks.json"
    assert drafts("export", "leaks", "--format", "json", "--out", out).stdout == ""
    assert json.loads(out.read_text(encoding="utf-8")) == whole
    assert "exists already" in refused("export", "leaks", "--out", out)
    assert "markdown or json" in refused("export", "leaks", "--format", "pdf")


HOSTILE = (
    "# Not a heading\n<script>alert(1)</script> and ![x](http://127.0.0.1/x.png)\n- no list\n1. nor this\n~~~\n"
    "Title\n=====\n```sh\n| a | b |\n---\n* * *\n"
)


def test_a_hostile_text_stays_a_text_in_markdown() -> None:
    """No line of a draft opens a heading, a list, code, a table, a rule, a tag, a link or a picture."""
    drafts("add", "hostile", "-q", "5", stdin=HOSTILE + SOLID)
    lines = drafts("export", "hostile").stdout.splitlines()
    quoted = [line[2:] for line in lines if line.startswith("> ")]
    opened = ("#", "-", "+", "*", "=", "~", "`", "|", "<", "1.")
    assert [line for line in quoted if line.startswith(opened)] == []
    assert len(quoted) == len([line for line in (HOSTILE + SOLID).splitlines() if line])
    assert [line for line in lines if "<script" in line.replace("\\<", "") or "](" in line.replace("\\]", "")] == []
    headings = [line for line in lines if line.startswith("#")]
    assert headings[0] == "# hostile"
    assert all(line.startswith(("## Draft", "### ", "#### ")) for line in headings[1:])
