"""How endpoints behave, as small rules in a row: each one replies, passes a request on changed, or lets it be.

What no rule takes is answered by an honest model, that keeps to a form where the request still asks for one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.utils import formatdate
from typing import Any, NamedTuple

from answer_coach.engines.probing import ENFORCED
from tests.endpoints import reader
from tests.support.server import Reply, Seen, completion, is_probe, stream_of, streamed


class Request(NamedTuple):
    """A request on its way through the rules: its body, and the how manieth of its kind it is."""

    body: dict[str, Any]
    number: int
    probe: bool
    path: str = ""

    @property
    def form(self) -> str:
        """What form of reply is asked for."""
        asked = self.body.get("response_format") or {}
        return "tool" if self.body.get("tools") else str(asked.get("type", "text"))

    @property
    def streams(self) -> bool:
        """Whether the reply is to come as a stream."""
        return bool(self.body.get("stream"))

    @property
    def characters(self) -> int:
        """How long the prompt is."""
        return sum(len(message["content"]) for message in self.body["messages"])

    def without(self, *names: str) -> Request:
        """The request, some fields overlooked."""
        return self._replace(body={k: v for k, v in self.body.items() if k not in names})


Rule = Callable[[Request], Reply | Request | None]
AT_ONCE = {"retry-after-ms": "1"}


def play(rules: Sequence[Rule], request: Request) -> Reply:
    """What an endpoint with these rules replies."""
    for rule in rules:
        taken = rule(request)
        if isinstance(taken, Reply):
            return taken
        request = taken or request
    return model()(request)


def model(
    text: Callable[[str], str] | None = None,
    finish: str = "stop",
    usage: Callable[[dict[str, Any]], Any] | None = None,
    **message: Any,
) -> Callable[[Request], Reply]:
    """A model that reads what it is sent; what it says, why it ends and what it counts may be changed."""

    def reply(request: Request) -> Reply:
        said = _said(request)
        if text:
            said = text(said)
        if request.form == "tool" and not request.probe:
            whole = completion(None, "tool_calls" if finish == "stop" else finish, tool_calls=[call(said)], **message)
        else:
            whole = completion(said, finish, **message)
        whole["usage"] = counted(request, said)
        if usage:
            whole["usage"] = usage(whole["usage"])
        return sent(whole, request)

    return reply


def _said(request: Request) -> str:
    if request.probe:
        return json.dumps(ENFORCED) if request.form == "json_schema" else "no"
    said = reader.says(request.body["messages"])
    if request.form == "text":  # nothing holds it to JSON alone
        return f"Here is what I found.\n\n```json\n{said}\n```\n"
    return said


def sent(whole: dict[str, Any], request: Request) -> Reply:
    """A completion as the request wants it: in one piece, or as a stream."""
    if not request.streams:
        return Reply(body=whole)
    return streamed(whole, bool((request.body.get("stream_options") or {}).get("include_usage")))


def counted(request: Request, said: str) -> dict[str, Any]:
    """What a server counts that has read everything."""
    prompt, reply = request.characters // 4, len(said) // 4
    return {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply}


def call(arguments: str, name: str = "verdicts") -> dict[str, Any]:
    """A tool call."""
    return {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}


def fails(status: int, message: str = "", headers: dict[str, str] | None = None, **error: Any) -> Rule:
    """An error, as most endpoints word it."""
    return lambda _: Reply(status, {"error": {"message": message, **error}}, AT_ONCE if headers is None else headers)


def says_raw(reply: Reply) -> Rule:
    """One reply, whatever is asked."""
    return lambda _: reply


def probed(rule: Rule) -> Rule:
    """A rule for the probe alone."""
    return lambda request: rule(request) if request.probe else None


def graded(rule: Rule) -> Rule:
    """A rule for gradings alone, not for the probe."""
    return lambda request: None if request.probe else rule(request)


def first(*rules: Rule) -> Rule:
    """One rule for each of the first gradings, then none."""
    return lambda request: rules[request.number](request) if not request.probe and request.number < len(rules) else None


def when(test: Callable[[Request], bool], rule: Rule) -> Rule:
    """A rule for some requests."""
    return lambda request: rule(request) if test(request) else None


def asking(*forms: str) -> Callable[[Request], bool]:
    """Requests that ask for one of these forms."""
    return lambda request: request.form in forms


def refuses(form: str, message: str, status: int = 400, **error: Any) -> Rule:
    """An endpoint that does not take a form."""
    return when(asking(form), fails(status, message, **error))


def ignores(form: str) -> Rule:
    """An endpoint that takes a form and does not keep to it."""

    def rule(request: Request) -> Request | None:
        return request.without("response_format", "tools", "tool_choice") if request.form == form else None

    return rule


def refuses_fields(message: str, *names: str, status: int = 400) -> Rule:
    """An endpoint that does not take some fields; `{name}` in the message is the first of them that it got."""

    def rule(request: Request) -> Reply | None:
        got = next((name for name in names if name in request.body), None)
        return Reply(status, {"error": {"message": message.format(name=got)}}) if got else None

    return rule


def takes_only(*names: str) -> Rule:
    """An endpoint that knows these fields, and refuses others as FastAPI does."""

    def rule(request: Request) -> Reply | None:
        unknown = [name for name in request.body if name not in ("model", "messages", *names)]
        fault = {"type": "extra_forbidden", "msg": "Extra inputs are not permitted"}
        return Reply(422, {"detail": [{**fault, "loc": ["body", name]} for name in unknown]}) if unknown else None

    return rule


def unseen(rule: Rule) -> Rule:
    """An endpoint that holds the model to a schema which the model does not get to see, unless the prompt tells it."""

    def held(request: Request) -> Reply | Request | None:
        told = request.probe or reader.read(request.body["messages"]).form
        return None if told or request.form != "json_schema" else rule(request)

    return held


def cuts(window: int, counted: bool = True) -> Rule:
    """A server that drops the beginning of what does not fit its context, without a word."""

    def rule(request: Request) -> Reply | None:
        if request.characters // 4 <= window:
            return None
        left = window * 4
        kept: list[dict[str, Any]] = []
        for message in reversed(request.body["messages"]):
            part = message["content"][-left:] if left > 0 else ""
            kept.insert(0, {**message, "content": part})
            left -= len(part)
        short = request._replace(body={**request.body, "messages": kept})
        blind = json.dumps({"check": "unknown", "addresses": "no", "indicators": [], "follow_ups": []})
        text = (lambda said: blind if said == reader.LOST else said) if request.form != "text" else None
        return model(text, usage=lambda used: {**used, "prompt_tokens": window} if counted else None)(short)

    return rule


def later(seconds: float) -> str:
    """A date so many seconds from now, as headers have it."""
    return formatdate(time.time() + seconds, usegmt=True)


def breaks_off(at: int) -> Rule:
    """A connection that is reset in the middle of the reply."""
    return lambda request: replace(model()(request), broken=at)


def dripping(seconds: float, piece: int) -> Rule:
    """A reply that comes in drips."""
    return lambda request: replace(model()(request), drip=seconds, piece=piece)


def as_events(*events: dict[str, Any] | str) -> Rule:
    """A stream of these events and no others."""
    return lambda request: stream_of(*events)


def request_of(seen: Seen, number: int) -> Request:
    """A request at the beginning of its way."""
    return Request(seen.body, number, is_probe(seen), seen.path)
