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
from langchain_core.runnables import Runnable, RunnableBranch, RunnableConfig, RunnableLambda, RunnablePassthrough
from langsmith.run_helpers import tracing_context

from answer_coach.answer import Word
from answer_coach.errors import CoachError, EngineError
from answer_coach.request import Completion, JudgeRequest, Message, Tokens
from answer_coach.steps import Job, Outcome, Turn, judge, read, render_job, repair_request, score, wants_repair

In = TypeVar("In")
Out = TypeVar("Out")
MESSAGES: dict[str, Callable[..., BaseMessage]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}
CUT = ("length", "max_tokens", "model_length")
"""What endpoints call it that a reply was cut for its length."""

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

    Our own model is told the reply mode and the room with every call; another one is known only as a langchain-core
    chat model.  The chain raises CoachError where an answer can't be graded.
    """
    ask = _asking(model, own=isinstance(model, TakesModes))
    render, parse, verify = _step(render_job), _step(_parse), _step(judge)
    repair = _step(repair_request) | ask | parse | verify
    again: Runnable[Turn, Turn] = RunnableBranch((_step(wants_repair), repair), RunnablePassthrough())
    return render | ask | parse | verify | again | _step(score)


def _asking(called: BaseChatModel, own: bool) -> Runnable[Turn, Asked]:
    """The model as a step of the chain: a turn goes in, the turn and what the model said come out.

    Another model than ours raises what it likes, and may put the draft into it: only the kind is passed on.
    """

    def failed(fault: Exception) -> EngineError:
        return EngineError(f"The model raised {type(fault).__name__}", hint="See how it was set up.")

    def told(turn: Turn) -> dict[str, Any]:
        return {"mode": turn.job.mode, "roomier": turn.roomier} if own else {}

    def ask(turn: Turn, config: RunnableConfig) -> Asked:
        try:
            message = called.invoke(to_messages(turn.request), config, **told(turn))
            return Asked(turn=turn, completion=completion_of(message))
        except Exception as fault:
            if own or isinstance(fault, CoachError):
                raise
            raise failed(fault) from None

    async def aask(turn: Turn, config: RunnableConfig) -> Asked:
        try:
            message = await called.ainvoke(to_messages(turn.request), config, **told(turn))
            return Asked(turn=turn, completion=completion_of(message))
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
        finish_reason="length" if str(finish).casefold() in CUT else str(finish) if finish else None,
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
