"""The card as the published JSON: docs/card.schema.json."""

from __future__ import annotations

import json as _json

from answer_coach.feedback import Failed, Feedback, NotGradable


def json(card: Feedback | NotGradable | Failed) -> str:
    """The card as one JSON object, its kind first.  Lone surrogates and the like are written as escapes."""
    fields = card.model_dump(mode="json", by_alias=True)
    ordered = {"kind": fields.pop("kind"), **fields}
    return _json.dumps(ordered, ensure_ascii=False, indent=2) + "\n"
