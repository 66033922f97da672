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


def trying(send: Callable[[float], Result], endpoint: Endpoint) -> Result:
    """Call `send` with the end of the deadline (on the monotonic clock) until it gives a result.

    Raises the last Troubled where trying again does not help or is over.
    """
    end = time.monotonic() + endpoint.deadline
    try:
        return send(end)
    except Troubled as fault:
        first = _worth_another(fault, endpoint)

    def again() -> Result:
        if first:
            raise first.pop()
        return send(end)

    return tenacity.Retrying(**_policy(endpoint, end))(again)


async def atrying(send: Callable[[float], Awaitable[Result]], endpoint: Endpoint) -> Result:
    """`trying`, in the running event loop."""
    end = time.monotonic() + endpoint.deadline
    try:
        return await send(end)
    except Troubled as fault:
        first = _worth_another(fault, endpoint)

    async def again() -> Result:
        if first:
            raise first.pop()
        return await send(end)

    return await tenacity.AsyncRetrying(**_policy(endpoint, end))(again)


def _worth_another(fault: Troubled, endpoint: Endpoint) -> list[Troubled]:
    """The first try's fault, as the beginning of a row of tries; most requests need none, and a row takes time."""
    if endpoint.attempts == 1 or not fault.trouble.transient:
        raise fault
    return [fault]


def _policy(endpoint: Endpoint, end: float) -> dict[str, Any]:
    late, held = tenacity.stop_before_delay(max(0.0, end - time.monotonic())), 0

    def over(state: tenacity.RetryCallState) -> bool:
        nonlocal held  # tries that a pace holds back are bounded by the deadline alone: they come as rarely as it takes
        held += _paced(state)
        return state.attempt_number - held >= endpoint.attempts or late(state)

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
