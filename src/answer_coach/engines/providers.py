"""Endpoints as data: who is behind a name, where they are, and which variable holds their key."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from answer_coach.answer import Word
from answer_coach.cleaning import visible
from answer_coach.engines.interface import TIMEOUT, Endpoint, LimitField, ServiceLimits
from answer_coach.errors import KeyMissing, SettingInvalid
from answer_coach.modes import ReplyMode

OWN_KEY = "COACH_API_KEY"
NO_KEY = "no-key-needed"  # the client wants one; local servers do not look at it
AZURE_VERSION = "OPENAI_API_VERSION"


class ModelRule(Word):
    """What is other for the models whose name fits `match`."""

    match: str
    modes: tuple[ReplyMode, ...] | None = None
    reasoning: bool = False


class Provider(Word):
    """One endpoint that can be named: `NAME/MODEL`.  The fields are told in providers.toml."""

    base_url: str
    key_variable: str | None = None
    default_model: str | None = None
    limit_field: LimitField = "max_tokens"
    modes: tuple[ReplyMode, ...] = ()
    temperature: float | None = None
    context: str = ""
    caches: bool | None = None
    body: Mapping[str, Any] = Field(default_factory=dict)
    headers: Mapping[str, str] = Field(default_factory=dict)
    service: ServiceLimits = ServiceLimits()
    quirks: tuple[str, ...] = ()
    docs: str = ""
    models: tuple[ModelRule, ...] = ()

    @property
    def host(self) -> str:
        return str(urlsplit(self.base_url).hostname)

    def rule(self, model: str) -> ModelRule:
        """What holds for one of its models."""
        for rule in self.models:
            if fnmatchcase(model.casefold(), rule.match):
                return rule if rule.modes is not None else rule.model_copy(update={"modes": self.modes})
        return ModelRule(match="*", modes=self.modes)


class Tuning(Word):
    """What a person sets about an endpoint in the config file; what is None or empty is left to the provider's row."""

    deadline: float | None = Field(default=None, gt=0, le=86_400)
    attempts: int = Field(default=4, ge=1, le=20)
    reply_mode: ReplyMode | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    effort: str | None = Field(default=None, pattern=r"^[a-z]{1,20}$")
    max_output_tokens: int | None = Field(default=None, ge=200, le=1_000_000)
    context_tokens: int | None = Field(default=None, ge=1_000, le=100_000_000)
    headers: Mapping[str, str] = Field(default_factory=dict)
    body: Mapping[str, Any] = Field(default_factory=dict)
    providers: Mapping[str, Provider] = Field(default_factory=dict)


@cache
def shipped() -> Mapping[str, Provider]:
    """The table that comes with the coach."""
    text = (files("answer_coach.engines") / "providers.toml").read_text(encoding="utf-8")
    return {name: Provider.model_validate(row) for name, row in tomllib.loads(text).items()}


def table(tuning: Tuning | None = None) -> Mapping[str, Provider]:
    """All providers that can be named, a person's own over the coach's."""
    return {**shipped(), **(tuning.providers if tuning else {})}


def key_variable(model: str, base_url: str | None, tuning: Tuning | None = None) -> str:
    """The variable that holds the key for a model."""
    provider = None if base_url else table(tuning).get(model.partition("/")[0])
    return (provider.key_variable or OWN_KEY) if provider else OWN_KEY


def find_endpoint(
    model: str,
    base_url: str | None,
    environ: Mapping[str, str],
    timeout: float = TIMEOUT,
    tuning: Tuning | None = None,
) -> Endpoint:
    """The endpoint that `model` and `base_url` name.

    With a base URL the model's name is taken whole and the key is COACH_API_KEY, never a provider's.  Without one the
    name is PROVIDER/MODEL, or PROVIDER alone for its default model, and the key is that provider's own.
    SettingInvalid or KeyMissing where that does not work.
    """
    tuning = tuning or Tuning()
    if base_url is not None:
        key = _key(OWN_KEY, environ) or NO_KEY
        return _tuned(
            Endpoint(model=model, base_url=_url(base_url), api_key=SecretStr(key), timeout=timeout), tuning, environ
        )
    rows = table(tuning)
    name, _, model_name = model.partition("/")
    provider = rows.get(name)
    model_name = model_name or (provider.default_model or "" if provider else "")
    if provider is None or not model_name:
        known = ", ".join(rows)
        hint = f"Use rules, PROVIDER/MODEL (providers: {known}), or name any endpoint with --base-url URL."
        raise SettingInvalid(f"There is no model '{' '.join(visible(model).split())[:60]}'", hint=hint)
    key = _key(provider.key_variable, environ) if provider.key_variable else NO_KEY
    if not key:
        hint = f"Set {provider.key_variable}, or use --model rules, which needs no key."
        raise KeyMissing(f"There is no key for {name}: {provider.key_variable} is not set", hint=hint)
    rule = provider.rule(model_name)
    endpoint = Endpoint(
        model=model_name,
        provider=name,
        base_url=_url(_filled(provider.base_url, name, environ)),
        api_key=SecretStr(key),
        timeout=timeout,
        modes=rule.modes or (),
        limit_field=provider.limit_field,
        temperature=None if rule.reasoning else provider.temperature,
        reasoning=rule.reasoning,
        body=provider.body,
        headers=provider.headers,
        context=provider.context,
        service=provider.service,
    )
    return _tuned(_older_azure(endpoint, environ) if name == "azure" else endpoint, tuning, environ)


def _tuned(endpoint: Endpoint, tuning: Tuning, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint with what a person set; a header's value may name a variable: `$MY_TOKEN`."""
    headers = {name: string.Template(value).safe_substitute(environ) for name, value in tuning.headers.items()}
    for name, value in headers.items():
        if not value.isascii() or not value.isprintable() or not name.isascii() or not name.isprintable():
            raise SettingInvalid(
                f"The header '{visible(name)}' can't be sent", hint="See [headers] in the config file."
            )
    own = {
        name: getattr(tuning, name)
        for name in ("temperature", "effort", "max_output_tokens", "context_tokens")
        if getattr(tuning, name) is not None and not (name == "temperature" and endpoint.reasoning)
    }
    return endpoint.model_copy(
        update={
            **own,
            "deadline": tuning.deadline or 3 * endpoint.timeout,
            "attempts": tuning.attempts,
            "mode": tuning.reply_mode,
            "headers": {**endpoint.headers, **headers},
            "body": {**endpoint.body, **tuning.body},
        }
    )


def _older_azure(endpoint: Endpoint, environ: Mapping[str, str]) -> Endpoint:
    """The address of a deployment under a dated version of the interface, where the shell names one."""
    version = environ.get(AZURE_VERSION, "").strip()
    if not version:
        return endpoint
    address = endpoint.base_url.removesuffix("/openai/v1") + f"/openai/deployments/{endpoint.model}"
    return endpoint.model_copy(update={"base_url": address, "query": {"api-version": version}, "key_header": "api-key"})


def _filled(base_url: str, name: str, environ: Mapping[str, str]) -> str:
    """An address with its variables filled in from the shell."""
    for _, variable, _, _ in string.Formatter().parse(base_url):
        if variable and not environ.get(variable, "").strip():
            hint = f"Set {variable} to the address of your resource, like https://my-resource.openai.azure.com"
            raise SettingInvalid(f"There is no address for {name}: {variable} is not set", hint=hint)
    return base_url.format_map({name: value.strip().rstrip("/") for name, value in environ.items()})


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
