"""What the commands of a batch share: the input, what is told of it before, and what is written and told at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from answer_coach.cli.door import is_terminal, say, show

if TYPE_CHECKING:
    from answer_coach.batch.entry import Broken, Entry
    from answer_coach.batch.run import Limits, Run
    from answer_coach.batch.survey import Survey
    from answer_coach.coach import Coach
    from answer_coach.engines.pacing import Pacer
    from answer_coach.library.shelf import Library

BROKEN, ENDED, SOME_FAILED = 2, 3, 4
SHOWN = 20  # broken rows that are told one by one


class Plan(NamedTuple):
    """What a run was told beside its input."""

    out: Path
    retry_failed: bool
    anyway: bool
    yes: bool
    strict: bool
    pacer: Pacer
    limits: Limits


class Shown(NamedTuple):
    """How the results are written: compared with what, and which cards to send."""

    against: Path | None
    cards: str
    no_score: bool


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


def check_form(cards: str) -> None:
    """InputError where cards to send are wanted in a form that there is not."""
    from answer_coach.errors import InputError

    if cards not in ("none", "markdown", "html"):
        raise InputError(f"--cards is none, markdown or html, not '{cards[:20]}'", hint="Name one of them.")


def check_apart(paths: list[Path], out: Path) -> None:
    """InputError where results would be written between the answers: the next run would read them as answers."""
    from answer_coach.errors import InputError

    if any(path.is_dir() and path.resolve() == out.resolve() for path in paths):
        raise InputError(f"{out} holds the answers", hint="Name another folder with --out; one inside it will do.")


def check_against(folder: Path | None) -> None:
    """Fails where the batch to compare with is not there or can't be read; told before anything is graded."""
    from answer_coach.batch.graded import Cards

    if folder:
        Cards(folder)


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


def look_at(coach: Coach, plan: Plan, source: Input) -> Survey:
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


def tell(coach: Coach, found: Survey, source: Input, more: str = "") -> None:
    """A dry run: counts, `more`, and one prompt as it would be sent."""
    from answer_coach.batch.entry import Entry
    from answer_coach.prompt import render

    cost = "unknown" if found.cost is None else f"${found.cost:.2f}"
    lines = [
        f"{found.answers} answers, {found.there} with a card already, {found.to_grade} to grade, "
        f"{len(found.broken)} rows that can't be read.",
        f"About {found.input_tokens:,} tokens in and {found.output_tokens:,} out, cost {cost}, with {coach.model}.",
        *([more] if more else []),
    ]
    first = next((entry for entry in source.read() if isinstance(entry, Entry)), None)
    if first and coach.host:
        job = coach.request(first.text, question=first.question)
        lines += ["", *(f"--- {m.role}\n{m.content}" for m in render(job.template, job.rubric, job.answer).messages)]
    show("\n".join(lines) + "\n")


def finish(made: Run, out: Path, shown: Shown, library: Library) -> None:
    """Write the report and what belongs to it; its first screen on stdout."""
    from answer_coach.reports.batch import text
    from answer_coach.reports.writing import write_all

    form = None if shown.cards == "none" else shown.cards
    digest = write_all(out, shown.against, form, shown.no_score, library)  # type: ignore[arg-type]
    show(text(digest))
    if made.tally.stopped:
        say(f"Stopped early: {made.tally.stopped}. {made.cause.hint if made.cause else ''} Run it again to go on.")
    say(f"All of it is in {out}: open {out / 'report.html'}")


def exit_code(made: Run) -> int:
    """0 all graded, 2 rows could not be read, 3 the endpoint ended the run, 4 some failed or have no reply yet."""
    if made.tally.stopped:
        return made.cause.exit_code if made.cause else ENDED
    if made.tally.failed or made.tally.waiting:
        return SOME_FAILED
    return BROKEN if made.tally.broken else 0
