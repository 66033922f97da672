"""Many answers at once: how many requests they take, what faults among them cost, and what is asked only once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from answer_coach import Coach
from answer_coach.answer import Answer
from answer_coach.engines import compatible
from answer_coach.engines.client import client_of
from answer_coach.engines.interface import Endpoint as At
from answer_coach.engines.memory import KEPT_FOR, Memory
from answer_coach.feedback import Feedback
from answer_coach.library.shelf import Library
from tests.endpoints import reader
from tests.endpoints.plays import Request, Rule, fails, graded, ignores, model, play, probed, refuses_fields, request_of
from tests.endpoints.replies import WRONG
from tests.support.build import SOLID, STRICT
from tests.support.server import Endpoint, Reply, Seen, is_probe, serving

MANY, SEED = 300, 20
FAULTY = frozenset(Random(SEED).sample(range(MANY), MANY // 20))
KINDS = ("Cut with text", "Cut JSON under `stop`", "A number for a verdict", "A verdict that is not on the menu",
         "A missing verdict")  # fmt: skip
TEXTS = [f"{SOLID} That was depot number {number}." for number in range(MANY)]


@contextmanager
def playing(*rules: Rule) -> Iterator[Endpoint]:
    """A server with these rules; probes are noted apart."""
    probes: list[Seen] = []

    def reply(seen: Seen) -> Reply:
        if is_probe(seen):
            probes.append(seen)
        return play(rules, request_of(seen, 0))

    with serving(reply, enforcing=False) as endpoint:
        endpoint.probes = probes
        yield endpoint


def coach_at(endpoint: Endpoint, library: Library, **more: Any) -> Coach:
    """A coach for an endpoint."""
    return Coach("m", base_url=endpoint.base_url, library=library, environ={}, timeout=30, **more)


def verdicts(card: Feedback) -> dict[str, str]:
    """What stands on a card."""
    found = {i.id: str(i.verdict) for d in card.dimensions for i in d.indicators}
    return found | {c.id: str(c.verdict) for d in card.dimensions for c in d.caps}


def graded_all(*rules: Rule, library: Library) -> int:
    """Grade all answers; every card is the honest one, in order.  How many requests it took."""
    with playing(*rules) as endpoint:
        cards = asyncio.run(coach_at(endpoint, library, tuning=STRICT).abatch(TEXTS, question="q05"))
    rubric = library.rubric("q05")
    for text, card in zip(TEXTS, cards, strict=True):
        assert isinstance(card, Feedback), card
        assert verdicts(card) == reader.expected(rubric, Answer.of(text))
    assert len({tuple(verdicts(card).items()) for card in cards if isinstance(card, Feedback)}) > MANY // 2
    return len(endpoint.requests)


def _faulty(request: Request) -> Reply | None:
    """A fault in the first reply to every twentieth answer, each kind in its turn."""
    number = int(request.body["messages"][1]["content"].split("depot number ")[1].split(".")[0])
    again = len(request.body["messages"]) > 2 or "max_tokens" in request.body
    if again or number not in FAULTY:
        return None
    taken = WRONG[KINDS[sorted(FAULTY).index(number) % len(KINDS)]][2](request)
    return taken if isinstance(taken, Reply) else None


def test_three_hundred_answers_take_three_hundred_requests(library: Library) -> None:
    """Nothing is asked twice, nothing is asked beside."""
    assert graded_all(library=library) == MANY


def test_five_percent_of_faulty_replies_lose_no_answer_and_score_none(library: Library) -> None:
    """A cut, malformed or off-scale reply costs one more request; no card differs from the honest one."""
    requests = graded_all(_faulty, library=library)
    assert requests == MANY + len(FAULTY)
    assert requests <= 1.06 * MANY


def _slowly(request: Request) -> Reply:
    reply = model()(request)
    reply.pause = 0.15
    return reply


@pytest.mark.parametrize("rule", [probed(_slowly), probed(fails(400, "no json_schema here"))], ids=["kept", "refused"])
def test_thirty_answers_at_once_ask_one_probe(library: Library, rule: Rule) -> None:
    """Whoever comes while the probe is on its way waits for what it finds."""
    with playing(rule) as endpoint:
        cards = asyncio.run(coach_at(endpoint, library).abatch(TEXTS[:30], question="q05", at_once=30))
    assert [card.kind for card in cards] == ["feedback"] * 30
    assert (len(endpoint.probes), len(endpoint.requests)) == (1, 31)


def test_threads_ask_one_probe_too(library: Library) -> None:
    """Ten threads with one coach."""
    with playing(probed(_slowly)) as endpoint:
        coach, together = coach_at(endpoint, library), threading.Barrier(10)

        def one(text: str) -> str:
            together.wait(timeout=20)
            return coach.grade(text, question="q05").kind

        with coach, ThreadPoolExecutor(10) as pool:
            assert set(pool.map(one, TEXTS[:10])) == {"feedback"}
    assert (len(endpoint.probes), len(endpoint.requests)) == (1, 11)


def test_threads_share_one_client(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes first makes it; a second one, dropped without being closed, would hang the others."""
    made: list[object] = []

    def noted(endpoint: At) -> object:
        made.append(client_of(endpoint))
        return made[-1]

    monkeypatch.setattr(compatible, "client_of", noted)
    with playing() as endpoint:
        coach, together = coach_at(endpoint, library, tuning=STRICT), threading.Barrier(10)

        def one(text: str) -> str:
            together.wait(timeout=20)
            return coach.grade(text, question="q05").kind

        with coach, ThreadPoolExecutor(10) as pool:
            assert set(pool.map(one, TEXTS[:10])) == {"feedback"}
    assert len(made) == 1


@pytest.mark.parametrize("held", [True, False], ids=["enforced", "ignored"])
def test_the_next_process_asks_no_probe(library: Library, tmp_path: Path, held: bool) -> None:
    """How a form is asked for, and what is refused, is remembered in a file; each model for itself, for a month."""
    path = tmp_path / "known" / "endpoints.json"
    rules: tuple[Rule, ...] = () if held else (ignores("json_schema"),)
    modes = []
    with playing(*rules, refuses_fields("{name} is not supported", "stream_options")) as endpoint:
        for _ in range(3):
            coach = coach_at(endpoint, library, memory=Memory(path), watch=len)
            card = coach.grade(SOLID, question="q05")
            assert isinstance(card, Feedback) and card.graded_by
            modes.append(card.graded_by.reply_mode)
        counts = (len(endpoint.probes), len(endpoint.requests))
        Coach("other", base_url=endpoint.base_url, library=library, environ={}, memory=Memory(path)).grade(
            SOLID, question="q05"
        )
        assert len(endpoint.probes) == counts[0] + 1
        later = Memory(path, now=lambda: datetime.now(UTC) + KEPT_FOR + timedelta(days=1))
        coach_at(endpoint, library, memory=later).grade(SOLID, question="q05")
    assert len(endpoint.probes) == counts[0] + 2
    assert set(modes) == {"json_schema" if held else "json_object"}
    assert counts[0] <= 2  # the probe, and once more without what was refused
    assert counts[1] - counts[0] == 3 + (counts[0] == 1)
    kept = path.read_text(encoding="utf-8")
    assert "127.0.0.1" not in kept and "ferry" not in kept


def test_an_endpoint_that_was_down_is_asked_again(library: Library, tmp_path: Path) -> None:
    """A probe that failed tells nothing: the answer is graded all the same, and the next process probes."""
    path = tmp_path / "endpoints.json"
    down = [True]
    with playing(probed(lambda request: fails(503)(request) if down else None)) as endpoint:
        first = coach_at(endpoint, library, memory=Memory(path)).grade(SOLID, question="q05")
        down.clear()
        second = coach_at(endpoint, library, memory=Memory(path)).grade(SOLID, question="q05")
    assert isinstance(first, Feedback) and isinstance(second, Feedback)
    assert first.graded_by and second.graded_by
    assert (first.graded_by.reply_mode, second.graded_by.reply_mode) == ("json_object", "json_schema")
    assert first.dimensions == second.dimensions


def test_a_promise_that_was_broken_is_remembered(library: Library, tmp_path: Path) -> None:
    """Where the schema of the probe is kept to and that of a grading is not, only the first answer pays for it."""
    path = tmp_path / "endpoints.json"
    with playing(graded(ignores("json_schema"))) as endpoint:
        for expected in (4, 5, 6):
            coach = coach_at(endpoint, library, memory=Memory(path))
            assert coach.grade(SOLID, question="q05").kind == "feedback"
            assert len(endpoint.requests) == expected
