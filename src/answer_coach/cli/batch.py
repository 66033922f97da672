"""`coach batch`: many answers to many cards, gone on with where it stopped, with the last word to a mentor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup

from answer_coach.cli.door import Alone, Rubrics, errors_as_messages, is_terminal, say, show

if TYPE_CHECKING:
    from answer_coach.batch.entry import Broken, Entry
    from answer_coach.batch.run import Limits, Run
    from answer_coach.batch.survey import Survey
    from answer_coach.coach import Coach
    from answer_coach.engines.pacing import Pacer
    from answer_coach.library.shelf import Library

BROKEN, ENDED, SOME_FAILED = 2, 3, 4
SHOWN = 20  # broken rows that are told one by one
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
    no_args_is_help=True,
)


class Plan(NamedTuple):
    """What a run was told beside its input."""

    out: Path
    retry_failed: bool
    anyway: bool
    yes: bool
    strict: bool
    pacer: Pacer
    limits: Limits


class Input(NamedTuple):
    """Where answers are read from; as often as they are asked for, from the start."""

    paths: list[Path]
    columns: dict[str, str]
    question: str | None
    resolve: Callable[[str], str | None]

    def read(self) -> Iterator[Entry | Broken]:
        """The entries, one after the other."""
        from answer_coach.batch.reading import read_entries

        return iter(read_entries(self.paths, self.columns, self.question, self.resolve))


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
    yes: Annotated[bool, typer.Option("--yes", help="Grade anew what an older rubric or judge graded.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Grade what does not look like an answer.")] = False,
    cards: Annotated[str, typer.Option(help="One file an answer, to send: markdown, html or none.")] = "none",
    no_score: Annotated[bool, typer.Option("--no-score", help="Cards to send carry no levels.")] = False,
    against: Annotated[Path | None, typer.Option(help="The folder of an earlier batch, to compare with.")] = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for a model.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Grade many answers; run it again and it goes on."""
    with errors_as_messages(debug):
        from answer_coach import homes, wiring
        from answer_coach.batch.run import Limits
        from answer_coach.cli import consent
        from answer_coach.engines.pacing import Pace, Pacer

        environ, library = wiring.environment(), wiring.make_library(wiring.environment(), rubrics, alone)
        settings = consent.choose(wiring.settle(environ, model or None, base_url or None, timeout), environ)
        pacer = Pacer(Pace(max_concurrency, rpm, tpm))
        keeping = settings.model != wiring.RULES and not dry_run and not no_save
        kept = homes.replies(environ, fresh or retry_failed) if keeping else None
        coach = wiring.make_coach(wiring.patient(settings), environ, library, passes=passes, pacer=pacer, replies=kept)
        source = Input(paths, columns(column or []), question or None, resolver(library))
        plan = Plan(out, retry_failed, anyway, yes, strict, pacer, Limits(max_cost, max_tokens))
        check_form(cards)
        check_cost(coach, max_cost)
        found = _survey(coach, plan, source)
        if dry_run:
            _tell(coach, found, source)
            return
        consent.agree(settings, coach, environ, f"{found.to_grade} answers")
        made = _run(coach, plan, source, found)
        _finish(made, out, against, cards, no_score, library)
        raise typer.Exit(_exit_code(made))


def check_form(cards: str) -> None:
    """InputError where cards to send are wanted in a form that there is not."""
    from answer_coach.errors import InputError

    if cards not in ("none", "markdown", "html"):
        raise InputError(f"--cards is none, markdown or html, not '{cards[:20]}'", hint="Name one of them.")


def check_cost(coach: Coach, max_cost: float | None) -> None:
    """InputError where a limit in dollars is set and the price is not known."""
    from answer_coach.errors import InputError

    if max_cost is not None and coach.cost(1, 1) is None:
        hint = 'Write one into the config file ([prices."..."]), or use --max-tokens.'
        raise InputError(f"--max-cost needs a price for {coach.model}, and none is known", hint=hint)


def columns(given: list[str]) -> dict[str, str]:
    """`role=name` flags as a mapping; InputError where one is not of that form."""
    from answer_coach.errors import InputError

    pairs = [flag.partition("=") for flag in given]
    if any(not (role and sign and name) for role, sign, name in pairs):
        raise InputError("--column is role=name", hint="Like --column answer=Text --column candidate=Name")
    return {role.strip(): name.strip() for role, _, name in pairs}


def resolver(library: Library) -> Callable[[str], str | None]:
    """A question's id for a name, None for what is none; each name is looked up once."""
    from answer_coach.errors import UnknownQuestion

    known: dict[str, str | None] = {name: name for name in library.files}

    def find(name: str) -> str | None:
        if name not in known:
            try:
                known[name] = library.resolve(name)
            except UnknownQuestion:
                known[name] = None
        return known[name]

    return find


def _survey(coach: Coach, plan: Plan, source: Input) -> Survey:
    """What there is to do; asks before cards of another rubric or judge are graded anew."""
    from answer_coach.batch.ledger import RESULTS, Ledger
    from answer_coach.batch.survey import survey
    from answer_coach.errors import InputError

    if (plan.out / RESULTS).exists():
        with Ledger(plan.out) as ledger:
            found = survey(coach, ledger, source.read(), plan.retry_failed)
            if ledger.torn:
                say("The last line of the results was torn off; that answer is graded again.")
    else:
        found = survey(coach, None, source.read(), plan.retry_failed)
    for broken in found.broken[:SHOWN]:
        say(str(broken))
    if len(found.broken) > SHOWN:
        say(f"... and {len(found.broken) - SHOWN} more that could not be read")
    if found.broken and plan.strict:
        raise InputError(f"{len(found.broken)} rows can't be read", hint="Mend them, or leave out --strict.")
    if not found.answers:
        raise InputError("There is no answer to grade", hint="See --column and -q; nothing was sent.")
    if found.stale and not plan.yes:
        fault = f"{found.stale} cards were made with another rubric, prompt or judge"
        if not is_terminal() or not typer.confirm(f"{fault}. Grade them anew?", default=False, err=True):
            raise InputError(fault, hint="--yes grades them anew; or name another --out.")
    return found


def _tell(coach: Coach, found: Survey, source: Input) -> None:
    """A dry run: counts, and one prompt as it would be sent."""
    from answer_coach.batch.entry import Entry
    from answer_coach.prompt import render

    cost = "unknown" if found.cost is None else f"${found.cost:.2f}"
    lines = [
        f"{found.answers} answers, {found.there} with a card already, {found.to_grade} to grade, "
        f"{len(found.broken)} rows that can't be read.",
        f"About {found.input_tokens:,} tokens in and {found.output_tokens:,} out, cost {cost}, with {coach.model}.",
    ]
    first = next((entry for entry in source.read() if isinstance(entry, Entry)), None)
    if first and coach.host:
        job = coach.request(first.text, question=first.question)
        lines += ["", *(f"--- {m.role}\n{m.content}" for m in render(job.template, job.rubric, job.answer).messages)]
    show("\n".join(lines) + "\n")


def _run(coach: Coach, plan: Plan, source: Input, found: Survey) -> Run:
    from answer_coach.batch.ledger import Ledger
    from answer_coach.batch.run import Run
    from answer_coach.cli.progress import following
    from answer_coach.wiring import manifest

    with Ledger(plan.out) as ledger, following(found.answers, found.cost) as follow:
        made = Run(coach, ledger, plan.pacer, plan.limits, plan.retry_failed, plan.anyway, follow)
        try:
            made.grade(source.read())
        finally:
            ledger.write_manifest(manifest(coach, made.tally.model_dump()))
    return made


def _finish(made: Run, out: Path, against: Path | None, cards: str, no_score: bool, library: object) -> None:
    from answer_coach.reports.batch import text
    from answer_coach.reports.writing import write_all

    digest = write_all(out, against, None if cards == "none" else cards, no_score, library)  # type: ignore[arg-type]
    show(text(digest))
    if made.tally.stopped:
        say(f"Stopped early: {made.tally.stopped}. {made.cause.hint if made.cause else ''} Run it again to go on.")
    say(f"All of it is in {out}: open {out / 'report.html'}")


def _exit_code(made: Run) -> int:
    if made.tally.stopped:
        return made.cause.exit_code if made.cause else ENDED
    if made.tally.failed:
        return SOME_FAILED
    return BROKEN if made.tally.broken else 0


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
        from answer_coach.batch.ledger import Ledger
        from answer_coach.errors import InputError
        from answer_coach.reports.batch import text
        from answer_coach.reports.writing import REVIEW, apply_all, write_all

        table = file or folder / REVIEW
        if not table.exists():
            raise InputError(f"There is no {table}", hint=f"Write it first: coach batch review {folder}")
        library = wiring.make_library(wiring.environment(), rubrics, alone)
        with Ledger(folder):
            faults = apply_all(folder, table, name, library)
        if faults:
            raise InputError("\n".join(faults[:SHOWN]), hint="Nothing was applied; mend these rows.")
        show(text(write_all(folder, None, None if cards == "none" else cards, no_score, library)))  # type: ignore[arg-type]
