"""Where the facts of a story could go, and which figures nobody has answered for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answer_coach.drafts.facts import Fact, Undefended
from answer_coach.feedback import IndicatorResult, Place
from answer_coach.reports.layout import hanging, shortened

SHOWN = 6  # figures that are flagged on a card


def places_text(found: Sequence[tuple[Fact, IndicatorResult, Place | None]], facts: Sequence[Fact]) -> str:
    """For each fact that the draft does not tell yet: the words, and after which sentence they belong."""
    lines: list[str] = []
    for fact, result, place in found:
        where = f'after "{place.opening}"' if place else "wherever the story allows it"
        lines += hanging("" if lines else "COULD GO IN", f"{result.label}: {shortened(fact.said)}, {where}")
    closed = sum(fact.state != "told" for fact in facts)
    if closed:
        many = "question is closed and not asked" if closed == 1 else "questions are closed and not asked"
        lines += hanging("CLOSED", f"{closed} {many} again")
    return "\n".join(lines) + "\n" if lines else ""


def defend_text(found: Iterable[Undefended]) -> str:
    """The figures of a draft that are not among the facts."""
    quotes = [f'"{item.quote}"' for item in found]
    if not quotes:
        return ""
    more = f", and {len(quotes) - SHOWN} more" if len(quotes) > SHOWN else ""
    said = f"{', '.join(quotes[:SHOWN])}{more}: not among your facts. Can you defend it?"
    return "\n".join(hanging("DEFEND", said)) + "\n"
