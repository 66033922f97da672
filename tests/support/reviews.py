"""A review put into answers, and as a table, all at once."""

from __future__ import annotations

import io
from collections.abc import Iterable

from answer_coach.batch.graded import Graded
from answer_coach.batch.review import ReviewRow, decide, read_review, review_csv, revised
from answer_coach.rubric import Rubric


def apply_review(
    items: list[Graded], rows: Iterable[ReviewRow], name: str, rubrics: dict[str, Rubric]
) -> tuple[list[Graded], list[str]]:
    """The answers with a person's decisions in them, and what could not be used."""
    decided, faults = decide(items, rows, rubrics)
    return list(revised(items, decided, name, rubrics)), faults


def read(text: str) -> list[ReviewRow]:
    """The rows of a table."""
    return list(read_review(io.StringIO(text, newline="")))


def written(rows: Iterable[ReviewRow]) -> str:
    """Rows as a table."""
    return "".join(review_csv(rows))
