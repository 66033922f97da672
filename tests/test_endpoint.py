"""The endpoint: what is sent through the real client, what comes back as which failure, and what never goes along."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from answer_coach import Coach, errors
from answer_coach.errors import CoachError
from answer_coach.feedback import Feedback
from answer_coach.library.shelf import Library
from answer_coach.request import RESPONSE_FORMAT
from tests.support.build import SOLID, STRICT, says
from tests.support.server import Reply, Seen, completion, serving

KEY = "ck-very-secret-0001"
SERVER_SAID = "Internal words of the server"
AT_ONCE = {"retry-after-ms": "1"}  # the client tries again, but does not wait
CHATTY = {"error": {"message": f"{SERVER_SAID} {KEY} {SOLID}", "code": f"{SERVER_SAID} {KEY}", "type": "some_type"}}
SHELL = {
    "OPENAI_API_KEY": "sk-LEAK",
    "OPENAI_ORG_ID": "org-LEAK",
    "OPENAI_PROJECT_ID": "proj-LEAK",
    "OPENAI_CUSTOM_HEADERS": "X-Extra: LEAK\nAuthorization: Bearer LEAK",
    "OPENAI_ADMIN_KEY": "admin-LEAK",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/LEAK",
}
CONNECTS: list[str] = []


def _note_connect(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        CONNECTS.append(f"{args[1][0]}:{args[1][1]}")


sys.addaudithook(_note_connect)


@pytest.fixture(scope="module")
def good(library: Library) -> str:
    """The content of a reply that can be used."""
    return says(library, "q05", SOLID, {"goal": "met", "decision": "met"})


class Desk:
    """An endpoint whose replies a test chooses, and what it was asked."""

    base_url: str
    host: str
    requests: list[Seen]
    reply: Callable[[Seen], Reply]

    def answer(self, seen: Seen) -> Reply:
        """What the server sends."""
        return self.reply(seen)


@pytest.fixture(scope="module")
def one_server() -> Iterator[Desk]:
    """One server for all tests of this file."""
    desk = Desk()
    with serving(desk.answer) as at:
        desk.base_url, desk.requests, desk.host = at.base_url, at.requests, at.base_url.split("/")[2]
        yield desk


@pytest.fixture
def desk(one_server: Desk, good: str) -> Desk:
    """The server, asked by nobody yet; it replies well until a test tells it otherwise."""
    one_server.requests.clear()
    CONNECTS.clear()
    one_server.reply = lambda seen: Reply(body=completion(good))
    return one_server


def at(base_url: str, library: Library, **more: Any) -> Coach:
    """A coach for an endpoint."""
    return Coach("m", base_url=base_url, library=library, **{"timeout": 5.0, "environ": {}, "tuning": STRICT, **more})


def assert_silent(error: CoachError) -> None:
    """Nothing that an exception prints holds the server's words, the key or four words in a row of the answer."""
    shown = " ".join([str(error), repr(error), error.code, *traceback.format_exception(error)])
    said = SOLID.split()
    runs = (" ".join(said[at : at + 4]) for at in range(len(said) - 3))
    assert not [run for run in (*runs, SERVER_SAID, KEY) if run in shown]


def test_the_body_is_model_messages_and_response_format_and_nothing_else(desk: Desk, library: Library) -> None:
    """No temperature, no token limit, no user, no metadata: fields that some endpoint refuses or keeps."""
    at(desk.base_url, library).grade(SOLID, question="q05")
    [seen] = desk.requests
    assert seen.path == "/v1/chat/completions"
    assert set(seen.body) == {"model", "messages", "response_format"}
    assert seen.body["model"] == "m"
    assert seen.body["response_format"] == RESPONSE_FORMAT
    assert [set(m) for m in seen.body["messages"]] == [{"role", "content"}] * 2
    assert [m["role"] for m in seen.body["messages"]] == ["system", "user"]
    assert "ferry" not in seen.body["messages"][0]["content"]


def test_a_repair_turn_goes_on_with_the_same_conversation(desk: Desk, good: str, library: Library) -> None:
    """The first messages stay byte for byte; the reply and what was wrong with it come behind them."""
    contents = iter(["not JSON", good])
    desk.reply = lambda seen: Reply(body=completion(next(contents)))
    assert at(desk.base_url, library).grade(SOLID, question="q05").kind == "feedback"
    first, second = (seen.body["messages"] for seen in desk.requests)
    assert second[:2] == first
    assert [m["role"] for m in second[2:]] == ["assistant", "user"]
    assert second[2]["content"] == "not JSON"


FAILURES: dict[str, tuple[Reply, type[CoachError], int, str]] = {
    "401": (Reply(401, CHATTY), errors.AccessDenied, 3, "key"),
    "403": (Reply(403, CHATTY), errors.AccessDenied, 3, "refused access"),
    "404": (Reply(404, CHATTY), errors.ModelMissing, 3, "m"),
    "400": (Reply(400, CHATTY), errors.RequestRefused, 3, "refused the request"),
    "429 for ever": (Reply(429, CHATTY, AT_ONCE), errors.RateLimited, 3, "slow down"),
    "500 for ever": (Reply(500, CHATTY, AT_ONCE), errors.EndpointFault, 3, "500"),
    "503 as a page": (Reply(503, f"<html>{SERVER_SAID} {SOLID}</html>", AT_ONCE), errors.EndpointFault, 3, "503"),
    "a page": (Reply(200, f"<html>{SERVER_SAID} {KEY} {SOLID}</html>"), errors.EndpointFault, 3, "chat completion"),
    "an error as 200": (Reply(200, CHATTY), errors.EndpointFault, 3, "chat completion"),
    "choices null": (Reply(200, {**completion(SOLID), "choices": None}), errors.EndpointFault, 3, "chat completion"),
    "no choices": (Reply(200, {**completion(SOLID), "choices": []}), errors.UnusableReply, 4, "empty"),
    "content null": (Reply(200, completion(None)), errors.UnusableReply, 4, "empty"),
    "content not JSON": (Reply(200, completion(f"I think: {SOLID}")), errors.UnusableReply, 4, "JSON"),
    "refused": (Reply(200, completion(None, refusal=f"No. {SOLID}")), errors.UnusableReply, 4, "declined"),
    "cut": (Reply(200, completion('{"check": "', "length")), errors.UnusableReply, 4, "cut off"),
    "filtered": (Reply(200, completion(None, "content_filter")), errors.UnusableReply, 4, "filter"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_an_endpoint_does_wrong_has_its_class_and_exit_code(desk: Desk, library: Library, name: str) -> None:
    """Each fault has a cause, a remedy and the host in it, and nothing of the server's words, the key or the answer."""
    reply, kind, exit_code, said = FAILURES[name]
    desk.reply = lambda seen: reply
    with pytest.raises(CoachError) as caught:
        at(desk.base_url, library, environ={"COACH_API_KEY": KEY}).grade(SOLID, question="q05")
    assert (type(caught.value), caught.value.exit_code) == (kind, exit_code)
    assert said in caught.value.message
    assert caught.value.hint
    assert exit_code == 4 or desk.host in caught.value.message
    assert_silent(caught.value)


def test_a_failure_is_the_same_in_the_async_way(desk: Desk, library: Library) -> None:
    """The running loop gets the same class, code and message."""
    desk.reply = lambda seen: Reply(401, CHATTY)
    coach = at(desk.base_url, library)
    with pytest.raises(errors.AccessDenied) as plain:
        coach.grade(SOLID, question="q05")
    with pytest.raises(errors.AccessDenied) as awaited:
        asyncio.run(coach.agrade(SOLID, question="q05"))
    assert str(plain.value) == str(awaited.value)
    assert_silent(awaited.value)


def test_an_endpoint_that_is_too_slow_times_out(desk: Desk, good: str, library: Library) -> None:
    """After `timeout` seconds a try is given up, and the message names the time."""
    desk.reply = lambda seen: Reply(body=completion(good), pause=0.4)
    with pytest.raises(CoachError) as caught:
        at(desk.base_url, library, timeout=0.1).grade(SOLID, question="q05")
    assert type(caught.value) is errors.TimedOut
    assert "0.1 seconds" in caught.value.message
    assert_silent(caught.value)


def test_an_endpoint_that_is_not_there_is_unreachable(library: Library) -> None:
    """A refused connection names the host and asks whether the server runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(errors.Unreachable, match=host) as caught:
            at(f"http://{host}/v1", library).grade(SOLID, question="q05")
    assert_silent(caught.value)


def test_a_busy_endpoint_is_asked_again(desk: Desk, good: str, library: Library) -> None:
    """One 429 and one 500 on the way cost a retry each, not the grade."""
    replies = iter([Reply(429, CHATTY, AT_ONCE), Reply(500, CHATTY, AT_ONCE), Reply(body=completion(good))])
    desk.reply = lambda seen: next(replies)
    assert at(desk.base_url, library).grade(SOLID, question="q05").kind == "feedback"
    assert len(desk.requests) == 3


def test_usage_and_who_judged_stand_on_the_card(desk: Desk, library: Library) -> None:
    """Tokens, cached ones among them, as the endpoint said; model and host as they were named."""
    card = at(desk.base_url, library).grade(SOLID, question="q05")
    assert card.usage is not None and card.graded_by is not None
    assert (card.usage.input_tokens, card.usage.output_tokens, card.usage.cached_tokens) == (3000, 50, 64)
    by = card.graded_by
    assert (by.engine, by.model, by.host) == ("model", "m", desk.host)
    assert (by.passes, by.reply_mode, by.prompt) == (1, "json_schema", library.template("grade").ref)


def test_usage_that_an_endpoint_does_not_tell_is_null(desk: Desk, good: str, library: Library) -> None:
    """What is not known is None, never 0."""
    desk.reply = lambda seen: Reply(body={**completion(good), "usage": None})
    used = at(desk.base_url, library).grade(SOLID, question="q05").usage
    assert used is not None
    assert (used.input_tokens, used.output_tokens, used.cached_tokens, used.cost) == (None, None, None, None)


def test_one_connection_within_a_context_and_a_new_one_behind_it(desk: Desk, library: Library) -> None:
    """Inside `async with` and `with` the client is kept; afterwards it is closed, and the next grade opens its own."""
    coach = at(desk.base_url, library)

    async def three() -> None:
        async with coach:
            for _ in range(3):
                await coach.agrade(SOLID, question="q05")

    asyncio.run(three())
    assert CONNECTS.count(desk.host) == 1
    with coach:
        for _ in range(3):
            coach.grade(SOLID, question="q05")
    assert CONNECTS.count(desk.host) == 2
    coach.grade(SOLID, question="q05")
    coach.grade(SOLID, question="q05")
    assert (CONNECTS.count(desk.host), len(desk.requests)) == (4, 8)


def test_a_coach_outlives_an_event_loop(desk: Desk, library: Library) -> None:
    """Two `asyncio.run` in a row with one coach, each with its own client, and a plain call in between."""
    coach = at(desk.base_url, library)
    cards = [asyncio.run(coach.agrade(SOLID, question="q05")), coach.grade(SOLID, question="q05")]
    cards += [asyncio.run(coach.agrade(SOLID, question="q05"))]
    assert [card.kind for card in cards] == ["feedback"] * 3


@pytest.mark.parametrize("at_once", [8, 30])
def test_thirty_answers_side_by_side(desk: Desk, library: Library, at_once: int) -> None:
    """Thirty different answers come back whole and in order, and never more than allowed are under way."""
    texts = [f"{SOLID} That was depot number {number}." for number in range(30)]
    replies = {number: says(library, "q05", text, {"goal": "met"}) for number, text in enumerate(texts)}
    lock, now, peak = threading.Lock(), [0], [0]

    def reply(seen: Seen) -> Reply:
        with lock:
            now[0] += 1
            peak[0] = max(peak[0], now[0])
        sent = seen.body["messages"][1]["content"]
        threading.Event().wait(0.05)
        with lock:
            now[0] -= 1
        return Reply(body=completion(replies[int(sent.split("depot number ")[1].split(".")[0])]))

    desk.reply = reply
    coach = at(desk.base_url, library)
    cards = asyncio.run(coach.abatch(texts, question="q05", at_once=at_once))
    assert all(isinstance(card, Feedback) and not card.unverified_quotes for card in cards)
    assert len({card.answer.sha256 for card in cards}) == len(desk.requests) == 30
    assert cards[7].answer.sha256 == coach.request(texts[7], question="q05").answer.sha256
    assert 2 <= peak[0] <= at_once


@pytest.mark.parametrize(("key", "sent"), [("", "no-key-needed"), (" ", "no-key-needed"), (KEY, KEY)])
def test_a_base_url_gets_its_own_key_or_none(
    desk: Desk, library: Library, monkeypatch: pytest.MonkeyPatch, key: str, sent: str
) -> None:
    """With a base URL only COACH_API_KEY goes out, or a dummy; never OPENAI_API_KEY, wherever it stands."""
    environ = {**SHELL, "COACH_API_KEY": key}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    Coach("m", base_url=desk.base_url, library=library, tuning=STRICT).grade(SOLID, question="q05")
    at(desk.base_url, library, environ=environ).grade(SOLID, question="q05")
    assert [seen.headers["authorization"] for seen in desk.requests] == [f"Bearer {sent}"] * 2


def test_a_providers_key_goes_to_its_own_host_only(library: Library) -> None:
    """`openai/...` means api.openai.com whatever the shell says, and COACH_API_KEY is no key for it."""
    assert Coach("openai/some-model", environ=SHELL, library=library).host == "api.openai.com"
    with pytest.raises(errors.KeyMissing, match="OPENAI_API_KEY"):
        Coach("openai/some-model", environ={"COACH_API_KEY": KEY}, library=library)


@pytest.mark.parametrize("name", ["sync", "async"])
def test_the_shells_variables_change_nothing_that_arrives(
    desk: Desk, library: Library, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Organisation, project, extra headers, admin key and base URL of the shell leave headers and body as they are."""
    for shell in ({}, SHELL):
        for variable, value in shell.items():
            monkeypatch.setenv(variable, value)
        coach = at(desk.base_url, library)
        _ = coach.grade(SOLID, question="q05") if name == "sync" else asyncio.run(coach.agrade(SOLID, question="q05"))
    bare, dressed = desk.requests
    assert (dressed.path, dressed.headers, dressed.body) == (bare.path, bare.headers, bare.body)
    assert "LEAK" not in json.dumps([dressed.headers, dressed.body])
