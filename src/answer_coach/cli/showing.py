"""`coach drafts show`: a draft with its text and its card, or a story with its parts in the margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.door import Alone, Format, Rubrics, errors_as_messages, painted, say, show
from answer_coach.cli.sitting import Name, check_levels, store_there

if TYPE_CHECKING:
    from answer_coach.drafts.records import Draft, Event
    from answer_coach.feedback import AnyCard, Feedback
    from answer_coach.library.shelf import Library


def show_(
    name: Name,
    number: Annotated[int | None, typer.Argument(help="Which draft; the last one without.")] = None,
    format: Annotated[Format, typer.Option(help="How to print the card.")] = Format.text,
    star: Annotated[bool, typer.Option("--star", help="A story by its parts, instead of the card.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Show every indicator with its quotes.")] = False,
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level and figure.")] = False,
    rubrics: Rubrics = None,
    alone: Alone = False,
) -> None:
    """A draft with its text and its card."""
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.cli.adding import View, card_text
        from answer_coach.drafts.records import draft_of

        check_levels(format is Format.json, no_score)
        environ = wiring.environment()
        with store_there(environ) as store:
            draft = draft_of(store.there(name), number, name)
            events = [event for event in store.events(name, "overrule") if event.number == draft.number]
        library = wiring.make_library(environ, rubrics, alone)
        if star:
            show(painted(parts_text(draft, library)))
            return
        if format is not Format.json:
            show(head_text(draft))
        if draft.card is None:
            say(f"Draft {draft.number} was never graded. Hand in the same text again, and it is.")
            return
        card = as_told(draft, events, library, environ) or draft.card
        show(painted(card_text(card, title_of(card, library), View(format, why, not no_score))))


def head_text(draft: Draft) -> str:
    """Which draft it is, and its words, with nothing in them that a terminal would obey."""
    from answer_coach.cleaning import visible
    from answer_coach.drafts.keeping import body_of
    from answer_coach.drafts.records import on_the_wall

    body = "\n".join(visible(line.expandtabs(4)) for line in body_of(draft.text).strip().splitlines())
    return f"{draft.story}, draft {draft.number}, {on_the_wall(draft.at)}\n\n{body}\n\n"


def as_told(draft: Draft, events: list[Event], library: Library, environ: dict[str, str]) -> Feedback | None:
    """A draft's card with a person's own verdicts, and without edits that they said can't be made.

    None where it has no levels; as it is where its rubric is gone or changed, which is said where a verdict is lost.
    """
    from answer_coach import homes
    from answer_coach.drafts.asking import without
    from answer_coach.drafts.disputing import overruled
    from answer_coach.drafts.facts import closed, read_facts
    from answer_coach.drafts.keeping import answer_of
    from answer_coach.errors import StoreError, UnknownQuestion

    card = draft.card if draft.card and draft.card.kind == "feedback" else None
    try:
        shut = closed(read_facts(homes.facts_file(environ, draft.story)))
    except StoreError as fault:
        say(str(fault))  # what is kept can be read all the same
        shut = frozenset()
    if card is None or not (events or shut):
        return card
    try:
        rubric = library.rubric(card.question)
    except UnknownQuestion:
        rubric = None
    if rubric is None or rubric.sha256 != card.rubric.sha256:
        if events:
            say(f"The rubric is no longer the one of draft {draft.number}: your own verdicts are left out.")
        return card
    answer = answer_of(draft.text)
    return without(overruled(card, answer, rubric, events), answer, rubric, shut)


def without_closed(last: list[Draft], environ: dict[str, str]) -> list[Draft]:
    """A story's last draft with a card that offers no edit which can't be made."""
    from answer_coach import wiring
    from answer_coach.drafts.records import Kept

    told = as_told(last[0], [], wiring.make_library(environ), environ) if last else None
    return [last[0].model_copy(update={"cards": (Kept(at="", card=told),)})] if told else last


def parts_text(draft: Draft, library: Library) -> str:
    """A story's sentences by their parts, its shares and what is worth noting of them."""
    from answer_coach.drafts.keeping import answer_of
    from answer_coach.errors import InputError
    from answer_coach.reports.star import star_text
    from answer_coach.stories import star, starnotes

    card: Feedback | None = draft.feedback
    if card is None:
        raise InputError(f"Draft {draft.number} has no card yet", hint=f"coach drafts compare {draft.story} --regrade")
    rubric, answer = library.rubric(card.question), answer_of(draft.text)
    if rubric.sha256 != card.rubric.sha256:
        hint = f"Grade it anew: coach drafts compare {draft.story} --regrade"
        raise InputError(f"Draft {draft.number} was graded by another rubric", hint=hint)
    told = star.of_card(rubric, answer, card)
    return star_text(told, star.shares(told), starnotes.of_card(rubric, answer, card))


def title_of(card: AnyCard, library: Library) -> str:
    """A question's title; its id where the rubric is gone."""
    from answer_coach.errors import UnknownQuestion

    try:
        return library.rubric(card.question).title
    except UnknownQuestion:
        return card.question
