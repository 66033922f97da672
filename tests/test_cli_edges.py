"""The command line where it is rarely used so: closed ends, full disks, odd arguments, letters that move cursors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.build import SOLID

COACH = str(Path(sys.executable).with_name("coach"))
unix = pytest.mark.skipif(sys.platform == "win32", reason="a Unix shell")


def coach(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the installed script."""
    return subprocess.run([COACH, *arguments], input=text, capture_output=True, encoding="utf-8", check=False)


@unix
@pytest.mark.parametrize(("redirect", "code"), [("<&-", 2), ("< /dev/null > /dev/full", 5)])
def test_closed_and_full_ends_are_one_message(redirect: str, code: int) -> None:
    """A closed stdin is an input error, a full disk one of files; neither is a traceback."""
    done = subprocess.run(
        ["sh", "-c", f"'{COACH}' grade -q 5 --model rules {redirect}"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert done.stderr.startswith("coach: ")


@pytest.mark.parametrize("level", ["9", "0.5", "nan", "-1"])
def test_a_level_that_is_none_is_refused(level: str) -> None:
    """`--min-level` takes 1 to 5, so that a typo never passes a script's check."""
    done = coach("grade", "-", "-q", "5", "--model", "rules", "--min-level", level, text=SOLID)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--min-level" in done.stderr


@pytest.mark.parametrize("question", ["\x1b[31mX\nY", " ", "\u00b2", ""])
def test_odd_question_names_are_unknown_and_shown_harmlessly(question: str) -> None:
    """No escape reaches the terminal, nothing is guessed, and the message stays on one line."""
    done = coach("grade", "-", "-q", question, "--model", "rules", text=SOLID)
    assert (done.returncode, done.stdout) == (2, "")
    assert "\x1b" not in done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("coach: ")]


def test_a_slug_is_a_name_too() -> None:
    """`star` is the story, `roadmap` is q08."""
    assert "STORY" in coach("questions", "show", "star").stdout
    assert "Q08" in coach("questions", "show", "roadmap").stdout


def test_json_holds_no_letter_that_moves_a_cursor() -> None:
    """Escapes of the draft are JSON escapes in the output, and the quotes are still the draft's."""
    text = SOLID.replace("fuel was", "fu\u202eel \x9bwas", 1)
    done = coach("grade", "-", "-q", "5", "--model", "rules", "--format", "json", text=text)
    assert not {"\u202e", "\x9b"} & set(done.stdout)
    card = json.loads(done.stdout)
    evidence = [e for d in card["dimensions"] for i in d["indicators"] for e in i["evidence"]]
    assert evidence
    assert [e for e in evidence if text[e["start"] : e["end"]] != e["quote"]] == []
    assert any("\u202e" in e["quote"] for e in evidence)


def test_out_writes_over_nothing(tmp_path: Path) -> None:
    """A file that exists, the draft above all, is never written over, and nothing is graded for it."""
    draft = tmp_path / "draft.md"
    draft.write_text(SOLID, encoding="utf-8")
    done = coach("grade", str(draft), "-q", "5", "--model", "rules", "--out", str(draft))
    assert (done.returncode, done.stdout, draft.read_text(encoding="utf-8")) == (2, "", SOLID)
    assert "exists already" in done.stderr


def test_front_matter_that_is_not_closed_is_named() -> None:
    """The remedy is the missing line, not a question that stands there already."""
    done = coach("grade", "-", "--model", "rules", text=f"---\nquestion: q05\n{SOLID}")
    assert done.returncode == 2
    assert "The front matter is not closed" in done.stderr


def test_rules_may_be_written_large() -> None:
    """`--model Rules` is the rules engine."""
    assert coach("grade", "-", "-q", "5", "--model", "Rules", text=SOLID).returncode == 0


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_a_draft_without_a_case_is_asked_for_one_first(format: str) -> None:
    """Whatever the form of the card: the case before the edit, and what the missing case holds down."""
    thin = "I prioritize by impact and effort, then I talk with stakeholders and we agree on the roadmap. " * 2
    said = " ".join(coach("grade", "-", "-q", "5", "--model", "rules", "--format", format, text=thin).stdout.split())
    first = said.lower().index("first")
    assert first < said.index("When did you last do this for real?") < said.index("supposed to change")
    assert "without a real example, leadership stops at 3" in said


def test_rules_do_not_claim_to_know_what_a_text_answers() -> None:
    """Refused for its words, a text may answer all the same: the card says so, and what to do then."""
    soup = "I boil the onions slowly, then the carrots go in, and after an hour my grandmother tastes it again. " * 3
    done = coach("grade", "-", "-q", "5", "--model", "rules", text=soup)
    said = " ".join(done.stdout.split())
    assert "By its words, this does not answer the question" in said
    assert "if it does answer it, grade it with --anyway." in said
