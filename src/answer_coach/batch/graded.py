"""The cards of a batch with the texts they were made from, as its folder holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from answer_coach.answer import Word
from answer_coach.batch.ledger import ANSWERS, RESULTS
from answer_coach.errors import StoreError
from answer_coach.feedback import CARD, AnyCard, Feedback, GradedBy

HINT = "Was it edited? Grade into a new folder."


class Graded(Word):
    """One answer: its card, and the text that the card's offsets count in ("" where it is not there)."""

    card: AnyCard
    text: str

    @property
    def candidate(self) -> str | None:
        """Whose answer it is; None where that was not said."""
        return (self.card.source.candidate or None) if self.card.source else None

    @property
    def who(self) -> str:
        """What to call the answer by: its candidate, else its file and row, else the beginning of its hash."""
        source = self.card.source
        if source and source.candidate:
            return source.candidate
        if source and source.path:
            name = PurePosixPath(source.path.replace("\\", "/")).name
            return f"{name}, row {source.row}" if source.row is not None else name
        return self.card.answer.sha256[:12]

    @property
    def draft(self) -> str | None:
        """Which draft it is; None where that was not said."""
        return (self.card.source.draft or None) if self.card.source else None


class Numbered(Word):
    """A card of the batch by its number from 1, so that a reader finds it again."""

    number: int
    who: str
    question: str
    says: str = ""


def numbered(number: int, item: Graded, says: str = "") -> Numbered:
    """An answer as a line that points to it."""
    return Numbered(number=number, who=item.who, question=item.card.question, says=says)


def judge_of(by: GradedBy | None) -> str:
    """Who judged, in words that are equal for equal judges: model, host and prompt."""
    if by is None:
        return "nobody"
    if by.engine == "rules":
        return f"rules {by.prompt.version} {by.prompt.sha256[:8]}" if by.prompt else "rules"
    at = " by hand" if by.engine == "by_hand" else f" at {by.host}" if by.host else ""
    return f"{by.model}{at}" + (f", prompt {by.prompt.version} {by.prompt.sha256[:8]}" if by.prompt else "")


def same_judge(one: GradedBy | None, two: GradedBy | None) -> bool:
    """Whether two cards come from the same engine, model, host and prompt."""
    return _judge(one) == _judge(two)


def _judge(by: GradedBy | None) -> tuple[str | None, ...]:
    return (by.engine, by.model, by.host, by.base_url_sha256, by.prompt.sha256 if by.prompt else None) if by else ()


def basis_of(card: Feedback) -> tuple[str, str, str]:
    """What cards must share to be counted together: question, rubric and judge."""
    return (card.question, card.rubric.sha256, judge_of(card.graded_by))


def read_graded(folder: Path) -> list[Graded]:
    """All answers of a batch, in the order of its results.  Raises StoreError where a line can't be read."""
    return list(iter_graded(folder))


def iter_graded(folder: Path) -> Iterator[Graded]:
    """The same, one at a time; the texts are in memory, the cards are not."""
    texts: dict[str, str] = {}
    path = folder / ANSWERS
    for number, line in _lines(path) if path.exists() else ():
        row = _value(line, path, number)
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise StoreError(f"{path}:{number}: this is no answer", hint=HINT)
        texts[str(row.get("sha256"))] = row["text"]
    path = folder / RESULTS
    for number, line in _lines(path):
        try:
            card = CARD.validate_python(_value(line, path, number))
        except ValidationError:
            raise StoreError(f"{path}:{number}: this is no card", hint=HINT) from None
        yield Graded(card=card, text=texts.get(card.answer.sha256, ""))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a file, numbered; a last one that a crash tore off is left out."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n") and line.strip():
                    yield number, line
    except OSError as fault:
        hint = "Name the folder that coach batch wrote to."
        raise StoreError(f"{path} can't be read ({fault.strerror})", hint=hint) from None


def _value(line: bytes, path: Path, number: int) -> Any:
    try:
        return json.loads(line.decode("utf-8", "surrogatepass"))
    except ValueError:
        raise StoreError(f"{path}:{number}: this is not JSON", hint=HINT) from None
