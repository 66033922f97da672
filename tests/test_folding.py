"""Folding: however it is computed, the result is that of going through a text letter by letter."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from answer_coach.folding import MARKS, Folded, fold, fold_text, words

LETTERS = "aB .'\"`\t\n\x1c\x0b-1,;:/"
MORE = LETTERS + "\u2019\u201c\u00df\u00bd\u00b2\u00e9\u00a0\ufb01\u6f22\u0301\u2026\u201e"


def letter_by_letter(text: str) -> Folded:
    """What folding means: each letter on its own, then one blank or quote mark for several in a row."""
    kept: list[str] = []
    origin: list[int] = []
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


@given(st.text(LETTERS, max_size=14) | st.text(MORE, max_size=14) | st.text(max_size=14))
def test_a_text_is_folded_as_letter_by_letter(text: str) -> None:
    """Text and origins are the same, and the shorter ways to the text alone give that text."""
    assert fold(text) == letter_by_letter(text)
    assert fold_text(text) == fold(text).text


@given(st.text(MORE, max_size=20))
def test_each_letter_of_a_folded_text_has_an_origin(text: str) -> None:
    """As many origins as letters, in order, all in the text."""
    made = fold(text)
    assert len(made.text) == len(made.origin)
    assert list(made.origin) == sorted(made.origin)
    assert all(0 <= at < len(text) for at in made.origin)
    assert words(text) == words(made.text)
