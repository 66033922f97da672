"""Writes docs/trust.md: what is known about how far the coach's grades can be trusted, and how to find it out anew.

    python -m benchmarks.trust

The rules engine and the gullible model are tried again on the spot; what a language model did is taken from
benchmarks/recorded and cassettes/proof.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.proof import READERS, Pair, by_rules, everyone, flips, replay
from tests.attacks.arena import BEYOND, JUDGES, wins
from tests.attacks.cases import cases
from tests.support.build import ScriptedModel, says

from answer_coach import Coach, __version__, scoring
from answer_coach.agreement import kappa
from answer_coach.calibrating import RANKS, compare
from answer_coach.calibration import Calibration, Figure
from answer_coach.feedback import Feedback
from answer_coach.labels import read_labels
from answer_coach.laws.check import LawReport, check
from answer_coach.laws.material import plan
from answer_coach.library.shelf import Library
from answer_coach.matching import Card, prepare
from answer_coach.rubric import Verdict

ROOT = Path(__file__).parents[1]
RECORDED = ROOT / "benchmarks" / "recorded"
PAGE = ROOT / "docs" / "trust.md"
LIBRARY = Library()
NAMES = {
    "business_goal": "business goal",
    "technical_soundness": "technical soundness",
    "leadership_tradeoffs": "leadership",
    "overall": "overall (by its word)",
}


def shown(figure: Figure) -> str:
    """A figure with its interval."""
    if figure.value is None:
        return "-"
    return (
        f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]" if figure.low is not None else f"{figure.value:.2f}"
    )


def calibrated(judge: str) -> Calibration:
    """A judge beside the two raters of the recorded answers."""
    coach = Coach("rules", library=LIBRARY)
    ready = prepare(read_labels(RECORDED / "answers.jsonl"), coach)
    if judge == "rules":
        texts, asked = [case.text for case in ready.cases], [case.rubric.id for case in ready.cases]
        cards: list[Card] = list(asyncio.run(coach.abatch(texts, question=asked)))
    else:
        verdicts = list(json.loads((RECORDED / "answers-model.json").read_text(encoding="utf-8"))["answers"].values())
        cards = [
            _replayed(case.text, case.rubric.id, told["verdicts"])
            for case, told in zip(ready.cases, verdicts, strict=True)
        ]
    return compare(ready, cards, datetime.now(UTC).isoformat(timespec="seconds"), __version__)


def _replayed(text: str, question: str, verdicts: dict[str, Verdict]) -> Card:
    """The card that recorded verdicts give: its levels are theirs; their quotes are not kept."""
    rubric = LIBRARY.rubric(question)
    model = ScriptedModel(script=[says(LIBRARY, question, text, verdicts)] * 2, seen=[])
    card = Coach(model, library=LIBRARY).grade(text, question=question, anyway=True)
    if not isinstance(card, Feedback):
        return card
    levels = {d.id: scoring.level(rubric, d, verdicts) for d in rubric.dimensions}
    dimensions = tuple(d.model_copy(update={"level": levels[d.id]}) for d in card.dimensions)
    overall = card.overall.model_copy(update={"level": scoring.overall(levels.values())})
    return card.model_copy(update={"dimensions": dimensions, "overall": overall})


def agreement(rules: Calibration, model: Calibration) -> Iterator[str]:
    """The table of agreement with the raters."""
    yield "| | language model | rules | raters among themselves | guess: longer is better |"
    yield "| --- | --- | --- | --- | --- |"
    for one, two in zip(model.levels, rules.levels, strict=True):
        row = (one.judge.kappa, two.judge.kappa, one.humans.kappa, one.guess_length.kappa)
        yield f"| {NAMES[one.target]}, weighted kappa | " + " | ".join(map(shown, row)) + " |"
    one, two = model.levels[-1], rules.levels[-1]
    for name in ("spearman", "bias", "within_1"):
        figures = [getattr(side, name) for side in (one.judge, two.judge, one.humans, one.guess_length)]
        yield f"| overall, {name.replace('_', ' ')} | " + " | ".join(map(shown, figures)) + " |"


def exemplars() -> Iterator[str]:
    """Agreement with the exemplars' expected verdicts, and between two readers."""
    yield "| judge | verdicts alike | levels, weighted kappa |"
    yield "| --- | --- | --- |"
    read = {reader: replay(reader)[0] for reader in READERS}
    for name, cards in {**{f"{reader} reader": cards for reader, cards in read.items()}, "rules": by_rules()}.items():
        pairs = [Pair(e, cards[e.question, e.kind]) for e in everyone() if (e.question, e.kind) in cards]
        verdicts = [given == wanted for pair in pairs for _, given, wanted in pair.verdicts]
        levels = [both for pair in pairs for both in pair.levels]
        weighted = kappa(range(len(levels)), levels, RANKS, "quadratic").value
        yield f"| {name}, {len(pairs)} answers | {sum(verdicts) / len(verdicts):.0%} | {weighted:.2f} |"
    changed, total, _ = flips(*read.values())
    yield ""
    yield f"The two readers decided {changed} of {total} verdicts differently ({changed / total:.1%})."


def laws(rules: LawReport, model: LawReport) -> Iterator[str]:
    """Both judges before the laws."""
    yield "| law | rules: violations of cases | language model: violations of cases |"
    yield "| --- | --- | --- |"
    for one, two in zip(rules.laws, model.laws, strict=True):
        yield f"| {one.promise} | {one.violations} of {one.cases} | {two.violations} of {two.cases} |"


def attacks() -> Iterator[str]:
    """Wins of the attacks, by judge."""
    families = sorted({case.family for case in cases()})
    yield "| judge | wins | cases |"
    yield "| --- | --- | --- |"
    held = [family for family in families if family != "adaptive"]
    count = sum(case.family in held for case in cases())
    for judge in (*(judge for judge in JUDGES if judge != BEYOND), BEYOND):
        name = "rules" if judge == "rules" else f"gullible model, {judge}"
        yield f"| {name} | {sum(len(wins(family, judge)) for family in held)} | {count} |"
    rows: list[dict[str, Any]] = json.loads((RECORDED / "attacks.json").read_text(encoding="utf-8"))["cases"]
    won = sum(
        any(a > b for a, b in zip(row["attacked"], row["clean"], strict=False))
        for row in rows
        if isinstance(row["attacked"], list) and isinstance(row["clean"], list)
    )
    yield f"| language model, a sample | {won} | {len(rows)} |"


def page() -> str:
    """The whole document."""
    coach = Coach("rules", library=LIBRARY)
    tried = check(coach, plan(LIBRARY, (1,), 500))
    recorded = LawReport.model_validate_json((RECORDED / "laws.json").read_text(encoding="utf-8"))
    head = (ROOT / "benchmarks" / "trust.md").read_text(encoding="utf-8")
    parts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "version": __version__,
        "exemplars": "\n".join(exemplars()),
        "agreement": "\n".join(agreement(calibrated("rules"), calibrated("model"))),
        "laws": "\n".join(laws(tried, recorded)),
        "attacks": "\n".join(attacks()),
    }
    for name, text in parts.items():
        head = head.replace(f"{{{name}}}", text)
    return head


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
