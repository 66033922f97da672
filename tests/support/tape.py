"""Cassettes: how exchanges with an endpoint are recorded, stored to be read, and played back.

Requests match on method, path and the body as parsed JSON, whatever the host; nothing about the machine, the client or
the key is kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import vcr
import yaml
from vcr.request import Request

CASSETTES = Path(__file__).parents[2] / "cassettes"
KEPT = {"content-type"}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that a changed prompt is a readable diff."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


class Readable:
    """Stores JSON bodies as structure instead of one escaped line."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """A cassette as YAML."""
        exchanges = cassette["interactions"]
        stored = [{"request": _out(i["request"]), "response": _reply_out(i["response"])} for i in exchanges]
        return Readable.dump({"version": 1, "interactions": stored})

    @staticmethod
    def dump(whole: dict[str, Any]) -> str:
        """What is stored, as text."""
        return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """A cassette from YAML, in the form that vcrpy wants."""
        exchanges = yaml.safe_load(text)["interactions"]
        played = [{"request": _in(i["request"]), "response": _reply_in(i["response"])} for i in exchanges]
        return {"version": 1, "interactions": played}


def _out(request: dict[str, Any]) -> dict[str, Any]:
    path = "/" + str(request["uri"]).split("://", 1)[-1].split("/", 1)[-1]
    return {"method": request["method"], "path": path, "json": json.loads(request["body"])}


def _in(stored: dict[str, Any]) -> dict[str, Any]:
    uri = "http://endpoint.test" + stored["path"]
    return {"method": stored["method"], "uri": uri, "body": json.dumps(stored["json"]), "headers": {}}


def _reply_out(response: dict[str, Any]) -> dict[str, Any]:
    body = response["body"]["string"]
    parsed = json.loads(body)
    parsed["created"] = 0
    return {"status": response["status"]["code"], "json": parsed}


def _reply_in(stored: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(stored["json"]).encode()
    return {
        "status": {"code": stored["status"], "message": ""},
        "headers": {"content-type": ["application/json"]},
        "body": {"string": body},
    }


def canonical(request: Request) -> str:
    """A request's body in one form; parsed once, then kept with the request."""
    known: str | None = getattr(request, "_canonical", None)
    if known is None:
        known = json.dumps(json.loads(request.body or b"null"), sort_keys=True)
        request._canonical = known
    return known


def _same_json(one: Request, other: Request) -> None:
    assert canonical(one) == canonical(other), "the request's JSON differs: the prompt, rubric or schema changed"


def _same_path(one: Request, other: Request) -> None:
    assert one.path.rsplit("/v1", 1)[-1] == other.path.rsplit("/v1", 1)[-1]


def _bare(request: Request) -> Request:
    request.headers = {k: v for k, v in request.headers.items() if k.lower() in KEPT}
    return request


def recorder(mode: str = "none") -> vcr.VCR:
    """A recorder over `cassettes/`; mode `none` plays back only, `all` records."""
    tape = vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode=mode,
        match_on=["method", "v1_path", "json"],
        before_record_request=_bare,
        decode_compressed_response=True,
        serializer="readable",
    )
    tape.register_serializer("readable", Readable)
    tape.register_matcher("json", _same_json)
    tape.register_matcher("v1_path", _same_path)
    return tape
