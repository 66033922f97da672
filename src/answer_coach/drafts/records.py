"""What the store of drafts holds: a story under a name, its drafts, the cards that were made of them, what happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from answer_coach.answer import Word
from answer_coach.errors import InputError
from answer_coach.feedback import AnyCard, Feedback, GradedBy

NAME = re.compile(r"[^\W_][\w-]{0,47}")
EventKind = Literal["answer", "dispute", "overrule", "talk"]
"""What can happen beside grading: an open question answered, a verdict disputed or overruled, a talk."""


class Story(Word):
    """One answer over its drafts, under the name that a person gave it."""

    name: str
    question: str
    created_at: str


class Kept(Word):
    """A card as it was made of a draft; the newest of a draft counts, the others stay."""

    at: str
    card: AnyCard

    @property
    def basis(self) -> tuple[object, ...]:
        """What cards must share to be compared: question, rubric and judge."""
        return (self.card.question, self.card.rubric.sha256, *judge_of(self.card.graded_by))


class Draft(Word):
    """A text as it was handed in, with all cards that were made of it, oldest first."""

    story: str
    question: str
    number: int
    at: str
    text: str
    cards: tuple[Kept, ...] = ()

    @property
    def card(self) -> AnyCard | None:
        """The newest card; None where it was never graded."""
        return self.cards[-1].card if self.cards else None

    @property
    def feedback(self) -> Feedback | None:
        """The newest card that has levels."""
        return next((kept.card for kept in reversed(self.cards) if isinstance(kept.card, Feedback)), None)


class Event(Word):
    """Something that was kept with a story; `data` is plain JSON, by `kind`."""

    story: str
    number: int | None
    """The draft that it is about."""
    at: str
    kind: EventKind
    data: dict[str, object]


def judge_of(by: GradedBy | None) -> tuple[object, ...]:
    """Who judged, equal for equal judges: engine, model, endpoint, prompt and passes."""
    if by is None:
        return ()
    return (by.engine, by.model, by.base_url_sha256, by.prompt.sha256 if by.prompt else None, by.passes)


def checked_name(name: str) -> str:
    """A story's name, as it is filed; InputError where it can't be one."""
    if not NAME.fullmatch(name):
        hint = "Letters, digits, - and _, at most 48, like churn-story."
        raise InputError("That can't be the name of a story", hint=hint)
    return name.casefold()


def last_pair(older: Draft, newer: Draft) -> tuple[Feedback, Feedback] | None:
    """The newest cards of two drafts that the same judge made by the same rubric; None where there are none."""
    for kept in reversed(newer.cards):
        for before in reversed(older.cards):
            old, new = before.card, kept.card
            if isinstance(old, Feedback) and isinstance(new, Feedback) and before.basis == kept.basis:
                return old, new
    return None


def draft_of(drafts: Sequence[Draft], number: int | None, name: str) -> Draft:
    """A story's draft by its number, the last one without; InputError where there is none such."""
    found = drafts[-1] if number is None else next((draft for draft in drafts if draft.number == number), None)
    if found is None:
        raise InputError(
            f"'{name}' has no draft {number}", hint=f"Its last one is {drafts[-1].number}: coach progress {name}"
        )
    return found


def on_the_wall(at: str) -> str:
    """A kept time as a clock where the person is shows it, to the minute."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def stamp(now: datetime) -> str:
    """A time as it is kept: ISO 8601, to the second."""
    return now.isoformat(timespec="seconds")
