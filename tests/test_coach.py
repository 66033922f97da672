"""One sitting: what is never put to a model, what a batch raises, what a model that was handed in may do."""

from __future__ import annotations

import asyncio
import traceback

import pytest

from answer_coach.errors import CoachError, EngineError, UnknownQuestion
from answer_coach.library.shelf import Library
from tests.support.build import SOLID, says, scripted_coach

MET = {"goal": "met", "decision": "met", "past_example": "met"}


def test_what_never_reaches_a_model_is_not_asked_about(library: Library) -> None:
    """A text that the gate turns away, and a question that nobody knows, cost no call."""
    coach, model = scripted_coach(library=library)
    assert coach.grade("fine, thanks", question="q05").kind == "not_gradable"
    with pytest.raises(CoachError) as caught:
        coach.grade(SOLID, question="q99")
    assert caught.value.code == "unknown_question"
    assert "ferry" not in str(caught.value)
    assert model.seen == []


def test_addresses_no_is_a_card_without_levels_and_anyway_grades_it(library: Library) -> None:
    """A judge's `no` keeps the score back; with `anyway` the answer is graded, and the remark stays."""
    reply = says(library, "q05", SOLID, MET, addresses="no")
    coach, _ = scripted_coach(reply, reply, library=library)
    card = coach.grade(SOLID, question="q05")
    assert card.kind == "not_gradable"
    forced = coach.grade(SOLID, question="q05", anyway=True)
    assert forced.kind == "feedback"
    assert any("does not answer the question" in remark for remark in forced.answer.warnings)


@pytest.mark.parametrize(
    "bad", ["No question is named here.", "---\nquestion: q77\n---\nAn answer to nothing that we know."]
)
def test_a_batch_with_an_unknown_question_raises_before_any_is_graded(library: Library, bad: str) -> None:
    """One error of the house, not a group of them, and no call was paid for."""
    coach, model = scripted_coach(library=library)
    with pytest.raises(UnknownQuestion):
        asyncio.run(coach.abatch([f"---\nquestion: q05\n---\n{SOLID}", bad]))
    assert model.seen == []


def test_another_models_own_exception_is_an_engine_error_without_its_words(library: Library) -> None:
    """A model that was handed in may raise anything and put the draft into it; only the kind is passed on."""
    coach, _ = scripted_coach(*[RuntimeError(f"could not send: {SOLID}")] * 3, library=library)
    with pytest.raises(EngineError) as caught:
        coach.grade(SOLID, question="q05")
    assert "RuntimeError" in caught.value.message
    assert "ferry" not in "".join(traceback.format_exception(caught.value))
    cards = asyncio.run(coach.abatch([SOLID, SOLID], question="q05"))
    assert [card.kind for card in cards] == ["failed", "failed"]


def test_front_matter_names_the_question_and_offsets_count_from_the_files_first_character(library: Library) -> None:
    """What stands above the text is not graded, and quotes are cut from the whole file all the same."""
    text = f"---\nquestion: q05\n---\n{SOLID}"
    coach, _ = scripted_coach(says(library, "q05", SOLID, MET), library=library)
    job = coach.request(text)
    assert (job.rubric.id, job.answer.words) == ("q05", len(SOLID.split()))
    first = job.answer.sentences[0]
    assert text[first.start : first.end] == SOLID.split(". ")[0] + "."
