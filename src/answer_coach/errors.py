"""Everything that can go wrong, in one tree; each class knows its exit code.

    CoachError
    +-- InputError            2   what was handed in
    |   +-- UnknownQuestion
    |   +-- UnreadableFile
    |   +-- RubricInvalid         every fault of every file, as `path:line: what, and the remedy`
    |   +-- PromptInvalid
    |   +-- ResourceMissing
    |   +-- SettingInvalid
    |   +-- ExtraMissing          a library that only some commands need
    +-- EngineError           3   the endpoint
    |   +-- KeyMissing
    |   +-- Unreachable
    |   +-- TimedOut
    |   +-- AccessDenied          401, 403
    |   +-- ModelMissing          404
    |   +-- RateLimited           429, quota
    |   +-- RequestRefused        other 4xx; a prompt that is too long
    |   |   +-- ModeRefused       the way that the reply's form was asked for
    |   +-- EndpointFault         5xx
    |   +-- Halted                the run has ended; nothing was sent
    |   +-- Waiting               no reply yet: it is left to a batch service
    +-- UnusableReply         4   the reply: refused, cut, empty, malformed, incomplete, unverified
    +-- StoreError            5   files of our own that cannot be read or written

A message has place, fault and remedy.  It never holds the candidate's text, a key or what a model replied.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable


class CoachError(Exception):
    """The root: `message` says place and fault, `hint` the remedy, `code` is stable and machine-readable."""

    exit_code = 1
    code = "error"

    def __init__(self, message: str, *, hint: str = "", code: str | None = None):
        super().__init__(message)
        self.message, self.hint = message, hint
        if code:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class InputError(CoachError):
    exit_code, code = 2, "input"


class UnknownQuestion(InputError):
    code = "unknown_question"


class UnreadableFile(InputError):
    code = "unreadable_file"


class RubricInvalid(InputError):
    code = "rubric_invalid"

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(faults))
        self.faults = faults


class PromptInvalid(InputError):
    code = "prompt_invalid"


class ResourceMissing(InputError):
    code = "resource_missing"


class SettingInvalid(InputError):
    code = "setting_invalid"


class ExtraMissing(InputError):
    code = "extra_missing"

    def __init__(self, libraries: str, extra: str = "calibrate"):
        hint = f'Install the extra:  "{sys.executable}" -m pip install "answer-coach[{extra}]"'
        super().__init__(f"{libraries} not installed", hint=hint)


class EngineError(CoachError):
    exit_code, code = 3, "engine"


class KeyMissing(EngineError):
    code = "key_missing"


class Unreachable(EngineError):
    code = "unreachable"


class TimedOut(EngineError):
    code = "timed_out"


class AccessDenied(EngineError):
    code = "access_denied"


class ModelMissing(EngineError):
    code = "model_missing"


class RateLimited(EngineError):
    code = "rate_limited"


class RequestRefused(EngineError):
    code = "request_refused"


class ModeRefused(RequestRefused):
    """The endpoint does not take the form of reply that was asked for; the next one is tried."""

    code = "mode_refused"


class EndpointFault(EngineError):
    code = "endpoint_fault"


class Halted(EngineError):
    """The run that a request belongs to has ended, so that it was not sent."""

    code = "halted"


class Waiting(EngineError):
    """The request is put down for a batch service; the answer has no card before the reply is there."""

    code = "waiting"


class UnusableReply(CoachError):
    """A reply that must not become a score.  `code` is one of parse.FAULTS."""

    exit_code, code = 4, "unusable_reply"

    def __init__(self, message: str, *, hint: str = "", code: str | None = None, took: object = None):
        super().__init__(message, hint=hint, code=code)
        self.took = took
        """What the endpoint used for it all the same (request.Tokens); None where that is not known."""


class StoreError(CoachError):
    exit_code, code = 5, "store"


def meant(name: str, known: Iterable[str]) -> str:
    """The beginning of a remedy for a name that is not known: the one that it looks like; "" where none does."""
    from difflib import get_close_matches

    near = get_close_matches(name.casefold(), list(known), n=1)
    return f"Did you mean '{near[0]}'? " if near else ""
