"""A person over the judge: every verdict as a row to agree with or to change, and the cards made anew from it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from answer_coach.answer import Answer, Word
from answer_coach.assemble import feedback
from answer_coach.batch.cells import FORMULA, table
from answer_coach.batch.graded import Graded
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


def review_rows(graded: Sequence[Graded]) -> list[ReviewRow]:
    """Every verdict of every graded answer, in order; `mine` and `note` are for the person who reads them."""
    return [
        ReviewRow(
            answer=answer_id(item.card.answer.sha256),
            candidate=item.candidate or "",
            question=item.card.question,
            indicator=result.id,
            label=result.label,
            verdict=result.verdict,
            quote=result.evidence[0].quote if result.evidence else "",
        )
        for item in graded
        if isinstance(item.card, Feedback)
        for result in results(item.card)
    ]


def review_csv(rows: Sequence[ReviewRow]) -> str:
    """The rows as CSV."""
    return table(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows))


def read_review(text: str, name: str = "review.csv") -> list[ReviewRow]:
    """Rows back from CSV, also as spreadsheets of other countries write it (semicolons); other columns are left out.

    Raises UnreadableFile where a column that is needed is not there.
    """
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    rows, read = [], 0
    try:
        names = [head.strip().casefold() for head in next(reader, [])]
        if missing := sorted(NEEDED - set(names)):
            hint = f"Keep the first line as it was: {', '.join(COLUMNS)}."
            raise UnreadableFile(f"{name}:1: no column {', '.join(missing)}", hint=hint)
        read = reader.line_num
        for found in reader:
            cells = {key: _plain(one) for key, one in zip(names, found, strict=False) if key in COLUMNS}
            if any(cells.values()):
                rows.append(ReviewRow(line=read + 1, **{"answer": "", "indicator": "", **cells}))
            read = reader.line_num
    except csv.Error as fault:
        raise UnreadableFile(f"{name}:{read + 1}: not CSV ({fault})", hint="Save it as CSV again.") from None
    return rows


def _plain(text: str) -> str:
    """A cell without the apostrophe that kept it from being a formula."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def apply_review(
    graded: Sequence[Graded], rows: Sequence[ReviewRow], name: str, rubrics: Mapping[str, Rubric]
) -> tuple[list[Graded], list[str]]:
    """The answers with a person's verdicts in place of the judge's, and every row that can't be used, with its line.

    Levels, slots and edits are computed anew by the same code that made the card.  A card that nobody changed is the
    same card; one that was says how many verdicts were set, and by whom.
    """
    faults: list[str] = []
    decided: dict[int, dict[str, Decision]] = {}
    for row in rows:
        if not row.mine and not row.note:
            continue
        found = _find(graded, row)
        fault = found if isinstance(found, str) else _decide(graded[found], row, decided.setdefault(found, {}), rubrics)
        if fault:
            faults.append(f"line {row.line}: {fault}")
    made = []
    for at, item in enumerate(graded):
        rubric = rubrics.get(item.card.question)
        made.append(_revised(item, decided[at], name, rubric) if rubric and decided.get(at) else item)
    return made, faults


def _find(graded: Sequence[Graded], row: ReviewRow) -> int | str:
    """Which answer a row means; else what is wrong."""
    prefix = row.answer.casefold()
    places = [
        at
        for at, item in enumerate(graded)
        if len(prefix) >= PREFIX
        and item.card.answer.sha256.startswith(prefix)
        and (not row.question or item.card.question == row.question)
    ]
    same = [at for at in places if (graded[at].candidate or "") == row.candidate]
    if not places:
        return f"no answer '{row.answer}'" + (f" to {row.question}" if row.question else "") + " in this batch"
    if len(places) > 1 and not same:
        return f"several answers are '{row.answer}'; name the candidate"
    return (same or places)[0]


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
