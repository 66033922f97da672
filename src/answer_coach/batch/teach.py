"""What a whole group lacks, with the words of somebody who had it; and notes that stand on too many cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from answer_coach.answer import Word
from answer_coach.batch.graded import Graded, basis_of
from answer_coach.feedback import Feedback
from answer_coach.rubric import Rubric

LESSONS = 3
LEAST = 3  # answers to a question, so that "most" means something
COMMON = 0.4  # the share of cards from which on a note says more about the judge than about an answer
LEAST_CARDS = 5
ALARMS = 3
WELL = 3.0  # overall, from which on an answer shows others how
SHOWN = 5  # words that a quote must have to show how something is said well

Basis = tuple[str, str, str]


class Lesson(Word):
    """An indicator that most answers to a question lack, and how somebody said it.

    `quote` is None where nobody did; `example` is then the rubric's own.
    """

    question: str
    indicator: str
    label: str
    absent: int
    half: int
    of: int
    quote: str | None = None
    by: str | None = None
    number: int | None = None
    example: str | None = None


class Alarm(Word):
    """A note that stands on many cards.  `own` tells whether it is the rubric's own text; None where unknown."""

    text: str
    count: int
    of: int
    own: bool | None


def lessons(graded: Sequence[Graded], rubrics: Mapping[str, Rubric]) -> tuple[Lesson, ...]:
    """The indicators that most answers lack in whole or half, each within its question; no indicator twice."""
    groups: dict[Basis, list[tuple[int, Graded, Feedback]]] = {}
    for number, item in enumerate(graded, 1):
        if isinstance(item.card, Feedback):
            groups.setdefault(basis_of(item.card), []).append((number, item, item.card))
    found = [lesson for group in groups.values() if len(group) >= LEAST for lesson in _of_group(group, rubrics)]
    found = [lesson for lesson in found if (lesson.absent + lesson.half) * 2 >= lesson.of]
    found.sort(key=_order)
    chosen: dict[str, Lesson] = {}
    for lesson in found:
        chosen.setdefault(lesson.indicator, lesson)
    return tuple(chosen.values())[:LESSONS]


def _order(lesson: Lesson) -> tuple[int, float, bool]:
    """What most people lack first; of equals the larger share, then what somebody showed."""
    lacking = lesson.absent + lesson.half
    return (-lacking, -lacking / lesson.of, lesson.quote is None)


def _of_group(group: Sequence[tuple[int, Graded, Feedback]], rubrics: Mapping[str, Rubric]) -> list[Lesson]:
    """What answers to one question, graded alike, lack."""
    first = group[0][2]
    rubric = rubrics.get(first.question)
    made = []
    for name, label in [(i.id, i.label) for d in first.dimensions for i in d.indicators]:
        verdicts = Counter(card.indicator(name).verdict for _, _, card in group)
        shown = [
            (card.overall.level, -number, item, evidence.quote)
            for number, item, card in group
            for evidence in card.indicator(name).evidence[:1]
            if card.indicator(name).verdict == "met"
            and card.overall.level >= WELL
            and len(evidence.quote.split()) >= SHOWN
        ]
        best = max(shown, key=lambda one: one[:2], default=None)
        lesson = Lesson(
            question=first.question,
            indicator=name,
            label=label,
            absent=verdicts["absent"],
            half=verdicts["partial"],
            of=len(group) - verdicts["cannot_tell"],
            example=rubric.by_id[name].met if rubric and name in rubric.by_id else None,
        )
        if best:
            said = {"quote": " ".join(best[3].split()), "by": best[2].who, "number": -best[1]}
            lesson = lesson.model_copy(update=said)
        if lesson.of:
            made.append(lesson)
    return made


def alarms(graded: Sequence[Graded], rubrics: Mapping[str, Rubric]) -> tuple[Alarm, ...]:
    """Notes and asks that stand on more than 40 % of the cards, most frequent first; none that holds another."""
    cards = [item.card for item in graded if isinstance(item.card, Feedback)]
    if len(cards) < LEAST_CARDS:
        return ()
    counts = Counter(text for card in cards for text in _asks(card))
    own = {text for rubric in rubrics.values() for i in rubric.indicators for text in (i.ask_absent, i.ask_partial)}
    chosen: list[Alarm] = []
    for text, count in sorted(counts.items(), key=lambda pair: (-pair[1], len(pair[0]))):
        if count <= COMMON * len(cards) or any(other.text in text or text in other.text for other in chosen):
            continue
        chosen.append(Alarm(text=text, count=count, of=len(cards), own=text in own if own else None))
    return tuple(chosen[:ALARMS])


def _asks(card: Feedback) -> set[str]:
    """All that a card asks, once each."""
    notes = {i.note for d in card.dimensions for i in d.indicators if i.note}
    return notes | ({card.next_edit.ask} if card.next_edit else set())
