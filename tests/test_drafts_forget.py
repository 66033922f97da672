"""`coach drafts forget`: of a story that is forgotten no byte stays in the data directory."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from answer_coach import homes
from answer_coach.drafts.store import Store
from answer_coach.intake import keep
from tests.support.batches import SCRIPT, honest
from tests.support.build import SOLID
from tests.support.desk import at, coach, drafts, file_of, happened, holds, kept, refused
from tests.support.server import Reply, serving
from tests.support.stories import EXAMPLES, STORY
from tests.support.terminal import typed

FACT, REASON, SAID = "Six crews, says the dig ledger", "The ledger said so in plain words", "I asked Ruth by telephone"


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules judge where no test names a model."""
    monkeypatch.setenv("COACH_MODEL", "rules")


@pytest.fixture
def full(home: Path) -> Path:
    """A home where a story left everything that it can leave, beside another story."""
    drafts("add", "ferry", "-q", "5", stdin=SOLID)
    with serving(honest) as endpoint:
        for number in (1, 2):
            drafts("add", "leaks", EXAMPLES / "leaks" / f"{number}.md", *at(endpoint))
        drafts("press", "leaks", *at(endpoint), stdin=f"{SAID}\n")
        drafts("dispute", "leaks", "outcome", "--times", 1, *at(endpoint), stdin=f"{REASON}\n")
    drafts("answer", "leaks", stdin=f"{FACT}\n")
    with serving(lambda seen: Reply(500, {})) as endpoint:
        assert coach("drafts", "add", "leaks", "-", *at(endpoint), stdin=STORY[2]).exit_code == 3
    keep(STORY[2], home / "unfinished")
    (home / "facts" / "leaks.4711.new").write_text(FACT, encoding="utf-8")
    (home / "facts" / ".leaks.md.swp").write_text(FACT, encoding="utf-8")
    return home


def words_of(text: str) -> list[str]:
    """All runs of three words of a text."""
    said = text.split()
    return [" ".join(said[at : at + 3]) for at in range(len(said) - 2)]


def test_nothing_of_a_forgotten_story_is_left(full: Path) -> None:
    """Drafts, cards, a model's replies, facts, reasons, talks and unfinished drafts: gone; the other story stays."""
    said = [*(text.partition("---\n\n")[2] for text in STORY[:3]), FACT, REASON, SAID]
    secrets = [run for text in said for run in words_of(text)]
    assert len(happened(full, "leaks")) == 2
    assert holds(full, FACT) != []
    assert holds(full, *words_of(SAID)) != []
    assert "3 drafts of 'Leaks' removed" in drafts("forget", "Leaks", "--yes").stderr
    assert holds(full, *secrets, "leaks") == []
    assert kept(full, "ferry")[0].text == SOLID
    assert "no story" in refused("forget", "leaks", "--yes")


def test_a_log_of_changes_is_emptied_too(full: Path) -> None:
    """While another process has the store open, what stood in the write-ahead log is gone as well."""
    path = file_of(full)
    with Store(path) as other:
        other.add("ferry", "q05", "a second draft")
        assert drafts("forget", "leaks", "--yes").exit_code == 0
        assert path.with_name("drafts.sqlite-wal").exists()
        assert holds(full, *words_of(STORY[0].partition("---\n\n")[2])) == []
        assert other.drafts("leaks") == []


def test_a_reader_that_holds_the_file_is_told_of(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process keeps the file from being cleaned, that is an error with what to do, and doing it helps."""
    monkeypatch.setattr("answer_coach.drafts.store.WAIT", 0.2)
    with Store(file_of(full)) as other:
        other._db.execute("BEGIN")
        other.stories()
        message = refused("forget", "leaks", "--yes", code=5)
        assert "again" in message
        other._db.execute("COMMIT")
    coach("drafts", "forget", "leaks", "--yes")
    assert holds(full, *words_of(STORY[0].partition("---\n\n")[2])) == []


def test_nothing_is_forgotten_without_a_yes(full: Path) -> None:
    """Where nobody can be asked, --yes is needed, and all stays without it."""
    message = refused("forget", "leaks")
    assert "3 drafts of 'leaks' will be gone for good. --yes" in message
    assert len(kept(full, "leaks")) == 3
    assert homes.facts_file({"COACH_HOME": str(full)}, "leaks").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's")
@pytest.mark.parametrize(
    ("keys", "code", "says"), [("n\n", 2, "coach: Nothing was done"), ("\x04", 130, "coach: stopped")]
)
def test_a_no_and_an_end_leave_all_as_it_is(full: Path, keys: str, code: int, says: str) -> None:
    """A question that is answered with no, or with Ctrl-D, which a prompt takes like Ctrl-C, ends in one plain line."""
    environ = {**os.environ, "COACH_HOME": str(full)}
    ended, shown = typed([SCRIPT, "drafts", "forget", "leaks"], keys, environ)
    assert (ended, shown.rstrip().endswith(says), "Aborted" in shown) == (code, True, False), shown
    assert len(kept(full, "leaks")) == 3


def test_equal_texts_under_two_names_are_two_stories(home: Path) -> None:
    """Forgetting one leaves the other as it was."""
    for name in ("leaks", "pipes"):
        drafts("add", name, EXAMPLES / "leaks" / "1.md")
    drafts("forget", "leaks", "--yes")
    assert [draft.text for draft in kept(home, "pipes")] == [STORY[0]]
    assert drafts("show", "pipes").stdout.startswith("pipes, draft 1")


def test_a_name_that_leads_elsewhere_removes_nothing(home: Path) -> None:
    """A path is no name, for forgetting least of all."""
    drafts("add", "leaks", EXAMPLES / "leaks" / "1.md")
    (home / "config.toml").write_text("", encoding="utf-8")
    for name in ("../config", "*", "a/b", "leaks.md"):
        assert "can't be the name" in refused("forget", "--yes", "--", name)
    assert (home / "config.toml").exists()
    assert len(kept(home, "leaks")) == 1


def test_copies_of_damaged_stores_are_named(home: Path) -> None:
    """A copy that was set aside may hold the story: forget says where it is."""
    drafts("add", "leaks", EXAMPLES / "leaks" / "1.md")
    copy = home / "drafts-damaged-1-2.sqlite"
    copy.write_bytes(b"x")
    assert str(copy) in drafts("forget", "leaks", "--yes").stderr
