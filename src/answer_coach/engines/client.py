"""The vendor's client, set up for one endpoint: it sends what it was told, where it was told, nothing of the shell."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import Any

import openai

from answer_coach import errors
from answer_coach.cleaning import visible
from answer_coach.engines.faults import Trouble, seconds_of, trouble_of
from answer_coach.engines.interface import Endpoint
from answer_coach.engines.retrying import Troubled

CONNECT_SECONDS = 10.0
SEND_SECONDS = 60.0
AS_IT_COMES = "X-Stainless-Raw-Response"
"""How the client's `with_streaming_response` tells its `post` not to read the reply itself."""

# OPENAI_LOG=debug would write whole requests, answers included, to the log.
logging.getLogger("openai").setLevel(logging.WARNING)


def client_of(endpoint: Endpoint) -> openai.OpenAI:
    """A client for the calling thread's side."""
    made: openai.OpenAI = _made(openai.OpenAI, openai.DefaultHttpxClient, endpoint)
    return made


def async_client_of(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """A client for the running event loop."""
    made: openai.AsyncOpenAI = _made(openai.AsyncOpenAI, openai.DefaultAsyncHttpxClient, endpoint)
    return made


def _made(kind: Any, transport: Any, endpoint: Endpoint) -> Any:
    """A client that sends what it was told, where it was told, and nothing that stands in the shell.

    It follows no redirect: the draft would go to a host that nobody chose.  A proxy in the shell is used for remote
    hosts only.  It tries nothing again: retrying.py does.
    """
    timeout = openai.Timeout(endpoint.timeout, connect=min(CONNECT_SECONDS, endpoint.timeout))
    try:
        more = {"verify": _no_certificates()} if endpoint.is_plain and endpoint.is_local else {}
        http = transport(timeout=timeout, follow_redirects=False, trust_env=not endpoint.is_local, **more)
        key = endpoint.api_key.get_secret_value()
        client = kind(api_key=key, base_url=endpoint.base_url, timeout=timeout, http_client=http, max_retries=0)
    except (
        Exception
    ) as fault:  # a wrong address, certificate file or proxy: the client's libraries raise what they like
        hint = "See --base-url, and the proxy and certificate variables in your shell."
        raise errors.SettingInvalid(
            f"No connection to {visible(endpoint.host)} can be set up ({type(fault).__name__})", hint=hint
        ) from None
    client.organization = client.project = client.admin_api_key = None
    own: dict[str, Any] = dict(endpoint.headers)
    if endpoint.key_header != "authorization":
        own = {endpoint.key_header: key, **own}
    client._custom_headers = own  # and not OPENAI_CUSTOM_HEADERS, which may carry another endpoint's credentials
    client._custom_query = dict(endpoint.query)
    return client


def _no_certificates() -> ssl.SSLContext:
    """What a plain address on this machine needs; loading certificates takes longer than all the rest of a call.

    It trusts nobody: should a connection be encrypted after all, it fails.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def call_options(endpoint: Endpoint, end: float) -> dict[str, Any]:
    """What goes with one try: the seconds for each phase, none beyond `end`, and no key in two headers."""
    left = max(0.01, end - time.monotonic())
    read = min(endpoint.timeout, left)
    timeout = openai.Timeout(read, connect=min(CONNECT_SECONDS, read), write=min(SEND_SECONDS, read))
    if endpoint.key_header == "authorization":
        return {"timeout": timeout}
    return {"timeout": timeout, "extra_headers": {"Authorization": openai.Omit()}}


def posted(endpoint: Endpoint, body: Mapping[str, Any], end: float) -> dict[str, Any]:
    """What the client's `post` takes to send a body untouched, and to give the reply while it comes; close that.

    The client's own method for chat completions looks through every message first, which is a tenth of its time.
    """
    options = call_options(endpoint, end)
    headers = {AS_IT_COMES: "stream", **options.pop("extra_headers", {})}
    options |= {"headers": headers, "security": {"bearer_auth": True}}
    return {"path": "/chat/completions", "cast_to": object, "body": body, "options": options}


def troubled_by(fault: Exception, end: float) -> Troubled:
    """The client's exception as the house's; what is none of the client's or the server's is passed on as it is."""
    if isinstance(fault, Troubled):
        return fault
    names = [type(cause).__name__ for cause in _causes(fault)]
    if isinstance(fault, openai.APITimeoutError) or any("Timeout" in name for name in names):
        if any("Connect" in name for name in names):
            return Troubled(Trouble("connection"))
        return Troubled(Trouble("deadline" if time.monotonic() >= end else "timeout"))
    if isinstance(fault, openai.APIConnectionError):
        return Troubled(Trouble("connection"))
    if isinstance(fault, openai.APIStatusError):
        headers = fault.response.headers
        wait = seconds_of(headers.get("retry-after"), headers.get("retry-after-ms"), time.time())
        return Troubled(trouble_of(fault.status_code, fault.body, wait))
    if type(fault) is openai.APIError or type(fault).__module__.partition(".")[0] in (
        "httpx2",
        "httpcore2",
        "httpx",
        "httpcore",
    ):
        return Troubled(Trouble("broken_stream"))
    if isinstance(fault, (openai.OpenAIError, ValueError)):
        return Troubled(Trouble("not_a_completion"))
    raise fault  # a fault of our own, or of a test's tape


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__
