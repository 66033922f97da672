"""The card as the published JSON: docs/card.schema.json."""

from __future__ import annotations

import json as _json

from answer_coach.feedback import Failed, Feedback, NotGradable


def json(card: Feedback | NotGradable | Failed, ascii_only: bool = False) -> str:
    """The card as one JSON object, its kind first; `ascii_only` for outputs that can't print the draft's letters."""
    fields = card.model_dump(mode="json", by_alias=True)
    ordered = {"kind": fields.pop("kind"), **fields}
    return _json.dumps(ordered, ensure_ascii=ascii_only, indent=2) + "\n"
