"""All that a batch is read in, written into its folder: summary, report, cards; and a review applied."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from answer_coach.batch.cells import table
from answer_coach.batch.digest import Digest, Digesting, ToSend
from answer_coach.batch.graded import Batch, Cards, Graded
from answer_coach.batch.ledger import RESULTS
from answer_coach.batch.review import decide, read_review, review_csv, review_rows, revised
from answer_coach.errors import StoreError, UnreadableFile
from answer_coach.feedback import CARD
from answer_coach.library.shelf import Library
from answer_coach.reports.batch import summary_csv
from answer_coach.reports.page import page
from answer_coach.reports.sending import ENDINGS, Form, cards
from answer_coach.rubric import Rubric

SUMMARY, REPORT, CARDS, REVIEW = "summary.csv", "report.html", "cards", "review.csv"
INDEX, INDEX_COLUMNS = "index.csv", ("file", "candidate", "question", "draft")


def write_all(
    folder: Path,
    against: Path | None = None,
    cards_format: Form | None = "markdown",
    no_score: bool = False,
    library: Library | None = None,
) -> Digest:
    """Write summary.csv, report.html and cards/ beside the results; the digest, for a terminal.

    `against` is the folder of an earlier batch.  `no_score` is for the cards: they go to others, the report does not.
    Raises StoreError where something can't be read or written.
    """
    batch = Cards(folder)
    made = Digesting(batch, Cards(against) if against else None)
    write(folder / SUMMARY, summary_csv(_through(batch, made)))
    rubrics = rubrics_of(made.questions, library or Library())
    count = write_cards(folder / CARDS, batch, rubrics, cards_format, not no_score) if cards_format else 0
    send = None
    if cards_format:
        send = ToSend(files=count, folder=f"{CARDS}/", form=cards_format, without_score=no_score)
    found = made.told(rubrics, send)
    write(folder / REPORT, [page(batch, found, rubrics, datetime.now(UTC).strftime("%Y-%m-%d"))])
    return found


def _through(batch: Batch, made: Digesting) -> Iterator[Graded]:
    """All answers once; on their way they are counted."""
    for number, item in enumerate(batch, 1):
        made.take(number, item)
        yield item


def rubrics_of(questions: Iterable[str], library: Library) -> dict[str, Rubric]:
    """The rubrics of the questions that were answered, those that this library has."""
    return {question: library.rubric(question) for question in dict.fromkeys(questions) if question in library.files}


def write_cards(
    folder: Path, graded: Iterable[Graded], rubrics: Mapping[str, Rubric], form: Form, numbers: bool = True
) -> int:
    """Write a file for each answer and a list of them; how many.  Cards of an earlier run that are none now go."""
    earlier, count = _listed(folder / INDEX), 0

    def rows() -> Iterator[tuple[str | None, ...]]:
        nonlocal count
        for name, content, _, item in cards(graded, rubrics, form, numbers):
            write(folder / name, [content])
            earlier.discard(name)
            count += 1
            yield name, item.candidate, item.card.question, item.draft
        for name in earlier:
            (folder / name).unlink(missing_ok=True)

    write(folder / INDEX, table(INDEX_COLUMNS, rows()))
    return count


def _listed(path: Path) -> set[str]:
    """The files that an earlier run listed: names of cards in this folder, and nothing else."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = {row.get("file") or "" for row in csv.DictReader(file)}
    except (OSError, ValueError, csv.Error):
        return set()
    return {name for name in names if name == Path(name).name and name.endswith(tuple(ENDINGS.values()))}


def write_review(folder: Path) -> Path:
    """Write review.csv, every verdict a row to agree with or to change; where it is.  None is written over."""
    path = folder / REVIEW
    if path.exists():
        hint = "Apply it, or move it away first: what is written in it would be lost."
        raise StoreError(f"{path} exists already", hint=hint)
    write(path, review_csv(review_rows(Cards(folder))))
    return path


def apply_all(folder: Path, review: Path, name: str, library: Library | None = None) -> list[str]:
    """Put a person's verdicts into the results; what could not be used, as `file: line: why`.

    With a fault in it nothing is written.  Call `write_all` afterwards.
    """
    batch = Cards(folder)
    rubrics = rubrics_of((item.card.question for item in batch), library or Library())
    try:
        with review.open(encoding="utf-8-sig", newline="") as lines:
            decided, faults = decide(batch, read_review(lines, review.name), rubrics)
    except (OSError, UnicodeError):
        raise UnreadableFile(f"{review} can't be read", hint="Save it as CSV in UTF-8.") from None
    if not faults:
        write_results(folder, revised(batch, decided, name, rubrics))
    return [f"{review.name}: {fault}" for fault in faults]


def filled_in(review: Path) -> tuple[int, int]:
    """How many rows of a review that can be read have a verdict, and how many a note."""
    with review.open(encoding="utf-8-sig", newline="") as lines:
        marks = [(bool(row.mine), bool(row.note)) for row in read_review(lines, review.name) if row.mine or row.note]
    return sum(mine for mine, _ in marks), sum(note for _, note in marks)


def write_results(folder: Path, graded: Iterable[Graded]) -> None:
    """The cards anew, whole or not at all."""
    write(folder / RESULTS, (CARD.dump_json(item.card, by_alias=True).decode() + "\n" for item in graded))


def write(path: Path, pieces: Iterable[str]) -> None:
    """A file of a batch, whole or not at all, and readable by its owner alone: there are drafts in it."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece.encode("utf-8", "backslashreplace"))
        fresh.replace(path)
    except OSError as fault:
        hint = "Is it open in another program, or the disk full?"
        raise StoreError(f"{path} can't be written ({fault.strerror})", hint=hint) from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
