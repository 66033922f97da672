"""What a judge is to the rest of the house, and where a model is found."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from functools import cached_property
from typing import Any, Literal, Protocol

from pydantic import Field, SecretStr

from answer_coach.answer import Word
from answer_coach.feedback import GradedBy
from answer_coach.modes import ReplyMode
from answer_coach.steps import Job, Outcome

TIMEOUT = 180.0
LOCAL = re.compile(r"(?:localhost|127(?:\.\d+){3}|\[::1\]|::1)(?::\d+)?$")


def is_local(host: str) -> bool:
    """Whether a host, with or without its port, is this machine."""
    return LOCAL.match(host) is not None


class Judge(Protocol):
    """Decides the indicators of one answer after another; it never scores."""

    languages: tuple[str, ...] | None
    """The languages that it reads; None for all."""
    margin: int | None
    """The measured error of its levels, plus and minus; None where it is not known."""
    limited: bool
    """Whether what is put to it must fit a model's context."""

    @property
    def graded_by(self) -> GradedBy:
        """What the card says about who judged."""

    def judge(self, job: Job) -> Outcome:
        """Grade one job; CoachError where that can't be done."""

    async def ajudge(self, job: Job) -> Outcome:
        """The same, in the running event loop."""

    def session(self) -> AbstractContextManager[None]:
        """Keep connections open meanwhile, and close them at the end of the outermost one."""

    def asession(self) -> AbstractAsyncContextManager[None]:
        """The same for the running event loop."""


class Unconnected:
    """What a judge that holds no connection does in a session: nothing."""

    @contextmanager
    def session(self) -> Iterator[None]:
        """Nothing to keep open."""
        yield

    @asynccontextmanager
    async def asession(self) -> AsyncIterator[None]:
        """Nothing to keep open."""
        yield


class ServiceLimits(Word):
    """What a file for a provider's batch service may have, and what share of the price it costs.

    The numbers are those of https://platform.openai.com/docs/guides/batch, which others took over.
    """

    requests: int = Field(default=50_000, ge=1)
    bytes: int = Field(default=200_000_000, ge=1)
    share: float = Field(default=0.5, ge=0, le=1)


LimitField = Literal["max_tokens", "max_completion_tokens"]


class Endpoint(Word):
    """Where a model is asked, with which key, and how.  The key stands in no message, log or repr.

    `timeout` are the seconds that one request may keep silent, `deadline` those that all tries of it may take
    together.  What is None or empty is not sent.
    """

    model: str
    base_url: str
    api_key: SecretStr
    provider: str | None = None
    """The name in the table of providers; None for an address that stands in none."""
    timeout: float = TIMEOUT
    deadline: float = 3 * TIMEOUT
    attempts: int = 4
    mode: ReplyMode | None = None
    """The way to ask for a form, where a person has set it."""
    modes: tuple[ReplyMode, ...] = ()
    """Ways to ask for a form that are known to work, best first; empty where the endpoint has to be asked."""
    limit_field: LimitField = "max_tokens"
    max_output_tokens: int | None = None
    temperature: float | None = None
    effort: str | None = None
    reasoning: bool = False
    key_header: str = "authorization"
    headers: Mapping[str, str] = Field(default_factory=dict, repr=False)
    query: Mapping[str, str] = Field(default_factory=dict)
    body: Mapping[str, Any] = Field(default_factory=dict)
    context: str = ""
    """How to raise its context length; empty where nobody can."""
    context_tokens: int | None = None
    service: ServiceLimits = ServiceLimits()

    @property
    def host(self) -> str:
        """The host as a person would name it, with its port, without user name and password."""
        return self.base_url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return is_local(self.host)

    @property
    def is_plain(self) -> bool:
        """Whether it is asked without encryption."""
        return self.base_url.casefold().startswith("http://")

    @cached_property
    def base_url_sha256(self) -> str:
        return hashlib.sha256(self.base_url.encode()).hexdigest()

    def __repr__(self) -> str:
        return f"Endpoint(model={self.model!r}, host={self.host!r})"

    __str__ = __repr__
