"""Endpoints as data: who is behind a name, where they are, and which variable holds their key."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

from answer_coach.answer import Word
from answer_coach.cleaning import visible
from answer_coach.engines.interface import Endpoint
from answer_coach.errors import KeyMissing, SettingInvalid

OWN_KEY = "COACH_API_KEY"
NO_KEY = "no-key-needed"  # the client wants one; local servers do not look at it
TIMEOUT = 180.0


class Provider(Word):
    """One endpoint that can be named: `NAME/MODEL`."""

    base_url: str
    key_variable: str
    default_model: str

    @property
    def host(self) -> str:
        return str(urlsplit(self.base_url).hostname)


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(base_url="https://api.openai.com/v1", key_variable="OPENAI_API_KEY", default_model="gpt-5-mini"),
}


def key_variable(model: str, base_url: str | None) -> str:
    """The variable that holds the key for a model."""
    provider = None if base_url else PROVIDERS.get(model.partition("/")[0])
    return provider.key_variable if provider else OWN_KEY


def find_endpoint(model: str, base_url: str | None, environ: Mapping[str, str], timeout: float = TIMEOUT) -> Endpoint:
    """The endpoint that `model` and `base_url` name.

    With a base URL the model's name is taken whole and the key is COACH_API_KEY, never a provider's.  Without one the
    name is PROVIDER/MODEL and the key is that provider's own.  SettingInvalid or KeyMissing where that does not work.
    """
    if base_url is not None:
        key = _key(OWN_KEY, environ) or NO_KEY
        return Endpoint(model=model, base_url=_url(base_url), api_key=SecretStr(key), timeout=timeout)
    name, _, model_name = model.partition("/")
    if name not in PROVIDERS or not model_name:
        known = ", ".join(f"{provider}/MODEL" for provider in PROVIDERS)
        hint = f"Use rules, {known}, or name any endpoint with --base-url URL."
        raise SettingInvalid(f"There is no model '{' '.join(visible(model).split())[:60]}'", hint=hint)
    provider = PROVIDERS[name]
    key = _key(provider.key_variable, environ)
    if not key:
        hint = f"Set {provider.key_variable}, or use --model rules, which needs no key."
        raise KeyMissing(f"There is no key for {name}: {provider.key_variable} is not set", hint=hint)
    return Endpoint(model=model_name, base_url=provider.base_url, api_key=SecretStr(key), timeout=timeout)


def _key(variable: str, environ: Mapping[str, str]) -> str:
    """A key as it stands in the shell; SettingInvalid where it can't be one."""
    key = environ.get(variable, "").strip()
    if not key.isascii() or not key.isprintable():
        raise SettingInvalid(f"{variable} holds characters that no key has", hint="Copy the key once more.")
    return key


def _url(base_url: str) -> str:
    wrong = SettingInvalid(
        "--base-url is not the address of an endpoint", hint="It looks like http://localhost:8000/v1."
    )
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        raise wrong from None
    if not usable or not base_url.isprintable():
        raise wrong
    return base_url.strip()
