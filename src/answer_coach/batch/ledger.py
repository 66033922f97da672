"""The results of a batch on disk: a card a line, written as it is made; what is there is never graded again.

`results.jsonl` holds the cards, `answers.jsonl` each text once.  A line that a crash tore off is dropped, said, and
graded again.  One process at a time: the second is refused.  Where each card stands is looked up in a scratch
database, made from those files anew each time: memory does not grow with the batch.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple

from filelock import FileLock, Timeout

from answer_coach.batch.scratch import scratch
from answer_coach.errors import InputError, StoreError
from answer_coach.feedback import Failed, Feedback, GradedBy, NotGradable, Source

RESULTS, ANSWERS, MANIFEST = "results.jsonl", "answers.jsonl", "manifest.json"
Card = Feedback | NotGradable | Failed
EDITED = "Was it edited, or written by a newer version? Name another --out."
TABLES = """
CREATE TABLE cards (place BLOB PRIMARY KEY, offset INTEGER, kind TEXT, origin BLOB, basis BLOB) WITHOUT ROWID;
CREATE TABLE texts (sha256 BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE turns (turn INTEGER PRIMARY KEY, place BLOB UNIQUE);
CREATE TABLE moved (place BLOB PRIMARY KEY, offset INTEGER) WITHOUT ROWID;
"""
NAMED = "SELECT place, offset FROM turns JOIN cards USING (place) ORDER BY turn"
OTHERS = """
SELECT place, offset FROM cards WHERE place NOT IN (SELECT place FROM turns)
AND origin NOT IN (SELECT origin FROM turns JOIN cards USING (place)) ORDER BY offset
"""
"""What this input does not name, but for what an answer said in the same place before."""
MOVED = """
DELETE FROM cards WHERE place NOT IN (SELECT place FROM moved);
UPDATE cards SET offset = (SELECT offset FROM moved WHERE moved.place = cards.place);
DELETE FROM moved; DELETE FROM turns;
"""


class State(NamedTuple):
    """What the ledger knows of one answer from one place."""

    offset: int
    kind: str
    origin: bytes
    """Where the answer came from, whatever it says there now."""
    basis: bytes
    """Rubric, prompt and judge that the card was made with, as a short hash."""


def place_of(source: Source | None, sha256: str) -> bytes:
    """A short hash of where an answer came from and what it says: one card for each."""
    parts = (source.path or "", str(source.row), source.candidate or "", source.draft or "") if source else ()
    return hashlib.blake2b("\0".join((*parts, sha256)).encode("utf-8", "surrogatepass"), digest_size=12).digest()


def basis_of(question: str, rubric: str, by: GradedBy | None) -> bytes:
    """A short hash of what a card was made with: another one means that it would come out otherwise."""
    judge = (by.engine, by.model, by.base_url_sha256, by.prompt.sha256 if by.prompt else "", by.passes) if by else ()
    return hashlib.blake2b(json.dumps([question, rubric, judge]).encode(), digest_size=8).digest()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder of a batch held by this process, with none of its files open: Windows replaces no file that is.

    Raises what a Ledger raises.
    """
    lock = _locked(folder)
    try:
        yield
    finally:
        lock.release()


def _locked(folder: Path) -> FileLock:
    lock = FileLock(str(folder / ".lock"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        hint = "Wait until it has ended, or name another folder with --out."
        raise InputError(f"Another process writes to {folder}", hint=hint) from None
    except OSError as fault:
        raise StoreError(f"{folder} can't be written ({fault.strerror})", hint="Name another --out.") from None
    return lock


class Ledger:
    """The folder of a batch, held by one process; use it as a context manager.

    Raises InputError where another process holds it, StoreError where it can't be read or written.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.torn = 0
        """Lines that were broken off and are graded again."""
        self._known = scratch(TABLES)
        self._results: BinaryIO | None = None
        self._answers: BinaryIO | None = None

    def __enter__(self) -> Ledger:
        self._lock = _locked(self.folder)
        try:
            self._load()
            with self._writing():
                self._results, self._answers = (_opened(self.folder / name) for name in (RESULTS, ANSWERS))
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._results, self._answers):
            with suppress(OSError):  # what could not be written was told already
                if file:
                    file.close()
        self._lock.release()
        self._known.close()

    def _load(self) -> None:
        """Read what is there; a last line without its end is cut off."""
        path = self.folder / RESULTS
        try:
            for offset, card in self._lines(path):
                self._know(*_read(offset, card))
            path = self.folder / ANSWERS
            for _, row in self._lines(path):
                self._is_new(str(row["sha256"]))
        except (LookupError, TypeError, ValueError):
            raise StoreError(f"{path}: a line is not what was written here", hint=EDITED) from None

    def _lines(self, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
        if not path.exists():
            return
        end = 0
        with path.open("rb") as file:
            for line in file:
                whole = line.endswith(b"\n")
                try:
                    value = json.loads(line) if whole else None
                except ValueError:
                    value = None
                if isinstance(value, dict):
                    yield end, value
                elif whole:
                    raise StoreError(f"{path}: a line is not JSON", hint=EDITED)
                else:
                    self.torn += path.name == RESULTS
                    break
                end += len(line)
        if end < path.stat().st_size:
            os.truncate(path, end)

    def _know(self, place: bytes, state: State) -> None:
        self._known.execute("INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?, ?)", (place, *state))

    def _is_new(self, sha256: str) -> bool:
        """Whether a text was not there before; from now on it is."""
        key = bytes.fromhex(sha256)[:12]
        return self._known.execute("INSERT OR IGNORE INTO texts VALUES (?)", (key,)).rowcount == 1

    def state(self, entry_place: bytes) -> State | None:
        """What is known of an answer from one place; None where there is no card."""
        found = "SELECT offset, kind, origin, basis FROM cards WHERE place = ?"
        row = self._known.execute(found, (entry_place,)).fetchone()
        return State(*row) if row else None

    def turn(self, entry_place: bytes) -> None:
        """The next place in the order of the input, for `settle`; one that was named before stays where it is."""
        self._known.execute("INSERT OR IGNORE INTO turns (place) VALUES (?)", (entry_place,))

    def append(self, card: Card, text: str) -> None:
        """Write a card, and its text where no other card has the same; on disk when this returns."""
        assert self._results and self._answers  # noqa: S101  the ledger is open
        self.keep_text(card.answer.sha256, text)
        about = (card.kind, card.source, card.answer.sha256, card.question, card.rubric.sha256, card.graded_by)
        with self._writing():
            self._know(*_entry(self._results.tell(), *about))
            self._results.write(card.model_dump_json(by_alias=True).encode() + b"\n")
            self._results.flush()

    def keep_text(self, sha256: str, text: str) -> None:
        """Write a text, unless it is there; a power cut may take one whose card stays."""
        assert self._answers  # noqa: S101  the ledger is open
        if self._is_new(sha256):
            with self._writing():
                _write(self._answers, {"sha256": sha256, "text": text})

    def settle(self) -> None:
        """Write the results anew in the order of the input, the newest card of each answer; whole or not at all.

        Cards of answers that this input does not name come behind them; only what an answer said in the same place
        before is dropped.
        """
        with self._writing():
            self._settle(self.folder / RESULTS)

    def _settle(self, path: Path) -> None:
        assert self._results  # noqa: S101
        self._results.close()
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with path.open("rb") as old, _opened(fresh) as new:
            for query in (NAMED, OTHERS):
                for place, offset in self._known.execute(query):
                    old.seek(offset)
                    self._known.execute("INSERT INTO moved VALUES (?, ?)", (place, new.tell()))
                    new.write(old.readline())
            new.flush()
            os.fsync(new.fileno())
        fresh.replace(path)
        for statement in MOVED.split(";"):
            self._known.execute(statement)
        self._results = _opened(path)

    def write_manifest(self, manifest: Mapping[str, object]) -> None:
        """The manifest beside the results, whole or not at all."""
        path = self.folder / MANIFEST
        fresh = path.with_suffix(".new")
        with self._writing():
            fresh.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
            fresh.replace(path)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """What goes wrong with the files as a StoreError."""
        try:
            yield
        except OSError as fault:
            hint = "Is the disk full? What is done is kept: run it again to go on."
            raise StoreError(f"{self.folder} can't be written ({fault.strerror})", hint=hint) from None


def _opened(path: Path) -> BinaryIO:
    """A file to be written on, which only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _write(file: BinaryIO, row: Mapping[str, object]) -> None:
    file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n")
    file.flush()


def _entry(
    offset: int, kind: str, source: Source | None, sha256: str, question: str, rubric: str, by: GradedBy | None
) -> tuple[bytes, State]:
    """The place of a card, and what the ledger knows of it."""
    origin = place_of(source, "" if source else sha256)
    return place_of(source, sha256), State(offset, kind, origin, basis_of(question, rubric, by))


def _read(offset: int, card: Mapping[str, Any]) -> tuple[bytes, State]:
    """The same for a line that was read."""
    source, by = card.get("source"), card.get("graded_by")
    return _entry(
        offset,
        str(card["kind"]),
        Source.model_validate(source) if source else None,
        str(card["answer"]["sha256"]),
        str(card["question"]),
        str(card["rubric"]["sha256"]),
        GradedBy.model_validate(by) if by else None,
    )
