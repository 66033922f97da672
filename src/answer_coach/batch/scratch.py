"""What a large batch must remember of each answer, on disk instead of in memory: SQLite in a file without a name."""

from __future__ import annotations

import sqlite3
from typing import Any

from answer_coach.errors import StoreError


class Scratch(sqlite3.Connection):
    """A database whose faults are StoreErrors: its file is nobody's to mend, but the disk may be full."""

    def execute(self, *given: Any) -> sqlite3.Cursor:
        """One statement."""
        try:
            return super().execute(*given)
        except sqlite3.OperationalError as fault:
            hint = "Is the disk full? SQLITE_TMPDIR names another folder for them."
            raise StoreError(f"Temporary files can't be written ({fault})", hint=hint) from None


def scratch(tables: str) -> Scratch:
    """An empty database with these tables.

    SQLite keeps it in a temporary file once it has grown, which is gone when the connection is; no crash is provided
    for.  Put in hashes and places only: no text of an answer, no name.
    """
    db = sqlite3.connect("", isolation_level=None, check_same_thread=False, factory=Scratch)
    db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA temp_store = FILE; PRAGMA cache_size = -4000; {tables}")
    db.execute("BEGIN")
    return db
