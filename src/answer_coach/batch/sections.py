"""Answers in running text: one in a file, or several, split at headings that name a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from answer_coach.batch.columns import TOO_LARGE, UNKNOWN, About, finished
from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.lines import MOST, Line, read_lines
from answer_coach.batch.naming import Heading
from answer_coach.cleaning import visible
from answer_coach.feedback import Source
from answer_coach.library.marked import Marked, read_front_matter, read_yaml

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*[\r\n]*")
FENCE = re.compile(r"---[ \t]*[\r\n]*")
FIELD = re.compile(r"(question|candidate|draft)[ \t]*:", re.I)
BLANK_ABOVE = re.compile(r"\A(?:[^\S\r\n]*(?:\r\n|\r|\n))+")
FRONT_MOST = 100
FIELDS = ("question", "candidate", "draft")
PREAMBLE = "text above the first heading that names a question is not read; put it below one"


class Piece(NamedTuple):
    """A line of a text or a paragraph of a document; `level` is that of a heading, 0 for none."""

    line: int | None
    text: str
    level: int = 0
    title: str = ""
    fault: str = ""


class Part:
    """What stands below one heading, or above the first one."""

    def __init__(self, line: int | None, heading: Heading | None):
        self.line, self.heading = line, heading
        self.fault: tuple[int | None, str] | None = None
        self.title_only = True
        self.aside = False
        """Whether it is no answer, only a text that stands above answers."""
        self._texts: list[str] = []
        self._size = 0

    def add(self, piece: Piece) -> None:
        """Take a piece; of a part that is too large, nothing is kept."""
        self.title_only = self.title_only and not piece.fault and (piece.level > 0 or not piece.text.strip())
        if self.line is None and piece.text.strip():
            self.line = piece.line
        if piece.fault and not self.fault:
            self.fault = (piece.line, piece.fault)
        self._size += len(piece.text)
        if self._size <= MOST:
            self._texts.append(piece.text)
            return
        self._texts.clear()
        self.fault = self.fault or (self.line, TOO_LARGE)

    @property
    def whole(self) -> str:
        """The text as it stands."""
        return "".join(self._texts)

    @property
    def trimmed(self) -> str:
        """The text without the blank lines around it."""
        return BLANK_ABOVE.sub("", self.whole).rstrip()


def read_markdown(path: Path, about: About) -> Iterator[Entry | Broken]:
    """The answers of a Markdown file, with the fields of its front matter for all of them."""
    lines, about, fault = _front(read_lines(path), about)
    yield from [fault] if fault else answers(map(_piece, lines), about)


def read_plain(path: Path, about: About) -> Iterator[Entry | Broken]:
    """The one answer of a text file, which may have front matter, too."""
    lines, about, fault = _front(read_lines(path), about)
    yield from [fault] if fault else answers((Piece(line.number, line.text, fault=line.fault) for line in lines), about)


def answers(pieces: Iterable[Piece], about: About) -> Iterator[Entry | Broken]:
    """The answers of one file, as a stream."""
    held: Part | None = None
    number = 0
    for part in _parts(pieces, about):
        if part.aside:
            yield _made(part, 0, about)
            continue
        number += 1
        if held:
            yield _made(held, number - 1, about)
        held = part
    if held:
        yield _made(held, None if number == 1 else number, about)


def _parts(pieces: Iterable[Piece], about: About) -> Iterator[Part]:
    """The parts of a file that are to be answers; what stands above the first heading is one where it has a question
    of its own, and else a fault, unless there are only titles."""
    part, top = Part(None, None), 0
    for piece in pieces:
        heading = about.names.heading(piece.title) if piece.level else None
        if heading is None or (heading.plain and (about.question or 0 < top < piece.level)):
            part.add(piece)
            continue
        if part.heading:
            yield part
        elif not part.title_only:
            part.aside = about.question in (None, heading.question)
            yield part
        top = top or piece.level
        part = Part(piece.line, heading)
    yield part


def _made(part: Part, number: int | None, about: About) -> Entry | Broken:
    """A part as an entry, or what is wrong with it; without lines, its number says where."""
    place = f"answer {number}: " if number and part.line is None else ""
    if part.heading and part.heading.question is None:
        return Broken(path=about.label, line=part.line, message=f"{place}the heading {UNKNOWN}")
    if part.aside:
        return Broken(path=about.label, line=part.line, message=PREAMBLE)
    if part.fault:
        return Broken(path=about.label, line=part.fault[0], message=place + part.fault[1])
    source = Source(path=about.label, row=number, candidate=about.candidate, draft=about.draft)
    question = part.heading.question if part.heading else about.question or about.default
    line = part.line if number or part.heading else None
    untouched = not number and not part.heading and part.line is not None
    made = finished(about, source, line, part.whole if untouched else part.trimmed, question)
    return made.model_copy(update={"message": place + made.message}) if isinstance(made, Broken) and place else made


def _piece(line: Line) -> Piece:
    found = HEADING.fullmatch(line.text) if line.text.lstrip(" ").startswith("#") else None
    if not found:
        return Piece(line.number, line.text, fault=line.fault)
    return Piece(line.number, line.text, len(found[1]), found[2] or "", line.fault)


def _front(lines: Iterator[Line], about: About) -> tuple[Iterator[Line], About, Broken | None]:
    """The lines below the front matter, what is known with it, and what is wrong with it."""
    head = [line for line in [next(lines, None)] if line]
    if not head or not FENCE.fullmatch(head[0].text):
        return chain(head, lines), about, None
    closed = False
    while not closed and len(head) < FRONT_MOST and (line := next(lines, None)):
        head.append(line)
        closed = bool(FENCE.fullmatch(line.text))
    if not closed:
        meant = len(head) > 1 and FIELD.match(head[1].text)
        fault = _fault(about, 1, "the front matter is not closed; put a line of three dashes below it")
        return chain(head, lines), about, fault if meant else None
    if wrong := next((line for line in head if line.fault), None):
        return lines, about, _fault(about, wrong.number, wrong.fault)
    document, _ = read_front_matter("".join(line.text.rstrip("\r\n") + "\n" for line in head), "")
    if document is None and not read_yaml("".join(line.text for line in head[1:-1]), "").faults:
        return chain(head, lines), about, None  # two rules around a text
    if document is None or document.faults:
        return lines, about, _fault(about, 1, "the front matter is not 'name: value' on each line, or a name is twice")
    return lines, *_with_fields(document, about)


def _with_fields(document: Marked, about: About) -> tuple[About, Broken | None]:
    """What is known of a file with its front matter."""
    for name, value in document.data.items():
        role, line = name.strip().casefold(), document.line((name,))
        if role not in FIELDS or value is None:
            continue
        if isinstance(value, dict | list | bool):
            return about, _fault(about, line, f"'{role}' is not a text or a number")
        said = str(value).strip()
        if role == "candidate":
            about = about._replace(candidate=said or about.candidate)
            continue
        if role == "draft":
            about = about._replace(draft=said or about.draft)
            continue
        question = about.names.cell(said) if said else about.question
        if said and question is None:
            return about, _fault(about, line, f"'question' {UNKNOWN}")
        about = about._replace(question=question)
    return about, None


def _fault(about: About, line: int, what: str) -> Broken:
    return Broken(path=about.label, line=line, message=visible(what))
