"""`coach drafts show`: a draft with its text and its card, or a story with its parts in the margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.door import Alone, Format, Rubrics, errors_as_messages, painted, say, show
from answer_coach.cli.sitting import Name, store_there

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

        environ = wiring.environment()
        with store_there(environ) as store:
            draft = draft_of(store.drafts(name), number, name)
            events = [event for event in store.events(name, "overrule") if event.number == draft.number]
        library = wiring.make_library(environ, rubrics, alone)
        if star:
            show(painted(parts_text(draft, library)))
            return
        if format is not Format.json:
            show(head_text(draft))
        if draft.card is None:
            say(f"Draft {draft.number} was never graded: coach drafts compare {draft.story} --regrade")
            return
        card = by_person(draft, draft.card, events, library)
        show(painted(card_text(card, title_of(card, library), View(format, why, not no_score))))


def head_text(draft: Draft) -> str:
    """Which draft it is, and its words, with nothing in them that a terminal would obey."""
    from answer_coach.cleaning import visible
    from answer_coach.drafts.keeping import body_of

    when = draft.at[:16].replace("T", " ")
    body = "\n".join(visible(line) for line in body_of(draft.text).strip().splitlines())
    return f"{draft.story}, draft {draft.number}, {when}\n\n{body}\n\n"


def by_person(draft: Draft, card: AnyCard, events: list[Event], library: Library) -> AnyCard:
    """The card with the verdicts that a person set, where the rubric is the one that it was made by."""
    from answer_coach.drafts.disputing import overruled
    from answer_coach.drafts.keeping import answer_of

    if card.kind != "feedback" or not events or card.question not in library.files:
        return card
    return overruled(card, answer_of(draft.text), library.rubric(card.question), events)


def parts_text(draft: Draft, library: Library) -> str:
    """A story's sentences by their parts, its shares and what is worth noting of them."""
    from answer_coach import star, starnotes
    from answer_coach.drafts.keeping import answer_of
    from answer_coach.errors import InputError
    from answer_coach.reports.star import star_text

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
