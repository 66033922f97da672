"""A provider's batch service on this machine: files, batches and their results, over HTTP as the real one has them."""

from __future__ import annotations

import email
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.endpoints import reader
from tests.support.batches import Ran, cards, inside
from tests.support.server import Endpoint, Handler, Reply, completion

Lines = Sequence[dict[str, Any]]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and modes are POSIX's here")
VIA = ("--via", "openai-batch", "--poll", "0.1")
NOWHERE = Reply(404, {"error": {"code": "not_found", "message": "no such path"}})


@dataclass
class Outcome:
    """How a batch ends: its status, the rows of its two files, and what was wrong with the file as a whole."""

    status: str = "completed"
    output: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    faults: tuple[str, ...] = ()


def replied(line: dict[str, Any], content: str | None = None) -> dict[str, Any]:
    """A row of an output file: what an honest reader says, or other words."""
    said = reader.says(line["body"]["messages"]) if content is None else content
    response = {"status_code": 200, "request_id": "r", "body": completion(said)}
    return {"id": "b", "custom_id": line["custom_id"], "response": response, "error": None}


def refused(line: dict[str, Any], status: int, code: str, message: str = "no") -> dict[str, Any]:
    """A row of an error file: a request that did not work."""
    body = {"error": {"code": code, "message": message}}
    response = {"status_code": status, "request_id": "r", "body": body}
    return {"id": "b", "custom_id": line["custom_id"], "response": response, "error": None}


def expired(line: dict[str, Any]) -> dict[str, Any]:
    """A row of an error file: a request whose time was over."""
    error = {"code": "batch_expired", "message": "not done in time"}
    return {"id": "b", "custom_id": line["custom_id"], "response": None, "error": error}


def all_well(lines: Lines) -> Outcome:
    """Every request has its reply, the last one first."""
    return Outcome(output=[replied(line) for line in reversed(lines)])


@dataclass
class Provider:
    """What the service holds and how it behaves; a test may change it while it runs."""

    base_url: str = ""
    ends: Callable[[Lines], Outcome] = all_well
    looks: int = 1
    """How often a batch is found in progress before it has ended."""
    there: bool = True
    """Whether there is such a service at all."""
    slow: dict[str, float] = field(default_factory=dict)
    """Seconds by which the reply to `upload`, `create` or `fetch` comes late; the work is done before."""
    lose: set[str] = field(default_factory=set)
    """Replies that are lost once, though the work is done."""
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    fetched: int = 0
    asked: int = 0
    """Requests for a completion outside the service."""

    @property
    def sent(self) -> list[list[dict[str, Any]]]:
        """The requests of each batch that was made."""
        return [self.lines(batch) for batch in self.batches.values()]

    def lines(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        """The requests of a batch."""
        return [json.loads(line) for line in self.files[batch["input_file_id"]][1].splitlines()]

    def handle(self, method: str, path: str, headers: Any, raw: bytes) -> Reply:
        """The reply to one call."""
        parts = urlsplit(path)
        words = parts.path.removeprefix("/v1/").split("/")
        if words[0] == "chat":
            self.asked += 1
            return Reply(body=completion(reader.says(json.loads(raw)["messages"])))
        if not self.there:
            return NOWHERE
        if words[0] == "files":
            return self._files(method, words, headers, raw)
        if method == "POST":
            return self._late("create", self._create(json.loads(raw)))
        if len(words) == 1:
            return self._listed(parse_qs(parts.query))
        return Reply(body=self._looked(words[1])) if words[1] in self.batches else NOWHERE

    def _late(self, name: str, reply: Reply) -> Reply:
        time.sleep(self.slow.get(name, 0))
        if name in self.lose:
            self.lose.discard(name)
            reply.broken = -1
        return reply

    def _files(self, method: str, words: list[str], headers: Any, raw: bytes) -> Reply:
        if method == "POST":
            head = f"content-type: {headers['content-type']}\r\n\r\n".encode()
            parts = email.message_from_bytes(head + raw).get_payload()
            named = {part.get_param("name", header="content-disposition"): part for part in parts}  # type: ignore[union-attr]
            assert named["purpose"].get_payload() == "batch"  # type: ignore[union-attr]
            file_id = f"file-{len(self.files)}"
            file = named["file"]
            self.files[file_id] = (str(file.get_filename()), file.get_payload(decode=True))  # type: ignore[union-attr, assignment]
            return self._late("upload", Reply(body={"id": file_id, "object": "file"}))
        if len(words) == 1:
            rows = [{"id": name, "filename": held[0], "object": "file"} for name, held in self.files.items()]
            return Reply(body={"object": "list", "data": rows, "has_more": False})
        if method == "DELETE":
            del self.files[words[1]]
            return Reply(body={"id": words[1], "deleted": True})
        held = self.files.get(words[1])
        reply = Reply(body=held[1].decode(), headers={"content-type": "application/jsonl"}) if held else NOWHERE
        self.fetched += 1
        return self._late("fetch", reply)

    def _create(self, told: dict[str, Any]) -> Reply:
        assert (told["endpoint"], told["completion_window"]) == ("/v1/chat/completions", "24h")
        batch = {"id": f"batch_{len(self.batches)}", "object": "batch", "status": "validating", **told}
        batch["request_counts"] = {"total": 0, "completed": 0, "failed": 0}
        self.batches[batch["id"]] = batch
        return Reply(body=batch)

    def _listed(self, query: dict[str, list[str]]) -> Reply:
        """Newest first, one a page, so that whoever looks for one has to turn pages."""
        rows = list(reversed(self.batches.values()))
        names = [row["id"] for row in rows]
        at = names.index(query["after"][0]) + 1 if "after" in query else 0
        return Reply(body={"object": "list", "data": rows[at : at + 1], "has_more": at + 1 < len(rows)})

    def _looked(self, name: str) -> dict[str, Any]:
        batch = self.batches[name]
        self.seen[name] = self.seen.get(name, 0) + 1
        lines = self.lines(batch)
        if self.seen[name] <= self.looks:
            batch["status"] = "in_progress"
            batch["request_counts"] = {"total": len(lines), "completed": len(lines) // 2, "failed": 0}
        elif batch["status"] in ("validating", "in_progress"):
            outcome = self.ends(lines)
            batch["status"] = outcome.status
            batch["request_counts"] = {
                "total": len(lines),
                "completed": len(outcome.output),
                "failed": len(outcome.errors),
            }
            for which, rows in (("output_file_id", outcome.output), ("error_file_id", outcome.errors)):
                batch[which] = f"file-{which}-{name}" if rows else None
                if rows:
                    self.files[batch[which]] = (which, "".join(json.dumps(row) + "\n" for row in rows).encode())
            batch["errors"] = {"object": "list", "data": [{"code": code, "message": "m"} for code in outcome.faults]}
        return batch


class Counter(Handler):
    """One connection to the service."""

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        provider: Provider = self.server.provider  # type: ignore[attr-defined]
        with self.server.lock:  # type: ignore[attr-defined]
            reply = provider.handle(self.command, self.path, self.headers, raw)
        self._send(reply)

    def do_DELETE(self) -> None:
        """A file is to go."""
        self._serve()


class ServiceServer(ThreadingHTTPServer):
    """Serves one provider, a call at a time."""

    daemon_threads = True
    provider: Provider
    lock: threading.Lock


@contextmanager
def service(provider: Provider | None = None) -> Iterator[Provider]:
    """Serve on a free loopback port until the block ends."""
    server = ServiceServer(("127.0.0.1", 0), Counter)
    server.provider, server.lock = provider or Provider(), threading.Lock()
    server.provider.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def at(provider: Provider) -> Endpoint:
    """The service as the endpoint of a command line."""
    return Endpoint(provider.base_url)


def sending(given: Path, out: Path, provider: Provider, *more: str) -> Ran:
    """A batch over the service, to its end."""
    return inside(given, "--out", out, *VIA, *more, at=at(provider))


def picking(word: str, out: Path, provider: Provider, *more: str) -> Ran:
    """`status` or `collect`."""
    return inside(word, out, "--base-url", provider.base_url, *more)


def number_of(line: dict[str, Any]) -> int:
    """The number of the answer that a request carries."""
    said = "\n".join(str(m["content"]) for m in line["body"]["messages"])
    return int(said.rpartition("depot number ")[2].split(".")[0])


def kinds(out: Path) -> list[tuple[int, str]]:
    """Row and kind of each card."""
    return [(card["source"]["row"], card["kind"]) for card in cards(out)]


def setting(home: Path, text: str) -> None:
    """Write the config file."""
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(text, encoding="utf-8")
