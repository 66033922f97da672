"""What every command shares: errors to messages and exit codes, text to a terminal."""

from __future__ import annotations

import enum
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from answer_coach.errors import CoachError, StoreError

INTERRUPTED = 130


class Format(enum.StrEnum):
    """How a result is printed."""

    text = "text"
    markdown = "markdown"
    json = "json"


class Plain(enum.StrEnum):
    """How a listing is printed."""

    text = "text"
    json = "json"


# Options that several commands share.
Rubrics = Annotated[Path | None, typer.Option("--rubrics", help="A folder with rubrics of your own, over the coach's.")]
Redact = Annotated[
    bool | None,
    typer.Option("--redact/--no-redact", help="Replace names and amounts in what is sent.", show_default=False),
]
Alone = Annotated[bool, typer.Option("--alone", help="Only your own rubrics, none of the coach's.")]


@contextmanager
def errors_as_messages(debug: bool = False) -> Iterator[None]:
    """Turn what goes wrong into one message on stderr and the exit code of its kind."""
    try:
        yield
    except CoachError as error:
        if debug:
            traceback.print_exc()
        complain(str(error))
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        complain("stopped")
        raise typer.Exit(INTERRUPTED) from None
    except typer.Abort:  # what a prompt makes of Ctrl-C, on the line that it asks on
        say("")
        complain("stopped")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except OSError as error:
        if debug:
            traceback.print_exc()
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        complain(f"the output can't be written ({error.strerror}). Is the disk full?")
        raise typer.Exit(StoreError.exit_code) from None


def complain(message: str) -> None:
    """One message on stderr."""
    say(f"coach: {message}")


def say(message: str) -> None:
    """A line on stderr, in an encoding that it can print."""
    from answer_coach.cleaning import visible
    from answer_coach.reports.layout import encodable

    sys.stderr.write(encodable(visible(message), sys.stderr.encoding) + "\n")
    sys.stderr.flush()


def show(text: str) -> None:
    """A result on stdout, in an encoding that it can print, newlines as they are."""
    from answer_coach.reports.layout import encodable

    sys.stdout.write(encodable(text, sys.stdout.encoding))
    sys.stdout.flush()


def prints_unicode() -> bool:
    """Whether stdout can print any letter."""
    return "utf" in (sys.stdout.encoding or "").lower()


def is_terminal() -> bool:
    """Whether a person sits at both ends: stdin to answer, stderr to be asked."""
    return stdin_is_terminal() and sys.stderr.isatty()


def stdin_is_terminal() -> bool:
    """Whether somebody types; a closed stdin is nobody."""
    return bool(sys.stdin) and sys.stdin.isatty()


def painted(text: str) -> str:
    """The labels of a card in bold, where stdout is a terminal that shows it and NO_COLOR does not forbid it."""
    from answer_coach.reports.text import LABELS

    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    lines = []
    for line in text.splitlines(keepends=True):
        label = next((name for name in LABELS if line.startswith(name)), "")
        lines.append(typer.style(label, bold=True) + line[len(label) :] if label else line)
    return "".join(lines)
