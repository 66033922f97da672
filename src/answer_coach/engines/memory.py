"""What has been found out about endpoints: how each model there takes the form of a reply, and which fields it refuses.

Kept for a month, since servers change.  Nothing of a draft is in it, and no address in plain: a hash of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from answer_coach.answer import Word
from answer_coach.engines.interface import Endpoint
from answer_coach.modes import ReplyMode

Value = TypeVar("Value")
KEPT_FOR = timedelta(days=30)


class Known(Word):
    """What was learned about one model at one endpoint."""

    mode: ReplyMode | None = None
    refused: tuple[str, ...] = ()
    """Fields that the endpoint does not take."""
    context_tokens: int | None = None
    learned_at: str = ""


_STORED: TypeAdapter[dict[str, Known]] = TypeAdapter(dict[str, Known])


class Memory:
    """Remembers in a file, which is read once, or without one for as long as it lives."""

    def __init__(self, path: Path | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self._path, self._now = path, now
        self._held: dict[str, Known] = {}
        self._stored: dict[str, Known] | None = None

    def recall(self, endpoint: Endpoint) -> Known:
        """What is known of an endpoint and its model; an empty Known where nothing is, or where it is too old."""
        name = _name(endpoint)
        if self._stored is None:
            self._stored = self._load()
        known = self._held.get(name) or self._stored.get(name)
        return known if known and self._fresh(known) else Known()

    def keep(self, endpoint: Endpoint, known: Known) -> None:
        """Remember; where the file can't be written, only for as long as this lives."""
        name = _name(endpoint)
        self._held[name] = known.model_copy(update={"learned_at": self._now().isoformat(timespec="seconds")})
        stored = {other: old for other, old in self._load().items() if self._fresh(old)}
        write_values(self._path, _STORED, {**stored, name: self._held[name]})

    def _load(self) -> dict[str, Known]:
        return read_values(self._path, _STORED)

    def _fresh(self, known: Known) -> bool:
        try:
            return self._now() - datetime.fromisoformat(known.learned_at) < KEPT_FOR
        except (ValueError, TypeError):
            return False


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.base_url_sha256[:32]} {endpoint.model}"


def read_values(path: Path | None, stored: TypeAdapter[dict[str, Value]]) -> dict[str, Value]:
    """The values in a JSON file; none where there is no file, or no good one."""
    try:
        return stored.validate_json(path.read_bytes()) if path else {}
    except (OSError, ValidationError):
        return {}


def write_values(path: Path | None, stored: TypeAdapter[dict[str, Value]], values: dict[str, Value]) -> None:
    """Write them, whole or not at all; what can't be written is found out again another time: no harm."""
    if path is None:
        return
    import tempfile  # reading needs none

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
            file.write(stored.dump_json(values, indent=1))
        Path(file.name).replace(path)
    except OSError:
        return
