"""How fast an endpoint is asked: one request first, then as many at once as it bears, within its quotas.

What a person or the endpoint tells is kept.  What an endpoint only shows by refusing is learned: after a refusal
requests go out evenly, a little fewer a second than were taken before it; from there the rate grows with the square of
time until the next refusal, slowly near the limit and fast far below it (multiplicative decrease, Chiu and Jain 1989;
the growth in the manner of CUBIC, RFC 9438).  Where nothing at all was taken since the last refusal, the rate is
halved, and no more are under way at once than were.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from aiolimiter import AsyncLimiter

from answer_coach.errors import Halted

ALONE = 0.3
"""Seconds for which nothing follows the first request: most endpoints tell a wrong key or model within them."""
SLICE = 5.0  # seconds over which a quota of tokens is spread
SETTLE = 1.0  # seconds in which one cut is enough
WINDOW = 5.0  # seconds over which is counted what was taken
BELOW = 0.98  # of what was taken lately, after a refusal
LEAST = 0.95  # of the rate so far, where it was nearly right
SLOWEST = 0.1  # requests a second
GROWTH = 0.004  # of the rate, for each squared second
LATE = 0.1  # seconds by which a request that came late lets the next one come sooner
DAY = 86_400.0  # no quota takes longer to be full again: more is a time by the calendar, or nonsense
RESET = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")


class Pace(NamedTuple):
    """What a person allows: requests at once, requests and tokens a minute; None is no limit."""

    at_once: int = 16
    rpm: float | None = None
    tpm: float | None = None


class Pacer:
    """Lets requests through, first come first served; for one event loop."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic):
        self._most, self._clock = pace.at_once, clock
        self._limit, self._left = float(pace.at_once), float(pace.at_once)
        self._running = self._out = 0
        """Requests that have a place, and those of them that went out."""
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._gate = asyncio.Lock()
        self._heard, self._halted = asyncio.Event(), asyncio.Event()
        self._learned = Learned()
        self._first_at: float | None = None
        self._open_at = self._next_at = -1e9
        self._requests = AsyncLimiter(1, 60 / pace.rpm) if pace.rpm else None
        self._tokens = AsyncLimiter(max(1.0, pace.tpm * SLICE / 60), SLICE) if pace.tpm else None

    @property
    def most(self) -> int:
        """How many may be under way at best."""
        return self._most

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return max(1, int(min(self._limit, self._left)))

    @property
    def held(self) -> float:
        """Seconds for which nothing goes out, because the endpoint asked for that."""
        return max(0.0, self._open_at - self._clock())

    @asynccontextmanager
    async def slot(self, tokens: int = 0) -> AsyncIterator[float]:
        """Wait until a request with about so many tokens may go out, and hold its place until it has ended.

        Gives the time at which it goes out, for `went_well` and `slow_down`.  Raises Halted where the run has ended.
        """
        await self._enter()
        try:
            async with self._gate:
                sent = await self._turn(tokens)
            self._out += 1
            try:
                yield sent
            finally:
                self._out -= 1
        finally:
            self._running -= 1
            self._wake()

    def halt(self) -> None:
        """Let nothing through any more: who waits gets Halted."""
        self._halted.set()

    def went_well(self, sent: float) -> None:
        """A reply began to come: a little more at once, up to what is allowed."""
        self._heard.set()
        self._learned.taken(sent)
        self._limit = min(self._most, self._limit + 1 / max(1.0, self._limit))
        self._wake()

    def slow_down(self, sent: float, seconds: float | None = None) -> None:
        """The endpoint refused a request for now: none before the time that it named, and then at a slower rate."""
        self._heard.set()
        now = self._clock()
        self._shut(self._learned.refused(sent, now))
        self._shut(seconds or 0.0)
        if self._learned.stuck:
            self._limit = max(1.0, self._out - 1.0)  # this one was not taken

    def heed(self, headers: Mapping[str, str]) -> None:
        """Where the endpoint says how much is left, no more than that at once; where nothing is, wait for more."""
        for kind in ("requests", "tokens"):
            left = headers.get(f"x-ratelimit-remaining-{kind}", "").strip()
            if left == "0":
                self._shut(seconds_until(headers.get(f"x-ratelimit-reset-{kind}", "")))
            if kind == "requests":
                self._left = float(left) if left.isdecimal() else float(self._most)

    def _shut(self, seconds: float) -> None:
        if seconds <= DAY:
            self._open_at = max(self._open_at, self._clock() + seconds)

    async def _turn(self, tokens: int) -> float:
        """Wait until the next request may go out, and note that it does; one after the other."""
        if self._first_at is None:
            self._first_at = self._clock()
        elif not self._heard.is_set():
            await _within(self._heard, self._first_at + ALONE - self._clock())
            self._heard.set()
        if self._requests:
            await self._allowed(self._requests, 1)
        if self._tokens and tokens:
            await self._allowed(self._tokens, min(tokens, self._tokens.max_rate))
        while not self._halted.is_set() and (wait := max(self._open_at, self._next_at) - self._clock()) > 0:
            await _within(self._halted, wait)
        if self._halted.is_set():
            raise Halted("The run has ended", hint="Run it again to go on.")
        now = self._clock()
        if rate := self._learned.rate(now):
            self._next_at = max(self._next_at, now - LATE) + 1 / rate
        self._learned.sent(now)
        return now

    async def _allowed(self, limiter: AsyncLimiter, amount: float) -> None:
        """Wait until a quota has so much; not where the run has ended."""
        if self._halted.is_set():
            return
        if limiter.has_capacity(amount):
            await limiter.acquire(amount)
            return
        waits = [asyncio.ensure_future(one) for one in (limiter.acquire(amount), self._halted.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

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


class Learned:
    """The rate that refusals have taught."""

    def __init__(self) -> None:
        self._out: deque[float] = deque()
        """When requests went out that were not refused, lately."""
        self._base: float | None = None
        """Requests a second just after the last cut; None where nothing was ever refused."""
        self._cut_at = self._from = -1e9
        """When it was cut, and when the first request went out after that."""
        self._peak = 1.0
        """Requests a second just before it."""
        self._count: tuple[float, float] | None = None
        """The time whose requests are to be counted for the next rate, once it is known which were taken."""
        self._streak = 0

    @property
    def stuck(self) -> bool:
        """Whether nothing was taken between the last two cuts."""
        return self._streak > 0

    def rate(self, now: float) -> float | None:
        """Requests a second; None where nothing was ever refused."""
        if self._base is None:
            return None
        if self._count:
            start, end = self._count
            self._base = min(self._base, max(SLOWEST, BELOW * sum(start <= at <= end for at in self._out) / SETTLE))
            self._count, self._peak = None, max(self._base, min(self._peak, 1e3))
        return self._base + GROWTH * self._peak * max(0.0, now - max(self._cut_at, self._from)) ** 2

    def sent(self, now: float) -> None:
        """A request goes out."""
        if self._from <= self._cut_at:
            self._from = now
        self._out.append(now)
        while self._out[0] < now - 2 * WINDOW:
            self._out.popleft()

    def taken(self, sent: float) -> None:
        """A request that went out then was taken; after a time of refusals the rate comes back, step by step."""
        if self._streak and sent > self._cut_at and self._base:
            self._streak -= 1
            self._base *= 2

    def refused(self, sent: float, now: float) -> float:
        """A request that went out then was refused; seconds for which none should follow.

        Those are for learning which requests were taken, where the first refusals come all at once or very soon.
        """
        if sent in self._out:
            self._out.remove(sent)
        if self._base is None:
            self._base, self._cut_at, self._count = float("inf"), now, (now - SETTLE, now)
            return SETTLE
        if now - self._cut_at < SETTLE or sent <= self._cut_at:
            return 0.0
        rate, pause = self.rate(now) or SLOWEST, 0.0
        self._peak = rate
        out = [at for at in self._out if at > max(self._cut_at, now - WINDOW)]
        self._streak = 0 if out else self._streak + 1
        if not out:
            rate /= 2
        elif now - self._from < SETTLE:
            self._count, pause = (self._from, now), SETTLE - (now - self._from)
        else:
            told = BELOW * len(out) / (now - out[0])
            rate = min(rate, told if told < rate / 2 else max(told, LEAST * rate))
        self._base, self._cut_at = max(SLOWEST, rate), now
        return pause


async def _within(event: asyncio.Event, seconds: float) -> None:
    """Wait for something to happen, and not longer than so many seconds."""
    if seconds > 0:
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)


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
