"""One round of a batch over a provider's service: what was replied is graded, what has no reply is put down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from answer_coach.batch.entry import Entry
from answer_coach.batch.ledger import Ledger
from answer_coach.batch.mailing import Letters, Post
from answer_coach.batch.posted import Desk, Posted
from answer_coach.batch.run import Limits, Marks, Run, Tally
from answer_coach.coach import Coach
from answer_coach.engines.interface import Endpoint, ServiceLimits
from answer_coach.engines.outbox import Outbox
from answer_coach.engines.replies import Replies
from answer_coach.errors import InputError


class Office(NamedTuple):
    """What a round needs: the folder, held by its ledger, what was sent, the replies, and a coach for an outbox."""

    desk: Desk
    ledger: Ledger
    post: Post
    results: Replies
    kept: Replies | None
    limits: ServiceLimits
    coach: Callable[[Outbox], Coach]


class Round(NamedTuple):
    """What came of a round.  `letters` are requests that no file under way has; `unclaimed` replies fit none."""

    run: Run
    coach: Coach
    letters: Letters
    unclaimed: int


def grade_round(office: Office, tell: Callable[[Tally], None] = lambda tally: None) -> Round:
    """Grade the input as far as there are replies.  Nothing is sent; a second call does the same and costs nothing."""
    desk, post, posted = office.desk, office.post, office.post.posted
    under_way = desk.ids(posted.under_way)
    letters = Letters(desk, office.limits, under_way)
    outbox = Outbox(office.results, office.kept, letters.put, mends=not posted.replied)
    coach = office.coach(outbox)
    again, anyway = posted.retry_failed, posted.anyway
    run = Run(coach, office.ledger, retry_failed=again, anyway=anyway, tell=tell, to_the_end=True)
    try:
        run.grade(desk.input())
    finally:
        letters.close()
    refused = tuple(getattr(coach.judge, "refused", ()))
    mode = coach.judge.graded_by.reply_mode or posted.mode
    post.note(mode=mode, refused=refused, waiting=run.tally.waiting)
    return Round(run, coach, letters, outbox.unclaimed(under_way))


def forget_failed(office: Office) -> None:
    """Forget the replies that made answers fail, so that they are asked for anew; not those that are still to go on."""
    outbox = Outbox(office.results, mends=not office.post.posted.replied)
    coach = office.coach(outbox)
    marks = Marks(coach)
    for entry in office.desk.input():
        if not isinstance(entry, Entry) or entry.question not in coach.library.files:
            continue
        state = office.ledger.state(marks.place(entry))
        if state and state.kind == "failed":
            outbox.asked.clear()
            outbox.missing.clear()
            asyncio.run(coach.abatch([entry.text], question=entry.question, anyway=office.post.posted.anyway))
            if not outbox.missing:
                office.results.remove(outbox.asked)


def check_claimed(made: Round, yes: bool) -> None:
    """InputError where replies that are paid for fit no request any more, and others would be sent in their place."""
    if not made.unclaimed or not made.letters.requests or yes:
        return
    count = made.letters.requests
    made.letters.discard()
    fault = f"{made.unclaimed} requests that were sent fit no answer any more, and {count} would be sent anew"
    hint = "Were answers, a rubric, a prompt or settings changed since? Put them back, or say --yes to pay again."
    raise InputError(fault, hint=hint)


def beyond(limits: Limits, made: Round, posted: Posted) -> str:
    """The limit that sending would pass, counted by estimate with what is under way; "" where it passes none."""
    parcels = (*posted.under_way, *made.letters.parcels)
    tokens_in, tokens_out = (sum(getattr(p, name) for p in parcels) for name in ("tokens_in", "tokens_out"))
    if limits.max_tokens is not None and tokens_in + tokens_out > limits.max_tokens:
        return f"--max-tokens {limits.max_tokens:,} would be passed: about {tokens_in + tokens_out:,}"
    cost = made.coach.cost(tokens_in, tokens_out)
    if limits.max_cost is not None and cost is not None and cost > limits.max_cost:
        return f"--max-cost {limits.max_cost:g} would be passed: about ${cost:.2f}"
    return ""


def begun(office: Office) -> bool:
    """Whether there is something to go on with: what waits and was never sent is not asked for unless it is named."""
    posted = office.post.posted
    sent = any(parcel.lost for parcel in posted.parcels) or next(office.results.keys(), None) is not None
    return bool(posted.under_way or (posted.waiting and sent))


def settle(office: Office) -> bool:
    """Clear the folder of answers and replies where nothing is left to be graded or fetched; whether that is so."""
    if begun(office):
        return False
    office.results.close()
    office.desk.clear()
    office.post.note(waiting=0, retry_failed=False, fresh=False)
    return True


def resumed(old: Posted | None, fresh: Posted, out: str) -> Posted:
    """What was sent before, gone on with under the present settings; `fresh` where there is nothing to go on with.

    InputError where something is under way to another model or endpoint.
    """
    if old is None:
        return fresh
    same = (old.model, old.base_url_sha256) == (fresh.model, fresh.base_url_sha256)
    if old.under_way and not same:
        fault = f"{out} waits for replies of {old.model} at {old.host}"
        raise InputError(fault, hint=f"Collect them first (coach batch collect {out}), or name another --out.")
    if not same or not (old.under_way or old.waiting):
        return fresh.model_copy(update={"parcels": old.parcels})
    told = {name: getattr(old, name) for name in ("mode", "refused", "replied", "waiting", "parcels")}
    return fresh.model_copy(update=told)


def is_of(posted: Posted, endpoint: Endpoint) -> bool:
    """Whether something was sent to this model at this endpoint."""
    return (posted.model, posted.base_url_sha256) == (endpoint.model, endpoint.base_url_sha256)
