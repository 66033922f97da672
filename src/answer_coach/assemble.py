"""Findings to the card: levels, the next edit, what to keep and what to ask."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from answer_coach import advice, scoring, shape
from answer_coach.answer import Answer, Word
from answer_coach.errors import CoachError
from answer_coach.feedback import (
    AnswerFacts,
    CapResult,
    DimensionResult,
    Failed,
    Fault,
    Feedback,
    FollowUp,
    GradedBy,
    IndicatorResult,
    Keep,
    NextLevel,
    NotGradable,
    Overall,
    Reason,
    RubricRef,
    Slots,
    Source,
    Usage,
)
from answer_coach.guards import is_question, may_be_said
from answer_coach.request import FollowUpClaim
from answer_coach.rubric import SLOTS, Dimension, DimensionId, Level, Rubric, Verdict
from answer_coach.stories import star, starnotes
from answer_coach.verify import Finding, find_quote, touches

FOLLOW_UPS = 3


class Provenance(Word):
    """Who judged what, when; the same on every card, whatever became of the answer."""

    rubric: Rubric
    answer: Answer
    warnings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    """Warnings of whoever changed the card, which come last."""
    source: Source | None = None
    graded_by: GradedBy | None = None
    usage: Usage | None = None
    graded_at: str
    coach_version: str

    def head(self) -> dict[str, object]:
        """The fields that every card shares."""
        return {
            "question": self.rubric.id,
            "rubric": RubricRef(version=self.rubric.version, sha256=self.rubric.sha256),
            "source": self.source,
            "graded_at": self.graded_at,
            "coach_version": self.coach_version,
            "answer": AnswerFacts(
                words=self.answer.words,
                speaking_seconds=self.answer.speaking_seconds,
                sha256=self.answer.sha256,
                warnings=(*self.answer.warnings, *self.warnings, *self.marks),
            ),
            "graded_by": self.graded_by,
            "usage": self.usage,
        }

    def noted(self, notes: tuple[str, ...]) -> Provenance:
        """The same with what is noted of a story's build."""
        return self.model_copy(update={"warnings": (*self.warnings, *notes)})


class Judged(Word):
    """What came out of parse and verify: the findings, the judge's follow-ups, and the margin of its levels."""

    findings: dict[str, Finding]
    follow_ups: tuple[FollowUpClaim, ...] = ()
    barred: frozenset[int] = frozenset()
    unverified: int = 0
    humble: bool = False
    """Whether the judge sees words and not sense: its half-said points are the least sure."""
    agreement: Mapping[str, float] = Field(default_factory=dict)
    """Share of passes that gave each verdict; empty with one pass."""
    ranges: Mapping[DimensionId, tuple[Level, Level]] = Field(default_factory=dict)
    """The lowest and highest level over the passes; empty with one."""
    margin: int | None = None
    """Measured error of the judge's levels, plus and minus; None where it is not known."""
    said: Mapping[str, str] = Field(default_factory=dict)
    """What a person wrote, or an earlier card asks, of an id: shown as it is, in place of all other notes."""
    closed: frozenset[str] = frozenset()
    """Ids that a person can't tell more of: no edit needs them, and nothing is asked about them."""

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return {name: finding.verdict for name, finding in self.findings.items()}


def feedback(about: Provenance, judged: Judged) -> Feedback:
    """The card of a graded answer."""
    rubric, answer, findings, verdicts = about.rubric, about.answer, judged.findings, judged.verdicts
    asks = {name: note for name in rubric.asked if (note := _note(rubric, answer, name, findings[name]))}
    asks |= judged.said
    lifts = advice.lifts(rubric, scoring.settled(verdicts), judged.closed)
    needs = {lift.dimension: lift.needs for lift in lifts}
    dimensions = tuple(_dimension(about, judged, d, asks, needs.get(d.id, ())) for d in rubric.dimensions)
    slots = Slots(**{slot: verdicts[_slot(rubric, slot)] for slot in SLOTS})
    ready = all(verdicts[_slot(rubric, slot)] == "met" for slot in SLOTS) and all(d.level >= 4 for d in dimensions)
    edits = [] if ready else advice.next_edits(rubric, answer, findings, asks, lifts)
    half = tuple(i.id for i in rubric.indicators if verdicts[i.id] == "partial")
    missing = tuple(i.id for i in rubric.indicators if verdicts[i.id] in ("absent", "cannot_tell"))
    first = edits[0].needs if edits else ()
    used = shape.credited(answer, findings)
    told = star.labelled(rubric, answer, findings, sure=not judged.humble)
    notes = () if ready else starnotes.notes(rubric, answer, told, findings)
    return Feedback(
        **about.noted(notes).head(),
        dimensions=dimensions,
        overall=_overall(dimensions),
        slots=slots,
        ready=ready,
        next_edit=edits[0] if edits else None,
        also=tuple(edits[1:3]),
        half_said=half,
        not_found=missing,
        keep=_keep(rubric, findings),
        ask=tuple(
            dict.fromkeys(
                advice.ask_for(rubric, (name,), asks)
                for name in (*first, *half, *missing)
                if name in asks and name not in judged.closed
            )
        ),
        follow_ups=follow_ups(rubric, answer, judged),
        shape=star.shares(told),
        timing=shape.timing(rubric, answer, findings, used, sure=not judged.humble),
        uncredited=shape.uncredited(answer, used),
        unverified_quotes=judged.unverified,
    )


def not_graded(about: Provenance, reasons: list[Reason], seems_to_answer: str | None = None) -> NotGradable:
    """The card of a text that is no answer: why, and what an answer would have to tell."""
    rubric = about.rubric
    wanted = {name: rubric.by_id[name].ask_absent for name in (_slot(rubric, slot) for slot in SLOTS)}
    asks = tuple(advice.ask_for(rubric, (name,), wanted) for name in wanted)
    return NotGradable(**about.head(), reasons=tuple(reasons), ask=asks, seems_to_answer=seems_to_answer)


def failed(about: Provenance, error: CoachError) -> Failed:
    """The card of an answer that the judge could not grade: the judge's failure, and no score."""
    return Failed(**about.head(), error=Fault(code=error.code, message=error.message, hint=error.hint))


def _slot(rubric: Rubric, slot: str) -> str:
    return next(i.id for i in rubric.indicators if i.slot == slot)


def _note(rubric: Rubric, answer: Answer, name: str, finding: Finding) -> str | None:
    """What to ask about one id: the judge's own question where it may be shown, else the rubric's."""
    if name not in rubric.by_id:
        cap = next(c for c in rubric.faults if c.id == name)
        if finding.verdict not in ("met", "partial"):
            return None
        return cap.fix.replace("{quote}", advice.quoted(finding.evidence[0].quote))
    if finding.verdict == "met":
        return None
    indicator = rubric.by_id[name]
    if is_question(finding.note) and may_be_said(finding.note, answer, known=rubric.question + indicator.asks):
        return finding.note.strip()
    return indicator.ask_partial if finding.verdict == "partial" else indicator.ask_absent


def _dimension(
    about: Provenance, judged: Judged, dimension: Dimension, asks: Mapping[str, str], needs: tuple[str, ...]
) -> DimensionResult:
    rubric, answer = about.rubric, about.answer
    paid = scoring.settled(verdicts := judged.verdicts)
    level = scoring.level(rubric, dimension, paid)
    return DimensionResult.model_validate(
        {
            "id": dimension.id,
            "level": level,
            "range": _range(rubric, dimension, verdicts, level, judged),
            "anchor": dimension.ladder.rung(level).anchor,
            "next": NextLevel(level=level + 1, anchor=dimension.ladder.rung(level + 1).anchor, needs=needs)
            if needs
            else None,
            "indicators": tuple(
                IndicatorResult(
                    id=i.id,
                    label=i.label,
                    verdict=found.verdict,
                    evidence=found.evidence,
                    note=asks.get(i.id),
                    place=advice.place_of(answer, found.place) if found.place else None,
                    agreement=judged.agreement.get(i.id),
                )
                for i, found in ((i, judged.findings[i.id]) for i in dimension.indicators)
            ),
            "caps": tuple(_caps(rubric, dimension, judged, paid, asks)),
        }
    )


def _caps(
    rubric: Rubric, dimension: Dimension, judged: Judged, paid: Mapping[str, Verdict], asks: Mapping[str, str]
) -> list[CapResult]:
    found = []
    for cap in rubric.caps:
        if cap.dimension != dimension.id:
            continue
        limit = cap.limit(paid[cap.id])
        found.append(
            CapResult(
                id=cap.id,
                label=cap.label or rubric.by_id[cap.id].label,
                verdict=judged.findings[cap.id].verdict,
                evidence=judged.findings[cap.id].evidence,
                limit=limit if limit < 5 else None,
                says=cap.says,
                note=asks.get(cap.id),
            )
        )
    return found


def _range(
    rubric: Rubric, dimension: Dimension, verdicts: Mapping[str, Verdict], level: int, judged: Judged
) -> tuple[int, int] | None:
    """Between which levels a dimension lies: what could not be told, what passes gave, the judge's measured error.

    Several passes, or a measured error, give a range even where it has one level; nothing known gives None.
    """
    sure = "cannot_tell" not in verdicts.values()
    low, high = (level, level) if sure else scoring.bounds(rubric, dimension, verdicts)
    lowest, highest = judged.ranges.get(dimension.id, (level, level))
    low, high = min(low, level, lowest), max(high, level, highest)
    if judged.margin is None:
        return (low, high) if low != high or judged.ranges else None
    return max(1, low - judged.margin), min(5, high + judged.margin)


def _overall(dimensions: tuple[DimensionResult, ...]) -> Overall:
    value = scoring.overall(d.level for d in dimensions)
    spread = None
    if any(d.range for d in dimensions):
        ranges = [d.range or (d.level, d.level) for d in dimensions]
        spread = (scoring.overall(low for low, _ in ranges), scoring.overall(high for _, high in ranges))
    return Overall(level=value, word=scoring.word(value), range=spread)


def _keep(rubric: Rubric, findings: Mapping[str, Finding]) -> tuple[Keep, ...]:
    """One quote a dimension that carries it: of what is met, a slot before others; no sentence twice."""
    kept: list[Keep] = []
    used: set[str] = set()
    for dimension in rubric.dimensions:
        met = [i for i in dimension.indicators if findings[i.id].verdict == "met" and findings[i.id].evidence]
        for indicator in sorted(met, key=lambda i: i.slot is None):
            quote = findings[indicator.id].evidence[0].quote
            if quote not in used:
                kept.append(Keep(dimension=dimension.id, indicator=indicator.id, quote=quote))
                used.add(quote)
                break
    return tuple(kept)


def follow_ups(rubric: Rubric, answer: Answer, judged: Judged) -> tuple[FollowUp, ...]:
    """What an interviewer would ask next: the judge's own questions where they hold, then the rubric's.

    The rubric's are taken where the draft is weakest first: half-said points, then points that are met; the other way
    round for a humble judge, whose half-said points are the least sure.
    """
    found: list[FollowUp] = []
    for claim in judged.follow_ups:
        quote = find_quote(claim.quote, answer, claim.sentence)
        if not quote or touches(answer, quote, judged.barred) or "?" not in claim.question:
            continue
        if may_be_said(claim.question, answer, known=rubric.question):
            found.append(FollowUp(question=claim.question.strip(), quote=quote.quote))
    first = "met" if judged.humble else "partial"
    ordered = sorted(rubric.indicators, key=lambda i: (judged.findings[i.id].verdict != first, i.slot is None))
    used = {item.quote for item in found}
    for indicator in ordered:
        evidence = judged.findings[indicator.id].evidence
        if evidence and evidence[0].quote not in used:
            used.add(evidence[0].quote)
            asked = indicator.follow_up.replace("{quote}", advice.quoted(evidence[0].quote))
            found.append(FollowUp(question=asked, quote=evidence[0].quote))
    return tuple(found[:FOLLOW_UPS])
