"""Events as they come over the wire: wherever the bytes are cut, the same reply comes out, or the same trouble."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.engines.completions import Incoming, metadata_of
from answer_coach.engines.retrying import Troubled
from tests.endpoints.plays import call
from tests.support.server import completion, stream_of, streamed

TEXT = 'Größe {"check": "amber"}\n\r\n data: [DONE] \u2028 " \\ \U0001f600 :'
WHOLE = completion(TEXT)
CALLS = completion(None, "tool_calls", tool_calls=[call('{"a": 1}'), call('{"b": 2}')])


def gathered(data: bytes, cuts: list[int]) -> tuple[str, dict[str, Any]]:
    """What comes of a stream that arrives in these pieces."""
    coming = Incoming(streamed=True)
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(places):
        coming.take(data[start:end])
    got = coming.whole()
    return got.text, metadata_of(got)


@given(st.lists(st.integers(0, 5000), max_size=40), st.sampled_from(["\n", "\r\n"]))
def test_a_stream_is_the_same_wherever_it_is_cut(cuts: list[int], ending: str) -> None:
    """Letters of several bytes, line ends and escapes may fall on either side of a cut."""
    data = str(streamed(WHOLE).body).replace("\n", ending).encode()
    text, told = gathered(data, cuts)
    assert text == TEXT
    assert (told["finish_reason"], told["tokens"]["input_tokens"]) == ("stop", 3000)


@given(st.lists(st.integers(0, 5000), max_size=40))
def test_two_tool_calls_stay_apart(cuts: list[int]) -> None:
    """Their pieces are gathered by number, so that two that differ are seen to differ."""
    assert gathered(str(streamed(CALLS).body).encode(), cuts)[0] == '{"a": 1}\n{"b": 2}'


@given(st.integers(0, 5000))
def test_a_stream_that_was_cut_short_is_no_reply(end: int) -> None:
    """Up to the finish reason every beginning of a stream is a trouble, and never a shorter reply."""
    data = str(streamed(WHOLE).body).encode()
    finish = data.index(b'"finish_reason": "stop"')
    with pytest.raises(Troubled):
        gathered(data[: end % finish], [])


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ((), "not_a_completion"),
        (("[DONE]",), "not_a_completion"),
        (("7", "[DONE]"), "not_a_completion"),
        (("{", "[DONE]"), "broken_stream"),
        (({"error": "oops"},), "broken_stream"),
        (({"error": {"code": "502", "message": "host failed"}},), "status"),
        (({"error": {"message": "maximum context length is 4096 tokens"}},), "status"),
    ],
)
def test_what_is_no_reply_is_told_apart(events: tuple[Any, ...], kind: str) -> None:
    """An error in a stream is the server's, with its status where it tells one."""
    with pytest.raises(Troubled) as caught:
        gathered(str(stream_of(*events).body).encode(), [])
    assert caught.value.trouble.kind == kind


def test_what_follows_the_end_is_not_read() -> None:
    """Behind [DONE] nothing counts."""
    more = json.dumps({"choices": [{"delta": {"content": "more"}, "finish_reason": "stop"}]})
    assert gathered((str(streamed(WHOLE).body) + f"data: {more}\n\n").encode(), [])[0] == TEXT
