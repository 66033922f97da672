"""A langchain-core chat model over the openai client, for any OpenAI-compatible endpoint.

Thin on purpose: it sends messages to chat completions in one of the reply modes, and hands back the raw text, finish
reason, refusal and usage.  What it got is judged elsewhere.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from answer_coach import errors
from answer_coach.engines.client import async_client_of, call_options, client_of, posted, troubled_by
from answer_coach.engines.completions import Gathered, Incoming, completion_of, metadata_of
from answer_coach.engines.faults import Trouble, error_of
from answer_coach.engines.interface import Endpoint
from answer_coach.engines.requests import Body, as_sent
from answer_coach.engines.retrying import Troubled, atrying, trying
from answer_coach.engines.traffic import Going, Traffic
from answer_coach.modes import STRICT, ReplyMode
from answer_coach.request import Completion, JudgeRequest

ROLES = {"system": "system", "human": "user", "ai": "assistant"}
Watch = Callable[[str], None]


class CompatibleChat(BaseChatModel):
    """Chat completions at one endpoint.

    One client for the calling thread's side and one for each event loop, made at the first call; close them with
    `close` and `aclose`.  A client that is dropped without that can hang another one's calls.  With `watch` the reply
    is streamed, and `watch` is called with what there is of it so far.
    """

    endpoint: Endpoint
    refused: tuple[str, ...] = ()
    """Fields that the endpoint is known not to take; what it refuses later is added."""

    _watch: Watch | None = PrivateAttr(default=None)
    _traffic: Traffic | None = PrivateAttr(default=None)
    _client: openai.OpenAI | None = PrivateAttr(default=None)
    _making: Any = PrivateAttr(default_factory=threading.Lock)
    _clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = PrivateAttr(
        default_factory=weakref.WeakKeyDictionary
    )

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    def in_traffic(self, traffic: Traffic | None) -> CompatibleChat:
        """The same model, whose requests share replies, pace and count with others."""
        self._traffic = traffic
        return self

    def watched_by(self, watch: Watch | None) -> CompatibleChat:
        """The same model, with its replies streamed to `watch`."""
        self._watch = watch
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        mode: ReplyMode = STRICT,
        roomier: bool = False,
        **kwargs: Any,
    ) -> ChatResult:
        return _result(self._got(self._body(_sent(messages), mode, roomier, kwargs)))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        *,
        mode: ReplyMode = STRICT,
        roomier: bool = False,
        **kwargs: Any,
    ) -> ChatResult:
        return _result(await self._agot(self._body(_sent(messages), mode, roomier, kwargs)))

    def ask(self, request: JudgeRequest, mode: ReplyMode, roomier: bool) -> Completion:
        """A grading: the same as `invoke`, without the callbacks around it, which take longer than all else here."""
        return completion_of(self._got(self._body(_said(request), mode, roomier, {})))

    async def aask(self, request: JudgeRequest, mode: ReplyMode, roomier: bool) -> Completion:
        """`ask`, in the running event loop."""
        return completion_of(await self._agot(self._body(_said(request), mode, roomier, {})))

    def _got(self, body: Body) -> Gathered:
        while True:
            try:
                return trying(partial(self._send, body.fields), self.endpoint)
            except Troubled as fault:
                if fault.trouble.written is not None:
                    return Gathered.saying(fault.trouble.written)
                body = self._mended(body, fault.trouble)

    async def _agot(self, body: Body) -> Gathered:
        while True:
            try:
                send = partial(atrying, partial(self._asend, body.fields), self.endpoint)
                return await (self._traffic.once(self.endpoint, body.fields, send) if self._traffic else send())
            except Troubled as fault:
                if fault.trouble.written is not None:
                    return Gathered.saying(fault.trouble.written)
                body = self._mended(body, fault.trouble)

    def _body(self, sent: Sequence[Mapping[str, Any]], mode: ReplyMode, roomier: bool, extra: dict[str, Any]) -> Body:
        return Body.of(self.endpoint, sent, mode, roomier, self._watch is not None, self.refused, extra)

    def _mended(self, body: Body, trouble: Trouble) -> Body:
        """The request without what the server refuses; the error where it refuses nothing that could be left out."""
        mended = body.without(trouble)
        if mended is None:
            if body.refuses_form(trouble):
                raise errors.ModeRefused(f"{self.endpoint.host} does not take this form of reply") from None
            raise error_of(trouble, self.endpoint) from None
        self.refused = tuple(dict.fromkeys((*self.refused, *mended.refused)))
        return mended

    def _held(self) -> openai.OpenAI:
        """The client of the synchronous calls: one, however many threads ask for it."""
        with self._making:
            if self._client is None:
                self._client = client_of(self.endpoint)
            return self._client

    def _send(self, fields: dict[str, Any], end: float) -> Gathered:
        client = self._held()
        try:
            with closing(client.post(**posted(self.endpoint, as_sent(fields), end))) as raw:
                coming = Incoming(_streams(raw))
                for part in raw.iter_bytes():
                    self._take(coming, part, end)
                return coming.whole()
        except Exception as fault:
            raise troubled_by(fault, end) from None

    async def _asend(self, fields: dict[str, Any], end: float) -> Gathered:
        if self._traffic is None:
            return await self._exchange(fields, end, Going(None, 0.0))
        before = time.monotonic()
        async with self._traffic.going(fields) as going:  # waiting for its turn is not the endpoint's time
            queued = time.monotonic() - before
            try:
                return await self._exchange(fields, end + queued, going)
            except Troubled as fault:
                fault.queued = queued
                raise

    async def _exchange(self, fields: dict[str, Any], end: float, going: Going) -> Gathered:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = async_client_of(self.endpoint)
        try:
            raw = await self._clients[loop].post(**posted(self.endpoint, as_sent(fields), end))
            try:
                going.heard(raw.headers)
                coming = Incoming(_streams(raw))
                async for part in raw.iter_bytes():
                    self._take(coming, part, end)
                return coming.whole()
            finally:
                await raw.close()
        except Exception as fault:
            troubled = troubled_by(fault, end)
            troubled.paced = going.hit(troubled.trouble)
            raise troubled from None

    def _take(self, coming: Incoming, part: bytes, end: float) -> None:
        """Some more bytes of a reply; what keeps no end, even with signs of life, ends at the deadline."""
        if coming.take(part) and self._watch:
            self._watch(coming.text)
        if time.monotonic() > end:
            raise Troubled(Trouble("deadline"))

    def models(self) -> list[dict[str, Any]]:
        """The models that the endpoint offers, as it tells them."""
        client = self._held()

        def ask(end: float) -> list[dict[str, Any]]:
            try:
                listed = client.models.with_raw_response.list(**call_options(self.endpoint, end))
                data = json.loads(listed.content)
            except Exception as fault:
                raise troubled_by(fault, end) from None
            rows = data.get("data", data.get("models")) if isinstance(data, dict) else data
            if not isinstance(rows, list):
                raise Troubled(Trouble("not_a_completion"))
            return [row for row in rows if isinstance(row, dict)]

        try:
            return trying(ask, self.endpoint)
        except Troubled as fault:
            raise error_of(fault.trouble, self.endpoint) from None

    def close(self) -> None:
        """Close the client of the synchronous calls."""
        with self._making:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the client of the running event loop."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()


def _streams(raw: Any) -> bool:
    return "text/event-stream" in str(raw.headers.get("content-type", ""))


def _sent(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    """Langchain's messages as they go over the wire."""
    return [{"role": ROLES[m.type], "content": m.content} for m in messages]


def _said(request: JudgeRequest) -> list[dict[str, Any]]:
    return [{"role": m.role, "content": m.content} for m in request.messages]


def _result(got: Gathered) -> ChatResult:
    message = AIMessage(content=got.text, response_metadata=metadata_of(got))
    return ChatResult(generations=[ChatGeneration(message=message)])
