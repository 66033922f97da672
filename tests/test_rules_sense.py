"""What the rules engine must not be fooled by: denials, suppositions, a thin text around a good sentence."""

from __future__ import annotations

import pytest

from answer_coach import Coach
from answer_coach.feedback import Feedback
from answer_coach.library.shelf import Library

DENIALS = (
    "Last year we had four requests for three people and somebody had to choose. "
    "We did not compare the four projects. I did not decide anything. "
    "Nobody checked the data, and nobody looked whether sales fell by 20 percent. "
    "We never asked the head of sales. We have no idea whether it saved 300,000 euros."
)
SUPPOSED = (
    "If I were in that team, I would decide to put the fuel model first. I would tell the head of sales that her "
    "project had to wait until autumn, because the churn model was worth two million a year. "
    "We could cut costs by a third within "
    "a year if everybody agreed on the fuel list. Ideally we would try it on one depot for four weeks."
)


def graded(library: Library, text: str) -> Feedback:
    """The rules engine's card."""
    card = Coach("rules", library=library).grade(text, question="q05", anyway=True)
    assert isinstance(card, Feedback)
    return card


@pytest.mark.parametrize("text", [DENIALS, SUPPOSED], ids=["denied", "supposed"])
def test_what_was_not_done_earns_nothing_in_full(library: Library, text: str) -> None:
    """A denial is no deed, and what one would do pays half at most."""
    card = graded(library, text)
    met = [i.id for d in card.dimensions for i in d.indicators if i.verdict == "met"]
    assert [name for name in met if name not in ("past_example", "goal", "effort")] == []


def test_a_denial_with_a_turn_tells_what_was_done(library: Library) -> None:
    """`not A but B` is a deed."""
    text = (
        "At the ferry company I had three requests and two people. I did not take the forecast, instead I put the "
        "fuel model first, because fuel was a third of our cost. The forecast had to wait until autumn."
    )
    assert graded(library, text).slots.decision == "met"


def test_a_thin_text_is_told_why_its_sentences_count_by_half(library: Library) -> None:
    """The card says that the rules halve general sentences, and what would change that."""
    text = (
        "We always look at the value of the projects and at the effort. "
        "Then we choose the best ones for the team to do."
    )
    assert any("rules halve the rest" in remark for remark in graded(library, text).answer.warnings)
