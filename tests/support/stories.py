"""A story over five drafts, as the examples hold it, and a store to keep it in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from answer_coach import Coach
from answer_coach.drafts.keeping import grade_text
from answer_coach.drafts.records import Draft
from answer_coach.drafts.store import Store

EXAMPLES = Path(__file__).parents[2] / "examples"
STORY = [(EXAMPLES / "leaks" / f"{number}.md").read_text(encoding="utf-8") for number in range(1, 6)]
NAME, QUESTION = "leaks", "story"


class Clock:
    """A clock that goes on by a day with each look."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(days=1)
        return self.at


def told(store: Store, coach: Coach | None = None, count: int = 5) -> list[Draft]:
    """The first drafts of the story in a store, graded by the rules."""
    judge, drafts = coach or Coach("rules"), []
    for text in STORY[:count]:
        draft = store.add(NAME, QUESTION, text)
        drafts.append(store.keep(draft, grade_text(judge, text, QUESTION)))
    return drafts
