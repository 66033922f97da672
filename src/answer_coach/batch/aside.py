"""What stays for all of a run is set aside, so that the garbage collector does not look through it again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def set_aside() -> Iterator[None]:
    """Let the garbage collector pass over what is there now: modules, rubrics, patterns.

    They stay until the end anyway, and each full collection takes as long as twenty answers.  Where whoever called has
    set something aside already, nothing is changed, since it can only be taken back as a whole.
    """
    ours = gc.get_freeze_count() == 0
    if ours:
        gc.freeze()
    try:
        yield
    finally:
        if ours:
            gc.unfreeze()
