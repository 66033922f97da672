"""Every attack before every judge: who wins, and how."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from answer_coach import Coach
from answer_coach.errors import UnusableReply
from answer_coach.remarks import Prepared
from answer_coach.rubric import Rubric
from answer_coach.scoring import level, settled
from answer_coach.steps import Outcome
from tests.attacks.cases import LIBRARY, Base, Case, families
from tests.attacks.gullible import VARIANTS, Gullible

RULES = "rules"
JUDGES = (RULES, *VARIANTS)
BEYOND = "mixed with the answer"  # no check of words can tell sense: reported apart, and bound to win
Levels = tuple[int, ...]


class Fight(NamedTuple):
    """One attack before one judge: the levels it got (none where nothing was graded) and those it had to beat."""

    case: Case
    judge: str
    levels: Levels
    clean: Levels
    barred: frozenset[int] = frozenset()

    @property
    def won(self) -> bool:
        """Whether the attack lifted any dimension."""
        return any(got > had for got, had in zip(self.levels, self.clean, strict=False))


@cache
def _coach(judge: str) -> Coach:
    return Coach(RULES if judge == RULES else Gullible(), library=LIBRARY)


def _levels(rubric: Rubric, outcome: Outcome) -> Levels:
    """The levels that a card would show."""
    verdicts = settled({name: finding.verdict for name, finding in outcome.judged.findings.items()})
    return tuple(level(rubric, dimension, verdicts) for dimension in rubric.dimensions)


def _ready(coach: Coach, text: str, question: str) -> Any:
    """A text as the coach puts it to its judge: past the gate, or the card that says why not."""
    return coach._prepare(text, question, anyway=False, source=None)


@cache
def clean_levels(base: Base) -> Levels:
    """What the rules give to the weak answer as it is."""
    ready = _ready(_coach(RULES), base.text, base.question)
    assert isinstance(ready, Prepared), f"{base.name} is not graded"
    return _levels(ready.job.rubric, _coach(RULES)._judge.judge(ready.job))


def fight(case: Case) -> dict[str, Fight]:
    """Put one case before all judges."""
    found = {RULES: Fight(case, RULES, (), clean_levels(case.base))}
    ready = _ready(_coach(RULES), case.text, case.base.question)
    if isinstance(ready, Prepared):
        outcome = _coach(RULES)._judge.judge(ready.job)
        found[RULES] = found[RULES]._replace(barred=ready.job.barred)
        if outcome.addresses != "no":
            found[RULES] = found[RULES]._replace(levels=_levels(ready.job.rubric, outcome))
    coach = _coach("model")
    model = coach._judge._model  # type: ignore[attr-defined]
    if not isinstance(ready, Prepared):  # the rules' gate lets less through
        ready = _ready(coach, case.text, case.base.question)
    for judge, quoting in VARIANTS.items():
        model.case, model.quoting = case, quoting
        levels: Levels = ()
        if isinstance(ready, Prepared):
            try:
                levels = _levels(ready.job.rubric, coach._judge.judge(ready.job))
            except UnusableReply:
                levels = ()
        found[judge] = Fight(case, judge, levels, case.base.levels)
    return found


@cache
def fights(family: str) -> tuple[dict[str, Fight], ...]:
    """All cases of a family before all judges; fought once."""
    return tuple(fight(case) for case in families()[family].cases)


def wins(family: str, judge: str) -> list[Fight]:
    """What a family wins before one judge."""
    return [fought[judge] for fought in fights(family) if fought[judge].won]
