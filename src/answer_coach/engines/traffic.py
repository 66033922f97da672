"""What many requests share: replies that were kept, those that are on their way, the pace, and what was used so far."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from answer_coach.engines.completions import Gathered, tokens_of
from answer_coach.engines.faults import Trouble
from answer_coach.engines.interface import Endpoint
from answer_coach.engines.pacing import Pacer
from answer_coach.engines.replies import request_key


class Keeps(Protocol):
    """Where replies are kept by the hash of what was asked: the file of all replies, or a story's own."""

    def get(self, key: bytes) -> dict[str, Any] | None: ...

    def put(self, key: bytes, reply: Mapping[str, Any]) -> None: ...

    def close(self) -> None: ...


class Traffic:
    """Shared by all requests of one run; for one event loop."""

    def __init__(self, pacer: Pacer | None = None, replies: Keeps | None = None):
        self._pacer, self._replies = pacer, replies
        self._coming: dict[bytes, asyncio.Task[Gathered]] = {}
        self.requests = self.input_tokens = self.output_tokens = 0
        self.uncounted = 0
        """Replies whose endpoint did not say what they took."""

    async def once(
        self, endpoint: Endpoint, fields: Mapping[str, Any], send: Callable[[], Awaitable[Gathered]]
    ) -> Gathered:
        """The reply to a request: kept from before, already on its way for somebody else, or sent for now."""
        key = request_key(endpoint.base_url_sha256, fields)
        kept = self._replies.get(key) if self._replies else None
        if kept is not None:
            return Gathered.kept(kept)
        task = self._coming.get(key)
        if task is None:
            task = self._coming[key] = asyncio.ensure_future(self._sent(key, send))
            task.add_done_callback(lambda _: self._coming.pop(key, None))
        return await asyncio.shield(task)

    async def _sent(self, key: bytes, send: Callable[[], Awaitable[Gathered]]) -> Gathered:
        got = await send()
        self.took(got)
        self.keep(key, got)
        return got

    def took(self, got: Gathered) -> None:
        """A reply was paid for: its tokens count."""
        used = tokens_of(got.usage)
        self.input_tokens += used["input_tokens"] or 0
        self.output_tokens += used["output_tokens"] or 0
        self.uncounted += used["input_tokens"] is None or used["output_tokens"] is None

    def keep(self, key: bytes, got: Gathered) -> None:
        """A reply that came whole is kept for the next time."""
        if self._replies and got.text and not got.refused and got.finish in (None, "stop", "tool_calls"):
            self._replies.put(key, got.as_kept())

    def sent(self) -> None:
        """A request goes out."""
        self.requests += 1

    def heard(self, headers: Mapping[str, str]) -> None:
        """A reply came, with what its headers say of the quota."""
        if self._pacer:
            self._pacer.heed(headers)

    def hit(self, trouble: Trouble) -> None:
        """A try failed: slow down where the endpoint asks for it."""
        if self._pacer and trouble.status in (429, 503, 529) and not trouble.quota:
            self._pacer.slow_down(trouble.retry_after)

    def close(self) -> None:
        """Close the store of replies."""
        if self._replies:
            self._replies.close()
