"""A chat model as a judge: the chain, the reply mode that its endpoint takes, and the connections that it needs."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from answer_coach import errors
from answer_coach.chain import Holds, Lists, TakesModes, asay, build_chain, say, untraced
from answer_coach.engines import probing
from answer_coach.engines.faults import longer
from answer_coach.engines.interface import Endpoint
from answer_coach.engines.memory import Known, Memory
from answer_coach.feedback import GradedBy
from answer_coach.modes import STRICT, TEXT, ReplyMode, below
from answer_coach.parse import ReplyFault
from answer_coach.request import REPLY_TOKENS, Message
from answer_coach.steps import Job, Outcome, render_job

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

PROBE = (Message(role="user", content=probing.SAID),)
VAGUE = errors.RequestRefused.code
"""A refusal for no reason that is known."""
FORMLESS = frozenset(("empty", "not_json", "off_schema", "untagged", "conflicting"))


class ModelJudge:
    """A chat model as a judge.

    `endpoint` is None for a chat model that was handed in from Python; such a model gets the schema in the prompt and
    in no field of its own.  How an endpoint takes the form of a reply stands in its provider's row, or in the memory,
    or is asked once.
    """

    languages: tuple[str, ...] | None = None
    margin: int | None = None
    limited = True

    def __init__(self, model: BaseChatModel, endpoint: Endpoint | None = None, memory: Memory | None = None):
        self._model, self._endpoint, self._memory = model, endpoint, memory or Memory()
        self._chain = build_chain(model)
        self._quiet = nullcontext if isinstance(model, TakesModes) else untraced  # our own goes past what is traced
        self._open: Counter[object] = Counter()
        self._mode: ReplyMode | None = None if endpoint else TEXT
        self._probed: str | None = None
        self._by: GradedBy | None = None
        self._lock, self._counting = threading.Lock(), threading.Lock()
        self._locks: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = weakref.WeakKeyDictionary()

    @property
    def graded_by(self) -> GradedBy:
        """Model and host as the endpoint was named; for a model handed in, what it calls itself."""
        if self._by is None or self._by.reply_mode != self._mode:
            self._by = self._told()
        return self._by

    def _told(self) -> GradedBy:
        named = getattr(self._model, "model_name", None) or getattr(self._model, "model", None) or self._model._llm_type
        at = self._endpoint
        return GradedBy(
            engine="model",
            model=at.model if at else str(named),
            host=at.host if at else None,
            base_url_sha256=at.base_url_sha256 if at else None,
            prompt=None,
            passes=1,
            reply_mode=self._mode,
        )

    @property
    def provider(self) -> str | None:
        """The name of the endpoint's row in the table of providers."""
        return self._endpoint.provider if self._endpoint else None

    @property
    def probed(self) -> str | None:
        """What came of asking the endpoint: enforced, ignored, refused or failed; None where nobody asked."""
        return self._probed

    @property
    def refused(self) -> tuple[str, ...]:
        """Fields that the endpoint does not take."""
        return tuple(getattr(self._model, "refused", ()))

    def offered(self) -> list[dict[str, Any]]:
        """The models that the endpoint lists; CoachError where it lists none."""
        if not isinstance(self._model, Lists):
            return []
        with self.session():
            return self._model.models()

    def learn_context(self, tokens: int) -> None:
        """Remember the context length that the endpoint tells."""
        if self._endpoint:
            known = self._memory.recall(self._endpoint)
            self._memory.keep(self._endpoint, known.model_copy(update={"context_tokens": tokens}))

    def judge(self, job: Job) -> Outcome:
        """Grade one job; CoachError where that can't be done."""
        with self.session(), self._quiet():
            mode = self.settle()
            while True:
                try:
                    return self._done(self._chain.invoke(self._ready(job, mode)))
                except (errors.RequestRefused, errors.UnusableReply) as fault:
                    mode = self._next(mode, fault)

    async def ajudge(self, job: Job) -> Outcome:
        """Grade one job in the running event loop."""
        async with self.asession():
            with self._quiet():
                mode = await self.asettle()
                while True:
                    try:
                        return self._done(await self._chain.ainvoke(self._ready(job, mode)))
                    except (errors.RequestRefused, errors.UnusableReply) as fault:
                        mode = self._next(mode, fault)

    def tell(self, messages: Sequence[Message]) -> str:
        """A text for a conversation; UnusableReply where it was refused or cut."""
        with self.session(), untraced():
            said = say(self._model, messages, **({"mode": TEXT} if self._endpoint else {}))
        for code, wrong in (("refused", said.refusal), ("cut", said.finish_reason == "length")):
            if wrong:
                raise ReplyFault(code=code).error()
        return said.text

    def settle(self) -> ReplyMode:
        """The reply mode, found out by asking where nobody knows it: one request, once."""
        with self._lock:
            if self._mode is None and not self._recalled():
                try:
                    with untraced():
                        said = say(self._model, PROBE, mode=TEXT, response_format=probing.FORMAT)
                    self._conclude(probing.enforces(said.text))
                except (errors.RequestRefused, errors.EndpointFault) as fault:
                    self._unprobed(fault)
            return self._mode or probing.IGNORED

    async def asettle(self) -> ReplyMode:
        """`settle`, in the running event loop."""
        async with self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if self._mode is None and not self._recalled():
                try:
                    with untraced():
                        said = await asay(self._model, PROBE, mode=TEXT, response_format=probing.FORMAT)
                    self._conclude(probing.enforces(said.text))
                except (errors.RequestRefused, errors.EndpointFault) as fault:
                    self._unprobed(fault)
            return self._mode or probing.IGNORED

    def _recalled(self) -> bool:
        """Whether the mode is known without asking: from the provider's row, or from an earlier time."""
        assert self._endpoint is not None  # noqa: S101  a model that was handed in has its mode from the start
        known = self._memory.recall(self._endpoint)
        if isinstance(self._model, TakesModes) and known.refused:
            self._model.refused = known.refused
        self._mode = self._endpoint.mode or known.mode or (self._endpoint.modes[0] if self._endpoint.modes else None)
        return self._mode is not None

    def _conclude(self, enforced: bool) -> None:
        """What the probe's reply tells; where the field `strict` was refused, the schema goes into the prompt too."""
        loose = "strict" in getattr(self._model, "refused", ())
        held: ReplyMode = "json_schema_in_prompt" if loose else STRICT
        self._mode, self._probed = (held, "enforced") if enforced else (probing.IGNORED, "ignored")
        self._remember()

    def _unprobed(self, fault: errors.CoachError) -> None:
        """The endpoint takes no schema, or fails on one: the next rung; only a refusal is remembered."""
        refused = isinstance(fault, errors.ModeRefused)
        if not refused and not isinstance(fault, errors.EndpointFault) and fault.code != VAGUE:
            raise fault
        self._mode, self._probed = probing.IGNORED, "refused" if refused else "failed"
        if refused:
            self._remember()

    def _ready(self, job: Job, mode: ReplyMode) -> Job:
        """The job in this mode; the error where it can't fit the model's context."""
        ready = job.model_copy(update={"mode": mode})
        at = self._endpoint
        room = (at.context_tokens or self._memory.recall(at).context_tokens) if at else None
        if at and room:
            size = render_job(ready).request.estimated_tokens
            if size + REPLY_TOKENS > room:
                fault = f"The prompt takes about {size} tokens and its reply {REPLY_TOKENS}; {at.host} has {room}"
                raise errors.RequestRefused(fault, hint=f"Nothing was sent. {longer(at)}", code="prompt_too_long")
        return ready

    def _next(self, mode: ReplyMode, fault: errors.RequestRefused | errors.UnusableReply) -> ReplyMode:
        """The next way to ask for a form, after a fault; the fault where another way would not help.

        A schema that was kept to in the probe, but not for this answer, stands in the prompt from now on.
        """
        if isinstance(fault, errors.UnusableReply):
            if fault.code in FORMLESS and mode == STRICT and self._promised:
                return probing.IGNORED
            raise self._doubted(mode, fault) from None
        if isinstance(fault, errors.ModeRefused) or (self._probed == "failed" and fault.code == VAGUE):
            return self._step_down(mode, fault)
        raise fault

    def _step_down(self, mode: ReplyMode, refused: errors.RequestRefused) -> ReplyMode:
        """The next rung; where another answer has stepped down already, the one that it found."""
        if self._mode == mode:
            lower = below(mode)
            if lower is None:
                raise refused
            self._mode = lower
        return self._mode or TEXT

    @property
    def _promised(self) -> bool:
        """Whether the mode was found out, and not set by a person or by the provider's row."""
        return bool(self._endpoint and not self._endpoint.mode and not self._endpoint.modes)

    def _done(self, outcome: Outcome) -> Outcome:
        """The outcome; how its form was asked for is how it will be asked for."""
        if self._endpoint:
            if self._mode == STRICT and outcome.mode:
                self._mode = outcome.mode
            self._remember()
        return outcome

    def _remember(self) -> None:
        """Keep what was found out, where that is more than the provider's row says."""
        at = self._endpoint
        refused = getattr(self._model, "refused", ())
        told = bool(at and at.modes and self._mode == at.modes[0] and not refused)
        if at is None or at.mode or told or self._probed == "failed":
            return
        known = self._memory.recall(at)
        if (known.mode, known.refused) != (self._mode, refused):
            learned = Known(mode=self._mode, refused=refused, context_tokens=known.context_tokens)
            self._memory.keep(at, learned)

    def _doubted(self, mode: ReplyMode, unusable: errors.UnusableReply) -> errors.UnusableReply:
        """The error to raise; a reply out of form makes that the mode is asked for anew the next time."""
        at = self._endpoint
        if at and unusable.code in FORMLESS and not at.modes:
            known = self._memory.recall(at)
            if known.mode == mode:
                self._memory.keep(at, known.model_copy(update={"mode": None}))
        if at and unusable.code == "prompt_cut":
            return errors.UnusableReply(unusable.message, hint=longer(at), code=unusable.code, took=unusable.took)
        return unusable

    @contextmanager
    def session(self) -> Iterator[None]:
        """Hold the connection; the last one to leave closes it."""
        with self._counting:
            self._open[None] += 1
        try:
            yield
        finally:
            with self._counting:
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
