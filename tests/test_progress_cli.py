"""`coach progress` as a person runs it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from answer_coach.cli.app import app
from answer_coach.drafts.store import Store
from tests.support.standing import card, exemplar, graded, judge, story

SCRIPT = """
import sys
sys.argv = ["coach", *sys.argv[1:]]
from answer_coach.cli.app import main
try:
    main()
finally:
    sys.stderr.write("\\n" + " ".join(sorted({name.split(".")[0] for name in sys.modules})))
"""
HEAVY = {"openai", "langchain_core", "langsmith", "httpx", "prompt_toolkit", "matplotlib", "numpy", "jinja2"}


def coach(*arguments: str | Path) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "80"})


def shown(*arguments: str | Path) -> Any:
    """What a command prints as JSON."""
    ran = coach(*arguments, "--format", "json")
    assert ran.exit_code == 0, ran.stderr
    return json.loads(ran.stdout)


def fill(home: Path, kept: Sequence[Any]) -> Path:
    """A store with these answers."""
    path = home / "drafts.sqlite"
    with Store(path) as store:
        for one, drafts in kept:
            for draft in drafts:
                made = store.add(one.name, one.question, draft.text)
                for each in draft.cards:
                    store.keep(made, each.card)
    return path


@pytest.fixture
def filled(home: Path) -> Path:
    """A few answers: a story that another answer draws on, one that two judges graded, one that waits."""
    kept = [
        story("churn", "story", graded("story"), texts=(exemplar("story"),)),
        story("prio", "q05", card(level=2.2), card(level=3.4, by=judge("m")), texts=("a", exemplar("story"))),
        story("raw", "q10", None),
    ]
    return fill(home, kept)


def test_without_a_draft_every_question_waits_and_nothing_is_made(home: Path) -> None:
    """The twelve questions, each not started; the home is not even made."""
    ran = coach("progress")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.count("not started") == 12
    assert coach("progress", "--until", "2999-01-01").exit_code == 0
    assert not home.exists()


def test_the_table_says_where_everything_stands(filled: Path) -> None:
    """How it reads, by whom, the story used, the next edit; what reads weakest stands above."""
    ran = coach("progress")
    rows = {line.split()[1]: line for line in ran.stdout.splitlines() if line.startswith(("q05", "story", "q10"))}
    assert "senior 3.4 a" in rows["prio"]
    assert " churn " in rows["prio"]
    assert "not graded" in rows["raw"]
    assert "Judged by a m, prompt 1.0; b rules." in ran.stdout
    assert [*rows] == ["raw", *[n for n in rows if n != "raw"]]
    assert "not enough drafts by rules" in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 80


def test_reading_writes_nothing(filled: Path) -> None:
    """The same rows as before in every table."""

    def rows() -> list[str]:
        with sqlite3.connect(filled) as db:
            return list(db.iterdump())

    before = rows()
    for arguments in ([], ["prio"], ["--until", "2999-01-01"], ["--format", "json"]):
        assert coach("progress", *arguments).exit_code == 0
    assert rows() == before


@pytest.mark.parametrize("name", ["prio", "PRIO", "q05", "5", "prioritization"])
def test_one_answer_is_named_by_its_name_or_its_question(filled: Path, name: str) -> None:
    """Its drafts over time, with the break where another judge came."""
    ran = coach("progress", name)
    assert ran.stdout.startswith("prio: 2 drafts, q05 Prioritizing")
    assert "draft 2     m, prompt 1.0, rubric 1.0; another judge" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody"], "There is no story or question 'nobody'"),
        (["q03"], "No draft of q03 is kept yet. Begin one: coach drafts add NAME FILE -q q03"),
        (["--until", "2020-01-31"], "2020-01-31 is past"),
        (["--until", "soon"], "--until is not a day. Write it like 2027-03-31."),
        (["prio", "--until", "2999-01-01"], "A plan is for all questions"),
        (["--chart", "made.gif"], "not named like a picture"),
        (["--chart", "none/made.svg"], "There is no folder none"),
        (["--chart", "made.svg", "--no-score"], "A chart shows levels, which --no-score hides"),
    ],
)
def test_what_is_wrong_is_said(filled: Path, arguments: list[str], says: str) -> None:
    """One message with the remedy, nothing on stdout, exit code 2."""
    ran = coach("progress", *arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert says in ran.stderr


def test_the_same_as_json(filled: Path) -> None:
    """One object: all answers, what is absent, and a plan where one is asked for; --no-score leaves levels out."""
    whole = shown("progress")
    assert [one["name"] for one in whole["answers"] if one["name"]] == ["raw", "churn", "prio"]
    assert (whole["plan"], whole["enough"]) == (None, 5)
    assert [one["drafts"] for one in whole["absent"]] == [2, 1]  # by the rules, by the model
    planned = shown("progress", "--until", "2999-01-01")["plan"]
    assert planned["until"] == "2999-01-01"
    assert planned["days"][0]["sessions"][0]["kind"] == "first draft"
    made = shown("progress", "prio")["courses"][0]
    assert [stretch["changed"] for stretch in made["stretches"]] == [[], ["judge"]]
    hidden = json.dumps([shown("progress", "--no-score"), shown("progress", "prio", "--no-score")])
    assert '"overall"' not in hidden
    assert '"levels"' not in hidden


def test_a_picture_is_drawn_and_nothing_written_over(filled: Path, tmp_path: Path) -> None:
    """SVG and PNG; the same drafts give the same SVG; a second one of that name is refused."""
    pytest.importorskip("matplotlib")
    paths = [tmp_path / name for name in ("a.svg", "b.svg", "c.png", "all.svg")]
    for path in paths[:3]:
        assert f"The picture is in {path}" in coach("progress", "prio", "--chart", path).stderr
    assert coach("progress", "--chart", paths[3]).exit_code == 0
    drawn = [path.read_bytes() for path in paths]
    assert drawn[0] == drawn[1]
    assert drawn[2].startswith(b"\x89PNG")
    assert drawn[3].rstrip().endswith(b"</svg>")
    again = coach("progress", "prio", "--chart", paths[0])
    assert (again.exit_code, again.stdout) == (2, "")
    assert "exists already" in again.stderr


def test_no_model_and_nothing_heavy_is_imported(filled: Path) -> None:
    """Table, chart and plan need neither a model's client nor what only pictures need."""
    for arguments in (["progress"], ["progress", "prio"], ["progress", "--until", "2999-01-01"]):
        command = [sys.executable, "-c", SCRIPT, *arguments]
        ran = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=True)
        assert ran.stdout
        assert set(ran.stderr.splitlines()[-1].split()) & HEAVY == set()
