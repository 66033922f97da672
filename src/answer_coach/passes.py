"""Several passes of one judge over one answer, as one: majority verdicts, their agreement, and a range of levels.

A pass asks the same indicators in another order, so that an order effect shows as disagreement and not as a verdict.
The order follows from the rubric and the number of the pass: each pass has one stable beginning for all answers.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from answer_coach import scoring
from answer_coach.assemble import Judged
from answer_coach.rubric import DimensionId, Level, Rubric, Verdict
from answer_coach.steps import Job, Outcome
from answer_coach.verify import Finding

LOW_TO_HIGH: tuple[Verdict, ...] = ("absent", "cannot_tell", "partial", "met")
SPLIT = 0.5
"""A verdict with this agreement or less has no majority."""


def for_pass(job: Job, number: int) -> Job:
    """The job with its indicators in the order of a pass; the first pass keeps the order of the rubric."""
    return job.model_copy(update={"order": order(job.rubric, number)})


def order(rubric: Rubric, number: int) -> tuple[str, ...]:
    """The ids of a rubric in the order of a pass, indicators before faults."""
    if number <= 1:
        return ()
    indicators = _shuffled([i.id for i in rubric.indicators], rubric, number)
    return (*indicators, *_shuffled([c.id for c in rubric.faults], rubric, number))


def _shuffled(names: Sequence[str], rubric: Rubric, number: int) -> list[str]:
    return sorted(names, key=lambda name: hashlib.sha256(f"{rubric.sha256} {number} {name}".encode()).digest())


def majority(verdicts: Sequence[Verdict]) -> tuple[Verdict, float]:
    """The verdict of several passes and the share that gave it.

    Where no verdict has more than half, the middle one of them counts, the lower of two; its agreement says that.
    """
    found, count = Counter(verdicts).most_common(1)[0]
    if count * 2 <= len(verdicts):
        ranked = sorted(verdicts, key=LOW_TO_HIGH.index)
        found = ranked[(len(ranked) - 1) // 2]
        count = min(verdicts.count(found), len(verdicts) // 2)
    return found, count / len(verdicts)


def together(rubric: Rubric, outcomes: Sequence[Outcome], asked: int) -> Outcome:
    """One outcome from those of the passes that could be used; `asked` counts the ones that could not, too."""
    if len(outcomes) == 1 and asked == 1:
        return outcomes[0]
    findings, agreement = {}, {}
    for name in rubric.asked:
        given = [outcome.judged.findings[name] for outcome in outcomes]
        verdict, agreement[name] = majority([finding.verdict for finding in given])
        findings[name] = _shown(given, verdict)
    first = outcomes[0]
    judged = first.judged.model_copy(
        update={
            "findings": findings,
            "agreement": agreement,
            "ranges": ranges(rubric, [outcome.judged for outcome in outcomes]),
            "unverified": max(outcome.judged.unverified for outcome in outcomes),
        }
    )
    tokens = first.tokens
    for outcome in outcomes[1:]:
        tokens = tokens + outcome.tokens
    lost = asked - len(outcomes)
    remarks = (f"{lost} of {asked} passes could not be used and {'is' if lost == 1 else 'are'} not counted",)
    return first.model_copy(
        update={
            "judged": judged,
            "addresses": majority_word([outcome.addresses for outcome in outcomes]),
            "tokens": tokens,
            "passes": len(outcomes),
            "remarks": (*first.remarks, *(remarks if lost else ())),
        }
    )


def _shown(given: Sequence[Finding], verdict: Verdict) -> Finding:
    """The finding of the first pass that gave this verdict."""
    return next(finding for finding in given if finding.verdict == verdict)


def majority_word(words: Sequence[str]) -> str:
    """The most frequent word; of equally frequent ones the first that was said."""
    return Counter(words).most_common(1)[0][0]


def ranges(rubric: Rubric, passes: Sequence[Judged]) -> Mapping[DimensionId, tuple[Level, Level]]:
    """The lowest and the highest level that single passes gave to each dimension."""
    found: dict[DimensionId, tuple[Level, Level]] = {}
    for dimension in rubric.dimensions:
        levels = [
            scoring.level(rubric, dimension, scoring.settled({n: f.verdict for n, f in judged.findings.items()}))
            for judged in passes
        ]
        found[dimension.id] = (min(levels), max(levels))
    return found
