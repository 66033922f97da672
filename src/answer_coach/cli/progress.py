"""Where a batch stands: a bar for a person who watches, a line a minute for a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from answer_coach.cli.door import say

if TYPE_CHECKING:
    from answer_coach.batch.run import Tally

EVERY = 60.0  # seconds between two lines in a log


@contextmanager
def following(total: int, cost: float | None) -> Iterator[Callable[[Tally], None]]:
    """Something to call with each tally; `cost` is what the whole is expected to come to, None where unknown."""
    if not sys.stderr.isatty():
        yield _lines(total, cost)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda tally: progress.update(task, completed=tally.done, description=_told(tally, cost))


def _lines(total: int, cost: float | None) -> Callable[[Tally], None]:
    last = [time.monotonic()]

    def follow(tally: Tally) -> None:
        if time.monotonic() - last[0] >= EVERY:
            last[0] = time.monotonic()
            say(f"{tally.done} of {total} done, {_told(tally, cost)}")

    return follow


def _told(tally: Tally, cost: float | None) -> str:
    tokens = f"{(tally.input_tokens + tally.output_tokens) / 1000:.0f}k tokens"
    spent = "cost unknown" if tally.cost is None or cost is None else f"${tally.cost:.2f} of about ${cost:.2f}"
    return f"{tally.failed} failed, {tokens}, {spent}"
