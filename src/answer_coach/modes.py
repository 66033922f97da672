"""Ways to ask an endpoint for the form of a reply: a ladder, from enforced by the server to read out of free text.

    json_schema             the schema goes along and is enforced, strictly
    json_schema_in_prompt   the schema goes along, and stands in the prompt too
    json_object             the endpoint promises some JSON object; the schema stands in the prompt
    tool                    the reply is the arguments of a tool that must be called; the schema stands in the prompt
    text                    nothing goes along; the one whole object that carries the answer's tag counts

On all rungs but the first the reply must carry the answer's tag (prompts/form.md says so), since an object in it may
have been quoted from the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from answer_coach.request import RESPONSE_FORMAT, WIRE_SCHEMA

ReplyMode = Literal["json_schema", "json_schema_in_prompt", "json_object", "tool", "text"]
LADDER: tuple[ReplyMode, ...] = ("json_schema", "json_schema_in_prompt", "json_object", "tool", "text")
STRICT: ReplyMode = "json_schema"
TEXT: ReplyMode = "text"
TOOL = "verdicts"

_LOOSE = {**RESPONSE_FORMAT, "json_schema": {"name": TOOL, "schema": WIRE_SCHEMA}}
_FIELDS: Mapping[ReplyMode, dict[str, Any]] = {
    "json_schema": {"response_format": RESPONSE_FORMAT},
    "json_schema_in_prompt": {"response_format": _LOOSE},
    "json_object": {"response_format": {"type": "json_object"}},
    "tool": {
        "tools": [{"type": "function", "function": {"name": TOOL, "parameters": WIRE_SCHEMA}}],
        "tool_choice": {"type": "function", "function": {"name": TOOL}},
    },
    "text": {},
}
FORM_FIELDS = ("response_format", "tools", "tool_choice")
"""The fields of a request that ask for a form; an endpoint that refuses one of them refuses the mode."""


def fields(mode: ReplyMode) -> dict[str, Any]:
    """What goes along with a request in this mode."""
    return _FIELDS[mode]


def in_prompt(mode: ReplyMode) -> bool:
    """Whether the schema stands in the prompt and the reply must carry the answer's tag."""
    return mode != STRICT


def below(mode: ReplyMode) -> ReplyMode | None:
    """The next rung down; None below the last."""
    at = LADDER.index(mode) + 1
    return LADDER[at] if at < len(LADDER) else None
