"""Before a judge reads: which one was chosen, whether drafts may be sent to it, and a sign of life while it works."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from answer_coach.cli.door import is_terminal, say

if TYPE_CHECKING:
    from answer_coach.coach import Coach
    from answer_coach.wiring import Settings


def choose(settings: Settings, environ: dict[str, str]) -> Settings:
    """Where no model was chosen: rules, and how to choose; a terminal with a provider's key in the shell asks once."""
    if settings.chosen:
        return settings
    from answer_coach import wiring
    from answer_coach.engines.providers import PROVIDERS

    for name, provider in PROVIDERS.items():
        if environ.get(provider.key_variable) and is_terminal():
            chosen = f"{name}/{provider.default_model}"
            sent = f"your drafts would be sent to {provider.host}"
            asked = f"{provider.key_variable} is set. Let {chosen} grade ({sent})?"
            answer = chosen if typer.confirm(asked, default=False, err=True) else wiring.RULES
            path = wiring.remember_model(answer, environ)
            if answer != wiring.RULES:
                wiring.consent(provider.host, environ)
            say(f"Remembered in {path}: model = {answer}")
            return settings._replace(model=answer, chosen=True)
    say("Built-in rules will judge. For a language model: --model PROVIDER/MODEL, or --base-url URL --model NAME.")
    return settings


def agree(settings: Settings, coach: Coach, environ: dict[str, str], what: str = "Your draft") -> None:
    """Before the first draft goes to a remote host: ask once, on a terminal, naming host and key variable."""
    from answer_coach import wiring
    from answer_coach.engines.interface import is_local
    from answer_coach.engines.providers import key_variable
    from answer_coach.errors import InputError

    host = coach.host
    if host is None or is_local(host) or not is_terminal() or host in wiring.consented(environ):
        return
    key = key_variable(settings.model, settings.base_url)
    if not typer.confirm(f"{what} will be sent to {host}, with the key in {key}. Go on?", default=False, err=True):
        raise InputError("Nothing was sent", hint="Use --model rules, which needs no network.")
    wiring.consent(host, environ)


@contextmanager
def working(coach: Coach) -> Iterator[None]:
    """A sign of life on stderr while a model works; nothing where no person watches."""
    if coach.host is None or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn("line"), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(f"{coach.model} at {coach.host} is reading")
        yield
