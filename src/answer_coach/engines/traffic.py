"""What many requests share: replies that were kept, those that are on their way, the pace, and what was used so far."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple, Protocol

from answer_coach.engines.completions import Gathered, tokens_of
from answer_coach.engines.faults import Trouble
from answer_coach.engines.interface import Endpoint
from answer_coach.engines.pacing import Pacer
from answer_coach.engines.replies import request_key
from answer_coach.errors import StoreError
from answer_coach.request import REPLY_TOKENS

BUSY = (429, 503, 529)


class Going(NamedTuple):
    """A request that went out at some time, for those who pace the others."""

    pacer: Pacer | None
    sent: float

    def heard(self, headers: Mapping[str, str]) -> None:
        """A reply came, with what its headers say of the quota."""
        if self.pacer:
            self.pacer.heed(headers)
            self.pacer.went_well(self.sent)

    def hit(self, trouble: Trouble) -> bool:
        """The try failed; whether the endpoint refused it for now, and the pace sees to it when the next one goes."""
        if not self.pacer or trouble.status not in BUSY or trouble.quota:
            return False
        self.pacer.slow_down(self.sent, trouble.retry_after)
        return True


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
        kept = self._kept(key)
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

    def _kept(self, key: bytes) -> dict[str, Any] | None:
        """What was kept; a store that can't be read ends no run, since the reply can be had again."""
        with suppress(StoreError):
            return self._replies.get(key) if self._replies else None
        return None

    def keep(self, key: bytes, got: Gathered) -> None:
        """A reply that came whole is kept for the next time, where the store can still be written (a full disk)."""
        if self._replies and got.text and not got.refused and got.finish in (None, "stop", "tool_calls"):
            with suppress(StoreError):
                self._replies.put(key, got.as_kept())

    @asynccontextmanager
    async def going(self, fields: Mapping[str, Any]) -> AsyncIterator[Going]:
        """Wait until a request may go out, and hold its place until it has ended.  Halted where the run has ended."""
        if self._pacer is None:
            self.requests += 1
            yield Going(None, 0.0)
            return
        async with self._pacer.slot(_tokens(fields)) as sent:
            self.requests += 1
            yield Going(self._pacer, sent)

    def close(self) -> None:
        """Close the store of replies."""
        if self._replies:
            self._replies.close()


def _tokens(fields: Mapping[str, Any]) -> int:
    """Tokens that a request takes, about, with its reply."""
    return sum(len(str(message.get("content", ""))) for message in fields.get("messages", ())) // 4 + REPLY_TOKENS
