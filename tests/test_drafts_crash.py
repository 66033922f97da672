"""Killed while it adds and grades, the store loses nothing that it acknowledged; at length: benchmarks.drafts."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from benchmarks.drafts import killed_commands, killed_writers, sound
from benchmarks.drafts_worker import NAME, text_of

from answer_coach.drafts.store import Store

SEED = 20_261
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's here")


@POSIX
def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """Three kills in the middle of the writing: the file is whole, every draft and card that was told of is in it."""
    found = killed_writers(tmp_path, 3, random.Random(SEED))
    assert found.missing == ()
    assert found.acknowledged > found.kills
    assert found.died.total() == 3


@POSIX
def test_a_killed_command_loses_nothing_it_showed(tmp_path: Path) -> None:
    """`coach drafts add` killed while it writes: what it showed a card of is kept, and nothing else."""
    found = killed_commands(tmp_path, 2, random.Random(SEED), alone=True)
    assert found.missing == ()
    assert found.acknowledged >= 1
    assert found.died.total() == 2


def test_a_missing_draft_would_be_noticed(tmp_path: Path) -> None:
    """The instrument works: numbers with a gap are no sound store."""
    path = tmp_path / "drafts.sqlite"
    with Store(path) as store:
        for number in range(3):
            store.add(NAME, "q05", text_of("a", number))
        store._db.execute("DELETE FROM drafts WHERE number = 2")
    with pytest.raises(AssertionError, match="gap"):
        sound(path)
