"""A card as a page shows it: verdicts with their signs, and the answer with the words that count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from answer_coach.batch.graded import Graded, judge_of
from answer_coach.feedback import (
    DimensionResult,
    Evidence,
    Failed,
    Feedback,
    FollowUp,
    IndicatorResult,
    NotGradable,
    is_split,
)
from answer_coach.library.marked import front_matter
from answer_coach.reports.highlight import Mark, Piece, pieces, placed
from answer_coach.reports.text import RULES_NOTE, SAID
from answer_coach.rubric import NAMES, SLOTS, Verdict

SIGNS: dict[Verdict, str] = {"met": "\u2713", "partial": "\u00bd", "absent": "\u2013", "cannot_tell": "?"}
SLOT_NAMES = dict(zip(SLOTS, ("decision", "trade-off", "people", "outcome"), strict=True))
AnyOf = Feedback | NotGradable | Failed


class Sign(NamedTuple):
    """A verdict for eyes and for ears: a sign, and a word."""

    verdict: str
    sign: str
    said: str
    label: str = ""


class Item(NamedTuple):
    """One indicator: its number in the text, verdict, words and what is asked."""

    number: int
    label: str
    sign: Sign
    quotes: tuple[str, ...]
    note: str | None
    split: bool


class Part(NamedTuple):
    """One dimension with its indicators; level, range and anchors are None on a card without levels."""

    name: str
    level: int | None
    range: str | None
    anchor: str | None
    next: str | None
    items: tuple[Item, ...]
    limits: tuple[str, ...]


class Edit(NamedTuple):
    """The next edit: what it lifts, where it belongs, what to say."""

    gain: str
    place: str | None
    ask: str


class View(NamedTuple):
    """One card."""

    number: int
    anchor: str
    who: str
    draft: str | None
    question: str
    title: str
    kind: str
    verdict: str
    """`reads as lead, 4.1 of 5`, or what became of it; "" on a card without levels."""
    slots: tuple[Sign, ...]
    edit: Edit | None
    ready: bool
    parts: tuple[Part, ...]
    text: tuple[Piece, ...]
    keep: tuple[str, ...]
    asked: tuple[FollowUp, ...]
    reasons: tuple[str, ...]
    wanted: tuple[str, ...]
    remarks: tuple[str, ...]
    length: str
    source: str
    judge: str


def sign(verdict: Verdict, label: str = "") -> Sign:
    """A verdict as a sign with its word."""
    return Sign(verdict, SIGNS[verdict], SAID[verdict], label)


def view(number: int, item: Graded, title: str, numbers: bool = True) -> View:
    """A card as a page shows it; without `numbers` no level and no figure about it shows."""
    card = item.card
    parts, text = _read(item, numbers)
    graded = card if isinstance(card, Feedback) else None
    return View(
        number=number,
        anchor=f"a{number}",
        who=item.who,
        draft=item.draft,
        question=card.question,
        title=title,
        kind=card.kind.replace("_", " "),
        verdict=_verdict(card, numbers),
        slots=tuple(sign(getattr(graded.slots, slot), SLOT_NAMES[slot]) for slot in SLOTS) if graded else (),
        edit=_edit(graded, numbers) if graded else None,
        ready=bool(graded and graded.ready),
        parts=parts,
        text=text,
        keep=tuple(k.quote for k in graded.keep) if graded else (),
        asked=graded.follow_ups if graded else (),
        reasons=_reasons(card),
        wanted=card.ask if isinstance(card, NotGradable) else (),
        remarks=card.answer.warnings,
        length=_length(card),
        source=_source(item),
        judge=_judge(card),
    )


def _verdict(card: AnyOf, numbers: bool) -> str:
    if not isinstance(card, Feedback):
        return "failed" if isinstance(card, Failed) else "not gradable"
    if not numbers:
        return ""
    spread = f" ({card.overall.range[0]}\u2013{card.overall.range[1]})" if card.overall.range else ""
    return f"reads as {card.overall.word}, {card.overall.level} of 5{spread}"


def _reasons(card: AnyOf) -> tuple[str, ...]:
    if isinstance(card, Failed):
        return tuple(part for part in (card.error.message, card.error.hint) if part)
    if isinstance(card, Feedback):
        return ()
    said, other = tuple(reason.message for reason in card.reasons), card.seems_to_answer
    return (*said, f"It seems to answer {other}.") if other else said


def _length(card: AnyOf) -> str:
    minutes, seconds = divmod(round(card.answer.speaking_seconds / 10) * 10, 60)
    return f"{card.answer.words} words, about {minutes}:{seconds:02d} to say"


def _source(item: Graded) -> str:
    source = item.card.source
    parts = (source.path, f"row {source.row}" if source.row is not None else None) if source else ()
    return ", ".join(part for part in parts if part)


def _judge(card: AnyOf) -> str:
    by = card.graded_by
    if by is None:
        return f"rubric {card.question} {card.rubric.version}"
    who = (
        RULES_NOTE
        if by.engine == "rules"
        else f"Judged by {judge_of(by)}, {by.passes} pass{'es'[: 2 * (by.passes > 1)]}."
    )
    return f"{who} Rubric {card.question} {card.rubric.version}; {card.graded_at[:10]}."


def _edit(card: Feedback, numbers: bool) -> Edit | None:
    edit = card.next_edit
    if edit is None:
        return None
    gain = NAMES[edit.dimension]
    if numbers:
        gain = f"{gain} {edit.from_} \u2192 {edit.to}, overall {card.overall.level} \u2192 {edit.overall_to}"
    return Edit(gain, edit.place.opening if edit.place else None, edit.ask)


def _read(item: Graded, numbers: bool) -> tuple[tuple[Part, ...], tuple[Piece, ...]]:
    """The dimensions with numbered indicators, and the text with those numbers where their words stand."""
    card, marks = item.card, list[Mark]()
    start = front_matter(item.text)[1]
    if not isinstance(card, Feedback):
        return (), tuple(pieces(item.text[start:], ()))
    parts = []
    number = 0
    for dimension in card.dimensions:
        items = []
        for result in dimension.indicators:
            number += 1
            items.append(_item(number, result))
            marks += _marks(item.text, start, number, result)
        parts.append(_part(dimension, tuple(items), numbers))
    return tuple(parts), tuple(pieces(item.text[start:], marks))


def _marks(text: str, start: int, number: int, result: IndicatorResult) -> list[Mark]:
    spans = [placed(text, evidence.quote, evidence.start, evidence.end) for evidence in result.evidence]
    whole = result.verdict == "met"
    return [Mark(span[0] - start, span[1] - start, number, whole) for span in spans if span]


def _item(number: int, result: IndicatorResult) -> Item:
    return Item(number, result.label, sign(result.verdict), quotes(result.evidence), result.note, is_split(result))


def quotes(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Quotes, each on one line."""
    return tuple(" ".join(one.quote.split()) for one in evidence)


def _part(dimension: DimensionResult, items: tuple[Item, ...], numbers: bool) -> Part:
    limits = tuple(cap.says for cap in dimension.caps if cap.limit)
    faults = tuple(cap.note for cap in dimension.caps if cap.limit and cap.note and cap.id not in _ids(dimension))
    if not numbers:
        return Part(NAMES[dimension.id], None, None, None, None, items, faults)
    spread = f"{dimension.range[0]}\u2013{dimension.range[1]}" if dimension.range else None
    following = f"{dimension.next.level}: {dimension.next.anchor}" if dimension.next else None
    name = NAMES[dimension.id]
    return Part(name, dimension.level, spread, dimension.anchor, following, items, (*limits, *faults))


def _ids(dimension: DimensionResult) -> set[str]:
    return {i.id for i in dimension.indicators}
