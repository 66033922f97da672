"""What stays for all of a run is set aside, so that the garbage collector does not look through it again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW = 10_000
"""Values made and not given up since the last look through the new ones."""


@contextmanager
def set_aside() -> Iterator[None]:
    """Let the garbage collector pass over what is there now: modules, rubrics, patterns.

    They stay until the end anyway, and each full collection takes as long as twenty answers.  It also looks less often
    through what is new: an answer makes about a thousand values, and nearly all go by themselves.  Where whoever called
    has set something aside already, nothing is changed, since it can only be taken back as a whole.
    """
    if gc.get_freeze_count():
        yield
        return
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(max(NEW, often[0]) if often[0] else 0, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()
