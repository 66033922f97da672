"""A batch against a bare loop over the vendor's client, at an endpoint that limits, and over many answers by rules.

    python -m benchmarks.batch [--rounds 2] [--only throughput|limit|rules|large] [--large]

Batch and loop send the same prompts to the same server, as many at once, in turns, each in a process of its own.
Throughput is a share of the loop's, CPU a multiple of its; the medians of the rounds.  What each must hold stands in
the table; 1 where one misses.  `--large` is the whole command over 100,000 answers by rules against 10,000, with all
that it writes; that takes half an hour, and is left out without it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any, NamedTuple

from benchmarks.batch_sides import QUESTION, text_of
from tests.endpoints import reader
from tests.support.server import completion

from answer_coach import Coach
from answer_coach.steps import render_job

SIDES = (sys.executable, "-m", "benchmarks.batch_sides")
CASES = ((1.0, 64, 1_280, 0.95), (0.2, 32, 960, 0.75), (0.2, 64, 1_280, 0.55))
"""Seconds that a reply takes, requests at once, answers, the least share of the bare loop's throughput."""
CPU_BAR, MEMORY_BAR = 2.2, 135.0
RATES, LIMITED, LIMITED_AT_ONCE, SUSTAINED_BAR = (5, 20), 25, 32, 0.9
"""Requests a second that an endpoint takes; seconds for which they are enough."""
FEW, MANY, LARGE, GROWTH_BAR = 2_000, 10_000, 100_000, 1.5


class Row(NamedTuple):
    """One line of the table; `bar` is None where nothing is asked."""

    what: str
    value: float
    bar: float | None = None
    most: bool = False
    """Whether the bar is an upper one."""

    @property
    def missed(self) -> bool:
        return self.bar is not None and (self.value > self.bar if self.most else self.value < self.bar)

    def __str__(self) -> str:
        limit = "" if self.bar is None else f"{'<=' if self.most else '>='} {self.bar:g}"
        return f"{self.what:58}{self.value:9.2f}  {limit:9}{'MISSED' if self.missed else ''}".rstrip()


@contextmanager
def serving(latency: float, rate: int = 0, says_when: bool = False) -> Iterator[str]:
    """An endpoint in another process; its address."""
    job = Coach("m", base_url="http://127.0.0.1:9/v1", environ={}).request(text_of(0), question=QUESTION)
    messages = [message.model_dump() for message in render_job(job).request.messages]
    prompt = reader.read(messages)  # what it quotes stands in all answers: their last sentence is left out
    said = json.dumps(reader.reply(prompt._replace(sentences=prompt.sentences[:-1])))
    whole = completion(said)
    whole["usage"]["prompt_tokens"] = sum(len(m["content"]) for m in messages) // 4
    with tempfile.NamedTemporaryFile("w", suffix=".json") as body:
        body.write(json.dumps(whole))
        body.flush()
        told = [body.name, str(latency), str(rate), str(int(says_when))]
        with subprocess.Popen([*SIDES, "endpoint", *told], stdout=subprocess.PIPE, text=True) as server:
            try:
                port = server.stdout.readline().strip() if server.stdout else ""
                yield f"http://127.0.0.1:{port}/v1"
            finally:
                server.kill()


def side(name: str, url: str, count: int, at_once: int) -> dict[str, Any]:
    """Run one side to its end; what it measured."""
    command = [*SIDES, name, url, str(count), str(at_once)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    if found.get("lost") or found.get("unclean"):
        print(f"  ! {found['lost']} lost, {found['unclean']} unclean {found['why']}")
    return found


def throughput(rounds: int) -> list[Row]:
    """Each case: the batch's share of the bare loop's throughput; then CPU and memory over all of them."""
    rows, ratios, peaks = [], [], []
    for latency, at_once, count, bar in CASES:
        shares, rates = [], []
        with serving(latency) as url:
            for at in range(rounds):
                order = ("bare", "batch") if at % 2 else ("batch", "bare")
                found = {name: side(name, url, count, at_once) for name in order}
                shares.append(found["bare"]["wall"] / found["batch"]["wall"])
                ratios.append(found["batch"]["cpu"] / found["bare"]["cpu"])
                rates.append(count / found["batch"]["wall"])
                peaks.append(found["batch"]["peak"])
        named = f"{latency:g} s, {at_once} at once"
        rows.append(Row(f"{named}: share of a bare loop's throughput", statistics.median(shares), bar))
        rows.append(Row(f"{named}: answers a second", statistics.median(rates)))
    rows.append(Row("CPU of a batch, as a multiple of the bare loop's", statistics.median(ratios), CPU_BAR, True))
    rows.append(Row("peak memory of such a batch, MB", max(peaks), MEMORY_BAR, True))
    return rows


def limited() -> list[Row]:
    """An endpoint that takes so many requests a second and no more, and one that also says how long to wait."""
    rows = []
    for rate, says_when in product(RATES, (False, True)):
        count = LIMITED * rate
        with serving(0.2, rate, says_when) as url:
            found = side("batch", url, count, LIMITED_AT_ONCE)
            with urllib.request.urlopen(url) as told:  # noqa: S310  our own server
                well, refused = json.loads(told.read())
        named = f"{rate} a second allowed{', retry-after-ms' if says_when else ''}"
        rows.append(Row(f"{named}: share sustained", count / found["wall"] / rate, SUSTAINED_BAR))
        rows.append(Row(f"{named}: answers lost", found["lost"], 0, True))
        rows.append(Row(f"{named}: answers graded twice", well + found["lost"] - count, 0, True))
        rows.append(Row(f"{named}: refused requests for one answer", refused / count))
    return rows


def rules() -> list[Row]:
    """Short answers by rules: how memory grows with their number, and how many a core grades."""
    few, many = (side("batch", "", count, 1) for count in (FEW, MANY))
    named = f"rules, {MANY:,} over {FEW:,} answers"
    return [
        Row(f"{named}: peak memory", many["peak"] / few["peak"], GROWTH_BAR, True),
        Row(f"{named}: peak memory, report written too", many["with_report"] / few["with_report"]),
        Row(f"rules, {MANY:,} answers: peak memory, MB", many["peak"]),
        Row(f"rules, {MANY:,} answers: peak memory, report too, MB", many["with_report"]),
        Row("rules: answers a second and core", MANY / many["cpu"]),
    ]


def large() -> list[Row]:
    """The whole command over varied answers by rules, cards to send written too: growth, and how many a core does."""
    found = []
    for count in (MANY, LARGE):
        with tempfile.TemporaryDirectory() as folder:
            found.append(side("command", folder, count, 0))
    few, many = found
    named = f"coach batch, rules, {LARGE:,} over {MANY:,} answers"
    return [
        Row(f"{named}: peak memory", many["peak"] / few["peak"], GROWTH_BAR, True),
        Row(f"coach batch, rules, {LARGE:,} answers: peak memory, MB", many["peak"]),
        Row(f"coach batch, rules, {LARGE:,} answers: lost", many["lost"], 0, True),
        Row(f"coach batch, rules, {LARGE:,} answers: twice", many["unclean"], 0, True),
        Row("coach batch, rules: answers a second and core, all in", LARGE / many["cpu"]),
    ]


def main() -> int:
    """Measure and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=("throughput", "limit", "rules", "large"))
    parser.add_argument("--large", action="store_true")
    chosen = parser.parse_args()
    parts = {"throughput": lambda: throughput(chosen.rounds), "limit": limited, "rules": rules, "large": large}
    wanted = {chosen.only} if chosen.only else parts.keys() - ({"large"} if not chosen.large else set())
    missed = 0
    for name, measure in parts.items():
        for row in measure() if name in wanted else ():
            print(row, flush=True)
            missed += row.missed
    print(f"{missed} missed" if missed else "all bars held")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
