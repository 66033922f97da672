"""A kept card as it is shown: with a person's own verdicts, without edits that they said can't be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from answer_coach.cli.door import say

if TYPE_CHECKING:
    from answer_coach.drafts.records import Draft, Event
    from answer_coach.feedback import AnyCard, Feedback
    from answer_coach.library.shelf import Library


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


def title_of(card: AnyCard, library: Library) -> str:
    """A question's title; its id where the rubric is gone."""
    from answer_coach.errors import UnknownQuestion

    try:
        return library.rubric(card.question).title
    except UnknownQuestion:
        return card.question
