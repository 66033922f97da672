"""The card as the published JSON: docs/card.schema.json."""

from __future__ import annotations

import json as _json

from answer_coach.cleaning import is_invisible
from answer_coach.feedback import Failed, Feedback, NotGradable

ASTRAL = 0x10000  # above it a character is two escapes; tags and private planes show nothing anyhow


def json(card: Feedback | NotGradable | Failed, ascii_only: bool = False) -> str:
    """The card as one JSON object, its kind first; `ascii_only` for outputs that can't print the draft's letters."""
    fields = card.model_dump(mode="json", by_alias=True)
    ordered = {"kind": fields.pop("kind"), **fields}
    text = _json.dumps(ordered, ensure_ascii=ascii_only, indent=2) + "\n"
    return "".join(f"\\u{ord(c):04x}" if is_invisible(c) and c != "\n" and ord(c) < ASTRAL else c for c in text)
