"""What a log tells of a batch while nothing comes: that it lives, and for what it waits."""

from __future__ import annotations

import pytest

from answer_coach.batch.run import Tally
from answer_coach.cli.progress import following
from answer_coach.engines.pacing import Pace, Pacer
from tests.support.batches import until


def test_a_log_tells_that_nothing_came_and_for_how_long_it_waits(capsys: pytest.CaptureFixture[str]) -> None:
    """An endpoint that refuses for minutes leaves no silence: a line comes all the same, with how long it asked for."""
    said, pacer = [""], Pacer(Pace())

    def has(text: str) -> bool:
        said[0] += capsys.readouterr().err
        return text in said[0]

    with following(9, None, pacer, every=0.02) as follow:
        until(lambda: has("0 of 9 done, nothing came yet\n"))
        pacer.slow_down(0.0, 600)
        until(lambda: has("0 of 9 done, nothing came yet; asked to wait 10 min\n"))
        follow(Tally(graded=2, failed=1))
        until(lambda: has("3 of 9 done, 1 failed"))
