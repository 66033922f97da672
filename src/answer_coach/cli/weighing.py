"""Two drafts for a comparison: cards of different judges are never compared, they are made anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from answer_coach.cli.door import say
from answer_coach.cli.sitting import Choice, ask_or_refuse, library_of, sit_down

if TYPE_CHECKING:
    from answer_coach.coach import Coach
    from answer_coach.comparing import Comparison
    from answer_coach.drafts.records import Draft
    from answer_coach.drafts.store import Store


def two_of(drafts: Sequence[Draft], first: int | None, second: int | None, name: str) -> tuple[Draft, Draft]:
    """The drafts by their numbers, the last two without; InputError where there are none such."""
    from answer_coach.drafts.records import draft_of
    from answer_coach.errors import InputError

    newer = draft_of(drafts, second, name)
    number = first if first is not None else newer.number - 1
    if number < 1:
        raise InputError(f"'{name}' has one draft", hint=f"Add the next one: coach drafts add {name} FILE")
    older = draft_of(drafts, number, name)
    if older.number == newer.number:
        raise InputError("That is one draft, not two", hint=f"coach drafts compare {name} 1 2")
    return older, newer


def compared(store: Store, older: Draft, newer: Draft, choice: Choice, regrade: bool) -> Comparison:
    """The comparison, by cards that one judge made by one rubric; asks before drafts are graded anew."""
    from answer_coach import homes, wiring
    from answer_coach.drafts import keeping
    from answer_coach.errors import InputError

    environ = wiring.environment()
    book, limits = homes.noise_book(environ), library_of(environ, choice).limits
    chosen = bool(choice.model or choice.base_url)  # then by that judge, whoever was before
    if not regrade and not chosen and (found := keeping.compared(older, newer, book, limits)):
        return found
    sitting = sit_down(choice, keeping.StoryReplies(store, newer.story))
    pair = [by_judge(draft, sitting.coach) for draft in (older, newer)]
    missing = [at for at, draft in enumerate(pair) if not draft.cards]
    if missing:
        numbers = " and ".join(str((older, newer)[at].number) for at in missing)
        fault = f"Draft {numbers} has no card by {sitting.coach.model} and the present rubric and prompt."
        ask_or_refuse(fault, "--regrade grades it.", regrade)
        sitting.agree()
    for at in missing:
        say(f"Grading draft {pair[at].number} anew.")
        pair[at] = store.keep(pair[at], sitting.card(pair[at], anyway=True))
    found = keeping.compared(pair[0], pair[1], book, limits)
    if found is None:
        hint = "See each: coach drafts show NAME N"
        raise InputError("One of the two could not be graded, so that there is nothing to compare", hint=hint)
    return found


def by_judge(draft: Draft, coach: Coach) -> Draft:
    """A draft with only the cards that a coach would make the same way now."""
    from answer_coach.drafts.keeping import same_basis
    from answer_coach.feedback import Feedback

    cards = tuple(k for k in draft.cards if isinstance(k.card, Feedback) and same_basis(k.card, coach))
    return draft.model_copy(update={"cards": cards})
