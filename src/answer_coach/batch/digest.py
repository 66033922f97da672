"""A batch on one screen: who needs you, what to teach, what changed, where it stands, what to send.

One pass over the cards; what is kept of them does not grow with their number, but for a few bytes each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from answer_coach.answer import Word
from answer_coach.batch.alike import Alikes, Likeness
from answer_coach.batch.graded import Batch, Graded, Listed, Listing, judge_of, numbered
from answer_coach.batch.scratch import scratch
from answer_coach.batch.since import Comparing, Since
from answer_coach.batch.teach import Alarm, Alarms, Lesson, Lessons
from answer_coach.feedback import Failed, Feedback, NotGradable, is_split
from answer_coach.rubric import SLOTS, DimensionId, Rubric, Slot, Verdict
from answer_coach.scoring import WORDS

WORDS_OF = (*(name for _, name in WORDS), "strong lead")


class NeedsYou(Word):
    """What no code can settle."""

    failed: Listed
    not_gradable: Listed
    split: Listed
    """Answers on which the passes had no majority for some indicator; `says` names them."""
    alike: Alikes

    @property
    def count(self) -> int:
        """How many things there are to look at."""
        return self.failed.count + self.not_gradable.count + self.split.count + self.alike.count


class DimensionLevels(Word):
    """How many answers stand at each level of a dimension, 1 to 5."""

    id: DimensionId
    counts: tuple[int, int, int, int, int]


class SlotCounts(Word):
    """How often a slot is met, half said, absent, and can't be told."""

    slot: Slot
    counts: Mapping[Verdict, int]


class Levels(Word):
    """Where the answers that one judge graded stand.  Those of two judges are never put into one figure."""

    judge: str
    of: int
    ready: int
    dimensions: tuple[DimensionLevels, ...]
    words: Mapping[str, int]
    slots: tuple[SlotCounts, ...]


class ToSend(Word):
    """The files that are ready to be sent: how many, where, in what form."""

    files: int
    folder: str
    form: str
    without_score: bool


class Digest(Word):
    """The first screen of a batch."""

    answers: int
    candidates: int
    questions: tuple[str, ...]
    graded: int
    needs: NeedsYou
    teach: tuple[Lesson, ...]
    alarms: tuple[Alarm, ...]
    since: Since | None
    """None where there is no earlier batch to compare with."""
    levels: tuple[Levels, ...]
    versions: tuple[str, ...]
    """Questions that were graded with more than one version of their rubric."""
    send: ToSend | None


class Digesting:
    """Makes a digest: `take` each answer of the batch in turn, then ask for `told`.

    `against` is an earlier batch, to compare with.
    """

    def __init__(self, batch: Batch, against: Batch | None = None):
        self._failed, self._not_gradable, self._split = Listing(), Listing(), Listing()
        self._alike, self._lessons, self._alarms = Likeness(batch), Lessons(), Alarms()
        self._since = Comparing(batch, against) if against is not None else None
        self._levels: dict[str, Counting] = {}
        self._people = scratch("CREATE TABLE people (who INTEGER PRIMARY KEY)")
        self._rubrics: dict[tuple[str, str], None] = {}
        self._count = 0

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that were answered, as they came."""
        return tuple(dict.fromkeys(question for question, _ in self._rubrics))

    def take(self, number: int, item: Graded) -> None:
        """One answer; numbers count from 1."""
        card = item.card
        self._count += 1
        self._rubrics[card.question, card.rubric.sha256] = None
        if item.candidate:
            self._people.execute("INSERT OR IGNORE INTO people VALUES (?)", (hash(item.person),))
        if isinstance(card, Failed):
            self._failed.take(numbered(number, item, card.error.message))
        elif isinstance(card, NotGradable):
            self._not_gradable.take(numbered(number, item, " ".join(reason.message for reason in card.reasons)))
        else:
            self._levels.setdefault(judge_of(card.graded_by), Counting()).take(card)
            if parted := split_on(card):
                self._split.take(numbered(number, item, ", ".join(parted)))
        self._lessons.take(number, item)
        self._alarms.take(item)
        self._alike.take(number, item)
        if self._since:
            self._since.take(number, item)

    def told(self, rubrics: Mapping[str, Rubric] | None = None, send: ToSend | None = None) -> Digest:
        """The first screen; `rubrics` lends examples where nobody showed a point well."""
        known, questions = rubrics or {}, self.questions
        versions = Counter(question for question, _ in self._rubrics)
        return Digest(
            answers=self._count,
            candidates=self._people.execute("SELECT count(*) FROM people").fetchone()[0],
            questions=questions,
            graded=sum(counts.of for counts in self._levels.values()),
            needs=NeedsYou(
                failed=self._failed.told(),
                not_gradable=self._not_gradable.told(),
                split=self._split.told(),
                alike=self._alike.told(),
            ),
            teach=self._lessons.told(known),
            alarms=self._alarms.told(known),
            since=self._since.told() if self._since else None,
            levels=tuple(counts.told(judge) for judge, counts in self._levels.items()),
            versions=tuple(question for question in questions if versions[question] > 1),
            send=send,
        )


def digest(
    batch: Batch,
    against: Batch | None = None,
    rubrics: Mapping[str, Rubric] | None = None,
    send: ToSend | None = None,
) -> Digest:
    """The first screen of a batch.  See `Digesting` for what goes in."""
    made = Digesting(batch, against)
    for number, item in enumerate(batch, 1):
        made.take(number, item)
    return made.told(rubrics, send)


def split_on(card: Feedback) -> list[str]:
    """Labels of the indicators on which the passes had no majority."""
    return [i.label for d in card.dimensions for i in d.indicators if is_split(i)]


class Counting:
    """The distribution of levels and slots over the cards of one judge."""

    def __init__(self) -> None:
        self.of = self._ready = 0
        self._dimensions: dict[DimensionId, Counter[int]] = {}
        self._words: Counter[str] = Counter()
        self._slots: dict[Slot, Counter[Verdict]] = {slot: Counter() for slot in SLOTS}

    def take(self, card: Feedback) -> None:
        """One more card."""
        self.of += 1
        self._ready += card.ready
        self._words[card.overall.word] += 1
        for dimension in card.dimensions:
            self._dimensions.setdefault(dimension.id, Counter())[dimension.level] += 1
        for slot, counts in self._slots.items():
            counts[getattr(card.slots, slot)] += 1

    def told(self, judge: str) -> Levels:
        """What came so far."""
        return Levels(
            judge=judge,
            of=self.of,
            ready=self._ready,
            dimensions=tuple(
                DimensionLevels.model_validate({"id": name, "counts": [counts[level] for level in range(1, 6)]})
                for name, counts in self._dimensions.items()
            ),
            words={word: self._words[word] for word in WORDS_OF},
            slots=tuple(SlotCounts(slot=slot, counts=counts) for slot, counts in self._slots.items()),
        )
