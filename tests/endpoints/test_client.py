"""The vendor's client: every exception that it and its transport know is one of the house's troubles and errors."""

from __future__ import annotations

import ast
import importlib
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx2
import openai
import pytest
from pydantic import SecretStr

from answer_coach import errors
from answer_coach.engines.client import troubled_by
from answer_coach.engines.faults import error_of
from answer_coach.engines.interface import Endpoint

ENDPOINT = Endpoint(model="m", base_url="http://127.0.0.1:9/v1", api_key=SecretStr("k"))
REQUEST = httpx2.Request("POST", ENDPOINT.base_url)
FAULT = errors.EndpointFault
# A class of the client: the status it is made with (0: none), the kind of trouble, whether to try again, the error.
Told = tuple[int, str, bool, type[errors.CoachError]]
CLIENT: dict[str, Told] = {
    "APIError": (0, "broken_stream", True, FAULT),
    "APIResponseValidationError": (200, "not_a_completion", False, FAULT),
    "APIStatusError": (418, "status", False, errors.RequestRefused),
    "BadRequestError": (400, "status", False, errors.RequestRefused),
    "AuthenticationError": (401, "status", False, errors.AccessDenied),
    "OAuthError": (401, "status", False, errors.AccessDenied),
    "PermissionDeniedError": (403, "status", False, errors.AccessDenied),
    "NotFoundError": (404, "status", False, errors.ModelMissing),
    "ConflictError": (409, "status", True, FAULT),
    "UnprocessableEntityError": (422, "status", False, errors.RequestRefused),
    "RateLimitError": (429, "status", True, errors.RateLimited),
    "InternalServerError": (503, "status", True, FAULT),
    "APIConnectionError": (0, "connection", True, errors.Unreachable),
    "APITimeoutError": (0, "timeout", False, errors.TimedOut),
    # What only its own parsing, its streams, its web sockets and its ways to sign in raise; none of them is used.
    "LengthFinishReasonError": (0, "not_a_completion", False, FAULT),
    "ContentFilterFinishReasonError": (0, "not_a_completion", False, FAULT),
    "StreamAlreadyConsumed": (0, "not_a_completion", False, FAULT),
    "SubjectTokenProviderError": (0, "not_a_completion", False, FAULT),
    "WebSocketConnectionClosedError": (0, "not_a_completion", False, FAULT),
    "WebSocketQueueFullError": (0, "not_a_completion", False, FAULT),
    "MutuallyExclusiveAuthError": (0, "not_a_completion", False, FAULT),
    "MissingDependencyError": (0, "not_a_completion", False, FAULT),
    "APIRemovedInV1": (0, "not_a_completion", False, FAULT),
    "_AmbiguousModuleClientUsageError": (0, "not_a_completion", False, FAULT),
    "AgentOutputParseError": (0, "not_a_completion", False, FAULT),
    "AgentTurnResultError": (0, "not_a_completion", False, FAULT),
    "AgentFilePreparationError": (0, "not_a_completion", False, FAULT),
    "AgentFileStagingError": (0, "not_a_completion", False, FAULT),
}
TIMEOUTS = ("TimeoutException", "ReadTimeout", "WriteTimeout", "PoolTimeout")


def below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    """All subclasses that are loaded."""
    for sub in kind.__subclasses__():
        yield sub
        yield from below(sub)


@cache
def written() -> dict[str, str]:
    """Every class below OpenAIError in the client's source, loaded or not, with the module that it stands in."""
    root = Path(str(openai.__file__)).parent
    bases: dict[str, tuple[str, set[str]]] = {}
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not re.search(r"class \w+\([^)]*Error", text):
            continue
        module = ".".join(("openai", *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = (module, {ast.unparse(base).rpartition(".")[2] for base in node.bases})
    found: dict[str, str] = {}
    known = {"OpenAIError"}
    while more := {name: module for name, (module, of) in bases.items() if of & known and name not in known}:
        found |= more
        known |= set(more)
    return found


def made(kind: type[BaseException], status: int) -> Exception:
    """An instance, as the client would make it where it can be used at all."""
    response = httpx2.Response(status or 200, request=REQUEST)
    if issubclass(kind, openai.APIResponseValidationError):
        return kind(response=response, body=None)
    if issubclass(kind, openai.OAuthError):
        return kind(response=response, body=None)
    if issubclass(kind, openai.APIStatusError):
        return kind("words", response=response, body=None)
    if issubclass(kind, openai.APIConnectionError):
        return kind(request=REQUEST)
    if kind is openai.APIError:
        return openai.APIError("words", REQUEST, body=None)
    return kind.__new__(kind, "words")  # type: ignore[return-value]


def test_every_class_of_the_client_is_mapped() -> None:
    """A class that comes with a new version of the client fails here until it has its row."""
    found = written()
    for module in set(found.values()):
        importlib.import_module(module)
    loaded = {kind.__name__ for kind in below(openai.OpenAIError) if kind.__module__.startswith("openai")}
    assert set(CLIENT) - loaded == set(), "a class that the client has no more"
    assert (set(found) | loaded) - set(CLIENT) == set(), "a class without a row"


@pytest.mark.parametrize("name", CLIENT)
def test_an_exception_of_the_client_becomes_an_error_of_the_house(name: str) -> None:
    """Kind, whether it is tried again, and the error that a person sees, with a remedy."""
    status, kind, again, error = CLIENT[name]
    importlib.import_module(written().get(name, "openai"))
    found = next(sub for sub in below(openai.OpenAIError) if sub.__name__ == name)
    trouble = troubled_by(made(found, status), time.monotonic() + 9).trouble
    assert (trouble.kind, trouble.transient) == (kind, again)
    told = error_of(trouble, ENDPOINT)
    assert type(told) is error
    assert told.hint
    assert told.exit_code == 3


TRANSPORT = sorted({*below(httpx2.HTTPError), *below(httpx2.StreamError), httpx2.InvalidURL}, key=lambda k: k.__name__)


@pytest.mark.parametrize("kind", TRANSPORT, ids=lambda kind: kind.__name__)
def test_an_exception_of_the_transport_becomes_one_too(kind: type[Exception]) -> None:
    """What comes while a reply is read is not the client's: a timeout, a connection, or a reply that was broken off."""
    trouble = troubled_by(kind.__new__(kind, "words"), time.monotonic() + 9).trouble
    connecting = "connection" if "Timeout" in kind.__name__ else "broken_stream"
    assert trouble.kind == ("timeout" if kind.__name__ in TIMEOUTS else connecting)
    assert isinstance(error_of(trouble, ENDPOINT), errors.EngineError)


def test_a_timeout_at_the_end_of_all_tries_is_the_deadlines() -> None:
    """The message names the limit that was met."""
    trouble = troubled_by(openai.APITimeoutError(REQUEST), time.monotonic() - 1).trouble
    assert trouble.kind == "deadline"


def test_a_fault_of_our_own_is_not_taken_for_the_endpoints() -> None:
    """What neither client nor transport raises passes through as it is."""
    with pytest.raises(KeyError):
        troubled_by(KeyError("ours"), time.monotonic() + 9)
