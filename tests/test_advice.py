"""The one edit and the questions on a card: what is asked, in which order, where it belongs, and when nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach import scoring
from answer_coach.advice import OPENING, place_of
from answer_coach.answer import Answer
from answer_coach.assemble import Judged, Provenance, feedback
from answer_coach.feedback import Feedback, NextEdit
from answer_coach.library.shelf import Library
from answer_coach.request import FollowUpClaim, Reply
from answer_coach.rubric import EFFORTS, Rubric, Verdict
from answer_coach.verify import verify
from tests.support.build import SOLID, reply

LIBRARY = Library()
RUBRICS = {rubric.id: rubric for rubric in LIBRARY.rubrics()}
Q05 = RUBRICS["q05"]
ANSWER = Answer.of(SOLID)
NOTED = "Which three requests were on the table, and who asked for them?"
BAD = ("Great start, what else?", "Was it 40 percent?", "What did Ida say?", "No goal is named.", "", "Why?\x1b[2J")
Fields = Mapping[str, Mapping[str, Any]]


def with_fields(claims: Reply, changes: Fields) -> Reply:
    """A reply with other notes and places for some ids."""
    opinions = [o.model_copy(update=dict(changes.get(o.id, {}))) for o in claims.indicators]
    return claims.model_copy(update={"indicators": opinions})


def card_of(rubric: Rubric, verdicts: Mapping[str, str], changes: Fields | None = None, **more: Any) -> Feedback:
    """The card of the solid answer under these verdicts; the rest is absent."""
    claims = with_fields(reply(rubric, ANSWER, verdicts), changes or {}).model_copy(update=more)
    result = verify(claims, ANSWER, rubric, frozenset())
    about = Provenance(rubric=rubric, answer=ANSWER, graded_at="2031-04-01T09:00:00+00:00", coach_version="0")
    return feedback(about, Judged(findings=result.findings, follow_ups=tuple(claims.follow_ups)))


def all_met(rubric: Rubric, **others: str) -> dict[str, str]:
    """Every indicator met but for those named."""
    return {i.id: "met" for i in rubric.indicators} | others


def edits_of(card: Feedback) -> list[NextEdit]:
    """The next edit and those beside it."""
    return [*([card.next_edit] if card.next_edit else []), *card.also]


@st.composite
def cards(draw: st.DrawFn) -> Feedback:
    """The card of any question under any verdicts, faults too."""
    rubric = draw(st.sampled_from(list(RUBRICS.values())))
    menu: tuple[Verdict, ...] = ("absent", "partial", "met", "cannot_tell")
    verdicts = {i.id: draw(st.sampled_from(menu)) for i in rubric.indicators}
    faults = {c.id: draw(st.sampled_from(("absent", "absent", "partial", "met"))) for c in rubric.faults}
    return card_of(rubric, {**verdicts, **faults})


@given(cards())
def test_what_may_never_have_happened_says_what_to_do_then(card: Feedback) -> None:
    """An edit that needs something that only can be told if it happened carries the line for where it didn't."""
    rubric = RUBRICS[card.question]
    for edit in edits_of(card):
        needed = [rubric.by_id[name] for name in edit.needs if name in rubric.by_id]
        assert all(i.if_not in edit.ask for i in needed if i.effort == "only_if_it_happened")
        assert edit.ask.strip()
        assert not [i.id for i in rubric.indicators if i.if_not and i not in needed and i.if_not in edit.ask]


@given(cards())
def test_edits_are_ranked_by_gain_then_effort_then_place(card: Feedback) -> None:
    """The best first: what lifts the whole most, then what costs least, then what comes earliest in the draft."""
    last = len(ANSWER.sentences) + 1
    ranks = [
        (-edit.overall_to, EFFORTS.index(edit.effort), edit.place.sentence if edit.place else last)
        for edit in edits_of(card)
    ]
    assert ranks == sorted(ranks)
    assert len({edit.dimension for edit in edits_of(card)}) == len(ranks)


@given(cards())
def test_an_edit_keeps_to_what_the_card_shows(card: Feedback) -> None:
    """It starts at the dimension's level, names what its next level needs, and lifts the whole or leaves it."""
    dimensions = {d.id: d for d in card.dimensions}
    for edit in edits_of(card):
        dimension = dimensions[edit.dimension]
        assert dimension.next is not None
        assert (edit.from_, edit.needs) == (dimension.level, dimension.next.needs)
        assert edit.to >= dimension.next.level == dimension.level + 1
        assert edit.overall_to >= card.overall.level
        assert not {i.id for d in card.dimensions for i in d.indicators if i.verdict == "met"} & set(edit.needs)


@given(cards())
def test_a_place_opens_with_words_of_the_draft(card: Feedback) -> None:
    """The opening is the beginning of that sentence of the draft, at most eight words of it."""
    for edit in edits_of(card):
        if edit.place is None:
            continue
        sentence = ANSWER.sentences[edit.place.sentence - 1]
        opening = edit.place.opening.removesuffix(" ...")
        assert sentence.text.startswith(opening)
        assert 1 <= len(opening.split()) <= OPENING == 8
        assert edit.place.opening.endswith(" ...") is (len(sentence.text.split()) > OPENING)


@given(cards())
def test_ready_means_no_next_edit(card: Feedback) -> None:
    """READY is all slots met and no level under 4; then nothing is offered, and otherwise something is."""
    slots = set(card.slots.model_dump().values())
    assert card.ready is (slots == {"met"} and min(d.level for d in card.dimensions) >= 4)
    if card.ready:
        assert (card.next_edit, card.also) == (None, ())
    else:
        assert card.next_edit is not None


@pytest.mark.parametrize("question", RUBRICS)
def test_nothing_is_offered_where_all_is_met(question: str) -> None:
    """Everything said: fives, ready, no edit and no question, and the follow-ups stay."""
    rubric = RUBRICS[question]
    card = card_of(rubric, all_met(rubric))
    assert [d.level for d in card.dimensions] == [5, 5, 5]
    assert (card.ready, card.next_edit, card.also) == (True, None, ())
    assert (card.ask, card.half_said, card.not_found) == ((), (), ())
    assert all(d.next is None for d in card.dimensions)
    assert len(card.follow_ups) == 3


def test_a_draft_at_four_is_ready_with_gaps_shown() -> None:
    """Levels of 4 with all slots met are enough: no edit, though the card still names what is missing."""
    card = card_of(Q05, all_met(Q05, strategy="absent", early_test="partial", checked="absent", revisited="absent"))
    assert card.ready
    assert card.next_edit is None
    assert card.not_found == ("strategy", "checked", "revisited")


def test_the_edit_with_the_greater_gain_comes_first() -> None:
    """Of three open dimensions the lowest is worked on first, for it pulls the whole down."""
    card = card_of(Q05, all_met(Q05, goal="absent", sized="absent", strategy="absent", outcome="absent"))
    assert [d.level for d in card.dimensions] == [1, 5, 5]
    assert card.next_edit is not None
    assert card.next_edit.dimension == "business_goal"
    assert (card.next_edit.from_, card.next_edit.to) == (1, 2)
    assert card.next_edit.overall_to == scoring.overall((2, 5, 5))


def test_of_equal_gains_the_cheaper_comes_first() -> None:
    """What can simply be said goes before what must be looked up and what may not have happened."""
    card = card_of(Q05, all_met(Q05, sized="absent", data_ready="absent", effort="absent", people="absent"))
    assert [d.level for d in card.dimensions] == [4, 4, 4]
    found = edits_of(card)
    assert len({edit.overall_to for edit in found}) == 1
    assert [edit.effort for edit in found] == ["say", "look_up", "only_if_it_happened"]


def test_of_equal_gains_and_efforts_the_earlier_place_comes_first() -> None:
    """Whoever goes through the draft meets the edits in its order."""
    places: Fields = {"goal": {"place": 4}, "yardstick": {"place": 2}, "decision": {"place": 6}}
    found = edits_of(card_of(Q05, {}, places))
    assert len({(edit.overall_to, edit.effort) for edit in found}) == 1
    assert [edit.place.sentence if edit.place else 0 for edit in found] == [2, 4, 6]


def test_what_is_half_said_is_finished_first() -> None:
    """Of two ways to the next level the one that is half there is taken, though the other could simply be said."""
    whole = card_of(Q05, all_met(Q05, sized="partial", strategy="absent"))
    assert [d.next.needs for d in whole.dimensions if d.next] == [("sized",)]
    none = card_of(Q05, all_met(Q05, sized="absent", strategy="absent"))
    assert [d.next.needs for d in none.dimensions if d.next] == [("strategy",)]


def test_a_fault_is_answered_before_the_ladder_can_rise() -> None:
    """A cap that holds the level down is what the edit needs, with the candidate's words in its question."""
    card = card_of(Q05, all_met(Q05, serious_error="met"))
    assert card.next_edit is not None
    assert (card.next_edit.needs, card.next_edit.from_, card.next_edit.to) == (("serious_error",), 1, 5)
    cap = next(c for d in card.dimensions for c in d.caps if c.id == "serious_error")
    assert (cap.verdict, cap.limit, cap.note) == ("met", 1, card.next_edit.ask)
    assert cap.note is not None
    assert " ".join(cap.evidence[0].quote.split()[:4]) in cap.note


def test_a_real_example_is_asked_for_where_it_holds_leadership_down() -> None:
    """Leadership at 3 for want of an example: the edit asks for one, and what to do where there is none."""
    card = card_of(Q05, all_met(Q05, past_example="partial"))
    assert card.next_edit is not None
    assert (card.next_edit.needs, card.next_edit.to) == (("past_example",), 5)
    indicator = Q05.by_id["past_example"]
    assert card.next_edit.ask == f"{indicator.ask_partial} {indicator.if_not}"


def test_the_place_is_the_judges_then_the_half_said() -> None:
    """Where the judge put it; without a place behind the half-said words; without those behind the dimension's last."""
    verdicts = all_met(Q05, goal="partial", data_ready="absent", effort="absent", early_test="absent", checked="absent")
    own = card_of(Q05, verdicts, {"goal": {"place": 5}})
    beside = card_of(Q05, verdicts)
    places = [{e.dimension: e.place for e in edits_of(card)} for card in (own, beside)]
    assert [p["business_goal"].sentence if p["business_goal"] else 0 for p in places] == [5, 1]
    technical = places[1]["technical_soundness"]
    assert technical
    assert technical.sentence == 1 + Q05.asked.index("yardstick") % len(ANSWER.sentences)
    nothing = card_of(Q05, {}).next_edit
    assert nothing
    assert nothing.place is None


def test_a_place_of_few_words_is_whole() -> None:
    """A sentence of eight words is shown whole, a longer one by its first eight."""
    answer = Answer.of("One two three four five six seven eight. One two three four five six seven eight nine.")
    assert [place_of(answer, n).opening for n in (1, 2)] == [
        "One two three four five six seven eight.",
        "One two three four five six seven eight ...",
    ]


@pytest.mark.parametrize("verdict", ["absent", "partial", "cannot_tell"])
def test_a_good_note_is_asked_and_a_bad_one_replaced(verdict: str) -> None:
    """The judge's question about this draft is used; what praises, invents or only states gives way to the rubric's."""
    indicator = Q05.by_id["goal"]
    own = indicator.ask_partial if verdict == "partial" else indicator.ask_absent
    cards_of = [card_of(Q05, {"goal": verdict}, {"goal": {"note": note}}) for note in (f" {NOTED}\n", *BAD)]
    assert [card.indicator("goal").note for card in cards_of] == [NOTED, *[own] * len(BAD)]
    assert NOTED in cards_of[0].ask


def test_what_is_met_is_not_asked() -> None:
    """A note on an indicator that is met is not shown, nor is one on an absent fault."""
    card = card_of(Q05, {"goal": "met"}, {"goal": {"note": NOTED}, "serious_error": {"note": NOTED}})
    assert card.indicator("goal").note is None
    assert NOTED not in card.ask
    assert {c.note for d in card.dimensions for c in d.caps if c.id in {f.id for f in Q05.faults}} == {None}


def test_follow_ups_that_hold_are_asked_and_the_rest_made_up_from_the_rubric() -> None:
    """A judge's question needs a quote of the draft and may invent nothing; the rest up to three are the rubric's."""
    quote = "three requests and two people"
    claims = [FollowUpClaim(question=q, sentence=1, quote=quote) for q in (NOTED, "Was it 40 percent?", "Tell more.")]
    claims.append(FollowUpClaim(question="Who said so?", sentence=1, quote="words that are nowhere"))
    card = card_of(Q05, {"goal": "met", "sized": "partial"}, follow_ups=claims)
    assert (card.follow_ups[0].question, card.follow_ups[0].quote) == (NOTED, quote)
    assert [f.quote for f in card.follow_ups[1:]] == [ANSWER.sentences[1].text, ANSWER.sentences[0].text]
    assert all(f.quote in SOLID for f in card.follow_ups)


@given(cards())
def test_the_questions_begin_with_the_edit(card: Feedback) -> None:
    """First what the next edit needs, then what is half said, then what is not found; each once."""
    notes = {i.id: i.note for d in card.dimensions for i in d.indicators}
    notes |= {c.id: c.note for d in card.dimensions for c in d.caps if c.id not in notes}
    needs = card.next_edit.needs if card.next_edit else ()
    by_id = RUBRICS[card.question].by_id
    named = [name for name in (*needs, *card.half_said, *card.not_found) if notes[name]]
    expected = [f"{notes[name]} {by_id[name].if_not if name in by_id else ''}".strip() for name in named]
    assert list(card.ask) == list(dict.fromkeys(expected))
    assert not set(card.half_said) & set(card.not_found)
