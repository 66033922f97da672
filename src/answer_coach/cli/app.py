"""The command line's front door.  Heavy imports wait inside the commands; here they would slow `--help`."""

from __future__ import annotations

import os

import typer

from answer_coach.cli import batch, calibrate, drafts, grade, growing, kept, model, prompts, questions, rubrics

app = typer.Typer(
    name="coach",
    help="A test runner for interview answers: indicators instead of impressions, every credit backed by a quote.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("grade")(grade.grade)
app.command("calibrate")(calibrate.calibrate)
app.add_typer(questions.app, name="questions")
app.add_typer(rubrics.app, name="rubrics")
batch.app.command("where")(kept.where)
batch.app.command("forget")(kept.forget)
app.add_typer(batch.app, name="batch")
app.add_typer(drafts.app, name="drafts")
app.command("progress")(growing.progress)
app.add_typer(prompts.app, name="prompts")
app.add_typer(model.app, name="model")


def _version(wanted: bool) -> None:
    if wanted:
        from answer_coach import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    pass


def main() -> None:
    """The console script."""
    # Looking for pydantic plugins among all that is installed costs a fifth of a short run, and we use none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    app()
