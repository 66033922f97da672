"""A verdict that a person does not agree with: asked for again, blind; overruled by name; never just flipped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from answer_coach.answer import Answer
from answer_coach.assemble import feedback
from answer_coach.cleaning import visible
from answer_coach.drafts.records import Event
from answer_coach.errors import InputError, meant
from answer_coach.feedback import Evidence, Feedback
from answer_coach.remaking import about_of, judged_again
from answer_coach.rubric import Rubric, Verdict
from answer_coach.verify import find_quote

VERDICTS: tuple[Verdict, ...] = ("met", "partial", "absent")


def indicator_of(card: Feedback, named: str) -> str:
    """An indicator's id by its id or its label; InputError names those that there are."""
    known = {i.id: i.label for d in card.dimensions for i in d.indicators}
    wanted, asked = _plain(named), " ".join(visible(named).split())[:40]
    for name, label in known.items():
        if wanted in (_plain(name), _plain(label)):
            return name
    near = meant(wanted, map(_plain, known.values())) or meant(wanted, map(_plain, known))
    raise InputError(f"{card.question} has no indicator '{asked}'", hint=f"{near}It has: {', '.join(known.values())}")


def _plain(name: str) -> str:
    return " ".join(re.split(r"[\s_-]+", name.strip().casefold()))


def backed(answer: Answer, verdict: str, quote: str) -> tuple[Verdict, Evidence | None]:
    """A person's verdict with the words that carry it; InputError where they don't stand in the draft."""
    mine = next((one for one in VERDICTS if one == verdict.casefold()), None)
    if mine is None:
        raise InputError("That is no verdict", hint=f"Write {', '.join(VERDICTS)}.")
    if mine == "absent":
        return mine, None
    found = find_quote(quote, answer)
    if found is None:
        hint = "Copy at least three words from it, letter for letter. Without a quote there is no credit."
        raise InputError("These words are not in the draft", hint=hint)
    return mine, found


def overruled(card: Feedback, answer: Answer, rubric: Rubric, events: Iterable[Event]) -> Feedback:
    """The card with a person's own verdicts in it, marked as theirs; the judge's card where there are none.

    Levels and edits are computed anew.  The last verdict on an indicator counts.
    """
    last = {str(event.data["indicator"]): event for event in events if event.kind == "overrule"}
    changed: dict[str, Verdict] = {}
    added: dict[str, Evidence] = {}
    known = {i.id: i for d in card.dimensions for i in d.indicators}
    for name, event in last.items():
        if name not in known:
            continue
        verdict, evidence = backed(answer, str(event.data["mine"]), str(event.data.get("quote", "")))
        if verdict != known[name].verdict:
            changed[name] = verdict
            if evidence:
                added[name] = evidence
    if not changed or rubric.sha256 != card.rubric.sha256:
        return card
    marks = [
        f"'{known[name].label}' is set to {verdict} by you; the judge said {known[name].verdict}"
        for name, verdict in changed.items()
    ]
    notes = {i.id: i.note for d in card.dimensions for i in d.indicators if i.note and i.id not in changed}
    fresh = feedback(about_of(card, answer, rubric, marks), judged_again(card, changed, notes, added))
    return fresh.model_copy(update={"follow_ups": card.follow_ups})
