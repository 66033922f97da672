"""What the commands on drafts share: who judges, where drafts are, what may be sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from answer_coach.cli.door import is_terminal

if TYPE_CHECKING:
    from answer_coach.cli.consent import Watcher
    from answer_coach.coach import Coach
    from answer_coach.drafts.records import Draft
    from answer_coach.drafts.store import Store
    from answer_coach.engines.interface import Judge
    from answer_coach.engines.traffic import Keeps
    from answer_coach.feedback import Feedback, NotGradable, Source
    from answer_coach.library.shelf import Library
    from answer_coach.wiring import Settings

Name = Annotated[str, typer.Argument(help="The story's name: letters, digits, - and _.")]
Model = Annotated[str, typer.Option("--model", help="rules, PROVIDER/MODEL, or NAME at --base-url.")]
BaseUrl = Annotated[str, typer.Option("--base-url", help="Any OpenAI-compatible endpoint (key: COACH_API_KEY).")]
Timeout = Annotated[float | None, typer.Option("--timeout", help="Seconds to wait for a model.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error came from.")]


class Choice(NamedTuple):
    """What the flags say about who judges."""

    model: str = ""
    base_url: str = ""
    timeout: float | None = None
    passes: int = 1
    redact: bool | None = None
    rubrics: Path | None = None
    alone: bool = False


class Sitting(NamedTuple):
    """A coach, and the settings that it was made from."""

    coach: Coach
    settings: Settings
    environ: dict[str, str]
    watch: Watcher | None

    def agree(self, what: str = "Your draft") -> None:
        """Ask, before the first draft goes to a remote host."""
        from answer_coach.cli import consent

        consent.agree(self.settings, self.coach, self.environ, what)

    def card(self, draft: Draft, anyway: bool = False, source: Source | None = None) -> Feedback | NotGradable:
        """A draft's card, with a sign of life while it is made."""
        from answer_coach.cli.consent import working
        from answer_coach.drafts.keeping import grade_text

        count = len(self.coach.rubric(draft.question).asked) if self.watch else 0
        with working(self.coach, self.watch, count):
            return grade_text(self.coach, draft.text, draft.question, anyway, source)


def library_of(environ: dict[str, str], choice: Choice) -> Library:
    """The rubrics that the flags and settings name."""
    from answer_coach import wiring

    return wiring.make_library(environ, choice.rubrics, choice.alone)


def sit_down(choice: Choice, kept: Keeps | None = None, judge: Judge | None = None, by_hand: bool = False) -> Sitting:
    """A coach as the flags and settings say; `kept` is where a model's raw replies are kept.

    `by_hand` says whether the command has that flag.
    """
    from answer_coach import wiring
    from answer_coach.cli import consent

    environ = wiring.environment()
    named = (None, None) if judge else (choice.model or None, choice.base_url or None)
    settings = wiring.settle(environ, *named, choice.timeout, redact=choice.redact)
    settings = settings if judge else consent.choose(settings, environ, by_hand)
    watch = consent.watcher()
    library = library_of(environ, choice)
    coach = wiring.make_coach(settings, environ, library, judge, watch, choice.passes, replies=kept)
    return Sitting(coach, settings, environ, watch)


@contextmanager
def store_of(environ: dict[str, str]) -> Iterator[Store]:
    """The store of drafts, open."""
    from answer_coach import homes

    with homes.drafts(environ) as store:
        yield store


@contextmanager
def store_there(environ: dict[str, str]) -> Iterator[Store]:
    """The store of drafts where there is one; InputError where nothing was ever kept, so that nothing is made."""
    from answer_coach import homes
    from answer_coach.errors import InputError

    if not homes.drafts_file(environ).exists():
        raise InputError("No draft is kept yet", hint="coach drafts add NAME FILE -q ID")
    with store_of(environ) as store:
        yield store


def check_levels(json: bool, hidden: bool) -> None:
    """InputError where levels are to be hidden in JSON, which carries them."""
    from answer_coach.errors import InputError

    if json and hidden:
        raise InputError("JSON carries the levels", hint="--no-score goes with text and markdown.")


def ask_or_refuse(question: str, hint: str, yes: bool = False) -> None:
    """Go on where a person agrees or has agreed by a flag; InputError with the hint otherwise."""
    from answer_coach.errors import InputError

    if yes:
        return
    if not is_terminal():
        raise InputError(question.rstrip("."), hint=hint)
    if not typer.confirm(f"{question} Go on?", default=False, err=True):
        raise InputError("Nothing was done")
