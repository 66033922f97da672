"""`coach drafts fit`: which of the questions a story could serve, and what each would still need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from answer_coach.cli.door import Plain, prints_unicode, say, show

if TYPE_CHECKING:
    from answer_coach.cli.sitting import Sitting

FAILED = 4


def fit(sitting: Sitting, text: str, name: str = "", numbers: bool = True, format: Plain = Plain.text) -> None:
    """Grade a story's text for every question and print the table.

    Says first, on stderr, how many requests a model will get.  Exits with 3 where none of them could be answered, with
    4 where some could not; raises CoachError, for `errors_as_messages`.
    """
    from answer_coach import fitting
    from answer_coach.errors import EngineError
    from answer_coach.reports.fit import fit_json, fit_text

    coach = sitting.coach
    count = len(fitting.askable(coach, text)) * coach.graded_by.passes
    if coach.host and count:
        say(
            f"At most {count} requests to {coach.model} at {coach.host}, one for each question, "
            "and one more for each reply that has to be asked for again."
        )
    if count:
        sitting.agree(f"Your draft, in {count} requests," if coach.host else "Your draft")
    found = fitting.fit(coach, text)
    show(fit_json(found, not prints_unicode()) if format is Plain.json else fit_text(found, name, numbers))
    failed = sum(row.kind == "failed" for row in found.rows)
    if failed:
        raise typer.Exit(EngineError.exit_code if failed == count else FAILED)
