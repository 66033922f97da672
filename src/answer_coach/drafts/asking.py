"""What is still open in a draft, one question at a time, and where an answer could go."""

from __future__ import annotations

from collections.abc import Container, Iterable

from answer_coach.advice import place_of
from answer_coach.answer import Answer, Word
from answer_coach.assemble import feedback
from answer_coach.drafts.facts import Fact
from answer_coach.feedback import Feedback, IndicatorResult, Place
from answer_coach.remaking import about_of, judged_again
from answer_coach.rubric import Rubric


class Open(Word):
    """A question that a card asks: `asked` is the rubric's own, `note` what the judge made of it for this draft."""

    id: str
    label: str
    asked: str
    note: str
    place: Place | None


def open_questions(card: Feedback, answer: Answer, rubric: Rubric, known: Container[str]) -> list[Open]:
    """What a card asks, the next edits first, without what is `known`: each indicator once."""
    edits = [edit for edit in (card.next_edit, *card.also) if edit]
    order = [*(name for edit in edits for name in edit.needs), *card.half_said, *card.not_found]
    found = []
    for name in dict.fromkeys(order):
        if name in known or name not in rubric.by_id:
            continue
        result, indicator = card.indicator(name), rubric.by_id[name]
        asked = indicator.ask_partial if result.verdict == "partial" else indicator.ask_absent
        place = place_for(card, answer, name)
        found.append(Open(id=name, label=result.label, asked=asked, note=result.note or asked, place=place))
    return found


def place_for(card: Feedback, answer: Answer, name: str) -> Place | None:
    """Where words about an indicator belong: where the judge put them, else behind what speaks of it or beside it."""
    result = card.indicator(name)
    if result.place:
        return result.place
    beside = next(d.indicators for d in card.dimensions if any(i.id == name for i in d.indicators))
    for one in (result, *reversed(beside)):
        for item in one.evidence:
            if sentence := answer.sentence_at(item.start):
                return place_of(answer, sentence.number)
    return None


def places(card: Feedback, answer: Answer, facts: Iterable[Fact]) -> list[tuple[Fact, IndicatorResult, Place | None]]:
    """For each fact that a draft does not tell in full, where it could go."""
    results = {i.id: i for d in card.dimensions for i in d.indicators}
    return [
        (fact, results[fact.id], place_for(card, answer, fact.id))
        for fact in facts
        if fact.state == "told" and fact.id in results and results[fact.id].verdict != "met"
    ]


def without(card: Feedback, answer: Answer, rubric: Rubric, closed: frozenset[str]) -> Feedback:
    """The same card with edits that need nothing of what is closed; verdicts and levels stay as they are."""
    needed = [card.next_edit, *card.also]
    if not any(edit and closed & set(edit.needs) for edit in needed) or rubric.sha256 != card.rubric.sha256:
        return card
    notes = {i.id: i.note for d in card.dimensions for i in d.indicators if i.note}
    fresh = feedback(about_of(card, answer, rubric), judged_again(card, {}, notes, closed=closed))
    return fresh.model_copy(update={"follow_ups": card.follow_ups})
