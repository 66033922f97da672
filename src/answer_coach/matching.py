"""Which answers the rows of a labels file speak of, and what each rater said of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from answer_coach.errors import UnknownQuestion
from answer_coach.feedback import Failed, Feedback, NotGradable
from answer_coach.labels import VERDICT, Labels, Row, RowFault
from answer_coach.rubric import Rubric, Verdict

if TYPE_CHECKING:
    from answer_coach.coach import Coach

Card = Feedback | NotGradable | Failed


class Case(NamedTuple):
    """One answer to one question, however many rows speak of it."""

    rubric: Rubric
    text: str
    words: int


class Mark(NamedTuple):
    """All that one rater said of one case: the line of each label, and every line on which it stands."""

    case: int
    rater: str
    levels: dict[str, float]
    verdicts: dict[str, Verdict]
    lines: dict[str, int]
    seen: list[int]


class Prepared(NamedTuple):
    """Labels as they can be compared; `faults` are those of the rows and those found here."""

    labels: Labels
    cases: list[Case]
    marks: list[Mark]
    faults: list[RowFault]


class Said(NamedTuple):
    """One label, and what the judge said there; None where there is no card to compare with."""

    case: int
    rater: str
    line: int
    human: Any
    judge: Any


def prepare(labels: Labels, coach: Coach) -> Prepared:
    """The distinct answers behind the rows, each with its rubric, and each rater's labels of it.

    A row with an unknown question or indicator, or that contradicts an earlier one of its rater, is a fault.  Raises
    RubricInvalid where a rubric that is needed has one.
    """
    ready = Prepared(labels, [], [], list(labels.faults))
    places: dict[tuple[str, str], int] = {}
    marks: dict[tuple[int, str], Mark] = {}
    for row in labels.rows:
        borne = tuple(_labels(row))
        try:
            job = coach.request(row.text, question=row.question or None)
        except UnknownQuestion as fault:
            ready.faults.append(RowFault(row.line, fault.message, borne))
            continue
        key = (job.rubric.id, row.text)
        at = places.get(key, len(ready.cases))
        mark = marks.get((at, row.rater), Mark(at, row.rater, {}, {}, {}, []))
        if what := _objection(row, job.rubric, mark):
            ready.faults.append(RowFault(row.line, what, borne))
            continue
        if key not in places:
            places[key] = at
            ready.cases.append(Case(job.rubric, row.text, job.answer.words))
        marks[at, row.rater] = mark
        mark.levels.update(row.levels)
        mark.verdicts.update(row.verdicts)
        mark.seen.append(row.line)
        for label in borne:
            mark.lines.setdefault(label, row.line)
    ready.marks.extend(marks.values())
    ready.faults.sort(key=lambda fault: fault.line)
    return ready


def _objection(row: Row, rubric: Rubric, mark: Mark) -> str:
    """What is wrong with a row beside its rubric and what its rater has said before; "" where nothing is."""
    if unknown := sorted(row.verdicts.keys() - set(rubric.asked)):
        return f"{rubric.id} has no indicator '{unknown[0]}'; see: coach questions show {rubric.id}"
    before = _labels(mark)
    for label, said in _labels(row).items():
        if before.get(label, said) != said:
            line = mark.lines[label]
            return (
                f"'{row.rater}' gave this answer another '{label}' on line {line}; of two people, name both as 'rater'"
            )
    return ""


def _labels(one: Row | Mark) -> dict[str, object]:
    """Every label by its name: a level's, or `verdict.INDICATOR`."""
    return {**one.levels, **{f"{VERDICT}{name}": verdict for name, verdict in one.verdicts.items()}}


def _levels(card: Card) -> dict[str, float]:
    if not isinstance(card, Feedback):
        return {}
    return {**{d.id: float(d.level) for d in card.dimensions}, "overall": card.overall.level}


def _verdicts(card: Card) -> dict[str, Verdict]:
    if not isinstance(card, Feedback):
        return {}
    caps = {cap.id: cap.verdict for d in card.dimensions for cap in d.caps}
    return {**caps, **{item.id: item.verdict for d in card.dimensions for item in d.indicators}}


def said_levels(target: str, ready: Prepared, cards: Sequence[Card]) -> list[Said]:
    """Every label of a dimension or of overall."""
    return [
        Said(mark.case, mark.rater, mark.lines[target], mark.levels[target], _levels(cards[mark.case]).get(target))
        for mark in ready.marks
        if target in mark.levels
    ]


def said_verdicts(ready: Prepared, cards: Sequence[Card]) -> list[tuple[str, Said]]:
    """Every verdict, each with the id of its indicator."""
    return [
        (
            name,
            Said(mark.case, mark.rater, mark.lines[f"{VERDICT}{name}"], verdict, _verdicts(cards[mark.case]).get(name)),
        )
        for mark in ready.marks
        for name, verdict in mark.verdicts.items()
    ]
