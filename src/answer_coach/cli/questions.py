"""`coach questions`: what can be answered, and what is listened for, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.door import Alone, Plain, Rubrics, complain, errors_as_messages, show

if TYPE_CHECKING:
    from answer_coach.rubric import Rubric

app = typer.Typer(help="The questions, and what is listened for.", invoke_without_command=True)


@app.callback()
def _list_by_default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_questions()


@app.command("list")
def list_questions(
    format: Annotated[Plain, typer.Option(help="How to print the list.")] = Plain.text,
    rubrics: Rubrics = None,
    alone: Alone = False,
) -> None:
    """List the questions."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.errors import RubricInvalid
        from answer_coach.reports.questions import listing, listing_json

        library = wiring.make_library(wiring.environment(), rubrics, alone)
        found, faults = library.readable()
        show(listing_json(found) if format is Plain.json else listing(found))
        if faults:
            complain("some rubrics can't be read; see: coach rubrics check\n" + "\n".join(faults))
            raise typer.Exit(RubricInvalid.exit_code)


@app.command("show")
def show_question(
    question: Annotated[str, typer.Argument(help="Question: 5, q05, story, ...")],
    format: Annotated[Plain, typer.Option(help="How to print it.")] = Plain.text,
    rubrics: Rubrics = None,
    alone: Alone = False,
) -> None:
    """Show one question: its levels, and the indicators that each takes."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.reports.questions import details, details_json

        rubric: Rubric = wiring.make_library(wiring.environment(), rubrics, alone).rubric(question)
        show(details_json(rubric) if format is Plain.json else details(rubric))
