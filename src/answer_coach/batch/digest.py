"""A batch on one screen: who needs you, what to teach, what changed, where it stands, what to send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from answer_coach.answer import Word
from answer_coach.batch.alike import Alike, alike
from answer_coach.batch.graded import Graded, Numbered, judge_of, numbered
from answer_coach.batch.since import Since, since
from answer_coach.batch.teach import Alarm, Lesson, alarms, lessons
from answer_coach.feedback import Failed, Feedback, NotGradable, is_split
from answer_coach.rubric import SLOTS, DimensionId, Rubric, Slot, Verdict
from answer_coach.scoring import WORDS

WORDS_OF = (*(name for _, name in WORDS), "strong lead")


class NeedsYou(Word):
    """What no code can settle."""

    failed: tuple[Numbered, ...]
    not_gradable: tuple[Numbered, ...]
    split: tuple[Numbered, ...]
    """Answers on which the passes had no majority for some indicator; `says` names them."""
    alike: tuple[Alike, ...]

    @property
    def count(self) -> int:
        """How many things there are to look at."""
        return len(self.failed) + len(self.not_gradable) + len(self.split) + len(self.alike)


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


def digest(
    graded: Sequence[Graded],
    against: Sequence[Graded] | None = None,
    rubrics: Mapping[str, Rubric] | None = None,
    send: ToSend | None = None,
) -> Digest:
    """The first screen.  `against` is an earlier batch, `rubrics` lends examples where nobody showed a point well."""
    known = rubrics or {}
    pairs = {(item.card.question, item.card.rubric.sha256) for item in graded}
    questions = tuple(dict.fromkeys(item.card.question for item in graded))
    return Digest(
        answers=len(graded),
        candidates=len({item.candidate for item in graded if item.candidate}),
        questions=questions,
        graded=sum(isinstance(item.card, Feedback) for item in graded),
        needs=_needs(graded),
        teach=lessons(graded, known),
        alarms=alarms(graded, known),
        since=since(graded, against) if against is not None else None,
        levels=_levels(graded),
        versions=tuple(q for q in questions if sum(pair[0] == q for pair in pairs) > 1),
        send=send,
    )


def _needs(graded: Sequence[Graded]) -> NeedsYou:
    failed, not_gradable, split = [], [], []
    for number, item in enumerate(graded, 1):
        card = item.card
        if isinstance(card, Failed):
            failed.append(numbered(number, item, card.error.message))
        elif isinstance(card, NotGradable):
            not_gradable.append(numbered(number, item, " ".join(reason.message for reason in card.reasons)))
        elif parted := split_on(card):
            split.append(numbered(number, item, ", ".join(parted)))
    return NeedsYou(failed=tuple(failed), not_gradable=tuple(not_gradable), split=tuple(split), alike=alike(graded))


def split_on(card: Feedback) -> list[str]:
    """Labels of the indicators on which the passes had no majority."""
    return [i.label for d in card.dimensions for i in d.indicators if is_split(i)]


def _levels(graded: Sequence[Graded]) -> tuple[Levels, ...]:
    """The distribution of levels and slots, apart for each judge."""
    groups: dict[str, list[Feedback]] = {}
    for item in graded:
        if isinstance(item.card, Feedback):
            groups.setdefault(judge_of(item.card.graded_by), []).append(item.card)
    return tuple(_levels_of(judge, cards) for judge, cards in groups.items())


def _levels_of(judge: str, cards: Sequence[Feedback]) -> Levels:
    words = Counter(card.overall.word for card in cards)
    slots = {slot: Counter(getattr(card.slots, slot) for card in cards) for slot in SLOTS}
    return Levels(
        judge=judge,
        of=len(cards),
        ready=sum(card.ready for card in cards),
        dimensions=tuple(
            DimensionLevels.model_validate(
                {
                    "id": dimension.id,
                    "counts": [sum(card.dimensions[at].level == level for card in cards) for level in range(1, 6)],
                }
            )
            for at, dimension in enumerate(cards[0].dimensions)
        ),
        words={word: words.get(word, 0) for word in WORDS_OF},  # type: ignore[call-overload]
        slots=tuple(SlotCounts(slot=slot, counts=counts) for slot, counts in slots.items()),
    )
