"""The command line's front door.  Heavy imports wait inside the commands; here they would slow `--help`.

A run needs one room: where its first word names one, only that is opened.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable
from typing import Any

import typer

ROOMS = {
    "grade": "grade.grade",
    "calibrate": "calibrate.calibrate",
    "questions": "questions.app",
    "rubrics": "rubrics.app",
    "batch": "batch.app",
    "drafts": "drafts.app",
    "progress": "growing.progress",
    "prompts": "prompts.app",
    "model": "model.app",
}
"""Each command and where it is: a function, or an app with commands of its own."""


def door(names: Iterable[str] = ROOMS) -> typer.Typer:
    """The app with these commands."""
    opened = typer.Typer(
        name="coach",
        help="A test runner for interview answers: indicators instead of impressions, every credit backed by a quote.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    opened.callback()(_root)
    for name in names:
        module, _, what = ROOMS[name].partition(".")
        room = getattr(importlib.import_module(f"answer_coach.cli.{module}"), what)
        if isinstance(room, typer.Typer):
            opened.add_typer(room, name=name)
        else:
            opened.command(name)(room)
    return opened


def __getattr__(name: str) -> Any:
    """`app`: all commands, for whoever embeds them."""
    if name == "app":
        return door()
    raise AttributeError(name)


def _version(wanted: bool) -> None:
    if wanted:
        from answer_coach import __version__

        typer.echo(__version__)
        raise typer.Exit


def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    pass


def main() -> None:
    """The console script."""
    # Looking for pydantic plugins among all that is installed costs a fifth of a short run, and we use none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    door([first] if first in ROOMS else ROOMS)()
