"""What a whole group lacks, with the words of somebody who had it; and notes that stand on too many cards.

Both take one card after the other and keep counts only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from answer_coach.answer import Word
from answer_coach.batch.graded import Graded, basis_of
from answer_coach.feedback import Feedback
from answer_coach.rubric import Rubric

LESSONS = 3
LEAST = 3  # answers to a question, so that "most" means something
COMMON = 0.4  # the share of cards from which on a note says more about the judge than about an answer
LEAST_CARDS = 5
ALARMS = 3
SWEEP = 1000  # cards
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


class Shown(NamedTuple):
    """How somebody said it; of two the greater is the better: the higher level, then who came first."""

    level: float
    turn: int
    """The number of the answer, negative."""
    by: str
    quote: str


class Group:
    """Answers to one question that are counted together."""

    def __init__(self, card: Feedback):
        self.question, self.size = card.question, 0
        self.labels = {i.id: i.label for d in card.dimensions for i in d.indicators}
        self._verdicts: Counter[tuple[str, str]] = Counter()
        self._best: dict[str, Shown] = {}

    def take(self, number: int, who: str, card: Feedback) -> None:
        """One more card."""
        self.size += 1
        level = card.overall.level
        for result in (i for d in card.dimensions for i in d.indicators):
            self._verdicts[result.id, result.verdict] += 1
            if result.verdict == "met" and level >= WELL and result.evidence:
                quote = result.evidence[0].quote
                best = self._best.get(result.id)
                if len(quote.split()) >= SHOWN and (best is None or (level, -number) > best[:2]):
                    self._best[result.id] = Shown(level, -number, who, quote)

    def lesson(self, name: str, rubric: Rubric | None) -> Lesson:
        """How many lack an indicator, and how somebody said it."""
        best = self._best.get(name)
        return Lesson(
            question=self.question,
            indicator=name,
            label=self.labels[name],
            absent=self._verdicts[name, "absent"],
            half=self._verdicts[name, "partial"],
            of=self.size - self._verdicts[name, "cannot_tell"],
            example=rubric.by_id[name].met if rubric and name in rubric.by_id else None,
            quote=" ".join(best.quote.split()) if best else None,
            by=best.by if best else None,
            number=-best.turn if best else None,
        )


class Lessons:
    """Finds the indicators that most answers lack in whole or half, each within its question; no indicator twice."""

    def __init__(self) -> None:
        self._groups: dict[Basis, Group] = {}

    def take(self, number: int, item: Graded) -> None:
        """One answer; numbers count from 1."""
        if isinstance(item.card, Feedback):
            basis = basis_of(item.card)
            if basis not in self._groups:
                self._groups[basis] = Group(item.card)
            self._groups[basis].take(number, item.who, item.card)

    def told(self, rubrics: Mapping[str, Rubric]) -> tuple[Lesson, ...]:
        """What most lack, first what most people do; of equals the larger share, then what somebody showed."""
        found = [
            lesson
            for group in self._groups.values()
            if group.size >= LEAST
            for lesson in (group.lesson(name, rubrics.get(group.question)) for name in group.labels)
            if lesson.of and (lesson.absent + lesson.half) * 2 >= lesson.of
        ]
        chosen: dict[str, Lesson] = {}
        for lesson in sorted(found, key=_order):
            chosen.setdefault(lesson.indicator, lesson)
        return tuple(chosen.values())[:LESSONS]


def _order(lesson: Lesson) -> tuple[int, float, bool]:
    lacking = lesson.absent + lesson.half
    return (-lacking, -lacking / lesson.of, lesson.quote is None)


class Alarms:
    """Finds notes and asks that stand on more than 40 % of the cards.

    Every `SWEEP` cards, texts that can't be among those are forgotten, so that what is frequent is counted to within
    one in `SWEEP` of the cards (lossy counting: Manku and Motwani, Approximate Frequency Counts over Data Streams,
    2002); up to that many cards exactly.
    """

    def __init__(self) -> None:
        self._cards = 0
        self._counts: Counter[str] = Counter()
        self._before: dict[str, int] = {}
        """How many sweeps there were when a text was first counted: so often it may have been forgotten."""

    def take(self, item: Graded) -> None:
        """One answer."""
        if not isinstance(item.card, Feedback):
            return
        sweeps, self._cards = self._cards // SWEEP, self._cards + 1
        for text in _asks(item.card):
            self._counts[text] += 1
            self._before.setdefault(text, sweeps)
        if self._cards % SWEEP == 0:
            for text in [text for text, count in self._counts.items() if count + self._before[text] <= sweeps + 1]:
                del self._counts[text], self._before[text]

    def told(self, rubrics: Mapping[str, Rubric]) -> tuple[Alarm, ...]:
        """Most frequent first; none that holds another."""
        if self._cards < LEAST_CARDS:
            return ()
        own = {text for rubric in rubrics.values() for i in rubric.indicators for text in (i.ask_absent, i.ask_partial)}
        chosen: list[Alarm] = []
        for text, count in sorted(self._counts.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0])):
            if count <= COMMON * self._cards:
                break
            if not any(other.text in text or text in other.text for other in chosen):
                chosen.append(Alarm(text=text, count=count, of=self._cards, own=text in own if own else None))
        return tuple(chosen[:ALARMS])


def _asks(card: Feedback) -> set[str]:
    """All that a card asks, once each."""
    notes = {i.note for d in card.dimensions for i in d.indicators if i.note}
    return notes | ({card.next_edit.ask} if card.next_edit else set())
