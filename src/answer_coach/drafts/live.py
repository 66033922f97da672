"""A draft while it is being written: which credited words are still in it, and which are gone."""

from __future__ import annotations

from answer_coach.answer import Answer, Word
from answer_coach.feedback import Feedback
from answer_coach.retelling import stands


class Standing(Word):
    """One credited quote of a card, and whether its words still stand in the text as it is now."""

    indicator: str
    label: str
    quote: str
    there: bool


def standing(card: Feedback, now: Answer) -> list[Standing]:
    """Every indicator that a card credits, with its first quote that is gone, else its first one."""
    found = []
    for dimension in card.dimensions:
        for item in dimension.indicators:
            if item.verdict not in ("met", "partial") or not item.evidence:
                continue
            gone = next((e.quote for e in item.evidence if not stands(e.quote, now)), None)
            quote = gone or item.evidence[0].quote
            found.append(Standing(indicator=item.id, label=item.label, quote=quote, there=gone is None))
    return found
