"""Requests put down for a batch service, and the rows that come back: within its limits, and nothing believed."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.mailing import Letters
from answer_coach.batch.posted import Desk, Parcel, Posted
from answer_coach.engines.interface import ServiceLimits
from answer_coach.engines.outbox import read_row, request_line
from answer_coach.engines.replies import request_key
from answer_coach.errors import StoreError
from answer_coach.feedback import Source
from tests.support.server import completion

KEY = request_key("url", {"model": "m"})
SECRET = "I moved the ferry in March"


def fields_of(text: str) -> dict[str, Any]:
    """A request that says this."""
    return {"model": "m", "messages": [{"role": "user", "content": text}], "extra_body": {"seed": 1}}


@given(
    st.lists(st.text(st.characters(exclude_categories=[]), max_size=60), max_size=12),
    st.integers(1, 5),
    st.integers(1, 900),
)
def test_files_hold_every_request_once_within_their_limits(texts: list[str], most: int, most_bytes: int) -> None:
    """No file has more requests than it may, none more bytes but one that holds a single request; order and words,
    also letters that no encoding has, come back as they went in."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        letters = Letters(desk, ServiceLimits(requests=most, bytes=most_bytes), under_way={b"there"})
        for number, text in enumerate(texts):
            letters.put(number.to_bytes(2, "big"), fields_of(text))
        letters.put(b"there", fields_of("under way"))
        parcels = letters.take()
        rows = []
        for parcel in parcels:
            data = desk.requests(parcel.name).read_bytes()
            lines = data.split(b"\n")[:-1]
            assert len(lines) == parcel.requests <= most
            assert len(data) <= most_bytes or len(lines) == 1
            rows += [json.loads(line) for line in lines]
        assert [row["body"]["messages"][0]["content"] for row in rows] == texts
        assert [bytes.fromhex(row["custom_id"]) for row in rows] == [n.to_bytes(2, "big") for n in range(len(texts))]
        assert len(desk.ids(parcels)) == len(texts)
        assert letters.take() == []


def test_a_line_is_what_would_be_sent_one_by_one() -> None:
    """The body with what the config file adds to it, at the address of a chat completion."""
    line = json.loads(request_line(KEY, fields_of("x")))
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "seed": 1}
    assert line == {"custom_id": KEY.hex(), "method": "POST", "url": "/v1/chat/completions", "body": body}


def row(response: object, error: object = None) -> bytes:
    """A row of a result file."""
    return json.dumps({"custom_id": KEY.hex(), "response": response, "error": error}).encode()


@pytest.mark.parametrize(
    ("line", "kept", "why"),
    [
        (row({"status_code": 200, "body": completion("{}")}), 200, ""),
        (row({"status_code": 400, "body": {"error": {"code": "content_filter"}}}), 400, ""),
        (row({"status_code": 422, "body": None}), 422, ""),
        (row({"status_code": 200, "body": {"text": SECRET}}), None, "no completion"),
        (row({"status_code": 200, "body": SECRET}), None, "no completion"),
        (row({"status_code": 500, "body": {"error": {"code": "oops", "message": SECRET}}}), None, "500 oops"),
        (row({"status_code": 429, "body": {"error": {"code": "insufficient_quota"}}}), None, "429 insufficient_quota"),
        (row({"status_code": 404, "body": {"error": {"code": SECRET}}}), None, "404"),
        (row(None, {"code": "batch_expired", "message": SECRET}), None, "batch_expired"),
        (row(None), None, "no completion"),
    ],
)
def test_a_row_is_kept_only_where_asking_again_would_not_help(line: bytes, kept: int | None, why: str) -> None:
    """Good replies and lasting refusals are kept, all else is asked again; only short codes are told."""
    found = read_row(line)
    assert found is not None
    assert (found.key, found.kept and found.kept["status"], found.why) == (KEY, kept, why)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)


@given(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()) | st.builds(row, JSON, JSON))
def test_no_row_is_too_odd_to_be_read(line: bytes) -> None:
    """Whatever a service sends is a row of ours or none; nothing is raised."""
    found = read_row(line)
    assert found is None or found.kept is None or found.kept["status"] in (400, 413, 422, 200)


def test_an_input_is_kept_and_gone_on_with(tmp_path: Path) -> None:
    """Entries and broken rows come back as they were; a newer text takes the old one's place, others stay behind."""
    desk = Desk(tmp_path)
    entries = [Entry(text=text, question="q05", source=Source(path="a", row=n)) for n, text in enumerate("ab")]
    broken = Broken(path="a", line=9, message="no answer")
    desk.keep_input([*entries, broken], merged=False)
    assert list(desk.input()) == [*entries, broken]
    newer = entries[0].model_copy(update={"text": "new"})
    desk.keep_input([newer], merged=True)
    assert list(desk.input()) == [newer, entries[1]]
    desk.keep_input([newer], merged=False)
    assert list(desk.input()) == [newer]


def test_state_that_was_edited_is_an_error_and_no_guess(tmp_path: Path) -> None:
    """What can't be read is neither taken for nothing nor written over; a lost file of requests is told."""
    desk = Desk(tmp_path)
    posted = Posted(model="m", provider=None, host="h", base_url_sha256="0", mode="json_schema")
    assert desk.load() is None
    desk.save(posted)
    assert desk.load() == posted
    (tmp_path / "service.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match=r"service\.json can't be read"):
        desk.load()
    with pytest.raises(StoreError, match="Put it back"):
        desk.ids([Parcel(name="coach-0", requests=1)])
