"""Replies that were paid for, kept by exact request and endpoint: asked again, they come from here.

One SQLite file in a person's own store; what is read from it is parsed, verified and scored anew.  Several processes
may use it at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from answer_coach.errors import StoreError

MOST_BYTES = 500_000_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (key BLOB PRIMARY KEY, reply TEXT NOT NULL, kept REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replies_kept ON replies (kept);
"""
SWEEP = 200  # writes between two looks at the size
HINT = "Name another folder with COACH_HOME, or remove the file."


class Replies:
    """Kept replies; `fresh` reads nothing and only keeps.  StoreError where the file can't be used."""

    def __init__(self, path: Path, fresh: bool = False, most_bytes: int = MOST_BYTES):
        self._fresh, self._most, self._writes = fresh, most_bytes, 0
        self._lock, self._path = threading.Lock(), path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.executescript(SCHEMA)
        except (OSError, sqlite3.Error) as fault:
            raise StoreError(f"{path} can't be used ({type(fault).__name__})", hint=HINT) from None

    def get(self, key: bytes) -> dict[str, Any] | None:
        """The reply to a request; None where none is kept."""
        if self._fresh:
            return None
        with self._held():
            row = self._db.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        value = json.loads(row[0]) if row else None
        return value if isinstance(value, dict) else None

    def put(self, key: bytes, reply: Mapping[str, Any]) -> None:
        """Keep a reply; where the file has grown too large, the oldest go."""
        with self._held():
            if self._writes % SWEEP == 0:  # at the first one, too: many small runs fill a file as well
                self._sweep()
            self._writes += 1
            text = json.dumps(reply, ensure_ascii=False)
            self._db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?)", (key, text, time.time()))

    def keys(self) -> Iterator[bytes]:
        """The requests whose replies are kept, whether they are read or not."""
        with self._held():
            rows = self._db.execute("SELECT key FROM replies").fetchall()
        return (row[0] for row in rows)

    def remove(self, keys: Iterable[bytes]) -> None:
        """Forget single replies."""
        with self._held():
            self._db.executemany("DELETE FROM replies WHERE key = ?", [(key,) for key in keys])

    def settle(self) -> None:
        """All that was kept is on disk when this returns, also should the power fail."""
        with self._held():
            self._db.execute("PRAGMA wal_checkpoint(FULL)")

    @contextmanager
    def _held(self) -> Iterator[None]:
        """One at a time, and what goes wrong with the file as a StoreError."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as fault:
                raise StoreError(f"{self._path} can't be used ({type(fault).__name__})", hint=HINT) from None

    def _sweep(self) -> None:
        pages, size = (self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        free = self._db.execute("PRAGMA freelist_count").fetchone()[0]
        if (pages - free) * size > self._most:
            count = self._db.execute("SELECT count(*) FROM replies").fetchone()[0]
            oldest = "SELECT key FROM replies ORDER BY kept LIMIT ?"
            self._db.execute(f"DELETE FROM replies WHERE key IN ({oldest})", (max(1, count // 4),))  # noqa: S608

    def forget(self) -> int:
        """Remove all replies, and what SQLite left of them in the file; how many they were."""
        with self._held():
            count = int(self._db.execute("SELECT count(*) FROM replies").fetchone()[0])
            self._db.execute("DELETE FROM replies")
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def kept_in(path: Path) -> tuple[int, int]:
    """How many replies a file keeps, and how many bytes they take on the disk; nothing is created.

    Raises StoreError where it can't be read.
    """
    if not path.exists():
        return 0, 0
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=30)) as db:
            count = int(db.execute("SELECT count(*) FROM replies").fetchone()[0])
        beside = (path.with_name(f"{path.name}{ending}") for ending in ("", "-wal", "-shm"))
        return count, sum(file.stat().st_size for file in beside if file.exists())
    except (OSError, sqlite3.Error) as fault:
        raise StoreError(f"{path} can't be read ({type(fault).__name__})", hint=HINT) from None


def request_key(base_url_sha256: str, fields: Mapping[str, Any]) -> bytes:
    """A hash of an endpoint and all that is sent to it."""
    text = json.dumps([base_url_sha256, fields], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
