"""A reply is whole or it is a fault: every fault is found, none of them shows the reply, nothing is filled in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.answer import Answer
from answer_coach.errors import UnusableReply
from answer_coach.library.shelf import Library
from answer_coach.parse import FAULTS, REPAIRABLE, ReplyFault, parse
from answer_coach.request import ADDRESSES, VERDICTS, Completion, Reply
from answer_coach.steps import Job, judge, read, render_job, score
from tests.support.build import SOLID, reply_dict

LIBRARY = Library()
RUBRIC = LIBRARY.rubric("q05")
ANSWER = Answer.of(SOLID)
CHECK = "amber-anchor-basalt"
SECRET = "zebra finch"
HOW = ("remove", "double", "rename", "swap")
ATOMS = st.none() | st.booleans() | st.integers() | st.text()
Change = Callable[[dict[str, Any]], object]


def whole() -> dict[str, Any]:
    """A valid reply with a goal that is met, one note and one follow-up."""
    data = reply_dict(RUBRIC, ANSWER, {"goal": "met", "people": "partial"}, check=CHECK)
    data["follow_ups"] = [{"question": "Why?", "sentence": 1, "quote": "three requests and two people"}]
    return data


def outcome(data: Any, **more: Any) -> Reply | ReplyFault:
    """What becomes of a reply sent as JSON, or of a text."""
    text = data if isinstance(data, str) else json.dumps(data)
    return parse(Completion(text=text, **more), RUBRIC.asked, CHECK)


def changed(change: Change) -> Reply | ReplyFault:
    """What becomes of a valid reply with one thing changed."""
    data = whole()
    change(data)
    return outcome(data)


def fault(result: Reply | ReplyFault) -> ReplyFault:
    """The fault that was found; fails the test where there was none."""
    assert isinstance(result, ReplyFault)
    return result


def first(data: dict[str, Any]) -> dict[str, Any]:
    """The first opinion of a reply."""
    opinion: dict[str, Any] = data["indicators"][0]
    return opinion


TEXTS: dict[str, Completion] = {
    "refused": Completion(text=json.dumps(whole()), refusal=SECRET),
    "filtered": Completion(text=SECRET, finish_reason="content_filter"),
    "cut": Completion(text=json.dumps(whole()), finish_reason="length"),
    "empty": Completion(text=" \n"),
    "not_json": Completion(text=f"Sure! {SECRET}"),
}
TAG = "0123456789abcdef"
TAGGED: dict[str, str] = {
    "untagged": f"{SECRET} {json.dumps(whole())}",
    "conflicting": json.dumps({**whole(), "check": f"{CHECK} {TAG}"})
    + json.dumps({**whole(), "check": f"{CHECK} {TAG}", "addresses": "no"}),
}
CHANGES: dict[str, Change] = {
    "off_schema": lambda data: data.update({SECRET: SECRET}),
    "prompt_cut": lambda data: data.update(check=SECRET),
    "missing_ids": lambda data: data["indicators"].pop(),
    "doubled_ids": lambda data: data["indicators"].append(data["indicators"][0]),
    "unknown_ids": lambda data: data["indicators"].append({**data["indicators"][0], "id": SECRET}),
    "off_menu": lambda data: first(data).update(verdict=SECRET),
}


def test_a_whole_reply_is_read_as_it_is() -> None:
    """All ids once, verdicts on the menu, the check phrase: what was sent is what is read."""
    result = outcome(whole(), finish_reason="stop")
    assert isinstance(result, Reply)
    assert result.model_dump() == whole()


def test_no_fault_is_without_a_test() -> None:
    """Every code of FAULTS is produced below; `unverified` and `astray` when more is known than the reply."""
    assert {*TEXTS, *TAGGED, *CHANGES, "unverified", "astray"} == set(FAULTS)


@pytest.mark.parametrize("code", TAGGED)
def test_free_text_has_one_reply_with_the_tag_or_none(code: str) -> None:
    """An object without the answer's tag may be quoted from it; of two that differ nobody knows which is meant."""
    found = fault(parse(Completion(text=TAGGED[code]), RUBRIC.asked, CHECK, tag=TAG))
    assert found.code == code
    assert SECRET not in f"{found!r} {found.error()}"


@pytest.mark.parametrize("code", [*TEXTS, *CHANGES])
def test_every_fault_comes_up(code: str) -> None:
    """Each code has a completion that gives it; none of them carries a word of the reply."""
    found = fault(parse(TEXTS[code], RUBRIC.asked, CHECK) if code in TEXTS else changed(CHANGES[code]))
    assert found.code == code
    for word in SECRET.split():
        assert word not in f"{found!r} {found.error()} {found.error().hint}"


def test_unverified_is_found_when_scored() -> None:
    """A reply in form whose quotes are made up is the last fault: no card, and no word of the quotes."""
    template, repair = LIBRARY.template("grade"), LIBRARY.template("repair")
    turn = render_job(
        Job(rubric=RUBRIC, answer=ANSWER, template=template, repair=repair, form=LIBRARY.template("form"))
    )
    data = reply_dict(RUBRIC, ANSWER, {"goal": "met"}, check=turn.request.check, quote=f"{SECRET} and more")
    with pytest.raises(UnusableReply) as raised:
        score(judge(read(turn, Completion(text=json.dumps(data)))))
    assert raised.value.code == "unverified"
    assert "zebra" not in str(raised.value)


def test_every_fault_says_what_and_what_to_do() -> None:
    """Each code has a sentence, a remedy, and whether asking once more can help."""
    for code in FAULTS:
        error = ReplyFault(code=code, detail="goal").error()
        assert (error.code, error.exit_code) == (code, 4)
        assert error.hint.endswith(".")
        assert "goal" in error.message
    assert set(FAULTS) - REPAIRABLE == {"refused", "filtered", "prompt_cut", "unverified"}


SCRAPS = ("null", "[]", "3", '"met"', "{}", "{", "```json\n{}\n```", "[" * 100_000, "9" * 5000, "{'a': 1}", "\ufeff{}")


@pytest.mark.parametrize("text", SCRAPS, ids=lambda text: text[:12])
def test_what_is_not_the_object_is_never_mended(text: str) -> None:
    """Fences, scraps, other values and bombs are faults that can be asked again, not errors of ours."""
    found = fault(outcome(text))
    assert found.code in ("not_json", "off_schema")
    assert found.repairable


@pytest.mark.parametrize("field", ["check", "addresses", "indicators", "follow_ups"])
def test_no_field_of_the_reply_is_defaulted(field: str) -> None:
    """A field that is missing or null is a fault that names it."""
    for change in (lambda data: data.pop(field), lambda data: data.update({field: None})):
        found = fault(changed(change))
        assert found.code == "off_schema"
        assert found.detail.startswith(field)


@pytest.mark.parametrize("field", ["id", "evidence", "note", "place", "verdict"])
def test_no_field_of_an_opinion_is_defaulted(field: str) -> None:
    """The same for each opinion."""
    for change in (lambda data: first(data).pop(field), lambda data: first(data).update({field: None})):
        assert fault(changed(change)).code == "off_schema"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: first(data).update(place="1"),
        lambda data: first(data).update(place=True),
        lambda data: first(data).update(place=1.5),
        lambda data: first(data).update(place=float("nan")),
        lambda data: first(data).update(score=5),
        lambda data: first(data).update(evidence="three requests"),
        lambda data: first(data).update(evidence=[{"sentence": "1", "quote": "x"}]),
        lambda data: first(data).update(evidence=[{"sentence": 1}]),
        lambda data: first(data).update(note=["a"]),
        lambda data: data.update(level=5),
        lambda data: data.update(indicators={}),
        lambda data: data["follow_ups"].append({"question": "Why?"}),
    ],
)
def test_types_are_not_bent(change: Change) -> None:
    """A number as text, a truth as number, a field too many: off schema, and no figure slips in."""
    assert fault(changed(change)).code == "off_schema"


@pytest.mark.parametrize("verdict", ["Met", "MET", " met", "yes", "", "5", "met|partial", "can't tell"])
def test_verdicts_are_taken_letter_for_letter(verdict: str) -> None:
    """Nothing like a verdict becomes one; the fault names the id and not the word."""
    found = fault(changed(lambda data: first(data).update(verdict=verdict)))
    assert (found.code, found.detail) == ("off_menu", RUBRIC.asked[0])


@pytest.mark.parametrize("value", ["Yes", "maybe", "", "YES"])
def test_addresses_is_on_its_menu(value: str) -> None:
    """Whether the question is addressed is said in one of three words."""
    found = fault(changed(lambda data: data.update(addresses=value)))
    assert (found.code, found.detail) == ("off_menu", "addresses")
    assert all(isinstance(outcome({**whole(), "addresses": word}), Reply) for word in ADDRESSES)


@pytest.mark.parametrize("check", [CHECK, CHECK.upper(), "Amber anchor basalt", f"phrase: {CHECK}.", f'"{CHECK}"'])
def test_the_check_phrase_may_be_dressed(check: str) -> None:
    """Case, hyphens and marks around it do not matter; another phrase or half of it does."""
    assert isinstance(changed(lambda data: data.update(check=check)), Reply)
    assert fault(changed(lambda data: data.update(check=check[:-8]))).code == "prompt_cut"


@given(st.integers(0, len(RUBRIC.asked) - 1), st.sampled_from(HOW), st.text(max_size=9))
def test_an_id_removed_doubled_or_renamed_is_a_fault(at: int, how: str, name: str) -> None:
    """Whichever id it is, the reply is not a reply any more, and the order asked in is not demanded."""
    data = whole()
    opinions: list[dict[str, Any]] = data["indicators"]
    if how == "remove":
        opinions.pop(at)
    elif how == "double":
        opinions.insert(0, {**opinions[at], "verdict": "met"})
    elif how == "rename":
        opinions[at]["id"] = f"{name}?"
    else:
        opinions.insert(0, opinions.pop(at))
    result = outcome(data)
    expected = {"remove": "missing_ids", "double": "doubled_ids", "rename": "missing_ids"}
    assert (result.code if isinstance(result, ReplyFault) else None) == expected.get(how)


@given(st.recursive(ATOMS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_no_json_whatever_raises_or_passes(data: Any) -> None:
    """Any JSON is a fault, never an exception and never a reply."""
    assert isinstance(outcome(json.dumps(data)), ReplyFault)


def test_the_menus_are_closed() -> None:
    """Four verdicts and three words on the question, and no number among them."""
    assert VERDICTS == ("met", "partial", "absent", "cannot_tell")
    assert ADDRESSES == ("yes", "partly", "no")
