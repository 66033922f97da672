"""The command line's front door.  Heavy imports wait inside the commands; here they would slow `--help`.

A run needs one room: where its first word names one, only that is opened.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

import typer

COMPLETING = "_COACH_COMPLETE"  # set by the shell that asks what could come next
HELP = ("", "-h", "--help")


class Room(NamedTuple):
    """Where a command is (a function, or an `app` with commands of its own), and what `coach --help` says of it."""

    where: str
    says: str


ROOMS = {
    "grade": Room("grade.grade", "Grade one answer and show what to do next."),
    "calibrate": Room(
        "calibrate.calibrate",
        "Show how far a judge agrees with human grades: levels, verdicts, and what failed; or how it keeps the laws.",
    ),
    "questions": Room("questions.app", "The questions, and what is listened for."),
    "rubrics": Room("rubrics.app", "The rubric files: check them, see what they cover, begin your own."),
    "batch": Room("batch.app", "Grade many answers: coach batch PATH... --out DIR; then review and apply."),
    "drafts": Room(
        "drafts.app", "An answer over its drafts: kept, compared, questioned. coach drafts add NAME FILE -q ID"
    ),
    "progress": Room(
        "growing.progress",
        "Every question and story on a line, weakest first: how it reads, the next edit, the story used.",
    ),
    "prompts": Room("prompts.app", "What a model gets to read."),
    "model": Room("model.app", "Which models there are, and whether one is fit to grade."),
}


def door(names: Iterable[str] = ROOMS) -> typer.Typer:
    """The app with these commands."""
    opened = _hall()
    for name in names:
        module, _, what = ROOMS[name].where.partition(".")
        room = getattr(importlib.import_module(f"answer_coach.cli.{module}"), what)
        if isinstance(room, typer.Typer):
            opened.add_typer(room, name=name)
        else:
            opened.command(name)(room)
    return opened


def overview() -> typer.Typer:
    """An app that knows what each command is called and does, and no more: for `coach --help`."""
    opened = _hall()
    for name, room in ROOMS.items():
        if room.where.endswith(".app"):
            opened.add_typer(typer.Typer(help=room.says), name=name)
        else:
            opened.command(name, help=room.says)(_nothing)
    return opened


def _nothing() -> None:
    pass


def _hall() -> typer.Typer:
    opened = typer.Typer(
        name="coach",
        help="A test runner for interview answers: indicators instead of impressions, every credit backed by a quote.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    opened.callback()(_root)
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
    if first in HELP and COMPLETING not in os.environ:
        overview()()
    door([first] if first in ROOMS else ROOMS)()
