"""The chain: what becomes of a model's reply, in the sync, async and batch way; a judge's failure is never a score."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from answer_coach import Coach
from answer_coach.answer import Answer
from answer_coach.errors import CoachError, RateLimited, UnusableReply
from answer_coach.feedback import Failed, Feedback
from answer_coach.library.shelf import Library
from tests.support.build import SOLID, ScriptedModel, says, scripted_coach

Reply = dict[str, Any]
MET = {"goal": "met", "sized": "met", "outcome": "met", "decision": "met", "people": "partial", "past_example": "met"}
MADE_UP = "revenue tripled overnight thanks to me"
WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
OTHER, THIRD = SOLID.replace("ferry company", "bakery chain"), SOLID.replace("three requests", "9 requests")


def good(library: Library, verdicts: Mapping[str, str] = MET, text: str = SOLID) -> str:
    """A reply that can be used."""
    return says(library, "q05", text, verdicts)


def made_up(library: Library, *ids: str, verdicts: Mapping[str, str] = MET) -> str:
    """A reply whose quotes for `ids` are not in the answer."""
    reply: Reply = json.loads(good(library, verdicts))
    for opinion in reply["indicators"]:
        if opinion["id"] in ids:
            opinion["evidence"] = [{"sentence": 1, "quote": MADE_UP}]
    return json.dumps(reply)


def only(reply: str, *ids: str) -> str:
    """A reply to a repair turn: the opinions on `ids` and no others."""
    parsed: Reply = json.loads(reply)
    return json.dumps({**parsed, "indicators": [o for o in parsed["indicators"] if o["id"] in ids]})


def changed(change: Callable[[Reply], Any]) -> Callable[[Library], str]:
    """A good reply with one thing changed."""

    def make(library: Library) -> str:
        reply: Reply = json.loads(good(library))
        change(reply)
        return json.dumps(reply)

    return make


def metadata(**fields: Any) -> Callable[[Library], AIMessage]:
    """A good reply that came with a sign of trouble."""
    return lambda library: AIMessage(content=good(library), response_metadata=fields)


REPAIRABLE: dict[str, tuple[str, Callable[[Library], Any]]] = {
    "malformed": ("not_json", lambda library: good(library)[:-20]),
    "empty": ("empty", lambda _: "  \n"),
    "missing id": ("missing_ids", changed(lambda reply: reply["indicators"].pop())),
    "doubled id": ("doubled_ids", changed(lambda reply: reply["indicators"].append(reply["indicators"][0]))),
    "unknown id": ("unknown_ids", changed(lambda r: r["indicators"].append({**r["indicators"][0], "id": SOLID}))),
    "off the menu": ("off_menu", changed(lambda reply: reply["indicators"][2].update(verdict="excellent"))),
    "addresses off the menu": ("off_menu", changed(lambda reply: reply.update(addresses="surely"))),
    "a field too many": ("off_schema", changed(lambda reply: reply.update({SOLID: 5}))),
    "a field missing": ("off_schema", changed(lambda reply: reply.pop("addresses"))),
    "a figure as text": ("off_schema", changed(lambda reply: reply["indicators"][0].update(place="4"))),
}
HOPELESS: dict[str, tuple[str, Callable[[Library], Any]]] = {
    "refusal": ("refused", metadata(refusal=f"I can't judge {SOLID}")),
    "refusal elsewhere": ("refused", lambda lib: AIMessage(good(lib), additional_kwargs={"refusal": f"No: {SOLID}"})),
    "filter": ("filtered", metadata(finish_reason="content_filter")),
    "check phrase": ("prompt_cut", changed(lambda reply: reply.update(check="amber-amber-amber"))),
    "no check phrase": ("prompt_cut", changed(lambda reply: reply.update(check=""))),
}


def grade(coach: Coach, text: str = SOLID) -> Feedback:
    """Grade and expect a card with levels."""
    card = coach.grade(text, question="q05")
    assert isinstance(card, Feedback)
    return card


def failure(coach: Coach, text: str = SOLID) -> CoachError:
    """Grade and expect a typed failure that gives nothing of the answer away."""
    with pytest.raises(CoachError) as caught:
        coach.grade(text, question="q05")
    assert_silent(caught.value, text)
    return caught.value


def assert_silent(error: CoachError, text: str) -> None:
    """No four words in a row of the answer stand in anything that an exception prints."""
    shown = " ".join([str(error), repr(error), error.message, error.hint, *traceback.format_exception(error)])
    said = text.split()
    assert not [run for run in (" ".join(said[at : at + 4]) for at in range(len(said) - 3)) if run in shown]
    assert MADE_UP not in shown


def test_a_good_reply_becomes_a_card(library: Library) -> None:
    """One call, and the verdicts of the reply stand on the card with the words that carry them."""
    coach, model = scripted_coach(good(library), library=library)
    card = grade(coach)
    verdicts = {i.id: i.verdict for d in card.dimensions for i in d.indicators}
    assert verdicts == {**dict.fromkeys(verdicts, "absent"), **MET}
    assert all(card.indicator(name).evidence for name in MET)
    assert len(model.seen) == 1


@pytest.mark.parametrize("name", REPAIRABLE)
def test_a_reply_out_of_form_gets_one_repair_turn(library: Library, name: str) -> None:
    """A second reply that is whole is graded as if it had been the first."""
    _, make = REPAIRABLE[name]
    coach, model = scripted_coach(make(library), good(library), library=library)
    plain, _ = scripted_coach(good(library), library=library)
    assert grade(coach).dimensions == grade(plain).dimensions
    assert [m.type for m in model.seen[1]] == ["system", "human", "ai", "human"]
    assert str(model.seen[1][-1].content).count("past_example") == 1


@pytest.mark.parametrize("name", REPAIRABLE)
def test_a_second_reply_out_of_form_is_a_typed_failure(library: Library, name: str) -> None:
    """After the one repair turn there is no other: the failure has its code and exit code 4."""
    code, make = REPAIRABLE[name]
    coach, model = scripted_coach(make(library), make(library), good(library), library=library)
    error = failure(coach)
    assert (type(error), error.code, error.exit_code) == (UnusableReply, code, 4)
    assert error.hint
    assert len(model.seen) == 2


@pytest.mark.parametrize("name", HOPELESS)
def test_where_asking_again_cannot_help_nobody_asks(library: Library, name: str) -> None:
    """A refusal, a filter, a cut reply and a cut prompt fail at once, with their cause."""
    code, make = HOPELESS[name]
    coach, model = scripted_coach(make(library), good(library), library=library)
    error = failure(coach)
    assert (type(error), error.code) == (UnusableReply, code)
    assert len(model.seen) == 1


def test_lost_quotes_are_asked_for_again_and_only_those(library: Library) -> None:
    """The repair turn names the ids whose quotes are not in the answer, and a found quote restores the credit."""
    second = only(good(library), "goal")
    coach, model = scripted_coach(made_up(library, "goal"), second, library=library)
    card = grade(coach)
    demand = str(model.seen[1][-1].content)
    assert "once: goal." in demand
    assert not [name for name in library.rubric("q05").asked if name != "goal" and f" {name}" in demand]
    assert card.indicator("goal").verdict == "met"
    assert card.unverified_quotes == 0
    assert all(d.range is None for d in card.dimensions)


def test_quotes_lost_twice_become_cannot_tell_and_a_range(library: Library) -> None:
    """The judge's fault costs the candidate no definite level: the dimension stands between two, and only that one."""
    again = only(made_up(library, "goal"), "goal")
    coach, model = scripted_coach(made_up(library, "goal"), again, good(library), library=library)
    card = grade(coach)
    assert len(model.seen) == 2
    assert card.indicator("goal").verdict == "cannot_tell"
    assert not card.indicator("goal").evidence
    assert card.unverified_quotes == 1
    ranges = {d.id: d.range for d in card.dimensions}
    assert ranges == {"business_goal": (2, 4), "technical_soundness": None, "leadership_tradeoffs": None}
    assert card.overall.range is not None
    assert card.overall.range[0] <= card.overall.level <= card.overall.range[1]


def test_more_than_a_fifth_of_made_up_quotes_is_a_failure(library: Library) -> None:
    """A judge that makes up two of six quotes, twice, gives no card."""
    first, again = made_up(library, "goal", "sized"), only(made_up(library, "goal", "sized"), "goal", "sized")
    coach, model = scripted_coach(first, again, good(library), library=library)
    error = failure(coach)
    assert (type(error), error.code, len(model.seen)) == (UnusableReply, "unverified", 2)


@pytest.mark.parametrize("name", ["missing id", "off the menu"])
def test_a_repair_reply_may_repeat_what_was_not_asked_again(library: Library, name: str) -> None:
    """Models often send everything again; only what was asked for counts, and is mended."""
    coach, model = scripted_coach(made_up(library, "goal"), REPAIRABLE[name][1](library), library=library)
    card = grade(coach)
    assert {name: card.indicator(name).verdict for name in MET} == MET
    assert len(model.seen) == 2


@pytest.mark.parametrize("name", sorted({*REPAIRABLE, *HOPELESS} - {"missing id", "off the menu"}))
def test_a_fault_in_the_repair_reply_keeps_what_was_verified(library: Library, name: str) -> None:
    """What held in the first reply is not thrown away because the second can't be used."""
    _, make = (REPAIRABLE | HOPELESS)[name]
    coach, model = scripted_coach(made_up(library, "goal"), make(library), library=library)
    card = grade(coach)
    verdicts = {name: card.indicator(name).verdict for name in MET}
    assert verdicts == {**MET, "goal": "cannot_tell"}
    assert len(model.seen) == 2


def test_the_repair_may_answer_for_more_than_it_was_asked_but_it_does_not_count(library: Library) -> None:
    """A judge that sends all ids again can't change what was already verified."""
    everything = good(library, {"goal": "met", "trade_off": "met"})
    coach, _ = scripted_coach(made_up(library, "goal"), everything, library=library)
    assert grade(coach).indicator("trade_off").verdict == "absent"


def test_tokens_of_both_turns_are_added(library: Library) -> None:
    """Usage on the card is what the repair cost too."""
    usage = {"input_tokens": 4000, "output_tokens": 10, "total_tokens": 4010}
    replies = [AIMessage(text, usage_metadata=usage) for text in ("nonsense", good(library))]
    coach, _ = scripted_coach(*replies, library=library)
    used = grade(coach).usage
    assert used is not None
    assert (used.input_tokens, used.output_tokens, used.cached_tokens) == (8000, 20, None)


def by_text(library: Library) -> Callable[[Sequence[BaseMessage]], Any]:
    """A model that refuses the answer about a bakery and replies well to others."""

    def reply(messages: Sequence[BaseMessage]) -> Any:
        if "bakery" in str(messages[1].content):
            return AIMessage("", response_metadata={"refusal": "no"})
        return good(library, text=THIRD if "9 requests" in str(messages[1].content) else SOLID)

    return reply


def comparable(card: Any) -> dict[str, Any]:
    """A card without the time that it took."""
    fields: dict[str, Any] = card.model_dump()
    fields["usage"] = {**(fields["usage"] or {}), "seconds": None}
    return fields


SCRIPTS: dict[str, Callable[[Library], list[str]]] = {
    "good": lambda library: [good(library)],
    "repaired": lambda library: ["{", good(library)],
    "lost": lambda library: [made_up(library, "goal"), "{"],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_sync_async_and_batch_give_the_same_card(library: Library, name: str) -> None:
    """One script, one card, whichever way it is asked for."""

    def coach() -> Coach:
        return Coach(ScriptedModel(script=SCRIPTS[name](library), seen=[]), library=library, now=lambda: WHEN)

    plain = comparable(coach().grade(SOLID, question="q05"))
    assert comparable(asyncio.run(coach().agrade(SOLID, question="q05"))) == plain
    assert comparable(asyncio.run(coach().abatch([SOLID], question="q05"))[0]) == plain


@pytest.mark.parametrize("at_once", [1, 8])
def test_a_failure_in_a_batch_has_its_place_and_stops_nothing(library: Library, at_once: int) -> None:
    """Three answers, the middle one refused: its card says so, the others are graded, in order."""
    texts = [SOLID, OTHER, THIRD, "Too short."]
    coach, _ = scripted_coach(*[by_text(library)] * 3, library=library)
    cards = asyncio.run(coach.abatch(texts, question="q05", at_once=at_once))
    assert [card.kind for card in cards] == ["feedback", "failed", "feedback", "not_gradable"]
    assert [card.answer.sha256 for card in cards] == [Answer.of(text).sha256 for text in texts]
    failed = cards[1]
    assert isinstance(failed, Failed)
    assert (failed.error.code, bool(failed.error.hint)) == ("refused", True)
    assert "bakery chain" not in failed.error.model_dump_json()


@pytest.mark.parametrize("error", [RateLimited("h asks to slow down", hint="Wait."), UnusableReply("x", code="cut")])
def test_a_models_own_failure_passes_through_as_it_is(library: Library, error: CoachError) -> None:
    """What the engine raised reaches the caller unwrapped, in the sync and the async way."""
    coach, _ = scripted_coach(error, error, library=library)
    assert failure(coach) is error
    with pytest.raises(type(error)) as caught:
        asyncio.run(coach.agrade(SOLID, question="q05"))
    assert_silent(caught.value, SOLID)
