"""Rows: fields that servers refuse beside the form, and replies in other fields than the usual ones."""

from __future__ import annotations

import json

from tests.endpoints import reader
from tests.endpoints.plays import (
    Request,
    call,
    counted,
    fails,
    first,
    ignores,
    model,
    refuses_fields,
    sent,
    when,
)
from tests.endpoints.rows import EVERY, Row, bodies, last, unusable
from tests.support.server import Reply, completion


def _is_strict(request: Request) -> bool:
    return "strict" in (request.body.get("response_format") or {}).get("json_schema", {})


def _parts(request: Request) -> Reply | None:
    """Content as a list of parts, as some endpoints send it."""
    if request.streams:
        return None
    reply = model()(request)
    message = reply.body["choices"][0]["message"]
    half = len(message["content"]) // 2
    message["content"] = [{"type": "text", "text": t} for t in (message["content"][:half], message["content"][half:])]
    return reply


def _called(request: Request, *calls: dict[str, object]) -> Reply:
    """A reply with these tool calls."""
    whole = completion(None, "tool_calls", tool_calls=list(calls))
    return sent({**whole, "usage": counted(request, "")}, request)


def _searched(request: Request) -> Reply:
    return _called(request, call('{"query": "ferries"}', "search"))


def _renamed(request: Request) -> Reply:
    return _called(request, call(reader.says(request.body["messages"]), "functions.verdicts"))


def _opened(request: Request) -> Reply:
    said = json.loads(reader.says(request.body["messages"]))
    return _called(request, {"id": "call_1", "type": "function", "function": {"name": "verdicts", "arguments": said}})


def _twice(request: Request) -> Reply:
    said = reader.says(request.body["messages"])
    return _called(request, call(said), call(said.replace('"absent"', '"met"')))


# A row is read as a row.
# fmt: off
FIELDS = (
    Row("A server that does not know `stream`", "400 on stream", (refuses_fields("Unknown field: {name}", "stream"),),
        ways=EVERY, more_streamed=1),
    Row("A server that does not know `stream_options`", "422 on stream_options",
        (refuses_fields("body.{name}: Extra inputs are not permitted", "stream_options", status=422),), ways=EVERY,
        more_streamed=1, more=bodies(lambda b: True)),
    Row("A server that does not stream", "one whole reply where a stream was asked for",
        (lambda request: request.without("stream"),), ways=EVERY),
    Row("A server with a temperature of its own", "400 on temperature",
        (refuses_fields("Unsupported value: '{name}' does not support 0.2 with this model.", "temperature"),), asked=2,
        tuning={"reply_mode": "json_schema", "temperature": 0.2}, more=last(lambda b: "temperature" not in b)),
    Row("A server that does not know `strict`", "400 on strict, else enforces",
        (when(_is_strict, fails(400, "Unknown field: response_format.json_schema.strict")),),
        mode="json_schema_in_prompt", probes=2, ways=EVERY),
    Row("A server that wants max_completion_tokens", "400 on max_tokens, naming the other",
        (refuses_fields("Unsupported parameter: '{name}'. Use 'max_completion_tokens' instead.", "max_tokens"),),
        asked=2, tuning={"reply_mode": "json_schema", "max_output_tokens": 900},
        more=last(lambda b: b["max_completion_tokens"] == 900)),
    Row("A server that knows no limit", "422 on both names of it",
        (refuses_fields("{name}: Extra inputs are not permitted", "max_tokens", "max_completion_tokens", status=422),),
        asked=3, tuning={"reply_mode": "json_schema", "max_output_tokens": 900},
        more=last(lambda b: not {"max_tokens", "max_completion_tokens"} & set(b))),
    Row("A server with content in parts", "the text as a list of parts", (_parts,), ways=("sync", "async")),
    Row("A tool call with the wrong name", "a call of `search` first, then of the right tool", (first(_searched),),
        mode="tool", asked=2, tuning={"reply_mode": "tool"}, ways=EVERY),
    Row("A tool call with another name and our arguments", "a call of `functions.verdicts`, whole and tagged",
        (_renamed,), mode="tool", tuning={"reply_mode": "tool"}),
    Row("A tool call with malformed arguments", "arguments that are cut, then whole ones",
        (first(model(lambda said: said[:500])),), mode="tool", asked=2, tuning={"reply_mode": "tool"}, ways=EVERY),
    Row("A tool call with arguments as an object", "arguments that are no text", (_opened,), mode="tool",
        tuning={"reply_mode": "tool"}),
    Row("Two tool calls that differ", "two calls of the tool, with other verdicts", (_twice,), mode="tool",
        fails=unusable("conflicting"), asked=2, tuning={"reply_mode": "tool"}, ways=EVERY),
    Row("No tool call where one was forced", "the JSON as text", (ignores("tool"),), mode="tool",
        tuning={"reply_mode": "tool"}, ways=EVERY),
)
