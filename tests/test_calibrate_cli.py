"""`coach calibrate` as a person runs it: the sample of the README, JSON, a model that fails, files in the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")

from answer_coach.calibration import Calibration
from answer_coach.library.shelf import Library
from answer_coach.reports.layout import width
from tests.support.build import SOLID, says
from tests.support.server import Reply, Seen, completion, serving
from tests.support.terminal import typed

SAMPLE = Path(__file__).resolve().parents[1] / "examples" / "labels.csv"
SCRIPT = shutil.which("coach", path=str(Path(sys.executable).parent)) or "coach"
LIBRARY = Library()


class Ran(NamedTuple):
    """What a run left behind."""

    code: int
    out: str
    err: str


def coach(*arguments: str | Path, **environ: str) -> Ran:
    """Run the installed script."""
    shell = {**os.environ, "COLUMNS": "80", **environ}
    command = [SCRIPT, *map(str, arguments)]
    ran = subprocess.run(command, env=shell, capture_output=True, timeout=100, check=False, encoding="utf-8")
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_the_sample_of_the_readme_is_compared_in_80_columns() -> None:
    """The command of the README: levels, verdicts and what failed, twice the same."""
    ran = coach("calibrate", SAMPLE, "--model", "rules")
    assert ran.code == 0
    assert [line for line in ran.out.splitlines() if width(line) > 80] == []
    for said in ("BUSINESS     of 10 graded, 1 failed", "CONFUSION", "guess: length", "not gradable", "BY INDICATOR"):
        assert said in ran.out
    assert "lost shop" not in ran.out
    assert coach("calibrate", SAMPLE, "--model", "rules").out == ran.out


def test_json_has_every_figure_and_no_text(tmp_path: Path) -> None:
    """One object that reads back as a Calibration; who judged, how intervals were made; --out writes the same."""
    ran = coach("calibrate", SAMPLE, "--model", "rules", "--format", "json", "--out", tmp_path / "made.json")
    assert (ran.code, ran.out) == (0, "")
    text = (tmp_path / "made.json").read_text(encoding="utf-8")
    data = json.loads(text)
    assert Calibration.model_validate(data).model_dump(mode="json", by_alias=True) == data
    assert (data["kind"], data["schema"], data["raters"]) == ("calibration", 1, ["anna", "ben"])
    assert (data["graded_by"]["engine"], data["method"]["resamples"]) == ("rules", 999)
    assert [level["target"] for level in data["levels"]][-1] == "overall"
    for level in data["levels"]:
        for column in ("judge", "humans", "guess_length"):
            for figure in ("exact", "within_1", "kappa", "spearman", "bias"):
                assert set(level[column][figure]) == {"value", "low", "high"}
                assert level[column][figure]["low"] is not None
    assert "lost shop" not in text
    again = coach("calibrate", SAMPLE, "--model", "rules", "--out", tmp_path / "made.json")
    assert (again.code, "exists already" in again.err) == (2, True)


def test_a_picture_needs_a_known_ending_and_a_folder(tmp_path: Path) -> None:
    """Said before anything is graded."""
    wrong = coach("calibrate", SAMPLE, "--plot", tmp_path / "made.jpeg2")
    assert (wrong.code, ".png or .svg" in wrong.err, wrong.out) == (2, True, "")
    ran = coach("calibrate", SAMPLE, "--plot", tmp_path / "none" / "made.png")
    assert (ran.code, "no folder" in ran.err) == (2, True)


def test_a_model_reads_each_answer_once_and_its_failures_are_told(tmp_path: Path) -> None:
    """Three rows of two answers are two requests; the reply that can't be used is a failure with its lines, and the
    exit code is 0 as long as anything was graded, else that of the failure."""
    good = says(LIBRARY, "q05", SOLID, {"goal": "met"})

    def answer(seen: Seen) -> Reply:
        sent = seen.body["messages"][1]["content"]
        return (
            Reply(status=401, body={"error": {"message": "no"}}) if "harbour" in sent else Reply(body=completion(good))
        )

    harbour = SOLID.replace("ferry", "harbour")
    text = f'question,answer,rater,overall\nq05,"{SOLID}",anna,3\nq05,"{SOLID}",ben,2\nq05,"{harbour}",ben,2\n'
    labels, all_fail = tmp_path / "labels.csv", tmp_path / "fail.csv"
    labels.write_text(text, encoding="utf-8")
    all_fail.write_text(f'question,answer,overall\nq05,"{harbour}",2\n', encoding="utf-8")
    with serving(answer) as endpoint:
        options = ("--base-url", endpoint.base_url, "--model", "desk", "--at-once", "2")
        ran = coach("calibrate", labels, *options)
        asked = len(endpoint.requests)
        none = coach("calibrate", all_fail, *options, "--plot", tmp_path / "none.png")
    assert (ran.code, asked) == (0, 2)
    assert "of 2 graded, 1 failed" in ran.out
    assert f"{labels}:4:failed:" in "".join(ran.out.split())
    assert "desk at 127.0.0.1" in ran.out
    assert (none.code, "no picture" in none.err) == (3, True)
    assert "of 0 graded, 1 failed" in none.out


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix thing")
def test_the_first_use_of_a_remote_host_asks() -> None:
    """As with `coach grade`: nothing is sent before a yes, and the question says how many answers would be."""
    options = ["--base-url", "http://draft.example/v1", "--model", "m"]
    code, shown = typed([SCRIPT, "calibrate", SAMPLE, *options], "n\n", {**os.environ, "COLUMNS": "200"})
    assert code == 2
    assert "The 7 answers of labels.csv will be sent to draft.example, with the key in COACH_API_KEY" in shown
    assert "Nothing was sent" in shown
