"""A card back to what it was made from, so that it can be made again with something changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from answer_coach.answer import Answer
from answer_coach.assemble import Judged, Provenance
from answer_coach.feedback import CapResult, Evidence, Feedback, IndicatorResult
from answer_coach.rubric import Rubric, Verdict
from answer_coach.stories import starnotes
from answer_coach.verify import Finding

Result = IndicatorResult | CapResult


def results(card: Feedback) -> Iterator[Result]:
    """All that a card decided: indicators, then the faults that cap a dimension (not the caps of indicators)."""
    for dimension in card.dimensions:
        yield from dimension.indicators
    names = {i.id for d in card.dimensions for i in d.indicators}
    yield from (cap for d in card.dimensions for cap in d.caps if cap.id not in names)


def about_of(card: Feedback, answer: Answer, rubric: Rubric, marks: Sequence[str] = ()) -> Provenance:
    """Who made a card of what, as the card tells it; `marks` are warnings that come to it.

    What is noted of a story's build is left out: whoever makes the card again notes it anew.
    """
    anew = {*answer.warnings, *starnotes.of_card(rubric, answer, card)}
    return Provenance(
        rubric=rubric,
        answer=answer,
        warnings=tuple(warning for warning in card.answer.warnings if warning not in anew),
        marks=tuple(marks),
        source=card.source,
        graded_by=card.graded_by,
        usage=card.usage,
        graded_at=card.graded_at,
        coach_version=card.coach_version,
    )


def judged_again(
    card: Feedback,
    changed: Mapping[str, Verdict],
    notes: Mapping[str, str],
    added: Mapping[str, Evidence] | None = None,
    closed: frozenset[str] = frozenset(),
) -> Judged:
    """What a judge had to say for this card to come out, with other verdicts, notes and quotes in it."""
    more = added or {}
    findings = {
        result.id: Finding(
            verdict=changed.get(result.id, result.verdict),
            evidence=(more[result.id], *result.evidence) if result.id in more else result.evidence,
            place=result.place.sentence if isinstance(result, IndicatorResult) and result.place else 0,
        )
        for result in results(card)
    }
    by = card.graded_by
    agreement = {
        i.id: i.agreement
        for d in card.dimensions
        for i in d.indicators
        if i.agreement is not None and i.id not in changed
    }
    margin = by.noise if by else None
    return Judged(
        findings=findings,
        unverified=card.unverified_quotes,
        humble=bool(by and by.engine == "rules"),
        agreement=agreement,
        ranges={d.id: d.range for d in card.dimensions if d.range and margin is None and agreement},
        margin=margin,
        said=notes,
        closed=closed,
    )
