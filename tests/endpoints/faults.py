"""Rows: what can go wrong on the way, once and each time."""

from __future__ import annotations

import json

from answer_coach import errors
from tests.endpoints.plays import (
    AT_ONCE,
    Request,
    Rule,
    as_events,
    breaks_off,
    dripping,
    fails,
    first,
    later,
    model,
    says_raw,
    when,
)
from tests.endpoints.rows import EVERY, KNOWN, SYNC, Fails, Row, Way
from tests.support.server import Reply, completion, streamed

TWO = {**KNOWN, "attempts": 2}
SOON = {**KNOWN, "deadline": 0.4}
STREAMED: tuple[Way, ...] = ("streamed", "async streamed")
HTML = "<!doctype html><html><body>Welcome to the router's login page</body></html>"
FAULT = errors.EndpointFault
GZIP = {"content-encoding": "gzip"}
QUOTA = "You exceeded your current quota, please check your plan and billing details."
EVENT = {"error": {"message": "The server had an error while processing your request", "type": "server_error"}}
SPENT = {"error": {"message": QUOTA, "type": "insufficient_quota", "code": "insufficient_quota"}}


def _slow_date(_: Request) -> Reply:
    return Reply(429, {"error": {"message": "slow down"}}, {"retry-after": later(2)})


def _pieces(request: Request, *tail: str, keep: float = 0.5) -> Reply:
    """A stream of the honest reply that ends otherwise than it should."""
    whole = model()(request._replace(body={**request.body, "stream": False})).body
    events = str(streamed(whole).body).split("\n\n")
    said = events[: int(len(events) * keep)]
    return Reply(body="\n\n".join([*said, *tail]) + "\n\n", headers={"content-type": "text/event-stream"})


def _ends_early(request: Request) -> Reply:
    return _pieces(request)


def _done_early(request: Request) -> Reply:
    return _pieces(request, "data: [DONE]")


def _garbled(request: Request) -> Reply:
    return _pieces(request, 'data: {"choices": [{"delta": {"con')


def _faulty(request: Request) -> Reply:
    return _pieces(request, f"event: error\ndata: {json.dumps(EVENT)}")


def _spent(request: Request) -> Reply:
    return _pieces(request, f"data: {json.dumps(SPENT)}")


def _no_farewell(request: Request) -> Reply:
    """All but `[DONE]`."""
    reply = model()(request)
    reply.body = reply.body.replace("data: [DONE]\n\n", "")
    return reply


def _commented(request: Request) -> Reply:
    """Comments between the events, carriage returns at the ends of lines."""
    reply = model()(request)
    sent = reply.body.replace("\n", "\r\n").replace("data: ", ": still there\r\n\r\ndata:", 3)
    reply.body = ": PROCESSING\n\n" + sent
    return reply


def _alive(request: Request) -> Reply:
    """A stream that shows that it lives, and nothing else."""
    return Reply(body=": keep-alive\n\n" * 200, headers={"content-type": "text/event-stream"}, drip=0.02, piece=14)


def _waits(seconds: float) -> Rule:
    return first(fails(429, "slow down", {"retry-after": f"{seconds:g}"}))


PASSING: dict[str, tuple[str, Rule, Fails]] = {
    "408": ("request timeout", fails(408), Fails(errors.TimedOut, "timed_out")),
    "409": ("conflict", fails(409), Fails(FAULT, "endpoint_fault")),
    "429": ("too many requests", fails(429, "slow down", code="rate_limit_exceeded"),
            Fails(errors.RateLimited, "rate_limited")),
    "500": ("server error", fails(500), Fails(FAULT, "endpoint_fault")),
    "502": ("bad gateway, as a page", says_raw(Reply(502, HTML, AT_ONCE)), Fails(FAULT, "endpoint_fault")),
    "503": ("overloaded", fails(503, "model is loading"), Fails(FAULT, "endpoint_fault")),
    "504": ("gateway timeout", says_raw(Reply(504, "", AT_ONCE)), Fails(FAULT, "endpoint_fault")),
    "529": ("overloaded", fails(529, "Overloaded", type="overloaded_error"), Fails(FAULT, "endpoint_fault")),
    "A connection lost before the reply": ("resets the connection", breaks_off(-1),
                                           Fails(errors.Unreachable, "unreachable")),
    "A connection lost in mid-reply": ("resets the connection behind half a reply", breaks_off(300),
                                       Fails(FAULT, "endpoint_fault")),
    "A reply that can't be unpacked": ("says gzip, and is not", says_raw(Reply(200, HTML, GZIP)),
                                       Fails(FAULT, "endpoint_fault")),
}  # fmt: skip
BROKEN: dict[str, tuple[str, Rule, Fails]] = {
    "A stream that ends early": ("ends in mid-reply", _ends_early, Fails(FAULT, "endpoint_fault")),
    "A stream that says [DONE] early": ("[DONE] in mid-reply", _done_early, Fails(FAULT, "endpoint_fault")),
    "A garbled stream": ("an event that is no JSON", _garbled, Fails(FAULT, "endpoint_fault")),
    "An error in a stream": ("an error event in mid-reply", _faulty, Fails(FAULT, "endpoint_fault")),
}  # fmt: skip
LASTING: dict[str, tuple[str, Rule, Fails, str]] = {
    "401": ("wrong key", fails(401, "Incorrect API key", code="invalid_api_key"),
            Fails(errors.AccessDenied, "access_denied"), "key"),
    "402": ("payment required, without a word", says_raw(Reply(402, "")),
            Fails(errors.RateLimited, "quota_exhausted"), "billing"),
    "403": ("no right to the model", fails(403, "not allowed"), Fails(errors.AccessDenied, "access_denied"), "right"),
    "403, no credits": ("403 that tells of credits", fails(403, "Your team has no credits; see the billing page"),
                        Fails(errors.RateLimited, "quota_exhausted"), "billing"),
    "404": ("no such model", fails(404, "The model `m` does not exist", code="model_not_found"),
            Fails(errors.ModelMissing, "model_missing"), "model"),
    "413": ("too large", says_raw(Reply(413, HTML)), Fails(errors.RequestRefused, "prompt_too_long"), "context"),
    "429, quota": ("insufficient_quota", fails(429, QUOTA, type="insufficient_quota", code="insufficient_quota"),
                   Fails(errors.RateLimited, "quota_exhausted"), "billing"),
    "429, for an hour": ("Retry-After: 3600", fails(429, "slow down", {"retry-after": "3600"}),
                         Fails(errors.RateLimited, "rate_limited"), "3600 seconds"),
    "A page under 200": ("HTML, as a login page is", says_raw(Reply(200, HTML)), Fails(FAULT, "endpoint_fault"), "/v1"),
    "An empty body under 200": ("nothing", says_raw(Reply(200, "")), Fails(FAULT, "endpoint_fault"), "/v1"),
    "An error under 200": ("an error without a code", says_raw(Reply(200, {"error": {"message": "oops"}})),
                           Fails(FAULT, "endpoint_fault"), "/v1"),
    "A redirect": ("307 to another address", says_raw(Reply(307, {}, {"location": "/elsewhere"})),
                   Fails(errors.RequestRefused, "redirected"), "Nothing was sent there"),
}  # fmt: skip
ALL_WAYS = ("429", "500", "A connection lost in mid-reply", "A connection lost before the reply", "401", "429, quota",
            "A page under 200", "A redirect")  # fmt: skip


def _ways(name: str) -> tuple[Way, ...]:
    return EVERY if name in ALL_WAYS else SYNC


# A row is read as a row.
# fmt: off
FAULTS = (
    *(Row(f"{name}, once", f"{does}, then a reply", (first(rule),), asked=2, ways=_ways(name))
      for name, (does, rule, _) in PASSING.items()),
    *(Row(f"{name}, each time", does, (rule,), fails=outcome, asked=2, tuning=TWO, ways=_ways(name))
      for name, (does, rule, outcome) in PASSING.items()),
    *(Row(f"{name}, once", f"{does}, then a reply", (first(rule),), asked=2, ways=STREAMED)
      for name, (does, rule, _) in BROKEN.items()),
    *(Row(f"{name}, each time", does, (rule,), fails=outcome, asked=2, tuning=TWO, ways=STREAMED)
      for name, (does, rule, outcome) in BROKEN.items()),
    *(Row(name, does, (rule,), fails=outcome, hint=hint, ways=_ways(name), within=5)
      for name, (does, rule, outcome, hint) in LASTING.items()),
    Row("429 with Retry-After in seconds", "Retry-After: 0.3, then a reply", (_waits(0.3),), asked=2, least=0.3),
    Row("429 with Retry-After as a date", "a date two seconds off, then a reply", (first(_slow_date),), asked=2,
        least=0.9),
    Row("429 with Retry-After in milliseconds", "retry-after-ms: 80 beside Retry-After: 60",
        (first(fails(429, "slow down", {"retry-after-ms": "80", "retry-after": "60"})),), asked=2, least=0.08,
        within=10),
    Row("429 with a Retry-After that is none", "Retry-After: soon", (first(fails(429, "", {"retry-after": "soon"})),),
        asked=2),
    Row("429, three times", "busy three times, then a reply", (first(*[fails(429)] * 3),), asked=4, ways=EVERY),
    Row("503, and one attempt", "overloaded", (fails(503),), fails=Fails(FAULT, "endpoint_fault"),
        tuning={**KNOWN, "attempts": 1}),
    Row("No such model, found by the probe", "404 on the probe", (fails(404, "model not found"),), mode=None,
        fails=Fails(errors.ModelMissing, "model_missing"), asked=0, probes=1),
    Row("A busy endpoint that nobody knows yet", "429 on the probe each time", (fails(429),), mode=None,
        fails=Fails(errors.RateLimited, "rate_limited"), asked=0, probes=2, tuning={"attempts": 2}),
    Row("Nobody there", "refuses the connection", fails=Fails(errors.Unreachable, "unreachable"), asked=0, tuning=TWO,
        absent=True, ways=EVERY, hint="running"),
    Row("A slow first byte", "nothing for longer than the timeout",
        (lambda request: Reply(body=completion("{}"), pause=0.6),), fails=Fails(errors.TimedOut, "timed_out"),
        timeout=0.2, ways=EVERY, within=5, hint="--timeout"),
    Row("A dripping body", "a reply that drips past the deadline", (when(lambda r: not r.streams, dripping(0.02, 8)),),
        fails=Fails(errors.TimedOut, "timed_out"), tuning=SOON, ways=("sync", "async"), within=5, hint="deadline"),
    Row("A dripping stream", "a stream that drips past the deadline", (dripping(0.02, 60),),
        fails=Fails(errors.TimedOut, "timed_out"), tuning=SOON, ways=STREAMED, within=5, hint="deadline"),
    Row("A stream of comments", "comments past the deadline, and no event", (_alive,),
        fails=Fails(errors.TimedOut, "timed_out"), tuning=SOON, ways=STREAMED, within=3, hint="deadline"),
    Row("A stream without [DONE]", "the finish reason, then the end", (_no_farewell,), ways=STREAMED),
    Row("A stream with comments", "comments, carriage returns and no blank behind `data:`", (_commented,),
        ways=STREAMED),
    Row("A quota that ends in a stream", "an event with insufficient_quota", (_spent,),
        fails=Fails(errors.RateLimited, "quota_exhausted"), ways=STREAMED, hint="billing"),
    Row("An empty stream", "[DONE] and no event", (as_events("[DONE]"),), fails=Fails(FAULT, "endpoint_fault"),
        ways=STREAMED),
)
