"""Who judges, and whether a draft may go there: what every command that can ask a model shares."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from answer_coach.cli.door import is_terminal, say

if TYPE_CHECKING:
    from answer_coach.coach import Coach
    from answer_coach.wiring import Settings


def choose(settings: Settings, environ: dict[str, str], by_hand: bool = False) -> Settings:
    """Where no model was chosen: rules, and how to choose; a terminal with a provider's key in the shell asks once.

    `by_hand` says whether the command has that flag.
    """
    if settings.chosen:
        return settings
    from answer_coach import homes, wiring
    from answer_coach.engines.providers import table

    for name, provider in table(settings.tuning).items():
        if provider.key_variable and provider.default_model and environ.get(provider.key_variable) and is_terminal():
            chosen = f"{name}/{provider.default_model}"
            sent = f"your drafts would be sent to {provider.host}"
            asked = f"{provider.key_variable} is set. Let {chosen} grade ({sent})?"
            answer = chosen if typer.confirm(asked, default=False, err=True) else wiring.RULES
            path = wiring.remember_model(answer, environ)
            if answer != wiring.RULES:
                homes.consent(provider.host, environ)
            say(f"Remembered in {path}: model = {answer}")
            return settings._replace(model=answer, chosen=True)
    ways = "--model PROVIDER/MODEL" + (" or --by-hand" if by_hand else "")
    say(f"Built-in rules will judge. A language model: {ways}")  # a line of 80 columns
    return settings


def agree(
    settings: Settings, coach: Coach, environ: dict[str, str], what: str = "Your draft", redact: bool = False
) -> None:
    """Before the first draft goes to a remote host: ask once, on a terminal, naming host and key variable."""
    from answer_coach import homes, wiring
    from answer_coach.engines.interface import is_local
    from answer_coach.engines.providers import key_variable
    from answer_coach.errors import InputError

    host = coach.host
    if redact and coach.judge.graded_by.engine == wiring.RULES:
        say("The rules send nothing anywhere: --redact changes nothing.")
    if host is None or is_local(host) or not is_terminal() or host in homes.consented(environ):
        return
    key = key_variable(settings.model, settings.base_url, settings.tuning)
    if not typer.confirm(f"{what} will be sent to {host}, with the key in {key}. Go on?", default=False, err=True):
        raise InputError("Nothing was sent", hint="Use --model rules, which needs no network.")
    homes.consent(host, environ)


class Watcher:
    """Where the text of a reply goes while it comes; nowhere until somebody looks."""

    def __init__(self) -> None:
        self.look: Callable[[str], None] | None = None

    def __call__(self, text: str) -> None:
        if self.look:
            self.look(text)


def watcher() -> Watcher | None:
    """A watcher where a person sits at the terminal; None where nobody watches, so that nothing is streamed."""
    return Watcher() if sys.stderr.isatty() else None


@contextmanager
def working(coach: Coach, watch: Watcher | None, count: int = 0) -> Iterator[None]:
    """A sign of life on stderr while a model works, with what has come; nothing where nobody watches."""
    if coach.host is None or watch is None:
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from answer_coach.parse import decided

    columns = (SpinnerColumn("line"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{coach.model} at {coach.host} is reading")

        def look(text: str) -> None:
            if have := min(decided(text), count):
                progress.update(task, description=f"{coach.model} at {coach.host}: {have} of {count} indicators")

        watch.look = look
        try:
            yield
        finally:
            watch.look = None
