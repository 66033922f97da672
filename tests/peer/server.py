"""llama.cpp's own HTTP server as a process of its own: what it logs, and how it ends, stays apart from the tests.

Run as a module it is that process: it serves until its stdin closes, so that it never outlives who started it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS, STOP_SECONDS = 60.0, 10.0


@dataclass(frozen=True)
class Limits:
    """How much the server takes and says: tokens of all slots together, tokens of a reply (-1: no end), a key."""

    context: int = 32768
    slots: int = 1
    predict: int = 8000
    key: str = ""


@dataclass(frozen=True)
class Peer:
    """A running server: where it listens, and its process."""

    base_url: str
    process: subprocess.Popen[str]


@contextmanager
def serving(model: Path, limits: Limits, log: Path) -> Iterator[Peer]:
    """Serve a model on a free loopback port until the block ends; what the server says goes to `log`."""
    command = [sys.executable, "-m", "tests.peer.server", str(model), json.dumps(asdict(limits))]
    pipe = subprocess.PIPE
    with (
        log.open("wb") as said,
        subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=said, text=True) as process,
    ):
        assert process.stdin and process.stdout
        alarm = threading.Timer(START_SECONDS, process.kill)
        alarm.start()
        address = next((line.strip() for line in process.stdout if line.startswith("http://")), None)
        alarm.cancel()
        try:
            assert address, f"the server did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
            yield Peer(f"{address}/v1", process)
        finally:
            process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def main(model: str, limits: Limits) -> None:
    """Serve until stdin closes; the first line on stdout is the address."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {"babbler"}
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel, params.n_predict = limits.context, limits.slots, limits.predict
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # more would spin against each other
    params.sampling.seed = 1  # where a request names none: the same prompt gets the same babble
    params.api_keys = [limits.key] if limits.key else []
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], Limits(**json.loads(sys.argv[2])))
