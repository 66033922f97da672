"""Text as it counts for comparison: Unicode form, case, quote marks, dashes and white space folded."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MARKS = str.maketrans(
    {
        **dict.fromkeys(
            '\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u02bc\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"', "'"
        ),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    }
)
EXPANDS = re.compile(r"[\t\n\v\f\r\x1c-\x1f]|  |^ | $|['\"`]{2}")  # what a character-by-character fold would merge
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
    kept: list[str] = []
    origin: list[int] = []
    if text.isascii() and not EXPANDS.search(text):
        return Folded(text.casefold().translate(MARKS), tuple(range(len(text))))
    for at, char in enumerate(text):
        form = char if unicodedata.category(char) == "No" else unicodedata.normalize("NFKD", char)
        for piece in form.casefold().translate(MARKS):
            plain = " " if piece.isspace() else piece
            if plain in " '" and (kept[-1] if kept else " ") == plain:
                continue
            kept.append(plain)
            origin.append(at)
    if kept and kept[-1] == " ":
        kept.pop(), origin.pop()
    return Folded("".join(kept), tuple(origin))


def words(text: str) -> list[str]:
    """The words of a text, folded: `Don't cut 1.5 m` gives `don't`, `cut`, `1.5`, `m`."""
    return WORD.findall(fold(text).text)
