"""What a run sets aside for the garbage collector is given back."""

from __future__ import annotations

import gc

from answer_coach.batch.aside import NEW, set_aside


def test_the_collector_is_afterwards_as_it_was() -> None:
    """Within, what was there is passed over and looks are rarer; behind it, also behind a fault, all is as before."""
    before = gc.get_threshold()
    try:
        with set_aside():
            assert gc.get_freeze_count() > 0
            assert gc.get_threshold() == (max(NEW, before[0]), *before[1:])
            raise LookupError
    except LookupError:
        pass
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, before)


def test_what_somebody_else_set_aside_stays_so() -> None:
    """Where something is set aside already, nothing is changed and nothing given back."""
    gc.freeze()
    try:
        before = gc.get_freeze_count(), gc.get_threshold()
        with set_aside():
            assert gc.get_threshold() == before[1]
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
