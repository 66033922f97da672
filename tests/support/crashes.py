"""A batch that is killed again and again at an endpoint with faults, and what must hold of what is left."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.batches import batch, cards, honest, number_in, started, table, until
from tests.support.server import Endpoint, Reply, Seen, completion, serving

SEED, AT_ONCE, TIMEOUT = 20_261, 8, 1.0
FAULTY = 0.05
PAUSE = 0.03  # seconds that a good reply takes
TYPED = frozenset(("timed_out", "not_json", "unusable_reply"))
"""The failures that cards may tell: a reply that hung, or was none, twice."""


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
        good.pause = PAUSE
        return {
            "well": good,
            "slow down": Reply(429, {}, {"retry-after-ms": "50"}),
            "broke": Reply(500, {}),
            "dropped": Reply(body=good.body, broken=-1),
            "malformed": Reply(body=completion("That is a fine answer.")),
            "hung": Reply(body=good.body, pause=2 * TIMEOUT),
        }[kind]


class Crashed(NamedTuple):
    """What a batch left behind that was killed some times and then run to its end."""

    code: int
    err: str
    on_disk: list[int]
    """Cards on disk after each kill."""
    rows: list[int]
    """The row of each card at the end, in their order."""
    failed: list[str]
    """The codes of the failures among them."""
    asked: int
    """Answers that the server was asked for."""
    requests: int
    went: Counter[str]
    """What the server did, how often."""

    @property
    def faults(self) -> int:
        """Replies that went wrong."""
        return sum(count for kind, count in self.went.items() if kind != "well")

    def broken(self, answers: int) -> Iterator[str]:
        """What does not hold, of a batch of so many answers."""
        holds = {
            f"exit code {self.code}: {self.err}": self.code in (0, 4),
            "cards were lost by a kill": self.on_disk == sorted(self.on_disk),
            "no kill was in the middle": 0 < self.on_disk[-1] < answers,
            f"{len(self.rows)} cards, each once and in order": self.rows == list(range(1, answers + 1)),
            f"failures {sorted(set(self.failed))}": set(self.failed) <= TYPED,
            f"{len(self.failed)} failures": len(self.failed) <= self.went["hung"] + self.went["malformed"],
            f"{self.asked} answers were asked for": self.asked == answers,
            f"{self.requests} requests": self.requests <= answers + self.faults + len(self.on_disk) * AT_ONCE,
        }
        yield from (what for what, held in holds.items() if not held)


def crash(folder: Path, answers: int, kills: int, apart: float) -> Crashed:
    """Run a batch that is killed so often, up to `apart` seconds after its first request, and then to its end."""
    given, out = table(folder / "a.csv", range(answers)), folder / "out"
    moments, server = random.Random(SEED), Faulty()
    options = (given, "--out", out, "--max-concurrency", str(AT_ONCE), "--timeout", str(TIMEOUT))
    with serving(server) as endpoint:
        on_disk = []
        for _ in range(kills):
            _killed(moments.uniform(0.0, apart), endpoint, *options)
            on_disk.append(len(cards(out)))
        last = batch(*options, at=endpoint, seconds=50 + answers / 5)
        asked = len({number_in(seen) for seen in endpoint.requests if seen.body.get("messages")})
        requests = len(endpoint.requests)
    made = cards(out)
    rows = [card["source"]["row"] for card in made]
    failed = [card["error"]["code"] for card in made if card["kind"] == "failed"]
    return Crashed(last.code, last.err, on_disk, rows, failed, asked, requests, server.went)


def _killed(moment: float, endpoint: Endpoint, *options: str | Path) -> None:
    """Start a run, and kill it some time after its first request."""
    before = len(endpoint.requests)
    process = started(*options, at=endpoint)
    until(lambda: len(endpoint.requests) > before or process.poll() is not None)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)
