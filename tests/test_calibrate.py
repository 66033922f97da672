"""`coach calibrate`: failures counted, people beside people, guesses below, and every form of report."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")

from answer_coach import Coach
from answer_coach.calibrating import compare
from answer_coach.calibration import Calibration, LevelAgreement
from answer_coach.errors import CoachError, RequestRefused
from answer_coach.feedback import Feedback
from answer_coach.labels import read_labels
from answer_coach.library.shelf import Library
from answer_coach.matching import Card, Prepared, prepare
from answer_coach.reports import calibration as reports
from answer_coach.reports.plot import draw, need
from tests.support.build import SOLID

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "examples" / "labels.csv"
SCRIPT = shutil.which("coach", path=str(Path(sys.executable).parent)) or "coach"
LIBRARY = Library()
COACH = Coach(library=LIBRARY)


def card(level: int, overall: float) -> Feedback:
    """A card that gives all three dimensions this level, and `met` to all indicators."""
    feed = COACH.grade(SOLID, question="q05")
    assert isinstance(feed, Feedback)
    dimensions = tuple(
        one.model_copy(
            update={
                "level": level,
                "indicators": tuple(item.model_copy(update={"verdict": "met"}) for item in one.indicators),
            }
        )
        for one in feed.dimensions
    )
    return feed.model_copy(
        update={"dimensions": dimensions, "overall": feed.overall.model_copy(update={"level": overall})}
    )


def rows(folder: Path, given: Sequence[dict[str, Any]]) -> Prepared:
    """Labels of answers that differ by a word; `n` names the answer."""
    lines = []
    for row in given:
        text = SOLID + " Really." * row.get("n", 0)
        lines.append(json.dumps({"question": "q05", "answer": text, **{k: v for k, v in row.items() if k != "n"}}))
    path = folder / "labels.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return prepare(read_labels(path), COACH)


def made(ready: Prepared, cards: Sequence[Card]) -> Calibration:
    """The calibration of labels and cards."""
    return compare(ready, cards, "2026-01-01T00:00:00+00:00", "0.0")


def failed(error: CoachError) -> Card:
    """The card of a failure."""
    return COACH.failure(SOLID, error, question="q05")


def dimension(found: Calibration, target: str) -> LevelAgreement:
    """What is told of one dimension, or of overall."""
    return next(level for level in found.levels if level.target == target)


def test_figures_of_a_small_table_by_hand(tmp_path: Path) -> None:
    """Levels 1 2 3 4 of one person against 1 2 3 3: three of four exact, all within 1, bias -1/4, and the tables."""
    ready = rows(tmp_path, [{"n": n, "technical_soundness": n} for n in (1, 2, 3, 4)])
    found = dimension(made(ready, [card(level, 3.0) for level in (1, 2, 3, 3)]), "technical_soundness")
    assert (found.graded, found.failed, found.judge.count, found.humans.count) == (4, 0, 4, 0)
    assert (found.judge.exact.value, found.judge.within_1.value, found.judge.bias.value) == (0.75, 1.0, -0.25)
    # costs seen: 1; by chance: ((0+1+4+4) + (1+0+1+1) + (4+1+0+0) + (9+4+1+1)) / 4 = 8
    assert found.judge.kappa.value == pytest.approx(1 - 1 / 8)
    assert found.confusion == ((1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 0, 0))
    assert [(step.level, step.count, step.judged.value) for step in found.steps] == [
        (1, 1, 1.0),
        (2, 1, 2.0),
        (3, 1, 3.0),
        (4, 1, 3.0),
    ]
    # words grow by one from answer to answer: the line hits every level, and people's levels go with length
    assert (found.guess_length.exact.value, found.humans.length.value) == (1.0, 1.0)
    assert found.judge.length.value == pytest.approx(0.948683, abs=1e-6)
    # the mean, 2.5, is rounded to the even 2
    assert (found.guess_mean.exact.value, found.guess_mean.kappa.value, found.guess_mean.spearman.value) == (
        0.25,
        0.0,
        None,
    )


def test_overall_is_compared_by_its_word_and_its_figure(tmp_path: Path) -> None:
    """3.9 and 3.1 are both 'senior'; 4.4 and 4.5 are a word apart; bias is that of the figures."""
    ready = rows(tmp_path, [{"n": 1, "overall": 3.9}, {"n": 2, "overall": 4.4}])
    found = dimension(made(ready, [card(3, 3.1), card(5, 4.5)]), "overall")
    assert (found.judge.exact.value, found.judge.within_1.value) == (0.5, 1.0)
    assert found.judge.bias.value == pytest.approx((-0.8 + 0.1) / 2)
    assert found.confusion[2][2] == 1
    assert found.confusion[3][4] == 1


def test_failures_stay_in_the_denominator(tmp_path: Path) -> None:
    """Of five labels one judge failed, one text is not gradable and one row is broken: 2 graded, 3 failed; exact is
    1 of 2 graded and 1 of all 5, and every line is told."""
    given: list[dict[str, Any]] = [{"n": n, "business_goal": 3, "verdicts": {"outcome": "met"}} for n in range(4)]
    ready = rows(tmp_path, [*given, {"n": 9, "business_goal": 7}, {"n": 8}])
    turned_away = COACH.grade("too short", question="q05")
    assert turned_away.kind == "not_gradable"
    cards = [card(3, 3.0), card(4, 4.0), failed(RequestRefused("The endpoint refused", hint="Try again")), turned_away]
    found = made(ready, cards)
    business = dimension(found, "business_goal")
    assert (business.graded, business.failed) == (2, 3)
    assert (business.judge.exact.value, business.exact_of_all.value) == (0.5, 0.2)
    assert found.verdicts is not None
    assert (found.verdicts.graded, found.verdicts.failed) == (2, 2)
    assert (found.verdicts.judge.exact.value, found.verdicts.exact_of_all.value) == (1.0, 0.5)
    assert [(one.kind, one.lines) for one in found.failures] == [
        ("unreadable", (5,)),
        ("failed", (3,)),
        ("not_gradable", (4,)),
    ]
    assert (found.rows, found.answers, found.graded, found.unlabelled) == (6, 4, 2, (6,))
    for report in (reports.text(found), reports.markdown(found)):
        assert "of 2 graded, 3 failed" in report
        assert "20%" in report
        assert "The endpoint refused. Try again" in " ".join(report.split())


def test_a_row_that_says_nothing_readable_fails_everywhere(tmp_path: Path) -> None:
    """A line that is not JSON may have held any label: it counts as a failure of each level and of the verdicts."""
    path = tmp_path / "labels.jsonl"
    row = {"question": "q05", "answer": SOLID, "overall": 3, "business_goal": 3, "verdicts": {"goal": "met"}}
    path.write_text(f"{json.dumps(row)}\n{{broken\n", encoding="utf-8")
    found = made(prepare(read_labels(path), COACH), [card(3, 3.0)])
    assert [level.failed for level in found.levels] == [1, 1]
    assert found.verdicts is not None
    assert (found.verdicts.failed, found.verdicts.exact_of_all.value) == (1, 0.5)


def test_a_label_that_no_row_has_in_readable_form_is_shown_as_failed(tmp_path: Path) -> None:
    """Overall stands in broken rows only: of 0 graded, 1 failed; nothing is made up for it."""
    ready = rows(tmp_path, [{"business_goal": 3}, {"n": 1, "overall": "good"}])
    overall = dimension(made(ready, [card(3, 3.0)]), "overall")
    assert (overall.graded, overall.failed, overall.exact_of_all.value) == (0, 1, 0.0)
    assert (overall.judge.exact.value, overall.judge.kappa.value, overall.steps) == (None, None, ())


def test_two_people_stand_beside_the_judge(tmp_path: Path) -> None:
    """Only what both labelled counts; the second by name minus the first is their bias; verdicts likewise."""
    given: list[dict[str, Any]] = []
    for n, (anna, ben) in enumerate([(1, 2), (2, 2), (3, 3), (4, 5)]):
        given.append({"n": n, "rater": "anna", "business_goal": anna, "verdicts": {"outcome": "met"}})
        given.append({"n": n, "rater": "ben", "business_goal": ben, "verdicts": {"outcome": "met" if n else "absent"}})
    ready = rows(tmp_path, [*given, {"n": 7, "rater": "ben", "business_goal": 1}])
    found = made(ready, [card(3, 3.0)] * len(ready.cases))
    business = dimension(found, "business_goal")
    assert (business.judge.count, business.humans.count) == (9, 4)
    assert (business.humans.exact.value, business.humans.within_1.value, business.humans.bias.value) == (0.5, 1.0, 0.5)
    (outcome,) = found.indicators
    assert (outcome.id, outcome.questions, outcome.humans.count, outcome.humans.exact.value) == (
        "outcome",
        ("q05",),
        4,
        0.75,
    )
    assert outcome.humans.kappa.value == 0.0
    three = rows(tmp_path, [*given, {"n": 0, "rater": "cleo", "business_goal": 1}])
    more = made(three, [card(3, 3.0)] * len(three.cases))
    assert dimension(more, "business_goal").humans.bias.value is None
    assert "more than two people" in reports.text(more)


def test_an_indicator_that_questions_share_is_one(tmp_path: Path) -> None:
    """`outcome` of two questions is one line; an indicator of one question keeps to it."""
    ready = rows(
        tmp_path,
        [
            {"n": 0, "verdicts": {"outcome": "met", "goal": "met"}},
            {"n": 1, "question": "q08", "verdicts": {"outcome": "met"}},
        ],
    )
    cards = [COACH.grade(case.text, question=case.rubric.id) for case in ready.cases]
    found = made(ready, cards)
    assert {one.id: one.questions for one in found.indicators} == {"goal": ("q05",), "outcome": ("q05", "q08")}


def test_what_stands_far_apart_is_listed_the_farthest_first(tmp_path: Path) -> None:
    """Two levels or more, with line, person and both levels."""
    ready = rows(tmp_path, [{"n": n, "business_goal": level} for n, level in enumerate((1, 2, 5))])
    found = made(ready, [card(3, 3.0), card(3, 3.0), card(2, 2.0)])
    assert [(one.line, one.human, one.judge) for one in found.apart] == [(3, 5.0, 2.0), (1, 1.0, 3.0)]
    assert "line 3: q05 Business, rater 5, judge 2" in reports.text(found)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_picture_is_drawn(tmp_path: Path, ending: str) -> None:
    """By its ending; an SVG holds title and axes as text, and is the same for the same labels."""
    ready = prepare(read_labels(SAMPLE), COACH)
    found = made(ready, [COACH.grade(case.text, question=case.rubric.id) for case in ready.cases])
    one, two = tmp_path / f"one.{ending}", tmp_path / f"two.{ending}"
    for path in (one, two):
        need(path)
        draw(found, path)
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert one.read_bytes().startswith(start)
    if ending == "svg":
        assert one.read_bytes() == two.read_bytes()
        drawn = one.read_text(encoding="utf-8")
        for said in ("quadratic weighted kappa", "mean level by rules", "Confusion", "Agreement of rules"):
            assert said in drawn


def test_a_picture_of_verdicts_only_and_of_one_label(tmp_path: Path) -> None:
    """What is undefined is left out of the picture, without a warning."""
    given: list[dict[str, Any]] = [{"verdicts": {"outcome": "met"}}, {"overall": 3}, {"overall": 3, "business_goal": 1}]
    for at, row in enumerate(given):
        found = made(rows(tmp_path, [row]), [card(3, 3.0)])
        draw(found, tmp_path / f"{at}.png")
        assert (tmp_path / f"{at}.png").stat().st_size > 5000
        assert reports.text(found)
