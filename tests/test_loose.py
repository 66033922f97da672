"""Replies in free text: the one whole object that carries the tag is found wherever it stands, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from langchain_core.messages import AIMessage

from answer_coach.library.shelf import Library
from answer_coach.prompt import check_phrase
from tests.support.build import SOLID, scripted_coach
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


@pytest.mark.parametrize(("counted", "code"), [(4000, "astray"), (900, "prompt_cut"), (None, "prompt_cut")])
def test_who_is_to_blame_for_a_lost_check_phrase(library: Library, counted: int | None, code: str) -> None:
    """A server that counted the whole prompt did not cut it: then the model does not do what it is told."""
    usage = {"input_tokens": counted, "output_tokens": 9, "total_tokens": 9 + (counted or 0)} if counted else None
    lost = AIMessage(good(library).replace(check(library), "no such phrase"), usage_metadata=usage)
    coach, _ = scripted_coach(lost, lost, library=library)
    assert failure(coach).code == code


def check(library: Library) -> str:
    """What a reply to q05 must repeat."""
    return check_phrase(library.template("grade"), library.rubric("q05"))


def test_a_failure_tells_what_it_took(library: Library) -> None:
    """Tokens that were spent on replies that can't be used stand on the failed card."""
    usage = {"input_tokens": 4000, "output_tokens": 10, "total_tokens": 4010}
    coach, _ = scripted_coach(*[AIMessage("nonsense", usage_metadata=usage)] * 2, library=library)
    card = coach.failure(SOLID, failure(coach), question="q05")
    assert card.usage is not None
    assert (card.usage.input_tokens, card.usage.output_tokens) == (8000, 20)
