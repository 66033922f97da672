"""`coach drafts`: an answer or a story over its drafts, kept and compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from answer_coach.cli import answering, disputing, pressing, showing, watching
from answer_coach.cli.door import (
    Alone,
    Format,
    Plain,
    Redact,
    Rubrics,
    errors_as_messages,
    painted,
    prints_unicode,
    say,
    show,
)
from answer_coach.cli.hand import ByHand, check_hand
from answer_coach.cli.showing import without_closed
from answer_coach.cli.sitting import (
    BaseUrl,
    Choice,
    Debug,
    Model,
    Name,
    Timeout,
    check_levels,
    sit_down,
    store_of,
    store_there,
)

app = typer.Typer(
    help="An answer over its drafts: kept, compared, questioned. coach drafts add NAME FILE -q ID",
    no_args_is_help=True,
)
Number = Annotated[int | None, typer.Argument(help="Which draft; the last one without.")]


@app.command("add")
def add(
    name: Name,
    file: Annotated[str, typer.Argument(help="A text file, or - for a pipe. None, on a terminal: paste.")] = "",
    question: Annotated[str, typer.Option("--question", "-q", help="Question: 5, q05, story, ...")] = "",
    model: Model = "",
    base_url: BaseUrl = "",
    passes: Annotated[int, typer.Option(min=1, max=15, help="Grade so often; the majority counts.")] = 1,
    format: Annotated[Format, typer.Option(help="How to print the card.")] = Format.text,
    why: Annotated[bool, typer.Option("--why", help="Show every indicator with its quotes.")] = False,
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level and figure.")] = False,
    no_save: Annotated[bool, typer.Option("--no-save", help="Grade and compare, but keep nothing.")] = False,
    by_hand: ByHand = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Grade what does not look like an answer.")] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Write it in your editor.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Use no reply that was kept from before.")] = False,
    redact: Redact = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Timeout = None,
    debug: Debug = False,
) -> None:
    """Keep a draft under a name, grade it, and say what changed since the last one."""
    with errors_as_messages(debug):
        from answer_coach.cli import adding
        from answer_coach.cli.hand import hand_judge

        check_hand(by_hand, base_url, file)
        check_levels(format is Format.json, no_score)
        choice = Choice(model, base_url, timeout, passes, redact, rubrics, alone)
        task = adding.Task(name, question, anyway, fresh, not no_save)
        view, judge = adding.View(format, why, not no_score), hand_judge(model) if by_hand else None
        adding.add(choice, task, view, lambda: adding.read(file, edit), judge)


app.command("answer")(answering.answer)
app.command("watch")(watching.watch)
app.command("press")(pressing.press)
app.command("dispute")(disputing.dispute)


@app.command("list")
def list_(
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level and figure.")] = False,
    format: Annotated[Plain, typer.Option(help="How to print.")] = Plain.text,
) -> None:
    """The stories that are kept, one line each."""
    with errors_as_messages():
        from answer_coach import homes, wiring
        from answer_coach.reports.drafts import list_text
        from answer_coach.reports.export import list_json

        check_levels(format is Plain.json, no_score)
        environ = wiring.environment()
        if not homes.drafts_file(environ).exists():
            say("No draft is kept yet: coach drafts add NAME FILE -q ID")
            return
        with store_of(environ) as store:
            stories = [(story, store.drafts(story.name)) for story in store.stories()]
        if any(homes.facts_file(environ, story.name).exists() for story, _ in stories):
            stories = [(story, [*drafts[:-1], *without_closed(drafts[-1:], environ)]) for story, drafts in stories]
        show(list_json(stories, not prints_unicode()) if format is Plain.json else list_text(stories, not no_score))


app.command("show")(showing.show_)


@app.command("compare")
def compare(
    name: Name,
    first: Annotated[int | None, typer.Argument(help="The older draft; the last but one without.")] = None,
    second: Annotated[int | None, typer.Argument(help="The newer draft; the last one without.")] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade anew what another judge graded.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Show the quotes of what stayed, too.")] = False,
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level and figure.")] = False,
    format: Annotated[Plain, typer.Option(help="How to print.")] = Plain.text,
    model: Model = "",
    base_url: BaseUrl = "",
    passes: Annotated[int, typer.Option(min=1, max=15, help="Grade so often; the majority counts.")] = 1,
    redact: Redact = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Timeout = None,
    debug: Debug = False,
) -> None:
    """Two drafts side by side: gained, lost, only noise; the text word by word; what became of the last advice."""
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.cli import weighing
        from answer_coach.drafts.keeping import body_of
        from answer_coach.drafts.worddiff import word_diff
        from answer_coach.reports.drafts import comparison_text
        from answer_coach.reports.export import comparison_json

        check_levels(format is Plain.json, no_score)
        choice = Choice(model, base_url, timeout, passes, redact, rubrics, alone)
        with store_there(wiring.environment()) as store:
            older, newer = weighing.two_of(store.there(name), first, second, name)
            compared = weighing.compared(store, older, newer, choice, regrade)
        runs = word_diff(body_of(older.text), body_of(newer.text))
        if format is Plain.json:
            show(comparison_json(compared, older, newer, runs, not prints_unicode()))
        else:
            show(painted(comparison_text(compared, older, newer, runs, why, not no_score)))


@app.command("fit")
def fit(
    name: Name,
    number: Number = None,
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level.")] = False,
    format: Annotated[Plain, typer.Option(help="How to print.")] = Plain.text,
    model: Model = "",
    base_url: BaseUrl = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Use no reply that was kept from before.")] = False,
    redact: Redact = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Timeout = None,
    debug: Debug = False,
) -> None:
    """Which of the questions a story could serve, and what each would still need: a request for each question."""
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.cli import drafts_fit
        from answer_coach.drafts.keeping import StoryReplies, body_of
        from answer_coach.drafts.records import draft_of

        choice = Choice(model, base_url, timeout, 1, redact, rubrics, alone)
        with store_there(wiring.environment()) as store:
            draft = draft_of(store.there(name), number, name)
            sitting = sit_down(choice, StoryReplies(store, draft.story, fresh))
            drafts_fit.fit(sitting, body_of(draft.text), f"{draft.story}, draft {draft.number}", not no_score, format)


@app.command("export")
def export(
    name: Name,
    format: Annotated[str, typer.Option(help="markdown or json.")] = "markdown",
    out: Annotated[Path | None, typer.Option(help="Write it to a file.")] = None,
) -> None:
    """A story with all its drafts and cards, to take away."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.drafts.keeping import body_of
        from answer_coach.drafts.records import draft_of
        from answer_coach.errors import InputError, StoreError
        from answer_coach.reports.export import export_json, export_markdown

        if format not in ("markdown", "json"):
            raise InputError("--format is markdown or json", hint="Name one of them.")
        environ = wiring.environment()
        with store_there(environ) as store:
            drafts, events = store.there(name), store.events(name)
        last = draft_of(drafts, None, name)
        library = wiring.make_library(environ)
        title = showing.title_of(last.card, library) if last.card else last.question
        if format == "json":
            text = export_json(drafts, events, ascii_only=out is None and not prints_unicode())
        else:
            told = [draft.model_copy(update={"text": body_of(draft.text)}) for draft in drafts]
            text = export_markdown(told, events, title)
        if out is None:
            show(text)
            return
        try:
            with out.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
        except FileExistsError:
            raise InputError(f"{out} exists already", hint="Name another file; nothing is written over.") from None
        except OSError as fault:
            raise StoreError(f"{out} can't be written ({fault.strerror})", hint="Name another file.") from None
        say(f"It is in {out}")


@app.command("forget")
def forget(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Remove a story for good: drafts, cards, facts, and what the database left of them."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.cli.forgetting import forget_story
        from answer_coach.cli.sitting import ask_or_refuse

        environ = wiring.environment()
        with store_there(environ) as store:
            count = len(store.drafts(name))
            if count:
                what = "draft" if count == 1 else "drafts"
                ask_or_refuse(f"{count} {what} of '{name}' will be gone for good.", "--yes asks nothing.", yes)
            forget_story(store, name, environ)
        say(f"{count} draft{'' if count == 1 else 's'} of '{name}' removed.")


@app.command("where")
def where() -> None:
    """Where drafts and facts are kept, how many and how large; nothing is made."""
    with errors_as_messages():
        from answer_coach import homes, wiring
        from answer_coach.cli.forgetting import where_text

        environ = wiring.environment()
        show(where_text(homes.drafts_file(environ), environ))
