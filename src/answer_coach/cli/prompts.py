"""`coach prompts show`: exactly what would be sent to a model, sent to nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from answer_coach.cli.door import Alone, Plain, Redact, Rubrics, errors_as_messages, prints_unicode, say, show

app = typer.Typer(help="What a model gets to read.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    pass


@app.command("show")
def show_prompt(
    file: Annotated[str, typer.Argument(help="A text file, or - for a pipe.")],
    question: Annotated[str, typer.Option("--question", "-q", help="Question: 5, q05, story, ...")] = "",
    format: Annotated[Plain, typer.Option(help="text to read, json as it is sent.")] = Plain.text,
    by_hand: Annotated[bool, typer.Option("--by-hand", help="The one message for a chat window, and no more.")] = False,
    reply_mode: Annotated[
        str, typer.Option(help="As an endpoint gets it that takes replies in this way (it stands on a card).")
    ] = "json_schema",
    redact: Redact = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
) -> None:
    """Show the exact messages and schema that would be sent for an answer; nothing is sent."""
    with errors_as_messages():
        import json

        from answer_coach import wiring
        from answer_coach.coach import Coach
        from answer_coach.engines.hand import message_of
        from answer_coach.errors import InputError
        from answer_coach.intake import read_file, read_pipe
        from answer_coach.modes import LADDER, fields, in_prompt
        from answer_coach.prompt import render

        mode = next((known for known in LADDER if known == reply_mode), None)
        if mode is None:
            raise InputError(f"There is no reply mode '{reply_mode[:30]}'", hint=f"Known: {', '.join(LADDER)}")
        draft = read_pipe() if file == "-" else read_file(Path(file))
        environ = wiring.environment()
        library = wiring.make_library(environ, rubrics, alone)
        job = Coach(library=library, redact=wiring.redact_lines(environ, redact)).request(
            draft.text, question=question or None
        )
        if job.hidden:
            table = "".join(f"\n  {name} = {said}" for name, said in job.hidden.table.items())
            say(f"{job.hidden.remark[0].upper()}{job.hidden.remark[1:]}; this list stays here:{table}")
        if by_hand:
            show(message_of(render(job.template, job.rubric, job.answer, job.form)) + "\n")
            return
        request = render(job.template, job.rubric, job.answer, job.form if in_prompt(mode) else None)
        if format is Plain.json:
            body = {"messages": [m.model_dump() for m in request.messages], **fields(mode)}
            show(json.dumps(body, indent=2, ensure_ascii=not prints_unicode()) + "\n")
            return
        parts = [f"--- {m.role}\n{m.content}" for m in request.messages]
        parts += [f"--- {name}\n{json.dumps(value)}" for name, value in fields(mode).items()]
        size = f"--- about {request.estimated_tokens} tokens (characters / 4), prompt {request.prompt.version}"
        show("\n\n".join([*parts, size]) + "\n")
