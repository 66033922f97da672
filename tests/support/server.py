"""A loopback endpoint for protocol behaviour: replies from a script, keeps what it was sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from answer_coach.engines.probing import ENFORCED, SAID


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Endpoint:
    """Where the server listens and what it got."""

    base_url: str
    requests: list[Seen] = field(default_factory=list)
    probes: list[Seen] = field(default_factory=list)


@dataclass
class Reply:
    """What the server sends: a status, a body (a dict becomes JSON), headers, after a pause."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0


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


def is_probe(seen: Seen) -> bool:
    """Whether a request asks the endpoint whether it keeps to a schema."""
    messages = seen.body.get("messages", [])
    return bool(messages) and messages[0]["content"] == SAID


@contextmanager
def serving(answer: Callable[[Seen], Reply], enforcing: bool = True) -> Iterator[Endpoint]:
    """Serve chat completions on a free loopback port until the block ends.

    An `enforcing` server keeps to the schema of a probe by itself, and notes it apart; else the test answers it.
    """
    endpoint = Endpoint("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            """One request: note it, and reply as the test says."""
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            seen = Seen(self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(raw or b"{}"))
            probed = enforcing and is_probe(seen)
            (endpoint.probes if probed else endpoint.requests).append(seen)
            reply = Reply(body=completion(json.dumps(ENFORCED))) if probed else answer(seen)
            time.sleep(reply.pause)
            data = reply.body.encode() if isinstance(reply.body, str) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
