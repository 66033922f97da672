"""When a request is tried again: one layer, bounded by attempts and by a deadline, with jitter."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import tenacity

from answer_coach.engines.faults import Trouble
from answer_coach.engines.interface import Endpoint

Result = TypeVar("Result")
LONGEST = 30.0  # seconds between two tries where the server does not say


class Troubled(Exception):
    """A try that failed, inside engines/ only."""

    def __init__(self, trouble: Trouble):
        super().__init__(trouble.kind)
        self.trouble = trouble
        self.paced = False
        """Whether somebody who paces all requests holds back the next try; then it need not wait here."""
        self.queued = 0.0
        """Seconds for which the try waited for its turn, before it went out."""


class Deadline:
    """When tries are over, on the monotonic clock.

    A try's time in the queue does not count, unless the endpoint had it wait: else a slow pace would leave no time for
    a second try.
    """

    def __init__(self, endpoint: Endpoint):
        self.end = time.monotonic() + endpoint.deadline

    def missed(self, fault: Troubled) -> None:
        """A try failed."""
        self.end += 0.0 if fault.paced else fault.queued

    def over(self, state: tenacity.RetryCallState) -> bool:
        """Whether the next try would come too late, as far as the endpoint said when."""
        fault = state.outcome.exception() if state.outcome else None
        held = (fault.trouble.retry_after or 0.0) if isinstance(fault, Troubled) and fault.paced else 0.0
        return time.monotonic() + max(held, state.upcoming_sleep) >= self.end


def trying(send: Callable[[float], Result], endpoint: Endpoint) -> Result:
    """Call `send` with the end of the deadline (on the monotonic clock) until it gives a result.

    Raises the last Troubled where trying again does not help or is over.
    """
    deadline = Deadline(endpoint)
    try:
        return send(deadline.end)
    except Troubled as fault:
        first = _worth_another(fault, endpoint)

    def again() -> Result:
        if first:
            raise first.pop()
        return send(deadline.end)

    return tenacity.Retrying(**_policy(endpoint, deadline))(again)


async def atrying(send: Callable[[float], Awaitable[Result]], endpoint: Endpoint) -> Result:
    """`trying`, in the running event loop."""
    deadline = Deadline(endpoint)
    try:
        return await send(deadline.end)
    except Troubled as fault:
        deadline.missed(fault)
        first = _worth_another(fault, endpoint)

    async def again() -> Result:
        if first:
            raise first.pop()
        try:
            return await send(deadline.end)
        except Troubled as fault:
            deadline.missed(fault)
            raise

    return await tenacity.AsyncRetrying(**_policy(endpoint, deadline))(again)


def _worth_another(fault: Troubled, endpoint: Endpoint) -> list[Troubled]:
    """The first try's fault, as the beginning of a row of tries; most requests need none, and a row takes time."""
    if endpoint.attempts == 1 or not fault.trouble.transient:
        raise fault
    return [fault]


def _policy(endpoint: Endpoint, deadline: Deadline) -> dict[str, Any]:
    held = 0

    def over(state: tenacity.RetryCallState) -> bool:
        nonlocal held  # tries that a pace holds back are bounded by the deadline alone: they come as rarely as it takes
        held += _paced(state)
        return state.attempt_number - held >= endpoint.attempts or deadline.over(state)

    return {
        "retry": tenacity.retry_if_exception(_transient),
        "stop": over,
        "wait": _wait,
        "reraise": True,
    }


_backoff = tenacity.wait_random_exponential(multiplier=0.5, max=LONGEST)


def _wait(state: tenacity.RetryCallState) -> float:
    """What the server asks for, and a little more so that not all come back at once; else more each time, by chance."""
    if _paced(state):
        return 0.0
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.trouble.retry_after if isinstance(fault, Troubled) else None
    drawn = _backoff(state)
    return drawn if asked is None else asked + min(drawn, 0.1 * asked)


def _paced(state: tenacity.RetryCallState) -> bool:
    """Whether the next try is held back by somebody else, who takes as long as that takes."""
    fault = state.outcome.exception() if state.outcome else None
    return isinstance(fault, Troubled) and fault.paced


def _transient(fault: BaseException) -> bool:
    return isinstance(fault, Troubled) and fault.trouble.transient
