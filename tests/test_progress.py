"""Progress: where each question and story stands, what is most often not said, drafts over time."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.drafts.progress import Answers, course, needs_of, rows_of
from answer_coach.drafts.records import judge_of
from answer_coach.drafts.sources import story_used, trail_of
from answer_coach.drafts.tallies import ENOUGH, tallies
from answer_coach.feedback import Feedback
from answer_coach.reports.course import course_text
from answer_coach.reports.layout import WIDTH, width
from answer_coach.reports.progress import progress_text
from tests.support.standing import QUESTIONS, RUBRICS, card, exemplar, graded, kept_answers, refused, story

FERRY = (
    "In March our Rotterdam office lost 14 of 60 drivers. I asked Marieke Visser for the shift lists, and we found "
    "that 38 percent of the notices came after a third night in a row."
)
FERRY_AGAIN = (
    "I'd tell of the Rotterdam drivers. Marieke Visser gave me the lists; 38 percent had quit right after their third "
    "night. That was my case for better rotas, and I made it to the board."
)


@given(kept_answers(), st.randoms())
def test_the_order_is_total_and_does_not_depend_on_the_order_in_the_store(kept: Answers, random: Random) -> None:
    """Whatever is kept, in whatever order: the same rows in the same order, each question and each answer once."""
    found = rows_of(RUBRICS, kept)
    shuffled = list(kept)
    random.shuffle(shuffled)
    assert rows_of(RUBRICS, shuffled) == found
    assert len({one.weakness for one in found}) == len(found)
    assert sorted(one.name for one in found if one.name) == sorted(one.name for one, _ in kept)
    assert {one.question for one in found} == set(QUESTIONS)


def test_what_does_not_exist_is_weaker_than_what_is_thin_and_ready_is_last() -> None:
    """Not started, not gradable or not graded, the lowest level, the highest, READY."""
    ready = graded("story", "strong").model_copy(update={"ready": True})
    kept = [
        story("good", "q01", card("q01", 4.2)),
        story("poor", "q01", card("q01", 1.4)),
        story("done", "story", ready),
        story("odd", "q01", card("q01", 4.4), refused("q01")),
        story("raw", "q01", None),
    ]
    found = rows_of(RUBRICS, kept)
    assert [one.name or one.question for one in found] == ["q05", "q03", "raw", "odd", "poor", "good", "done"]
    assert [one.state for one in found[:4]] == ["not started", "not started", "not graded", "not gradable"]


def test_a_row_is_that_of_the_last_draft() -> None:
    """An earlier draft that read better hides nothing."""
    (one,) = [s for s in rows_of(RUBRICS, [story("a", "q05", card(level=4.6), card(level=2.2))]) if s.name]
    assert (one.drafts, one.overall and one.overall.level) == (2, 2.2)


def test_a_card_by_an_older_rubric_is_told() -> None:
    """A level of a rubric that has changed since is marked, in the value and in the table."""
    found = rows_of(RUBRICS, [story("a", "q05", card(level=3.3, rubric="0.9")), story("b", "q01", card("q01", 3.2))])
    assert {one.name: one.outdated for one in found if one.name} == {"a": True, "b": False}
    text = progress_text(found, ())
    assert "senior 3.3 *" in text
    assert "3.2 *" not in text
    assert "* by an older version" in text


def test_an_answer_whose_rubric_is_gone_still_has_its_line() -> None:
    """Rubrics of one's own come and go; what was kept is shown all the same."""
    (one,) = rows_of([], [story("mine", "q05", card(level=2.5))])
    assert (one.title, one.outdated, one.name) == ("q05", False, "mine")


def test_the_next_edit_is_told_by_labels() -> None:
    """The labels of the indicators that the card's edit needs; the table shows the first and how many more."""
    made = graded("q05")
    assert made.next_edit
    labels = {i.id: i.label for d in made.dimensions for i in d.indicators}
    assert [labels[name] for name in made.next_edit.needs] == list(needs_of(made))
    text = progress_text(rows_of(RUBRICS, [story("a", "q05", made)]), ())
    row = next(line for line in text.splitlines() if line.startswith("q05"))
    assert row.endswith(f"{needs_of(made)[0]} +{len(needs_of(made)) - 1}")


def test_what_a_person_can_tell_nothing_about_is_not_asked_for() -> None:
    """A point that was closed is in no next edit, though the card was made before."""
    made, text = graded("q05"), exemplar("q05")
    assert made.next_edit
    closed = frozenset(made.next_edit.needs[:1])
    kept = [story("a", "q05", made, texts=(text,))]
    before, after = (next(row for row in rows_of(RUBRICS, kept, shut) if row.name) for shut in ({}, {"a": closed}))
    label = made.indicator(made.next_edit.needs[0]).label
    assert (label in before.next_edit, label in after.next_edit) == (True, False)
    assert before.overall == after.overall


def test_a_story_is_found_by_its_words() -> None:
    """An answer that takes over a passage of a story draws on it, whichever draft of the story had it."""
    kept = [
        story("ferry", "story", None, None, texts=(FERRY, "Something quite different by now.")),
        story("other", "story", None, texts=(exemplar("story", "strong"),)),
        story("answer", "q05", None, texts=(f"Let me begin. {FERRY}",)),
        story("alone", "q01", None, texts=(exemplar("q01"),)),
    ]
    used = {one.name: one.story for one in rows_of(RUBRICS, kept)}
    assert (used["answer"], used["alone"], used["ferry"]) == ("ferry", None, None)


def test_a_story_in_other_words_is_found_by_its_numbers_and_names() -> None:
    """Names and numbers tell it; a mark that a second story has too tells nothing any more."""
    answer, ferry = trail_of(FERRY_AGAIN), trail_of(FERRY)
    assert not len(answer.runs & ferry.runs) >= 8
    assert story_used(answer, {"ferry": ferry}) == "ferry"
    assert story_used(answer, {"ferry": ferry, "again": ferry}) is None


@pytest.mark.parametrize("first", ["q01", "q03", "q05"])
def test_exemplars_of_different_people_share_no_story(first: str) -> None:
    """Strangers' answers are never taken for the same story."""
    stories = {q: trail_of(exemplar(q, "strong")) for q in ("q02", "q04", "q06", "q07", "q08", "story")}
    assert story_used(trail_of(exemplar(first, "strong")), stories) is None


def test_below_five_drafts_nothing_is_said_about_what_is_frequent() -> None:
    """Four drafts: "not enough drafts", and no share; with the fifth it stands there."""
    drafts = [card(text=str(at), verdicts={"people": "absent"}) for at in range(ENOUGH)]
    few, enough = tallies([story("a", "q05", *drafts[:-1])]), tallies([story("a", "q05", *drafts)])
    shown = [progress_text((), one) for one in (few, enough)]
    assert ["not enough drafts by rules (4; 5 are needed)" in text for text in shown] == [True, False]
    assert ["5 of 5" in text for text in shown] == [False, True]
    assert (enough[0].slots[0].id, enough[0].slots[0].every.absent) == ("people", 5)


def test_first_attempts_are_kept_apart_from_reworked_drafts() -> None:
    """The first draft of each answer is a first attempt, all others are not; the two never share a count."""
    kept = [
        story(f"a{at}", "q05", card(text=f"{at}", verdicts={"people": "absent"}), card(text=f"{at}b"), card(text="c"))
        for at in range(5)
    ]
    (one,) = tallies(kept)
    people = next(slot for slot in one.slots if slot.id == "people")
    assert (people.first.absent, people.first.of, people.reworked.absent, people.reworked.of) == (5, 5, 0, 10)
    assert (one.drafts, one.first) == (15, 5)
    assert "not enough drafts" in progress_text((), tallies(kept[:2]))  # two first attempts, four reworked


def test_a_text_that_came_again_counts_once_and_what_nobody_could_tell_counts_nowhere() -> None:
    """Adding the same file twice makes nothing more frequent; `cannot_tell` is neither said nor absent."""
    same = [card(text="same", verdicts={"people": "absent"})] * 4
    unsure = card(text="unsure", verdicts={"people": "cannot_tell"})
    (one,) = tallies([story("a", "q05", *same, unsure)])
    people = next(slot for slot in one.slots if slot.id == "people")
    assert (one.drafts, people.every.absent, people.every.of) == (2, 1, 1)


@given(kept_answers())
def test_nothing_is_counted_over_different_judges_or_rubrics(kept: Answers) -> None:
    """Each count is of cards of one judge and one prompt, and of one version of each question's rubric."""
    cards = [one.card for _, drafts in kept for draft in drafts for one in draft.cards]
    read = [one for one in cards if isinstance(one, Feedback)]
    found = tallies(kept)
    assert len(found) == len({judge_of(one.graded_by) for one in read})
    for one in found:
        mine = [c for c in read if judge_of(c.graded_by) == judge_of(one.graded_by)]
        versions = {(c.question, c.rubric.sha256) for c in mine}
        assert one.drafts + one.outdated <= len(mine)
        assert all(slot.every.of <= one.drafts for slot in one.slots)
        if len({sha for _, sha in versions}) == len(versions) == len({question for question, _ in versions}):
            assert one.outdated == 0


def test_drafts_by_an_older_rubric_are_left_out_and_told() -> None:
    """A changed rubric begins a new count."""
    old = [card(rubric="0.9", text=f"old{at}") for at in range(4)]
    new = [card(text=f"new{at}") for at in range(5)]
    (one,) = tallies([story("a", "q05", *old, *new)])
    assert (one.drafts, one.outdated, one.questions[0].drafts) == (5, 4, 5)
    assert "4 by an older rubric" in progress_text((), (one,))


def test_indicators_are_counted_question_by_question() -> None:
    """Ids that two questions share are two points, not one."""
    kept = [story("a", "q05", *(card(text=f"{at}", verdicts={"goal": "absent"}) for at in range(5)))]
    kept += [story("b", "q01", *(card("q01", text=f"{at}") for at in range(3)))]
    (one,) = tallies(kept)
    points = {
        question.question: [(p.id, p.every.absent, p.every.of) for p in question.points] for question in one.questions
    }
    assert ("goal", 5, 5) in points["q05"]
    assert points["q01"] == []


@given(kept_answers())
def test_charts_and_tables_keep_to_eighty_columns(kept: Answers) -> None:
    """Nothing is wider than a terminal, and every answer has its one line."""
    text = progress_text(rows_of(RUBRICS, kept), tallies(kept))
    texts = [text, *(course_text(course(one, drafts, RUBRICS)) for one, drafts in kept)]
    assert max((width(line) for text in texts for line in text.splitlines()), default=0) <= WIDTH
    for one, _ in kept:
        assert sum(f" {one.name} " in line for line in text.splitlines()) == 1


def test_names_in_wide_letters_keep_their_columns() -> None:
    """A terminal gives Chinese letters two columns each; the columns behind them stay where they are."""
    kept = [story("\u9879\u76ee" * 12, "q05", card(level=3.0)), story("plain", "q05", card(level=2.0))]
    rows = [line for line in progress_text(rows_of(RUBRICS, kept), ()).splitlines() if line.startswith("q05")]
    assert {width(row.partition("1    ")[0]) for row in rows} == {21}
    assert all(width(row) <= WIDTH for row in rows)


def test_without_scores_no_level_shows() -> None:
    """Neither the table nor the chart of --no-score holds a level or its word."""
    kept = [story("a", "q05", card(level=3.3), card(level=4.2))]
    text = progress_text(rows_of(RUBRICS, kept), (), numbers=False)
    text += course_text(course(*kept[0], RUBRICS), numbers=False)
    assert not any(told in text for told in ("3.3", "4.2", "senior", "lead ", "Business", " o "))
    assert "decision" in text
