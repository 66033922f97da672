"""How the peer is asked: our chat model without a coach, and grammars narrower than the coach's own.

The peer knows no words, so that hardly a reply of its own comes past the first check.  A narrower grammar puts single
words into its mouth (the check phrase, the ids, quotes that are true), and so leads its replies further down the way.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import SecretStr

from answer_coach import Coach
from answer_coach.engines.compatible import CompatibleChat
from answer_coach.engines.interface import Endpoint
from answer_coach.prompt import render
from answer_coach.request import WIRE_SCHEMA, JudgeRequest
from answer_coach.steps import Job

SECONDS = 60.0
Schema = dict[str, Any]


def coach_at(base_url: str, *, seconds: float = SECONDS, key: str = "", **more: Any) -> Coach:
    """A coach with today's rubrics, pointed at the peer, of which it knows nothing yet."""
    environ = {"COACH_API_KEY": key} if key else {}
    return Coach("babbler", base_url=base_url, timeout=seconds, environ=environ, **more)


def job_of(text: str, question: str = "q05") -> Job:
    """What the coach would put to a judge."""
    return Coach().request(text, question=question)


def request_of(job: Job) -> JudgeRequest:
    """The same as messages."""
    return render(job.template, job.rubric, job.answer)


def size(job: Job) -> int:
    """The bytes of a prompt as the model's chat template writes it; to this model each byte is a token."""
    from tests.peer.model import rendered

    return len(rendered([(m.role, m.content) for m in request_of(job).messages]).encode())


@contextmanager
def chat_at(base_url: str, seconds: float = SECONDS) -> Iterator[CompatibleChat]:
    """Our chat model, and its connection closed behind it."""
    endpoint = Endpoint(model="babbler", base_url=base_url, api_key=SecretStr("none"), timeout=seconds)
    model = CompatibleChat(endpoint=endpoint)
    try:
        yield model
    finally:
        model.close()


def response_format(schema: Schema) -> dict[str, Any]:
    """A schema as it goes over the wire, strict."""
    return {"type": "json_schema", "json_schema": {"name": "narrow", "strict": True, "schema": schema}}


def only_the_phrase(job: Job) -> dict[str, Any]:
    """The check phrase is given; everything else is the peer's own."""
    schema = copy.deepcopy(WIRE_SCHEMA)
    schema["properties"]["check"] = {"type": "string", "enum": [request_of(job).check]}
    return response_format(schema)


def all_ids(job: Job, *, quotes: Sequence[str] = (), strangers: int = 0) -> dict[str, Any]:
    """Phrase and ids are given, each once, all of them met; behind them `strangers` ids of the peer's own.

    Quotes are the peer's own where none are given, else one of those.
    """
    whole: Schema = only_the_phrase(job)["json_schema"]["schema"]
    fields = whole["properties"]
    one = fields["indicators"]["items"]
    claim = one["properties"]["evidence"]["items"]
    if quotes:
        claim = _with(claim, quote={"type": "string", "enum": list(quotes)})
    given = {"verdict": {"type": "string", "enum": ["met"]}, "evidence": {"type": "array", "prefixItems": [claim]}}
    named = [_with(one, id={"type": "string", "enum": [name]}, **given) for name in job.rubric.asked]
    fields["addresses"] = {"type": "string", "enum": ["yes"]}
    fields["indicators"] = {"type": "array", "prefixItems": [*named, *[one] * strangers]}
    return response_format(whole)


def _with(schema: Schema, **properties: Schema) -> Schema:
    """An object's schema with some of its fields narrowed; their order stays."""
    return {**schema, "properties": {**schema["properties"], **properties}}
