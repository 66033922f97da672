"""`coach calibrate`: how far a judge agrees with people who graded the same answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.consent import agree, choose, watcher, working
from answer_coach.cli.door import Alone, Format, Rubrics, errors_as_messages, prints_unicode, say, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from answer_coach.coach import Coach
    from answer_coach.matching import Card, Prepared
    from answer_coach.wiring import Settings


def calibrate(
    labels: Annotated[
        Path | None, typer.Argument(help="CSV or JSONL: question, answer or file, rater, levels, verdicts.")
    ] = None,
    laws: Annotated[
        bool, typer.Option("--laws", help="Without labels: what must not move a grade, tried on the coach's own texts.")
    ] = False,
    cases: Annotated[int, typer.Option(min=1, max=500, help="Cases of each law.")] = 5,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many texts --laws would send.")] = False,
    model: Annotated[str, typer.Option(help="rules, PROVIDER/MODEL, or NAME at --base-url.")] = "",
    base_url: Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint (key: COACH_API_KEY).")] = "",
    format: Annotated[Format, typer.Option(help="How to print the figures.")] = Format.text,
    plot: Annotated[Path | None, typer.Option(help="Draw them, too: a .png, .svg or .pdf file.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures to a file.")] = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for a model.")] = None,
    at_once: Annotated[int, typer.Option(min=1, help="Answers that a model reads at a time.")] = 8,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Show how far a judge agrees with human grades: levels, verdicts, and what failed; or how it keeps the laws."""
    with errors_as_messages(debug):
        from answer_coach import agreement, wiring
        from answer_coach.errors import InputError
        from answer_coach.labels import read_labels
        from answer_coach.matching import prepare

        if laws == (labels is not None):
            raise InputError("It is one or the other: a file of labels, or --laws", hint="coach calibrate --laws")
        environ = wiring.environment()
        if labels is None:
            settings = choose(wiring.settle(environ, model or None, base_url or None, timeout), environ)
            coach = wiring.make_coach(settings, environ, wiring.make_library(environ, rubrics, alone))
            _laws(settings, coach, environ, cases, format, dry_run)
            return
        agreement.need()  # before anything is sent
        for file in (plot, out):
            _can_be_made(file)
        if plot:
            from answer_coach.reports.plot import need

            need(plot)
        settings = choose(wiring.settle(environ, model or None, base_url or None, timeout), environ)
        coach = wiring.make_coach(settings, environ, wiring.make_library(environ, rubrics, alone))
        ready = prepare(read_labels(labels), coach)
        _any(ready)
        agree(settings, coach, environ, f"The {len(ready.cases)} answers of {labels.name}")
        raise typer.Exit(_run(coach, ready, at_once, format, plot, out))


def _laws(settings: Settings, coach: Coach, environ: dict[str, str], cases: int, format: Format, dry_run: bool) -> None:
    """The laws instead of labels; exit code 0 whatever they show: a report is no gate."""
    from answer_coach.cli.laws import check_laws

    if not dry_run:
        agree(settings, coach, environ, "The coach's own sample texts")
    check_laws(coach, cases, format=format, dry_run=dry_run)


def _run(coach: Coach, ready: Prepared, at_once: int, format: Format, plot: Path | None, out: Path | None) -> int:
    """Grade, compare and show; the exit code."""
    import asyncio
    from datetime import UTC, datetime

    from answer_coach import __version__
    from answer_coach.calibrating import compare
    from answer_coach.reports import calibration as report

    texts, questions = [case.text for case in ready.cases], [case.rubric.id for case in ready.cases]
    with working(coach, watcher()):
        cards = asyncio.run(coach.abatch(texts, question=questions, at_once=at_once))
    made = compare(ready, cards, datetime.now(UTC).isoformat(timespec="seconds"), __version__)
    if format is Format.json:
        result = report.as_json(made, ascii_only=out is None and not prints_unicode())
    else:
        result = report.markdown(made) if format is Format.markdown else report.text(made)
    if out:
        out.write_text(result, encoding="utf-8", newline="")
        say(f"The figures are in {out}")
    else:
        show(result)
    if plot and made.graded:
        from answer_coach.reports.plot import draw

        draw(made, plot)
    if plot:
        say(f"The picture is in {plot}" if made.graded else "There is no picture: no answer was graded.")
    return _exit_code(cards)


def _exit_code(cards: Sequence[Card]) -> int:
    """0 where anything was graded; else that of the first failure, so that a script sees a wrong key or a dead host."""
    from answer_coach.errors import EngineError, InputError, UnusableReply
    from answer_coach.feedback import Failed

    if any(card.kind == "feedback" for card in cards):
        return 0
    failed = [card.error.code for card in cards if isinstance(card, Failed)]
    if not failed:
        return InputError.exit_code
    kinds: list[type[EngineError]] = [EngineError, *EngineError.__subclasses__()]
    return EngineError.exit_code if failed[0] in [kind.code for kind in kinds] else UnusableReply.exit_code


def _can_be_made(path: Path | None) -> None:
    """Nothing where a file is not there yet and its folder is; InputError otherwise, before anything is graded."""
    from answer_coach.errors import InputError

    if path and path.exists():
        raise InputError(f"{path} exists already", hint="Name another file, or remove it; nothing is written over.")
    if path and not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}", hint="Make it first, or name another file.")


def _any(ready: Prepared) -> None:
    """InputError with every fault where no row can be used."""
    from answer_coach.errors import InputError
    from answer_coach.labels import COLUMNS

    if not ready.cases:
        faults = "\n".join(f"{ready.labels.path}:{fault.line}: {fault.what}" for fault in ready.faults)
        hint = f"What is wrong with each:\n{faults}" if faults else COLUMNS
        raise InputError(f"{ready.labels.path}: no row has a label that can be used", hint=hint)
