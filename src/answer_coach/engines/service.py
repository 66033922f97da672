"""A provider's batch service: files go up, batches are made of them, results come down.

The interface is that of https://platform.openai.com/docs/api-reference/batch, which other providers took over.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NoReturn, TypeVar

from answer_coach.answer import Word
from answer_coach.engines.client import call_options, client_of, troubled_by
from answer_coach.engines.faults import SHORT, Trouble, error_of
from answer_coach.engines.interface import Endpoint
from answer_coach.engines.outbox import PATH
from answer_coach.engines.retrying import Troubled, trying
from answer_coach.errors import EndpointFault, RequestRefused

WINDOW: Final = "24h"
MARK = "coach"
"""The name under which a batch carries its file's name, so that one whose id was lost is found again."""
ENDED = frozenset(("completed", "failed", "expired", "cancelled"))
PAGES, PAGE = 20, 100
Result = TypeVar("Result")


class Ticket(Word):
    """Where a batch stands, as the service tells it."""

    batch_id: str
    status: str
    output_file_id: str | None = None
    error_file_id: str | None = None
    completed: int = 0
    failed: int = 0
    faults: tuple[str, ...] = ()
    """Short codes of what is wrong with the file as a whole."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it; some tell so before the file of replies is there."""
        return self.status in ENDED and bool(self.output_file_id or not self.completed)


class Service:
    """The batch service of one endpoint; a context manager that closes its connection.  Calls raise CoachError."""

    def __init__(self, endpoint: Endpoint):
        self._endpoint, self._client = endpoint, client_of(endpoint)

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def upload(self, path: Path) -> str:
        """Send a file of requests; its id there."""

        def send(options: dict[str, Any]) -> str:
            with path.open("rb") as file:
                made = self._client.files.with_raw_response.create(file=(path.name, file), purpose="batch", **options)
            found = _text(_object(made.content).get("id"))
            if not found:
                raise Troubled(Trouble("not_a_completion"))
            return found

        return self._asked(send)

    def create(self, file_id: str, name: str) -> Ticket:
        """Make a batch of a file.  Where it can't be told whether a try has worked, it is looked for before the next:
        a batch that is made twice is paid twice."""
        failed = [False]

        def send(options: dict[str, Any]) -> Ticket:
            if failed[0] and (found := self._found(name, options)):
                return found
            failed[0] = True
            made = self._client.batches.with_raw_response.create(
                input_file_id=file_id,
                endpoint=PATH,
                completion_window=WINDOW,
                metadata={MARK: name},
                **options,
            )
            return _ticket(_object(made.content))

        return self._asked(send)

    def find(self, name: str) -> Ticket | None:
        """The batch of a file whose id was lost; None where there is none."""
        return self._asked(lambda options: self._found(name, options))

    def find_file(self, name: str) -> str | None:
        """The id of a file that was sent under this name; None where there is none."""

        def look(options: dict[str, Any]) -> str | None:
            listed = self._client.files.with_raw_response.list(purpose="batch", limit=1000, **options)
            rows = _rows(_object(listed.content))
            return next((str(row["id"]) for row in rows if row.get("filename") == name and row.get("id")), None)

        return self._asked(look)

    def remove_file(self, file_id: str) -> None:
        """Remove a file that was sent and of which nothing was made."""
        self._asked(lambda options: self._client.files.with_raw_response.delete(file_id, **options) and None)

    def look(self, batch_id: str) -> Ticket:
        """Where a batch stands."""
        return self._asked(
            lambda options: _ticket(
                _object(self._client.batches.with_raw_response.retrieve(batch_id, **options).content)
            ),
            f"{self._endpoint.host} knows no batch {batch_id}",
        )

    def fetch(self, file_id: str, path: Path) -> None:
        """Write a file of results to `path`."""

        def send(options: dict[str, Any]) -> None:
            with self._client.files.with_streaming_response.content(file_id, **options) as raw, path.open("wb") as file:
                for part in raw.iter_bytes():
                    file.write(part)

        self._asked(send, f"{self._endpoint.host} has no file {file_id} any more")

    def _found(self, name: str, options: dict[str, Any]) -> Ticket | None:
        after: dict[str, Any] = {}
        for _ in range(PAGES):
            listed = self._client.batches.with_raw_response.list(limit=PAGE, **after, **options)
            body = _object(listed.content)
            rows = _rows(body)
            for row in rows:
                if isinstance(row.get("metadata"), dict) and row["metadata"].get(MARK) == name:
                    return _ticket(row)
            if not body.get("has_more") or not rows:
                return None
            after = {"after": str(rows[-1].get("id"))}
        return None

    def _asked(self, call: Callable[[dict[str, Any]], Result], unknown: str = "") -> Result:
        """What a call gives, tried as often as the endpoint's settings allow; CoachError where it gives nothing."""

        def one(end: float) -> Result:
            try:
                return call(call_options(self._endpoint, end))
            except OSError:
                raise
            except Exception as fault:
                raise troubled_by(fault, end) from None

        try:
            return trying(one, self._endpoint)
        except Troubled as fault:
            self._refuse(fault.trouble, unknown)

    def _refuse(self, trouble: Trouble, unknown: str) -> NoReturn:
        at = self._endpoint.host
        if trouble.status == 404 and unknown:
            hint = "Was it removed, or is it another account's? Remove service.json from the folder to give it up."
            raise RequestRefused(unknown, hint=hint, code="batch_missing") from None
        if trouble.status in (404, 405, 501):
            hint = "Leave out --via, or name an endpoint that has one; nothing was graded."
            raise RequestRefused(
                f"{at} has no batch service ({trouble.status})", hint=hint, code="no_service"
            ) from None
        if trouble.kind == "not_a_completion":
            hint = "Does this endpoint have a batch service of OpenAI's kind?"
            raise EndpointFault(f"{at} sent what its batch service should not", hint=hint) from None
        raise error_of(trouble, self._endpoint) from None


def _object(content: bytes) -> dict[str, Any]:
    """A JSON object; Troubled where there is none."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Troubled(Trouble("not_a_completion"))
    return body


def _rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    rows = body.get("data")
    if not isinstance(rows, list):
        raise Troubled(Trouble("not_a_completion"))
    return [row for row in rows if isinstance(row, dict)]


def _ticket(row: dict[str, Any]) -> Ticket:
    """What a service tells of a batch; nothing is believed of its types."""
    if not isinstance(row.get("id"), str) or not isinstance(row.get("status"), str):
        raise Troubled(Trouble("not_a_completion"))
    counts = row.get("request_counts")
    counts = counts if isinstance(counts, dict) else {}
    errors = row.get("errors")
    listed = errors.get("data") if isinstance(errors, dict) else None
    codes = [str(one.get("code")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return Ticket(
        batch_id=row["id"],
        status=row["status"],
        output_file_id=_text(row.get("output_file_id")),
        error_file_id=_text(row.get("error_file_id")),
        completed=_count(counts.get("completed")),
        failed=_count(counts.get("failed")),
        faults=tuple(dict.fromkeys(code for code in codes if SHORT.fullmatch(code)))[:5],
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
