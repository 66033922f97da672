"""The plan until the interview: what is on which day, and what there is no room for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.drafts.planning import MOST_A_DAY, Plan, Session, plan
from answer_coach.drafts.progress import Answers, Row, rows_of
from answer_coach.errors import InputError
from answer_coach.library.shelf import Library
from answer_coach.reports.layout import WIDTH, width
from answer_coach.reports.progress import plan_text
from tests.support.standing import card, graded, refused, story

RUBRICS = Library().rubrics()
TODAY = date(2026, 11, 23)
STATES = st.one_of(st.none(), st.just("raw"), st.just("odd"), st.sampled_from([1.2, 2.5, 3.4, 4.1, 4.7]))


def answered(question: str, state: object) -> Answers:
    """One kept answer: not graded, not gradable, or at a level."""
    made = None if state == "raw" else refused(question) if state == "odd" else card(question, level=float(str(state)))
    return [story(f"my-{question}", question, made)]


def stand(states: Mapping[str, object]) -> tuple[Row, ...]:
    """All questions, of which some have an answer in a state."""
    return rows_of(RUBRICS, [one for q, state in states.items() if state for one in answered(q, state)])


def drafting(made: Plan) -> list[Session]:
    """All sessions over drafts, in order."""
    return [session for day in made.days for session in day.sessions if session.kind != "rehearse"]


@given(
    st.fixed_dictionaries({rubric.id: STATES for rubric in RUBRICS}),
    st.integers(0, 400),
)
def test_a_plan_keeps_to_its_days(states: dict[str, object], days: int) -> None:
    """No session before today or on a day after the interview, none over a draft on the interview's own day.

    Days are in order, never more than four drafts on one, and what needs work is planned or told to have no room.
    """
    found, until = stand(states), TODAY + timedelta(days)
    made = plan(found, TODAY, until)
    on = [day.on for day in made.days]
    assert on == sorted(set(on))
    assert all(TODAY <= day <= until for day in on)
    for day in made.days:
        drafts = [session for session in day.sessions if session.kind != "rehearse"]
        assert 0 <= len(drafts) <= (MOST_A_DAY if day.on < until else 0)
        assert day.sessions
    planned = {session.question for session in drafting(made)} | {session.question for session in made.left}
    assert planned == {one.question for one in found if not one.strong}
    assert made.days[-1].sessions[-1].kind == "rehearse"
    assert max(width(line) for line in plan_text(made).splitlines()) <= WIDTH


@given(st.fixed_dictionaries({rubric.id: STATES for rubric in RUBRICS}), st.integers(1, 60), st.integers(1, 60))
def test_more_days_leave_out_no_more(states: dict[str, object], days: int, more: int) -> None:
    """Whoever has more time is never told to leave more out."""
    found = stand(states)
    short, long = (plan(found, TODAY, TODAY + timedelta(n)) for n in (days, days + more))
    assert set(long.left) <= set(short.left)
    assert len(drafting(long)) >= len(drafting(short))


def test_a_past_day_is_an_input_error() -> None:
    """The interview is today or later."""
    with pytest.raises(InputError, match="2026-11-22 is past"):
        plan((), TODAY, TODAY - timedelta(1))


def test_very_common_questions_come_first_then_what_is_not_started_then_the_weakest() -> None:
    """q03 and q07 are less common: they wait, though nothing is there for q03."""
    states = {rubric.id: 4.2 for rubric in RUBRICS} | {"q01": None, "q03": None, "q05": 2.5, "q07": 1.2, "q08": 3.4}
    made = plan(stand(states), TODAY, TODAY + timedelta(6))
    assert [s.question for s in drafting(made)] == ["q01", "q05", "q08", "q03", "q07"]
    assert [(s.kind, s.name) for s in drafting(made)][:2] == [("first draft", None), ("edit", "my-q05")]
    assert [day.on.day for day in made.days] == [23, 24, 25, 26, 27, 28]


def test_where_days_are_short_there_are_several_a_day() -> None:
    """Twelve drafts in four days, the fifth to rehearse: three a day."""
    made = plan(stand({}), TODAY, TODAY + timedelta(5))
    assert [len(day.sessions) for day in made.days] == [3, 3, 3, 3, 1]
    assert made.left == ()


def test_where_days_are_left_there_is_another_round() -> None:
    """What was begun is gone over again, in the same order, after each had its first turn."""
    made = plan(stand({}), TODAY, TODAY + timedelta(30))
    assert [s.round for s in drafting(made)] == [1] * 12 + [2] * 12 + [3] * 3
    assert [s.question for s in drafting(made)][:12] == [s.question for s in drafting(made)][12:24]


def test_the_last_days_rehearse_follow_ups_of_what_reads_as_lead() -> None:
    """Only READY and lead are rehearsed, each day with another follow-up; where there is none, what reads best then."""
    ready = graded("q05", "strong").model_copy(update={"ready": True})
    kept = [story("best", "q05", ready), story("poor", "q01", card("q01", 1.5))]
    made = plan(rows_of(RUBRICS, kept), TODAY, TODAY + timedelta(12))
    rehearsals = [session for day in made.days for session in day.sessions if session.kind == "rehearse"]
    assert [session.name for session in rehearsals] == ["best", "best"]
    assert rehearsals[0].what == tuple(asked.question for asked in ready.follow_ups)
    text = " ".join(plan_text(made).split())
    assert all(" ".join(asked.question.split()) in text for asked in ready.follow_ups[:2])
    none = plan(stand({}), TODAY, TODAY + timedelta(12)).days[-1].sessions
    assert [(session.kind, session.question) for session in none] == [("rehearse", None)]


def test_on_the_day_itself_there_is_only_rehearsing() -> None:
    """What is not written by then is told, not planned."""
    made = plan(stand({"q05": 4.6, "q01": 2.2}), TODAY, TODAY)
    assert [[session.kind for session in day.sessions] for day in made.days] == [["rehearse"]]
    assert len(made.left) == 11
    assert "drafts a day" not in plan_text(made)


def test_several_answers_to_a_question_are_tries_of_it_but_each_story_counts() -> None:
    """A weak second answer asks for nothing where the first is strong; two thin stories are two."""
    kept = [story("weak", "q05", card(level=1.5)), story("strong", "q05", card(level=4.6))]
    kept += [story(name, "story", card("story", 2.5)) for name in ("churn", "ferry")]
    made = plan(rows_of(RUBRICS, kept), TODAY, TODAY + timedelta(30))
    names = {session.name for session in drafting(made)}
    assert {"churn", "ferry"} <= names
    assert "weak" not in names


def test_free_days_are_told_once() -> None:
    """A plan for a year ahead is not a year of lines."""
    text = plan_text(plan(stand({rubric.id: 4.7 for rubric in RUBRICS}), TODAY, TODAY + timedelta(365)))
    assert "2026-11-23 Mon  free, 362 days" in text
    assert text.count("free") == 1
