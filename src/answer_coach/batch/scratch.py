"""What a large batch must remember of each answer, on disk instead of in memory: SQLite in a file without a name."""

from __future__ import annotations

import sqlite3


def scratch(tables: str) -> sqlite3.Connection:
    """An empty database with these tables.

    SQLite keeps it in a temporary file once it has grown, which is gone when the connection is; no crash is provided
    for.  Put in hashes and places only: no text of an answer, no name.
    """
    db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA temp_store = FILE; PRAGMA cache_size = -4000; {tables}")
    db.execute("BEGIN")
    return db
