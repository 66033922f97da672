"""Endpoints that do what they should not: each a typed failure, and the draft goes nowhere else."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from answer_coach import Coach
from answer_coach.errors import CoachError, EndpointFault, RequestRefused, SettingInvalid
from answer_coach.library.shelf import Library
from tests.support.build import SOLID, STRICT, says
from tests.support.server import Reply, completion, serving

COACH = str(Path(sys.executable).with_name("coach"))
MET = {"goal": "met", "decision": "met", "past_example": "met"}


def coach_at(url: str, library: Library, environ: dict[str, str] | None = None) -> Coach:
    """A coach pointed at an address."""
    return Coach("m", base_url=url, timeout=5, library=library, environ=environ or {}, tuning=STRICT)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(library: Library, status: int) -> None:
    """The draft stays with the host that was chosen; the message says what to do."""
    with serving(lambda _: Reply(200, completion("{}"))) as other:
        target = {"location": f"{other.base_url}/chat/completions"}
        with serving(lambda _: Reply(status, {}, target)) as endpoint, pytest.raises(RequestRefused, match="redirects"):
            coach_at(endpoint.base_url, library).grade(SOLID, question="q05")
    assert other.requests == []


def test_a_proxy_in_the_shell_is_not_used_for_this_machine(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft for a local server goes to that server and nowhere else."""
    reply = says(library, "q05", SOLID, MET)
    with (
        serving(lambda _: Reply(200, completion(reply))) as proxy,
        serving(lambda _: Reply(200, completion(reply))) as own,
    ):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.base_url.removesuffix("/v1"))
        assert coach_at(own.base_url, library).grade(SOLID, question="q05").kind == "feedback"
    assert (len(own.requests), proxy.requests) == (1, [])


def choices(value: Any) -> dict[str, Any]:
    """A completion with other choices."""
    return {**completion("{}"), "choices": value}


ODD: dict[str, Any] = {
    "message null": choices([{"index": 0, "finish_reason": "stop", "message": None}]),
    "message text": choices([{"index": 0, "finish_reason": "stop", "message": "hello"}]),
    "choice null": choices([None]),
    "choice empty": choices([{}]),
    "choice text": choices(["x"]),
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_an_odd_body_under_status_200_is_no_completion(library: Library, body: Any) -> None:
    """Whatever a server sends, the failure is of the house."""
    with serving(lambda _: Reply(200, body)) as endpoint, pytest.raises(EndpointFault, match="not a chat completion"):
        coach_at(endpoint.base_url, library).grade(SOLID, question="q05")


@pytest.mark.parametrize(
    "usage", [{}, None, "many", {"prompt_tokens": None}, {"prompt_tokens": 7000}, {"prompt_tokens_details": "x"}]
)
def test_a_good_reply_with_odd_usage_is_graded_and_usage_is_unknown(library: Library, usage: Any) -> None:
    """What is not known is null; it costs nobody a grade."""
    body = {**completion(says(library, "q05", SOLID, MET)), "usage": usage}
    with serving(lambda _: Reply(200, body)) as endpoint:
        card = coach_at(endpoint.base_url, library).grade(SOLID, question="q05")
    assert card.kind == "feedback"
    assert card.usage is not None
    assert card.usage.output_tokens is None


@pytest.mark.parametrize("field", ["code", "type"])
def test_a_key_that_the_server_repeats_is_not_shown(library: Library, field: str) -> None:
    """A server's short code is shown, unless it is the key."""
    key = "sk-secret-of-mine-123"
    body = {"error": {field: key, "message": key}}
    with serving(lambda _: Reply(401, body)) as endpoint, pytest.raises(CoachError) as caught:
        coach_at(endpoint.base_url, library, {"COACH_API_KEY": key}).grade(SOLID, question="q05")
    assert key not in str(caught.value)


@pytest.mark.parametrize("code", [400, "400"])
def test_a_code_that_is_the_status_again_gives_way_to_the_type(library: Library, code: object) -> None:
    """What happened is told, not the status twice; llama.cpp's server words its errors so."""
    body = {"error": {"code": code, "type": "exceed_context_size_error", "message": SOLID}}
    with serving(lambda _: Reply(400, body)) as endpoint, pytest.raises(RequestRefused) as caught:
        coach_at(endpoint.base_url, library).grade(SOLID, question="q05")
    assert caught.value.message.endswith("(400, exceed_context_size_error)")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:x/v1", "http://[::1/v1", "ftp://h/v1", "localhost:8000", "http:///v1"]
)
def test_an_address_that_is_none_is_a_setting(library: Library, url: str) -> None:
    """Named as what it is, before anything is sent."""
    with pytest.raises(SettingInvalid, match="--base-url"):
        coach_at(url, library)


def test_a_key_that_can_be_none_is_a_setting(library: Library) -> None:
    """A key with other letters in it was copied wrongly."""
    with pytest.raises(SettingInvalid, match="COACH_API_KEY"):
        coach_at("http://127.0.0.1:9/v1", library, {"COACH_API_KEY": "sk-\u2013"})


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")
def test_ctrl_c_does_not_wait_for_the_model(home: Path, tmp_path: Path) -> None:
    """A person who gives up is let go at once, not when the reply has come."""
    draft = tmp_path / "draft.md"
    draft.write_text(SOLID, encoding="utf-8")
    with serving(lambda _: Reply(200, completion("{}"), pause=8)) as endpoint:
        command = [COACH, "grade", str(draft), "-q", "5", "--base-url", endpoint.base_url, "--model", "m"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + 20
        while not endpoint.requests and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        out, err = process.communicate(timeout=20)
        assert time.monotonic() - started < 4
    assert (process.returncode, out) == (130, "")
    assert err == "coach: stopped\n"
