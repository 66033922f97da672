"""`coach drafts` in this process, and an endpoint whose reader credits what a test tells it to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from answer_coach.cli.app import app
from answer_coach.drafts.records import Draft, Event
from answer_coach.drafts.store import Store
from tests.endpoints import reader
from tests.support.server import Endpoint, Reply, Seen, completion


def coach(*arguments: str | Path | int, stdin: str = "", **environ: str) -> Result:
    """Run the command line with nobody at a terminal."""
    return CliRunner().invoke(app, list(map(str, arguments)), input=stdin, env={"COLUMNS": "80", **environ})


def drafts(*arguments: str | Path | int, stdin: str = "", **environ: str) -> Result:
    """Run `coach drafts` to its end; AssertionError where it fails."""
    ran = coach("drafts", *arguments, stdin=stdin, **environ)
    assert ran.exit_code == 0, ran.output
    return ran


def refused(*arguments: str | Path | int, code: int = 2, stdin: str = "") -> str:
    """What `coach drafts` says where it refuses, with this exit code and nothing on stdout."""
    ran = coach("drafts", *arguments, stdin=stdin)
    assert (ran.exit_code, ran.stdout) == (code, ""), ran.output
    return ran.stderr


def at(endpoint: Endpoint) -> tuple[str, ...]:
    """The flags that name an endpoint's model."""
    return ("--model", "m", "--base-url", endpoint.base_url)


def crediting(words: Mapping[str, str]) -> Callable[[Seen], Reply]:
    """A reader who credits an indicator, in full, by every sentence that has its word in it, whoever said it."""

    def says(seen: Seen) -> Reply:
        prompt = reader.read(seen.body["messages"])
        opinions = []
        for name in prompt.ids:
            word = words.get(name)
            found = [
                {"sentence": number, "quote": said}
                for number, said in enumerate(prompt.sentences, 1)
                if word and word in said
            ]
            verdict = "met" if found else "absent"
            opinions.append({"id": name, "evidence": found[:3], "note": "", "place": 0, "verdict": verdict})
        check = f"{prompt.check} {prompt.tag}" if prompt.form else prompt.check
        body = {"check": check, "addresses": "yes", "indicators": opinions, "follow_ups": []}
        return Reply(body=completion(json.dumps(body)))

    return says


def file_of(home: Path) -> Path:
    """Where the drafts of a home are."""
    return home / "drafts.sqlite"


def kept(home: Path, name: str) -> list[Draft]:
    """What the store holds of a story."""
    with Store(file_of(home)) as store:
        return store.drafts(name)


def happened(home: Path, name: str) -> list[Event]:
    """What was recorded of a story."""
    with Store(file_of(home)) as store:
        return store.events(name)


def holds(folder: Path, *words: str) -> list[str]:
    """The files below a folder, with their names, in which one of these words stands."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    wanted = [word.encode() for word in words]
    return [str(path) for path in files if any(word in path.read_bytes() + str(path).encode() for word in wanted)]
