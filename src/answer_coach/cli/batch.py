"""`coach batch`: many answers to many cards, gone on with where it stopped, with the last word to a mentor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from answer_coach.cli import later, service
from answer_coach.cli.door import Alone, Rubrics, errors_as_messages, say, show
from answer_coach.cli.kept import forget, where
from answer_coach.cli.plan import (
    SHOWN,
    Input,
    Plan,
    Shown,
    check_against,
    check_apart,
    check_cost,
    check_form,
    columns,
    exit_code,
    finish,
    look_at,
    resolver,
    tell,
)

if TYPE_CHECKING:
    from answer_coach.batch.run import Run
    from answer_coach.batch.survey import Survey
    from answer_coach.coach import Coach

RUN = "run"


class PathsFirst(TyperGroup):
    """A group whose first word may be a path: then it is `run`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` before arguments that begin with none of the group's commands."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [RUN, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=PathsFirst,
    help="Grade many answers: coach batch PATH... --out DIR; then review and apply.",
    epilog="Options of a run: coach batch run -h",
    no_args_is_help=True,
)


@app.command(RUN)
def run(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders: Markdown, text, CSV, JSONL, Excel, Word.")],
    out: Annotated[Path, typer.Option(help="The folder for results; name it again to go on.")],
    question: Annotated[str, typer.Option("--question", "-q", help="For answers that name none.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="A table's own names: answer=Text, candidate=Name, question=Q, draft=No.")
    ] = None,
    model: Annotated[str, typer.Option(help="rules, PROVIDER/MODEL, or NAME at --base-url.")] = "",
    base_url: Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint (key: COACH_API_KEY).")] = "",
    passes: Annotated[int, typer.Option(min=1, max=15, help="Grade each so often; the majority counts.")] = 1,
    max_concurrency: Annotated[int, typer.Option(min=1, max=512, help="Requests under way at once, at most.")] = 16,
    rpm: Annotated[float | None, typer.Option(min=0.1, help="Requests a minute, at most.")] = None,
    tpm: Annotated[float | None, typer.Option(min=100, help="Tokens a minute, at most.")] = None,
    max_cost: Annotated[float | None, typer.Option(min=0, help="Stop before so many dollars are passed.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Stop before so many tokens are passed.")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Grade again what failed.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Use no reply that was kept from before.")] = False,
    no_save: Annotated[bool, typer.Option("--no-save", help="Keep no reply, and use none that was kept.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop where a row can't be read.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count answers, tokens and cost; send nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do anew what was graded or sent with other settings.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Grade what does not look like an answer.")] = False,
    cards: Annotated[str, typer.Option(help="One file an answer, to send: markdown, html or none.")] = "none",
    no_score: Annotated[bool, typer.Option("--no-score", help="Cards to send carry no levels.")] = False,
    against: Annotated[Path | None, typer.Option(help="The folder of an earlier batch, to compare with.")] = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    via: Annotated[str, typer.Option(help="openai-batch: the provider's own service, a day, half price.")] = "",
    no_wait: Annotated[bool, typer.Option("--no-wait", help="With --via: send, and pick it up later.")] = False,
    poll: service.Poll = service.POLL,
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for a model.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Grade many answers; run it again and it goes on."""
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.batch.run import Limits
        from answer_coach.cli import consent
        from answer_coach.engines.pacing import Pace, Pacer

        environ, library = wiring.environment(), wiring.make_library(wiring.environment(), rubrics, alone)
        named = wiring.settle(environ, model or None, base_url or None, timeout)
        settings = wiring.patient(consent.choose(named, environ))
        source = Input(paths, columns(column or []), question or None, resolver(library))
        pacer = Pacer(Pace(max_concurrency, rpm, tpm))
        plan = Plan(out, retry_failed, anyway, yes, strict, pacer, Limits(max_cost, max_tokens))
        told = service.Told(settings, environ, library, passes, fresh, not no_wait, poll, not no_save)
        check_form(cards)
        check_apart(paths, out)
        check_against(against)
        if via:
            service.check(via, settings.model, told.keeps)
        graded = service.run if via else _one_by_one
        raise typer.Exit(graded(told, plan, source, Shown(against, cards, no_score), dry_run))


def _one_by_one(told: service.Told, plan: Plan, source: Input, shown: Shown, dry_run: bool) -> int:
    """Ask the model answer by answer; the exit code."""
    from answer_coach import homes, wiring
    from answer_coach.cli import consent

    settings, environ = told.settings, told.environ
    service.check_under_way(plan.out, plan.yes or dry_run)
    keeping = settings.model != wiring.RULES and told.keeps and not dry_run
    kept = homes.replies(environ, told.fresh or plan.retry_failed) if keeping else None
    coach = wiring.make_coach(settings, environ, told.library, passes=told.passes, pacer=plan.pacer, replies=kept)
    check_cost(coach, plan.limits.max_cost)
    found = look_at(coach, plan, source)
    if dry_run:
        tell(coach, found, source)
        return 0
    consent.agree(settings, coach, environ, f"{found.to_grade} answers")
    made = _run(coach, plan, source, found)
    finish(made, plan.out, shown, told.library)
    return exit_code(made)


def _run(coach: Coach, plan: Plan, source: Input, found: Survey) -> Run:
    from answer_coach.batch.ledger import Ledger
    from answer_coach.batch.run import Run
    from answer_coach.cli.progress import following
    from answer_coach.wiring import manifest

    with Ledger(plan.out) as ledger, following(found.answers, found.cost, plan.pacer) as follow:
        made = Run(coach, ledger, plan.pacer, plan.limits, plan.retry_failed, plan.anyway, follow)
        try:
            made.grade(source.read())
        finally:
            ledger.write_manifest(manifest(coach, made.tally.model_dump()))
    return made


app.command("status")(later.status)
app.command("collect")(later.collect)
app.command("where")(where)
app.command("forget")(forget)


@app.command("review")
def review(folder: Annotated[Path, typer.Argument(help="The folder of a batch.")]) -> None:
    """Write review.csv: every verdict a row, to agree with or to change in the column 'mine'."""
    with errors_as_messages():
        from answer_coach.reports.writing import write_review

        path = write_review(folder)
        say(f"Fill in 'mine' (met, partial, absent) and 'note' in {path}; then: coach batch apply {folder}")


@app.command("apply")
def apply(
    folder: Annotated[Path, typer.Argument(help="The folder of a batch.")],
    name: Annotated[str, typer.Option(help="Who set the verdicts, as it will stand on the cards.")] = "the mentor",
    file: Annotated[Path | None, typer.Option(help="The filled-in table; FOLDER/review.csv without it.")] = None,
    cards: Annotated[str, typer.Option(help="One file an answer, to send: markdown, html or none.")] = "none",
    no_score: Annotated[bool, typer.Option("--no-score", help="Cards to send carry no levels.")] = False,
    rubrics: Rubrics = None,
    alone: Alone = False,
) -> None:
    """Put a mentor's verdicts and notes into the cards; levels are computed anew."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.batch.ledger import held
        from answer_coach.errors import InputError
        from answer_coach.reports.batch import plural, text
        from answer_coach.reports.writing import REVIEW, apply_all, filled_in, write_all

        check_form(cards)
        table = file or folder / REVIEW
        if not table.exists():
            raise InputError(f"There is no {table}", hint=f"Write it first: coach batch review {folder}")
        library = wiring.make_library(wiring.environment(), rubrics, alone)
        with held(folder):
            faults = apply_all(folder, table, name, library)
        if faults:
            raise InputError("\n".join(faults[:SHOWN]), hint="Nothing was applied; mend these rows.")
        verdicts, notes = filled_in(table)
        say(f"Filled in and applied: {plural(verdicts, 'verdict')}, {plural(notes, 'note')} of {table}")
        show(text(write_all(folder, None, None if cards == "none" else cards, no_score, library)))  # type: ignore[arg-type]
