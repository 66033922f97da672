"""What a batch is made of: answers with where they came from, and rows that could not be read."""

from __future__ import annotations

from answer_coach.answer import Word
from answer_coach.feedback import Source


class Entry(Word):
    """One answer of a batch.  `question` is as it was named: an id, a number or a slug."""

    text: str
    question: str
    source: Source


class Broken(Word):
    """A row or file that holds no answer; the rest goes on.  `line` is None where the file as a whole is meant."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"
