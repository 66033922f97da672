"""The front door: one room is opened, and what is said of it is true."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from answer_coach.cli.app import ROOMS, door, overview

RUNNER = CliRunner()


def test_the_overview_says_what_the_commands_say() -> None:
    """`coach --help` without opening a room is the same, letter for letter, as with all of them open."""
    plain = {"TERMINAL_WIDTH": "100", "TERM": "dumb"}
    short, whole = (RUNNER.invoke(app, ["--help"], prog_name="coach", env=plain) for app in (overview(), door()))
    assert (short.exit_code, whole.exit_code) == (0, 0)
    assert short.output == whole.output


@pytest.mark.parametrize("name", ROOMS)
def test_one_room_is_opened(name: str) -> None:
    """Each command works with its own room open and no other."""
    assert RUNNER.invoke(door([name]), [name, "--help"]).exit_code == 0


def test_a_run_imports_no_other_command() -> None:
    """`coach grade` does not load the commands on batches, and `coach --help` loads none at all."""
    code = (
        "import sys; sys.argv = ['coach', *{words!r}]\n"
        "from answer_coach.cli import app\n"
        "try:\n    app.main()\nexcept SystemExit:\n    pass\n"
        "rooms = [n for n in sys.modules if n.startswith('answer_coach.cli.')]\n"
        "print(*rooms, file=sys.stderr)"
    )
    for words, there, absent in (
        (["grade", "--help"], ["grade"], ["batch", "drafts", "growing"]),
        (["--help"], [], ["grade", "batch", "drafts"]),
    ):
        ran = subprocess.run(
            [sys.executable, "-c", code.format(words=words)], capture_output=True, encoding="utf-8", check=True
        )
        loaded = ran.stderr.split()
        assert all(f"answer_coach.cli.{name}" in loaded for name in there)
        assert not any(f"answer_coach.cli.{name}" in loaded for name in absent)
