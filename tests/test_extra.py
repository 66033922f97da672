"""The extra `calibrate`: heavy libraries that nothing imports before they are needed, and that may be missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from answer_coach.errors import ExtraMissing
from answer_coach.reports.plot import need

SCRIPT = shutil.which("coach", path=str(Path(sys.executable).parent)) or "coach"
HEAVY = ("numpy", "scipy", "sklearn", "matplotlib")


def without(library: str, folder: Path) -> dict[str, str]:
    """A shell in which a library can't be imported, whether it is installed or not."""
    (folder / f"{library}.py").write_text("raise ImportError", encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder)}


@pytest.mark.parametrize("library", ["scipy", "sklearn"])
def test_without_the_extra_calibrate_says_how_to_install_it(library: str, tmp_path: Path) -> None:
    """One message with the command, before anything is read, asked or sent; exit code 2."""
    command = [SCRIPT, "calibrate", "no-such-file.csv", "--model", "rules"]
    ran = subprocess.run(
        command, env=without(library, tmp_path), capture_output=True, encoding="utf-8", timeout=50, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("coach: scikit-learn and scipy are not installed. Install the extra:")
    assert f'"{Path(sys.executable).parent}' in ran.stderr
    assert '-m pip install "answer-coach[calibrate]"' in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_matplotlib_only_the_picture_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing has the same remedy."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ExtraMissing) as caught:
        need(Path("agreement.png"))
    assert "answer-coach[calibrate]" in str(caught.value)


def test_the_command_line_starts_without_the_extra() -> None:
    """Neither the commands nor a grade import what only figures of agreement need."""
    code = (
        "import sys; from answer_coach.cli import app; from answer_coach import Coach;"
        "Coach('rules').grade('too short', question='q05');"
        f"sys.exit(str([name for name in {HEAVY} if name in sys.modules]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert ran.stderr.strip() == "[]"
