"""Private by default: whatever stands in the shell, a draft goes to the configured endpoint and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest

from answer_coach.library.shelf import Library
from tests.support.build import SOLID, says
from tests.support.server import Endpoint, Reply, completion, serving

KEY = "ck-very-secret-0001"
RUNNER = """
import atexit, json, sys
connected, log = [], sys.argv[1]
def note(event, args):
    if event in ("socket.connect", "socket.sendto"):
        connected.append(list(args[1][:2]) if isinstance(args[1], tuple) else str(args[1]))
    if event == "socket.getaddrinfo":
        connected.append([args[0], args[1]])
sys.addaudithook(note)
atexit.register(lambda: open(log, "w", encoding="utf-8").write(json.dumps(connected)))
if sys.argv[2] == "cli":
    sys.argv = ["coach", *sys.argv[3:]]
    from answer_coach.cli.app import main
    main()
import asyncio, logging
logging.basicConfig(level=logging.DEBUG)
from answer_coach import Coach
coach = Coach("some-model", base_url=sys.argv[3])
text = sys.stdin.read()
cards = [coach.grade(text, question="q05"), *asyncio.run(coach.abatch([text, text], question="q05"))]
sys.stdout.write(json.dumps([card.kind for card in cards]))
"""


@contextmanager
def trapping() -> Iterator[tuple[str, list[bytes]]]:
    """A port that takes whatever comes, keeps it, and answers nothing; its URL and what it got."""
    caught: list[bytes] = []

    class Trap(BaseRequestHandler):
        def handle(self) -> None:
            """Keep the first bytes of a connection, even if there are none."""
            self.request.settimeout(1)
            try:
                caught.append(self.request.recv(4096))
            except OSError:
                caught.append(b"")

    server = ThreadingTCPServer(("127.0.0.1", 0), Trap)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", caught
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tracing(trap: str) -> dict[str, str]:
    """A shell in which everything that can trace is told to, to the trap."""
    return {
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_TRACING_V2": "true",
        "LANGCHAIN_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_ENDPOINT": trap,
        "LANGCHAIN_ENDPOINT": trap,
        "LANGSMITH_API_KEY": "lsv2-LEAK",
        "LANGCHAIN_API_KEY": "lsv2-LEAK",
        "LANGSMITH_PROJECT": "LEAK",
        "LANGSMITH_OTEL_ENABLED": "true",
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_ENDPOINT": trap,
        "OPENAI_API_KEY": "sk-LEAK",
        "OPENAI_BASE_URL": trap,
        "OPENAI_LOG": "debug",
        "COACH_API_KEY": KEY,
    }


class Ran:
    """What became of one run: what it printed, whom it connected to, what arrived where."""

    def __init__(self, stdout: str, stderr: str, connected: list[object], endpoint: Endpoint, caught: list[bytes]):
        self.stdout, self.printed, self.connected = stdout, stdout + stderr, connected
        self.endpoint, self.caught = endpoint, caught

    @property
    def own(self) -> list[object]:
        """The configured endpoint's address."""
        host, port = self.endpoint.base_url.split("/")[2].split(":")
        return [host, int(port)]


@pytest.fixture(scope="module", params=["cli", "python"])
def ran(request: pytest.FixtureRequest, library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """One draft graded by a model in a process of its own, from the command line and from Python."""
    folder = tmp_path_factory.mktemp("runner")
    reply = Reply(body=completion(says(library, "q05", SOLID, {"goal": "met"})))
    (folder / "runner.py").write_text(RUNNER, encoding="utf-8")
    log = folder / "connected.json"
    with serving(lambda seen: reply) as endpoint, trapping() as (trap, caught):
        command = [sys.executable, str(folder / "runner.py"), str(log), request.param]
        if request.param == "cli":
            command += ["grade", "-", "-q", "q05", "--model", "some-model", "--base-url", endpoint.base_url, "--debug"]
        else:
            command += [endpoint.base_url]
        environ = {**os.environ, **tracing(trap), "COACH_HOME": str(folder / "home"), "PYTHONUTF8": "1"}
        done = subprocess.run(
            command, input=SOLID, capture_output=True, text=True, env=environ, cwd=folder, timeout=50, check=False
        )
        assert done.returncode == 0, done.stderr
        yield Ran(done.stdout, done.stderr, json.loads(log.read_text()), endpoint, caught)


def test_the_draft_was_graded_by_the_endpoint(ran: Ran) -> None:
    """The run is a real one: the endpoint got the draft and its key, and the result was printed."""
    assert {seen.headers["authorization"] for seen in ran.endpoint.requests} == {f"Bearer {KEY}"}
    assert all("ferry company" in seen.body["messages"][1]["content"] for seen in ran.endpoint.requests)
    assert "Q05 Prioritizing" in ran.stdout or json.loads(ran.stdout) == ["feedback"] * 3


def test_the_trap_sees_nothing(ran: Ran) -> None:
    """No tracer, exporter or other base URL of the shell gets a single connection."""
    assert ran.caught == []


def test_only_the_configured_endpoint_is_connected_to(ran: Ran) -> None:
    """Every address that the process looked up or connected to is the endpoint's own."""
    assert ran.connected
    assert [address for address in ran.connected if address != ran.own] == []


def test_nothing_of_the_shell_arrives_at_the_endpoint(ran: Ran) -> None:
    """Neither other keys nor project names go along with the draft."""
    assert not [seen for seen in ran.endpoint.requests if "LEAK" in json.dumps([seen.path, seen.headers, seen.body])]


def test_no_log_holds_the_draft_the_prompt_or_a_key(ran: Ran) -> None:
    """With OPENAI_LOG=debug, --debug and every logger open, only the card quotes the draft."""
    assert not [said for said in (KEY, "LEAK", "interviewer for a lead", "<answer-") if said in ran.printed]
    logged = ran.printed.removeprefix(ran.stdout)
    assert not [word for word in ("ferry", "ticketing", "autumn", "boats") if word in logged]


def test_a_trap_would_have_caught_it(tmp_path: Path) -> None:
    """The instruments work: a runner that does connect elsewhere is noticed by the trap and by the audit hook."""
    connecting = "import socket\nsocket.create_connection((sys.argv[2], int(sys.argv[3]))).close()"
    (tmp_path / "runner.py").write_text(RUNNER.partition("if sys.argv[2]")[0] + connecting, encoding="utf-8")
    with trapping() as (trap, caught):
        host, port = trap.removeprefix("http://").split(":")
        command = [sys.executable, str(tmp_path / "runner.py"), str(tmp_path / "log.json"), host, port]
        subprocess.run(command, check=True, timeout=50)
        for _ in range(100):
            if caught:
                break
            threading.Event().wait(0.02)
        assert caught == [b""]
    assert [host, int(port)] in json.loads((tmp_path / "log.json").read_text())
