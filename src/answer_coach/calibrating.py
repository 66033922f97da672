"""Labels and cards to a `Calibration`: how far a judge agrees with people, with failures counted.

`matching.prepare` finds the distinct answers behind the rows, the caller has each graded once, `compare` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, groupby
from typing import Any

from answer_coach import agreement
from answer_coach.calibration import (
    Apart,
    Calibration,
    Failure,
    Figure,
    LevelAgreement,
    LevelFigures,
    Method,
    Step,
    Table,
    VerdictAgreement,
    VerdictFigures,
)
from answer_coach.feedback import Failed, Feedback, NotGradable
from answer_coach.labels import LEVELS, VERDICT, VERDICTS
from answer_coach.matching import Card, Prepared, Said, said_levels, said_verdicts
from answer_coach.scoring import WORDS

RANKS = (1, 2, 3, 4, 5)
APART = 2


def compare(ready: Prepared, cards: Sequence[Card], made_at: str, coach_version: str) -> Calibration:
    """How far the cards, one for each case, agree with the labels.  Raises ExtraMissing without scikit-learn, scipy."""
    agreement.need()
    graded = [card for card in cards if isinstance(card, Feedback)]
    levels = [made for target in LEVELS if (made := _level_agreement(target, ready, cards))]
    read = ready.labels
    return Calibration(
        labels=read.path,
        made_at=made_at,
        coach_version=coach_version,
        graded_by=graded[0].graded_by if graded else None,
        rubrics={card.question: card.rubric for card in cards},
        rows=len(read.rows) + len(read.faults) + len(read.unlabelled),
        raters=tuple(sorted({mark.rater for mark in ready.marks})),
        answers=len(ready.cases),
        graded=len(graded),
        failures=tuple(_failures(ready, cards)),
        unlabelled=tuple(read.unlabelled),
        ignored_columns=tuple(read.ignored),
        method=Method(confidence=agreement.CONFIDENCE, resamples=agreement.RESAMPLES, seed=agreement.SEED),
        levels=tuple(levels),
        verdicts=_all_verdicts(ready, said_verdicts(ready, cards)),
        indicators=tuple(_indicators(ready, said_verdicts(ready, cards))),
        apart=tuple(_apart(ready, cards)),
    )


def _failures(ready: Prepared, cards: Sequence[Card]) -> Iterable[Failure]:
    """What failed, with every line that it concerns; what failed alike is one."""
    found: dict[tuple[Any, str, str], set[int]] = {}
    for fault in ready.faults:
        found.setdefault(("unreadable", "row", fault.what), set()).add(fault.line)
    for at, card in enumerate(cards):
        if isinstance(card, NotGradable):
            key: tuple[Any, str, str] = ("not_gradable", card.reasons[0].code, card.reasons[0].message)
        elif isinstance(card, Failed):
            key = ("failed", card.error.code, f"{card.error.message}. {card.error.hint}".removesuffix(". "))
        else:
            continue
        found.setdefault(key, set()).update(line for mark in ready.marks if mark.case == at for line in mark.seen)
    for (kind, code, message), lines in found.items():
        yield Failure(kind=kind, lines=tuple(sorted(lines)), code=code, message=message)


def band(overall: float) -> int:
    """The word of an overall figure as a rank: 1 not yet, 2 thin, 3 senior, 4 lead, 5 strong lead."""
    return 1 + sum(overall >= below for below, _ in WORDS)


def nearest(level: float) -> int:
    """The level next to a guess."""
    return min(5, max(1, round(level)))


def _of_all(said: Sequence[Said], unreadable: int, alike: Callable[[Any, Any], bool]) -> Figure:
    """The share of exact agreement where what failed counts as disagreement; an unreadable row is an answer apart."""
    groups = [item.case for item in said] + [-1 - at for at in range(unreadable)]
    hits = [float(item.judge is not None and alike(item.human, item.judge)) for item in said]
    return agreement.mean(groups, hits + [0.0] * unreadable)


def _level_agreement(target: Any, ready: Prepared, cards: Sequence[Card]) -> LevelAgreement | None:
    said = said_levels(target, ready, cards)
    if not said and not any(target in fault.labels for fault in ready.faults):
        return None
    rank = band if target == "overall" else nearest
    unreadable = sum(target in fault.labels or not fault.labels for fault in ready.faults)
    both = [item for item in said if item.judge is not None]
    groups, human = [item.case for item in both], [item.human for item in both]
    words = [ready.cases[item.case].words for item in both]
    once = {item.case: item.judge for item in both}
    judge = _figures(groups, [(item.human, item.judge) for item in both], (), rank)
    length = agreement.spearman(list(once), list(once.values()), [ready.cases[case].words for case in once])
    guesses = (agreement.by_mean(human), agreement.by_length(words, human)) if both else ([], [])
    guessed = [_figures(groups, list(zip(human, guess, strict=True)), (), rank) for guess in guesses]
    return LevelAgreement(
        target=target,
        graded=len(both),
        failed=len(said) - len(both) + unreadable,
        exact_of_all=_of_all(said, unreadable, lambda a, b: rank(a) == rank(b)),
        judge=judge.model_copy(update={"length": length}),
        humans=_humans(said, rank).model_copy(update={"length": agreement.spearman(groups, human, words)}),
        guess_mean=guessed[0],
        guess_length=guessed[1],
        confusion=_table([(rank(item.human), rank(item.judge)) for item in both], RANKS),
        steps=tuple(_steps(both, rank)),
    )


def _figures(
    groups: Sequence[int],
    pairs: Sequence[tuple[float, float]],
    people: Sequence[tuple[str, str]],
    rank: Callable[[float], int],
) -> LevelFigures:
    """All figures for pairs of levels, what people gave first; `people` gave both, where it is not empty."""
    ranks = [(rank(one), rank(other)) for one, other in pairs]
    several = len(set(people)) > 1
    return LevelFigures(
        count=len(pairs),
        exact=agreement.mean(groups, [float(a == b) for a, b in ranks]),
        within_1=agreement.mean(groups, [float(abs(a - b) <= 1) for a, b in ranks]),
        kappa=agreement.kappa(groups, ranks, RANKS, "quadratic", people),
        spearman=agreement.spearman(groups, [a for a, _ in pairs], [b for _, b in pairs], people),
        bias=Figure() if several else agreement.mean(groups, [b - a for a, b in pairs]),
    )


def _two_by_two(said: Sequence[Said]) -> tuple[list[int], list[tuple[Any, Any]], list[tuple[str, str]]]:
    """The labels that two people gave the same answer: case, both labels by name of the rater, and which two people."""
    groups: list[int] = []
    pairs: list[tuple[Any, Any]] = []
    people: list[tuple[str, str]] = []
    for case, items in groupby(sorted(said, key=lambda item: (item.case, item.rater)), key=lambda item: item.case):
        for one, other in combinations(items, 2):
            groups.append(case)
            pairs.append((one.human, other.human))
            people.append((one.rater, other.rater))
    return groups, pairs, people


def _humans(said: Sequence[Said], rank: Callable[[float], int]) -> LevelFigures:
    return _figures(*_two_by_two(said), rank)


def _table(pairs: Sequence[tuple[Any, Any]], labels: Sequence[Any]) -> Table:
    return tuple(tuple(pairs.count((one, other)) for other in labels) for one in labels)


def _steps(both: Sequence[Said], rank: Callable[[float], int]) -> Iterable[Step]:
    for level in sorted({rank(item.human) for item in both}):
        there = [item for item in both if rank(item.human) == level]
        judged = agreement.mean([item.case for item in there], [float(rank(item.judge)) for item in there])
        yield Step(level=level, count=len(there), judged=judged)


def _all_verdicts(ready: Prepared, said: Sequence[tuple[str, Said]]) -> VerdictAgreement | None:
    """All verdicts in one."""
    lost = [label for fault in ready.faults for label in fault.labels if label.startswith(VERDICT)]
    if not said and not lost:
        return None
    unreadable = len(lost) + sum(not fault.labels for fault in ready.faults)
    questions = sorted({ready.cases[item.case].rubric.id for _, item in said})
    return _verdict_agreement("all", questions, said, unreadable)


def _indicators(ready: Prepared, said: Sequence[tuple[str, Said]]) -> Iterable[VerdictAgreement]:
    """One for each indicator; the same one in several questions is one, in the order of the rubrics."""
    found: dict[tuple[str, str], list[tuple[str, Said]]] = {}
    for name, item in sorted(said, key=lambda one: _place(ready, *one)):
        rubric = ready.cases[item.case].rubric
        asks = rubric.by_id[name].asks if name in rubric.by_id else next(c.asks for c in rubric.faults if c.id == name)
        found.setdefault((name, asks), []).append((name, item))
    for (name, _), items in found.items():
        questions = sorted({ready.cases[item.case].rubric.id for _, item in items})
        yield _verdict_agreement(name, questions, items, 0)


def _place(ready: Prepared, name: str, item: Said) -> tuple[str, int]:
    rubric = ready.cases[item.case].rubric
    return rubric.id, rubric.asked.index(name)


def _verdict_agreement(
    name: str, questions: Sequence[str], said: Sequence[tuple[str, Said]], unreadable: int
) -> VerdictAgreement:
    every = [item for _, item in said]
    both = [item for item in every if item.judge is not None]
    pairs = [(item.human, item.judge) for item in both]
    groups: list[int] = []
    theirs: list[tuple[Any, Any]] = []
    people: list[tuple[str, str]] = []
    for indicator in dict.fromkeys(indicator for indicator, _ in said):
        more = _two_by_two([item for one, item in said if one == indicator])
        groups, theirs, people = groups + more[0], theirs + more[1], people + more[2]
    return VerdictAgreement(
        id=name,
        questions=tuple(questions),
        graded=len(both),
        failed=len(every) - len(both) + unreadable,
        exact_of_all=_of_all(every, unreadable, lambda a, b: a == b),
        judge=_verdict_figures([item.case for item in both], pairs),
        humans=_verdict_figures(groups, theirs, people),
        confusion=_table(pairs, VERDICTS),
    )


def _verdict_figures(
    groups: Sequence[int], pairs: Sequence[tuple[Any, Any]], people: Sequence[tuple[str, str]] = ()
) -> VerdictFigures:
    return VerdictFigures(
        count=len(pairs),
        exact=agreement.mean(groups, [float(a == b) for a, b in pairs]),
        kappa=agreement.kappa(groups, pairs, VERDICTS, strata=people),
    )


def _apart(ready: Prepared, cards: Sequence[Card]) -> list[Apart]:
    found = []
    for target in LEVELS:
        rank = band if target == "overall" else nearest
        for item in said_levels(target, ready, cards):
            if item.judge is not None and abs(rank(item.human) - rank(item.judge)) >= APART:
                about = {"line": item.line, "rater": item.rater, "human": item.human, "judge": item.judge}
                found.append(Apart(question=ready.cases[item.case].rubric.id, target=target, **about))
    return sorted(found, key=lambda item: (-abs(item.human - item.judge), item.line))
