"""One story, several questions: which of them a text could serve, and what each would still need.

The text is graded for each question by that question's own rubric.  Levels of different rubrics stand side by side
and are never put into one figure; what is compared is how many of its indicators each finds met.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from answer_coach.answer import Answer, Word
from answer_coach.choosing import RULES
from answer_coach.coach import Coach
from answer_coach.feedback import AnyCard, Failed, Feedback, GradedBy, NotGradable, Overall, Slots
from answer_coach.gate import gate, paste_of
from answer_coach.library.marked import front_matter
from answer_coach.remarks import ASIDE
from answer_coach.rubric import Rubric


class FitRow(Word):
    """One question: what of it the text meets, how it reads there, and what it would still need.

    Where the text was not graded, `reason` says why, the counts are 0 and the levels None.
    """

    question: str
    title: str
    kind: Literal["feedback", "not_gradable", "failed"]
    met: int = 0
    half: int = 0
    total: int
    """How many indicators the question has."""
    overall: Overall | None = None
    slots: Slots | None = None
    another: bool = False
    """Whether the judge says that the text does not answer this question: it was graded all the same."""
    needs: tuple[str, ...] = ()
    """Labels of what the next edit would bring, of all that is not met where there is no such edit."""
    ask: str = ""
    """What that edit asks the candidate."""
    reason: str = ""


class Fit(Word):
    """A text against every question that is no story, best first."""

    kind: Literal["fit"] = "fit"
    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    graded_by: GradedBy
    requests: int
    """How many questions were put to a model, a request each; 0 with the rules."""
    rows: tuple[FitRow, ...]

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


def questions(coach: Coach) -> list[Rubric]:
    """The questions that a story could serve: all that can be read, but for the stories themselves."""
    return [rubric for rubric in coach.library.readable()[0] if not rubric.shape]


def askable(coach: Coach, text: str) -> list[Rubric]:
    """The questions that are put to the judge: those for which the text passes the gate."""
    return [rubric for rubric in questions(coach) if not _refused(coach, text, rubric)]


def fit(coach: Coach, text: str) -> Fit:
    """Grade a text for every question, best fit first.

    The rules answer at once; a model gets one request a question, side by side.  What fails for one question is told in
    its row.  Raises CoachError only where nothing can be asked at all (a rubric with a fault, no key).
    """
    if coach.graded_by.engine == RULES:
        cards: list[AnyCard] = [coach.grade(text, question=r.id, anyway=True) for r in askable(coach, text)]
        return _together(coach, text, cards, 0)
    return asyncio.run(afit(coach, text))


async def afit(coach: Coach, text: str) -> Fit:
    """`fit`, in the running event loop."""
    asked = [rubric.id for rubric in askable(coach, text)]
    cards = await coach.abatch([text] * len(asked), question=asked, anyway=True) if asked else []
    return _together(coach, text, cards, 0 if coach.graded_by.engine == RULES else len(asked) * coach.graded_by.passes)


def _together(coach: Coach, text: str, cards: Sequence[AnyCard], requests: int) -> Fit:
    by_question = {card.question: card for card in cards}
    rows = []
    for rubric in questions(coach):
        card = by_question.get(rubric.id)
        rows.append(_row(rubric, card) if card else _ungraded(rubric, _refused(coach, text, rubric)))
    return Fit(graded_by=coach.graded_by, requests=requests, rows=tuple(sorted(rows, key=_order)))


def _refused(coach: Coach, text: str, rubric: Rubric) -> str:
    """Why the gate does not let a text through for a question; "" where it does."""
    answer = Answer.of(text, front_matter(text)[1])
    paste = paste_of(answer, coach.library.guide, rubric)
    reasons = gate(answer, paste, coach.library.limits, coach.judge.languages)
    return reasons[0].message if reasons else ""


def _row(rubric: Rubric, card: AnyCard) -> FitRow:
    if isinstance(card, Failed):
        return _ungraded(rubric, card.error.message, "failed")
    if isinstance(card, NotGradable):
        return _ungraded(rubric, card.reasons[0].message)
    verdicts = [result.verdict for dimension in card.dimensions for result in dimension.indicators]
    return FitRow(
        question=rubric.id,
        title=rubric.title,
        kind="feedback",
        met=verdicts.count("met"),
        half=verdicts.count("partial"),
        total=len(verdicts),
        overall=card.overall,
        slots=card.slots,
        another=ASIDE["no"] in card.answer.warnings,
        needs=_needs(rubric, card),
        ask=card.next_edit.ask if card.next_edit else "",
    )


def _needs(rubric: Rubric, card: Feedback) -> tuple[str, ...]:
    named = {**{i.id: i.label for i in rubric.indicators}, **{cap.id: cap.label for cap in rubric.faults}}
    wanted = card.next_edit.needs if card.next_edit else (*card.half_said, *card.not_found)
    return tuple(named[name] for name in wanted)


def _ungraded(rubric: Rubric, reason: str, kind: Literal["not_gradable", "failed"] = "not_gradable") -> FitRow:
    return FitRow(question=rubric.id, title=rubric.title, kind=kind, total=len(rubric.indicators), reason=reason)


def _order(row: FitRow) -> tuple[object, ...]:
    """Graded before not, answers to this question before those to another, then by the share that is met."""
    return (row.kind != "feedback", row.another, -(row.met + row.half / 2) / row.total, row.question)
