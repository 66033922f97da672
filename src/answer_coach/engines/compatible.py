"""A langchain-core chat model over the openai client, for any OpenAI-compatible endpoint.

Thin on purpose: it sends messages and a ready-made `response_format` to chat completions, and hands back the raw text,
finish reason, refusal and usage.  What it got is judged elsewhere.  This module is the only one that imports openai.
"""

from __future__ import annotations

import asyncio
import logging
import re
import weakref
from collections.abc import Sequence
from typing import Any

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from pydantic import PrivateAttr

from answer_coach import errors
from answer_coach.cleaning import visible
from answer_coach.engines.interface import Endpoint

ROLES = {"system": "system", "human": "user", "ai": "assistant"}
CONNECT_SECONDS = 10.0
SHORT = re.compile(r"[A-Za-z0-9_-]{1,40}")

# OPENAI_LOG=debug would write whole requests, answers included, to the log.
logging.getLogger("openai").setLevel(logging.WARNING)


class CompatibleChat(BaseChatModel):
    """Chat completions at one endpoint.

    One client for the calling thread's side and one for each event loop, made at the first call; close them with
    `close` and `aclose`.  A client that is dropped without that can hang another one's calls.
    """

    endpoint: Endpoint

    _client: openai.OpenAI | None = PrivateAttr(default=None)
    _clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = PrivateAttr(
        default_factory=weakref.WeakKeyDictionary
    )

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if self._client is None:
            self._client = _make(openai.OpenAI, openai.DefaultHttpxClient, self.endpoint)
        try:
            return _result(self._client.chat.completions.create(**self._body(messages, kwargs)), self.endpoint)
        except (openai.OpenAIError, ValueError) as fault:
            raise translate(fault, self.endpoint) from None

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = _make(openai.AsyncOpenAI, openai.DefaultAsyncHttpxClient, self.endpoint)
        try:
            completion = await self._clients[loop].chat.completions.create(**self._body(messages, kwargs))
            return _result(completion, self.endpoint)
        except (openai.OpenAIError, ValueError) as fault:
            raise translate(fault, self.endpoint) from None

    def _body(self, messages: Sequence[BaseMessage], extra: dict[str, Any]) -> dict[str, Any]:
        sent = [{"role": ROLES[m.type], "content": m.content} for m in messages]
        return {"model": self.endpoint.model, "messages": sent, **extra}

    def close(self) -> None:
        """Close the client of the synchronous calls."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the client of the running event loop."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()


def _make(kind: Any, transport: Any, endpoint: Endpoint) -> Any:
    """A client that sends what it was told, where it was told, and nothing that stands in the shell.

    It follows no redirect: the draft would go to a host that nobody chose.  A proxy in the shell is used for remote
    hosts only.
    """
    timeout = openai.Timeout(endpoint.timeout, connect=min(CONNECT_SECONDS, endpoint.timeout))
    try:
        http = transport(timeout=timeout, follow_redirects=False, trust_env=not endpoint.is_local)
        key = endpoint.api_key.get_secret_value()
        client = kind(api_key=key, base_url=endpoint.base_url, timeout=timeout, http_client=http)
    except (
        Exception
    ) as fault:  # a wrong address, certificate file or proxy: the client's libraries raise what they like
        hint = "See --base-url, and the proxy and certificate variables in your shell."
        raise errors.SettingInvalid(
            f"No connection to {visible(endpoint.host)} can be set up ({type(fault).__name__})", hint=hint
        ) from None
    client.organization = client.project = client.admin_api_key = None
    client._custom_headers = {}  # OPENAI_CUSTOM_HEADERS may carry another endpoint's credentials
    return client


def _result(completion: Any, endpoint: Endpoint) -> ChatResult:
    """The reply as it came, in langchain's words; a server may send anything under status 200."""
    choices = getattr(completion, "choices", None)
    if not isinstance(completion, ChatCompletion) or not isinstance(choices, list):
        raise not_a_completion(endpoint)
    metadata: dict[str, Any] = {"tokens": _tokens(completion)}
    if not choices:
        return _generation("", metadata)
    message = getattr(choices[0], "message", None)
    if not isinstance(message, ChatCompletionMessage):
        raise not_a_completion(endpoint)
    finish, refusal = getattr(choices[0], "finish_reason", None), getattr(message, "refusal", None)
    metadata["finish_reason"] = finish if isinstance(finish, str) else None
    metadata["refusal"] = "refused" if refusal else None
    content = getattr(message, "content", None)
    return _generation(content if isinstance(content, str) else "", metadata)


def _generation(content: str, metadata: dict[str, Any]) -> ChatResult:
    return ChatResult(generations=[ChatGeneration(message=AIMessage(content=content, response_metadata=metadata))])


def _tokens(completion: ChatCompletion) -> dict[str, int | None]:
    """What the endpoint says it used; what it does not say, or says in no number, is None."""
    used = getattr(completion, "usage", None)
    details = getattr(used, "prompt_tokens_details", None)
    return {
        "input_tokens": _count(used, "prompt_tokens"),
        "output_tokens": _count(used, "completion_tokens"),
        "cached_tokens": _count(details, "cached_tokens"),
    }


def _count(holder: object, name: str) -> int | None:
    value = getattr(holder, name, None)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def not_a_completion(endpoint: Endpoint) -> errors.CoachError:
    """The error for a server that answered with something else."""
    hint = "Is this an OpenAI-compatible endpoint? The URL usually ends in /v1."
    return errors.EndpointFault(f"{endpoint.host} sent what is not a chat completion", hint=hint)


def translate(fault: Exception, endpoint: Endpoint) -> errors.CoachError:
    """The client's exception in the house's words; nothing that the server wrote but short codes."""
    at = endpoint.host
    if isinstance(fault, openai.APITimeoutError):
        hint = "Raise --timeout (or COACH_TIMEOUT), or see whether the server is busy."
        return errors.TimedOut(f"{at} did not reply within {endpoint.timeout:g} seconds", hint=hint)
    if isinstance(fault, openai.APIConnectionError):
        hint = "Is the server running, and is --base-url right?"
        return errors.Unreachable(f"{at} can't be reached", hint=hint)
    if isinstance(fault, openai.APIStatusError):
        return _status(fault, at, endpoint)
    return not_a_completion(endpoint)


def _status(fault: openai.APIStatusError, at: str, endpoint: Endpoint) -> errors.CoachError:
    status, said = fault.status_code, _code(fault, endpoint)
    if 300 <= status < 400:
        hint = "Point --base-url at the address that it redirects to, if you trust it. Nothing was sent there."
        return errors.RequestRefused(f"{at} redirects to another address ({status})", hint=hint)
    if status == 401:
        return errors.AccessDenied(
            f"{at} did not accept the key (401{said})", hint="See whether the key is right and still valid."
        )
    if status == 403:
        return errors.AccessDenied(
            f"{at} refused access (403{said})", hint="Does this key have the right to use this model?"
        )
    if status == 404:
        hint = "See whether the model's name and --base-url are right; the URL usually ends in /v1."
        return errors.ModelMissing(f"{at} has no model '{visible(endpoint.model)}' (404{said})", hint=hint)
    if status == 429:
        hint = "Wait a little and try again; if it goes on, see the quota of your account."
        return errors.RateLimited(f"{at} asks to slow down, also after several tries (429{said})", hint=hint)
    if status >= 500:
        return errors.EndpointFault(f"{at} failed, also after several tries ({status}{said})", hint="Try again later.")
    hint = "This endpoint may not take a JSON schema, or the prompt is too long for the model; try another model."
    return errors.RequestRefused(f"{at} refused the request ({status}{said})", hint=hint)


def _code(fault: openai.APIStatusError, endpoint: Endpoint) -> str:
    """The short code of a server's error; longer texts may repeat the prompt or the key, and are left out."""
    key = endpoint.api_key.get_secret_value()
    for part in (fault.code, fault.type):
        if isinstance(part, str) and SHORT.fullmatch(part) and key not in part and part not in key:
            return f", {part}"
    return ""
