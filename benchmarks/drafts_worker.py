"""A process of benchmarks.drafts that is killed, or that writes beside another one: it adds drafts as fast as it can.

    python -m benchmarks.drafts_worker PATH MARK COUNT [graded]

A line on its stdout acknowledges: `draft N` once the text of draft N is kept, `card N` once its card is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from answer_coach import Coach
from answer_coach.drafts.store import Store

NAME, QUESTION = "tides", "q05"
SAID = (
    "At a ferry company I had three requests and two people. I put the fuel model first, because fuel was a third of "
    "our cost, and told the head of ticketing that his forecast had to wait until autumn. We tried it on one boat for "
    "four weeks. Fuel fell by six percent there and stayed the same on the other boats."
)


def text_of(mark: str, number: int) -> str:
    """A draft that no other one is equal to, and that tells whose it is and which."""
    return f"{SAID} That was depot {mark} number {number}."


def main(path: str, mark: str, count: str, *graded: str) -> None:
    """Add so many drafts, each with its card where that is wanted."""
    coach = Coach("rules") if graded else None
    with Store(Path(path)) as store:
        for number in range(int(count)):
            draft = store.add(NAME, QUESTION, text_of(mark, number))
            print(f"draft {draft.number} {number}", flush=True)
            if coach:
                store.keep(draft, coach.grade(draft.text, question=QUESTION))
                print(f"card {draft.number} {number}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
