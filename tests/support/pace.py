"""Requests through a pacer at endpoints that refuse, in a time of their own: hours pass in no time, always the same."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from answer_coach.engines.pacing import Pacer

Admit = Callable[[float], float | None]
"""At some time: None for a request that is taken, else the seconds to wait that the refusal states; 0 for none."""
ROUND_TRIP = 0.02


class Selector(selectors.SelectSelector):
    """Waits for nothing: where a loop would sleep, its time goes on."""

    loop: Clockwork

    def select(self, timeout: float | None = None) -> list[Any]:
        """No event, and a later time."""
        assert timeout is not None, "all wait for each other"
        self.loop.now += timeout
        return super().select(0)


class Clockwork(asyncio.SelectorEventLoop):
    """An event loop whose time passes only while all wait."""

    def __init__(self) -> None:
        self.now = 0.0
        selector = Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Seconds since it began."""
        return self.now


class Went(NamedTuple):
    """How it went."""

    seconds: float
    taken: list[float]
    """When requests were taken, in order."""
    refused: int
    tries: int
    """Of the request that needed most."""

    def a_second(self, start: float, end: float) -> float:
        """Requests taken a second in a stretch of time."""
        return sum(start <= at < end for at in self.taken) / (end - start)


def sliding(rate: int, window: float = 1.0, says: bool = False) -> Admit:
    """So many requests in any stretch of time that long; `says` states the time to wait."""
    taken: deque[float] = deque()

    def admit(now: float) -> float | None:
        while taken and taken[0] <= now - window:
            taken.popleft()
        if len(taken) >= rate:
            return taken[0] + window - now if says else 0.0
        taken.append(now)
        return None

    return admit


def bucket(rate: float, size: float) -> Admit:
    """A token bucket: so many a second on average, so many at once."""
    level, last = size, 0.0

    def admit(now: float) -> float | None:
        nonlocal level, last
        level, last = min(size, level + (now - last) * rate), now
        if level < 1:
            return 0.0
        level -= 1
        return None

    return admit


def fixed(count: int, window: float) -> Admit:
    """So many in each stretch by the clock, as quotas a minute are."""
    at, used = -1, 0

    def admit(now: float) -> float | None:
        nonlocal at, used
        if int(now // window) != at:
            at, used = int(now // window), 0
        used += 1
        return None if used <= count else 0.0

    return admit


class Crowded:
    """Takes so many at once."""

    def __init__(self, most: int):
        self._most, self.under_way = most, 0

    def __call__(self, now: float) -> float | None:
        if self.under_way >= self._most:
            return 0.0
        self.under_way += 1
        return None


def requests(pacer: Callable[[Clockwork], Pacer], count: int, latency: float, admit: Admit) -> Went:
    """Send so many requests, each again until it is taken; a reply takes `latency` seconds, more or less."""
    loop, chance = Clockwork(), random.Random(1)
    paced, taken, tries, refused = pacer(loop), list[float](), list[int](), 0

    async def one() -> bool:
        nonlocal refused
        async with paced.slot() as sent:
            await asyncio.sleep(ROUND_TRIP / 2)
            wait = admit(loop.now)
            if wait is not None:
                refused += 1
                await asyncio.sleep(ROUND_TRIP / 2)
                paced.slow_down(sent, wait or None)
                return False
            taken.append(loop.now)
            await asyncio.sleep(latency * chance.uniform(0.8, 1.2))
            if isinstance(admit, Crowded):
                admit.under_way -= 1
            paced.went_well(sent)
            return True

    async def work(source: Any) -> None:
        for _ in source:
            tried = 1
            while not await one():
                tried += 1
            tries.append(tried)

    async def all_of_it() -> None:
        source = iter(range(count))
        await asyncio.gather(*(work(source) for _ in range(paced.most)))

    try:
        loop.run_until_complete(all_of_it())
    finally:
        loop.close()
    return Went(loop.now, taken, refused, max(tries))
