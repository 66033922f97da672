"""What an endpoint offers: lists of models in the shapes that servers have, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from answer_coach import errors
from answer_coach.choosing import chat_at
from answer_coach.engines.providers import Tuning, find_endpoint
from answer_coach.errors import CoachError
from tests.support.server import Endpoint, Reply, serving

ROWS = [{"id": "a"}, {"id": "b", "max_model_len": 4096}]
LISTS: dict[str, Any] = {
    "an object with data": {"object": "list", "data": ROWS},
    "an object with models": {"models": ROWS},
    "a bare list": ROWS,
    "a list with other things in it": [*ROWS, None, "c", 3],
}
NONE: dict[str, tuple[Reply, type[CoachError], str]] = {
    "a page": (Reply(200, "<html></html>"), errors.EndpointFault, "endpoint_fault"),
    "data null": (Reply(200, {"data": None}), errors.EndpointFault, "endpoint_fault"),
    "a text": (Reply(200, '"models"'), errors.EndpointFault, "endpoint_fault"),
    "no such list": (Reply(404, {}), errors.ModelMissing, "model_missing"),
    "a wrong key": (Reply(401, {"error": {"message": "no"}}), errors.AccessDenied, "access_denied"),
    "busy": (Reply(429, {}, {"retry-after-ms": "1"}), errors.RateLimited, "rate_limited"),
    "a redirect": (Reply(302, {}, {"location": "/elsewhere"}), errors.RequestRefused, "redirected"),
}


def offered(models: Reply) -> tuple[list[dict[str, Any]] | CoachError, Endpoint]:
    """What a server's list is read as, and the server."""
    with serving(lambda _: Reply(500, {}), models=models) as server:
        chat = chat_at(find_endpoint("m", server.base_url, {}, timeout=5, tuning=Tuning(attempts=2)))
        try:
            return chat.models(), server
        except CoachError as fault:
            return fault, server
        finally:
            chat.close()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_models_is_read_in_any_shape(name: str) -> None:
    """Rows that are objects are taken as they are, all else is passed over."""
    found, server = offered(Reply(body=LISTS[name]))
    assert found == ROWS
    assert [(seen.method, seen.path) for seen in server.listings] == [("GET", "/v1/models")]


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_list_is_an_error_of_the_house(name: str) -> None:
    """The same errors as for a grading."""
    reply, kind, code = NONE[name]
    found, server = offered(reply)
    assert isinstance(found, kind)
    assert (found.code, found.exit_code) == (code, 3)
    assert len(server.listings) == (2 if name == "busy" else 1)
    assert server.requests == []
