"""Whole JSON objects out of free text: behind thoughts, between fences, among prose, with a chat window's quote marks.

Nothing is repaired: an object that is not complete is none.  Which of several counts is decided in parse.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

THOUGHTS = re.compile(r"<(think|thinking|reasoning|thought)>.*?(?:</\1>|\Z)", re.S | re.I)
END_OF_THOUGHTS = re.compile(r"\A.*</(?:think|thinking|reasoning|thought)>", re.S | re.I)
FENCED = re.compile(r"\A\s*```[\w-]*[ \t]*\n(.*)\n?[ \t]*```\s*\Z", re.S)
BEHIND = re.compile(r"[\s\u00a0]*(?:[,:}\]]|\Z)")
CURLY = "\u201c\u201d\u201e\u201f"
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\ufeff": " ", "\u200b": " "})


class TwiceError(ValueError):
    """A key stands twice in one object: nobody can tell which is meant."""


def load(text: str) -> Any:
    """One JSON value; ValueError where it is none, or where a key stands twice."""
    return json.loads(text, object_pairs_hook=_once)


def sole(text: str) -> Any:
    """The one JSON value that a text is, but for thoughts before it and a fence around it; ValueError otherwise."""
    try:
        return load(text)
    except ValueError:
        return load(_unfenced(_thoughtless(text)))


def objects(text: str) -> list[dict[str, Any]]:
    """Every whole outermost JSON object in a text, in order, but for those in its thoughts.

    A text with typographic quote marks, as chat windows make them, is read with plain ones where it holds no object
    as it stands.
    """
    bare = _thoughtless(text)
    return list(_whole(bare)) or list(_whole(_plain_quotes(bare.translate(SPACES))))


def _whole(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(object_pairs_hook=_once)
    at = text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        yield value
        at = text.find("{", end)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise TwiceError("a key stands twice")
    return found


def _thoughtless(text: str) -> str:
    """The text without what a reasoning model thought aloud; a template may have swallowed the opening tag."""
    return END_OF_THOUGHTS.sub("", THOUGHTS.sub("", text))


def _unfenced(text: str) -> str:
    found = FENCED.match(text)
    return found[1] if found else text


def _plain_quotes(text: str) -> str:
    """Typographic marks that delimit strings become plain; those inside a string stay.

    A string that was opened by such a mark ends at the next one that is followed by a comma, colon or bracket.
    """
    made, at, opened = [], 0, ""
    while at < len(text):
        mark = text[at]
        if mark == "\\" and opened:
            made.append(text[at : at + 2])
            at += 2
            continue
        if not opened and (mark in CURLY or mark == '"'):
            opened, mark = mark, '"'
        elif opened and (mark in CURLY or mark == '"'):
            ends = BEHIND.match(text, at + 1) if opened != '"' else mark == '"'
            opened, mark = ("", '"') if ends else (opened, '\\"' if mark == '"' else mark)
        made.append(mark)
        at += 1
    return "".join(made)
