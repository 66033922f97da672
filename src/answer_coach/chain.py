"""The grading chain: `render | model | parse | verify | score`, one definition for sync, async and batch.

The steps are plain functions over a `Turn`; this module only pipes them, and is the door to langchain-core together
with engines/compatible.py.  A reply that can't be used, or that quotes what is not in the draft, gets one repair turn.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar, runtime_checkable

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable, RunnableConfig
from langsmith.run_helpers import tracing_context

from answer_coach.answer import Word
from answer_coach.engines.completions import finish_of
from answer_coach.errors import CoachError, EngineError
from answer_coach.modes import ReplyMode
from answer_coach.request import Completion, JudgeRequest, Message, Tokens
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


@runtime_checkable
class TakesModes(Protocol):
    """A model that asks for the form of a reply in one mode or another, and gives it more room when told."""

    refused: tuple[str, ...]

    def ask(self, request: JudgeRequest, mode: ReplyMode, roomier: bool) -> Completion: ...

    async def aask(self, request: JudgeRequest, mode: ReplyMode, roomier: bool) -> Completion: ...


@runtime_checkable
class Lists(Protocol):
    """A model whose endpoint lists what it offers."""

    def models(self) -> list[dict[str, Any]]: ...


class Asked(Word):
    """A turn together with what the model said to it."""

    turn: Turn
    completion: Completion


def build_chain(model: BaseChatModel) -> Runnable[Job, Outcome]:
    """The chain for one chat model.

    Another model than our own is known only as a langchain-core chat model.  The chain raises CoachError where an
    answer can't be graded.
    """
    ask = Ask(model)
    render, parse, verify = Step(render_job), Step(_parse), Step(judge)
    again = Again(Step(repair_request) | ask | parse | verify)
    chain: Runnable[Job, Outcome] = render | ask | parse | verify | again | Step(score)
    return chain


class Part(Runnable[In, Out]):
    """A part of the chain: `|` puts the next one behind it.

    The parts call each other as they are.  Langchain's own sequence makes a task, a context and callbacks for each
    step, which takes longer than the steps; put behind or before another Runnable, a part is like any other.
    """

    def __or__(self, other: Any) -> Any:
        return Row(self, other) if isinstance(other, Part) else super().__or__(other)


class Row(Part[In, Out]):
    """Two parts, one behind the other."""

    def __init__(self, first: Part[In, Any], then: Part[Any, Out]):
        self.first, self.then = first, then

    def invoke(self, input: In, config: RunnableConfig | None = None, **_: Any) -> Out:
        return self.then.invoke(self.first.invoke(input, config), config)

    async def ainvoke(self, input: In, config: RunnableConfig | None = None, **_: Any) -> Out:
        return await self.then.ainvoke(await self.first.ainvoke(input, config), config)


class Step(Part[In, Out]):
    """A plain function as a part of the chain; it needs no thread in the async way."""

    def __init__(self, function: Callable[[In], Out]):
        self.function, self.name = function, function.__name__

    def invoke(self, input: In, config: RunnableConfig | None = None, **_: Any) -> Out:
        return self.function(input)

    async def ainvoke(self, input: In, config: RunnableConfig | None = None, **_: Any) -> Out:
        return self.function(input)


class Again(Part[Turn, Turn]):
    """The repair turn, where it can help."""

    name = "again"

    def __init__(self, repair: Runnable[Turn, Turn]):
        self.repair = repair

    def invoke(self, input: Turn, config: RunnableConfig | None = None, **_: Any) -> Turn:
        return self.repair.invoke(input, config) if wants_repair(input) else input

    async def ainvoke(self, input: Turn, config: RunnableConfig | None = None, **_: Any) -> Turn:
        return await self.repair.ainvoke(input, config) if wants_repair(input) else input


class Ask(Part[Turn, Asked]):
    """The model as a part of the chain: a turn goes in, the turn and what the model said come out.

    Our own model is told the reply mode and the room.  Another one raises what it likes, and may put the draft into
    it: only the kind is passed on.
    """

    name = "model"

    def __init__(self, model: BaseChatModel):
        self.model, self.own = model, model if isinstance(model, TakesModes) else None

    def invoke(self, input: Turn, config: RunnableConfig | None = None, **_: Any) -> Asked:
        if self.own:
            return Asked(turn=input, completion=self.own.ask(input.request, input.job.mode, input.roomier))
        try:
            return Asked(turn=input, completion=completion_of(self.model.invoke(to_messages(input.request), config)))
        except CoachError:
            raise
        except Exception as fault:
            raise _failed(fault) from None

    async def ainvoke(self, input: Turn, config: RunnableConfig | None = None, **_: Any) -> Asked:
        if self.own:
            return Asked(turn=input, completion=await self.own.aask(input.request, input.job.mode, input.roomier))
        try:
            message = await self.model.ainvoke(to_messages(input.request), config)
            return Asked(turn=input, completion=completion_of(message))
        except CoachError:
            raise
        except Exception as fault:
            raise _failed(fault) from None


def _failed(fault: Exception) -> EngineError:
    return EngineError(f"The model raised {type(fault).__name__}", hint="See how it was set up.")


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
        finish_reason=finish_of(finish),
        refusal="refused" if metadata.get("refusal") or message.additional_kwargs.get("refusal") else None,
        tokens=_tokens(message),
    )


def say(model: BaseChatModel, messages: Sequence[Message], **told: Any) -> Completion:
    """A conversation with a model, outside the chain."""
    return completion_of(model.invoke([_message(m) for m in messages], **told))


async def asay(model: BaseChatModel, messages: Sequence[Message], **told: Any) -> Completion:
    """`say`, in the running event loop."""
    return completion_of(await model.ainvoke([_message(m) for m in messages], **told))


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
