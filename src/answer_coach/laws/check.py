"""A judge held against the laws: the cases graded, ruled on and counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from answer_coach.answer import Word
from answer_coach.choosing import RULES
from answer_coach.coach import Coach
from answer_coach.errors import CoachError, UnusableReply
from answer_coach.feedback import Feedback, GradedBy, NotGradable
from answer_coach.laws import perturb
from answer_coach.laws.laws import EXACT, LAWS, UNMEASURED, Case, Law, Ruling, Slack, credited, rule
from answer_coach.laws.material import plan

AT_ONCE = 4
CASES = 5  # of each law
SEEDS = (1,)
Key = tuple[str, str]
Graded = Feedback | NotGradable | CoachError
Progress = Callable[[int], None]


class Broken(Word):
    """A case that breaks its law: what was changed, and what moved."""

    case: str
    question: str
    change: str
    moved: tuple[str, ...]


class LawResult(Word):
    """One law: how many cases counted and how many of them break it; what did not count, and why."""

    law: str
    promise: str
    cases: int
    violations: int
    verdicts_moved: int
    verdicts: int
    aside: dict[str, int]
    broken: tuple[Broken, ...]

    @property
    def example(self) -> Broken | None:
        """One case that breaks the law, if any does."""
        return self.broken[0] if self.broken else None


class LawReport(Word):
    """All laws for one judge."""

    graded_by: GradedBy | None
    slack: Slack
    laws: tuple[LawResult, ...]

    def law(self, name: str) -> LawResult:
        """One law by its name; KeyError where there is none such."""
        return {result.law: result for result in self.laws}[name]


def check(
    coach: Coach,
    cases: Sequence[Case] | None = None,
    *,
    slack: Slack | None = None,
    progress: Progress | None = None,
    at_once: int = AT_ONCE,
) -> LawReport:
    """Hold a coach's judge against the laws.

    `cases` come from `material.plan`; without them it is five of each law.  `slack` is what the judge may move by where
    nothing should, by default its noise.  `progress` is told how many texts have been judged.  A text is judged once,
    whatever the number of its cases.  Raises CoachError where the first text can't be put to the judge; a failure
    further on is counted.
    """
    given = plan(coach.library, SEEDS, CASES) if cases is None else cases
    return asyncio.run(acheck(coach, given, slack=slack, progress=progress, at_once=at_once))


async def acheck(
    coach: Coach,
    cases: Sequence[Case],
    *,
    slack: Slack | None = None,
    progress: Progress | None = None,
    at_once: int = AT_ONCE,
) -> LawReport:
    """`check`, in the running event loop."""
    desk = _Desk(coach, progress, at_once)
    async with coach:
        await desk.first((case.question, case.before) for case in cases)
        await desk.grade((case.question, case.before) for case in cases)
        made = [_resolved(case, desk.cards[case.question, case.before]) for case in cases]
        ready = [case for case in made if case is not None]
        await desk.grade((case.question, case.after) for case in ready if case.after is not None)
    by = next((card.graded_by for card in desk.cards.values() if isinstance(card, Feedback)), None)
    allowed = slack or slack_of(by)
    ruled = [(case, _ruled(case, desk, allowed)) for case in ready]
    laws = tuple(_summary(law, [pair for pair in ruled if pair[0].law == law.id]) for law in LAWS)
    return LawReport(graded_by=by, slack=allowed, laws=laws)


def slack_of(by: GradedBy | None) -> Slack:
    """What a judge is allowed: its noise, where that was measured; nothing for the rules."""
    if by is None or by.engine == RULES:
        return EXACT
    return UNMEASURED if by.noise is None else UNMEASURED.model_copy(update={"levels": by.noise})


class _Desk:
    """The coach at work: every text once, some at a time."""

    def __init__(self, coach: Coach, progress: Progress | None, at_once: int):
        self._coach, self._progress = coach, progress
        self._free = asyncio.Semaphore(at_once)
        self.cards: dict[Key, Graded] = {}

    async def first(self, keys: Iterable[Key]) -> None:
        """Grade one text, so that an endpoint that doesn't work is found out before all are sent."""
        if (key := next(iter(keys), None)) is not None:
            await self.grade([key])
            if isinstance(card := self.cards[key], CoachError) and not isinstance(card, UnusableReply):
                raise card

    async def grade(self, keys: Iterable[Key]) -> None:
        """Grade those texts that have no card yet."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self.cards]
        async with asyncio.TaskGroup() as group:
            for key in wanted:
                group.create_task(self._one(key))

    async def _one(self, key: Key) -> None:
        question, text = key
        async with self._free:
            try:
                self.cards[key] = await self._coach.agrade(text, question=question)
            except CoachError as error:
                self.cards[key] = error
        if self._progress:
            self._progress(len(self.cards))


def _resolved(case: Case, card: Graded) -> Case | None:
    """A case with its changed text; None where its first card has nothing to be changed.

    For a deletion that is the `seed`-th of the credited indicators, in an order of their own for each text.
    """
    if case.after is not None:
        return case
    if not isinstance(card, Feedback):
        return None
    names = credited(card)
    perturb.chance(0, case.before).shuffle(names)
    if case.seed >= len(names):
        return None
    name = names[case.seed]
    evidence = card.indicator(name).evidence
    after = perturb.without(case.before, [(item.start, item.end) for item in evidence])
    change = " ".join(f'removed "{item.quote}"' for item in evidence)
    return case.model_copy(update={"after": after, "indicator": name, "change": change})


def _ruled(case: Case, desk: _Desk, slack: Slack) -> Ruling:
    before, after = desk.cards[case.question, case.before], desk.cards[case.question, str(case.after)]
    for card in (before, after):
        if isinstance(card, CoachError):
            return Ruling(aside=f"failed ({card.code})")
    if not isinstance(before, Feedback) or isinstance(after, CoachError):
        return Ruling(aside="the text itself was not graded")
    return rule(case, before, after, slack)


def _summary(law: Law, ruled: Sequence[tuple[Case, Ruling]]) -> LawResult:
    aside: dict[str, int] = {}
    for _, ruling in ruled:
        if ruling.aside:
            aside[ruling.aside] = aside.get(ruling.aside, 0) + 1
    counted = [(case, ruling) for case, ruling in ruled if not ruling.aside]
    broken = tuple(
        Broken(case=case.name, question=case.question, change=case.change, moved=ruling.broken)
        for case, ruling in counted
        if ruling.broken
    )
    return LawResult(
        law=law.id,
        promise=law.promise,
        cases=len(counted),
        violations=len(broken),
        verdicts_moved=sum(ruling.moved for _, ruling in counted),
        verdicts=sum(ruling.of for _, ruling in counted),
        aside=dict(sorted(aside.items())),
        broken=broken,
    )
