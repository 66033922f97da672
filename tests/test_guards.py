"""What a judge may say to a candidate: a short question about this draft, nothing invented, no praise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.answer import Answer
from answer_coach.guards import MOST_WORDS, is_question, may_be_said
from answer_coach.library.shelf import Library

DRAFT = Answer.of(
    "In Hamburg I put the fuel model first with two people, and it fell by 6.5 percent in three weeks, so Otto agreed. "
    "We used Spark for it. It cost 1,200 euros, and the feature store had to wait."
)


@pytest.mark.parametrize(
    "text",
    [
        "Which of the three weeks was it?",
        "How did you get to the 6.5 percent?",
        "What did Otto want before he agreed?",
        "Why Spark, and what did it cost beside the 1,200 euros?",
        "Who in Hamburg had to agree, and what was their KPI or ROI?",
        "What would the CEO have said?",
        "You say that it fell: compared with what?",
        "You are describing a choice; whose was it?",
        "Say what the feature store would have brought.",
        "One or two of those?",
        "What did “Otto” say?",
    ],
)
def test_a_question_about_the_draft_may_be_said(text: str) -> None:
    """Numbers and names of the draft, ordinary abbreviations and small words pass."""
    assert may_be_said(text, DRAFT)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("figure", "Did it fall by 7 percent?"),
        ("figure", "Was it 6.55 percent?"),
        ("figure", "Was it 1,300 euros?"),
        ("figure", "Did it take 3 weeks?"),
        ("figure", "Did it cost £5m?"),
        ("full-width figure", "Was it ７ percent?"),
        ("number in words", "How many of the four weeks?"),
        ("number in words", "Was it a million?"),
        ("name", "Why Spark and not Databricks?"),
        ("name", "What did Ida say to that?"),
        ("name", "What does GDPR say to that?"),
        ("name in quotes", "Was it called “Tesla” or so, or what?"),
        ("link", "Have you read https://example.com/star?"),
        ("link", "Is it on www.acme.de?"),
        ("link", "Have you read acme.io?"),
        ("mail", "Can you ask otto@hamburg?"),
        ("praise", "Great example, but who objected?"),
        ("praise", "That is an excellent start; what came next?"),
        ("praise", "Nicely told; and then?"),
        ("praise", "A strong answer. And then?"),
        ("praise", "WELL DONE, and then?"),
        ("praise", "This is solid; what else?"),
        ("the person", "You are vague here; why?"),
        ("the person", "You're too junior for this, or not?"),
        ("nothing", ""),
        ("nothing", " \n "),
        ("control character", "Which weeks?\x1b[2J"),
        ("bidi override", "Which \u202eweeks?"),
    ],
)
def test_what_may_not_be_said(kind: str, text: str) -> None:
    """Figures, names and links that are not in the draft, praise, and words about the person are dropped."""
    assert not may_be_said(text, DRAFT), kind


@pytest.mark.parametrize("count", [1, 25, MOST_WORDS, MOST_WORDS + 1, 200])
def test_it_is_short(count: int) -> None:
    """25 words are asked for; a few more are let through, a paragraph is not."""
    assert may_be_said("why " * count, DRAFT) is (count <= MOST_WORDS)
    assert 25 <= MOST_WORDS <= 30


def test_the_rubrics_own_words_are_known() -> None:
    """A name or number word of the question or indicator may come up though the draft does not hold it."""
    text = "Which of the five departments lost by it, and what did Legal say?"
    assert not may_be_said(text, DRAFT)
    assert may_be_said(text, DRAFT, known="Five departments, Legal among them, want a model.")


@given(st.integers(0, 10**9))
def test_no_figure_is_invented(figure: int) -> None:
    """No number passes that the draft does not hold."""
    assert not may_be_said(f"Was it {figure} in all, or {figure} percent?", Answer.of("It fell, and we were glad."))


@given(st.text(max_size=40), st.sampled_from("\x00\x07\x1b\x7f\u202e\u2066\ue000\U000e0041"), st.data())
def test_nothing_hidden_is_shown(text: str, hidden: str, data: st.DataObject) -> None:
    """A note with a control, bidi, tag or private character in it never passes, wherever that stands."""
    at = data.draw(st.integers(0, len(text)))
    assert not may_be_said(f"Why {text[:at]}{hidden}{text[at:]}?", DRAFT)


def test_the_rubrics_hold_to_what_is_asked_of_a_judge(library: Library) -> None:
    """Their own questions are short enough, praise nothing and say nothing about the person."""
    for rubric in library.rubrics():
        for indicator in rubric.indicators:
            for text in (indicator.ask_absent, indicator.ask_partial):
                assert may_be_said(text, DRAFT, known=text), (rubric.id, indicator.id, text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who objected?", True),
        ("Whose call was it? Say it in one sentence.", True),
        ("Say who lost by it.", True),
        ("name the role, please", True),
        ("Add, if you can, the size.", True),
        ("Describe what came of it.", True),
        ("The draft does not say who objected.", False),
        ("No trade-off is named.", False),
        ("Saying more would help.", False),
        ("", False),
    ],
)
def test_only_questions_and_requests_ask(text: str, asks: bool) -> None:
    """A note that only states a lack is no question, and the rubric's is taken instead."""
    assert is_question(text) is asks
