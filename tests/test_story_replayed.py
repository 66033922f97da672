"""The example story over five drafts, each read by a language model that saw that draft alone, compared by code."""

from __future__ import annotations

import pytest

from answer_coach.answer import Answer
from answer_coach.comparing import Comparison, compare
from answer_coach.drafts.keeping import small_words
from answer_coach.feedback import Feedback
from answer_coach.noise import Noise
from tests.support.scenes import LEAKS, Scene, coach_at, frozen_library
from tests.support.tape import recorder

NOWHERE = "http://127.0.0.1:9/v1"


def scene(number: int) -> Scene:
    """One of the five drafts."""
    return Scene(f"leaks-{number}", "story", LEAKS / f"{number}.md")


@pytest.fixture(scope="module")
def steps() -> list[Comparison]:
    """Each draft against the one before it, from the recorded replies."""
    cards, answers = [], []
    for number in range(1, 6):
        with recorder().use_cassette(f"leaks-{number}.yaml"):
            card = coach_at(NOWHERE).grade(scene(number).text, question="story")
        assert isinstance(card, Feedback)
        cards.append(card)
        answers.append(Answer.of(scene(number).text))
    small = small_words(answers[0], frozen_library().limits)
    return [compare(cards[n], answers[n], cards[n + 1], answers[n + 1], Noise(), small) for n in range(4)]


def test_what_was_added_is_named(steps: list[Comparison]) -> None:
    """The result and what was done in the second draft; the own decision, its price and the objection in the third."""
    assert [step.judgement for step in steps[:2]] == ["better", "better"]
    assert {"outcome", "done"} & {flip.id for flip in steps[0].gained}
    assert {"decision", "trade_off"} <= {flip.id for flip in steps[1].gained}
    assert not steps[1].lost


def test_the_same_facts_in_other_words_are_within_noise(steps: list[Comparison]) -> None:
    """The fourth draft is the third, told anew: nothing gained, nothing lost."""
    assert steps[2].judgement == "within noise"


def test_a_polished_draft_that_lost_its_number_and_its_decision_is_worse(steps: list[Comparison]) -> None:
    """Both are named, although the fifth draft sounds better."""
    assert steps[3].judgement == "worse"
    assert {"outcome", "decision"} <= {flip.id for flip in steps[3].lost}
