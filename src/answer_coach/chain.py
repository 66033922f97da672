"""The grading chain: `render | model | parse | verify | score`, one definition for sync, async and batch.

The steps are plain functions over a `Turn`; this module only pipes them, and is the door to langchain-core together
with engines/compatible.py.  A reply that can't be used, or that quotes what is not in the draft, gets one repair turn.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol, TypeVar, runtime_checkable

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable, RunnableBranch, RunnableConfig, RunnableLambda, RunnablePassthrough
from langsmith.run_helpers import tracing_context

from answer_coach.answer import Word
from answer_coach.engines.interface import Endpoint
from answer_coach.errors import CoachError, EngineError
from answer_coach.feedback import GradedBy
from answer_coach.request import RESPONSE_FORMAT, Completion, JudgeRequest, Message, Tokens
from answer_coach.steps import Job, Outcome, Turn, judge, read, render_job, repair_request, score, wants_repair

In = TypeVar("In")
Out = TypeVar("Out")
MESSAGES: dict[str, Callable[..., BaseMessage]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}

# langchain-core refuses to work at all while one of these, long retired, stands in the shell.
for _retired in ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER"):
    os.environ.pop(_retired, None)


@runtime_checkable
class Holds(Protocol):
    """A model that holds connections, and gives them up when told."""

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


class Asked(Word):
    """A turn together with what the model said to it."""

    turn: Turn
    completion: Completion


def build_chain(model: BaseChatModel, response_format: dict[str, Any] | None) -> Runnable[Job, Outcome]:
    """The chain for one chat model.

    `response_format` goes with every call where the model takes one; None for a model that is known only as a
    langchain-core chat model.  The chain raises CoachError where an answer can't be graded.
    """
    ask = _asking(model.bind(response_format=response_format) if response_format else model, own=bool(response_format))
    render, parse, verify = _step(render_job), _step(_parse), _step(judge)
    repair = _step(repair_request) | ask | parse | verify
    again: Runnable[Turn, Turn] = RunnableBranch((_step(wants_repair), repair), RunnablePassthrough())
    return render | ask | parse | verify | again | _step(score)


def _asking(called: Runnable[Any, Any], own: bool) -> Runnable[Turn, Asked]:
    """The model as a step of the chain: a turn goes in, the turn and what the model said come out.

    Another model than ours raises what it likes, and may put the draft into it: only the kind is passed on.
    """

    def failed(fault: Exception) -> EngineError:
        return EngineError(f"The model raised {type(fault).__name__}", hint="See how it was set up.")

    def ask(turn: Turn, config: RunnableConfig) -> Asked:
        try:
            return Asked(turn=turn, completion=completion_of(called.invoke(to_messages(turn.request), config)))
        except Exception as fault:
            if own or isinstance(fault, CoachError):
                raise
            raise failed(fault) from None

    async def aask(turn: Turn, config: RunnableConfig) -> Asked:
        try:
            return Asked(turn=turn, completion=completion_of(await called.ainvoke(to_messages(turn.request), config)))
        except Exception as fault:
            if own or isinstance(fault, CoachError):
                raise
            raise failed(fault) from None

    return RunnableLambda(ask, afunc=aask, name="model")


def _step(function: Callable[[In], Out]) -> Runnable[In, Out]:
    """A plain function as a step that needs no thread in the async way."""

    async def in_loop(value: In) -> Out:
        return function(value)

    return RunnableLambda(function, afunc=in_loop, name=function.__name__)


def to_messages(request: JudgeRequest) -> list[BaseMessage]:
    """A request in langchain's words."""
    return [_message(m) for m in request.messages]


def _message(message: Message) -> BaseMessage:
    return MESSAGES[message.role](content=message.content)


def _parse(asked: Asked) -> Turn:
    return read(asked.turn, asked.completion)


def completion_of(message: AIMessage) -> Completion:
    """A chat model's message as a completion: any langchain-core model's, where it tells, its finish reason too."""
    metadata = message.response_metadata
    finish = metadata.get("finish_reason") or metadata.get("stop_reason")
    return Completion(
        text=str(message.text),
        finish_reason="length" if finish in ("length", "max_tokens") else str(finish) if finish else None,
        refusal="refused" if metadata.get("refusal") or message.additional_kwargs.get("refusal") else None,
        tokens=_tokens(message),
    )


def _tokens(message: AIMessage) -> Tokens:
    """What our own model says of the endpoint's usage, else what langchain-core's convention says."""
    if own := message.response_metadata.get("tokens"):
        return Tokens.model_validate(own)
    used = message.usage_metadata
    if not used:
        return Tokens()
    cached = used.get("input_token_details", {}).get("cache_read")
    return Tokens(input_tokens=used["input_tokens"], output_tokens=used["output_tokens"], cached_tokens=cached)


@contextmanager
def untraced() -> Iterator[None]:
    """Run a chain while LangSmith's variables in the shell change nothing."""
    with tracing_context(enabled=False):
        yield


class ModelJudge:
    """A chat model as a judge: the chain, and the connections that it needs.

    `endpoint` is None for a chat model that was handed in from Python; such a model gets the schema in no field of its
    own, only the words of the prompt.
    """

    languages: tuple[str, ...] | None = None
    margin: int | None = None
    limited = True

    def __init__(self, model: BaseChatModel, endpoint: Endpoint | None = None):
        self._model, self._endpoint = model, endpoint
        self._chain = build_chain(model, RESPONSE_FORMAT if endpoint else None)
        self._open: Counter[object] = Counter()

    @property
    def graded_by(self) -> GradedBy:
        """Model and host as the endpoint was named; for a model handed in, what it calls itself."""
        named = getattr(self._model, "model_name", None) or getattr(self._model, "model", None) or self._model._llm_type
        at = self._endpoint
        return GradedBy(
            engine="model",
            model=at.model if at else str(named),
            host=at.host if at else None,
            base_url_sha256=at.base_url_sha256 if at else None,
            prompt=None,
            passes=1,
            reply_mode="json_schema" if at else "prompt",
        )

    def judge(self, job: Job) -> Outcome:
        """Grade one job; CoachError where that can't be done."""
        with self.session(), untraced():
            return self._chain.invoke(job)

    async def ajudge(self, job: Job) -> Outcome:
        """Grade one job in the running event loop."""
        async with self.asession():
            with untraced():
                return await self._chain.ainvoke(job)

    @contextmanager
    def session(self) -> Iterator[None]:
        """Hold the connection; the last one to leave closes it."""
        self._open[None] += 1
        try:
            yield
        finally:
            self._open[None] -= 1
            if not self._open[None] and isinstance(self._model, Holds):
                self._model.close()

    @asynccontextmanager
    async def asession(self) -> AsyncIterator[None]:
        """Hold the connections of the running event loop; the last one to leave closes them."""
        loop = asyncio.get_running_loop()
        self._open[loop] += 1
        try:
            yield
        finally:
            self._open[loop] -= 1
            if not self._open[loop]:
                del self._open[loop]
                if isinstance(self._model, Holds):
                    await self._model.aclose()
