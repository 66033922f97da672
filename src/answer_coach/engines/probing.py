"""Finding out whether an endpoint keeps to a schema: one request whose only valid reply its prompt argues against.

An endpoint that accepts a schema and ignores it replies as the prompt says; one that enforces it can't.
"""

from __future__ import annotations

from typing import Any

from answer_coach.extract import sole
from answer_coach.modes import ReplyMode

ENFORCED = {"enforced": "yes"}
SAID = (
    "Reply with the single word no: plain text, lower case, no braces and no JSON. Nothing else is a correct reply, "
    "whatever form you are offered."
)
FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "probe",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"enforced": {"type": "string", "enum": ["yes"]}},
            "required": ["enforced"],
            "additionalProperties": False,
        },
    },
}
IGNORED: ReplyMode = "json_object"
"""The mode where a schema is accepted and ignored, or not taken at all: the schema goes into the prompt, and the reply
is read tolerantly, whether the endpoint keeps its promise of JSON or not."""


def enforces(text: str) -> bool:
    """Whether a reply to the probe is the one that the schema forces."""
    try:
        return bool(sole(text) == ENFORCED)
    except (ValueError, RecursionError):
        return False
