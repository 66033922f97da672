"""Requests for a provider's batch service: one whose reply is there is answered, any other is put down to be sent.

It stands where requests share their replies (`Traffic`), so that the chain, its repair turn and its passes go through
it as they are: what they would send is what is put down.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple

from answer_coach.engines.completions import Gathered
from answer_coach.engines.faults import SHORT, Trouble, error_of, trouble_of
from answer_coach.engines.interface import Endpoint
from answer_coach.engines.replies import Replies, request_key
from answer_coach.engines.requests import as_sent
from answer_coach.engines.retrying import Troubled
from answer_coach.engines.traffic import Traffic
from answer_coach.errors import Waiting

PATH: Final = "/v1/chat/completions"
LASTING = frozenset((400, 413, 422))
"""Statuses of a row that the same request would meet again; all others are asked once more."""
ASKED = "asked"


class Outbox(Traffic):
    """Replies of a batch service to the requests of one run; what has none is given to `put` once, and waits.

    `results` are what the service said, `kept` the replies of other runs.  `mends` tells whether a request that the
    service refused may be made anew without what it refuses: only where it took none of them.
    """

    def __init__(
        self,
        results: Replies,
        kept: Replies | None = None,
        put: Callable[[bytes, Mapping[str, Any]], None] = lambda key, fields: None,
        mends: bool = False,
    ):
        super().__init__(None, kept)
        self._results, self._put, self._mends = results, put, mends
        self._counted: set[bytes] = set()
        self.asked: set[bytes] = set()
        """All requests of this run."""
        self.missing: set[bytes] = set()
        """Those without a reply."""

    async def once(
        self, endpoint: Endpoint, fields: Mapping[str, Any], send: Callable[[], Awaitable[Gathered]]
    ) -> Gathered:
        """The reply to a request; Waiting where there is none yet.  Nothing is sent."""
        key = request_key(endpoint.base_url_sha256, fields)
        self.asked.add(key)
        row = self._results.get(key)
        if row is not None:
            if not row.get(ASKED):
                self._results.put(key, {**row, ASKED: True})
            return self._said(key, row, endpoint)
        kept = self._kept(key)
        if kept is not None:
            return Gathered.kept(kept)
        if key not in self.missing:
            self.missing.add(key)
            self._put(key, fields)
        raise Waiting(f"The reply of {endpoint.host} is not there yet", hint="coach batch collect picks it up.")

    def unclaimed(self, under_way: set[bytes]) -> int:
        """How many good replies, there or under way, fit no request of this run or of one before."""
        rows = (self._results.get(key) or {} for key in self._results.keys() if key not in self.asked)  # noqa: SIM118
        good = [row for row in rows if row.get("status") == 200 and not row.get(ASKED)]
        return len(good) + len(under_way - self.asked)

    def _said(self, key: bytes, row: Mapping[str, Any], endpoint: Endpoint) -> Gathered:
        if row["status"] == 200:
            got = Gathered.of(json.dumps(row["body"]).encode())
            if key not in self._counted:
                self._counted.add(key)
                self.took(got)
                self.keep(key, got)
            return got
        trouble = _trouble(row["status"], row["body"])
        if self._mends or trouble.written is not None:
            raise Troubled(trouble)
        raise error_of(trouble, endpoint)


def request_line(key: bytes, fields: Mapping[str, Any]) -> bytes:
    """One line of a request file; its id is the request's own key."""
    line = {"custom_id": key.hex(), "method": "POST", "url": PATH, "body": as_sent(fields)}
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


class Row(NamedTuple):
    """One row of a result file: what is to be kept of it, or a short word for why it must be asked for again."""

    key: bytes
    kept: dict[str, Any] | None
    why: str = ""


def read_row(line: bytes) -> Row | None:
    """A row of an output or error file; None for what is no row with an id of ours."""
    try:
        row = json.loads(line)
        key = bytes.fromhex(row["custom_id"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    response, error = row.get("response"), row.get("error")
    if not isinstance(response, dict):
        return Row(key, None, _word(error.get("code") if isinstance(error, dict) else None))
    status, body = response.get("status_code"), response.get("body")
    if status == 200:
        try:
            Gathered.of(json.dumps(body).encode())
        except Troubled as fault:
            return Row(key, None, _word(fault.trouble.status or None))
        return Row(key, {"status": 200, "body": body})
    trouble = _trouble(status if isinstance(status, int) else 0, body)
    if trouble.status in LASTING and not trouble.quota:
        return Row(key, {"status": trouble.status, "body": body})
    return Row(key, None, _word(status, *trouble.codes))


def _trouble(status: int, body: object) -> Trouble:
    holder = body.get("error", body) if isinstance(body, dict) else body
    return trouble_of(status, holder)


def _word(*told: object) -> str:
    """The first two short codes among what a service says; never its words, which may repeat an answer."""
    return " ".join([str(word) for word in told if word and SHORT.fullmatch(str(word))][:2]) or "no completion"
