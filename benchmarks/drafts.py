"""The store of drafts under kill -9, and under two writers: nothing that was acknowledged may be missing.

    python -m benchmarks.drafts [--kills 50] [--each 500] [--seed 20261]

Three rounds.  `coach drafts add` itself is killed, in turns with the rules and with a model on this machine, and in
turns at a random moment of its whole life and at one after it began to write; a draft is acknowledged by its card on
stdout.  A process that does nothing
but add and grade is killed at a random moment; a draft or card is acknowledged by a line that is written when the
store's call has returned.  Two processes add so many drafts each to one story.  After every kill the file is opened
and checked.  Exits with 1 where anything acknowledged is missing.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from benchmarks.drafts_worker import NAME, QUESTION, text_of
from tests.support.batches import honest
from tests.support.server import Reply, Seen, serving

from answer_coach.drafts.records import Draft
from answer_coach.drafts.store import Store
from answer_coach.feedback import Feedback

SCRIPT = shutil.which("coach", path=str(Path(sys.executable).parent)) or "coach"
WORKER = (sys.executable, "-m", "benchmarks.drafts_worker")
ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
WRITING = 0.35
"""Seconds from the first byte in the store's log to well behind the card."""


class Round(NamedTuple):
    """What came of one round of kills."""

    what: str
    kills: int
    acknowledged: int
    missing: tuple[str, ...]
    """What was acknowledged and is not there, or is there and should not be."""
    died: Counter[str]
    """Where the kills struck."""

    def __str__(self) -> str:
        where = ", ".join(f"{count} {name}" for name, count in sorted(self.died.items()))
        return f"{self.what:34}{self.kills:6}{self.acknowledged:14}{len(self.missing):9}  {where}"


def sound(path: Path) -> list[Draft]:
    """The drafts of a store that opens, whose pages are whole and whose numbers have no gap; AssertionError if not."""
    with Store(path) as store:
        drafts = store.drafts(NAME)
    bare = sqlite3.connect(path)
    checked = bare.execute("PRAGMA integrity_check").fetchall()
    broken = bare.execute("PRAGMA foreign_key_check").fetchall()
    bare.close()
    if checked != [("ok",)] or broken:
        raise AssertionError(f"the file is damaged: {checked} {broken}")
    if [draft.number for draft in drafts] != list(range(1, len(drafts) + 1)):
        raise AssertionError("the numbers have a gap")
    return drafts


def killed_commands(folder: Path, kills: int, chance: random.Random, alone: bool = False) -> Round:
    """Kill `coach drafts add`, one text after the other; the rules grade `alone`, or in turns with a model."""
    path, file = folder / "home" / "drafts.sqlite", folder / "draft.md"
    with serving(unhurried) as endpoint:
        judges = (("rules", ""), ("m", endpoint.base_url))[: 1 if alone else 2]
        shell = {**os.environ, "COACH_HOME": str(folder / "home"), "COLUMNS": "80"}
        lives: list[float] = []
        sent: list[str] = []
        shown: set[str] = set()
        for at in range(-len(judges), kills):  # the first of each judge are left alive: how long does it take?
            model, url = judges[at % len(judges)]
            file.write_text(text_of("c", at), encoding="utf-8")
            command = [SCRIPT, "drafts", "add", NAME, str(file), "-q", QUESTION, "--model", model]
            whole = bool(at // len(judges) % 2)
            limit = chance.uniform(0.0, 1.05 * lives[at % len(judges)] if whole else WRITING) if at >= 0 else None
            log = None if whole else path.with_name(f"{path.name}-wal")
            out, took = ran([*command, "--base-url", url] if url else command, shell, limit, log)
            lives += [took] if at < 0 else []
            sent.append(text_of("c", at))
            shown |= {sent[-1]} if "Q05" in out else set()
        endpoint.faults[:] = [fault for fault in endpoint.faults if not isinstance(fault, ValueError)]  # cut requests
    there = {draft.text: draft for draft in sound(path)}
    missing = [text for text in shown if text not in there or not isinstance(there[text].card, Feedback)]
    missing += [text for text in there if text not in sent]
    died: Counter[str] = Counter()
    for text in sent[len(judges) :]:
        draft = there.get(text)
        ends = ("before the draft", "before its card", "before it was shown", "at the end")
        died[ends[(draft is not None) + bool(draft and draft.cards) + (text in shown)]] += 1
    return Round("coach drafts add", kills, len(shown), tuple(missing), died)


def stamp_of(path: Path | None) -> tuple[int, int] | None:
    """What changes when something is written to a file; None where nothing stands in it."""
    try:
        seen = path.stat() if path else None
    except FileNotFoundError:
        return None
    return (seen.st_size, seen.st_mtime_ns) if seen and seen.st_size else None


def unhurried(seen: Seen) -> Reply:
    """A model that takes its time, so that there is some between a draft and its card."""
    if "messages" not in seen.body:  # the sender was killed in the middle of it
        return Reply(400, {})
    reply = honest(seen)
    reply.pause = 0.15
    return reply


def ran(
    command: Sequence[str], shell: dict[str, str], limit: float | None, log: Path | None = None
) -> tuple[str, float]:
    """What a command printed until it ended, or was killed after so many seconds; and how long that took.

    With a `log`, the seconds are counted from when that file changes.
    """
    before = stamp_of(log)
    began = time.monotonic()
    with subprocess.Popen(
        command, env=shell, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True
    ) as process:
        while limit is not None and log and process.poll() is None and stamp_of(log) in (before, None):
            time.sleep(0.002)
        try:
            out = process.communicate(timeout=PATIENCE if limit is None else limit)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            out = process.communicate()[0]
        if limit is None and process.returncode:
            raise AssertionError(f"it ended with {process.returncode} by itself")
    return out, time.monotonic() - began


def killed_writers(folder: Path, kills: int, chance: random.Random) -> Round:
    """Kill a process that adds and grades without a pause, each time on the same file."""
    path, acknowledged, died = folder / "drafts.sqlite", Counter[str](), Counter[str]()
    told: dict[int, str] = {}
    carded: set[int] = set()
    missing: list[str] = []
    for at in range(kills):
        mark = f"k{at}"
        with subprocess.Popen(
            [*WORKER, str(path), mark, "100000", "graded"], stdout=subprocess.PIPE, cwd=ROOT
        ) as process:
            out: IO[bytes] = process.stdout  # type: ignore[assignment]
            first = out.readline()
            time.sleep(chance.uniform(0.0, 0.4))
            process.kill()
            lines = (first + out.read()).decode().split("\n")[:-1]  # what follows the last newline was cut
        for kind, number, which in map(str.split, lines):
            acknowledged[kind] += 1
            if kind == "draft":
                told[int(number)] = text_of(mark, int(which))
            else:
                carded.add(int(number))
        died[f"after a {lines[-1].split()[0]}"] += 1
        drafts = sound(path)
        there = {draft.number: draft for draft in drafts}
        missing += [f"draft {n}" for n, text in told.items() if n not in there or there[n].text != text]
        missing += [f"card {n}" for n in carded if n not in there or not there[n].cards]
        if len(drafts) > len(told) + at + 1:
            missing.append("more drafts than were handed in")
    return Round("add and grade without a pause", kills, acknowledged.total(), tuple(missing), died)


def two_writers(folder: Path, each: int) -> tuple[int, list[str]]:
    """Two processes, so many drafts each; how many are there, and what is wrong."""
    path = folder / "drafts.sqlite"
    both = [
        subprocess.Popen([*WORKER, str(path), mark, str(each)], stdout=subprocess.DEVNULL, cwd=ROOT) for mark in "ab"
    ]
    codes = [process.wait(PATIENCE * 10) for process in both]
    drafts = sound(path)
    wrong = [f"a writer ended with {code}" for code in codes if code]
    for mark in "ab":
        mine = [draft.text for draft in drafts if f"depot {mark} " in draft.text]
        wrong += [] if mine == [text_of(mark, number) for number in range(each)] else [f"those of {mark} differ"]
    return len(drafts), wrong


def main() -> int:
    """Run all three; 1 where anything is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--each", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20_261)
    given = parser.parse_args()
    chance, failed = random.Random(given.seed), False  # noqa: S311 - moments, not secrets
    print(f"{'kill -9':34}{'kills':>6}{'acknowledged':>14}{'missing':>9}  where it struck")
    for one in (killed_commands, killed_writers):
        with tempfile.TemporaryDirectory() as folder:
            found = one(Path(folder), given.kills, chance)
        print(found, flush=True)
        failed |= bool(found.missing)
    with tempfile.TemporaryDirectory() as folder:
        count, wrong = two_writers(Path(folder), given.each)
    print(f"two processes, {given.each} drafts each: {count} there; {', '.join(wrong) or 'each in its order, no gap'}")
    return int(failed or bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
