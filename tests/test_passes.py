"""Several passes: majority verdicts with their agreement, a range of levels, one stable prompt for each pass."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import BaseMessage

from answer_coach import Coach
from answer_coach.errors import RateLimited, UnusableReply
from answer_coach.feedback import Feedback, is_split
from answer_coach.library.shelf import Library
from answer_coach.passes import LOW_TO_HIGH, majority, order
from answer_coach.reports.text import text
from tests.support.build import SOLID, ScriptedModel, says

LIBRARY = Library()
VERDICTS = st.lists(st.sampled_from(LOW_TO_HIGH), min_size=1, max_size=9)


def graded(*verdicts: dict[str, str] | str, passes: int | None = None) -> tuple[Feedback, ScriptedModel]:
    """The card of SOLID when the passes say these things; a text is a reply as it stands."""
    script = [v if isinstance(v, str) else says(LIBRARY, "q05", SOLID, v) for v in verdicts]
    model = ScriptedModel(script=script, seen=[])
    card = Coach(model, library=LIBRARY, passes=passes or len(verdicts)).grade(SOLID, question="q05")
    assert isinstance(card, Feedback)
    return card, model


BASE = {"goal": "met", "decision": "met", "past_example": "met"}


def test_the_majority_counts_and_agreement_is_its_share() -> None:
    """Two of three passes met an indicator: it is met, with agreement 2/3; the others agree wholly."""
    card, _ = graded({**BASE, "people": "met"}, {**BASE, "people": "met"}, BASE)
    assert card.indicator("people").verdict == "met"
    assert card.indicator("people").agreement == pytest.approx(2 / 3)
    assert card.indicator("people").evidence
    assert card.indicator("goal").agreement == 1
    assert card.graded_by is not None
    assert card.graded_by.passes == 3
    assert "3 passes: 14 of 15" in " ".join(text(card, "t").split())


def test_without_a_majority_it_is_split_and_the_middle_counts() -> None:
    """Three passes, three verdicts: the middle one, agreement a third, said on the card."""
    card, _ = graded({**BASE, "people": "met"}, {**BASE, "people": "partial"}, BASE)
    result = card.indicator("people")
    assert (result.verdict, is_split(result)) == ("partial", True)
    assert "split on people" in " ".join(text(card, "t").split())


def test_levels_have_the_range_of_the_passes() -> None:
    """A dimension whose level differs between passes shows both ends; one that does not has one level as its range."""
    card, _ = graded(BASE, {}, BASE)
    ranges = {d.id: d.range for d in card.dimensions}
    assert ranges["business_goal"] == (1, 2)
    assert ranges["technical_soundness"] == (1, 1)
    assert card.overall.range is not None
    assert card.overall.range[0] < card.overall.range[1]


def test_each_pass_asks_in_an_order_of_its_own_that_all_answers_share() -> None:
    """The first pass keeps the rubric's order; the system message of a pass is the same for every answer."""
    rubric = LIBRARY.rubric("q05")
    orders = [order(rubric, number) for number in range(1, 6)]
    assert orders[0] == ()
    assert len(set(orders)) == 5
    assert all(set(found) == set(rubric.asked) for found in orders[1:])
    _, first = graded(BASE, BASE)
    other = SOLID + " It was a wet spring."
    second = ScriptedModel(script=[says(LIBRARY, "q05", other, BASE)] * 2, seen=[])
    Coach(second, library=LIBRARY, passes=2).grade(other, question="q05")
    assert [seen[0].content for seen in first.seen] == [seen[0].content for seen in second.seen]
    assert first.seen[0][0].content != first.seen[1][0].content
    assert sorted(str(first.seen[0][0].content)) == sorted(str(first.seen[1][0].content))


def test_a_pass_that_fails_is_told_and_half_of_them_is_a_failure() -> None:
    """One of three passes refused: two count, and the card says so; two of three: no card."""
    card, _ = graded(BASE, "I won't.", "I won't.", BASE, passes=3)
    assert card.graded_by is not None
    assert card.graded_by.passes == 2
    assert any("1 of 3 passes" in warning for warning in card.answer.warnings)
    with pytest.raises(UnusableReply):
        graded(BASE, *["I won't."] * 4, passes=3)


def test_an_endpoint_that_fails_in_a_pass_is_its_own_error() -> None:
    """Side by side or one after the other: the error reaches the caller as it is, not wrapped in a group."""
    for passes in (1, 3):
        fine = [says(LIBRARY, "q05", SOLID, BASE)] * (passes - 1)
        down = RateLimited("busy", hint="Wait.")
        model = ScriptedModel(script=[*fine, *[down] * 9], seen=[])
        coach = Coach(model, library=LIBRARY, passes=passes)
        with pytest.raises(RateLimited):
            asyncio.run(coach.agrade(SOLID, question="q05"))
        [card] = asyncio.run(coach.abatch([SOLID], question="q05"))
        assert card.kind == "failed"


def test_rules_are_asked_once() -> None:
    """They say the same each time: more passes would only look like agreement."""
    card = Coach("rules", library=LIBRARY, passes=5).grade(SOLID, question="q05")
    assert isinstance(card, Feedback) and card.graded_by is not None
    assert card.graded_by.passes == 1
    assert card.indicator("goal").agreement is None


def test_passes_side_by_side_give_the_same_card() -> None:
    """The async way asks all passes at once and counts them alike."""

    def reply(messages: Sequence[BaseMessage]) -> str:
        asked = str(messages[0].content)
        early = asked.index("- people:") < asked.index("- goal:")  # so that passes differ
        return says(LIBRARY, "q05", SOLID, {**BASE, "people": "met"} if early else BASE)

    model = ScriptedModel(script=[reply] * 10, seen=[])
    coach = Coach(model, library=LIBRARY, passes=5)
    plain, awaited = coach.grade(SOLID, question="q05"), asyncio.run(coach.agrade(SOLID, question="q05"))
    left_out = {"usage", "graded_at"}
    assert isinstance(plain, Feedback)
    assert 0 < (plain.indicator("people").agreement or 0) < 1
    assert plain.model_dump(exclude=left_out) == awaited.model_dump(exclude=left_out)


@given(VERDICTS)
def test_majority_is_a_verdict_that_was_given_and_order_does_not_matter(verdicts: list[Any]) -> None:
    """Its agreement is the share that gave it where that is more than half, and at most a half otherwise."""
    found, agreement = majority(verdicts)
    assert found in verdicts
    assert majority(verdicts[::-1]) == (found, agreement)
    share = verdicts.count(found) / len(verdicts)
    assert agreement == share if share > 0.5 else agreement <= 0.5
