"""Text files as a stream of physical lines: UTF-8 with or without its mark, UTF-16 with it; never whole in memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from answer_coach.errors import UnreadableFile

MOST = 1_000_000
"""Characters that an answer has at most: as many as intake takes bytes."""
LINE_MOST = 8 * MOST
"""Characters that a line has at most: JSON may write one character as six."""
UNDECODABLE = "not UTF-8 text; save the file as UTF-8"
TOO_LONG = f"a line of over {LINE_MOST:,} characters"
LOST = "\udcff"
"""Stands where bytes are no text; no file that can be decoded holds it."""
SAMPLE = 4096


class Line(NamedTuple):
    """One line with its end; `fault` says what is wrong with it, "" where nothing is.  One too long has no text."""

    number: int
    text: str
    fault: str = ""


def _lost(fault: UnicodeError) -> tuple[str, int]:
    assert isinstance(fault, UnicodeDecodeError)  # noqa: S101  nothing is encoded with this handler
    return LOST, fault.end


codecs.register_error("answer_coach.lost", _lost)


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a text file, each decoded by itself, so that one with other bytes spoils no other.

    Raises UnreadableFile where it is no text at all, OSError where it can't be opened.
    """
    with path.open(encoding=_encoding(path), errors="answer_coach.lost", newline="") as file:
        number = 0
        while text := file.readline(LINE_MOST):
            number += 1
            if len(text) < LINE_MOST or text.endswith("\n"):
                yield Line(number, text, UNDECODABLE if LOST in text else "")
                continue
            while text and not text.endswith(("\n", "\r")):
                text = file.readline(LINE_MOST)
            yield Line(number, "", TOO_LONG)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnreadableFile("not UTF-8 text; save the file as UTF-8")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in head:
        raise UnreadableFile("not a text file; export it as plain text or CSV first")
    return "utf-8-sig"
