"""Drafts, facts, reasons and replies: in the store and at the endpoint; in no log, trace, argument or file name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.batches import honest
from tests.support.server import Endpoint, Reply, Seen, completion, serving
from tests.support.stories import STORY
from tests.test_privacy import KEY, tracing, trapping

RUNNER = """
import atexit, json, sys
seen, log = [], sys.argv[1]
NAMED = ("open", "os.", "shutil.", "subprocess.", "sqlite3.connect", "tempfile.", "socket.connect")
def note(event, args):
    if event.startswith(NAMED):
        seen.append([event, repr(args)[:2000]])
sys.addaudithook(note)
atexit.register(lambda: open(log, "w", encoding="utf-8").write(json.dumps(seen)))
import logging
logging.basicConfig(level=logging.DEBUG)
sys.argv = ["coach", *sys.argv[2:]]
from answer_coach.cli.app import main
main()
"""
DRAFTS = [text.partition("---\n\n")[2].strip() for text in STORY[:2]]
FACT = "Forty valves, counted by the marmalade inspector in person"
REASON = "My gherkin ledger sentence names who lost the money"
SAID = "I alone told the cucumber syndicate that they had to wait"
FAILING = ("dispute leaks outcome", "press leaks", "compare leaks --regrade", "add leaks -")


class Run(NamedTuple):
    """One command: what it was, what it printed, and what Python's audit saw of files, processes and addresses."""

    command: str
    code: int
    out: str
    err: str
    audit: list[tuple[str, str]]


def runs_of(text: str) -> list[str]:
    """All runs of four words of a text."""
    said = text.split()
    return [" ".join(said[at : at + 4]) for at in range(len(said) - 3)]


def told_in(printed: str, *texts: str) -> list[str]:
    """Which runs of words of these texts stand in what was printed."""
    plain = " ".join(printed.split())
    return [run for text in texts for run in runs_of(text) if run in plain]


def nonsense(seen: Seen) -> Reply:
    """A model that gives back what it was sent, as no reply."""
    return Reply(body=completion("No: " + json.dumps(seen.body.get("messages", ""))))


class Person:
    """Runs commands in processes of their own, in a shell in which everything that can log or trace is told to."""

    def __init__(self, folder: Path, trap: str):
        self._folder = folder
        (folder / "runner.py").write_text(RUNNER, encoding="utf-8")
        self._environ = {**os.environ, **tracing(trap), "COACH_HOME": str(folder / "home"), "PYTHONUTF8": "1"}

    def runs(self, command: str, stdin: str, endpoint: Endpoint | None = None) -> Run:
        """One command, to its end."""
        at = ["--model", "m", "--base-url", endpoint.base_url, "--debug"] if endpoint else []
        log = self._folder / "audit.json"
        line = [sys.executable, str(self._folder / "runner.py"), str(log), "drafts", *command.split(), *at]
        done = subprocess.run(
            line,
            input=stdin,
            capture_output=True,
            text=True,
            env=self._environ,
            cwd=self._folder,
            timeout=50,
            check=False,
        )
        return Run(command, done.returncode, done.stdout, done.stderr, json.loads(log.read_text(encoding="utf-8")))


class Day(NamedTuple):
    """All that a person did, what the trap caught, and where it was kept."""

    well: list[Run]
    badly: list[Run]
    endpoint: Endpoint
    caught: list[bytes]
    home: Path


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Every command on drafts once as it should be, then those that ask a model with one that echoes nonsense."""
    folder = tmp_path_factory.mktemp("day")
    with trapping() as (trap, caught), serving(honest) as good, serving(nonsense) as bad:
        one = Person(folder, trap)
        well = [
            one.runs("add leaks - -q story", DRAFTS[0], good),
            one.runs("add leaks -", DRAFTS[1], good),
            one.runs("compare leaks", "", good),
            one.runs("answer leaks --debug", f"{FACT}\n"),
            one.runs("dispute leaks outcome --times 1", f"{REASON}\n", good),
            one.runs("press leaks", f"{SAID}\n", good),
            *(one.runs(command, "") for command in ("list", "show leaks --why", "export leaks", "where")),
        ]
        stdin = {"add": DRAFTS[0], "dispute": f"{REASON}\n", "press": f"{SAID}\n"}
        badly = [one.runs(command, stdin.get(command.split()[0], ""), bad) for command in FAILING]
        yield Day(well, badly, good, caught, folder / "home")


def test_the_day_was_a_real_one(day: Day) -> None:
    """All went well that should, the other half failed with a trace, and the model read drafts and replies."""
    assert [(run.command, run.err[-300:]) for run in day.well if run.code] == []
    assert [run.command for run in day.badly if run.code != 4 or "Traceback" not in run.err] == []
    assert told_in(json.dumps([seen.body for seen in day.endpoint.requests]), SAID)
    assert told_in((day.home / "facts" / "leaks.md").read_text(encoding="utf-8"), FACT)
    assert told_in(next(run.out for run in day.well if run.command == "export leaks"), REASON, SAID)


def test_only_the_endpoint_hears_anything(day: Day) -> None:
    """No tracer of the shell gets a connection, and no reason or fact arrives anywhere."""
    assert day.caught == []
    sent = json.dumps([seen.body for seen in day.endpoint.requests])
    assert told_in(sent, FACT, REASON) == []
    addresses = {args for run in day.well for event, args in run.audit if event == "socket.connect"}
    port = day.endpoint.base_url.rpartition(":")[2].split("/")[0]
    assert addresses
    assert [address for address in addresses if port not in address] == []


def test_no_log_holds_what_was_written(day: Day) -> None:
    """With every logger open and --debug, stderr has the questions of a talk and nothing of what was typed."""
    for run in (*day.well, *day.badly):
        asks = run.command.split()[0] in ("answer", "dispute", "press")
        logged = run.err if not asks else run.err.partition("Traceback")[2]
        assert (run.command, told_in(run.err, FACT, REASON, SAID)) == (run.command, [])
        assert (run.command, told_in(logged, *DRAFTS)) == (run.command, [])
        assert KEY not in run.out + run.err


def test_no_argument_or_file_name_holds_a_word_of_it(day: Day) -> None:
    """Whatever files were opened and processes started: their names tell nothing of what somebody wrote."""
    for run in (*day.well, *day.badly):
        named = " ".join(args for event, args in run.audit if not event.startswith("socket."))
        assert (run.command, told_in(named, *DRAFTS, FACT, REASON, SAID)) == (run.command, [])
    assert {path.name for path in day.home.rglob("*") if path.is_file()} <= {
        *("drafts.sqlite", "drafts.sqlite-wal", "drafts.sqlite-shm", "endpoints.json", "leaks.md", "noise.json")
    }
