"""Rows of a table, whatever it is kept in: which column holds what, and a row's cells as an entry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.lines import MOST
from answer_coach.batch.naming import Names
from answer_coach.cleaning import visible
from answer_coach.errors import InputError
from answer_coach.feedback import Source

ROLES = ("answer", "question", "candidate", "draft")
USUAL = {
    "answer": ("answer", "text", "response"),
    "question": ("question",),
    "id": ("id",),
    "candidate": ("candidate", "name"),
    "draft": ("draft", "version"),
}
"""The names under which a column is found without being told.  An `id` may as well be that of the row: see `entry`."""
SHORT_MOST = 200
DATA = re.compile(r"q?\d+([.,]\d+)?", re.I)
HEADER_MOST, HEADER_WORDS, HEADERS_MOST = 30, 4, 30
NO_QUESTION = (
    "it is not said which question this answers; name it in a column, a heading, front matter (question: q05), "
    "the file's name (q05-anna.md) or with -q"
)
UNKNOWN = "names no question that the coach knows; see: coach questions"
EMPTY = "the answer is empty"
TOO_LARGE = f"a text of over {MOST:,} characters"
Flags = Mapping[str, str]


class About(NamedTuple):
    """What is known of a file's answers before it is opened."""

    label: str
    names: Names
    question: str | None = None
    """The question that the file's name tells."""
    candidate: str | None = None
    draft: str | None = None
    default: str | None = None
    """The question of answers that name none."""


class WrongColumns(ValueError):
    """The columns of a file are not those of answers; the message has no text of an answer."""


def check_flags(flags: Flags) -> None:
    """InputError where a flag maps what is no role, or to no name."""
    for role, name in flags.items():
        if role not in ROLES:
            raise InputError(f"'{visible(role)}' is no part of an answer", hint=f"Columns hold: {', '.join(ROLES)}.")
        if not folded(name):
            raise InputError(f"The column of '{role}' has no name", hint="Write the name that stands in the header.")


def folded(name: str) -> str:
    """A column's name as it is compared."""
    return " ".join(name.split()).casefold()


def places(header: Sequence[str], flags: Flags) -> dict[str, int]:
    """Role to the place of its column.  WrongColumns where a name stands twice, or one that is needed is missing."""
    names = [folded(name) for name in header]
    if twice := next((at for at, name in enumerate(names) if name and name in names[:at]), None):
        raise WrongColumns(f"the column {shown(header[twice : twice + 1])} stands twice; it has: {shown(header)}")
    found: dict[str, int] = {}
    for role, name in flags.items():
        if folded(name) not in names:
            raise WrongColumns(f"no column '{visible(name)}'; it has: {shown(header)}")
        found[role] = names.index(folded(name))
    flagged = set(found.values())
    for role, usual in USUAL.items():
        at = next((names.index(name) for name in usual if name in names), None)
        if role not in found and at is not None and at not in flagged:
            found[role] = at
    if "answer" not in found:
        wanted = " or ".join(f"'{name}'" for name in USUAL["answer"])
        raise WrongColumns(f"no column {wanted}; name the one with the answers. It has: {shown(header)}")
    if "question" in flags:
        found.pop("id", None)
    return found


def shown(header: Sequence[str]) -> str:
    """The names of columns for a message.

    What may be an answer is not told: a name that is too long is only measured, and a row with a number or the id of
    a question is taken for one of data.
    """
    if any(DATA.fullmatch(name.strip()) for name in header):
        return "no names of columns, it seems: its first row has numbers or questions"
    names = [" ".join(visible(name).split()) for name in header[:HEADERS_MOST]]
    told = [
        f"'{name}'"
        if len(name) <= HEADER_MOST and len(name.split()) <= HEADER_WORDS
        else f"(a text of {len(name)} characters)"
        for name in names
        if name
    ]
    more = ["..."] if len(header) > HEADERS_MOST else []
    return ", ".join([*told, *more]) or "none with a name"


def entry(about: About, row: int, line: int, cells: Mapping[str, str]) -> Entry | Broken:
    """A row's cells, by role, as an entry; Broken says what is missing or wrong.

    A cell in a column that is only called `id` counts where it names a question and is no bare number: the number of
    a row is not that of a question.
    """
    text, named, number = cells.get("answer", ""), cells.get("question", "").strip(), cells.get("id", "").strip()
    question = about.names.cell(named) if named else None
    if named and not question:
        return Broken(path=about.label, line=line, message=f"'question' {UNKNOWN}")
    if not named and number and not number.isdecimal():
        question = about.names.cell(number)
    short = {role: cells.get(role, "").strip() for role in ("candidate", "draft")}
    source = Source(path=about.label, row=row, candidate=short["candidate"] or None, draft=short["draft"] or None)
    return finished(about, source, line, text, question or about.question or about.default)


def finished(about: About, source: Source, line: int | None, text: str, question: str | None) -> Entry | Broken:
    """An answer as an entry, or what hinders that."""
    wrong = ""
    if not text.strip():
        wrong = EMPTY
    elif len(text) > MOST:
        wrong = TOO_LARGE
    elif question is None:
        wrong = NO_QUESTION
    for role, said in (("candidate", source.candidate), ("draft", source.draft)):
        if said and len(said) > SHORT_MOST:
            wrong = wrong or f"'{role}' has {len(said):,} characters, {SHORT_MOST} at most; is it the right column?"
    if wrong or question is None:
        return Broken(path=about.label, line=line, message=wrong)
    return Entry(text=text, question=question, source=source)
