"""The vendor's client, set up for one endpoint: it sends what it was told, where it was told, nothing of the shell."""

from __future__ import annotations

import logging
import ssl
from typing import Any

import openai

from answer_coach import errors
from answer_coach.cleaning import visible
from answer_coach.engines.interface import Endpoint

CONNECT_SECONDS = 10.0

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
