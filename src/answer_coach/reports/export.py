"""A story with all its drafts, to take away: Markdown to read, JSON to compute with."""

from __future__ import annotations

import json
from collections.abc import Sequence

from answer_coach.comparing import Comparison
from answer_coach.drafts.records import Draft, Event, Story
from answer_coach.drafts.worddiff import Run
from answer_coach.reports import markdown

SCHEMA = 1


def export_markdown(drafts: Sequence[Draft], events: Sequence[Event], title: str) -> str:
    """Every draft with its text and its newest card, and what happened to it, in order."""
    parts = [f"# {drafts[0].story}", f"{title} ({drafts[0].question}), {len(drafts)} drafts"]
    for draft in drafts:
        quoted = "\n".join(f"> {markdown.escaped(line)}".rstrip() for line in draft.text.strip().splitlines())
        parts += [f"## Draft {draft.number}, {draft.at}", quoted]
        if draft.card is not None:
            parts.append(_lower(markdown.markdown(draft.card, title)))
        parts += [f"- {_event(event)}" for event in events if event.number == draft.number]
    if rest := [event for event in events if event.number is None]:
        parts += ["## Besides", *(f"- {_event(event)}" for event in rest)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _lower(text: str) -> str:
    """A card's headings, below those of the drafts."""
    return "\n".join(f"##{line}" if line.startswith("#") else line for line in text.splitlines())


def _event(event: Event) -> str:
    turns = event.data.get("turns")
    if event.kind == "talk" and isinstance(turns, list):
        said = "; ".join(f'asked "{turn["asked"]}", replied "{turn["said"]}"' for turn in turns)
        return f"{event.at} talk: {markdown.escaped(said)}"
    told = "; ".join(f"{name}: {value}" for name, value in event.data.items() if isinstance(value, (str, int, float)))
    return f"{event.at} {event.kind}: {markdown.escaped(told)}"


def list_json(stories: Sequence[tuple[Story, Sequence[Draft]]], ascii_only: bool = False) -> str:
    """The stories with how many drafts each has and how the last one reads."""
    rows = []
    for story, drafts in stories:
        card = drafts[-1].feedback if drafts else None
        overall = card.overall.model_dump(mode="json") if card else None
        rows.append(
            {**story.model_dump(), "drafts": len(drafts), "last": drafts[-1].at if drafts else None}
            | {"overall": overall}
        )
    return json.dumps(rows, ensure_ascii=ascii_only, indent=2) + "\n"


def comparison_json(
    compared: Comparison, older: Draft, newer: Draft, runs: Sequence[Run], ascii_only: bool = False
) -> str:
    """Two drafts side by side as one object."""
    whole = {
        "schema": SCHEMA,
        "story": newer.story,
        "question": newer.question,
        "drafts": [older.number, newer.number],
        **compared.model_dump(mode="json"),
        "diff": [run.model_dump() for run in runs],
    }
    return json.dumps(whole, ensure_ascii=ascii_only, indent=2) + "\n"


def export_json(drafts: Sequence[Draft], events: Sequence[Event], ascii_only: bool = False) -> str:
    """All that is kept of a story as one object."""
    whole = {
        "schema": SCHEMA,
        "story": drafts[0].story,
        "question": drafts[0].question,
        "drafts": [draft.model_dump(mode="json", by_alias=True, exclude={"story", "question"}) for draft in drafts],
        "events": [event.model_dump(mode="json", exclude={"story"}) for event in events],
    }
    return json.dumps(whole, ensure_ascii=ascii_only, indent=2) + "\n"
