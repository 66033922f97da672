"""Lines for a terminal: wrapped by display width, safe to print, and plain where the terminal knows only ASCII."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from answer_coach.cleaning import visible
from answer_coach.feedback import Usage

WIDTH = 80
PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u2026": "...",
        "\u20ac": "EUR ",
        "\u00a3": "GBP ",
        "\u00d7": "x",
        "\u2022": "*",
        "\u00a0": " ",
    }
)


def width(text: str) -> int:
    """How many columns a text takes: wide characters two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, columns: int) -> list[str]:
    """A text in lines of at most so many columns; a word that is longer is broken."""
    lines = [""]
    for word in visible(text).split():
        for piece in _pieces(word, columns):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if width(joined) <= columns:
                lines[-1] = joined
            else:
                lines.append(piece)
    return lines


def _pieces(word: str, columns: int) -> Iterator[str]:
    piece = ""
    for char in word:
        if width(piece + char) > columns:
            yield piece
            piece = ""
        piece += char
    yield piece


def shorten(text: str, columns: int) -> str:
    """A text on one line of at most so many columns."""
    first, *rest = wrap(text, columns)
    return first if not rest else wrap(text, columns - 3)[0] + "..."


def hanging(label: str, text: str, indent: int = 13) -> list[str]:
    """A label in the margin and its text beside it."""
    lines = wrap(text, WIDTH - indent)
    first = f"{label:<{indent}}{lines[0]}".rstrip()
    return [first, *(" " * indent + line for line in lines[1:])]


def in_line(parts: Iterable[str]) -> list[str]:
    """Parts with a bar between them, broken at the bars, which no line begins or ends with."""
    lines: list[str] = []
    for part in parts:
        first, *rest = wrap(part, WIDTH)
        if lines and width(lines[-1]) + width(first) + 3 <= WIDTH:
            lines[-1] += f" | {first}"
        else:
            lines.append(first)
        lines += rest
    return lines


def indented(texts: Iterable[str], indent: int = 2) -> list[str]:
    """Texts, each wrapped behind the same margin."""
    return [" " * indent + line for text in texts for line in wrap(text, WIDTH - indent)]


def shortened(text: str, words: int = 12) -> str:
    """The first words of a quote, on one line, as a quote."""
    said = text.split()
    return '"' + " ".join(said[:words]) + ("..." if len(said) > words else "") + '"'


def usage_text(used: Usage) -> str:
    """Tokens and cost in words; what is not known is said to be unknown."""
    parts = [
        f"{count:,} {name}"
        for count, name in (
            (used.input_tokens, "tokens in"),
            (used.cached_tokens, "of them cached"),
            (used.output_tokens, "out"),
            (used.reasoning_tokens, "of them reasoning"),
        )
        if count or (count == 0 and name in ("tokens in", "out"))
    ]
    tokens = ", ".join(parts) if parts else "tokens unknown"
    cost = f"cost ${used.cost:.4f}" if used.cost is not None else "cost unknown"
    return f"{tokens}; {cost}"


def encodable(text: str, encoding: str | None) -> str:
    """A text that an output of this encoding can print: typographic marks made plain, the rest as `?`."""
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        plain = unicodedata.normalize("NFKD", text.translate(PLAIN))
        plain = "".join(c for c in plain if not unicodedata.combining(c)) if encoding in (None, "ascii") else plain
        return plain.encode(encoding or "ascii", "replace").decode(encoding or "ascii")
    return text
