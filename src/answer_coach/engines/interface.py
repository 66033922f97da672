"""What a judge is to the rest of the house, and where a model is found."""

from __future__ import annotations

import hashlib
import re
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol

from pydantic import SecretStr

from answer_coach.answer import Word
from answer_coach.feedback import GradedBy
from answer_coach.steps import Job, Outcome

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


class Endpoint(Word):
    """Where a model is asked, and with which key.  The key stands in no message, log or repr."""

    model: str
    base_url: str
    api_key: SecretStr
    timeout: float = 180.0

    @property
    def host(self) -> str:
        """The host as a person would name it, with its port, without user name and password."""
        return self.base_url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return is_local(self.host)

    @property
    def base_url_sha256(self) -> str:
        return hashlib.sha256(self.base_url.encode()).hexdigest()

    def __repr__(self) -> str:
        return f"Endpoint(model={self.model!r}, host={self.host!r})"

    __str__ = __repr__
