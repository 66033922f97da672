"""`coach rubrics`: check rubric files, lay the guide beside them, begin one of your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from answer_coach.cli.door import Alone, Plain, Rubrics, errors_as_messages, say, show

app = typer.Typer(help="The rubric files: check them, see what they cover, begin your own.", no_args_is_help=True)
OWN = Path("my-rubrics")


@app.command("check")
def check_rubrics(
    path: Annotated[Path | None, typer.Argument(help="A rubric file or a folder; none: all that are in use.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    format: Annotated[Plain, typer.Option(help="How to print what was found.")] = Plain.text,
    rubrics: Rubrics = None,
    alone: Alone = False,
) -> None:
    """Report every fault of every rubric file at once, with its line; exit code 2 where there is an error."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.errors import RubricInvalid
        from answer_coach.library.shelf import Library
        from answer_coach.lint import check
        from answer_coach.reports.rubrics import findings, findings_json

        if path is None:
            library, only = wiring.make_library(wiring.environment(), rubrics, alone), None
        else:
            folder = path if path.is_dir() else path.parent
            library, only = Library(folder), None if path.is_dir() else path.name
        found = check(library, only)
        show(findings_json(found) if format is Plain.json else findings(found, 1 if only else len(library.files)))
        if any(strict or finding.severity == "error" for finding in found):
            raise typer.Exit(RubricInvalid.exit_code)


@app.command("coverage")
def show_coverage(
    question: Annotated[str, typer.Option("--question", "-q", help="Only this one; none: all.")] = "",
    format: Annotated[Plain, typer.Option(help="How to print the matrix.")] = Plain.text,
    rubrics: Rubrics = None,
    alone: Alone = False,
) -> None:
    """Lay the outline of the interview guide beside the indicators: what is listened for, and by which."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.coverage import coverage
        from answer_coach.reports.rubrics import matrix, matrix_json

        library = wiring.make_library(wiring.environment(), rubrics, alone)
        every = library.rubrics()
        rows = coverage(library.outline, every)
        if question:
            wanted = library.resolve(question)
            rows = [row for row in rows if row.item.partition("/")[0] == wanted]
        show(matrix_json(rows) if format is Plain.json else matrix(rows, every))


@app.command("new")
def new_rubric(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id, or id and slug: q12-experiments.")],
    rubrics: Annotated[
        Path | None, typer.Option("--rubrics", help="The folder for it.  [default: yours, else my-rubrics]")
    ] = None,
) -> None:
    """Begin a rubric of your own: a commented skeleton; `coach rubrics check` then lists what is left to write."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.authoring import begin
        from answer_coach.library.shelf import Library

        folder = wiring.rubrics_folder(wiring.environment(), rubrics) or OWN
        path = begin(name, folder, Library())
        show(f"{path}\n")
        say(f"Write it, then:  coach rubrics check {folder}")
        say(f"Try it:          coach grade FILE -q {path.stem.partition('-')[0]} --rubrics {folder}")
        say(f'Keep it:         rubrics = "{folder.resolve()}" in the config file, or COACH_RUBRICS')
