"""Where answers come from, and that none is lost on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from answer_coach.errors import UnreadableFile
from answer_coach.intake import Draft, decode, kept, read_file
from tests.support.build import SOLID

COACH = str(Path(sys.executable).with_name("coach"))
EDITED = ["grade", "--edit", "-q", "5", "--model", "rules", "--format", "json"]


def edited(tmp_path: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `coach grade --edit` with an editor that is a Python script; `sys.argv[1]` is the file to write."""
    editor = tmp_path / "editor.py"
    editor.write_text(f"import sys, pathlib\npath = pathlib.Path(sys.argv[1])\n{script}\n", encoding="utf-8")
    environment = {**os.environ, "EDITOR": f'"{sys.executable}" "{editor}"', **variables}
    environment.pop("VISUAL", None)
    return subprocess.run([COACH, *EDITED], env=environment, capture_output=True, encoding="utf-8", check=False)


def test_what_is_written_in_the_editor_is_graded_and_not_kept(tmp_path: Path, home: Path) -> None:
    """`--edit` opens the editor on an empty file, grades what was saved, and leaves nothing behind."""
    done = edited(tmp_path, f"assert path.read_text() == ''\npath.write_text({SOLID!r}, encoding='utf-8')")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["answer"]["words"] == len(SOLID.split())
    assert [p for p in home.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("script", "code"),
    [(f"path.write_text({SOLID!r})\nsys.exit(3)", 2), (f"path.write_bytes({SOLID!r}.encode() + b'\\xff')", 2)],
    ids=["the editor fails", "not UTF-8"],
)
def test_what_was_written_survives_a_failing_editor(tmp_path: Path, home: Path, script: str, code: int) -> None:
    """Text in the editor's file is not thrown away with the error."""
    done = edited(tmp_path, script)
    assert (done.returncode, done.stdout) == (code, "")
    left = [p for p in home.rglob("*.md") if SOLID.encode() in p.read_bytes()]
    assert len(left) == 1
    assert str(left[0]) in done.stderr


def test_a_folder_that_cannot_be_written_loses_no_draft(tmp_path: Path) -> None:
    """The system's folder for temporary files takes the draft then, for its owner alone."""
    occupied = tmp_path / "file"
    occupied.write_text("", encoding="utf-8")
    with pytest.raises(RuntimeError), kept(Draft(SOLID), occupied / "below") as path:
        raise RuntimeError
    assert path is not None
    assert path.read_text(encoding="utf-8") == SOLID
    path.unlink()
    path.parent.rmdir()


def test_a_file_is_its_own_copy(tmp_path: Path, home: Path) -> None:
    """What came from a file is kept nowhere else."""
    with kept(Draft(SOLID, "draft.md"), home) as path:
        assert path is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_newlines_and_letters_arrive_as_they_were(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without its mark, and UTF-16; newlines untouched."""
    text = "Erst\r\ndann\rüber 3 € \u2013 fertig\n"
    (tmp_path / "draft.txt").write_bytes(text.encode(encoding))
    assert read_file(tmp_path / "draft.txt").text == text


def test_a_file_that_is_too_large_is_named_with_its_size() -> None:
    """A million bytes is no answer."""
    with pytest.raises(UnreadableFile, match="1,000,001 bytes"):
        decode(b"a" * 1_000_001, "draft.txt")
