"""The way of an answer as plain steps over one value: render, read, judge, repair, score.

A chat model is asked between them by chain.py, the rules by engines/rules.py; both take these steps: one house.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from answer_coach.answer import Answer, Word
from answer_coach.assemble import Judged
from answer_coach.barred.barring import Why
from answer_coach.modes import STRICT, ReplyMode, in_prompt
from answer_coach.parse import ReplyFault, parse
from answer_coach.prompt import Template, render, render_repair
from answer_coach.redaction.redacting import Redacted
from answer_coach.request import Completion, JudgeRequest, PromptRef, Reply, Tokens
from answer_coach.rubric import Rubric
from answer_coach.verify import Verified, merge, verify

WHOLE = 0.9
"""Tokens counted for each that is estimated: from there on nothing can have been cut."""


class Job(Word):
    """One answer to be graded: what is needed from the first step to the last."""

    rubric: Rubric
    answer: Answer
    """What the judge reads and is held against."""
    template: Template
    repair: Template
    form: Template
    mode: ReplyMode = STRICT
    order: tuple[str, ...] = ()
    """The order in which the ids are asked; empty is the rubric's own."""
    humble: bool = False
    """Whether the judge sees words and not sense."""
    unpaid: Mapping[int, Why] = {}
    """Numbers of the sentences that earn nothing, and why."""
    margin: int | None = None
    hidden: Redacted | None = None
    """Where `answer` is a redacted one: the way back to the draft."""

    @cached_property
    def plain(self) -> JudgeRequest:
        """The request in the rubric's order, with the schema in a field of its own: its length is looked at too."""
        return render(self.template, self.rubric, self.answer)

    @property
    def barred(self) -> frozenset[int]:
        """Numbers of the sentences that earn nothing."""
        return frozenset(self.unpaid)


class Turn(Word):
    """Where a grading stands: what was asked, what came back, what of it held."""

    job: Job
    request: JudgeRequest
    asked: tuple[str, ...]
    tokens: Tokens | None = None
    reply: Reply | None = None
    raw: str = ""
    fault: ReplyFault | None = None
    verified: Verified | None = None
    repaired: bool = False
    roomier: bool = False
    """Whether the reply is given more room than usual, because one was cut."""


class Outcome(Word):
    """A graded job: what held, whether the text answers the question, what it took and how it was asked for."""

    judged: Judged
    addresses: str
    tokens: Tokens
    repaired: bool
    remarks: tuple[str, ...] = ()
    """What the judge says of the whole text."""
    passes: int = 1
    prompt: PromptRef | None = None
    mode: ReplyMode | None = None


def render_job(job: Job) -> Turn:
    """The first turn: the request is made."""
    form = job.form if in_prompt(job.mode) else None
    more = form is not None or job.order
    request = render(job.template, job.rubric, job.answer, form, job.order) if more else job.plain
    return Turn(job=job, request=request, asked=job.rubric.asked)


def read(turn: Turn, completion: Completion) -> Turn:
    """The turn with its reply parsed, or with the fault that keeps it from being one."""
    tokens = completion.tokens if turn.tokens is None else turn.tokens + completion.tokens
    tag = turn.request.tag if in_prompt(turn.job.mode) else ""
    result = parse(completion, turn.asked, turn.request.check, known=turn.job.rubric.asked, tag=tag)
    counted = completion.tokens.input_tokens
    if prompt_was_cut(turn.request, completion.tokens):
        result = ReplyFault(code="prompt_cut", detail=f"it counts {counted} tokens of it")
    elif isinstance(result, ReplyFault) and result.code == "prompt_cut" and read_whole(turn.request, counted):
        result = ReplyFault(code="astray")
    common = {"tokens": tokens, "raw": completion.text}
    if isinstance(result, ReplyFault):
        return turn.model_copy(update={**common, "fault": result})
    whole = merge(turn.reply, result, turn.asked) if turn.reply and turn.asked != turn.job.rubric.asked else result
    return turn.model_copy(update={**common, "fault": None, "reply": whole})


def prompt_was_cut(request: JudgeRequest, tokens: Tokens) -> bool:
    """Whether an endpoint counts far fewer tokens than the prompt can have.

    Tokens of English text are four to five characters long on average, of other languages shorter; a count of less
    than half of characters / 4 means that most of the prompt was not read.  Cached tokens count too.
    """
    if tokens.input_tokens is None:
        return False
    return (tokens.input_tokens + (tokens.cached_tokens or 0)) * 2 < request.estimated_tokens


def read_whole(request: JudgeRequest, counted: int | None) -> bool:
    """Whether an endpoint counts about as many tokens as the prompt must have."""
    return counted is not None and counted >= WHOLE * request.estimated_tokens


def judge(turn: Turn) -> Turn:
    """The turn with its claims held against the answer; as it is where there is no reply to verify."""
    if turn.fault or turn.reply is None:
        return turn
    job = turn.job
    return turn.model_copy(update={"verified": verify(turn.reply, job.answer, job.rubric, job.barred)})


def wants_repair(turn: Turn) -> bool:
    """Whether asking once more can help: a reply out of form, or credit lost for want of a quote."""
    if turn.repaired:
        return False
    if turn.fault:
        return turn.fault.repairable
    return bool(turn.verified and turn.verified.lost)


def repair_request(turn: Turn) -> Turn:
    """The turn gone on with: what was wrong, and what to decide again; after a cut the same once more, with room."""
    if turn.fault and turn.fault.code == "cut":
        return turn.model_copy(update={"repaired": True, "roomier": True})
    if turn.fault:
        ids, why = turn.job.rubric.asked, turn.fault.error().message
    else:
        ids = turn.verified.lost if turn.verified else ()
        why = "some quotes are not in the answer, word for word"
    demand = render_repair(turn.job.repair, why, ids)
    request = turn.request.followed_by(turn.raw, demand)
    return turn.model_copy(update={"request": request, "asked": tuple(ids), "repaired": True})


def score(turn: Turn) -> Outcome:
    """What may become a card.  Raises UnusableReply where the judge failed: that is never a score."""
    verified = turn.verified
    if turn.fault and not (turn.repaired and verified is not None):
        raise turn.fault.error(turn.tokens)
    if verified is None or turn.reply is None:
        raise ReplyFault(code="empty").error(turn.tokens)
    if not verified.believable:
        raise ReplyFault(code="unverified", detail=f"{verified.unfound} of {verified.claimed}").error(turn.tokens)
    judged = Judged(
        findings=verified.findings,
        follow_ups=tuple(turn.reply.follow_ups),
        barred=turn.job.barred,
        unverified=verified.unfound,
        margin=turn.job.margin,
        humble=turn.job.humble,
    )
    hidden = turn.job.hidden
    return Outcome(
        judged=hidden.reveal(judged) if hidden else judged,
        addresses=turn.reply.addresses,
        tokens=turn.tokens or Tokens(),
        repaired=turn.repaired,
        prompt=turn.request.prompt,
        mode=turn.job.mode,
    )
