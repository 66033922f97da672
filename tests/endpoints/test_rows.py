"""Every row of the table, played: the mode, the outcome, the number of requests, and nothing silent."""

from __future__ import annotations

from collections import Counter

import pytest

from answer_coach.answer import Answer
from answer_coach.feedback import Feedback
from tests.endpoints import reader
from tests.endpoints.__main__ import PAGE, page
from tests.endpoints.rows import Row, Way
from tests.endpoints.runner import KEY, QUESTION, library, run
from tests.endpoints.table import ROWS
from tests.support.build import SOLID, scripted_coach

PLAYED = [(row, way) for row in ROWS for way in row.ways]


def honest_card() -> Feedback:
    """The card that the honest reader's reply makes without any endpoint."""
    coach, _ = scripted_coach(lambda messages: reader.says(_plain(messages)), library=library())
    card = coach.grade(SOLID, question=QUESTION)
    assert isinstance(card, Feedback)
    return card


def _plain(messages: list[object]) -> list[dict[str, object]]:
    roles = {"human": "user", "ai": "assistant"}
    return [{"role": roles.get(m.type, m.type), "content": m.content} for m in messages]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def honest() -> Feedback:
    """The honest card, made once."""
    return honest_card()


@pytest.mark.parametrize(("row", "way"), PLAYED, ids=[f"{row.name}: {way}" for row, way in PLAYED])
def test_a_row_is_as_the_table_says(row: Row, way: Way, honest: Feedback) -> None:
    """A card with exactly what the honest reply said, or the row's typed error; so many requests and no more."""
    ran = run(row, way)
    if row.fails is None:
        assert ran.error is None, (ran.error, [seen.status for seen in ran.seen])
        assert ran.card is not None
        assert ran.verdicts == reader.expected(library().rubric(QUESTION), Answer.of(SOLID))
        assert (ran.card.dimensions, ran.card.overall) == (honest.dimensions, honest.overall)
        assert ran.card.unverified_quotes == 0
        assert bool(ran.watched) is any(seen.streamed for seen in ran.seen)
    else:
        assert ran.card is None, "a card where an error was due"
        assert ran.error is not None
        assert (type(ran.error), ran.error.code, ran.error.exit_code) == row.fails
        assert row.hint in ran.error.hint
        assert ran.error.hint.strip()
        assert KEY not in str(ran.error)
    further = row.more_streamed if "streamed" in way else 0
    assert (len(ran.probes), len(ran.asked)) == (row.probes, row.asked + further), [s.status for s in ran.seen]
    assert ran.mode == row.mode
    assert row.more is None or row.more(ran.asked)
    assert ran.seconds >= row.least
    assert row.within is None or ran.seconds < row.within


def test_the_rows_names_are_their_own() -> None:
    """No row hides behind another one's name."""
    assert [name for name, count in Counter(row.name for row in ROWS).items() if count > 1] == []


def test_the_page_is_what_the_run_gives() -> None:
    """docs/endpoints.md tells each row as it came out; `python -m tests.endpoints` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()
