"""What a row of the table is: an endpoint's behaviour, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from answer_coach import errors
from answer_coach.errors import CoachError
from answer_coach.modes import ReplyMode
from tests.endpoints.plays import Rule
from tests.support.server import Seen

Way = Literal["sync", "async", "streamed", "async streamed"]
SYNC: tuple[Way, ...] = ("sync",)
EVERY: tuple[Way, ...] = ("sync", "async", "streamed", "async streamed")
KNOWN: Mapping[str, Any] = {"reply_mode": "json_schema"}
TOOL: Mapping[str, Any] = {"reply_mode": "tool"}
LOOSE: Mapping[str, Any] = {"reply_mode": "text"}
OBJECT: Mapping[str, Any] = {"reply_mode": "json_object"}


class Fails(NamedTuple):
    """The error that must come: its class, its code and its exit code."""

    kind: type[CoachError]
    code: str
    exit_code: int = 3


class Row(NamedTuple):
    """One behaviour: who plays it, who is asked, and what must come of it."""

    name: str
    does: str
    rules: tuple[Rule, ...] = ()
    model: str = "m"
    """PROVIDER/MODEL for an endpoint from the table of providers; a bare name is asked by its base URL."""
    mode: ReplyMode | None = "json_schema"
    fails: Fails | None = None
    asked: int = 1
    probes: int = 0
    tuning: Mapping[str, Any] | None = None
    """None: nothing is set; but a bare address that is not probed is known to be strict."""
    ways: tuple[Way, ...] = SYNC
    more: Callable[[Sequence[Seen]], bool] | None = None
    """What else must hold of the requests."""
    more_streamed: int = 0
    """Further requests where the reply is to be streamed."""
    within: float | None = None
    least: float = 0.0
    """Seconds that it may take at most, and must take at least."""
    timeout: float = 20.0
    environ: Mapping[str, str] = {}
    absent: bool = False
    """Whether nobody listens at the address."""
    hint: str = ""
    """What the remedy must name."""


def unusable(code: str) -> Fails:
    """A reply that can't be used."""
    return Fails(errors.UnusableReply, code, 4)


def bodies(test: Callable[[Mapping[str, Any]], bool]) -> Callable[[Sequence[Seen]], bool]:
    """Something that must hold of each request's body."""
    return lambda seen: all(test(request.body) for request in seen)


def lacks(*names: str) -> Callable[[Sequence[Seen]], bool]:
    """No request has one of these fields."""
    return bodies(lambda body: not set(names) & set(body))


def last(test: Callable[[Mapping[str, Any]], bool]) -> Callable[[Sequence[Seen]], bool]:
    """Something that must hold of the last request's body."""
    return lambda seen: test(seen[-1].body)
