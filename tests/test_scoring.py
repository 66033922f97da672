"""Verdicts to levels to one figure, over every rubric: what can rise, what can fall, and what an edit promises."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach import advice, scoring
from answer_coach.library.shelf import Library
from answer_coach.rubric import Rubric, Verdict

LIBRARY = Library()
RUBRICS = LIBRARY.rubrics()
BETTER: tuple[Verdict, ...] = ("absent", "partial", "met")
IDS = [rubric.id for rubric in RUBRICS]
OPEN: tuple[Verdict, ...] = (*BETTER, "cannot_tell")


class Case(NamedTuple):
    """A question and verdicts on all that its rubric asks."""

    question: str
    verdicts: dict[str, Verdict]

    @property
    def rubric(self) -> Rubric:
        """The rubric of the question."""
        return RUBRICS[IDS.index(self.question)]


@st.composite
def cases(draw: st.DrawFn, menu: tuple[Verdict, ...] = BETTER, faults: bool = True) -> Case:
    """Any rubric with any verdicts; half of them with no fault in them."""
    rubric = draw(st.sampled_from(RUBRICS))
    verdicts = {i.id: draw(st.sampled_from(menu)) for i in rubric.indicators}
    clean = not faults or draw(st.booleans())
    found = {c.id: "absent" if clean else draw(st.sampled_from(menu)) for c in rubric.faults}
    return Case(rubric.id, {**verdicts, **found})


def all_as(rubric: Rubric, verdict: Verdict) -> dict[str, Verdict]:
    """Every indicator with one verdict, and no fault."""
    return {i.id: verdict for i in rubric.indicators} | {c.id: "absent" for c in rubric.faults}


def levels(rubric: Rubric, verdicts: scoring.Verdicts) -> dict[str, int]:
    """The level of each dimension."""
    return {d.id: scoring.level(rubric, d, verdicts) for d in rubric.dimensions}


def exact_overall(ranks: Iterable[int]) -> Fraction:
    """(2 x mean + lowest) / 3, as an exact fraction."""
    given = list(ranks)
    return (2 * Fraction(sum(given), len(given)) + min(given)) / 3


@given(cases(), st.data())
def test_a_better_verdict_never_lowers_a_level(case: Case, data: st.DataObject) -> None:
    """Whichever indicator improves, every level and the overall figure rise or stay."""
    rubric, verdicts = case.rubric, case.verdicts
    name = data.draw(st.sampled_from([i.id for i in rubric.indicators]))
    better = data.draw(st.sampled_from(BETTER[BETTER.index(verdicts[name]) :]))
    before, after = levels(rubric, verdicts), levels(rubric, {**verdicts, name: better})
    assert all(after[dimension] >= before[dimension] for dimension in before)
    assert scoring.overall(after.values()) >= scoring.overall(before.values())


@given(cases(faults=False), st.data())
def test_a_fault_never_raises_a_level(case: Case, data: st.DataObject) -> None:
    """From absent to partial to met a fault lowers its own dimension or leaves it, and touches no other."""
    rubric, verdicts = case.rubric, case.verdicts
    fault = data.draw(st.sampled_from(rubric.faults))
    found = [levels(rubric, {**verdicts, fault.id: verdict}) for verdict in BETTER]
    own = [stage[fault.dimension] for stage in found]
    assert own == sorted(own, reverse=True)
    assert own[2] <= (fault.met or 5)
    assert own[1] <= (fault.partial or 5)
    assert all(stage[d] == found[0][d] for stage in found for d in stage if d != fault.dimension)


@pytest.mark.parametrize("rubric", RUBRICS, ids=IDS)
def test_all_absent_is_one_all_partial_at_most_three_all_met_is_five(rubric: Rubric) -> None:
    """No evidence is level 1 throughout, half-said never passes 3, everything said is 5."""
    assert set(levels(rubric, all_as(rubric, "absent")).values()) == {1}
    assert set(levels(rubric, {}).values()) == {1}
    assert max(levels(rubric, all_as(rubric, "partial")).values()) == 3
    assert set(levels(rubric, all_as(rubric, "met")).values()) == {5}


@given(cases(menu=("absent", "partial"), faults=False))
def test_partial_never_lifts_above_three(case: Case) -> None:
    """However much is half-said, no dimension stands above 3."""
    assert max(levels(case.rubric, case.verdicts).values()) <= scoring.PARTIAL_COUNTS_TO == 3


@pytest.mark.parametrize("rubric", RUBRICS, ids=IDS)
def test_leadership_stops_at_three_without_a_real_example(rubric: Rubric) -> None:
    """All else met, an example that is only half there or absent keeps leadership at 3."""
    for verdict in ("absent", "partial"):
        found = levels(rubric, {**all_as(rubric, "met"), "past_example": verdict})
        assert found == {"business_goal": 5, "technical_soundness": 5, "leadership_tradeoffs": 3}


@given(cases())
def test_levels_are_cumulative(case: Case) -> None:
    """A dimension's ladder level is the last rung up to which every rung holds."""
    rubric, verdicts = case.rubric, case.verdicts
    for dimension in rubric.dimensions:
        held = [scoring.holds(dimension.ladder.rung(n), scoring.counted(verdicts, n)) for n in range(2, 6)]
        assert scoring.ladder_level(dimension, verdicts) == 1 + sum(itertools.takewhile(bool, held))


def test_overall_is_the_mean_pulled_to_the_lowest() -> None:
    """For all 125 triples the figure is (2 x mean + lowest) / 3, rounded to one decimal, between 1 and 5."""
    for triple in itertools.product(range(1, 6), repeat=3):
        value = scoring.overall(triple)
        assert abs(Fraction(str(value)) - exact_overall(triple)) <= Fraction(1, 20)
        assert value == round(value, 1)
        assert min(triple) <= value <= max(triple)
    assert [scoring.overall(t) for t in ((3, 3, 3), (4, 5, 5), (1, 5, 5), (2, 3, 3))] == [3.0, 4.4, 2.8, 2.4]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (1.0, "not yet"),
        (1.9, "not yet"),
        (2.0, "thin"),
        (2.9, "thin"),
        (3.0, "senior"),
        (3.9, "senior"),
        (4.0, "lead"),
        (4.4, "lead"),
        (4.5, "strong lead"),
        (5.0, "strong lead"),
    ],
)
def test_words_change_where_the_design_says(value: float, word: str) -> None:
    """Below 2, 3, 4 and 4.5 the word is another."""
    assert scoring.word(value) == word


@given(cases(menu=OPEN), st.data())
def test_bounds_enclose_every_way_the_open_verdicts_can_fall(case: Case, data: st.DataObject) -> None:
    """The settled level, and the level under any decision of what could not be told, lie between the bounds."""
    rubric, verdicts = case.rubric, case.verdicts
    decided = {n: data.draw(st.sampled_from(BETTER)) if v == "cannot_tell" else v for n, v in verdicts.items()}
    for dimension in rubric.dimensions:
        low, high = scoring.bounds(rubric, dimension, verdicts)
        assert low <= scoring.level(rubric, dimension, scoring.settled(verdicts)) <= high
        assert low <= scoring.level(rubric, dimension, decided) <= high


@given(cases())
def test_without_open_verdicts_the_bounds_are_the_level(case: Case) -> None:
    """Nothing undecided, no range."""
    rubric, verdicts = case.rubric, case.verdicts
    assert all(
        scoring.bounds(rubric, d, verdicts) == (level, level)
        for d, level in zip(rubric.dimensions, levels(rubric, verdicts).values(), strict=True)
    )


@given(cases(menu=OPEN))
def test_an_edit_reaches_exactly_what_it_promises(case: Case) -> None:
    """With its needs in the draft the dimension stands at `to`, the whole at `overall_to`, and nothing falls."""
    rubric, verdicts = case.rubric, scoring.settled(case.verdicts)
    before = levels(rubric, verdicts)
    found = advice.lifts(rubric, verdicts)
    assert [lift.dimension for lift in found] == [d for d, level in before.items() if level < 5]
    for lift in found:
        after = levels(rubric, advice.with_needs(rubric, verdicts, lift.needs))
        assert (lift.start, lift.to) == (before[lift.dimension], after[lift.dimension])
        assert lift.to > lift.start
        assert lift.overall_to == scoring.overall(after.values()) >= scoring.overall(before.values())
        assert all(after[d] >= before[d] for d in before)


@given(cases(menu=OPEN))
def test_edit_after_edit_ends_at_five(case: Case) -> None:
    """Whoever follows the first edit again and again arrives at 5 in every dimension."""
    rubric, verdicts = case.rubric, scoring.settled(case.verdicts)
    for _ in range(12):
        if not (found := advice.lifts(rubric, verdicts)):
            break
        verdicts = advice.with_needs(rubric, verdicts, found[0].needs)
    assert set(levels(rubric, verdicts).values()) == {5}


@pytest.mark.parametrize("rubric", RUBRICS, ids=IDS)
def test_every_level_of_every_ladder_can_be_reached(rubric: Rubric) -> None:
    """For each dimension some verdicts give 1, 2, 3, 4 and 5: no rung asks for what the one above has already."""
    for dimension in rubric.dimensions:
        names = [i.id for i in dimension.indicators]
        given = (dict(zip(names, chosen, strict=True)) for chosen in itertools.product(BETTER, repeat=len(names)))
        assert {scoring.level(rubric, dimension, all_as(rubric, "met") | v) for v in given} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("rubric", RUBRICS, ids=IDS)
def test_exemplars_stand_at_the_levels_they_name(rubric: Rubric) -> None:
    """An exemplar decides every id once, and its levels are those that the ladder computes from its verdicts."""
    exemplars = LIBRARY.exemplars(rubric.id)
    assert [e.kind for e in exemplars] == ["weak", "buzzword", "solid", "strong"]
    for exemplar in exemplars:
        assert set(exemplar.verdicts) == set(rubric.by_id)
        assert set(exemplar.caps) == {c.id for c in rubric.faults}
        assert levels(rubric, exemplar.verdicts | exemplar.caps) == exemplar.levels, exemplar.kind
