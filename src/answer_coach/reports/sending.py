"""Cards as files to be sent: one for each answer, with nobody else's data in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from answer_coach.batch.graded import Graded
from answer_coach.feedback import Failed
from answer_coach.reports.markdown import markdown
from answer_coach.reports.page import card_page, title_of
from answer_coach.rubric import Rubric

Form = Literal["markdown", "html"]
ENDINGS: dict[Form, str] = {"markdown": ".md", "html": ".html"}
LONGEST = 40  # characters of a part of a file's name


class File(NamedTuple):
    """One card as a file: its name, what stands in it, and the number of its answer."""

    name: str
    content: str
    number: int


def cards(graded: Sequence[Graded], rubrics: Mapping[str, Rubric], form: Form, numbers: bool = True) -> Iterator[File]:
    """A file for each answer, in order; a failed one has none: that is the judge's failure, and nothing to read.

    The source is left out: where a mentor keeps answers is nobody else's business.
    """
    for number, name in file_names(graded, ENDINGS[form]):
        item = graded[number - 1]
        alone = item.model_copy(update={"card": item.card.model_copy(update={"source": _own(item)})})
        title = title_of(rubrics, item.card.question)
        if form == "html":
            yield File(name, card_page(1, alone, title, numbers), number)
        else:
            yield File(name, markdown(alone.card, title, numbers=numbers), number)


def _own(item: Graded) -> object:
    """What a card to be sent says of its source: whose it is and which draft, not where it was kept."""
    return item.card.source.model_copy(update={"path": None, "row": None}) if item.card.source else None


def file_names(graded: Sequence[Graded], ending: str) -> list[tuple[int, str]]:
    """Names for the answers that a card can be sent for: candidate, question, draft; each safe, and each once."""
    taken: set[str] = set()
    named = []
    for number, item in enumerate(graded, 1):
        if isinstance(item.card, Failed):
            continue
        whose = safe(item.candidate or "") or f"answer-{item.card.answer.sha256[:8]}"
        parts = [whose, item.card.question, *([safe(item.draft)] if item.draft else [])]
        stem = "-".join(part for part in parts if part)
        name, count = stem, 1
        while name in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(name)
        named.append((number, name + ending))
    return named


def safe(text: str) -> str:
    """A text as a part of a file's name: small letters and digits of any script, with hyphens between."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    spaced = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", kept))
    return "-".join(spaced.split())[:LONGEST].strip("-")
