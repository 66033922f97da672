"""A row, played: the coach is set against a loopback server that behaves as the row says."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple
from unittest.mock import patch
from urllib.parse import urlsplit

from answer_coach import Coach
from answer_coach.engines import retrying
from answer_coach.engines.providers import Tuning, shipped
from answer_coach.errors import CoachError
from answer_coach.feedback import Feedback, NotGradable
from answer_coach.library.shelf import Library
from tests.endpoints.plays import play, request_of
from tests.endpoints.rows import KNOWN, Row, Way
from tests.support.build import SOLID
from tests.support.server import Reply, Seen, is_probe, serving

QUESTION = "q05"
KEY = "ck-of-a-test-0001"


class Ran(NamedTuple):
    """What came of a row."""

    card: Feedback | None
    error: CoachError | None
    seen: tuple[Seen, ...]
    seconds: float
    watched: tuple[str, ...]
    mode: str | None
    """The reply mode on the card; without a card, the one that the judge stands at."""

    @property
    def asked(self) -> list[Seen]:
        """The requests that asked for a grading."""
        return [seen for seen in self.seen if not is_probe(seen)]

    @property
    def probes(self) -> list[Seen]:
        """The requests that asked whether a schema is kept to."""
        return [seen for seen in self.seen if is_probe(seen)]

    @property
    def verdicts(self) -> dict[str, str]:
        """What stands on the card."""
        if self.card is None:
            return {}
        found: dict[str, str] = {}
        for dimension in self.card.dimensions:
            found |= {i.id: i.verdict for i in dimension.indicators}
            found |= {c.id: c.verdict for c in dimension.caps}
        return found


_ran: dict[tuple[str, Way], Ran] = {}


@cache
def library() -> Library:
    """The rubrics of this checkout, read once."""
    return Library()


def run(row: Row, way: Way) -> Ran:
    """Play a row; one that was played is not played again."""
    if (row.name, way) not in _ran:
        _ran[row.name, way] = _run(row, way)
    return _ran[row.name, way]


def _run(row: Row, way: Way) -> Ran:
    with _server(row) as (base_url, seen), _impatient():
        coach, watched = _coach(row, base_url, way)
        card, error = None, None
        started = time.monotonic()
        try:
            if "async" in way:
                made = asyncio.run(coach.agrade(SOLID, question=QUESTION))
            else:
                made = coach.grade(SOLID, question=QUESTION)
            assert not isinstance(made, NotGradable)
            card = made
        except CoachError as fault:
            error = fault
        seconds = time.monotonic() - started
        by = card.graded_by if card else coach.judge.graded_by
    return Ran(card, error, tuple(seen), seconds, tuple(watched), by.reply_mode if by else None)


def _coach(row: Row, base_url: str, way: Way) -> tuple[Coach, list[str]]:
    """A coach for the row's endpoint: a provider's row with its address on this machine, or a bare address."""
    watched: list[str] = []
    name, _, rest = row.model.partition("/")
    named = shipped().get(name) if rest else None
    environ = {**row.environ, "COACH_API_KEY": KEY}
    set_by_hand = row.tuning if row.tuning is not None else {} if named or row.probes else KNOWN
    tuning = Tuning(**set_by_hand)
    if named:
        root = base_url.removesuffix("/v1")
        environ |= {"AZURE_OPENAI_ENDPOINT": root, **({named.key_variable: KEY} if named.key_variable else {})}
        if name != "azure":
            own = named.model_copy(update={"base_url": root + urlsplit(named.base_url).path})
            tuning = tuning.model_copy(update={"providers": {name: own}})
    coach = Coach(
        row.model,
        base_url=None if named else base_url,
        timeout=row.timeout,
        library=library(),
        environ=environ,
        tuning=tuning,
        watch=watched.append if "streamed" in way else None,
    )
    return coach, watched


@contextmanager
def _server(row: Row) -> Iterator[tuple[str, list[Seen]]]:
    """The row's server: its address, and what it got."""
    if row.absent:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
            yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1", []
        return
    lock, counts = threading.Lock(), {True: 0, False: 0}

    def reply(seen: Seen) -> Reply:
        with lock:
            number = counts[is_probe(seen)]
            counts[is_probe(seen)] += 1
        return play(row.rules, request_of(seen, number))

    with serving(reply, enforcing=False) as endpoint:
        yield endpoint.base_url, endpoint.requests


@contextmanager
def _impatient() -> Iterator[None]:
    """The coach waits between two tries only where the server asks it to."""
    with patch.object(retrying, "_backoff", lambda state: 0.0):
        yield
