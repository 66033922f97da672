"""Cards as files to be sent: one for each answer, with nobody else's data in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from answer_coach.batch.graded import Graded
from answer_coach.feedback import Failed
from answer_coach.reports.markdown import markdown
from answer_coach.reports.page import card_page, title_of
from answer_coach.rubric import Rubric

Form = Literal["markdown", "html"]
ENDINGS: dict[Form, str] = {"markdown": ".md", "html": ".html"}
LONGEST, HEAVIEST = 40, 80  # characters and bytes of a part of a file's name


class File(NamedTuple):
    """One card as a file: its name, what stands in it, the number of its answer, and that answer."""

    name: str
    content: str
    number: int
    item: Graded


def cards(graded: Iterable[Graded], rubrics: Mapping[str, Rubric], form: Form, numbers: bool = True) -> Iterator[File]:
    """A file for each answer, in order; a failed one has none: that is the judge's failure, and nothing to read.

    The source is left out: where a mentor keeps answers is nobody else's business.
    """
    names = Names(ENDINGS[form])
    for number, item in enumerate(graded, 1):
        if isinstance(item.card, Failed):
            continue
        name = names.of(item)
        alone = item.model_copy(update={"card": item.card.model_copy(update={"source": _own(item)})})
        title = title_of(rubrics, item.card.question)
        if form == "html":
            yield File(name, card_page(1, alone, title, numbers), number, item)
        else:
            yield File(name, markdown(alone.card, title, numbers=numbers), number, item)


def _own(item: Graded) -> object:
    """What a card to be sent says of its source: whose it is and which draft, not where it was kept."""
    return item.card.source.model_copy(update={"path": None, "row": None}) if item.card.source else None


class Names:
    """Names for files: candidate, question, draft; each safe, and each once."""

    def __init__(self, ending: str):
        self._ending = ending
        self._taken: dict[str, int] = {}
        """How often a name was wanted."""

    def of(self, item: Graded) -> str:
        """A name for the card of an answer."""
        whose = safe(item.candidate or "") or f"answer-{item.card.answer.sha256[:8]}"
        parts = [whose, item.card.question, *([safe(item.draft)] if item.draft else [])]
        stem = name = "-".join(part for part in parts if part)
        while name in self._taken:
            self._taken[stem] += 1
            name = f"{stem}-{self._taken[stem]}"
        self._taken[name] = 1
        return name + self._ending


def safe(text: str) -> str:
    """A text as a part of a file's name: small letters and digits of any script, with hyphens between."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    spaced = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", kept))
    cut = "-".join(spaced.split())[:LONGEST].encode()[:HEAVIEST]
    return cut.decode(errors="ignore").strip("-")
