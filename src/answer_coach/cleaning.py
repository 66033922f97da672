"""What of a text a reader can see: control and invisible characters taken out, offsets kept."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Seen in ordinary copied text; taken out without a word.
QUIET = frozenset("\ufeff\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
NEWLINES = frozenset("\r\n\v\f\x85\u2028\u2029")
# What a chat template means by the end of a turn; in a text a server may take it for one.
MARKS = re.compile(r"<\|[^|<>\n]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|<(?:bos|eos)>", re.I)
SUSPECT = re.compile(r"[^\x20-\x7e\n]")


class Cleaned(NamedTuple):
    """`text[i]` came from the given text's code point `origin[i]`; `removed` counts what is worth a remark."""

    text: str
    origin: tuple[int, ...]
    removed: int


def is_invisible(char: str) -> bool:
    """Whether a character shows nothing: controls, formats, private use, surrogates, tags, variation selectors."""
    return (
        unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")
        or char in BLANK_LETTERS
        or char in "\ufe0e\ufe0f"
        or 0xE0000 <= ord(char) <= 0xE01EF
    )


def clean(text: str) -> Cleaned:
    """Visible text with plain spaces and newlines, each character traceable to where it stood in `text`."""
    if not SUSPECT.search(text):
        return Cleaned(text, tuple(range(len(text))), 0)
    kept: list[str] = []
    origin: list[int] = []
    removed = 0
    for at, char in enumerate(text):
        shown = _shown(char)
        if char == "\r" and text[at + 1 : at + 2] == "\n":
            continue
        if not shown:
            removed += char not in QUIET
            continue
        kept.append(shown)
        origin.append(at)
    return Cleaned("".join(kept), tuple(origin), removed)


def _shown(char: str) -> str:
    """What a reader sees of a character: itself, a newline, a space, or nothing."""
    if char in NEWLINES:
        return "\n"
    if char == "\t" or unicodedata.category(char) == "Zs":
        return " "
    return "" if is_invisible(char) else char


def unmarked(text: str) -> str:
    """A text whose chat-template marks are broken up: it reads the same, and no server takes them for its own."""
    if "<" not in text and "[" not in text:
        return text
    return MARKS.sub(lambda mark: mark[0].replace("|", "").replace("<", "< ", 1).replace("[", "[ ", 1), text)


def visible(text: str) -> str:
    """Text that is safe to print: what would move a cursor or hide letters is written out as an escape."""
    if not SUSPECT.search(text):
        return text
    return "".join(f"\\x{ord(c):02x}" if is_invisible(c) and c not in QUIET and c != "\n" else c for c in text)
