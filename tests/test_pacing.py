"""The pace of requests: the first one alone, then as much as is allowed, and never long above or below that."""

from __future__ import annotations

import asyncio

import pytest

from answer_coach.engines.faults import Trouble
from answer_coach.engines.pacing import ALONE, Pace, Pacer
from answer_coach.engines.providers import Tuning, find_endpoint
from answer_coach.engines.retrying import Troubled, atrying
from answer_coach.errors import Halted
from tests.support.pace import Admit, Clockwork, Crowded, Went, bucket, fixed, requests, sliding


def sent(count: int, admit: Admit, latency: float = 0.5, **pace: float) -> Went:
    """How it goes with this pace."""
    told = Pace(**{"at_once": 32, **pace})  # type: ignore[arg-type]
    return requests(lambda loop: Pacer(told, loop.time), count, latency, admit)


@pytest.mark.parametrize("latency", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("says", [True, False], ids=["says when", "says nothing"])
@pytest.mark.parametrize("rate", [5, 10, 20, 50, 100])
def test_what_is_allowed_is_used(rate: int, says: bool, latency: float) -> None:
    """So many a second allowed: nine tenths are used and no second passes with much less, whoever has to guess."""
    at_once = int(rate * latency * 1.6) + 8
    went = sent(rate * 40, sliding(rate, says=says), latency, at_once=at_once)
    assert went.a_second(2, 38) >= 0.9 * rate
    assert min(went.a_second(at, at + 2) for at in range(2, 36)) >= 0.75 * rate
    assert went.refused <= at_once + 0.1 * len(went.taken)
    assert went.tries <= 5


@pytest.mark.parametrize(
    ("admit", "ideal"),
    [(bucket(5, 5), 5), (bucket(20, 60), 20), (bucket(5, 100), 5), (fixed(60, 60), 1), (fixed(500, 60), 500 / 60)],
    ids=["small bucket", "bucket", "large bucket", "60 a minute", "500 a minute"],
)
def test_other_ways_to_count_are_borne(admit: Admit, ideal: float) -> None:
    """Token buckets and quotas by the clock are used well, and little is refused."""
    count = int(ideal * 300)
    went = sent(count, admit, 2.0, at_once=64)
    assert count / went.seconds >= 0.8 * ideal
    assert went.refused <= 64 + 0.3 * count


@pytest.mark.parametrize(("most", "latency"), [(4, 5.0), (4, 0.5), (16, 2.0)])
def test_an_endpoint_that_takes_so_many_at_once_is_borne(most: int, latency: float) -> None:
    """It refuses by number, not by time: used well all the same."""
    went = sent(most * 40, Crowded(most), latency)
    assert most * 40 * latency / went.seconds >= 0.65 * most


def test_nothing_slows_where_nothing_is_refused() -> None:
    """An endpoint without limits is asked as often as requests at once allow."""
    went = sent(640, lambda now: None, 1.0)
    assert went.refused == 0
    assert went.seconds <= 640 / 32 * 1.1 + 2 * ALONE


@pytest.mark.parametrize(("latency", "until"), [(0.1, 0.1), (60.0, ALONE)])
def test_the_first_request_goes_alone(latency: float, until: float) -> None:
    """Nothing follows before its reply, or before three tenths of a second have passed; then all that may go."""
    went = sent(8, lambda now: None, latency, at_once=8)
    assert went.taken[1] - went.taken[0] >= 0.8 * until
    assert went.taken[-1] <= 2 * ALONE


def test_requests_and_tokens_a_minute_are_spread() -> None:
    """Sixty a minute are one a second, from the start."""
    went = sent(30, lambda now: None, 0.1, rpm=60)
    assert 28 <= went.seconds <= 31
    assert max(went.a_second(at, at + 5) for at in range(25)) <= 1.3


def run(pacer: Pacer, loop: Clockwork, count: int) -> int:
    """How many requests go out within a minute, each of which stays under way."""
    out = 0

    async def one() -> None:
        nonlocal out
        async with pacer.slot() as at:
            out += 1
            pacer.went_well(at)
            await asyncio.sleep(3600)

    async def all_of_it() -> None:
        tasks = [asyncio.ensure_future(one()) for _ in range(count)]
        await asyncio.sleep(60)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    loop.run_until_complete(all_of_it())
    loop.close()
    return out


@pytest.mark.parametrize(
    ("headers", "most"),
    [
        ({"x-ratelimit-remaining-requests": "3"}, 3),
        ({"x-ratelimit-remaining-requests": "4000"}, 16),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2m"}, 0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, 0),
        ({}, 16),
    ],
)
def test_what_the_endpoint_says_is_left_is_not_passed(headers: dict[str, str], most: int) -> None:
    """No more at once than it says are left; where nothing is, none before the time that it names."""
    loop = Clockwork()
    pacer = Pacer(Pace(), loop.time)
    pacer.heed(headers)
    assert run(pacer, loop, 40) == most


def test_nothing_goes_out_after_the_end() -> None:
    """Who waits when the run ends is told so at once, and is not sent."""
    loop = Clockwork()
    pacer = Pacer(Pace(at_once=4), loop.time)
    ends: list[str] = []

    async def one() -> None:
        try:
            async with pacer.slot():
                await asyncio.sleep(0.1)
                ends.append("sent")
        except Halted:
            ends.append("halted")
        else:
            pacer.halt()

    async def all_of_it() -> None:
        await asyncio.gather(*(one() for _ in range(10)))

    loop.run_until_complete(all_of_it())
    loop.close()
    assert ends == ["sent", *["halted"] * 9]
    assert loop.now < 1


def test_the_end_of_a_run_waits_for_no_quota() -> None:
    """One request a minute, and the first one ends the run: nobody else waits for his minute."""
    loop = Clockwork()
    pacer, ended = Pacer(Pace(16, rpm=1, tpm=1000), loop.time), 0

    async def one() -> None:
        nonlocal ended
        try:
            async with pacer.slot(1000):
                pacer.halt()
        except Halted:
            ended += 1

    async def all_of_it() -> None:
        await asyncio.gather(*(one() for _ in range(16)))

    try:
        loop.run_until_complete(all_of_it())
        assert ended == 15
        assert loop.now <= 2 * ALONE
    finally:
        loop.close()


@pytest.mark.parametrize("text", ["1718000000", "inf", "1e300", "1718000000s"])
def test_a_time_by_the_calendar_is_no_time_to_wait(text: str) -> None:
    """Some endpoints write when a quota is full again, and not in how many seconds: nobody waits for decades."""
    loop = Clockwork()
    pacer = Pacer(Pace(4), loop.time)
    pacer.heed({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": text})

    async def one() -> None:
        async with pacer.slot() as sent:
            pacer.slow_down(sent, float("inf"))
        async with pacer.slot():
            pass

    try:
        loop.run_until_complete(asyncio.wait_for(one(), 3600))
        assert loop.now < 60
    finally:
        loop.close()


@pytest.mark.parametrize(("paced", "tries"), [(False, 2), (True, 1)])
def test_the_queue_takes_no_time_from_the_tries(paced: bool, tries: int) -> None:
    """A slow pace holds a request longer than its deadline, and then the endpoint fails: it is tried again.  Where the
    endpoint itself had it wait, that is the endpoint's time, so that refusals come to an end."""
    tuning = Tuning(reply_mode="json_schema", attempts=4, deadline=0.2)
    endpoint, tried = find_endpoint("m", "http://127.0.0.1:9/v1", {}, 5, tuning), 0

    async def send(end: float) -> int:
        nonlocal tried
        tried += 1
        if tried > 1:
            return tried
        await asyncio.sleep(0.3)
        fault = Troubled(Trouble("status", 429 if paced else 500, retry_after=0.0))
        fault.queued, fault.paced = 0.3, paced
        raise fault

    try:
        assert asyncio.run(atrying(send, endpoint)) == tries
    except Troubled:
        assert tried == tries
