"""Replies in free text: the one whole object that carries the tag is found wherever it stands, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from answer_coach.library.shelf import Library
from tests.support.build import scripted_coach
from tests.test_chain import failure, good, grade, metadata

LOOSE: dict[str, Callable[[str], str]] = {
    "fenced": lambda reply: f"```json\n{reply}\n```",
    "thought first": lambda reply: f'<think>Perhaps {{"check": "x"}}?</think>\n{reply}',
    "among prose": lambda reply: f"Here is what I found.\n\n{reply}\n\nShall I go on?",
    "said twice": lambda reply: f"{reply}\n{reply}",
    "in a list": lambda reply: f"[{reply}]",
    "curly marks": lambda reply: reply.replace('"', "\u201c"),
}


@pytest.mark.parametrize("name", LOOSE)
def test_a_whole_reply_is_found_wherever_it_stands(library: Library, name: str) -> None:
    """A model that knows no schema field may fence, think aloud or explain: one call, and the same card."""
    coach, model = scripted_coach(LOOSE[name](good(library)), library=library)
    plain, _ = scripted_coach(good(library), library=library)
    assert grade(coach).dimensions == grade(plain).dimensions
    assert len(model.seen) == 1


CUT = {"length": metadata(finish_reason="length"), "length, as others say": metadata(stop_reason="max_tokens")}


@pytest.mark.parametrize("name", CUT)
def test_a_cut_reply_is_asked_for_once_more_from_the_start(library: Library, name: str) -> None:
    """A stump is never gone on with: the same messages again, and after a second cut a typed failure."""
    coach, model = scripted_coach(CUT[name](library), good(library), library=library)
    assert grade(coach).kind == "feedback"
    assert model.seen[0] == model.seen[1]
    coach, _ = scripted_coach(*[CUT[name](library)] * 2, library=library)
    assert failure(coach).code == "cut"
