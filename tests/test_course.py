"""An answer over its drafts: stretches that a line may join, and the chart of them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given

from answer_coach.drafts.progress import Answers, course
from answer_coach.feedback import Feedback
from answer_coach.reports.course import course_text
from tests.support.standing import RUBRICS, card, graded, judge, kept_answers, story


@given(kept_answers())
def test_a_line_joins_only_what_has_one_basis(kept: Answers) -> None:
    """Stretches hold every draft that was read, in order, and end where judge, prompt or rubric is another one."""
    for one, drafts in kept:
        made = course(one, drafts, RUBRICS)
        basis = {
            draft.number: next(kept.basis for kept in reversed(draft.cards) if isinstance(kept.card, Feedback))
            for draft in drafts
            if draft.feedback
        }
        assert [point.draft for stretch in made.stretches for point in stretch.points] == list(basis)
        assert all(len({basis[point.draft] for point in stretch.points}) == 1 for stretch in made.stretches)
        for old, new in itertools.pairwise(made.stretches):
            assert basis[old.points[-1].draft] != basis[new.points[0].draft]
            assert new.changed
        assert not made.stretches or made.stretches[0].changed == ()


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (card(by=judge("two")), ("judge",)),
        (card(by=judge("one", passes=3)), ("judge",)),
        (card(by=judge("one", prompt="q")), ("prompt",)),
        (card(by=judge("one"), rubric="2.0"), ("rubric",)),
        (card(by=judge("two", prompt="q"), rubric="2.0"), ("judge", "rubric")),
    ],
)
def test_a_break_says_what_changed(now: Feedback, changed: tuple[str, ...]) -> None:
    """Judge, prompt or rubric; another judge's prompt is no news."""
    made = course(*story("a", "q05", card(by=judge("one")), now), RUBRICS)
    assert made.stretches[1].changed == changed
    assert f"another {' and '.join(changed)}" in course_text(made)


def test_the_newest_card_of_a_draft_counts() -> None:
    """Drafts that were all graded anew by a second judge are one line again."""
    both = [card(by=judge("one")), card(by=judge("two"))]
    made = course(*story("a", "q05", both, both, card(by=judge("two"))), RUBRICS)
    assert [len(stretch.points) for stretch in made.stretches] == [3]


def test_a_chart_shows_points_ranges_and_breaks() -> None:
    """Higher is better; a range is drawn where one is known; a colon stands where the line ends."""
    low, high = graded("q05", "weak"), graded("q05", "strong")
    rows = course_text(course(*story("a", "q05", low, high, card(level=3.0, by=judge("m"))), RUBRICS)).splitlines()
    chart = [line[10:] for line in rows if line[10:11] == "|"]
    assert len(chart) == 9
    columns = [14 - 10, 14 - 10 + 13, 14 - 10 + 26]
    at = [[row for row, line in enumerate(chart) if line[column : column + 1] == "o"] for column in columns]
    assert at[0] > at[2] > at[1]
    assert sum(line[columns[0] : columns[0] + 1] == "|" for line in chart) >= 1
    assert all(line[columns[1] + 6 : columns[1] + 8].count(":") == 1 for line in chart)


def test_many_drafts_show_the_last_ones_and_say_so() -> None:
    """What does not fit into a terminal is told, with where to see it."""
    text = course_text(course(*story("a", "q05", *[card(level=3.0)] * 30), RUBRICS))
    assert "Drafts 1 to 22 are not shown; all of them: --chart FILE.svg" in text
    assert "drafts 1-30" in text
