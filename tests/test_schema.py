"""The published JSON: docs/card.schema.json is what the code gives, and real cards keep to it.

Write it anew after a change of the card: `python -m tests.test_schema`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from answer_coach import Coach
from answer_coach.errors import TimedOut, UnusableReply
from answer_coach.feedback import CARD, Source
from answer_coach.library.shelf import Library
from answer_coach.reports import json as json_report
from tests.support.build import SOLID, says, scripted_coach

PUBLISHED = Path(__file__).parents[1] / "docs" / "card.schema.json"
LIBRARY = Library()
NUMBER, TEXT = 0, ""

# The contract, as docs and design have it: every field of every card.  A tuple stands for a list of such things.
EVIDENCE = {"quote": TEXT, "start": NUMBER, "end": NUMBER, "status": TEXT}
PLACE = {"sentence": NUMBER, "opening": TEXT}
EDIT = {
    "dimension": TEXT,
    "from": NUMBER,
    "to": NUMBER,
    "overall_to": NUMBER,
    "needs": (TEXT,),
    "place": PLACE,
    "ask": TEXT,
    "effort": TEXT,
}
INDICATOR = {
    "id": TEXT,
    "label": TEXT,
    "verdict": TEXT,
    "evidence": (EVIDENCE,),
    "note": TEXT,
    "place": PLACE,
    "agreement": NUMBER,
}
CAP = {
    "id": TEXT,
    "label": TEXT,
    "verdict": TEXT,
    "evidence": (EVIDENCE,),
    "limit": NUMBER,
    "says": TEXT,
    "note": TEXT,
}
DIMENSION = {
    "id": TEXT,
    "level": NUMBER,
    "range": (NUMBER,),
    "anchor": TEXT,
    "next": {"level": NUMBER, "anchor": TEXT, "needs": (TEXT,)},
    "indicators": (INDICATOR,),
    "caps": (CAP,),
}
GRADED_BY = {
    "engine": TEXT,
    "model": TEXT,
    "host": TEXT,
    "base_url_sha256": TEXT,
    "prompt": {"version": TEXT, "sha256": TEXT},
    "passes": NUMBER,
    "reply_mode": TEXT,
    "noise": NUMBER,
}
TIMING = {
    "target_seconds": (NUMBER,),
    "marks": ({"indicator": TEXT, "label": TEXT, "seconds": NUMBER},),
    "cut": {"start": NUMBER, "end": NUMBER, "opening": TEXT, "words": NUMBER},
}
HEAD = {
    "kind": TEXT,
    "schema": NUMBER,
    "question": TEXT,
    "rubric": {"version": TEXT, "sha256": TEXT},
    "source": {"path": TEXT, "row": NUMBER, "candidate": TEXT, "draft": TEXT},
    "graded_at": TEXT,
    "coach_version": TEXT,
    "answer": {"words": NUMBER, "speaking_seconds": NUMBER, "sha256": TEXT, "warnings": (TEXT,)},
    "graded_by": GRADED_BY,
    "usage": dict.fromkeys(
        ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens", "seconds", "cost"), NUMBER
    ),
}
FEEDBACK = {
    **HEAD,
    "dimensions": (DIMENSION,),
    "overall": {"level": NUMBER, "word": TEXT, "range": (NUMBER,)},
    "slots": {"decision": TEXT, "trade_off": TEXT, "people": TEXT, "outcome": TEXT},
    "ready": True,
    "next_edit": EDIT,
    "also": (EDIT,),
    "half_said": (TEXT,),
    "not_found": (TEXT,),
    "keep": ({"dimension": TEXT, "indicator": TEXT, "quote": TEXT},),
    "ask": (TEXT,),
    "follow_ups": ({"question": TEXT, "quote": TEXT},),
    "shape": dict.fromkeys(("situation", "task", "action", "result", "reflection"), NUMBER),
    "timing": TIMING,
    "uncredited": ({"start": NUMBER, "end": NUMBER},),
    "unverified_quotes": NUMBER,
}
NOT_GRADABLE = {**HEAD, "reasons": ({"code": TEXT, "message": TEXT},), "ask": (TEXT,), "seems_to_answer": TEXT}
FAILED = {**HEAD, "error": {"code": TEXT, "message": TEXT, "hint": TEXT}}
CONTRACT: dict[str, Mapping[str, Any]] = {"feedback": FEEDBACK, "not_gradable": NOT_GRADABLE, "failed": FAILED}


def generated() -> str:
    """The schema that the code gives, as it is published."""
    schema = CARD.json_schema(by_alias=True, mode="serialization")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def real_cards() -> dict[str, str]:
    """Cards of all three kinds, made by real gradings, as JSON text."""
    coach = Coach("rules", library=LIBRARY)
    cards: dict[str, Any] = {
        f"{e.question}-{e.kind}": coach.grade(e.text, question=e.question)
        for question in LIBRARY.files
        for e in LIBRARY.exemplars(question)
    }
    model, _ = scripted_coach(says(LIBRARY, "q05", SOLID, {"goal": "met", "people": "partial"}), library=LIBRARY)
    cards["by a model"] = model.grade(SOLID, question="q05", source=Source(path="draft.md", row=2, candidate="C"))
    cards["too short"] = coach.grade("fine, thanks", question="q05")
    cards["empty"] = coach.grade("", question="story")
    cards["forced"] = coach.grade("fine, thanks", question="q05", anyway=True)
    cards["timed out"] = coach.failure(SOLID, TimedOut("h did not reply", hint="Wait."), question="q05")
    cards["unusable"] = coach.failure(SOLID, UnusableReply("empty", code="empty"), question="q05")
    return {name: json_report.json(card) for name, card in cards.items()}


CARDS = real_cards()


def names_of(shape: Any, value: Any, path: str = "card") -> list[str]:
    """Where a value has other fields than the contract; what is null or empty has none to compare."""
    if isinstance(shape, tuple) and isinstance(value, list):
        return [fault for at, item in enumerate(value) for fault in names_of(shape[0], item, f"{path}[{at}]")]
    if isinstance(shape, Mapping) and value is not None:
        if set(shape) != set(value):
            return [f"{path}: {sorted(set(shape) ^ set(value))}"]
        return [fault for key in shape for fault in names_of(shape[key], value[key], f"{path}.{key}")]
    return [] if value is None or isinstance(value, str) == isinstance(shape, str) else [f"{path}: {value!r}"]


def test_the_published_schema_is_the_generated_one() -> None:
    """Whoever reads docs/card.schema.json reads what the code does; if this fails, see this file's first lines."""
    assert PUBLISHED.read_text(encoding="utf-8") == generated()


def test_the_published_schema_is_a_schema() -> None:
    """It is valid JSON Schema, tells its three kinds apart, and forbids what it does not name."""
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert set(schema["discriminator"]["mapping"]) == set(CONTRACT)
    objects = [part for part in schema["$defs"].values() if part.get("type") == "object"]
    assert all(part["additionalProperties"] is False for part in objects)


@pytest.mark.parametrize("name", CARDS)
def test_real_cards_keep_to_the_schema(name: str) -> None:
    """A card of any kind is valid by the published schema, and can be read back to the same card."""
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(CARDS[name]))
    assert json_report.json(CARD.validate_json(CARDS[name])) == CARDS[name]


@pytest.mark.parametrize("name", CARDS)
def test_field_names_are_the_contracts(name: str) -> None:
    """Every field of the contract is there, even where it is null, and no other; `kind` comes first."""
    card = json.loads(CARDS[name])
    assert names_of(CONTRACT[card["kind"]], card) == []
    assert next(iter(card)) == "kind"
    assert card["schema"] == 1


@pytest.mark.parametrize("kind", CONTRACT)
def test_the_schema_names_what_the_contract_names(kind: str) -> None:
    """Also what no card here happens to hold is called in the schema what the contract calls it."""
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    top = schema["$defs"][schema["discriminator"]["mapping"][kind].rsplit("/", 1)[1]]
    assert set(top["properties"]) == set(CONTRACT[kind])
    edit = schema["$defs"]["NextEdit"]["properties"]
    assert set(edit) == set(EDIT)


def test_all_three_kinds_were_tried() -> None:
    """The cards above are of every kind, and between them hold edits, a shape, marks in time and a source."""
    cards = [json.loads(text) for text in CARDS.values()]
    assert {card["kind"] for card in cards} == set(CONTRACT)
    graded = [card for card in cards if card["kind"] == "feedback"]
    assert any(c["next_edit"] and c["also"] for c in graded)
    assert any(c["shape"] for c in graded)
    assert any(c["timing"]["marks"] for c in graded)
    assert any(c["source"] for c in graded)


if __name__ == "__main__":
    PUBLISHED.parent.mkdir(exist_ok=True)
    PUBLISHED.write_text(generated(), encoding="utf-8")
    sys.stdout.write(f"{PUBLISHED}\n")
