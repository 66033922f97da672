"""What of a batch is left to a provider's service: the files that were sent, and all that is needed to go on later.

`service.json` says what was sent where; beside it, in `service/`, stand the input as it was read, the requests that are
under way and the replies that are not yet graded.  Only their owner can read them; they go when nothing is left.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from pydantic import Field, ValidationError

from answer_coach.answer import Word
from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.ledger import place_of
from answer_coach.cleaning import visible
from answer_coach.engines.replies import Replies
from answer_coach.errors import StoreError
from answer_coach.modes import ReplyMode

STATE, FOLDER = "service.json", "service"
INPUT, REPLIES = "input.jsonl", "replies.sqlite"
BOUNDLESS = 1 << 60
WRITTEN = "written"
"""The state of a file before the service has told any of its own."""
GAVE_UP = f"Remove {STATE} to give up what is under way."


class Parcel(Word):
    """One file of requests.  `name` stands in the service's own books too, so that a lost id is found again."""

    name: str = Field(pattern=r"^coach-[0-9a-f]+$")
    requests: int
    tokens_in: int = 0
    """Estimated."""
    tokens_out: int = 0
    file_id: str | None = None
    batch_id: str | None = None
    status: str = WRITTEN
    completed: int = 0
    failed: int = 0
    collected: bool = False
    lost: Mapping[str, int] = Field(default_factory=dict)
    """Requests that have no reply and are to be asked again: how many, by a short word for why."""
    faults: tuple[str, ...] = ()
    """Codes of what the service found wrong with the whole file."""

    def __str__(self) -> str:
        """Where it stands, on a line."""
        named = self.batch_id or f"{self.name} (not submitted)"
        faults = f" ({', '.join(self.faults)})" if self.faults else ""
        if not self.collected:
            done = f"{self.completed} of {self.requests} done, {self.failed} failed"
            return visible(f"{named}: {self.status}{faults}, {done}")
        lost = sum(self.lost.values())
        why = ", ".join(f"{word} ({count})" for word, count in self.lost.items())
        again = f"; to ask again: {why}" if why else ""
        return visible(f"{named}: {self.status}{faults}, {self.requests - lost} of {self.requests} collected{again}")


class Posted(Word):
    """What was sent to the service, by whom it is read, and how it is to be graded."""

    model: str
    provider: str | None
    host: str
    base_url_sha256: str
    mode: ReplyMode
    refused: tuple[str, ...] = ()
    passes: int = 1
    anyway: bool = False
    retry_failed: bool = False
    fresh: bool = False
    replied: bool = False
    """Whether any request went well; then a refusal is the answer's, not the form's."""
    waiting: int = 0
    """Answers that had no card after the last look."""
    parcels: tuple[Parcel, ...] = ()

    @property
    def under_way(self) -> tuple[Parcel, ...]:
        """The files whose results are not here yet."""
        return tuple(parcel for parcel in self.parcels if not parcel.collected)

    def updated(self, parcel: Parcel) -> Posted:
        """The same with one file's state anew."""
        parcels = tuple(parcel if old.name == parcel.name else old for old in self.parcels)
        return self.model_copy(update={"parcels": parcels})


class Desk:
    """The folder of a batch, as far as a service has to do with it; whoever writes holds the ledger."""

    def __init__(self, out: Path):
        self.out, self.folder = out, out / FOLDER

    def load(self) -> Posted | None:
        """What was sent; None where nothing ever was.  StoreError where it can't be read."""
        path = self.out / STATE
        try:
            return Posted.model_validate_json(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValidationError) as fault:
            raise StoreError(f"{path} can't be read ({type(fault).__name__})", hint="Was it edited?") from None

    def save(self, posted: Posted) -> Posted:
        """Write it, whole or not at all; on disk when this returns."""
        path = self.out / STATE
        fresh = path.with_suffix(".new")
        with writing(fresh) as file:
            file.write(posted.model_dump_json(indent=1).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        return posted

    def results(self) -> Replies:
        """What the service replied, until it is graded."""
        self.open()
        return Replies(self.folder / REPLIES, most_bytes=BOUNDLESS)

    def open(self) -> None:
        """Make the folder."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as fault:
            raise StoreError(f"{self.folder} can't be written ({fault.strerror})", hint="Name another --out.") from None

    def requests(self, name: str) -> Path:
        """Where the requests of a file are."""
        return self.folder / f"{name}.jsonl"

    def ids(self, parcels: Iterable[Parcel]) -> set[bytes]:
        """The requests in files that are under way."""
        found: set[bytes] = set()
        for parcel in parcels:
            path = self.requests(parcel.name)
            try:
                with path.open("rb") as file:
                    found.update(bytes.fromhex(json.loads(line)["custom_id"]) for line in file)
            except (OSError, ValueError, KeyError, TypeError):
                fault = f"{path}, which tells what is under way, can't be read"
                raise StoreError(fault, hint=f"Put it back as it was. {GAVE_UP}") from None
        return found

    def keep_input(self, entries: Iterable[Entry | Broken], merged: bool) -> None:
        """Keep an input as it is read; with `merged`, what was kept before and has no newer text stays behind it."""
        self.open()
        path, fresh = self.folder / INPUT, self.folder / f"{INPUT}.new"
        seen: set[bytes] = set()
        with writing(fresh) as file:
            for entry in entries:
                if isinstance(entry, Entry):
                    seen.add(place_of(entry.source, ""))
                file.write(_line(entry))
            for entry in self.input() if merged else ():
                if isinstance(entry, Entry) and place_of(entry.source, "") not in seen:
                    file.write(_line(entry))
        fresh.replace(path)

    def input(self) -> Iterator[Entry | Broken]:
        """The input as it was kept; nothing where none is."""
        path = self.folder / INPUT
        if not path.exists():
            return
        with path.open("rb") as file:
            for line in file:
                try:
                    row = json.loads(line)
                    yield Entry.model_validate(row) if "text" in row else Broken.model_validate(row)
                except ValueError:
                    raise StoreError(f"{path} can't be read", hint=f"Was it edited? {GAVE_UP}") from None

    def sweep(self, posted: Posted) -> None:
        """Remove requests that were written and never sent, and results that came in part."""
        kept = {self.requests(parcel.name) for parcel in posted.under_way} | {self.folder / INPUT}
        for path in self.folder.glob("*.jsonl"):
            if path not in kept:
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what holds answers and replies: nothing is left to be done with them."""
        shutil.rmtree(self.folder, ignore_errors=True)


def writing(path: Path) -> BinaryIO:
    """A file that only its owner can read."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
    except OSError as fault:
        raise StoreError(f"{path} can't be written ({fault.strerror})", hint="Name another --out.") from None


def _line(entry: Entry | Broken) -> bytes:
    return json.dumps(entry.model_dump(), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
