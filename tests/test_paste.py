"""Pasting, the main job: on a real pseudo-terminal, through the installed script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a Unix thing", allow_module_level=True)

import pty

COACH = str(Path(sys.executable).with_name("coach"))
SENTENCE = "I told the head of sales that his forecast had to wait until May because fuel was a third of our cost. "
ENDS = {"ctrl-d": b"\x04", "ctrl-z": b"\x1a"}


def paste(text: str, arguments: list[str], keys: bytes, home: Path, bracketed: bool = False) -> tuple[int, str]:
    """Paste a text into `coach grade` on a terminal; its exit code and what it printed to stdout."""
    master, slave = pty.openpty()
    environment = {**os.environ, "COACH_HOME": str(home), "TERM": "xterm", "COLUMNS": "80", "LINES": "40"}
    process = subprocess.Popen(
        [COACH, "grade", *arguments], stdin=slave, stdout=subprocess.PIPE, stderr=slave, env=environment, text=True
    )
    os.close(slave)
    terminal = Terminal(master)
    terminal.wait_for(b"Ctrl-C gives up")
    terminal.wait_for(b"\x1b[?2004h")  # the prompt is ready: bracketed paste is on
    data = text.encode()
    terminal.write(b"\x1b[200~" + data + b"\x1b[201~" if bracketed else data)
    terminal.write(keys)
    try:
        out, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        os.close(master)
    return process.returncode, out


@pytest.mark.parametrize("bracketed", [False, True], ids=["typed fast", "bracketed paste"])
def test_a_line_of_ten_thousand_characters_arrives_whole(home: Path, bracketed: bool) -> None:
    """A terminal in line mode would drop all but 4,095 bytes; the card counts every word."""
    text = (SENTENCE * 100)[:10_000]
    code, out = paste(text, ["-q", "5", "--model", "rules", "--format", "json"], ENDS["ctrl-d"], home, bracketed)
    assert code == 0
    assert json.loads(out)["answer"]["words"] == len(text.split())


@pytest.mark.parametrize("end", ENDS)
def test_several_lines_end_with_a_key_and_are_forgotten_after_success(home: Path, end: str) -> None:
    """Lines stay lines, Ctrl-D and Ctrl-Z both end the paste, and no copy stays behind."""
    text = "\n".join([SENTENCE.strip()] * 4)
    code, out = paste(text, ["-q", "5", "--model", "rules", "--format", "json"], ENDS[end], home)
    assert code == 0
    assert json.loads(out)["answer"]["words"] == 4 * len(SENTENCE.split())
    assert [p for p in home.rglob("*") if p.is_file()] == []


def test_a_pasted_draft_survives_an_endpoint_that_is_down(home: Path) -> None:
    """The message says where the draft is kept, and only its owner may read it there."""
    arguments = ["-q", "5", "--base-url", "http://127.0.0.1:9/v1", "--model", "x", "--timeout", "2"]
    code, out = paste(SENTENCE * 3, arguments, ENDS["ctrl-d"], home)
    kept = [p for p in home.rglob("*.md") if p.is_file()]
    assert (code, out, len(kept)) == (3, "", 1)
    assert kept[0].read_text(encoding="utf-8").strip() == (SENTENCE * 3).strip()
    assert kept[0].stat().st_mode & 0o777 == 0o600


def test_ctrl_c_stops_at_once_with_130(home: Path) -> None:
    """Giving up while pasting is not an error of the input."""
    code, out = paste("I had", ["-q", "5", "--model", "rules"], b"\x03", home)
    assert (code, out) == (130, "")
