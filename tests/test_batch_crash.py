"""A batch that is killed again and again, at an endpoint with faults: in the end every answer has its card, once."""

from __future__ import annotations

import random
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.support.batches import batch, cards, honest, number_in, started, table, until
from tests.support.server import Endpoint, Reply, Seen, completion, serving

SEED, ANSWERS, AT_ONCE, KILLS, TIMEOUT = 20_261, 300, 8, 5, 1.0
FAULTY = 0.05
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's here")


class Faulty:
    """An honest reader, one reply in twenty of which goes wrong; counts which way."""

    def __init__(self) -> None:
        self._chance, self._lock = random.Random(SEED), threading.Lock()
        self.went: Counter[str] = Counter()

    def __call__(self, seen: Seen) -> Reply:
        if "messages" not in seen.body:  # the sender was killed in the middle of it
            return Reply(400, {})
        with self._lock:
            kinds = ("slow down", "broke", "dropped", "malformed", "hung")
            kind = self._chance.choice(kinds) if self._chance.random() < FAULTY else "well"
            self.went[kind] += 1
        good = honest(seen)
        good.pause = 0.03
        return {
            "well": good,
            "slow down": Reply(429, {}, {"retry-after-ms": "50"}),
            "broke": Reply(500, {}),
            "dropped": Reply(body=good.body, broken=-1),
            "malformed": Reply(body=completion("That is a fine answer.")),
            "hung": Reply(body=good.body, pause=2 * TIMEOUT),
        }[kind]


def killed_at(moments: random.Random, endpoint: Endpoint, given: Path, out: Path) -> None:
    """Start a run, and kill it some time after its first request."""
    before = len(endpoint.requests)
    process = started(given, "--out", out, "--max-concurrency", str(AT_ONCE), "--timeout", str(TIMEOUT), at=endpoint)
    until(lambda: len(endpoint.requests) > before or process.poll() is not None)
    time.sleep(moments.uniform(0.0, 0.5))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)


@POSIX
def test_a_killed_batch_grades_every_answer_once(tmp_path: Path) -> None:
    """Five kills, one fault in twenty: one card or typed failure an answer; asked again is only what was lost."""
    given, out = table(tmp_path / "a.csv", range(ANSWERS)), tmp_path / "out"
    moments, server = random.Random(SEED), Faulty()
    with serving(server) as endpoint:
        on_disk = []
        for _ in range(KILLS):
            killed_at(moments, endpoint, given, out)
            on_disk.append(len(cards(out)))
        last = batch(given, "--out", out, "--max-concurrency", str(AT_ONCE), "--timeout", str(TIMEOUT), at=endpoint)
        asked = Counter(number_in(seen) for seen in endpoint.requests if seen.body.get("messages"))
    made = cards(out)
    assert last.code in (0, 4), last.err
    assert on_disk == sorted(on_disk)
    assert 0 < on_disk[-1] < ANSWERS
    assert [card["source"]["row"] for card in made] == list(range(1, ANSWERS + 1))
    failed = [card["error"]["code"] for card in made if card["kind"] == "failed"]
    assert {card["kind"] for card in made} <= {"feedback", "failed"}
    assert set(failed) <= {"timed_out", "not_json", "unusable_reply"}
    assert len(failed) <= server.went["hung"] + server.went["malformed"]
    faults = sum(count for kind, count in server.went.items() if kind != "well")
    assert len(asked) == ANSWERS
    assert len(endpoint.requests) <= ANSWERS + faults + KILLS * AT_ONCE
