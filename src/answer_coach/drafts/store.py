"""The store of drafts: one SQLite file that only grows, but for `forget`.

Its version stands in `user_version`; an older file is brought up to date with its data, a newer one is refused.
What a call returned from is on the disk.  Several processes may use it at once.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from answer_coach.drafts.records import Draft, Event, EventKind, Kept, Story, checked_name, stamp
from answer_coach.errors import InputError, StoreError, meant
from answer_coach.feedback import CARD, Failed, Feedback, NotGradable

WAIT = 30.0  # seconds for another process to end its writing
APPEND_ONLY = "CREATE TRIGGER {0}_stay BEFORE UPDATE ON {0} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE stories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, question TEXT NOT NULL,"
        " created_at TEXT NOT NULL)",
        "CREATE TABLE drafts (id INTEGER PRIMARY KEY, story INTEGER NOT NULL REFERENCES stories ON DELETE CASCADE,"
        " number INTEGER NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (story, number))",
        "CREATE TABLE cards (id INTEGER PRIMARY KEY, draft INTEGER NOT NULL REFERENCES drafts ON DELETE CASCADE,"
        " at TEXT NOT NULL, card TEXT NOT NULL)",
        "CREATE INDEX cards_draft ON cards (draft)",
        *(APPEND_ONLY.format(table) for table in ("stories", "drafts", "cards")),
    ),
    (
        "CREATE TABLE events (id INTEGER PRIMARY KEY, story INTEGER NOT NULL REFERENCES stories ON DELETE CASCADE,"
        " number INTEGER, at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL)",
        "CREATE INDEX events_story ON events (story)",
        "CREATE TABLE replies (key BLOB NOT NULL, story INTEGER NOT NULL REFERENCES stories ON DELETE CASCADE,"
        " reply TEXT NOT NULL, PRIMARY KEY (key, story)) WITHOUT ROWID",
        APPEND_ONLY.format("events"),
    ),
)
"""What leads from each version to the next; the first makes version 1 of an empty file."""
VERSION = len(MIGRATIONS)


class Store:
    """Stories and their drafts in one file; it is made where there is none.

    StoreError where the file can't be used: not readable, made by a newer coach, or damaged (a copy is kept then).
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self.path, self._now = path, now
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
        except (OSError, sqlite3.Error) as fault:
            hint = "Name another folder with COACH_HOME."
            raise StoreError(f"{path} can't be opened ({type(fault).__name__})", hint=hint) from None
        try:
            self._set_up()
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _set_up(self) -> None:
        with self._told():
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA temp_store = MEMORY")
            fault = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if fault != "ok":
                raise sqlite3.DatabaseError(fault)
            if self._version() > VERSION:
                found = self._version()
                fault = f"{self.path} was made by a newer coach (store version {found}; this one knows {VERSION})"
                raise StoreError(fault, hint="Install that version, or name another folder with COACH_HOME.")
            self._journal()
            self._migrate()

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _journal(self) -> None:
        """Switch to a write-ahead log; while another process does the same, SQLite does not wait by itself."""
        until = time.monotonic() + WAIT
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _migrate(self) -> None:
        if self._version() == VERSION:
            return
        with self._writing():
            for version in range(self._version(), VERSION):  # another process may have been first
                for statement in MIGRATIONS[version]:
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All of what is written inside, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's complaints as ours; a damaged file is copied, so that nobody makes it worse."""
        try:
            yield
        except sqlite3.OperationalError as fault:
            hint = "Is another coach writing, or the disk full? Nothing was lost; try again."
            name = getattr(fault, "sqlite_errorname", "SQLite")  # not every one has it
            raise StoreError(f"{self.path} can't be used now ({name})", hint=hint) from None
        except (sqlite3.DatabaseError, ValidationError, json.JSONDecodeError):
            copy = self._set_aside()
            hint = f"Try `sqlite3 FILE .recover` on it, or move it away to begin anew. A copy is kept in {copy}"
            raise StoreError(f"{self.path} is damaged and was left as it is", hint=hint) from None

    def _set_aside(self) -> Path:
        """A copy of the file as it is, made once for each state of it."""
        seen = self.path.stat()
        copy = self.path.with_name(f"{self.path.stem}-damaged-{seen.st_size}-{seen.st_mtime_ns}.sqlite")
        if not copy.exists():
            os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600))
            shutil.copyfile(self.path, copy)
        return copy

    def add(self, name: str, question: str, text: str) -> Draft:
        """Keep a text as the next draft of a story, which begins with it where there is none.

        InputError where the story answers another question.
        """
        name, at = checked_name(name), stamp(self._now())
        text = text.encode("utf-8", "replace").decode()  # half a letter pair, as some terminals paste it, is no text
        with self._told(), self._writing():
            self._db.execute(
                "INSERT OR IGNORE INTO stories (name, question, created_at) VALUES (?, ?, ?)", (name, question, at)
            )
            story, had = self._db.execute("SELECT id, question FROM stories WHERE name = ?", (name,)).fetchone()
            if had != question:
                hint = f"Give the answer to {question} a name of its own."
                raise InputError(f"'{name}' answers {had}, not {question}", hint=hint)
            last = self._db.execute("SELECT coalesce(max(number), 0) FROM drafts WHERE story = ?", (story,)).fetchone()
            values = (story, last[0] + 1, at, text)
            self._db.execute("INSERT INTO drafts (story, number, at, text) VALUES (?, ?, ?, ?)", values)
        return Draft(story=name, question=question, number=last[0] + 1, at=at, text=text)

    def keep(self, draft: Draft, card: Feedback | NotGradable | Failed) -> Draft:
        """Keep a card of a draft; the draft with it."""
        kept = Kept(at=stamp(self._now()), card=card)
        with self._told(), self._writing():
            found = self._db.execute(
                "SELECT drafts.id FROM drafts JOIN stories ON stories.id = story WHERE name = ? AND number = ?",
                (draft.story, draft.number),
            ).fetchone()
            if found is None:
                raise InputError(
                    f"Draft {draft.number} of '{draft.story}' was forgotten meanwhile", hint="Add it again."
                )
            values = (found[0], kept.at, card.model_dump_json())
            self._db.execute("INSERT INTO cards (draft, at, card) VALUES (?, ?, ?)", values)
        return draft.model_copy(update={"cards": (*draft.cards, kept)})

    def record(self, story: str, kind: EventKind, data: Mapping[str, object], number: int | None = None) -> Event:
        """Keep what happened to a story or to one of its drafts."""
        event = Event(story=checked_name(story), number=number, at=stamp(self._now()), kind=kind, data=dict(data))
        with self._told(), self._writing():
            told = json.dumps(event.data, ensure_ascii=False)
            values = (self._id(event.story), number, event.at, kind, told)
            self._db.execute("INSERT INTO events (story, number, at, kind, data) VALUES (?, ?, ?, ?, ?)", values)
        return event

    def stories(self) -> list[Story]:
        """All stories, in the order in which they were begun."""
        with self._told():
            rows = self._db.execute("SELECT name, question, created_at FROM stories ORDER BY id").fetchall()
        return [Story(name=name, question=question, created_at=at) for name, question, at in rows]

    def there(self, name: str) -> list[Draft]:
        """The drafts of a story, as `drafts` does; InputError where there is no such story."""
        found = self.drafts(name)
        if not found:
            raise self._missing(checked_name(name))
        return found

    def drafts(self, name: str) -> list[Draft]:
        """The drafts of a story with their cards, oldest first; none where there is no such story."""
        name = checked_name(name)
        with self._told():
            rows = self._db.execute(
                "SELECT drafts.id, question, number, drafts.at, text FROM drafts JOIN stories ON stories.id = story"
                " WHERE name = ? ORDER BY number",
                (name,),
            ).fetchall()
            cards: dict[int, list[Kept]] = {}
            for row, at, card in self._db.execute(
                "SELECT draft, cards.at, card FROM cards JOIN drafts ON drafts.id = draft"
                " JOIN stories ON stories.id = story WHERE name = ? ORDER BY cards.id",
                (name,),
            ):
                cards.setdefault(row, []).append(Kept(at=at, card=CARD.validate_json(card)))
        return [
            Draft(story=name, question=question, number=number, at=at, text=text, cards=tuple(cards.get(row, ())))
            for row, question, number, at, text in rows
        ]

    def events(self, name: str, kind: EventKind | None = None) -> list[Event]:
        """What happened to a story, oldest first; of one kind, or of all."""
        name = checked_name(name)
        with self._told():
            rows = self._db.execute(
                "SELECT number, at, kind, data FROM events JOIN stories ON stories.id = story"
                " WHERE name = ? AND (?2 IS NULL OR kind = ?2) ORDER BY events.id",
                (name, kind),
            ).fetchall()
            return [Event(story=name, number=n, at=at, kind=k, data=json.loads(data)) for n, at, k, data in rows]

    def _id(self, name: str) -> int:
        """The row of a story; InputError where there is none of that name."""
        found = self._db.execute("SELECT id FROM stories WHERE name = ?", (name,)).fetchone()
        if found is None:
            raise self._missing(name)
        return int(found[0])

    def _missing(self, name: str) -> InputError:
        known = (story.name for story in self.stories())
        return InputError(f"There is no story '{name}'", hint=f"{meant(name, known)}See: coach drafts list")

    def reply(self, name: str, key: bytes) -> dict[str, Any] | None:
        """A judge's raw reply that was kept for a story; None where there is none."""
        with self._told():
            row = self._db.execute(
                "SELECT reply FROM replies JOIN stories ON stories.id = story WHERE name = ? AND key = ?", (name, key)
            ).fetchone()
        found = json.loads(row[0]) if row else None
        return found if isinstance(found, dict) else None

    def keep_reply(self, name: str, key: bytes, reply: Mapping[str, Any]) -> None:
        """Keep a judge's raw reply with the story that it was about."""
        with self._told(), self._writing():
            values = (key, self._id(name), json.dumps(reply, ensure_ascii=False))
            self._db.execute("INSERT OR REPLACE INTO replies (key, story, reply) VALUES (?, ?, ?)", values)

    def forget(self, name: str) -> int:
        """Remove a story with all that belongs to it, and what SQLite left of it on the disk; how many drafts it had.

        InputError where there is no such story, StoreError where another process keeps the file from being cleaned.
        """
        name = checked_name(name)
        with self._told():
            try:
                with self._writing():
                    row = self._id(name)
                    found = self._db.execute("SELECT count(*) FROM drafts WHERE story = ?", (row,)).fetchone()
                    self._db.execute("DELETE FROM stories WHERE id = ?", (row,))
            finally:  # also where it was removed before, and the file could not be cleaned then
                self._clean()
        return int(found[0])

    def _clean(self) -> None:
        self._db.execute("VACUUM")
        if self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            hint = "End the other one and forget the story again: that cleans the file."
            raise StoreError("What was forgotten is removed, but another process still reads the file", hint=hint)
