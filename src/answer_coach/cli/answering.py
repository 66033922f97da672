"""`coach drafts answer`: the open questions one by one; what is said goes into the story's facts, nothing else does."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from answer_coach.cli.door import Alone, Rubrics, errors_as_messages, say, show, stdin_is_terminal
from answer_coach.cli.sitting import Debug, Name, store_there

if TYPE_CHECKING:
    from answer_coach.drafts.asking import Open
    from answer_coach.drafts.facts import Undefended

HOW = "Your own words; Enter skips.  n: didn't happen.  ?: don't know.  x: can't say.  q: enough for now."
DEFEND = "Where does it come from? What would you say if somebody asked?"


def answer(
    name: Name,
    rubrics: Rubrics = None,
    alone: Alone = False,
    debug: Debug = False,
) -> None:
    """Go through what is open in the last draft, and keep what you say as the story's facts."""
    with errors_as_messages(debug):
        from answer_coach import homes, wiring
        from answer_coach.drafts.asking import open_questions, places
        from answer_coach.drafts.facts import read_facts, undefended
        from answer_coach.drafts.keeping import answer_of
        from answer_coach.drafts.records import draft_of
        from answer_coach.errors import InputError
        from answer_coach.reports.facts import places_text
        from answer_coach.reports.layout import WIDTH, wrap

        environ = wiring.environment()
        library = wiring.make_library(environ, rubrics, alone)
        with store_there(environ) as store:
            draft = draft_of(store.there(name), None, name)
        card, text = draft.feedback, answer_of(draft.text)
        if card is None:
            raise InputError(f"Draft {draft.number} has no card yet", hint=f"coach drafts add {draft.story} FILE")
        path = homes.facts_file(environ, draft.story)
        facts = read_facts(path)
        rubric = library.rubric(draft.question)
        wanted = open_questions(card, text, rubric, {fact.id for fact in facts})
        numbers = [] if not facts and not wanted else undefended(text, facts)
        if not wanted and not numbers:
            say("Nothing is open: every question has its answer.")
        else:
            say("\n".join(wrap(f"{_many(len(wanted), 'question')}, {_many(len(numbers), 'figure')}.  {HOW}", WIDTH)))
            ask_all([*map(question_of, wanted), *map(figure_of, numbers)], path, draft.story)
        facts = read_facts(path)
        show(places_text(places(card, text, facts), facts))
        say(f"The facts are in {path}")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def question_of(item: Open) -> tuple[str, str, str]:
    """What is asked, what is written down as having been asked, and the id."""
    return f"{item.label}: {item.note}", item.asked, item.id


def figure_of(item: Undefended) -> tuple[str, str, str]:
    """The same for a figure that no fact holds."""
    return f'"... {item.quote} ...": can you defend it? {DEFEND}', DEFEND, f"number {item.number}"


def ask_all(asked: Iterable[tuple[str, str, str]], path: Path, name: str) -> None:
    """Ask one after the other; each answer is on the disk before the next question."""
    from answer_coach.drafts.facts import Fact, State, keep_fact

    signs: dict[str, State] = {"n": "never", "?": "unknown", "x": "secret"}
    for shown, asks, ident in asked:
        said = one_line(shown)
        if said is None or said.casefold() in ("q", "quit"):
            return
        if said:
            state = signs.get(said.casefold(), "told")
            keep_fact(path, Fact(id=ident, asked=asks, state=state, said=said if state == "told" else ""), name)


def one_line(question: str) -> str | None:
    """What a person says to a question; None where they say nothing more."""
    from answer_coach.reports.layout import WIDTH, wrap

    say("\n" + "\n".join(wrap(question, WIDTH)))
    if not stdin_is_terminal():
        line = sys.stdin.readline() if sys.stdin else ""
        return line.strip() if line else None
    try:
        return str(typer.prompt(">", default="", show_default=False, prompt_suffix=" ", err=True)).strip()
    except typer.Abort:
        say("")
        return None
