"""What the README shows is what the program prints.  `python -m tests.test_readme` writes it anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
COACH = str(Path(sys.executable).with_name("coach.exe" if sys.platform == "win32" else "coach"))
BLOCK = "<!-- begin: {name} -->\n(.*?)<!-- end: {name} -->"
SHOWN = {
    "card": ["grade", "examples/q05-draft.md", "-q", "5", "--model", "rules"],
    "questions": ["questions"],
    "help": ["--help"],
    "grade-help": ["grade", "--help"],
}
KEEP = "drafts add leaks examples/leaks/{}.md --model rules"
FOLLOWED = {"since": ([KEEP.format(number) for number in range(1, 6)], r"(?m)^SINCE .*\n(?:  .*\n)*")}
"""Blocks that show, of several commands one after the other, the lines that a pattern finds."""


def printed(arguments: list[str], home: str) -> str:
    """What a command prints on a plain terminal of 80 columns."""
    return boxed(ran(arguments, home))


def followed(commands: list[str], pattern: str, home: str) -> str:
    """Some commands in a row, each with those of its lines that a pattern finds."""
    parts = []
    for command in commands:
        found = "".join(re.findall(pattern, ran(command.split(), home)))
        parts.append(f"$ coach {command}\n{found}")
    return boxed("".join(parts))


def boxed(text: str) -> str:
    """Lines as the README shows them."""
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "```text\n" + "\n".join(lines) + "\n```\n"


def ran(arguments: list[str], home: str) -> str:
    """What a command prints."""
    environment = {**os.environ, "COACH_HOME": home, "COLUMNS": "80", "TERM": "dumb", "PYTHONUTF8": "1"}
    environment.pop("FORCE_COLOR", None)
    environment["TERMINAL_WIDTH"] = "80"
    command = [COACH, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def shown(name: str) -> list[str]:
    """The README's blocks of a name."""
    return re.findall(BLOCK.format(name=name), README.read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("name", SHOWN)
def test_output_in_the_readme_is_the_real_one(name: str, home: Path) -> None:
    """Help texts, the list of questions and the sample card are those that the commands print today."""
    assert shown(name) == [printed(SHOWN[name], str(home))]


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_follows_in_the_readme_is_the_real_thing(name: str, home: Path) -> None:
    """Commands that build on each other print what the README shows of them."""
    assert shown(name) == [followed(*FOLLOWED[name], str(home))]


def test_the_python_examples_run(home: Path) -> None:
    """Each example under 'From Python' runs as it stands."""
    examples = shown("python")
    assert len(examples) == 2
    for block in examples:
        code = block.removeprefix("```python\n").removesuffix("```\n")
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


def test_every_link_in_the_readme_leads_somewhere() -> None:
    """Files that the README names are in the checkout."""
    named = re.findall(r"\]\(([\w./-]+)\)", README.read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_change_is_told_to_users() -> None:
    """The changelog has a section for what is not released yet, and it is not empty."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"## Unreleased\n+### \w+\n+- ", text)


def main() -> None:
    """Write the README's blocks anew."""
    text = README.read_text(encoding="utf-8")
    blocks = {}
    for name, arguments in SHOWN.items():
        with tempfile.TemporaryDirectory() as home:
            blocks[name] = printed(arguments, home)
    for name, (commands, pattern) in FOLLOWED.items():
        with tempfile.TemporaryDirectory() as home:
            blocks[name] = followed(commands, pattern, home)
    for name, block in blocks.items():
        whole = f"<!-- begin: {name} -->\n{block}<!-- end: {name} -->"
        text = re.sub(BLOCK.format(name=name), lambda _, whole=whole: whole, text, flags=re.S)  # type: ignore[misc]
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
