"""Requests to a provider's batch service and replies back, so that a stop at any moment loses and doubles nothing.

What is about to be done is written down before it is done: a file has its name in `service.json` before it is sent, and
the service is told that name, so that what was made there is found again where the reply to it was lost.
"""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from answer_coach.batch.posted import Desk, Parcel, Posted, writing
from answer_coach.engines.interface import ServiceLimits
from answer_coach.engines.outbox import read_row, request_line
from answer_coach.engines.replies import Replies
from answer_coach.engines.service import Service, Ticket
from answer_coach.errors import CoachError, EndpointFault, RequestRefused, TimedOut, Unreachable
from answer_coach.request import REPLY_TOKENS

MISSING = "missing"
IN_DOUBT = (Unreachable, TimedOut, EndpointFault)
"""After these nobody knows whether a batch was made: it is looked for before the next try."""


class Letters:
    """Requests as they are put down: files within the service's limits, on disk as they grow."""

    def __init__(self, desk: Desk, limits: ServiceLimits, under_way: set[bytes]):
        self._desk, self._limits, self._under_way = desk, limits, under_way
        self._file: BinaryIO | None = None
        self._bytes = 0
        self.parcels: list[Parcel] = []

    @property
    def requests(self) -> int:
        """How many requests are to be sent."""
        return sum(parcel.requests for parcel in self.parcels)

    def put(self, key: bytes, fields: Mapping[str, Any]) -> None:
        """Put a request down, unless it is under way."""
        if key in self._under_way:
            return
        line = request_line(key, fields)
        full = self._file and self.parcels[-1].requests >= self._limits.requests
        if self._file is None or full or self._bytes + len(line) > self._limits.bytes:
            self._next()
        assert self._file  # noqa: S101  just opened
        self._file.write(line)
        self._bytes += len(line)
        last = self.parcels[-1]
        more = {
            "requests": last.requests + 1,
            "tokens_in": last.tokens_in + sum(len(m["content"]) for m in fields["messages"]) // 4,
            "tokens_out": last.tokens_out + REPLY_TOKENS,
        }
        self.parcels[-1] = last.model_copy(update=more)

    def close(self) -> None:
        """What was put down is on disk."""
        if self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def take(self) -> list[Parcel]:
        """The files that there are; from now on they are another's."""
        self.close()
        taken, self.parcels = self.parcels, []
        return taken

    def discard(self) -> None:
        """Send nothing of it."""
        self.close()
        for parcel in self.parcels:
            self._desk.requests(parcel.name).unlink(missing_ok=True)
        self.parcels.clear()

    def _next(self) -> None:
        self.close()
        self._desk.open()
        name = f"coach-{secrets.token_hex(8)}"
        self._file, self._bytes = writing(self._desk.requests(name)), 0
        self.parcels.append(Parcel(name=name, requests=0))


class Post:
    """What of a batch was sent, kept in step with the service.  Raises CoachError; what was done until then is kept."""

    def __init__(self, desk: Desk, posted: Posted, service: Service):
        self._desk, self._service, self.posted = desk, service, posted
        self.collected: list[Parcel] = []
        """Files whose results came in this run."""

    def note(self, **told: object) -> None:
        """Write down something about the whole."""
        self.posted = self._desk.save(self.posted.model_copy(update=told))

    def find_lost(self) -> list[Parcel]:
        """Look for batches whose id was lost by a stop in between; the files of which none was made."""
        never = []
        for parcel in self.posted.under_way:
            if parcel.batch_id:
                continue
            try:
                ticket = self._service.find(parcel.name)
            except RequestRefused as fault:
                told = f"Whether {parcel.name} was submitted can't be told ({fault.message})"
                hint = "Look for it on the provider's page; remove service.json to submit it anew."
                raise EndpointFault(told, hint=hint) from None
            if ticket:
                self._noted(parcel, ticket)
            else:
                never.append(parcel)
        return never

    def drop(self, never: list[Parcel]) -> None:
        """Give up files of which no batch was made; what the service has of them goes as far as it can be found."""
        for parcel in never:
            try:
                if file_id := parcel.file_id or self._service.find_file(f"{parcel.name}.jsonl"):
                    self._service.remove_file(file_id)
            except CoachError:
                pass  # it costs nothing there
        self._forget(never)

    def send(self, parcels: list[Parcel]) -> None:
        """Send files and have batches made of them.  Where one is refused, it and those behind it are given up."""
        self.note(parcels=(*self.posted.parcels, *parcels))
        for at, parcel in enumerate(parcels):
            try:
                file_id = self._service.upload(self._desk.requests(parcel.name))
            except CoachError:
                self._forget(parcels[at:])
                raise
            sent = parcel.model_copy(update={"file_id": file_id})
            self._save(sent)
            try:
                self._noted(sent, self._service.create(file_id, parcel.name))
            except CoachError as fault:
                self._forget(parcels[at + 1 :])
                if not isinstance(fault, IN_DOUBT):
                    self.drop([sent])
                raise

    def look(self) -> bool:
        """Ask where all files stand; whether none is under way any more."""
        ended = True
        for parcel in self.posted.under_way:
            if parcel.batch_id:
                ended &= self._noted(parcel, self._service.look(parcel.batch_id)).ended
        return ended

    def wait(self, every: float, tell: Callable[[Posted], None], sleep: Callable[[float], None] = time.sleep) -> None:
        """Look every so many seconds until nothing is under way."""
        while not self.look():
            tell(self.posted)
            sleep(every)
        tell(self.posted)

    def collect(self, results: Replies) -> None:
        """Fetch what the files that have ended brought, good and bad, in any order."""
        for parcel in self.posted.under_way:
            if not parcel.batch_id:
                continue
            ticket = self._service.look(parcel.batch_id)
            noted = self._noted_parcel(parcel, ticket)
            if ticket.ended:
                self._fetch(noted, ticket, results)

    def _forget(self, parcels: list[Parcel]) -> None:
        names = {parcel.name for parcel in parcels}
        self.note(parcels=tuple(parcel for parcel in self.posted.parcels if parcel.name not in names))
        for name in names:
            self._desk.requests(name).unlink(missing_ok=True)

    def _fetch(self, parcel: Parcel, ticket: Ticket, results: Replies) -> None:
        sent = self._desk.ids([parcel])
        why: dict[bytes, str] = {}
        there: set[bytes] = set()
        replied = self.posted.replied
        path = self._desk.folder / f"{parcel.name}.part.jsonl"
        for file_id in (ticket.output_file_id, ticket.error_file_id):
            if not file_id:
                continue
            self._service.fetch(file_id, path)
            with path.open("rb") as file:
                for row in filter(None, map(read_row, file)):
                    if row.key not in sent or row.key in there:
                        continue
                    if row.kept is None:
                        why[row.key] = row.why
                        continue
                    there.add(row.key)
                    results.put(row.key, row.kept)
                    replied = replied or row.kept["status"] == 200
            path.unlink()
        results.settle()
        rest = MISSING if ticket.status == "completed" else " ".join((ticket.status, *ticket.faults[:1]))
        lost = Counter(why.get(key, rest) for key in sent - there)
        parcel = parcel.model_copy(update={"collected": True, "lost": dict(lost.most_common())})
        self.posted = self.posted.model_copy(update={"replied": replied})
        self._save(parcel)
        self.collected.append(parcel)
        self._desk.requests(parcel.name).unlink(missing_ok=True)

    def _noted(self, parcel: Parcel, ticket: Ticket) -> Ticket:
        self._noted_parcel(parcel, ticket)
        return ticket

    def _noted_parcel(self, parcel: Parcel, ticket: Ticket) -> Parcel:
        """What the service told, written down where it is new."""
        told = {name: getattr(ticket, name) for name in ("batch_id", "status", "completed", "failed", "faults")}
        fresh = parcel.model_copy(update=told)
        if fresh != parcel:
            self._save(fresh)
        return fresh

    def _save(self, parcel: Parcel) -> None:
        self.posted = self._desk.save(self.posted.updated(parcel))
