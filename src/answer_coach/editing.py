"""A rewrite from a model or a chat window: asked for once, once more where it brings something in, then refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from answer_coach.answer import Word
from answer_coach.coach import Coach
from answer_coach.errors import SettingInvalid, UnusableReply
from answer_coach.feedback import Feedback
from answer_coach.request import Message
from answer_coach.rewriting import (
    MOST_PLACEHOLDERS,
    PLACEHOLDER,
    Fault,
    changes,
    faults_of,
    read_rewrite,
    rewrite_request,
)

UNMARKED = Fault(kind="the text does not stand between its two tags")


@runtime_checkable
class Talks(Protocol):
    """A judge that can be asked for a text as well."""

    def tell(self, messages: Sequence[Message]) -> str: ...


class Rewrite(Word):
    """The candidate's own words in a better order, with what changed and what is left to fill in."""

    text: str
    changes: tuple[tuple[str, str], ...]
    placeholders: tuple[str, ...]


def _missing(card: Feedback) -> list[str]:
    """What the next edits need, a short question each: as many as a rewrite may have placeholders."""
    needs = dict.fromkeys(name for edit in (card.next_edit, *card.also) if edit for name in edit.needs)
    notes = [card.indicator(name).note or card.indicator(name).label for name in needs]
    return [note.partition("?")[0] + "?" if "?" in note else note for note in notes][:MOST_PLACEHOLDERS]


def rewrite(coach: Coach, text: str, card: Feedback) -> Rewrite:
    """A rewrite of a draft that was graded.

    Raises SettingInvalid where the judge writes no texts (rules), UnusableReply where the model brings something in
    twice.
    """
    if not isinstance(coach.judge, Talks):
        raise SettingInvalid(
            "Rules can't rewrite", hint="Name a language model with --model, or use --by-hand with a chat window."
        )
    job = coach.request(text, question=card.question)
    missing = [job.hidden.hide(asked) if job.hidden else asked for asked in _missing(card)]
    first = rewrite_request(coach.library.template("rewrite"), job.rubric, job.answer, missing)
    again = coach.library.template("rewrite-again")
    draft = job.hidden.original if job.hidden else job.answer
    request, faults = first, [UNMARKED]
    for _ in range(2):
        said = coach.judge.tell(request.messages)
        found = read_rewrite(said, request.tag)
        found = job.hidden.restore(found) if found and job.hidden else found
        faults = faults_of(found, draft) if found else [UNMARKED]
        if found and not faults:
            return Rewrite(
                text=found,
                changes=tuple(changes(found, draft)),
                placeholders=tuple(dict.fromkeys(PLACEHOLDER.findall(found))),
            )
        told = "; ".join(fault.told() for fault in faults)
        told = job.hidden.hide(told) if job.hidden else told
        request = first.followed_by(said, again.fill(again.user, {"fault": told}))
    why = "; ".join(fault.counted() for fault in faults)
    hint = "Edit by hand along the card, or try another model."
    raise UnusableReply(f"The rewrite was refused, twice: {why}", hint=hint, code="invented")
