"""The proof of the rubrics: what language-model readers and the rules engine make of the exemplars.

`make proof` plays the recorded replies back, lists those whose prompt has changed since (stale), and writes the report
into rubrics/README.md.  `python -m benchmarks.proof record --base-url URL --model NAME --reader first` records
a reader.
Agreement is with the verdicts in the exemplars' heads; the figures are those of `coach calibrate`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from tests.support.tape import CASSETTES, Readable, recorder

from answer_coach import Coach, agreement
from answer_coach.answer import Answer
from answer_coach.calibrating import RANKS, nearest
from answer_coach.engines.providers import Tuning
from answer_coach.feedback import Feedback
from answer_coach.labels import VERDICTS
from answer_coach.library.shelf import Library
from answer_coach.prompt import check_phrase, render
from answer_coach.rubric import Exemplar

READERS = ("first", "second")
ROOT = Path(__file__).parents[1]
README = ROOT / "rubrics" / "README.md"
BEGIN, END = "<!-- begin: proof -->", "<!-- end: proof -->"
NOWHERE = "http://127.0.0.1:9/v1"
LIBRARY = Library()
STRICT = Tuning(reply_mode="json_schema")
Cards = dict[tuple[str, str], Feedback]


class Pair(NamedTuple):
    """One exemplar and the card that a judge gave it."""

    exemplar: Exemplar
    card: Feedback

    @property
    def verdicts(self) -> list[tuple[str, str, str]]:
        """Indicator, the judge's verdict, the expected one."""
        given = {i.id: i.verdict for d in self.card.dimensions for i in d.indicators}
        return [(name, given[name], wanted) for name, wanted in self.exemplar.verdicts.items()]

    @property
    def levels(self) -> list[tuple[int, int]]:
        """The judge's level and the expected one, for each dimension."""
        return [(d.level, self.exemplar.levels[d.id]) for d in self.card.dimensions]


def tape(reader: str, question: str) -> Path:
    """Where a reader's replies about one question are kept."""
    return CASSETTES / "proof" / reader / f"{question}.yaml"


def record(reader: str, base_url: str, model: str, timeout: float) -> None:
    """Record one reader's replies to every exemplar, one file a question, in the order of the exemplars."""

    async def grade(question: str, exemplars: Sequence[Exemplar]) -> list[str]:
        async with Coach(model, base_url=base_url, timeout=timeout, environ={}, tuning=STRICT) as coach:
            cards = await coach.abatch([e.text for e in exemplars], question=question, at_once=4)
        return [card.kind for card in cards]

    for question in LIBRARY.files:
        target, exemplars = tape(reader, question), LIBRARY.exemplars(question)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        with recorder("all").use_cassette(str(target)):
            kinds = asyncio.run(grade(question, exemplars))
        sys.stdout.write(f"{reader} {question}: {', '.join(kinds)}\n")
        if set(kinds) == {"failed"} and target.exists():
            target.unlink()
        if not target.exists():
            continue
        stored = yaml.safe_load(target.read_text(encoding="utf-8"))
        stored["interactions"].sort(key=lambda exchange: str(exchange["request"]["json"]["messages"]))
        target.write_text(Readable.dump(stored), encoding="utf-8")


def present(path: Path, question: str, folder: Path) -> Path:
    """A recorded tape with today's check phrase in place of the recorded one, as a copy.

    The phrase changes whenever the rubric's file does, also where nothing that a reader reads has changed.
    """
    text, rubric = path.read_text(encoding="utf-8"), LIBRARY.rubric(question)
    if recorded := re.search(r"Check phrase: (\S+)", text):
        text = text.replace(recorded[1], check_phrase(LIBRARY.template("grade"), rubric))
    copy = folder / path.name
    copy.write_text(text, encoding="utf-8")
    return copy


def replay(reader: str) -> tuple[Cards, list[str]]:
    """The cards from a reader's recorded replies, and the exemplars whose prompt has changed since (stale)."""
    cards: Cards = {}
    stale: list[str] = []
    folder = Path(tempfile.mkdtemp())
    for question in LIBRARY.files:
        path = tape(reader, question)
        known = []
        if path.exists():
            path = present(path, question, folder)
            stored = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
            known = [exchange["request"]["json"]["messages"] for exchange in stored]
        for exemplar in LIBRARY.exemplars(question):
            job = Coach(library=LIBRARY).request(exemplar.text, question=question)
            asked = [m.model_dump() for m in render(job.template, job.rubric, job.answer).messages]
            if asked not in known:
                stale.append(f"{reader} {question}-{exemplar.kind}")
                continue
            with recorder().use_cassette(str(path)):
                card = Coach("desk", base_url=NOWHERE, library=LIBRARY, environ={}, tuning=STRICT).grade(
                    exemplar.text, question=question
                )
            if isinstance(card, Feedback):
                cards[question, exemplar.kind] = card
    shutil.rmtree(folder)
    return cards, stale


def by_rules() -> Cards:
    """The cards of the rules engine."""
    coach = Coach("rules", library=LIBRARY)
    graded = {(e.question, e.kind): coach.grade(e.text, question=e.question) for e in everyone()}
    return {key: card for key, card in graded.items() if isinstance(card, Feedback)}


def everyone() -> list[Exemplar]:
    """All exemplars."""
    return [exemplar for question in LIBRARY.files for exemplar in LIBRARY.exemplars(question)]


def longer_is_better(exemplars: Sequence[Exemplar]) -> float | None:
    """The baseline: levels guessed from the number of words alone, by a line fitted to these very answers."""
    words = [Answer.of(e.text).words for e in exemplars for _ in e.levels]
    levels = [int(level) for e in exemplars for level in e.levels.values()]
    guessed = [nearest(level) for level in agreement.by_length(words, levels)]
    return agreement.kappa(range(len(levels)), list(zip(guessed, levels, strict=True)), RANKS, "quadratic").value


def row(name: str, pairs: Sequence[Pair], wide: bool = False) -> str:
    """A line of the report: verdicts and levels of one judge against the expected ones."""
    verdicts = [(given, wanted) for pair in pairs for _, given, wanted in pair.verdicts]
    levels = [(at, level) for at, pair in enumerate(pairs) for level in pair.levels]
    kappa = agreement.kappa(range(len(verdicts)), verdicts, VERDICTS)
    weighted = agreement.kappa([at for at, _ in levels], [level for _, level in levels], RANKS, "quadratic")
    spread = f" [{weighted.low:.2f}, {weighted.high:.2f}]" if wide else ""
    apart = [abs(a - b) for _, (a, b) in levels]
    return (
        f"| {name} | {share(a == b for a, b in verdicts)} | {kappa.value:.2f} | {share(gap == 0 for gap in apart)} "
        f"| {share(gap <= 1 for gap in apart)} | {weighted.value:.2f}{spread} |"
    )


def share(truths: Any) -> str:
    """How many of them are true, as a percentage."""
    found = list(truths)
    return f"{100 * sum(found) / len(found):.0f} %"


def flips(one: Cards, other: Cards) -> tuple[int, int, dict[str, int]]:
    """How many verdicts two readers decided differently, of how many, and at which indicators."""
    total = 0
    by: dict[str, int] = {}
    for key in one.keys() & other.keys():
        mine = {i.id: i.verdict for d in one[key].dimensions for i in d.indicators}
        theirs = {i.id: i.verdict for d in other[key].dimensions for i in d.indicators}
        total += len(mine)
        for name, verdict in mine.items():
            if verdict != theirs[name]:
                by[f"{key[0]} {name}"] = by.get(f"{key[0]} {name}", 0) + 1
    return sum(by.values()), total, by


def report(judges: dict[str, Cards], stale: Sequence[str]) -> str:
    """The report in Markdown."""
    pairs = {
        name: [Pair(e, cards[e.question, e.kind]) for e in everyone() if (e.question, e.kind) in cards]
        for name, cards in judges.items()
    }
    head = "| {} | verdicts alike | kappa | levels alike | within 1 | quadratic weighted kappa |\n|" + " --- |" * 6
    lines = [head.format("judge, all exemplars")]
    lines += [
        row(f"{name} ({len(found)} of {len(everyone())} answers)", found, True)
        for name, found in pairs.items()
        if found
    ]
    lines += [f"| baseline: longer is better |  |  |  |  | {longer_is_better(everyone()):.2f} |", ""]
    changed, total, by = flips(judges["first reader"], judges["second reader"])
    if total:
        worst = sorted(by.items(), key=lambda item: (-item[1], item[0]))
        told = ", ".join(f"{name} {count}" for name, count in worst)
        lines += [
            f"Between the two readers {changed} of {total} verdicts differ ({100 * changed / total:.1f} %): {told}.",
            "",
        ]
    for name in ("first reader", "rules"):
        lines.append(head.format(name))
        for question in LIBRARY.files:
            if mine := [pair for pair in pairs[name] if pair.exemplar.question == question]:
                lines.append(row(question, mine))
        lines.append("")
    if stale:
        lines += [f"Stale, not counted (the prompt changed since): {', '.join(stale)}.", ""]
    return "\n".join(lines)


def main() -> int:
    """Record a reader, or report what the recorded ones show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["record", "report"], nargs="?", default="report")
    parser.add_argument("--base-url", default="")
    parser.add_argument("--model", default="")
    parser.add_argument("--reader", choices=READERS, default="first")
    parser.add_argument("--timeout", type=float, default=3600.0)
    args = parser.parse_args()
    if args.what == "record":
        record(args.reader, args.base_url, args.model, args.timeout)
        return 0
    first, stale_first = replay("first")
    second, stale_second = replay("second")
    judges = {"first reader": first, "second reader": second, "rules": by_rules()}
    made = report(judges, [*stale_first, *stale_second])
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{made}{END}{rest.partition(END)[2]}", encoding="utf-8")
    sys.stdout.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
