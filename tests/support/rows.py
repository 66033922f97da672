"""Files of answers, read with a small set of questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.reading import read_entries

IDS = ("q01", "q05", "q10", "story")
SECRET = "Zanzibar"
"""A word of answers that no message may repeat."""


def resolve(name: str) -> str | None:
    """`5`, `q5`, `q05`, `story`, `prioritization`: as the library names questions."""
    wanted = name.strip().casefold()
    if wanted.removeprefix("q").isdecimal():
        wanted = f"q{int(wanted.removeprefix('q')):02d}"
    wanted = {"prioritization": "q05", "q05-prioritization": "q05", "mentoring": "q01"}.get(wanted, wanted)
    return wanted if wanted in IDS else None


def stream(*paths: Path, columns: Mapping[str, str] | None = None, question: str | None = None) -> Iterator[object]:
    """What is read, one by one."""
    return read_entries(paths, columns or {}, question, resolve)


def read(
    *paths: Path, columns: Mapping[str, str] | None = None, question: str | None = None
) -> tuple[list[Entry], list[str]]:
    """The entries, and what could not be read as a person sees it; no message repeats an answer."""
    found = list(read_entries(paths, columns or {}, question, resolve))
    faults = [str(one) for one in found if isinstance(one, Broken)]
    assert not any(SECRET in fault for fault in faults), faults
    return [one for one in found if isinstance(one, Entry)], faults


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with a content, as it is."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def told(entry: Entry) -> tuple[str, str, int | None, str | None, str | None]:
    """Question, text and source of an entry, without its file."""
    return entry.question, entry.text, entry.source.row, entry.source.candidate, entry.source.draft
