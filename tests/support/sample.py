"""A batch to look at and to test with: the exemplars, graded by the rules, as answers of people who don't exist.

`python -m tests.support.sample FOLDER` writes it, with an earlier one beside it, and all its reports.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from answer_coach import Coach
from answer_coach.batch.graded import Graded
from answer_coach.batch.ledger import ANSWERS, RESULTS
from answer_coach.errors import TimedOut
from answer_coach.feedback import CARD, Failed, Feedback, NotGradable, Source
from answer_coach.library.shelf import Library
from answer_coach.rubric import KINDS, Kind
from tests.support.build import SOLID

PEOPLE = (
    *("Amara Lindqvist", "Bao Ferreira", "Chiara Okafor", "Dmitri Sandoval", "Elif Haugen"),
    *("Farid Nakamura", "Greta Molina", "Hana Kowalczyk", "Idris Bergstr\u00f6m", "Jonas Achterberg"),
)
WHEN = datetime(2026, 11, 22, 18, tzinfo=UTC)
LAPSE = TimedOut("The endpoint did not answer within 120 seconds", hint="Run the batch again: what is done stays.")


def coach(library: Library | None = None) -> Coach:
    """The rules, at an hour that does not pass."""
    return Coach("rules", library=library, environ={}, now=lambda: WHEN)


def graded(judge: Coach, text: str, question: str, candidate: str | None = None, **where: object) -> Graded:
    """One answer with its card."""
    source = Source.model_validate({"candidate": candidate, **where})
    card: Feedback | NotGradable | Failed = judge.grade(text, question=question, source=source)
    return Graded(card=card, text=text)


def sample(judge: Coach, questions: Iterable[str], earlier: bool = False) -> list[Graded]:
    """Four answers a question by four people, from the exemplars; `earlier` ones are a step weaker."""
    made = []
    for at, question in enumerate(questions):
        texts = {exemplar.kind: exemplar.text for exemplar in judge.library.exemplars(question)}
        for step, kind in enumerate(KINDS):
            who = PEOPLE[(3 * at + 2 * step) % len(PEOPLE)]
            told = _earlier(texts, step, at + step) if earlier else texts[kind]
            row = 4 * at + step + 2
            made.append(graded(judge, told, question, who, path="answers.csv", row=row, draft="1" if earlier else "2"))
    return made


def _earlier(texts: Mapping[Kind, str], step: int, turn: int) -> str:
    """What somebody said a week before: a weaker answer, or the same without its end; a few the same."""
    if turn % 3 == 0 and step:
        return texts[KINDS[step - 1]]
    return texts[KINDS[step]] if turn % 8 == 1 else texts[KINDS[step]].rsplit(". ", 3)[0] + "."


def troubles(judge: Coach) -> list[Graded]:
    """What needs a person: an answer that failed, texts that are no answers, and one that two people hand in."""
    source = Source(path="answers.csv", row=90, candidate=PEOPLE[4])
    failure = judge.failure(SOLID, LAPSE, question="q05", source=source)
    return [
        Graded(card=failure, text=SOLID),
        graded(judge, "I would prioritize by impact.", "q05", PEOPLE[5], path="answers.csv", row=91),
        graded(judge, "", "q02", PEOPLE[6], path="answers.csv", row=92),
        graded(judge, SOLID, "q05", PEOPLE[7], path="answers.csv", row=93),
        graded(judge, SOLID.replace("ferry", "tram"), "q05", PEOPLE[8], path="answers.csv", row=94),
    ]


def write_batch(folder: Path, items: Iterable[Graded]) -> Path:
    """A folder as `coach batch` leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = list(items)
    texts = {item.card.answer.sha256: item.text for item in kept}
    cards = [CARD.dump_json(item.card, by_alias=True).decode() for item in kept]
    (folder / RESULTS).write_text("".join(f"{card}\n" for card in cards), encoding="utf-8", newline="")
    rows = [json.dumps({"sha256": sha256, "text": text}) for sha256, text in texts.items()]
    (folder / ANSWERS).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8", newline="")
    return folder


def main(folder: Path) -> None:
    """Write the sample, and what a mentor would read of it."""
    from answer_coach.reports import batch
    from answer_coach.reports.writing import write_all

    judge = coach()
    asked = [*list(judge.library.files)[:9], "story"]
    now = write_batch(folder / "now", [*sample(judge, asked), *troubles(judge)])
    before = write_batch(folder / "before", sample(judge, asked, earlier=True))
    sys.stdout.write(batch.text(write_all(now, before, cards_format="html")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
