"""The card: `Feedback`, `NotGradable` or `Failed`, exactly as it is published in JSON.

What is not known is None.  `start` and `end` count Unicode code points of the text as given, and
`answer[start:end]` is the quote.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, field_validator

from answer_coach.answer import Word
from answer_coach.request import PromptRef
from answer_coach.rubric import DimensionId, Effort, Level, Verdict

Status = Literal["exact", "repaired"]
Overall5 = Annotated[float, Field(ge=1.0, le=5.0)]
WordOf = Literal["not yet", "thin", "senior", "lead", "strong lead"]
ReasonCode = Literal[
    "empty", "too_short", "too_long", "not_prose", "language", "guide_pasted", "rubric_pasted", "other_question"
]


class Evidence(Word):
    """Words of the draft that were found in it."""

    quote: str
    start: int
    end: int
    status: Status


class Place(Word):
    """After which sentence an addition belongs, and how that sentence opens."""

    sentence: int
    opening: str


class IndicatorResult(Word):
    id: str
    label: str
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    note: str | None
    """What to ask the candidate; None where the indicator is met."""
    place: Place | None
    agreement: float | None
    """Share of passes that gave this verdict; None with one pass."""


def is_split(result: IndicatorResult) -> bool:
    """Whether the passes had no majority on an indicator."""
    return result.agreement is not None and result.agreement <= 0.5


class CapResult(Word):
    id: str
    label: str
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    limit: Level | None
    """The level at which the dimension stops because of this; None where it does not bite."""
    says: str
    note: str | None


class NextLevel(Word):
    level: Level
    anchor: str
    needs: tuple[str, ...]


class DimensionResult(Word):
    id: DimensionId
    level: Level
    range: tuple[Level, Level] | None
    anchor: str
    next: NextLevel | None
    indicators: tuple[IndicatorResult, ...]
    caps: tuple[CapResult, ...]


class Overall(Word):
    level: Overall5
    word: WordOf
    range: tuple[Overall5, Overall5] | None


class Slots(Word):
    decision: Verdict
    trade_off: Verdict
    people: Verdict
    outcome: Verdict


class NextEdit(Word):
    """One edit that lifts a dimension; `to` and `overall_to` were computed by scoring again."""

    dimension: DimensionId
    from_: Annotated[Level, Field(alias="from")]
    to: Level
    overall_to: Overall5
    needs: tuple[str, ...]
    place: Place | None
    ask: str
    effort: Effort

    model_config = ConfigDict(populate_by_name=True)


class Keep(Word):
    dimension: DimensionId
    indicator: str
    quote: str


class FollowUp(Word):
    question: str
    quote: str


class Shape(Word):
    """Shares of a story's words; each is rounded, so that they need not add up to 1."""

    situation: float
    task: float
    action: float
    result: float
    reflection: float


class Mark(Word):
    """When, in speaking, a point is reached."""

    indicator: str
    label: str
    seconds: int


class Cut(Word):
    """A sentence that counts nowhere, offered for cutting."""

    start: int
    end: int
    opening: str
    words: int


class Timing(Word):
    target_seconds: tuple[int, int]
    marks: tuple[Mark, ...]
    cut: Cut | None


class SpanOf(Word):
    start: int
    end: int


class AnswerFacts(Word):
    words: int
    speaking_seconds: int
    sha256: str
    warnings: tuple[str, ...]


class Source(Word):
    path: str | None = None
    row: int | None = None
    candidate: str | None = None
    draft: str | None = None

    @field_validator("path", "candidate", "draft")
    @classmethod
    def _writable(cls, value: str | None) -> str | None:
        """Half a letter (a lone surrogate) is written out: no file takes it."""
        return value.encode("utf-8", "backslashreplace").decode() if value else value


class RubricRef(Word):
    version: str
    sha256: str


class GradedBy(Word):
    engine: Literal["rules", "model", "by_hand"]
    model: str
    host: str | None
    base_url_sha256: str | None
    prompt: PromptRef | None
    passes: int
    reply_mode: str | None
    noise: int | None = None
    """Levels by which this judge's grades of the same facts differ; None where nobody has measured it."""


class Usage(Word):
    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None
    reasoning_tokens: int | None = None
    seconds: float | None
    cost: float | None


class Card(Word):
    """What every card tells, whatever became of the answer."""

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    question: str
    rubric: RubricRef
    source: Source | None
    graded_at: str
    coach_version: str
    answer: AnswerFacts
    graded_by: GradedBy | None
    usage: Usage | None

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class Feedback(Card):
    kind: Literal["feedback"] = "feedback"
    dimensions: tuple[DimensionResult, ...]
    overall: Overall
    slots: Slots
    ready: bool
    next_edit: NextEdit | None
    also: tuple[NextEdit, ...]
    half_said: tuple[str, ...]
    not_found: tuple[str, ...]
    keep: tuple[Keep, ...]
    ask: tuple[str, ...]
    follow_ups: tuple[FollowUp, ...]
    shape: Shape | None
    timing: Timing
    uncredited: tuple[SpanOf, ...]
    unverified_quotes: int

    def indicator(self, name: str) -> IndicatorResult:
        """One indicator by its id; KeyError where the rubric has none such."""
        for dimension in self.dimensions:
            for result in dimension.indicators:
                if result.id == name:
                    return result
        raise KeyError(name)


class Reason(Word):
    code: ReasonCode
    message: str


class NotGradable(Card):
    kind: Literal["not_gradable"] = "not_gradable"
    reasons: tuple[Reason, ...]
    ask: tuple[str, ...]
    seems_to_answer: str | None


class Fault(Word):
    code: str
    message: str
    hint: str


class Failed(Card):
    kind: Literal["failed"] = "failed"
    error: Fault


AnyCard = Annotated[Feedback | NotGradable | Failed, Field(discriminator="kind")]
CARD: TypeAdapter[Feedback | NotGradable | Failed] = TypeAdapter(AnyCard)
"""Reads any card back from its JSON, and gives the published JSON Schema (docs/card.schema.json)."""
