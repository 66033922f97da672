"""One job put to a judge as often as was asked, in the sync and the async way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from answer_coach.engines.interface import Judge
from answer_coach.errors import CoachError, UnusableReply
from answer_coach.feedback import GradedBy
from answer_coach.passes import for_pass, together
from answer_coach.steps import Job, Outcome

RULES = "rules"
Item = TypeVar("Item")
Result = TypeVar("Result")


def graded(judge: Judge, job: Job, passes: int = 1) -> Outcome:
    """The outcome of several passes, one after the other.

    Raises what the judge raises; a reply that can't be used only where that is so for half of the passes or more.
    """
    outcomes: list[Outcome] = []
    lost: list[UnusableReply] = []
    for number in range(1, wanted(judge, passes) + 1):
        try:
            outcomes.append(judge.judge(for_pass(job, number)))
        except UnusableReply as fault:
            lost.append(fault)
    return _together(job, outcomes, lost)


async def agraded(judge: Judge, job: Job, passes: int = 1) -> Outcome:
    """`graded`, side by side in the running event loop."""
    import asyncio

    async def one(number: int) -> Outcome | CoachError:
        try:
            return await judge.ajudge(for_pass(job, number))
        except CoachError as fault:
            return fault

    count = wanted(judge, passes)
    if count == 1:
        return await judge.ajudge(job)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(number)) for number in range(1, count + 1)]
    results = [task.result() for task in tasks]
    if broken := next((r for r in results if isinstance(r, CoachError) and not isinstance(r, UnusableReply)), None):
        raise broken
    return _together(
        job,
        [result for result in results if isinstance(result, Outcome)],
        [result for result in results if isinstance(result, UnusableReply)],
    )


async def side_by_side(one: Callable[[Item], Awaitable[Result]], items: Sequence[Item], at_once: int) -> list[Result]:
    """What `one` gives for each item, in order; never more than `at_once` under way."""
    import asyncio

    gate = asyncio.Semaphore(at_once)

    async def through(item: Item) -> Result:
        async with gate:
            return await one(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(through(item)) for item in items]
    return [task.result() for task in tasks]


def told_by(outcome: Outcome, by: GradedBy) -> GradedBy:
    """Who judged, with what only the grading could tell: the passes that counted, the reply mode, the prompt."""
    told = {
        "passes": outcome.passes,
        "reply_mode": outcome.mode or by.reply_mode,
        "prompt": outcome.prompt or by.prompt,
    }
    return by.model_copy(update=told)


def wanted(judge: Judge, passes: int) -> int:
    """How many passes make sense: rules say the same each time."""
    return 1 if judge.graded_by.engine == RULES else max(1, passes)


def _together(job: Job, outcomes: list[Outcome], lost: list[UnusableReply]) -> Outcome:
    if len(lost) >= len(outcomes):
        raise lost[0]
    return together(job.rubric, outcomes, len(outcomes) + len(lost))
