"""What an interviewer asks next: the follow-up on what is weakest, in words of the rubric or of the judge."""

from __future__ import annotations

from collections.abc import Container, Iterator

from answer_coach.advice import quoted
from answer_coach.answer import Word
from answer_coach.feedback import Feedback, IndicatorResult
from answer_coach.rubric import Rubric


class Question(Word):
    """What is asked, and the indicator that it is about ("" where the judge asked on its own)."""

    indicator: str
    asked: str


def next_question(card: Feedback, rubric: Rubric, asked: Container[str]) -> Question | None:
    """The follow-up on the weakest point that was not `asked` about (ids and questions); None where nothing is left.

    What would lift the draft most comes first, then what is half said or missing where the level is lowest, then what
    the judge itself would ask.
    """
    for question in _all(card, rubric):
        if question.indicator not in asked and question.asked not in asked:
            return question
    return None


def _all(card: Feedback, rubric: Rubric) -> Iterator[Question]:
    edits = [edit for edit in (card.next_edit, *card.also) if edit]
    weak = sorted(card.dimensions, key=lambda dimension: dimension.level)
    names = [name for edit in edits for name in edit.needs]
    for verdict in ("partial", "absent"):
        names += [i.id for dimension in weak for i in dimension.indicators if i.verdict == verdict]
    for name in dict.fromkeys(names):
        if name in rubric.by_id:
            yield Question(indicator=name, asked=question_on(card.indicator(name), rubric))
    for item in card.follow_ups:
        yield Question(indicator="", asked=item.question)


def question_on(result: IndicatorResult, rubric: Rubric) -> str:
    """How an interviewer asks about one point: with the draft's own words where it says something of it."""
    indicator = rubric.by_id[result.id]
    if result.evidence:
        return indicator.follow_up.replace("{quote}", quoted(result.evidence[0].quote))
    return indicator.ask_absent
