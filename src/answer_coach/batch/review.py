"""A person over the judge: every verdict as a row to agree with or to change, and the cards made anew from it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from answer_coach.answer import Answer, Word
from answer_coach.assemble import feedback
from answer_coach.batch.cells import FORMULA, table
from answer_coach.batch.graded import Batch, Graded
from answer_coach.errors import UnreadableFile
from answer_coach.feedback import Evidence, Feedback, IndicatorResult, is_split
from answer_coach.library.marked import front_matter
from answer_coach.remaking import Result, about_of, judged_again, results
from answer_coach.rubric import Rubric, Verdict
from answer_coach.verify import find_quote

COLUMNS = ("answer", "candidate", "question", "indicator", "label", "verdict", "quote", "mine", "note")
NEEDED = frozenset(("answer", "indicator", "mine"))
MINE: tuple[Verdict, ...] = ("met", "partial", "absent")
PREFIX = 12  # hex digits of an answer's hash
NUMBER = re.compile(r"\d+(?:e\d*)?")


class ReviewRow(Word):
    """One verdict on one answer; `line` is where it stood in the file, 0 for a row that was made here."""

    answer: str
    candidate: str = ""
    question: str = ""
    indicator: str
    label: str = ""
    verdict: str = ""
    quote: str = ""
    mine: str = ""
    note: str = ""
    line: int = 0


class Decision(NamedTuple):
    """What a person says of one indicator: a verdict (None where they agree), words of the answer, a note."""

    verdict: Verdict | None
    evidence: Evidence | None
    note: str


def answer_id(sha256: str) -> str:
    """The first 12 digits of an answer's hash; more where a spreadsheet would take those for a number."""
    size = PREFIX
    while size < len(sha256) and NUMBER.fullmatch(sha256[:size]):
        size += 1
    return sha256[:size]


def review_rows(graded: Iterable[Graded]) -> Iterator[ReviewRow]:
    """Every verdict of every graded answer, in order; `mine` and `note` are for the person who reads them."""
    for item in graded:
        for result in results(item.card) if isinstance(item.card, Feedback) else ():
            yield ReviewRow(
                answer=answer_id(item.card.answer.sha256),
                candidate=item.candidate or "",
                question=item.card.question,
                indicator=result.id,
                label=result.label,
                verdict=result.verdict,
                quote=result.evidence[0].quote if result.evidence else "",
            )


def review_csv(rows: Iterable[ReviewRow]) -> Iterator[str]:
    """The rows as CSV, row by row."""
    return table(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows))


def read_review(lines: Iterable[str], name: str = "review.csv") -> Iterator[ReviewRow]:
    """Rows back from the lines of a CSV file, also as spreadsheets of other countries write it (semicolons).

    Other columns are left out.  Raises UnreadableFile where a column that is needed is not there.
    """
    lines = iter(lines)
    first = next(lines, "").removeprefix("\ufeff")
    reader = csv.reader(chain([first], lines), delimiter=max(",;\t", key=first.count))
    read = 0
    try:
        names = [head.strip().casefold() for head in next(reader, [])]
        if missing := sorted(NEEDED - set(names)):
            hint = f"Keep the first line as it was: {', '.join(COLUMNS)}."
            raise UnreadableFile(f"{name}:1: no column {', '.join(missing)}", hint=hint)
        read = reader.line_num
        for found in reader:
            cells = {key: _plain(one) for key, one in zip(names, found, strict=False) if key in COLUMNS}
            if any(cells.values()):
                yield ReviewRow(line=read + 1, **{"answer": "", "indicator": "", **cells})
            read = reader.line_num
    except csv.Error as fault:
        raise UnreadableFile(f"{name}:{read + 1}: not CSV ({fault})", hint="Save it as CSV again.") from None


def _plain(text: str) -> str:
    """A cell without the apostrophe that kept it from being a formula."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def decide(
    batch: Batch, rows: Iterable[ReviewRow], rubrics: Mapping[str, Rubric]
) -> tuple[dict[int, dict[str, Decision]], list[str]]:
    """What a person says of each answer, by its place from 0, and every row that can't be used, with its line.

    Rows in which nobody wrote anything are passed over.
    """
    wanted = [row for row in rows if row.mine or row.note]
    found = _places(batch, {row.answer.casefold()[:PREFIX] for row in wanted})
    faults: list[str] = []
    decided: dict[int, dict[str, Decision]] = {}
    for row in wanted:
        at = _find(found.get(row.answer.casefold()[:PREFIX], ()), row)
        fault = at if isinstance(at, str) else _decide(batch[at], row, decided.setdefault(at, {}), rubrics)
        if fault:
            faults.append(f"line {row.line}: {fault}")
    return decided, faults


def revised(
    batch: Iterable[Graded], decided: Mapping[int, Mapping[str, Decision]], name: str, rubrics: Mapping[str, Rubric]
) -> Iterator[Graded]:
    """The answers with a person's verdicts in place of the judge's.

    Levels, slots and edits are computed anew by the same code that made the card.  A card that nobody changed is the
    same card; one that was says how many verdicts were set, and by whom.
    """
    for at, item in enumerate(batch):
        rubric = rubrics.get(item.card.question)
        yield _revised(item, decided[at], name, rubric) if rubric and decided.get(at) else item


class Place(NamedTuple):
    """Where an answer stands in the batch, and how a row may name it."""

    at: int
    sha256: str
    question: str
    candidate: str


def _places(batch: Batch, prefixes: set[str]) -> dict[str, list[Place]]:
    """The answers whose hash begins with one of these."""
    found: dict[str, list[Place]] = {}
    for at, item in enumerate(batch if prefixes else ()):
        sha256 = item.card.answer.sha256
        if sha256[:PREFIX] in prefixes:
            place = Place(at, sha256, item.card.question, item.candidate or "")
            found.setdefault(sha256[:PREFIX], []).append(place)
    return found


def _find(known: Sequence[Place], row: ReviewRow) -> int | str:
    """Which answer a row means; else what is wrong."""
    prefix = row.answer.casefold()
    places = [
        place
        for place in known
        if place.sha256.startswith(prefix) and (not row.question or place.question == row.question)
    ]
    same = [place for place in places if place.candidate == row.candidate]
    if not places:
        return f"no answer '{row.answer}'" + (f" to {row.question}" if row.question else "") + " in this batch"
    if len(places) > 1 and not same:
        return f"several answers are '{row.answer}'; name the candidate"
    return (same or places)[0].at


def _decide(item: Graded, row: ReviewRow, decisions: dict[str, Decision], rubrics: Mapping[str, Rubric]) -> str:
    """Take a row down; what is wrong with it, "" where nothing is."""
    card, rubric = item.card, rubrics.get(item.card.question)
    if not isinstance(card, Feedback):
        return f"answer '{row.answer}' was not graded: there is no verdict to change"
    if rubric is None or rubric.sha256 != card.rubric.sha256:
        return f"{card.question} was graded with another rubric ({card.rubric.version}); grade it again first"
    result = next((one for one in results(card) if one.id == row.indicator), None)
    if result is None:
        return f"{card.question} has no indicator '{row.indicator}'"
    mine = next((verdict for verdict in MINE if verdict == row.mine.casefold()), None)
    if row.mine and mine is None:
        return f"'{row.mine}' is no verdict; write {', '.join(MINE)}, or nothing where you agree"
    if row.indicator in decisions:
        return f"'{row.indicator}' of answer '{row.answer}' is decided above already"
    if _answer(item).sha256 != card.answer.sha256:
        return f"the text of answer '{row.answer}' is not in the folder, so that nothing can be made anew"
    evidence = None
    if mine in ("met", "partial") and not result.evidence:
        evidence = find_quote(row.quote, _answer(item)) if row.quote else None
        if row.quote and evidence is None:
            return "the quote is not in the answer; copy it word for word, or leave it out"
        if evidence is None and row.indicator not in rubric.by_id:
            return f"'{row.indicator}' names a fault; quote the words that make it"
    decisions[row.indicator] = Decision(mine, evidence, row.note)
    return ""


def _answer(item: Graded) -> Answer:
    """The answer as it was read when it was graded, front matter left out where there was any."""
    whole = Answer.of(item.text)
    return whole if whole.sha256 == item.card.answer.sha256 else Answer.of(item.text, front_matter(item.text)[1])


def _revised(item: Graded, decisions: Mapping[str, Decision], name: str, rubric: Rubric) -> Graded:
    """The card made anew with a person's decisions in it."""
    card = item.card
    if not isinstance(card, Feedback):
        return item
    changed = {
        result.id: decision.verdict
        for result in results(card)
        if (decision := decisions.get(result.id)) and decision.verdict and _differs(result, decision.verdict)
    }
    notes = {
        result.id: decision.note
        for result in results(card)
        if (decision := decisions.get(result.id)) and decision.note and decision.note != result.note
    }
    if not changed and not notes:
        return item
    counts = ((len(changed), "verdict", "set"), (len(notes), "note", "written"))
    marks = [f"{n} {what}{'' if n == 1 else 's'} {done} by {name}" for n, what, done in counts if n]
    answer = _answer(item)
    added = {name: decision.evidence for name, decision in decisions.items() if decision.evidence}
    judged = judged_again(card, changed, {**_own_notes(card, changed), **notes}, added)
    fresh = feedback(about_of(card, answer, rubric, marks), judged)
    return item.model_copy(update={"card": fresh.model_copy(update={"follow_ups": card.follow_ups})})


def _differs(result: Result, mine: Verdict) -> bool:
    """Whether a verdict changes a card: another one, or the same where the passes had no majority."""
    return result.verdict != mine or (isinstance(result, IndicatorResult) and is_split(result))


def _own_notes(card: Feedback, changed: Mapping[str, Verdict]) -> dict[str, str]:
    """What the card asked so far, but for the verdicts that changed: theirs is asked in the rubric's own words."""
    return {i.id: i.note for d in card.dimensions for i in d.indicators if i.note and i.id not in changed}
