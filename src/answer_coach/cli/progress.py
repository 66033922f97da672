"""Where a batch stands: a bar for a person who watches, a line a minute for a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from answer_coach.cli.door import say

if TYPE_CHECKING:
    from answer_coach.batch.posted import Posted
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


@contextmanager
def awaiting() -> Iterator[Callable[[Posted], None]]:
    """Something to call with where the files at a batch service stand: a line that changes, or now and then one."""
    if not sys.stderr.isatty():
        told_last, told_at = [""], [-EVERY]

        def line(posted: Posted) -> None:
            told, now = _stands(posted), time.monotonic()
            if told != told_last[0] and now - told_at[0] >= EVERY:
                told_last[0], told_at[0] = told, now
                say(told)

        yield line
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn("line"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("")
        yield lambda posted: progress.update(task, description=_stands(posted))


def _stands(posted: Posted) -> str:
    files = posted.under_way
    done, failed, all_of = (sum(getattr(p, name) for p in files) for name in ("completed", "failed", "requests"))
    states = ", ".join(dict.fromkeys(parcel.status for parcel in files))
    return f"{posted.host}: {done} of {all_of} done, {failed} failed ({states})"


def _told(tally: Tally, cost: float | None) -> str:
    tokens = f"{(tally.input_tokens + tally.output_tokens) / 1000:.0f}k tokens"
    spent = "cost unknown" if tally.cost is None or cost is None else f"${tally.cost:.2f} of about ${cost:.2f}"
    return f"{tally.failed} failed, {tokens}, {spent}"
