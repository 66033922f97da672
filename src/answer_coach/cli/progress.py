"""Where a batch stands: a bar for a person who watches, a line a minute for a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from answer_coach.cli.door import say

if TYPE_CHECKING:
    from answer_coach.batch.posted import Posted
    from answer_coach.batch.run import Tally
    from answer_coach.engines.pacing import Pacer

EVERY = 60.0  # seconds between two lines in a log
HELD = 5.0  # seconds of waiting that are told


@contextmanager
def following(total: int, cost: float | None, pacer: Pacer, every: float = EVERY) -> Iterator[Callable[[Tally], None]]:
    """Something to call with each tally; `cost` is what the whole is expected to come to, None where unknown.

    Where nothing comes for long, that is told too, with how long the endpoint has it wait.
    """
    if not sys.stderr.isatty():
        with _lines(total, cost, pacer, every) as follow:
            yield follow
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Held(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(_held(pacer))

    columns = (
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        Held(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda tally: progress.update(task, completed=tally.done, description=_told(tally, cost))


@contextmanager
def _lines(total: int, cost: float | None, pacer: Pacer, every: float) -> Iterator[Callable[[Tally], None]]:
    """A line each so many seconds, whether anything came or not."""
    latest: list[Tally] = []
    over = threading.Event()

    def tick() -> None:
        while not over.wait(every):
            done, told = (latest[0].done, _told(latest[0], cost)) if latest else (0, "nothing came yet")
            held = _held(pacer)
            say(f"{done} of {total} done, {told}{'; ' if held else ''}{held}")

    def follow(tally: Tally) -> None:
        latest[:] = [tally]

    teller = threading.Thread(target=tick, daemon=True)
    teller.start()
    try:
        yield follow
    finally:
        over.set()
        teller.join()


def _held(pacer: Pacer) -> str:
    """For how long the endpoint has all requests wait; "" where it is not worth a word."""
    seconds = pacer.held
    if seconds < HELD:
        return ""
    return f"asked to wait {seconds:.0f} s" if seconds < 120 else f"asked to wait {seconds / 60:.0f} min"


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
