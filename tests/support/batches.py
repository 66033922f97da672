"""`coach batch` as a person runs it: the installed script in a process of its own, and what it leaves behind."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from answer_coach.cli.app import app
from tests.endpoints import reader
from tests.support.build import SOLID
from tests.support.server import Endpoint, Reply, Seen, completion

SCRIPT = shutil.which("coach", path=str(Path(sys.executable).parent)) or "coach"


class Ran(NamedTuple):
    """What a run left behind."""

    code: int
    out: str
    err: str


def text_of(number: int) -> str:
    """An answer that differs from all others in its last sentence."""
    return f"{SOLID} That was depot number {number}."


def number_in(seen: Seen) -> int:
    """The number of the answer that a request carries."""
    said = "\n".join(str(m["content"]) for m in seen.body["messages"])
    return int(said.rpartition("depot number ")[2].split(".")[0])


def honest(seen: Seen) -> Reply:
    """What a reader replies who knows nothing but the prompt."""
    return Reply(body=completion(reader.says(seen.body["messages"])))


def refusing(numbers: Sequence[int]) -> Callable[[Seen], Reply]:
    """A reader who refuses to read some answers."""
    return lambda seen: Reply(body=completion(None, refusal="no")) if number_in(seen) in numbers else honest(seen)


def table(path: Path, numbers: Sequence[int], question: str = "q05") -> Path:
    """A CSV of answers, one for each number, by as many people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("candidate", "question", "answer"))
        rows.writerows((f"c{number}", question, text_of(number)) for number in numbers)
    return path


def command(*arguments: str | Path, at: Endpoint | None = None) -> list[str]:
    """The command line of a batch, with the endpoint where there is one."""
    named = ("--model", "m", "--base-url", at.base_url) if at else ()
    return [SCRIPT, "batch", *map(str, arguments), *named]


def batch(*arguments: str | Path, at: Endpoint | None = None, seconds: float = 50) -> Ran:
    """Run it to its end, which must come within so many seconds, with nobody at a terminal."""
    ran = subprocess.run(
        command(*arguments, at=at),
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        timeout=seconds,
        check=False,
        encoding="utf-8",
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def inside(*arguments: str | Path, at: Endpoint | None = None) -> Ran:
    """The same within this process, which is faster; for what needs no process of its own."""
    ran = CliRunner().invoke(app, command(*arguments, at=at)[1:], env={"COLUMNS": "80"})
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return Ran(ran.exit_code, ran.stdout, ran.stderr)


def started(*arguments: str | Path, at: Endpoint) -> subprocess.Popen[str]:
    """Start it and leave it running."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(*arguments, at=at), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)


def cards(out: Path) -> list[dict[str, Any]]:
    """The cards on disk, in their order; a line that is being written is left out."""
    path = out / "results.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)
