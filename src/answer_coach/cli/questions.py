"""`coach questions`: what can be answered, and what is listened for, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.door import Plain, errors_as_messages, show

if TYPE_CHECKING:
    from answer_coach.rubric import Rubric

app = typer.Typer(help="The questions, and what is listened for.", invoke_without_command=True)


@app.callback()
def _list_by_default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_questions(Plain.text)


@app.command("list")
def list_questions(
    format: Annotated[Plain, typer.Option(help="How to print the list.")] = Plain.text,
) -> None:
    """List the questions."""
    with errors_as_messages():
        from answer_coach.library.shelf import Library
        from answer_coach.reports.questions import listing, listing_json

        rubrics = Library().rubrics()
        show(listing_json(rubrics) if format is Plain.json else listing(rubrics))


@app.command("show")
def show_question(
    question: Annotated[str, typer.Argument(help="Question: 5, q05, story, ...")],
    format: Annotated[Plain, typer.Option(help="How to print it.")] = Plain.text,
) -> None:
    """Show one question: its levels, and the indicators that each takes."""
    with errors_as_messages():
        from answer_coach.library.shelf import Library
        from answer_coach.reports.questions import details, details_json

        rubric: Rubric = Library().rubric(question)
        show(details_json(rubric) if format is Plain.json else details(rubric))
