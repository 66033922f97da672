"""`coach drafts watch` on a real pseudo-terminal: a card at each save, and no second judge unless somebody asks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.desk import at, crediting, drafts, file_of, kept, refused
from tests.support.server import serving
from tests.support.stories import EXAMPLES, STORY
from tests.support.terminal import Terminal

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a Unix thing", allow_module_level=True)

import pty

COACH = str(Path(sys.executable).with_name("coach"))
FED_UP = "The crews were fed up"


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules judge where no test names a model."""
    monkeypatch.setenv("COACH_MODEL", "rules")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file that somebody writes in."""
    return Path(shutil.copy(EXAMPLES / "leaks" / "1.md", tmp_path / "story.md"))


class Screen:
    """What somebody sees who watches; each look is at what came since the one before."""

    def __init__(self, terminal: Terminal, process: subprocess.Popen[bytes]):
        self._terminal, self._process = terminal, process

    def shows(self, mark: str) -> str:
        """Wait for a text; all that was shown since the last look."""
        self._terminal.wait_for(mark.encode())
        said, self._terminal.shown = self._terminal.shown, b""
        return said.decode(errors="replace")

    def types(self, keys: str) -> None:
        """Press keys."""
        self._terminal.write(keys.encode())

    def stops(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def ends(self) -> int:
        """Its exit code."""
        return self._process.wait(20)


@contextmanager
def watching(*arguments: str | Path) -> Iterator[Screen]:
    """Run it until the block ends."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "80"}
    command = [COACH, "drafts", "watch", *map(str, arguments)]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    try:
        yield Screen(Terminal(master), process)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_each_save_is_a_card_with_what_changed(home: Path, file: Path) -> None:
    """Written in place or put in its place by an editor: SINCE the last save; Ctrl-C ends; nothing is kept."""
    with watching(file) as screen:
        assert "SINCE" not in screen.shows("rules, not a language model")
        file.write_text(STORY[1], encoding="utf-8")
        assert "SINCE the last save: + outcome" in screen.shows("rules, not a language model")
        fresh = file.with_suffix(".tmp")
        fresh.write_text(STORY[2], encoding="utf-8")
        fresh.replace(file)
        assert "own part" in screen.shows("rules, not a language model")
        file.write_text("It went well.", encoding="utf-8")
        screen.shows("front matter (question: q05)")
        file.unlink()
        screen.shows("does not exist")
        file.write_text(STORY[3], encoding="utf-8")
        screen.shows("rules, not a language model")
        screen.stops()
        assert screen.ends() == 130
    assert not file_of(home).exists()


def test_no_second_judge_is_asked_until_somebody_wants_it(home: Path, file: Path) -> None:
    """With a model's card: which credited words still stand; Enter alone asks the model, once, and it is followed."""
    words = {"stakes": FED_UP, "people": "shopkeeper", "decision": "ten spots"}
    with serving(crediting(words)) as endpoint:
        drafts("add", "leaks", file, *at(endpoint))
        drafts("add", "leaks", "--no-save", file)
        assert len(endpoint.requests) == 1
        with watching(file, "--name", "leaks", *at(endpoint)) as screen:
            assert "2 of 2 credited points stand word for word" in screen.shows("word for word")
            file.write_text(STORY[0].replace(FED_UP, "Everybody was angry"), encoding="utf-8")
            gone = screen.shows("grade it to know")
            assert "1 of 2 credited" in gone
            assert FED_UP in gone
            file.write_text(STORY[1], encoding="utf-8")
            screen.shows("Now 176 words")
            assert len(endpoint.requests) == 1
            screen.types("\n")
            screen.shows("1 pass, noise unknown")
            assert len(endpoint.requests) == 2
            file.write_text(STORY[1] + "\nAnd so on.\n", encoding="utf-8")
            assert "The text, as m graded it" in screen.shows("word for word")
            assert len(endpoint.requests) == 2
    assert len(kept(home, "leaks")) == 1


def test_the_rules_do_not_hide_what_a_model_credited(file: Path) -> None:
    """A draft that the rules graded after the model: the model's card is what is followed, and nobody is asked."""
    with serving(crediting({"stakes": FED_UP})) as endpoint:
        drafts("add", "leaks", file, *at(endpoint))
        drafts("press", "leaks", "--model", "rules", stdin="It was me.\n")
        with watching(file, "--name", "leaks") as screen:
            assert "as m graded it" in screen.shows("word for word")
        assert len(endpoint.requests) == 1


def test_what_can_not_be_watched_is_said(tmp_path: Path, file: Path) -> None:
    """No file, no such story, no question: refused at once."""
    assert "does not exist" in refused("watch", tmp_path / "none.md")
    assert "No draft is kept yet" in refused("watch", file, "--name", "nobody")
