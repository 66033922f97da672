"""Files and folders of answers as one stream: each answer an `Entry`, whatever can't be read a `Broken`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from answer_coach.batch import sections, sheets, tables
from answer_coach.batch.columns import About, Flags, check_flags
from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.ledger import ANSWERS, RESULTS
from answer_coach.batch.naming import Names, Told
from answer_coach.cleaning import visible
from answer_coach.errors import InputError, UnknownQuestion, UnreadableFile

Rows = Iterator[Entry | Broken]
TEXTS: dict[str, Callable[[Path, About], Rows]] = {
    ".md": sections.read_markdown,
    ".markdown": sections.read_markdown,
    ".txt": sections.read_plain,
    ".docx": sheets.read_word,
}
TABLES: dict[str, Callable[[Path, About, Flags], Rows]] = {
    ".csv": tables.read_csv,
    ".tsv": tables.read_csv,
    ".jsonl": tables.read_jsonl,
    ".ndjson": tables.read_jsonl,
    ".xlsx": sheets.read_excel,
    ".xlsm": sheets.read_excel,
}
NEEDS = {".docx": sheets.need_word, ".xlsx": sheets.need_excel, ".xlsm": sheets.need_excel}
KINDS = (*TEXTS, *TABLES)
UNKNOWN_KIND = "not read: unknown kind"
OFFICE_LOCK = "~$"


class Found(NamedTuple):
    """A file that is to be read, and its name in messages and sources."""

    path: Path
    label: str


def read_entries(
    paths: Sequence[Path], columns: Flags, question: str | None, resolve: Callable[[str], str | None]
) -> Rows:
    """The answers in files and folders, in the order of `paths`, and within a folder in that of the names.

    `columns` maps answer, question, candidate and draft to the names that a table has for them; `question` is that of
    answers which name none; `resolve` gives a question's id for a name, None for what is none.  The question of an
    entry is its id.

    Before anything is read, raises UnreadableFile where a path does not exist, InputError for a named file of an
    unknown kind and a wrong column, UnknownQuestion, and ExtraMissing where a library for a file is not installed.
    """
    check_flags(columns)
    names = Names(resolve)
    default = names.known(question) if question else None
    if question and not default:
        asked = " ".join(visible(question).split())[:40]
        raise UnknownQuestion(f"There is no question '{asked}'", hint="List them: coach questions")
    found = list(_all(paths))
    for kind in sorted({_kind(one.path) for one in found if isinstance(one, Found)} & NEEDS.keys()):
        NEEDS[kind]()
    return _read(found, columns, names, default)


def _read(found: Iterable[Found | Broken], columns: Flags, names: Names, default: str | None) -> Rows:
    for one in found:
        if isinstance(one, Broken):
            yield one
            continue
        kind, told = _kind(one.path), names.file(one.path.stem)
        try:
            if kind in TABLES:
                told = Told(told.question)  # whose rows they are, the rows say
                yield from TABLES[kind](one.path, About(one.label, names, *told, default), columns)
            else:
                yield from TEXTS[kind](one.path, About(one.label, names, *told, default))
        except UnreadableFile as fault:
            yield Broken(path=one.label, line=None, message=fault.message)
        except OSError as fault:
            yield Broken(path=one.label, line=None, message=f"can't be read ({fault.strerror})")


def _kind(path: Path) -> str:
    return path.suffix.casefold()


def _all(paths: Sequence[Path]) -> Iterator[Found | Broken]:
    """Every file once, however often it is named; faults of what is named are raised."""
    seen: set[Path] = set()
    for path, label in zip(paths, _labels(paths), strict=True):
        named = visible(str(path))
        if not path.exists():
            raise UnreadableFile(f"{named} does not exist", hint="Name files or folders with answers.")
        if path.is_dir():
            files = _folder(path, label)
        elif path.is_file() and _kind(path) in KINDS:
            files = iter([Found(path, label)])
        else:
            raise InputError(f"{named} is of an unknown kind", hint=f"What can be read: {', '.join(KINDS)}")
        for one in files:
            if isinstance(one, Found):
                real = one.path.resolve()
                if real in seen:
                    continue
                seen.add(real)
            yield one


def _folder(folder: Path, label: str) -> Iterator[Found | Broken]:
    """The files in a folder and those below it, by name; what is hidden and what a batch wrote is passed over."""
    broken = partial(Broken, line=None)
    try:
        with os.scandir(folder) as listed:
            inside = sorted(listed, key=lambda one: one.name)
    except OSError as fault:
        yield broken(path=label, message=f"not read: {fault.strerror}")
        return
    if not inside:
        yield broken(path=label, message="the folder is empty")
    for one in inside:
        path, name = Path(one.path), f"{label}/{one.name}"
        if one.name.startswith((".", OFFICE_LOCK)):
            continue
        if one.is_dir(follow_symlinks=False):
            if not holds_results(path):
                yield from _folder(path, name)
        elif one.is_dir():
            yield broken(path=name, message="not read: a link to a folder")
        elif not one.is_file() or _kind(path) not in KINDS:
            yield broken(path=name, message=UNKNOWN_KIND)
        else:
            yield Found(path, name)


def holds_results(folder: Path) -> bool:
    """Whether a batch has written into this folder: its cards would be taken for answers, and paid for."""
    return all((folder / name).is_file() for name in (ANSWERS, RESULTS))


def _labels(paths: Sequence[Path]) -> list[str]:
    """What each path is called in sources: its name, with as many folders before it as tell it from the others."""
    parts = [Path(os.path.abspath(path)).parts for path in paths]  # noqa: PTH100  links keep their names
    called = [parts_of[-1:] for parts_of in parts]
    while twice := {name for name, times in _times(called, parts).items() if times > 1}:
        longer = [full[-len(name) - 1 :] if name in twice else name for name, full in zip(called, parts, strict=True)]
        if longer == called:
            break
        called = longer
    return ["/".join(name).replace("\\", "/") for name in called]


def _times(called: list[tuple[str, ...]], parts: list[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """How many different paths are called the same."""
    return Counter(name for name, _ in set(zip(called, parts, strict=True)))
