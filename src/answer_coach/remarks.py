"""What is said of an answer as a whole: that it is too long to send, that it answers the question in part or not."""

from __future__ import annotations

from answer_coach.answer import Answer, Word
from answer_coach.assemble import Provenance
from answer_coach.feedback import Reason
from answer_coach.steps import Job

ASIDE = {
    "partly": "this answers the question only in part",
    "no": "this does not answer the question that it is graded for",
}
"""What a card remarks where the judge does not say that the question is answered."""


class Prepared(Word):
    """An answer that passed the gate: the job, and the card's head so far."""

    job: Job
    about: Provenance
    anyway: bool


def not_this_question(by_rules: bool) -> list[Reason]:
    """The reason where the judge says that another question is answered, or none; rules only know its words."""
    fault = "This does not answer the question that it is graded for. Grade it under the question it answers, or with"
    if by_rules:
        fault = "By its words, this does not answer the question that it is graded for. Rules see words, not sense: if"
        return [Reason(code="other_question", message=f"{fault} it does answer it, grade it with --anyway.")]
    return [Reason(code="other_question", message=f"{fault} --anyway.")]


def too_long(job: Job, answer: Answer, most: int) -> list[Reason]:
    """The reason not to send a job whose prompt has more than `most` tokens; none where it fits."""
    size = job.plain.estimated_tokens
    if size <= most:
        return []
    fault = f"The answer has {answer.words} words; with the rubric about {size} tokens, and the limit is {most}."
    remedy = "Shorten it, or raise --max-input-tokens if the model's context is larger. Nothing was cut or sent."
    return [Reason(code="too_long", message=f"{fault} {remedy}")]
