"""llama.cpp's own server at its limits and behind its end: each a failure with a name, an exit code and no score."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from langchain_core.messages import HumanMessage

from answer_coach.chain import to_messages
from answer_coach.errors import (
    AccessDenied,
    CoachError,
    ModelMissing,
    RequestRefused,
    TimedOut,
    Unreachable,
    UnusableReply,
)
from answer_coach.modes import TEXT
from tests.peer.asking import chat_at, coach_at, job_of, request_of, response_format, size
from tests.peer.conftest import Narrow, Serve
from tests.peer.server import Limits, Peer
from tests.support.build import SOLID

pytestmark = pytest.mark.peer

COACH = str(Path(sys.executable).with_name("coach"))
ENDLESS = Limits(context=1 << 17, predict=-1)
STEP = 256  # tokens by which the server rounds its context up


def failure(base_url: str, text: str = SOLID, **more: Any) -> CoachError:
    """What grading raises; a card would be the fault."""
    with coach_at(base_url, **more) as coach, pytest.raises(CoachError) as caught:
        coach.grade(text, question="q05")
    return caught.value


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """An answer in a file."""
    path = tmp_path / "draft.md"
    path.write_text(SOLID, encoding="utf-8")
    return str(path)


def coach(base_url: str, draft: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Grade from the command line."""
    command = [COACH, "grade", draft, "-q", "5", "--base-url", base_url, "--model", "babbler", *more]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def busy(peer: Peer) -> bool:
    """Whether the server is working on a reply."""
    with urlopen(peer.base_url.removesuffix("/v1") + "/slots", timeout=5) as slots:  # noqa: S310
        return any(slot["is_processing"] for slot in json.load(slots))


def wait_until_busy(peer: Peer) -> None:
    """Wait until the server has begun to work on a reply."""
    end = time.monotonic() + 10
    while not busy(peer):
        assert time.monotonic() < end
        time.sleep(0.02)


def go_on(base_url: str, seconds: float, streamed: bool = False) -> CoachError:
    """What our model raises that was asked for more than can be waited for: a reply without an end."""
    with chat_at(base_url, seconds) as chat, pytest.raises(CoachError) as caught:
        asked = chat.watched_by(list[str]().append if streamed else None)
        asked.bind(mode=TEXT, extra_body={"ignore_eos": True}).invoke([HumanMessage("Go on.")])
    return caught.value


def test_a_prompt_larger_than_the_context_is_refused(serve: Serve, draft: str) -> None:
    """The server takes the prompt whole or not at all; the exit code is the endpoint's, and there is no card."""
    with serve(Limits(context=4096)) as running:
        error = failure(running.base_url)
        done = coach(running.base_url, draft)
    assert isinstance(error, RequestRefused)
    assert error.code == "prompt_too_long"
    assert "400, exceed_context_size_error" in error.message
    assert "context length" in error.hint
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("coach: ")
    assert "ferry" not in done.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_reply_that_the_context_has_no_room_for_is_cut(serve: Serve, tmp_path: Path, form: str) -> None:
    """Where the prompt just fits, the reply ends with the context, the second time too: cut, and never read so far.

    The command line ends with 4; a program that asked for JSON gets a failed card without a score.
    """
    room = 32  # enough for the probe's reply, which is asked for first, and for no grading's
    text = SOLID + " So"
    padded = text + "o" * (-(size(job_of(text)) + room) % STEP)
    draft = tmp_path / "padded.md"
    draft.write_text(padded, encoding="utf-8")
    with serve(Limits(context=size(job_of(padded)) + room)) as running:
        done = coach(running.base_url, str(draft), "--format", form)
    assert done.returncode == 4
    assert "cut off" in done.stderr
    if form == "text":
        assert done.stdout == ""
    else:
        card = json.loads(done.stdout)
        assert (card["kind"], card["error"]["code"]) == ("failed", "cut")
        assert not {"overall", "dimensions", "ready"} & set(card)


def test_a_reply_that_reaches_the_output_limit_is_given_more_room(serve: Serve) -> None:
    """The limit is the server's own; the second try names a larger one, and the reply comes whole."""
    with serve(Limits(predict=48)) as running, chat_at(running.base_url) as chat:
        messages = to_messages(request_of(job_of(SOLID)))
        ends = [chat.bind(roomier=roomier).invoke(messages).response_metadata for roomier in (False, True)]
        assert [end["finish_reason"] for end in ends] == ["length", "stop"]
        assert ends[0]["tokens"]["output_tokens"] == 48
        assert failure(running.base_url).code == "astray"


def test_a_schema_that_the_server_can_not_read_leads_one_step_down(peer: Peer, narrow: Narrow) -> None:
    """What can't be made a grammar is an error of the real server at once; the coach goes on in the next mode."""
    narrow(response_format({"type": "object", "properties": {"a": {"$ref": "#/$defs/nowhere"}}}))
    with coach_at(peer.base_url) as coach, pytest.raises(UnusableReply) as caught:
        coach.grade(SOLID, question="q05")
    assert caught.value.code == "astray"
    assert coach.judge.graded_by.reply_mode == "json_schema_in_prompt"


def test_a_server_with_a_key_takes_that_key_only(serve: Serve) -> None:
    """Without the key, or with another, access is denied, and no key is shown; with it, a reply comes back."""
    key = "ck-of-this-peer-7"
    with serve(Limits(key=key)) as running:
        denied = [failure(running.base_url), failure(running.base_url, key="ck-of-another-8")]
        let_in = failure(running.base_url, key=key)
    assert all(isinstance(error, AccessDenied) and error.exit_code == 3 for error in denied)
    assert "ck-of" not in "".join(map(str, denied))
    assert let_in.code == "astray"


def test_a_wrong_path_is_not_a_judge(peer: Peer) -> None:
    """A URL that is wrong behind the port is a 404 of the real server, and the message says where to look."""
    error = failure(f"{peer.base_url}/nowhere")
    assert isinstance(error, ModelMissing)
    assert "--base-url" in error.hint


def test_a_server_that_was_stopped_is_unreachable(serve: Serve, draft: str) -> None:
    """The port is closed behind a server that ended as it should."""
    with serve(Limits()) as running:
        assert failure(running.base_url).code == "astray"
    assert running.process.returncode == 0
    assert isinstance(failure(running.base_url), Unreachable)
    assert coach(running.base_url, draft).returncode == 3


def test_whoever_gives_up_hangs_up(serve: Serve) -> None:
    """A reply that takes too long is a time-out; the server lays it down, and its only slot is free for the next."""
    with serve(ENDLESS) as running:
        assert isinstance(go_on(running.base_url, 0.4), TimedOut)
        assert failure(running.base_url, seconds=20).code == "astray"


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_server_that_dies_over_a_reply_is_unreachable(serve: Serve, streamed: bool) -> None:
    """A connection that breaks while a reply is awaited, or halfway through it, is the endpoint's failure."""
    with serve(ENDLESS) as running, ThreadPoolExecutor(1) as other:
        asked = other.submit(go_on, running.base_url, 60, streamed)
        wait_until_busy(running)
        running.process.kill()
        assert isinstance(asked.result(30), Unreachable)
