"""How far a judge agrees with people: a `Calibration`, exactly as it is published in JSON.

What is undefined is None.  Lines are those of the labels file, from 1.  No text of an answer stands in it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from answer_coach.answer import Word
from answer_coach.feedback import GradedBy, RubricRef

Target = Literal["business_goal", "technical_soundness", "leadership_tradeoffs", "overall"]
Table = tuple[tuple[int, ...], ...]


class Figure(Word):
    """A figure and its 95 % bootstrap interval; None where it is not defined."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class LevelFigures(Word):
    """Levels beside levels.  Shares are 0 to 1; kappa is weighted quadratically; bias and levels are in levels.

    `bias` is the mean of what was given minus what the people gave; between two people, the second minus the first
    by name, and None where there are more.  `length` is Spearman's correlation with the number of words.
    """

    count: int
    exact: Figure
    within_1: Figure
    kappa: Figure
    spearman: Figure
    bias: Figure
    length: Figure = Figure()


class Step(Word):
    """What the judge gave, on average, where people gave this level."""

    level: int
    count: int
    judged: Figure


class LevelAgreement(Word):
    """One dimension, or overall.  Overall is compared by its word (1 not yet ... 5 strong lead), but for rank
    correlation and bias, which take the figures as they are.

    `failed` labels have no level of the judge beside them; `exact_of_all` counts them as disagreements.  The two
    guesses are baselines, fitted to these very labels: the mean, and a line through the numbers of words.
    """

    target: Target
    graded: int
    failed: int
    exact_of_all: Figure
    judge: LevelFigures
    humans: LevelFigures
    guess_mean: LevelFigures
    guess_length: LevelFigures
    confusion: Table
    """Rows: what people gave, 1 to 5; columns: what the judge gave."""
    steps: tuple[Step, ...]


class VerdictFigures(Word):
    """Verdicts beside verdicts; kappa is Cohen's, without weights."""

    count: int
    exact: Figure
    kappa: Figure


class VerdictAgreement(Word):
    """One indicator of one question, or of all that share it; with the id `all`, every verdict there is."""

    id: str
    questions: tuple[str, ...]
    graded: int
    failed: int
    exact_of_all: Figure
    judge: VerdictFigures
    humans: VerdictFigures
    confusion: Table
    """Rows: people; columns: the judge; met, partial, absent, cannot_tell."""


class Failure(Word):
    """Rows that could not be compared, and why; `code` is that of a card's reason or error."""

    kind: Literal["unreadable", "not_gradable", "failed"]
    lines: tuple[int, ...]
    code: str
    message: str


class Apart(Word):
    """A label that is two levels or more from the judge's."""

    line: int
    question: str
    rater: str
    target: Target
    human: float
    judge: float


class Method(Word):
    """How the intervals were made: resampled over answers."""

    confidence: float
    resamples: int
    seed: int


class Calibration(Word):
    """A judge beside the labels of a file."""

    kind: Literal["calibration"] = "calibration"
    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    labels: str
    made_at: str
    coach_version: str
    graded_by: GradedBy | None
    rubrics: dict[str, RubricRef]
    rows: int
    raters: tuple[str, ...]
    answers: int
    graded: int
    failures: tuple[Failure, ...]
    unlabelled: tuple[int, ...]
    ignored_columns: tuple[str, ...]
    method: Method
    levels: tuple[LevelAgreement, ...]
    verdicts: VerdictAgreement | None
    indicators: tuple[VerdictAgreement, ...]
    apart: tuple[Apart, ...]

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)
