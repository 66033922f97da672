"""CPU time that a grading takes on the client's side, as a ratio to a bare call of the vendor's client.

    python -m benchmarks.client_cpu [--rounds 15] [--calls 30] [--profile]

Both send the same prompt and response format to the same server in another process, and get the same reply; the bare
call ends with `json.loads`, the grading with a card.  Process time, interleaved rounds, the median of the ratios
within a round.  Bar: at most 2.2.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import openai
from tests.endpoints import reader
from tests.support.server import completion

from answer_coach import Coach
from answer_coach.engines.providers import Tuning
from answer_coach.library.shelf import Library
from answer_coach.request import RESPONSE_FORMAT
from answer_coach.steps import render_job

BAR = 2.2
QUESTION = "q05"
DRAFT = Path(__file__).parents[1] / "examples" / "q05-draft.md"


async def serve(body: bytes) -> None:
    """Reply with one body to every request, and say on which port."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()

    async def client(incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = (await incoming.readuntil(b"\r\n\r\n")).decode().lower()
                await incoming.readexactly(int(asked.partition("content-length:")[2].split("\r\n")[0]))
                outgoing.write(head + body)
                await outgoing.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            outgoing.close()

    server = await asyncio.start_server(client, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def reply_to(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """An honest reply, as a completion."""
    whole = completion(reader.says(messages))
    whole["usage"]["prompt_tokens"] = sum(len(m["content"]) for m in messages) // 4
    return whole


async def measure(base_url: str, messages: list[dict[str, Any]], draft: str, rounds: int, calls: int) -> list[float]:
    """The ratio of each round; cards and bare calls take turns at being first."""
    client = openai.AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0)
    coach = Coach("m", base_url=base_url, environ={}, tuning=Tuning(reply_mode="json_schema"))

    async def bare() -> None:
        form: Any = RESPONSE_FORMAT
        sent: Any = messages
        done = await client.chat.completions.create(model="m", messages=sent, response_format=form)
        json.loads(done.choices[0].message.content or "")

    async def card() -> None:
        made = await coach.agrade(draft, question=QUESTION)
        if made.kind != "feedback" or made.unverified_quotes:
            raise SystemExit("the reply made no clean card")

    async def before() -> None:
        coach.request(draft, question=QUESTION)

    async def cpu(call: Callable[[], Awaitable[None]]) -> float:
        started = time.process_time()
        for _ in range(calls):
            await call()
        return (time.process_time() - started) / calls

    ratios, bares, cards = [], [], []
    async with coach, client:
        await cpu(bare)
        await cpu(card)
        for at in range(rounds):
            first, second = (bare, card) if at % 2 else (card, bare)
            took = {first: await cpu(first), second: await cpu(second)}
            bares.append(took[bare])
            cards.append(took[card])
            ratios.append(took[card] / took[bare])
    read = await cpu(before)
    print(f"bare call {statistics.median(bares) * 1000:6.2f} ms of CPU")
    print(
        f"grading   {statistics.median(cards) * 1000:6.2f} ms of CPU, {read * 1000:.2f} of it before a judge is asked:"
    )
    print("          sentences, what was pasted, and what tells the grader what to conclude")
    return ratios


async def profile(base_url: str, draft: str, calls: int) -> None:
    """Where the time of a grading goes."""
    coach = Coach("m", base_url=base_url, environ={}, tuning=Tuning(reply_mode="json_schema"))
    async with coach:
        await coach.agrade(draft, question=QUESTION)
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(calls):
            await coach.agrade(draft, question=QUESTION)
        profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)


def main() -> int:
    """Measure and print; 1 where the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=30)
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args()
    return compare(chosen.rounds, chosen.calls, chosen.profile)


def compare(rounds: int, calls: int, profiled: bool) -> int:
    """Start the server, measure against it, stop it."""
    draft = DRAFT.read_text(encoding="utf-8")
    job = Coach("m", base_url="http://127.0.0.1:9/v1", environ={}, library=Library()).request(draft, question=QUESTION)
    messages = [message.model_dump() for message in render_job(job).request.messages]
    body = json.dumps(reply_to(messages))
    code = f"import asyncio; from benchmarks.client_cpu import serve; asyncio.run(serve({body!r}.encode()))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as server:
        try:
            port = server.stdout.readline().strip() if server.stdout else ""
            base_url = f"http://127.0.0.1:{port}/v1"
            if profiled:
                asyncio.run(profile(base_url, draft, calls))
            ratios = asyncio.run(measure(base_url, messages, draft, rounds, calls))
        finally:
            server.kill()
    ratio = statistics.median(ratios)
    print(f"ratio     {ratio:6.2f} (bar {BAR}; rounds {min(ratios):.2f} to {max(ratios):.2f})")
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main())
