"""The processes of benchmarks/batch.py: an endpoint, a batch, and a bare loop over the vendor's client.

Each batch and each loop is a process of its own, so that CPU time and peak memory are its own; it prints one line of
JSON.  Time begins after the imports.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import random
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

DRAFT = Path(__file__).parents[1] / "examples" / "q05-draft.md"
QUESTION = "q05"
SHORT = (
    "We had three requests and two people. I put the fuel model first, because fuel was a third of our cost. "
    "We tried it on one boat for four weeks, and fuel fell by six percent there."
)
SEED = 20_261
WINDOW = 1.0  # seconds over which an endpoint counts its requests


class Endpoint:
    """Replies with one body after some time; above `rate` requests a second (0: no limit) it answers 429."""

    def __init__(self, body: bytes, latency: float, rate: int, says_when: bool):
        self._latency, self._rate, self._says_when = latency, rate, says_when
        self._good = _response("200 OK", "", body)
        self._taken: deque[float] = deque()
        self.well = self.refused = 0

    async def serve(self) -> None:
        """Serve on a free port, which is printed, until the process is killed."""
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    async def _client(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = (await incoming.readuntil(b"\r\n\r\n")).decode().lower()
                if asked.startswith("get"):
                    outgoing.write(_response("200 OK", "", json.dumps([self.well, self.refused]).encode()))
                    continue
                await incoming.readexactly(int(asked.partition("content-length:")[2].split("\r\n")[0]))
                outgoing.write(await self._reply())
                await outgoing.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            outgoing.close()

    async def _reply(self) -> bytes:
        now = time.monotonic()
        while self._taken and self._taken[0] <= now - WINDOW:
            self._taken.popleft()
        if self._rate and len(self._taken) >= self._rate:
            self.refused += 1
            wait = self._taken[0] + WINDOW - now
            header = f"retry-after-ms: {wait * 1000:.0f}\r\n" if self._says_when else ""
            return _response("429 Too Many Requests", header, b'{"error": {"code": "rate_limit_exceeded"}}')
        self._taken.append(now)
        await asyncio.sleep(self._latency)
        self.well += 1
        return self._good


def _response(status: str, header: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{header}content-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def text_of(number: int) -> str:
    """An answer that differs from all others in its last sentence."""
    return f"{DRAFT.read_text(encoding='utf-8').rstrip()} That was depot number {number}."


def entries(count: int, short: bool) -> Iterator[Any]:
    """So many answers by as many people, made as they are taken."""
    from answer_coach.batch.entry import Entry
    from answer_coach.feedback import Source

    text = SHORT if short else DRAFT.read_text(encoding="utf-8").rstrip()
    for number in range(count):
        said = f"{text} That was depot number {number}."
        yield Entry(text=said, question=QUESTION, source=Source(path="a.csv", row=number + 1, candidate=f"c{number}"))


def mixed(path: Path, count: int) -> None:
    """A table of answers by as many people, each of sentences from the exemplars of one question, always the same."""
    from answer_coach.answer import Answer
    from answer_coach.library.shelf import Library

    library, chance = Library(), random.Random(SEED)  # noqa: S311  not for secrets
    said = {
        name: [s.text for one in library.exemplars(name) for s in Answer.of(one.text).sentences]
        for name in library.files
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("candidate", "question", "answer"))
        for number in range(count):
            question = chance.choice(list(said))
            order = sorted(chance.sample(range(len(said[question])), chance.randint(4, 14)))
            rows.writerow((f"person {number}", question, " ".join(said[question][at] for at in order)))


def command(folder: str, count: int, _: int) -> dict[str, Any]:
    """`coach batch` by the rules over so many answers, with all that it writes, cards to send too."""
    from answer_coach.cli.app import app

    given, out = Path(folder) / "answers.csv", Path(folder) / "out"
    mixed(given, count)
    took = _Took()
    with redirect_stdout(io.StringIO()):
        app(["batch", str(given), "--out", str(out), "--model", "rules", "--cards", "markdown"], standalone_mode=False)
    found = took.told()
    with (out / "results.jsonl").open("rb") as lines:
        rows = [json.loads(line)["source"]["row"] for line in lines]
    return {**found, "lost": count - len(set(rows)), "unclean": len(rows) - len(set(rows)), "why": ""}


def batch(url: str, count: int, at_once: int) -> dict[str, Any]:
    """A batch as `coach batch` makes it: ledger, kept replies, pacer; the rules where there is no URL."""
    from answer_coach import wiring
    from answer_coach.batch.ledger import Ledger
    from answer_coach.batch.run import Run
    from answer_coach.engines.pacing import Pace, Pacer
    from answer_coach.engines.replies import Replies
    from answer_coach.library.shelf import Library
    from answer_coach.reports.writing import write_all

    with tempfile.TemporaryDirectory() as folder:
        environ = {"COACH_HOME": folder}
        settings = wiring.settle(environ, "m" if url else "rules", url or None)
        tuning = settings.tuning.model_copy(update={"reply_mode": "json_schema"})
        pacer, library = Pacer(Pace(at_once)), Library()
        kept = Replies(Path(folder) / "replies.sqlite") if url else None
        ready = wiring.patient(settings._replace(tuning=tuning))
        coach = wiring.make_coach(ready, environ, library, pacer=pacer, replies=kept)
        out = Path(folder) / "out"
        with Ledger(out) as ledger:
            run = Run(coach, ledger, pacer)
            took = _Took()
            run.grade(entries(count, short=not url))
            found = took.told()
        with (out / "results.jsonl").open(encoding="utf-8") as lines:
            unclean = sum(json.loads(line).get("unverified_quotes", 1) > 0 for line in lines)
        write_all(out, cards_format=None, library=library)
        tally = run.tally
        lost = count - tally.graded
        return {**found, "lost": lost, "unclean": unclean, "why": tally.stopped, "with_report": _peak()}


def bare(url: str, count: int, at_once: int) -> dict[str, Any]:
    """As many workers in a loop over the vendor's client; the prompts are ready, each reply ends with `json.loads`."""
    import openai

    from answer_coach import Coach
    from answer_coach.request import RESPONSE_FORMAT
    from answer_coach.steps import render_job

    coach = Coach("m", base_url=url, environ={})
    prompts: list[Any] = []
    for entry in entries(count, short=False):
        messages = render_job(coach.request(entry.text, question=QUESTION)).request.messages
        prompts.append([message.model_dump() for message in messages])

    async def go() -> dict[str, Any]:
        source, form = iter(prompts), RESPONSE_FORMAT
        sent_form: Any = form
        async with openai.AsyncOpenAI(api_key="none", base_url=url, max_retries=0) as client:

            async def worker() -> None:
                for messages in source:
                    create = client.chat.completions.create
                    done = await create(model="m", messages=messages, response_format=sent_form)
                    json.loads(done.choices[0].message.content or "")

            took = _Took()
            await asyncio.gather(*(worker() for _ in range(at_once)))
            return took.told()

    return asyncio.run(go())


class _Took:
    """Wall time and CPU time from here on."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def told(self) -> dict[str, Any]:
        """Both, and the peak of memory so far."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return {"wall": wall, "cpu": cpu, "peak": _peak()}


def _peak() -> float:
    """The most memory that this process ever held, in MB.

    Where Linux tells it, by itself: what `getrusage` says begins with the size of the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        told = status.read_text(encoding="utf-8").partition("VmHWM:")[2]
        return int(told.split()[0]) / 1_000
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1_000_000 if sys.platform == "darwin" else 1_000)


def main() -> None:
    """Be one of the sides: `endpoint BODY_FILE LATENCY RATE SAYS_WHEN`, or `batch|bare URL COUNT AT_ONCE`,
    or `command FOLDER COUNT 0`."""
    side, *more = sys.argv[1:]
    if side == "endpoint":
        body, latency, rate, says_when = more
        asyncio.run(Endpoint(Path(body).read_bytes(), float(latency), int(rate), says_when == "1").serve())
        return
    url, count, at_once = more
    print(json.dumps({"batch": batch, "bare": bare, "command": command}[side](url, int(count), int(at_once))))


if __name__ == "__main__":
    main()
