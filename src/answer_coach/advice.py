"""Which edit lifts a draft most: found by scoring again with what it needs in place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from itertools import combinations

from answer_coach import scoring
from answer_coach.answer import Answer, Word
from answer_coach.feedback import NextEdit, Place
from answer_coach.rubric import EFFORTS, Dimension, Effort, Rubric, Rung, Verdict
from answer_coach.verify import Finding

OPENING = 8  # words that show where a place is
QUOTE_WORDS = 8  # of the candidate's words in a follow-up


class Lift(Word):
    """What one dimension needs for its next level, and what that yields; nothing is promised but what was computed."""

    dimension: str
    start: int
    to: int
    overall_to: float
    needs: tuple[str, ...]
    effort: Effort


def needs_of(
    rubric: Rubric, dimension: Dimension, verdicts: scoring.Verdicts, closed: Container[str] = ()
) -> tuple[str, ...]:
    """The fewest and cheapest ids that a dimension needs for its next level; half-said ones first, then by effort.

    What is `closed` can't be told: without it the level may be out of reach, and nothing is needed then.
    """
    ladder = scoring.ladder_level(dimension, verdicts)
    now = min(ladder, scoring.cap_limit(rubric, dimension, verdicts))
    if now == 5:
        return ()
    needed: list[str] = []
    if ladder <= now:
        found = _rung_needs(rubric, dimension.ladder.rung(now + 1), now + 1, verdicts, closed)
        if found is None:
            return ()
        needed = found
    for cap in rubric.caps:
        if cap.dimension == dimension.id and cap.limit(verdicts.get(cap.id, "absent")) <= now and cap.id not in needed:
            needed.append(cap.id)
    return () if any(name in closed for name in needed) else tuple(needed)


def _rung_needs(
    rubric: Rubric, rung: Rung, level: int, verdicts: scoring.Verdicts, closed: Container[str]
) -> list[str] | None:
    """The cheapest of the smallest sets of indicators that satisfy a rung once they are met; None where none does."""
    order = {name: at for at, name in enumerate(rubric.asked)}

    def cost(name: str) -> tuple[int, int, int]:
        half = verdicts.get(name, "absent") == "partial"
        return (0 if half else 1, EFFORTS.index(rubric.by_id[name].effort), order[name])

    missing = [n for n in rung.names if n not in closed and not scoring.counts(verdicts.get(n, "absent"), level)]
    missing.sort(key=cost)
    got = scoring.counted(verdicts, level)
    for size in range(len(missing) + 1):
        fits = [c for c in combinations(missing, size) if scoring.holds(rung, got.union(c))]
        if fits:
            return list(min(fits, key=lambda names: [cost(name) for name in names]))
    return None if closed else missing


def with_needs(rubric: Rubric, verdicts: scoring.Verdicts, needs: Iterable[str]) -> dict[str, Verdict]:
    """Verdicts as they would be once the needs are in the draft: indicators met, faults gone."""
    faults = {cap.id for cap in rubric.faults}
    better: dict[str, Verdict] = {name: "absent" if name in faults else "met" for name in needs}
    return {**verdicts, **better}


def lifts(rubric: Rubric, verdicts: scoring.Verdicts, closed: Container[str] = ()) -> list[Lift]:
    """The next edit of each dimension that has one without what is `closed`."""
    found = []
    now = scoring.levels(rubric, verdicts)
    for dimension in rubric.dimensions:
        needs = needs_of(rubric, dimension, verdicts, closed)
        if not needs:
            continue
        after = with_needs(rubric, verdicts, needs)
        moved = [d for d in rubric.dimensions if not rubric.heeded[d.id].isdisjoint(needs)]
        levels = {**now, **scoring.levels(rubric, after, moved)}
        found.append(
            Lift(
                dimension=dimension.id,
                start=now[dimension.id],
                to=levels[dimension.id],
                overall_to=scoring.overall(levels.values()),
                needs=needs,
                effort=max((_effort(rubric, name) for name in needs), key=EFFORTS.index),
            )
        )
    return found


def _effort(rubric: Rubric, name: str) -> Effort:
    return rubric.by_id[name].effort if name in rubric.by_id else "say"


def next_edits(
    rubric: Rubric,
    answer: Answer,
    findings: Mapping[str, Finding],
    asks: Mapping[str, str],
    found: Iterable[Lift],
) -> list[NextEdit]:
    """The edits that were found to lift a dimension, best first: by overall gain, then effort, then place."""
    ranked = []
    for lift in found:
        place = edit_place(rubric, answer, findings, lift)
        edit = NextEdit.model_validate(
            {
                "dimension": lift.dimension,
                "from": lift.start,
                "to": lift.to,
                "overall_to": lift.overall_to,
                "needs": lift.needs,
                "place": place,
                "ask": ask_for(rubric, lift.needs, asks),
                "effort": lift.effort,
            }
        )
        order = (-lift.overall_to, EFFORTS.index(lift.effort), place.sentence if place else len(answer.sentences) + 1)
        ranked.append((order, edit))
    return [edit for _, edit in sorted(ranked, key=lambda pair: pair[0])]


def ask_for(rubric: Rubric, needs: Iterable[str], asks: Mapping[str, str]) -> str:
    """What to ask the candidate for an edit: one question a need, then what to say where it never happened."""
    named = [name for name in needs if asks.get(name)]
    lines = list(dict.fromkeys(asks[name] for name in named))
    fallbacks = [rubric.by_id[n].if_not for n in named if n in rubric.by_id and _effort(rubric, n) == EFFORTS[-1]]
    return " ".join([*lines, *dict.fromkeys(fallbacks)])


def edit_place(rubric: Rubric, answer: Answer, findings: Mapping[str, Finding], lift: Lift) -> Place | None:
    """Where an edit belongs: where the judge put it, else behind what is half said, else behind the dimension's."""
    for name in lift.needs:
        if number := findings[name].place:
            return place_of(answer, number)
    beside = [i.id for d in rubric.dimensions if d.id == lift.dimension for i in d.indicators]
    for names in (lift.needs, reversed(beside)):
        for name in names:
            for item in findings[name].evidence:
                if sentence := answer.sentence_at(item.start):
                    return place_of(answer, sentence.number)
    return None


def place_of(answer: Answer, number: int) -> Place:
    """A place by the words that its sentence opens with."""
    text = answer.sentences[number - 1].text.split()
    opening = " ".join(text[:OPENING]) + (" ..." if len(text) > OPENING else "")
    return Place(sentence=number, opening=opening)


def quoted(quote: str) -> str:
    """The first words of a quote, on one line."""
    said = quote.split()
    return " ".join(said[:QUOTE_WORDS]).strip(" ,;:.") + ("..." if len(said) > QUOTE_WORDS else "")
