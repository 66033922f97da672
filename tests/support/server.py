"""A loopback endpoint for protocol behaviour: replies from a script, keeps what it was sent.

A reply can come whole, as a stream of events, in drips, or be broken off.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from answer_coach.engines.probing import ENFORCED, SAID

PIECE = 24
"""Characters of a reply's text in one event of its stream."""


@dataclass
class Seen:
    """One request as it arrived, and the status that it got."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    method: str = "POST"
    at: float = field(default_factory=time.monotonic)
    status: int = 0
    """0 for a connection that was reset."""
    streamed: bool = False
    """Whether the reply was a stream."""


@dataclass
class Endpoint:
    """Where the server listens and what it got."""

    base_url: str
    requests: list[Seen] = field(default_factory=list)
    probes: list[Seen] = field(default_factory=list)
    listings: list[Seen] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)
    """What went wrong in the test's own code while it replied."""


@dataclass
class Reply:
    """What the server sends: a status, a body (a dict becomes JSON), headers, after a pause.

    With `drip` the body comes in pieces of `piece` bytes, so many seconds apart.  With `broken` only so many bytes of
    it come, and then the connection is reset; -1 resets it before the status.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    drip: float = 0.0
    piece: int = 1
    broken: int | None = None

    @property
    def data(self) -> bytes:
        """The body as it goes over the wire."""
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


def completion(content: str | None, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """A chat completion with this content."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "logprobs": None,
                "message": {"role": "assistant", "content": content, "refusal": None, **message},
            }
        ],
        "usage": {
            "prompt_tokens": 3000,
            "completion_tokens": 50,
            "total_tokens": 3050,
            "prompt_tokens_details": {"cached_tokens": 64},
        },
    }


def streamed(whole: dict[str, Any], usage: bool = True) -> Reply:
    """A completion as a stream of events: the role, the text in pieces, the finish reason, the usage, the end."""
    events = [*_pieces(whole)]
    if usage and whole.get("usage"):
        events.append({**_chunk(whole, []), "usage": whole["usage"]})
    return stream_of(*events, "[DONE]")


def stream_of(*events: dict[str, Any] | str) -> Reply:
    """Events, as server-sent events; a text goes out as it is."""
    lines = [f"data: {e if isinstance(e, str) else json.dumps(e)}\n\n" for e in events]
    return Reply(body="".join(lines), headers={"content-type": "text/event-stream"})


def _pieces(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    choice = whole["choices"][0]
    message = dict(choice["message"])
    text, calls = message.pop("content", None), message.pop("tool_calls", None)
    yield _chunk(whole, [{"index": 0, "delta": {**message, "content": ""}, "finish_reason": None}])
    for at in range(0, len(text or ""), PIECE):
        yield _chunk(whole, [{"index": 0, "delta": {"content": text[at : at + PIECE]}, "finish_reason": None}])
    for number, call in enumerate(calls or ()):
        said = call["function"]["arguments"]
        opening = {**call, "index": number, "function": {**call["function"], "arguments": ""}}
        yield _chunk(whole, [{"index": 0, "delta": {"tool_calls": [opening]}, "finish_reason": None}])
        for at in range(0, len(said), PIECE):
            more = {"index": number, "function": {"arguments": said[at : at + PIECE]}}
            yield _chunk(whole, [{"index": 0, "delta": {"tool_calls": [more]}, "finish_reason": None}])
    yield _chunk(whole, [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}])


def _chunk(whole: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    head = {name: whole.get(name) for name in ("id", "created", "model")}
    return {**head, "object": "chat.completion.chunk", "choices": choices}


def is_probe(seen: Seen) -> bool:
    """Whether a request asks the endpoint whether it keeps to a schema."""
    messages = seen.body.get("messages", [])
    return bool(messages) and messages[0]["content"] == SAID


class Broken(Exception):
    """The connection was reset on purpose."""


class Handler(BaseHTTPRequestHandler):
    """One connection: notes each request and replies as the test says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def handle(self) -> None:
        """All requests of a connection; a client that has gone away is no fault of the server."""
        with suppress(ConnectionError, Broken):
            super().handle()

    def do_POST(self) -> None:
        """A request for a completion."""
        self._serve()

    def do_GET(self) -> None:
        """A request for the list of models."""
        self._serve()

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {k.lower(): v for k, v in self.headers.items()}
        seen = Seen(self.path, headers, json.loads(raw or b"{}"), self.command)
        self._send(self.server.reply_to(seen))  # type: ignore[attr-defined]

    def _send(self, reply: Reply) -> None:
        time.sleep(reply.pause)
        if reply.broken == -1:
            self._reset()
        data = reply.data
        self.send_response(reply.status)
        headers = {"content-type": "application/json", "content-length": str(len(data)), **reply.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.broken is not None:
            self.wfile.write(data[: reply.broken])
            self._reset()
        step = reply.piece if reply.drip else max(1, len(data))
        for at in range(0, len(data), step):
            self.wfile.write(data[at : at + step])
            self.wfile.flush()
            time.sleep(reply.drip)

    def _reset(self) -> None:
        """Close the connection at once, without the usual farewell."""
        time.sleep(0.02)  # so that what has been written is read before
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise Broken


class Server(ThreadingHTTPServer):
    """A server that takes what it replies from a test."""

    daemon_threads = True
    request_queue_size = 128
    endpoint: Endpoint
    answer: Callable[[Seen], Reply]
    enforcing: bool
    models: Reply

    def reply_to(self, seen: Seen) -> Reply:
        """Note a request and find its reply."""
        if seen.method == "GET":
            self.endpoint.listings.append(seen)
            return self.models
        probed = self.enforcing and is_probe(seen)
        (self.endpoint.probes if probed else self.endpoint.requests).append(seen)
        reply = Reply(body=completion(json.dumps(ENFORCED))) if probed else self.answer(seen)
        seen.status = reply.status if reply.broken is None else 0
        seen.streamed = "event-stream" in reply.headers.get("content-type", "")
        return reply

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep it: a fault of the server's script must not look like one of the endpoint's."""
        if fault := sys.exception():
            self.endpoint.faults.append(fault)


@contextmanager
def serving(answer: Callable[[Seen], Reply], enforcing: bool = True, models: Reply | None = None) -> Iterator[Endpoint]:
    """Serve on a free loopback port until the block ends.

    An `enforcing` server keeps to the schema of a probe by itself, and notes it apart; else the test answers it.
    `models` is what it lists; None for a server that has no such list.
    """
    server = Server(("127.0.0.1", 0), Handler)
    server.answer, server.enforcing, server.models = answer, enforcing, models or Reply(404, {})
    server.endpoint = endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    if endpoint.faults:
        raise endpoint.faults[0]
