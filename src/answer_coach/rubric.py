"""What an interviewer listens for, as values: rubric, dimension, indicator, ladder, cap, exemplar."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from answer_coach.answer import Word

Verdict = Literal["met", "partial", "absent", "cannot_tell"]
Effort = Literal["say", "look_up", "only_if_it_happened"]
Slot = Literal["decision", "trade_off", "people", "outcome"]
DimensionId = Literal["business_goal", "technical_soundness", "leadership_tradeoffs"]
Part = Literal["situation", "task", "action", "result", "reflection"]
Kind = Literal["weak", "buzzword", "solid", "strong"]
Level = Annotated[int, Field(ge=1, le=5)]
Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

SLOTS: tuple[Slot, ...] = ("decision", "trade_off", "people", "outcome")
KINDS: tuple[Kind, ...] = ("weak", "buzzword", "solid", "strong")
EFFORTS: tuple[Effort, ...] = ("say", "look_up", "only_if_it_happened")
NAMES: dict[str, str] = {
    "business_goal": "Business",
    "technical_soundness": "Technical",
    "leadership_tradeoffs": "Leadership",
}


class Signal(Word):
    """One pattern of the rules engine and the verdict it speaks for; see engines/patterns.py for the language."""

    met: str | None = None
    partial: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Signal:
        if (self.met is None) == (self.partial is None):
            raise ValueError("a signal is either 'met: pattern' or 'partial: pattern'")
        return self


class Indicator(Word):
    """An atomic question that two strangers decide alike from one quote."""

    id: Identifier
    label: Annotated[str, Field(min_length=1, max_length=18)]
    asks: Text
    met: Text
    near_miss: Text
    ask_absent: Text
    ask_partial: Text
    follow_up: Text
    effort: Effort
    source: Annotated[str, Field(pattern=r"^(guide: \S+|authored)$")]
    covers: tuple[Text, ...] = ()
    if_not: str = ""
    slot: Slot | None = None
    signals: tuple[Signal, ...] = ()

    @field_validator("follow_up")
    @classmethod
    def _quotes(cls, text: str) -> str:
        if "{quote}" not in text:
            raise ValueError("a follow-up quotes the draft; put {quote} where the candidate's words go")
        return text

    @model_validator(mode="after")
    def _if_not(self) -> Indicator:
        if self.effort == "only_if_it_happened" and not self.if_not:
            raise ValueError("effort only_if_it_happened needs an 'if_not' line: what to say if it did not happen")
        return self


class AtLeast(Word):
    """`n` of the named indicators."""

    n: Annotated[int, Field(ge=1)]
    of: tuple[Identifier, ...]

    @model_validator(mode="after")
    def _reachable(self) -> AtLeast:
        if self.n > len(self.of):
            raise ValueError(f"at_least {self.n} of only {len(self.of)} can never be reached; lower n or name more")
        return self


class Rung(Word):
    """What one level takes, on top of the levels below it, and how an answer of that level reads."""

    anchor: Text
    all: tuple[Identifier, ...] = ()
    any: tuple[Identifier, ...] = ()
    at_least: AtLeast | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every indicator that the rung speaks of, once, in order."""
        of = self.at_least.of if self.at_least else ()
        return tuple(dict.fromkeys((*self.all, *self.any, *of)))


class Ladder(Word):
    """Levels 1 to 5 of one dimension; cumulative."""

    rungs: Annotated[tuple[Rung, ...], Field(min_length=5, max_length=5)]

    def rung(self, level: int) -> Rung:
        return self.rungs[level - 1]


class Dimension(Word):
    """One of the three things that every answer is read for."""

    id: DimensionId
    listens_for: Text
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]
    ladder: Ladder

    @property
    def name(self) -> str:
        return NAMES[self.id]


class Cap(Word):
    """A limit on one dimension, whatever else is in the answer.

    `partial` and `met` are the highest level where the cap's own question is answered so; `unless_met` is the
    highest level as long as the indicator of the same id is not met.
    """

    id: Identifier
    dimension: DimensionId
    says: Text
    label: Annotated[str, Field(max_length=18)] = ""
    asks: str = ""
    fix: str = ""
    examples: str = ""
    partial: Level | None = None
    met: Level | None = None
    unless_met: Level | None = None
    signals: tuple[Signal, ...] = ()

    @model_validator(mode="after")
    def _kind(self) -> Cap:
        if (self.met is None) == (self.unless_met is None):
            raise ValueError(
                "a cap has either 'met' (a fault and its limit) or 'unless_met' (an indicator and its limit)"
            )
        if self.met is not None and not (self.asks and self.label and self.fix):
            raise ValueError("a cap for a fault needs 'label', 'asks' and 'fix'")
        return self

    def limit(self, verdict: Verdict) -> int:
        """The highest level that the dimension may reach under this verdict; 5 where the cap does not bite."""
        if self.unless_met is not None:
            return 5 if verdict == "met" else self.unless_met
        if verdict == "met" and self.met is not None:
            return self.met
        return self.partial if verdict == "partial" and self.partial is not None else 5


class Rubric(Word):
    """All that one question listens for.  `sha256` is of the files it was read from."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")]
    slug: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Text
    title: Annotated[str, Field(min_length=1, max_length=48)]
    question: Text
    variant: Text
    topic: Text
    rarity: Literal["very common", "common", "uncommon"]
    difficulty: Literal["easy", "medium", "hard"]
    minutes: tuple[float, float]
    probes: Text
    about: Annotated[tuple[str, ...], Field(min_length=1)]
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=3, max_length=3)]
    caps: tuple[Cap, ...] = ()
    classes: Mapping[Identifier, tuple[Text, ...]] = Field(default_factory=dict)
    shape: Mapping[Part, tuple[Identifier, ...]] = Field(default_factory=dict)
    sha256: str = ""

    @field_validator("about")
    @classmethod
    def _plain(cls, about: tuple[str, ...]) -> tuple[str, ...]:
        for words in about:
            if words.startswith(("not ", "near ")):
                raise ValueError(f"'{words}' would be read as 'not' or 'near' something; name words that are there")
        return about

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators, in the order of the file."""
        return tuple(i for d in self.dimensions for i in d.indicators)

    @cached_property
    def faults(self) -> tuple[Cap, ...]:
        """The caps that the judge is asked about: faults, not missing indicators."""
        return tuple(cap for cap in self.caps if cap.met is not None)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Every id that a reply must decide, once each, in order."""
        return (*(i.id for i in self.indicators), *(c.id for c in self.faults))

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        return {i.id: i for i in self.indicators}

    @cached_property
    def anchors(self) -> tuple[str, ...]:
        """How an answer of each level reads, of all dimensions."""
        return tuple(rung.anchor for d in self.dimensions for rung in d.ladder.rungs)

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """The example of each indicator."""
        return tuple(i.met for i in self.indicators)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """What is asked of a judge and of a candidate, of all indicators."""
        return tuple(text for i in self.indicators for text in (i.asks, i.ask_absent, i.ask_partial))

    @cached_property
    def heeded(self) -> dict[DimensionId, frozenset[str]]:
        """The ids that the level of each dimension depends on: those on its ladder, and its caps."""
        return {
            d.id: frozenset(name for rung in d.ladder.rungs for name in rung.names)
            | {cap.id for cap in self.caps if cap.dimension == d.id}
            for d in self.dimensions
        }

    def dimension_of(self, name: str) -> Dimension:
        """The dimension in which an indicator or a fault counts."""
        for dimension in self.dimensions:
            if any(i.id == name for i in dimension.indicators) or any(
                c.id == name and c.dimension == dimension.id for c in self.faults
            ):
                return dimension
        raise KeyError(name)


class Exemplar(Word):
    """An answer with the verdicts of a careful rater: documentation, preflight, test."""

    question: str
    kind: Kind
    verdicts: dict[str, Verdict]
    caps: dict[str, Verdict]
    levels: dict[DimensionId, Level]
    text: str = ""


class Outline(Word):
    """The published guide's headings and bullets, in labels of our own; `excused` ones nobody can hear, with why."""

    outline: dict[str, Text]
    excused: dict[str, Text] = Field(default_factory=dict)

    def below(self, heading: str) -> list[str]:
        """The items under a heading; none for a bullet."""
        return [item for item in self.outline if item.startswith(f"{heading}/")]
