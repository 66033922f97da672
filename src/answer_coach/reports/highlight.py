"""The words that earned credit, shown in the text they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple


class Mark(NamedTuple):
    """A span of a text that speaks for the indicator with this number; `whole` where it is met."""

    start: int
    end: int
    number: int
    whole: bool = True


class Piece(NamedTuple):
    """A piece of a text between two places where something begins or ends."""

    text: str
    numbers: tuple[int, ...]
    """Of the indicators that it speaks for; none where it counts nowhere."""
    whole: bool
    ends: tuple[int, ...]
    """Of the indicators whose words end here."""


def pieces(text: str, marks: Sequence[Mark]) -> list[Piece]:
    """A text cut at every edge of a mark; joined, the pieces are the text."""
    valid = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    edges = sorted({0, len(text), *(mark.start for mark in valid), *(mark.end for mark in valid)})
    found = []
    for start, end in pairwise(edges):
        over = [mark for mark in valid if mark.start <= start and end <= mark.end]
        found.append(
            Piece(
                text=text[start:end],
                numbers=tuple(sorted({mark.number for mark in over})),
                whole=any(mark.whole for mark in over),
                ends=tuple(sorted({mark.number for mark in over if mark.end == end})),
            )
        )
    return found


def placed(text: str, quote: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a quote stands: at its offsets, else where it is found nearest to them; None where it is not there."""
    if text[start:end] == quote:
        return start, end
    places = []
    at = text.find(quote) if quote else -1
    while at >= 0:
        places.append(at)
        at = text.find(quote, at + 1)
    nearest = min(places, key=lambda place: abs(place - start), default=None)
    return None if nearest is None else (nearest, nearest + len(quote))
