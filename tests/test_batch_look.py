"""How a page shows words and signs: what is underlined, and that letters stand out from their ground."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.batch.graded import Graded
from answer_coach.feedback import Feedback
from answer_coach.reports.highlight import Mark, pieces, placed
from answer_coach.reports.html import source
from answer_coach.reports.views import view
from tests.support.build import SOLID
from tests.support.sample import coach, graded

COACH = coach()


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45), st.integers(1, 5))))
def test_pieces_are_the_text(text: str, spans: list[tuple[int, int, int]]) -> None:
    """Joined, the pieces are the text; each mark's words are marked, and its number stands once, at its end."""
    marks = [Mark(start, end, number) for start, end, number in spans]
    found = pieces(text, marks)
    assert "".join(piece.text for piece in found) == text
    for mark in marks:
        if not mark.start < mark.end <= len(text):
            continue
        at, covered = 0, ""
        for piece in found:
            if mark.start <= at and at + len(piece.text) <= mark.end:
                assert mark.number in piece.numbers
                covered += piece.text
            at += len(piece.text)
        assert covered == text[mark.start : mark.end]


def underlined(item: Graded) -> Iterator[str]:
    """What a page underlines, piece by piece."""
    for piece in view(1, item, "").text:
        if piece.numbers:
            yield piece.text


def test_offsets_count_code_points() -> None:
    """Letters outside the basic plane, front matter and line ends of Windows do not move what is underlined."""
    text = "---\r\nquestion: q05\r\n---\r\n\U0001f600\U0001f600 " + SOLID.replace(". ", ".\r\n\r\n")
    item = graded(COACH, text, "q05", "Ada")
    assert isinstance(item.card, Feedback)
    words = "".join(underlined(item))
    quotes = [e.quote for d in item.card.dimensions for i in d.indicators for e in i.evidence]
    assert quotes
    assert all(quote in words or words in quote or quote.split()[0] in words for quote in quotes)
    assert sum(map(len, underlined(item))) <= sum(map(len, quotes))
    assert "question: q05" not in "".join(piece.text for piece in view(1, item, "").text)


def test_a_quote_is_found_where_front_matter_moved_it() -> None:
    """An answer that was kept once for two files stands at other offsets: the nearest same words are meant."""
    assert placed("ab cd ab cd", "cd", 3, 5) == (3, 5)
    assert placed("ab cd ab cd", "cd", 8, 10) == (9, 11)
    assert placed("ab", "cd", 0, 2) is None


def luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb, as WCAG has it."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, two: str) -> float:
    """The contrast of two colours."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_letters_stand_out(scheme: int) -> None:
    """Every pair of letter and ground has a contrast of 4.5 or more, on light and dark screens and on paper."""
    block = re.findall(r":root \{(.*?)\}", source("style.css"), re.S)[scheme]
    colour = dict(re.findall(r"--([\w-]+): (#\w+)", block))
    pairs = [("ink", ground) for ground in ("paper", "wash", "soft", "softer")]
    pairs += [("quiet", ground) for ground in ("paper", "wash", "softer")]
    pairs += [("accent", "paper"), ("accent", "softer"), ("on-accent", "accent")]
    low = {pair: contrast(colour[pair[0]], colour[pair[1]]) for pair in pairs}
    assert [pair for pair, value in low.items() if value < 4.5] == []
