"""`coach grade`: one answer to one card."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from answer_coach.cli.door import (
    Alone,
    Format,
    Redact,
    Rubrics,
    errors_as_messages,
    painted,
    prints_unicode,
    say,
    show,
    stdin_is_terminal,
)
from answer_coach.cli.hand import ByHand, check_hand, hand_judge

if TYPE_CHECKING:
    from answer_coach.cli.adding import Keeper
    from answer_coach.cli.consent import Watcher
    from answer_coach.coach import Coach
    from answer_coach.feedback import Failed, Feedback, NotGradable, Source
    from answer_coach.intake import Draft

BELOW = 1
LOWEST, HIGHEST = 1, 5


class View(NamedTuple):
    """How the card is to be shown."""

    format: Format
    why: bool
    numbers: bool
    out: Path | None


class Task(NamedTuple):
    """What is to be graded, and how good it must be."""

    draft: Draft
    question: str
    anyway: bool
    min_level: float | None
    rewrite: bool = False
    keeper: Keeper | None = None


def grade(
    file: Annotated[str, typer.Argument(help="A text file, or - for a pipe. None, on a terminal: paste.")] = "",
    question: Annotated[
        str, typer.Option("--question", "-q", help="Question: 5, q05, story, ... See: coach questions.")
    ] = "",
    model: Annotated[str, typer.Option(help="rules, PROVIDER/MODEL, or NAME at --base-url.")] = "",
    base_url: Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint (key: COACH_API_KEY).")] = "",
    by_hand: ByHand = False,
    passes: Annotated[int, typer.Option(min=1, max=15, help="Grade so often; the majority counts.")] = 1,
    format: Annotated[Format, typer.Option(help="How to print the card.")] = Format.text,
    why: Annotated[bool, typer.Option("--why", help="Show every indicator with its quotes.")] = False,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Show your own words in better order; no way to a higher level.")
    ] = False,
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level and figure.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Grade what does not look like an answer.")] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Write the answer in your editor.")] = False,
    min_level: Annotated[float | None, typer.Option(help="Exit with 1 below this overall level.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the card to a file.")] = None,
    keep: Annotated[str, typer.Option(help="Keep draft and card under this name; see: coach drafts.")] = "",
    redact: Redact = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for a model.")] = None,
    max_input_tokens: Annotated[int | None, typer.Option(help="Most that is sent to a model.")] = None,
    effort: Annotated[str, typer.Option(help="How long a reasoning model thinks, in its own words: low, ...")] = "",
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Grade one answer and show what to do next."""
    with errors_as_messages(debug):
        from answer_coach import homes, wiring
        from answer_coach.cli import consent
        from answer_coach.cli.adding import Keeper

        environ, library = wiring.environment(), wiring.make_library(wiring.environment(), rubrics, alone)
        named = (None, None) if by_hand else (model or None, base_url or None)
        settings = wiring.settle(environ, *named, timeout, max_input_tokens, effort or None, redact)
        check_hand(by_hand, base_url, file)
        settings = settings if by_hand else consent.choose(settings, environ, by_hand=True)
        watch = consent.watcher()
        view = View(format, why, not no_score, out)
        check(view, min_level, rewrite)
        judge = hand_judge(model) if by_hand else None
        with Keeper(environ, keep, library) if keep else nullcontext() as keeper:
            kept = keeper.replies if keeper else None
            coach = wiring.make_coach(settings, environ, library, judge, watch, passes, replies=kept)
            if question or edit or (not file and stdin_is_terminal()):
                coach.rubric(question)  # before anybody pastes
            consent.agree(settings, coach, environ, redact=redact is True)
            draft = _read(file, edit, homes.unfinished(environ))
            task = Task(draft, question, anyway, min_level, rewrite, keeper)
            code = _run(coach, task, view, homes.unfinished(environ), watch)
        raise typer.Exit(code)


def check(view: View, min_level: float | None, rewrite: bool) -> None:
    """InputError where options don't go together, before anybody pastes or pays."""
    from answer_coach.errors import InputError

    if min_level is not None and not LOWEST <= min_level <= HIGHEST:
        raise InputError("--min-level is not a level", hint="Write a number from 1 to 5, like 3.5.")
    if view.out and view.out.exists():
        raise InputError(f"{view.out} exists already", hint="Name another file, or remove it; nothing is written over.")
    if view.format is Format.json and rewrite:
        raise InputError("JSON holds the card alone", hint="--rewrite goes with text and markdown.")
    if view.format is Format.json and not view.numbers:
        raise InputError("JSON carries the levels", hint="--no-score goes with text and markdown.")


def _run(coach: Coach, task: Task, view: View, folder: Path, watch: Watcher | None) -> int:
    """Grade and show; the exit code.  A draft that came from no file survives whatever goes wrong."""
    from answer_coach import editing
    from answer_coach.cli.adding import since_text
    from answer_coach.cli.consent import working
    from answer_coach.errors import CoachError, InputError
    from answer_coach.feedback import Source
    from answer_coach.intake import kept
    from answer_coach.reports import rewrite as editing_report

    draft, question, _, min_level, rewrite, keeper = task
    source = Source(path=draft.path) if draft.path else None
    with kept(draft, folder) as path:
        try:
            count = len(coach.request(draft.text, question=question or None).rubric.asked) if watch else 0
            with working(coach, watch, count):
                card = _card(coach, task, source)
            card, line = keeper.graded(card) if keeper else (card, "")
            if line:
                (say if view.format is Format.json or view.out else show)(since_text(line))
            _show(card, coach, view)
            if rewrite and card.kind == "feedback":
                with working(coach, watch):
                    rewritten = editing.rewrite(coach, draft.text, card)
                show(editing_report.rewrite_text(rewritten))
        except BaseException as error:
            if isinstance(error, CoachError) and not isinstance(error, InputError) and view.format is Format.json:
                _show(coach.failure(draft.text, error, question=question or None, source=source), coach, view)
            if path:
                say(f"Your draft is kept in {path}")
            raise
    return _exit_code(card, min_level)


def _card(coach: Coach, task: Task, source: Source | None) -> Feedback | NotGradable:
    """The card; where the draft is kept, it is on the disk before anybody is asked."""
    text, keeper = task.draft.text, task.keeper
    if keeper is None:
        return coach.grade(text, question=task.question or None, anyway=task.anyway, source=source)
    from answer_coach.cli.adding import question_of
    from answer_coach.drafts.keeping import grade_text

    kept = keeper.add(text, question_of(text, task.question, keeper.before, coach.library))
    return grade_text(coach, text, kept.question, task.anyway, source)


def _exit_code(card: Feedback | NotGradable, min_level: float | None) -> int:
    if min_level is None:
        return 0
    return BELOW if card.kind == "not_gradable" or card.overall.level < min_level else 0


def _show(card: Feedback | NotGradable | Failed, coach: Coach, view: View) -> None:
    from answer_coach.errors import StoreError
    from answer_coach.reports import json, markdown, text

    title = coach.library.rubric(card.question).title
    if view.format is Format.json:
        result = json.json(card, ascii_only=view.out is None and not prints_unicode())
    elif view.format is Format.markdown:
        result = markdown.markdown(card, title, view.why, view.numbers)
    else:
        result = text.text(card, title, view.why, view.numbers)
    if view.out is None:
        show(painted(result) if view.format is Format.text else result)
        return
    try:
        view.out.write_text(result, encoding="utf-8", newline="")
    except OSError as fault:
        raise StoreError(f"{view.out} can't be written ({fault.strerror})", hint="Name another file.") from None
    say(f"The card is in {view.out}")


def _read(file: str, edit: bool, folder: Path) -> Draft:
    from answer_coach import intake

    if edit:
        return intake.read_editor(folder)
    if file and file != "-":
        return intake.read_file(Path(file))
    return intake.read_paste() if stdin_is_terminal() else intake.read_pipe()
