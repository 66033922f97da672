"""Text as it counts for comparison: Unicode form, case, quote marks, dashes and white space folded."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MARKS = str.maketrans(
    {
        **dict.fromkeys(
            '\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u02bc\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"', "'"
        ),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    }
)
BLANKS = str.maketrans(dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f", " "))
SINGLE = MARKS | BLANKS
MERGED = re.compile(r"(?<= ) +|(?<=')'+|\A +")  # of two blanks or two quote marks in a row the first one stays
RUN = re.compile(r"\w+")
WORD = re.compile(r"\w+(?:[-'.,:/]\w+)*")
NEGATIONS = frozenset(
    (
        "no not never none nobody nothing neither nor without cannot hardly barely scarcely dont didnt doesnt "
        "isnt wasnt werent couldnt wouldnt shouldnt hasnt havent hadnt cant wont"
    ).split()
)


def is_negation(word: str) -> bool:
    """Whether a folded word turns what follows into its opposite."""
    return word in NEGATIONS or word.endswith("n't")


class Folded(NamedTuple):
    """`text[i]` came from code point `origin[i]` of what was folded."""

    text: str
    origin: tuple[int, ...]


def fold(text: str) -> Folded:
    """Fold a text for comparison; digits, words and negations stay what they are."""
    if text.isascii():
        return _merged(text.casefold().translate(SINGLE))
    kept: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for plain in _pieces(char):
            if plain in " '" and (kept[-1] if kept else " ") == plain:
                continue
            kept.append(plain)
            origin.append(at)
    if kept and kept[-1] == " ":
        kept.pop(), origin.pop()
    return Folded("".join(kept), tuple(origin))


@lru_cache(maxsize=256)
def fold_text(text: str) -> str:
    """The text that `fold` makes, for those who need not know where it came from.

    The last ones are held, since each sentence of an answer is looked at in many ways.
    """
    if not text.isascii():
        return fold(text).text
    plain = text.casefold().translate(SINGLE)
    if "  " in plain or "''" in plain or plain.startswith(" "):
        plain = MERGED.sub("", plain)
    return plain[:-1] if plain.endswith(" ") else plain


def _merged(plain: str) -> Folded:
    """A text whose characters are folded one for one, runs of blanks and of quote marks made one."""
    parts: list[str] = []
    origin: list[int] = []
    at = 0
    for run in (*MERGED.finditer(plain), None):
        end = run.start() if run else len(plain)
        parts.append(plain[at:end])
        origin += range(at, end)
        at = run.end() if run else end
    text = "".join(parts)
    return Folded(text[:-1], tuple(origin[:-1])) if text.endswith(" ") else Folded(text, tuple(origin))


@lru_cache(maxsize=4096)
def _pieces(char: str) -> tuple[str, ...]:
    """What one character is folded to."""
    form = char if unicodedata.category(char) == "No" else unicodedata.normalize("NFKD", char)
    return tuple(" " if piece.isspace() else piece for piece in form.casefold().translate(MARKS))


def words(text: str) -> list[str]:
    """The words of a text, folded: `Don't cut 1.5 m` gives `don't`, `cut`, `1.5`, `m`."""
    return WORD.findall(fold_text(text))


@lru_cache(maxsize=256)
def words_in(folded: str) -> tuple[str, ...]:
    """The words of a folded sentence; held as `fold_text` holds it, for the same reason."""
    return tuple(WORD.findall(folded))


@lru_cache(maxsize=256)
def runs_in(folded: str) -> tuple[str, ...]:
    """The runs of letters and figures of a folded sentence; `words_in` joins some of them."""
    return tuple(RUN.findall(folded))
