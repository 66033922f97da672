"""What is most often not said, over all drafts: first attempts apart from reworked ones, one judge at a time.

Nothing is put together over different judges, prompts or versions of a rubric.  Over different questions only the four
slots are counted, which all of them share; other indicators are counted question by question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from answer_coach.answer import Word
from answer_coach.drafts.progress import Answers
from answer_coach.drafts.records import judge_of
from answer_coach.feedback import Feedback, GradedBy
from answer_coach.rubric import SLOTS, Verdict

ENOUGH = 5
"""Drafts below which nothing is said about what is frequent."""


Verdicts = Mapping[str, Verdict]


class Share(Word):
    """In how many drafts something was absent, of those where a judge could tell."""

    absent: int
    of: int

    @property
    def enough(self) -> bool:
        """Whether these are drafts enough to say something."""
        return self.of >= ENOUGH


class Tally(Word):
    """How often one point was absent."""

    id: str
    label: str
    every: Share
    first: Share
    """In first attempts."""
    reworked: Share
    """In all later drafts."""


class OfQuestion(Word):
    """What drafts of answers to one question leave out, most often first; nothing where there are not enough."""

    question: str
    drafts: int
    points: tuple[Tally, ...]


class ByJudge(Word):
    """All drafts that one judge graded with one prompt, each question by one version of its rubric."""

    graded_by: GradedBy | None
    drafts: int
    first: int
    outdated: int
    """Drafts that are left out, because they were graded by an older version of the rubric."""
    slots: tuple[Tally, ...]
    """Over all questions, most often absent first."""
    questions: tuple[OfQuestion, ...]


class _Read(NamedTuple):
    """A card of a draft, and whether that draft was the first attempt."""

    at: str
    card: Feedback
    first: bool


def tallies(kept: Answers) -> tuple[ByJudge, ...]:
    """What each judge found absent; the judge of most drafts first.  A text that came again counts once."""
    judges: dict[tuple[object, ...], list[_Read]] = {}
    for _, drafts in kept:
        seen: set[tuple[object, ...]] = set()
        for at, draft in enumerate(drafts):
            for one in reversed(draft.cards):  # the newest card of each judge
                if isinstance(one.card, Feedback):
                    judge = judge_of(one.card.graded_by)
                    if (judge, draft.number) in seen or (judge, one.card.answer.sha256) in seen:
                        continue
                    seen |= {(judge, draft.number), (judge, one.card.answer.sha256)}
                    judges.setdefault(judge, []).append(_Read(one.at, one.card, at == 0))
    made = [_by_judge(reads) for reads in judges.values()]
    return tuple(sorted(made, key=lambda one: (-one.drafts, one.graded_by.model if one.graded_by else "")))


def _by_judge(reads: list[_Read]) -> ByJudge:
    newest = {read.card.question: read.card.rubric.sha256 for read in sorted(reads, key=lambda read: read.at)}
    now = [read for read in reads if read.card.rubric.sha256 == newest[read.card.question]]
    slots = [_tally(slot, slot.replace("_", "-"), now, _of_slots) for slot in SLOTS]
    ranked = sorted(now, key=lambda read: read.card.question)
    return ByJudge(
        graded_by=now[0].card.graded_by,
        drafts=len(now),
        first=sum(read.first for read in now),
        outdated=len(reads) - len(now),
        slots=_most_absent(slots),
        questions=tuple(
            _of_question(question, list(of)) for question, of in groupby(ranked, lambda read: read.card.question)
        ),
    )


def _of_question(question: str, reads: list[_Read]) -> OfQuestion:
    indicators = [i for d in reads[-1].card.dimensions for i in d.indicators] if len(reads) >= ENOUGH else []
    points = [_tally(i.id, i.label, reads, _of_indicators) for i in indicators]
    found = [point for point in points if point.every.enough and point.every.absent]
    return OfQuestion(question=question, drafts=len(reads), points=_most_absent(found))


def _most_absent(points: Iterable[Tally]) -> tuple[Tally, ...]:
    """By share, then by count; equal ones stay in the order of the rubric."""
    return tuple(sorted(points, key=lambda p: (-(p.every.absent / max(1, p.every.of)), -p.every.absent)))


def _tally(name: str, label: str, reads: list[_Read], verdicts: Callable[[Feedback], Verdicts]) -> Tally:
    every = [(one.first, verdicts(one.card)[name]) for one in reads]
    return Tally(
        id=name,
        label=label,
        every=_share(verdict for _, verdict in every),
        first=_share(verdict for first, verdict in every if first),
        reworked=_share(verdict for first, verdict in every if not first),
    )


def _of_slots(card: Feedback) -> Verdicts:
    return {slot: getattr(card.slots, slot) for slot in SLOTS}


def _of_indicators(card: Feedback) -> Verdicts:
    return {i.id: i.verdict for d in card.dimensions for i in d.indicators}


def _share(verdicts: Iterable[Verdict]) -> Share:
    told = [verdict for verdict in verdicts if verdict != "cannot_tell"]
    return Share(absent=told.count("absent"), of=len(told))
