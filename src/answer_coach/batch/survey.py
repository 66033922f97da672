"""What a run would do, before it does anything: how many answers, tokens and dollars, and what is there already."""

from __future__ import annotations

from collections.abc import Iterable

from answer_coach.answer import Word
from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.ledger import Ledger
from answer_coach.batch.run import Marks, prompt_tokens
from answer_coach.coach import Coach
from answer_coach.errors import UnknownQuestion
from answer_coach.request import REPLY_TOKENS


class Survey(Word):
    """Counts over the input.  `stale` cards were made with another rubric, prompt or judge; cost None is unknown."""

    answers: int = 0
    there: int = 0
    stale: int = 0
    failed: int = 0
    """Cards that are there, but say that the grading failed."""
    broken: tuple[Broken, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0

    @property
    def to_grade(self) -> int:
        return self.answers - self.there


def survey(coach: Coach, ledger: Ledger | None, entries: Iterable[Entry | Broken], retry_failed: bool) -> Survey:
    """Look at all entries; nothing is graded or written."""
    marks = Marks(coach)
    answers = there = stale = failed = tokens_in = 0
    broken: list[Broken] = []
    for entry in entries:
        if isinstance(entry, Broken):
            broken.append(entry)
            continue
        try:
            bases = marks.bases(entry)
        except UnknownQuestion as fault:
            broken.append(Broken(path=entry.source.path or "", line=entry.source.row, message=fault.message))
            continue
        answers += 1
        state = ledger.state(marks.place(entry)) if ledger else None
        if state:
            stale += state.basis not in bases
            failed += state.kind == "failed"
            if state.basis in bases and not (retry_failed and state.kind == "failed"):
                there += 1
                continue
        if coach.host:
            tokens_in += len(entry.text) // 4 + prompt_tokens(coach.rubric(entry.question))
    tokens_in *= coach.graded_by.passes
    tokens_out = coach.graded_by.passes * REPLY_TOKENS * (answers - there) if coach.host else 0
    return Survey(
        answers=answers,
        there=there,
        stale=stale,
        failed=failed,
        broken=tuple(broken),
        input_tokens=tokens_in,
        output_tokens=tokens_out,
        cost=coach.cost(tokens_in, tokens_out),
    )
