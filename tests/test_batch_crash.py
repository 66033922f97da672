"""A batch that is killed again and again, at an endpoint with faults: in the end every answer has its card, once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.crashes import crash

ANSWERS, KILLS, APART = 300, 5, 0.5
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's here")


@POSIX
def test_a_killed_batch_grades_every_answer_once(tmp_path: Path) -> None:
    """Five kills, one fault in twenty: one card or typed failure an answer; asked again is only what was lost.

    `python -m benchmarks.crash` does the same with two thousand answers and ten kills.
    """
    assert list(crash(tmp_path, ANSWERS, KILLS, APART).broken(ANSWERS)) == []
