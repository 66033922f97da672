"""How fast an endpoint is asked: as many at once as it bears, within its quotas, first come first served.

Concurrency grows by one for each round of replies and is halved where the endpoint asks to slow down (additive
increase, multiplicative decrease: Chiu and Jain 1989).  Requests and tokens a minute are spread, not spent at once.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiolimiter import AsyncLimiter

SLICE = 5.0  # seconds over which a quota is spread
SETTLE = 1.0  # seconds in which one halving is enough
RESET = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")


class Pace(NamedTuple):
    """What a person allows: requests at once, requests and tokens a minute; None is no limit."""

    at_once: int = 16
    rpm: float | None = None
    tpm: float | None = None


class Pacer:
    """Lets requests through, first come first served."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic):
        self._most, self._clock = pace.at_once, clock
        self._limit = float(pace.at_once)
        self._running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._cut_at = self._open_at = -1e9
        self._requests = AsyncLimiter(1, 60 / pace.rpm) if pace.rpm else None
        self._tokens = AsyncLimiter(max(1.0, pace.tpm * SLICE / 60), SLICE) if pace.tpm else None

    @property
    def most(self) -> int:
        """How many may be under way at best."""
        return self._most

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return max(1, int(self._limit))

    @asynccontextmanager
    async def slot(self, tokens: int = 0) -> AsyncIterator[None]:
        """Wait until a request with about so many tokens may go out, and hold its place until it has ended."""
        await self._enter()
        try:
            if self._requests:
                await self._requests.acquire()
            if self._tokens and tokens:
                await self._tokens.acquire(min(tokens, self._tokens.max_rate))
            while (wait := self._open_at - self._clock()) > 0:
                await asyncio.sleep(wait)
            yield
        finally:
            self._running -= 1
            self._wake()

    def went_well(self) -> None:
        """A reply came: a little more at once, up to what is allowed."""
        self._limit = min(self._most, self._limit + 1 / max(1.0, self._limit))
        self._wake()

    def slow_down(self, seconds: float | None = None) -> None:
        """The endpoint asked for less: half as many at once, and none before the time that it named."""
        now = self._clock()
        if now - self._cut_at > SETTLE:
            self._cut_at, self._limit = now, max(1.0, self._limit / 2)
        if seconds:
            self._open_at = max(self._open_at, now + seconds)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Wait where the endpoint says that nothing is left until some time."""
        for kind in ("requests", "tokens"):
            if headers.get(f"x-ratelimit-remaining-{kind}", "").strip() == "0":
                self._open_at = max(
                    self._open_at, self._clock() + seconds_until(headers.get(f"x-ratelimit-reset-{kind}", ""))
                )

    async def _enter(self) -> None:
        if self._running < self.limit and not self._waiting:
            self._running += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._running -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting and self._running < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._running += 1
                turn.set_result(None)


def seconds_until(text: str) -> float:
    """A reset time as endpoints write it (`1s`, `6m0s`, `250ms`, `2`), in seconds; 0 where it is none."""
    try:
        return max(0.0, float(text))
    except ValueError:
        found = RESET.fullmatch(text.strip())
    if not found or not text.strip():
        return 0.0
    hours, minutes, seconds, thousandths = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
