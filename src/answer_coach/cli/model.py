"""`coach model`: which models there are, and whether one is fit to grade."""

from __future__ import annotations

from typing import Annotated

import typer

from answer_coach.cli.door import Alone, Plain, Rubrics, errors_as_messages, say, show

app = typer.Typer(help="Which models there are, and whether one is fit to grade.", no_args_is_help=True)

Model = Annotated[str, typer.Option(help="rules, PROVIDER/MODEL, or NAME at --base-url.")]
BaseUrl = Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint (key: COACH_API_KEY).")]
Timeout = Annotated[float | None, typer.Option(help="Seconds to wait for a model.")]
NOT_FIT = 1


@app.command("list")
def list_models(
    provider: Annotated[str, typer.Argument(help="A provider's name; none: all providers.")] = "",
    base_url: BaseUrl = "",
    format: Annotated[Plain, typer.Option(help="How to print the list.")] = Plain.text,
    timeout: Timeout = None,
) -> None:
    """List the providers that can be named, or the models that one of them offers."""
    with errors_as_messages():
        import json

        from answer_coach import wiring
        from answer_coach.engines.providers import table
        from answer_coach.reports import model as report

        environ = wiring.environment()
        settings = wiring.settle(environ, None, None, timeout)
        if not provider and not base_url:
            rows = table(settings.tuning)
            if format is Plain.json:
                show(json.dumps({name: row.model_dump() for name, row in rows.items()}, indent=2) + "\n")
            else:
                show(report.providers_text(rows, environ))
            return
        from answer_coach.choosing import chat_at
        from answer_coach.engines.providers import find_endpoint

        name = provider if base_url else f"{provider.partition('/')[0]}/-"
        chat = chat_at(find_endpoint(name or "-", base_url or None, environ, settings.timeout, settings.tuning))
        try:
            offered = chat.models()
        finally:
            chat.close()
        show(json.dumps(offered, indent=2) + "\n" if format is Plain.json else report.models_text(offered))


@app.command("check")
def check(
    model: Model = "",
    base_url: BaseUrl = "",
    question: Annotated[str, typer.Option("--question", "-q", help="Whose exemplars are graded.")] = "q05",
    passes: Annotated[int, typer.Option(min=1, max=20, help="Grade one exemplar so often, to measure noise.")] = 1,
    format: Annotated[Plain, typer.Option(help="How to print what was found.")] = Plain.text,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Timeout = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """See whether a model is fit to grade: what its endpoint enforces, two exemplars, time, cost, noise.

    Only the coach's own exemplars are sent.  Exit code 1 where it is not fit.
    """
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.checking import check_model
        from answer_coach.cli import consent
        from answer_coach.reports import model as report

        environ = wiring.environment()
        settings = wiring.settle(environ, model or None, base_url or None, timeout)
        settings = consent.choose(settings, environ)
        watch = consent.watcher()
        library = wiring.make_library(environ, rubrics, alone)
        coach = wiring.make_coach(settings, environ, library, watch=watch)
        consent.agree(settings, coach, environ)
        count = 2 + (3 * passes if passes > 1 else 0)  # an exemplar N times, and N pairs of paraphrases
        if coach.host:
            say(f"{count} of the coach's own texts will be graded at {coach.host}.")
        with consent.working(coach, watch, len(library.rubric(question).asked)):
            found = check_model(coach, question, passes)
        show(found.model_dump_json(indent=2) + "\n" if format is Plain.json else report.check_text(found))
        if found.fit == "no":
            raise typer.Exit(NOT_FIT)
