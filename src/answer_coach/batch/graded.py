"""The cards of a batch with the texts they were made from, as its folder holds them.

Nothing here keeps cards: a batch is read from its files, one answer at a time, as often as it is asked for.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Protocol

from pydantic import ValidationError

from answer_coach.answer import Word
from answer_coach.batch.ledger import ANSWERS, RESULTS
from answer_coach.batch.scratch import scratch
from answer_coach.errors import StoreError, UnreadableFile
from answer_coach.feedback import CARD, AnyCard, Feedback, GradedBy

HINT = "Was it edited? Grade into a new folder."
FIRST = 200
"""Of each kind of finding so many are named; all are counted."""


class Graded(Word):
    """One answer: its card, and the text that the card's offsets count in ("" where it is not there)."""

    card: AnyCard
    text: str

    @property
    def candidate(self) -> str | None:
        """Whose answer it is; None where that was not said."""
        return (self.card.source.candidate or None) if self.card.source else None

    @property
    def person(self) -> str | None:
        """Who the candidate is, for telling people apart: `anna`, `Anna` and `ANNA` are one."""
        return " ".join(self.candidate.split()).casefold() if self.candidate else None

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


class Listed(Word):
    """Answers to look at: how many there are, and the first of them."""

    count: int = 0
    first: tuple[Numbered, ...] = ()


class Listing:
    """A `Listed` that grows, in bounded memory."""

    def __init__(self) -> None:
        self.count, self._first = 0, list[Numbered]()

    def take(self, one: Numbered) -> None:
        """One more."""
        self.count += 1
        if self.count <= FIRST:
            self._first.append(one)

    def told(self) -> Listed:
        """What came so far."""
        return Listed(count=self.count, first=tuple(self._first))


class Batch(Protocol):
    """Answers by their place from 0; reading through them may come from disk."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Graded]: ...
    def __getitem__(self, at: int, /) -> Graded: ...


class Cards:
    """The answers of a batch's folder, in the order of its results; in memory is only where each line begins.

    Raises StoreError where a line can't be read.  What is written to the folder later is not seen.
    """

    def __init__(self, folder: Path):
        self._results, answers = folder / RESULTS, folder / ANSWERS
        self._offsets = array("Q", (offset for offset, _ in _lines(self._results)))
        self._answers = answers if answers.exists() else self._results  # then no text is looked up there
        self._texts = scratch("CREATE TABLE texts (sha256 TEXT PRIMARY KEY, offset INTEGER) WITHOUT ROWID")
        for number, (offset, line) in enumerate(_lines(answers) if answers.exists() else (), 1):
            row = _value(line, answers, number)
            if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                raise StoreError(f"{answers}:{number}: this is no answer", hint=HINT)
            self._texts.execute("INSERT OR REPLACE INTO texts VALUES (?, ?)", (str(row.get("sha256")), offset))

    def __len__(self) -> int:
        return len(self._offsets)

    def __iter__(self) -> Iterator[Graded]:
        return self._read(range(len(self)))

    def __getitem__(self, at: int, /) -> Graded:
        return next(self._read([range(len(self))[at]]))

    def _read(self, places: Iterable[int]) -> Iterator[Graded]:
        with _opened(self._results) as results, _opened(self._answers) as answers:
            for at in places:
                results.seek(self._offsets[at])
                card = _card(results.readline(), self._results, at + 1)
                yield Graded(card=card, text=self._text(card.answer.sha256, answers))

    def _text(self, sha256: str, answers: BinaryIO) -> str:
        row = self._texts.execute("SELECT offset FROM texts WHERE sha256 = ?", (sha256,)).fetchone()
        if row is None:
            return ""
        answers.seek(row[0])
        return str(_value(answers.readline(), self._answers, 0)["text"])


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UnreadableFile(
            f"{path.parent} holds no batch", hint="Name the folder that coach batch wrote to."
        ) from None
    except OSError as fault:
        hint = "Name the folder that coach batch wrote to."
        raise StoreError(f"{path} can't be read ({fault.strerror})", hint=hint) from None


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a file with where they begin; a last one that a crash tore off is left out."""
    end = 0
    with _opened(path) as file:
        for line in file:
            if line.endswith(b"\n") and line.strip():
                yield end, line
            end += len(line)


def _card(line: bytes, path: Path, number: int) -> AnyCard:
    try:
        return CARD.validate_json(line)
    except ValidationError:
        pass  # not a card, or one with a lone surrogate in it, which that reader does not take
    try:
        return CARD.validate_python(_value(line, path, number))
    except ValidationError:
        raise StoreError(f"{path}:{number}: this is no card", hint=HINT) from None


def _value(line: bytes, path: Path, number: int) -> Any:
    try:
        return json.loads(line.decode("utf-8", "surrogatepass"))
    except ValueError:
        raise StoreError(f"{path}:{number}: this is not JSON", hint=HINT) from None
