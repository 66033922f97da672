"""The JSON Schema of a rubric file, for editors: they complete fields and mark faults while one types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from answer_coach.library.building import DIMENSIONS, SHARED
from answer_coach.rubric import AtLeast, Cap, Indicator, Rubric, Rung, Signal

FILE = "rubric.schema.json"
LINE = "# yaml-language-server: $schema="
HELP = {
    "label": "At most 18 characters; it stands on the card.",
    "asks": "A question about the draft that two strangers decide alike from one quote.",
    "met": "A quote that shows it.",
    "near_miss": "A quote that nearly shows it, and does not.",
    "ask_absent": "What to ask the candidate when nothing of it is there.",
    "ask_partial": "What to ask the candidate when it is half said.",
    "follow_up": "What an interviewer would ask next; {quote} becomes the candidate's words.",
    "effort": "What it costs to add.",
    "if_not": "What to say if it did not happen; needed with only_if_it_happened.",
    "source": "'guide: ' and an item of guide.yaml, or 'authored'.",
    "covers": "Further items of guide.yaml that this listens for.",
    "slot": "One of the four things that every strong answer tells; the shared indicators have them.",
    "signals": "Patterns for the rules engine; signals.yaml explains the language.",
    "anchor": "What one can observe in an answer of this level.",
    "all": "All of these, on top of the level below.",
    "any": "At least one of these.",
    "at_least": "So many of these.",
    "about": "Words that an answer to this question uses; the rules engine tells other texts apart by them.",
    "classes": "Words of this question for its signals; a class of signals.yaml is added to.",
    "probes": "What interviewers push on.",
    "minutes": "How long it takes to say: shortest and longest.",
    "variant": "Another wording, for practice.",
    "listens_for": "What this dimension is about, in this question.",
    "shape": "For stories: which part of a story an indicator speaks for.",
    "unless_met": "The highest level until the indicator of this name is met.",
}


def rubric_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a rubric file: the models of rubric.py as people write them.

    In a file the name of an indicator or a cap stands above its fields, `shared` takes one in from shared.yaml, and
    levels are keys.  What only the whole file can tell (ladders, slots, duplicates) is for `coach rubrics check`.
    """
    models: list[type[BaseModel]] = [Rubric, Indicator, Rung, AtLeast, Cap, Signal]
    _, generated = models_json_schema([(m, "validation") for m in models], ref_template="#/$defs/{model}")
    made: dict[str, Any] = generated["$defs"]
    whole = made["Rubric"]
    for definition in made.values():
        definition.pop("description", None)
        definition.pop("title", None)
        for name, field in definition.get("properties", {}).items():
            field.pop("title", None)
            if name in HELP:
                field["description"] = HELP[name]
    for name in ("Indicator", "Cap"):
        _without(made[name], "id")
    _without(whole, "sha256")
    # A cap may lay a field or two over the shared one; the builder tells what is missing then.
    made["Cap"]["required"] = []
    whole["properties"]["dimensions"] = _keys({name: {"$ref": "#/$defs/Dimension"} for name in DIMENSIONS})
    whole["properties"]["caps"] = _named("Cap")
    dimension = {
        "listens_for": {"type": "string", "minLength": 1, "description": HELP["listens_for"]},
        "indicators": _named("Indicator"),
        "levels": _keys({str(n): {"$ref": "#/$defs/Rung"} for n in range(1, 6)}),
    }
    made["Dimension"] = _keys(dimension)
    kept = {name: made[name] for name in ("Dimension", "Indicator", "Rung", "AtLeast", "Cap", "Signal")}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A rubric of the answer coach"}
    return {**head, **whole, "$defs": kept}


def _without(definition: dict[str, Any], field: str) -> None:
    """Take a computed field out."""
    definition["properties"].pop(field)
    definition["required"] = [name for name in definition.get("required", []) if name != field]


def _keys(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _named(model: str) -> dict[str, Any]:
    """Parts below names of their own; `shared` takes the part of that name from shared.yaml."""
    one = {"anyOf": [{"const": SHARED}, {"$ref": f"#/$defs/{model}"}]}
    return {"type": "object", "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"}, "additionalProperties": one}
