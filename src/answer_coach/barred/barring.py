"""Sentences that earn nothing, whatever a judge says of them, and what the candidate is told about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from answer_coach.answer import Answer
from answer_coach.barred.dialogue import interviewers
from answer_coach.barred.echo import echoes
from answer_coach.barred.hollow import says_nothing
from answer_coach.barred.injected import demanding, idle
from answer_coach.barred.unsaid import unspoken
from answer_coach.rubric import Rubric

Why = Literal["demand", "echo", "unspoken", "empty", "asked"]
OPENING = 8  # words of a sentence that a remark shows
REMARKS: dict[Why, str] = {
    "demand": "tells the grader what to conclude and earns nothing; "
    "if it is part of your story, say who wrote it and what you did about it",
    "echo": "repeats the rubric's own words and earns nothing; tell how it was with you",
    "unspoken": "does not read as a sentence of this answer and earns nothing; say it in plain words",
}
"""What is remarked on a barred sentence; on one that says nothing, or that was asked, there is nothing to remark."""


def barred(answer: Answer, rubric: Rubric, small_words: Mapping[str, Iterable[str]]) -> dict[int, Why]:
    """Numbers of the sentences that earn nothing, each with the first reason that holds."""
    demands, echoed = demanding(answer), echoes(answer, rubric)
    strange = unspoken(answer, small_words)
    labels = frozenset(word for i in rubric.indicators for word in (i.id, *i.label.casefold().split()))
    asked = interviewers(answer)
    found: dict[int, Why] = {}
    for sentence in answer.sentences:
        if sentence.number in asked:
            found[sentence.number] = "asked"
        elif sentence.number in demands:
            found[sentence.number] = "demand"
        elif sentence.number in echoed:
            found[sentence.number] = "echo"
        elif sentence.number in strange:
            found[sentence.number] = "unspoken"
        elif says_nothing(sentence.text, labels) or idle(sentence.text):
            found[sentence.number] = "empty"
    return found


def remarks(answer: Answer, reasons: Mapping[int, Why]) -> list[str]:
    """One remark for each barred sentence that there is something to say about."""
    said = []
    for sentence in answer.sentences:
        remark = REMARKS.get(reasons.get(sentence.number, "empty"))
        if remark:
            opening = " ".join(sentence.text.split()[:OPENING])
            said.append(f'"{opening} ..." {remark}')
    return said
