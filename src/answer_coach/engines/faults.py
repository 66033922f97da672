"""What an endpoint did wrong, as a value: which fault it is in the house's words, and whether trying again can help.

Nothing that a server wrote reaches a message but its short codes: longer texts may repeat the draft or the key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple

from answer_coach import errors
from answer_coach.cleaning import visible
from answer_coach.engines.interface import Endpoint

SHORT = re.compile(r"[A-Za-z0-9_.-]{1,40}")
CONTEXT = re.compile(
    r"context.{0,3}(?:length|size|window)|maximum context|available context|too many tokens"
    r"|prompt is too long|input is too long|token limit|max_model_len",
    re.I,
)
QUOTA = re.compile(
    r"insufficient_quota|insufficient.balance|billing|credit balance|(?:no|insufficient|more|enough) credits"
    r"|exceeded your current quota",
    re.I,
)
DELAY = re.compile(r"retryDelay\W+(\d+(?:\.\d+)?)s")
FILTER = re.compile(r"content_filter|content_policy|responsibleai", re.I)
FORM = re.compile(
    r"response.?format|json.?(?:schema|object|mode)|(?<!\w)tool(?:s|_)?|function.?call|grammar|guided|structured.?output"
    r"|(?<!\w)schema",
    re.I,
)
FORM_FIELD = re.compile(r"response_format|json_schema")
UNFORMED = frozenset(("json_validate_failed", "tool_use_failed"))
AGAIN = frozenset((408, 409, 429))


class Trouble(NamedTuple):
    """One failed try.  `said` is what the server wrote, for looking at, never for showing."""

    kind: Literal["timeout", "connection", "status", "not_a_completion", "broken_stream", "deadline"]
    status: int = 0
    codes: tuple[str, ...] = ()
    said: str = ""
    retry_after: float | None = None
    written: str | None = None
    """What the model wrote, where the server threw it away because it has not the form that was asked for."""

    @property
    def quota(self) -> bool:
        """Whether the account has nothing left: waiting does not help.

        Some call it a quota when a minute's is used up, and tell how many seconds to wait; a day's does not come back.
        """
        if self.status == 402:
            return True
        told = self.status in (400, 403, 429) and QUOTA.search(self._all)
        return bool(told) and not (DELAY.search(self.said) and "PerDay" not in self.said)

    @property
    def transient(self) -> bool:
        """Whether the same request may work in a moment."""
        if self.kind in ("connection", "broken_stream"):
            return True
        passing = self.status in AGAIN or self.status >= 500
        return self.kind == "status" and passing and not self.quota and not self.too_long and not self.faults_form

    @property
    def too_long(self) -> bool:
        """Whether the prompt was longer than the model's context."""
        return self.status == 413 or (self.status in (400, 422, 500) and bool(CONTEXT.search(self._all)))

    @property
    def filtered(self) -> bool:
        """Whether a content filter stopped the prompt."""
        return 400 <= self.status < 500 and bool(FILTER.search(self._all))

    @property
    def unrouted(self) -> bool:
        """Whether a router found no host that takes all fields that were sent."""
        return self.status == 404 and "parameters" in self.said

    @property
    def faults_form(self) -> bool:
        """Whether a server fails, rather than refuses, over the way that a reply's form is asked for."""
        return self.status in (500, 501) and bool(FORM_FIELD.search(self.said))

    @property
    def refuses_form(self) -> bool:
        """Whether the server refuses the way that a reply's form is asked for; each one says it in its own words."""
        if self.too_long or self.quota or self.filtered:
            return False
        return self.unrouted or self.faults_form or (self.status in (400, 422) and bool(FORM.search(self.said)))

    def names(self, fields: Iterable[str]) -> str | None:
        """The first of these fields that the server says it does not take; None where it names none."""
        if self.status not in (400, 422):
            return None
        words = ((field, "stream(?:ing)?" if field == "stream" else re.escape(field)) for field in fields)
        return next((field for field, word in words if re.search(rf"(?<!\w){word}(?!\w)", self.said, re.I)), None)

    @property
    def _all(self) -> str:
        return " ".join((*self.codes, self.said))


def trouble_of(status: int, error: object, retry_after: float | None = None) -> Trouble:
    """A server's error, as its status and what it wrote tell it."""
    if isinstance(error, list) and len(error) == 1 and isinstance(error[0], dict):  # as Gemini has it
        error = error[0].get("error", error[0])
    holder = error if isinstance(error, dict) else {}
    codes = tuple(part for part in (holder.get("code"), holder.get("type")) if isinstance(part, str))
    said = (error if isinstance(error, str) else json.dumps(error, default=str))[:20_000]
    written = None
    if status == 400 and UNFORMED.intersection(codes):
        written = str(holder.get("failed_generation") or "")
    delay = DELAY.search(said)
    wait = float(delay[1]) if delay and retry_after is None else retry_after
    return Trouble("status", status, codes, said, wait, written)


def trouble_in(body: Mapping[str, Any]) -> Trouble | None:
    """The error that a server sends under status 200, or in a stream; None where it does not tell which it is."""
    error = body.get("error")
    code = str(error.get("code") if isinstance(error, dict) else "")
    told = json.dumps(error, default=str)
    if code.isdecimal() and 400 <= int(code) < 600:
        return trouble_of(int(code), error)
    if CONTEXT.search(told):
        return trouble_of(400, error)
    return trouble_of(429, error) if QUOTA.search(told) else None


def seconds_of(header: str | None, milliseconds: str | None, now: float) -> float | None:
    """A Retry-After header, in seconds from now: a number, or a date; None where it is neither."""
    for text, unit in ((milliseconds, 1000.0), (header, 1.0)):
        try:
            if text:
                return max(0.0, float(text) / unit)
        except ValueError:
            continue
    try:
        return max(0.0, parsedate_to_datetime(str(header)).timestamp() - now)
    except (TypeError, ValueError):
        return None


def error_of(trouble: Trouble, endpoint: Endpoint) -> errors.CoachError:
    """The error that a person gets to see: cause, host and remedy."""
    at = endpoint.host
    if trouble.kind == "timeout":
        hint = "Raise --timeout (or COACH_TIMEOUT), or see whether the server is busy."
        return errors.TimedOut(f"{at} did not reply within {endpoint.timeout:g} seconds", hint=hint)
    if trouble.kind == "deadline":
        hint = "Raise 'deadline' in the config file, or see whether the server is busy."
        return errors.TimedOut(f"{at} did not finish within {endpoint.deadline:g} seconds in all", hint=hint)
    if trouble.kind == "connection":
        hint = "Is the server running, and is --base-url right?"
        return errors.Unreachable(f"{at} can't be reached", hint=hint)
    if trouble.kind == "broken_stream":
        return errors.EndpointFault(f"{at} broke off its reply, also after several tries", hint="Try again later.")
    if trouble.kind == "status":
        return _status(trouble, endpoint)
    hint = "Is this an OpenAI-compatible endpoint? The URL usually ends in /v1."
    return errors.EndpointFault(f"{at} sent what is not a chat completion", hint=hint)


def _status(trouble: Trouble, endpoint: Endpoint) -> errors.CoachError:
    at, status, said = endpoint.host, trouble.status, _code(trouble, endpoint)
    if 300 <= status < 400:
        hint = "Point --base-url at the address that it redirects to, if you trust it. Nothing was sent there."
        return errors.RequestRefused(f"{at} redirects to another address ({status})", hint=hint, code="redirected")
    if status == 401:
        hint = "See whether the key is right and still valid."
        return errors.AccessDenied(f"{at} did not accept the key (401{said})", hint=hint)
    if trouble.quota:
        hint = "See the billing page of your account; trying again will not help."
        return errors.RateLimited(f"The quota at {at} is used up ({status}{said})", hint=hint, code="quota_exhausted")
    if status == 403:
        hint = "Does this key have the right to use this model?"
        return errors.AccessDenied(f"{at} refused access (403{said})", hint=hint)
    if trouble.unrouted:
        hint = "Leave out what was set for it (effort, temperature, max_output_tokens), or choose another model."
        return errors.RequestRefused(f"{at} found no host that takes all that was asked for (404{said})", hint=hint)
    if status == 404:
        hint = (
            "See whether the model's name and --base-url are right (the URL usually ends in /v1); "
            "'coach model list' shows what it offers."
        )
        return errors.ModelMissing(f"{at} has no model '{visible(endpoint.model)}' (404{said})", hint=hint)
    if status == 429:
        wait = f"It says to wait {trouble.retry_after:.0f} seconds. " if trouble.retry_after else ""
        hint = f"{wait}Wait a little and try again; if it goes on, see the quota of your account."
        return errors.RateLimited(f"{at} asks to slow down, also after several tries (429{said})", hint=hint)
    if trouble.too_long:
        return errors.RequestRefused(
            f"The prompt is longer than what {at} takes ({status}{said})", hint=longer(endpoint), code="prompt_too_long"
        )
    if status == 408:
        hint = "See whether the server is busy, or try again later."
        return errors.TimedOut(f"{at} gave up waiting for the request, also after several tries (408{said})", hint=hint)
    if status >= 500 or status == 409:
        return errors.EndpointFault(f"{at} failed, also after several tries ({status}{said})", hint="Try again later.")
    if trouble.filtered:
        hint = "Read the draft for anything a content policy may catch, or use another model."
        fault = f"The content filter at {at} refused the draft ({status}{said})"
        return errors.RequestRefused(fault, hint=hint, code="filtered")
    hint = "'coach model check' tells what this endpoint takes; or try another model."
    return errors.RequestRefused(f"{at} refused the request ({status}{said})", hint=hint)


def longer(endpoint: Endpoint) -> str:
    """How to give a prompt more room there."""
    raised = f"Raise the context length: {endpoint.context}." if endpoint.context else ""
    general = "Raise the server's context length (for example num_ctx, --ctx-size or --max-model-len)"
    return raised or f"{general}, or use a model with a longer one."


def _code(trouble: Trouble, endpoint: Endpoint) -> str:
    """The short code of a server's error; some servers send the status again as the code, and tell more in the type."""
    key = endpoint.api_key.get_secret_value()
    for part in trouble.codes:
        if part == str(trouble.status):
            continue
        if SHORT.fullmatch(part) and key not in part and part not in key:
            return f", {part}"
    return ""
