"""Kept replies: asked again they come from the store, for the same request only, and they can be forgotten for good."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from answer_coach.engines.completions import Gathered
from answer_coach.engines.pacing import seconds_until
from answer_coach.engines.providers import find_endpoint
from answer_coach.engines.replies import Replies, kept_in, request_key
from answer_coach.engines.traffic import Traffic
from answer_coach.errors import StoreError

REPLY = {"text": "the ferry company", "finish": "stop", "usage": None}


def test_a_reply_comes_back_for_the_same_request_and_endpoint_only(tmp_path: Path) -> None:
    """Model, words, limits and endpoint are all part of the key; nothing of them stands in the file."""
    store = Replies(tmp_path / "replies.sqlite")
    fields = {"model": "m", "messages": [{"role": "user", "content": "secret words"}], "temperature": 0}
    store.put(request_key("one", fields), REPLY)
    assert store.get(request_key("one", dict(reversed(fields.items())))) == REPLY
    for other in ({**fields, "temperature": 1}, {**fields, "model": "n"}):
        assert store.get(request_key("one", other)) is None
    assert store.get(request_key("other", fields)) is None
    store.close()
    assert b"secret words" not in (tmp_path / "replies.sqlite").read_bytes()


def test_fresh_reads_nothing_and_keeps_all_the_same(tmp_path: Path) -> None:
    """What is asked anew takes the place of what was kept."""
    path = tmp_path / "replies.sqlite"
    Replies(path).put(b"k", REPLY)
    fresh = Replies(path, fresh=True)
    assert fresh.get(b"k") is None
    fresh.put(b"k", {**REPLY, "text": "new"})
    assert Replies(path).get(b"k") == {**REPLY, "text": "new"}


def test_the_oldest_go_where_there_are_too_many(tmp_path: Path) -> None:
    """The file stays near its size, and what was kept last is there."""
    store = Replies(tmp_path / "replies.sqlite", most_bytes=200_000)
    for number in range(600):
        store.put(number.to_bytes(4, "big"), {**REPLY, "text": "x" * 1000})
    assert store.get((0).to_bytes(4, "big")) is None
    assert store.get((599).to_bytes(4, "big")) is not None


def test_what_is_forgotten_is_gone_from_the_disk(tmp_path: Path) -> None:
    """Not a word of a reply is left in the file or beside it; only its owner can read it meanwhile."""
    path = tmp_path / "replies.sqlite"
    store = Replies(path)
    store.put(b"k", REPLY)
    assert sys.platform == "win32" or path.stat().st_mode & 0o077 == 0
    assert store.forget() == 1
    store.close()
    assert not [file for file in tmp_path.iterdir() if b"ferry" in file.read_bytes()]


def test_a_file_that_is_no_store_is_a_typed_error(tmp_path: Path) -> None:
    """It is neither read nor written over."""
    path = tmp_path / "replies.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError):
        Replies(path)
    assert path.read_bytes().startswith(b"not a database")


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    """Both write, and each sees what the other kept."""
    one, other = (Replies(tmp_path / "replies.sqlite") for _ in range(2))
    one.put(b"a", REPLY)
    other.put(b"b", REPLY)
    assert (one.get(b"b"), other.get(b"a")) == (REPLY, REPLY)
    assert sqlite3.connect(tmp_path / "replies.sqlite").execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_small_runs_fill_no_file_either(tmp_path: Path) -> None:
    """The size is looked at by each process, also by those that keep a few replies only."""
    for run in range(40):
        store = Replies(tmp_path / "replies.sqlite", most_bytes=100_000)
        for number in range(10):
            store.put(bytes([run, number]), {**REPLY, "text": "x" * 1000})
        store.close()
    assert kept_in(tmp_path / "replies.sqlite")[0] < 130


def test_many_processes_write_at_once(tmp_path: Path) -> None:
    """Four that begin together, with a file that is not there yet: nothing is lost, and nobody fails."""
    path = tmp_path / "replies.sqlite"
    code = (
        "import sys; from pathlib import Path; from answer_coach.engines.replies import Replies\n"
        "store = Replies(Path(sys.argv[1]))\n"
        "for n in range(50): store.put(f'{sys.argv[2]} {n}'.encode(), {'text': 'x' * 500})\n"
        "store.close()"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(path), str(who)]) for who in range(4)]
    assert [process.wait(timeout=60) for process in started] == [0] * 4
    store = Replies(path)
    assert all(store.get(f"{who} {n}".encode()) for who in range(4) for n in range(50))
    store.close()


def test_a_reply_that_cannot_be_kept_ends_no_batch(tmp_path: Path) -> None:
    """The file breaks in the middle of a run: nothing is kept or found any more, and what was asked is had."""
    store, asked = Replies(tmp_path / "replies.sqlite"), []
    traffic = Traffic(None, store)
    endpoint = find_endpoint("m", "http://127.0.0.1:9/v1", {})

    async def send() -> Gathered:
        asked.append(1)
        return Gathered.saying("the ferry company")

    def once() -> str:
        return asyncio.run(traffic.once(endpoint, {"model": "m"}, send)).text

    assert [once(), once(), len(asked)] == ["the ferry company"] * 2 + [1]
    broken = sqlite3.connect(tmp_path / "replies.sqlite", isolation_level=None)
    broken.execute("DROP TABLE replies")
    assert [once(), once(), len(asked)] == ["the ferry company"] * 2 + [3]
    with pytest.raises(StoreError):
        store.get(b"k")
    with pytest.raises(StoreError):
        store.put(b"k", REPLY)
    store.close()
    broken.close()


def test_looking_creates_nothing(tmp_path: Path) -> None:
    """How many there are and how large is told; where there is no file, none is made; what is no store is said."""
    path = tmp_path / "none" / "replies.sqlite"
    assert kept_in(path) == (0, 0)
    assert not path.parent.exists()
    store = Replies(path)
    store.put(b"k", REPLY)
    count, size = kept_in(path)
    assert (count, size >= path.stat().st_size) == (1, True)
    store.close()
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError):
        kept_in(path)


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("6m0s", 360), ("250ms", 0.25), ("2", 2), ("1h2m", 3720), ("", 0), ("soon", 0)]
)
def test_reset_times_are_read_as_endpoints_write_them(text: str, seconds: float) -> None:
    """Hours, minutes, seconds and thousandths; what is none is no wait."""
    assert seconds_until(text) == seconds


@pytest.mark.parametrize("call", [Replies.keys, Replies.settle, Replies.forget, lambda kept: kept.remove([b"k"])])
def test_every_fault_of_the_file_is_a_typed_error(tmp_path: Path, call: Callable[[Replies], object]) -> None:
    """A file that fails behind the coach's back leaves no trace of the code, whatever was done with it."""
    kept = Replies(tmp_path / "replies.sqlite")
    kept.close()
    with pytest.raises(StoreError, match="can't be used"):
        call(kept)
