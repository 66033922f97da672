"""`coach batch --via`, `coach batch status` and `coach batch collect`: a batch over the provider's own service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from answer_coach.cli import consent
from answer_coach.cli.door import say
from answer_coach.cli.plan import (
    BROKEN,
    ENDED,
    SOME_FAILED,
    Input,
    Plan,
    Shown,
    check_cost,
    exit_code,
    finish,
    look_at,
    tell,
)

if TYPE_CHECKING:
    from answer_coach.batch.posted import Posted
    from answer_coach.batch.rounds import Office, Round
    from answer_coach.coach import Coach
    from answer_coach.engines.interface import Endpoint
    from answer_coach.engines.memory import Known, Memory
    from answer_coach.engines.outbox import Outbox
    from answer_coach.library.shelf import Library
    from answer_coach.modes import ReplyMode
    from answer_coach.wiring import Settings

OPENAI = "openai-batch"
UNSURE: ReplyMode = "json_schema_in_prompt"
POLL = 30.0
BYTES = 4_000  # of a request beside its words: the schema and the fields, about
Poll = Annotated[float, typer.Option(min=0.05, help="Seconds between two looks at a batch service.")]


class Told(NamedTuple):
    """What goes to a service, and how long it is waited for."""

    settings: Settings
    environ: dict[str, str]
    library: Library
    passes: int
    fresh: bool
    waits: bool
    poll: float
    keeps: bool = True
    """Whether replies are kept for other runs, and used from before."""

    @property
    def endpoint(self) -> Endpoint:
        """Where the service is."""
        from answer_coach.engines.providers import find_endpoint

        named = self.settings
        return find_endpoint(named.model, named.base_url, self.environ, named.timeout, named.tuning)

    def at_its_price(self, endpoint: Endpoint) -> Told:
        """The same with the service's prices."""
        from answer_coach.engines.prices import shared_price

        prices = shared_price(endpoint.model, endpoint.provider, self.settings.prices, endpoint.service.share)
        return self._replace(settings=self.settings._replace(prices=prices))


def check(via: str, model: str, keeps: bool = True) -> None:
    """InputError where there is no such service, nothing to send to it, or no place for what it replies."""
    from answer_coach.errors import InputError
    from answer_coach.wiring import RULES

    if via != OPENAI:
        raise InputError(f"--via is {OPENAI}, not '{via[:20]}'", hint="Leave it out to ask the model one by one.")
    if model == RULES:
        raise InputError("The rules send nothing anywhere: --via needs a model", hint="Name it with --model.")
    if not keeps:
        raise InputError("What a batch service replies is kept until it is used", hint="Leave out --no-save or --via.")


def check_under_way(out: Path, yes: bool) -> None:
    """InputError where requests of a folder are under way: asked one by one, they would be paid for twice."""
    from answer_coach.batch.posted import Desk
    from answer_coach.errors import InputError

    posted = Desk(out).load()
    if posted and posted.under_way and not yes:
        count = sum(parcel.requests for parcel in posted.under_way)
        hint = f"coach batch collect {out} picks them up; --yes asks and pays again, one by one."
        raise InputError(f"{count} requests of {out} are under way at {posted.host}", hint=hint)


def run(told: Told, plan: Plan, source: Input, shown: Shown, dry_run: bool) -> int:
    """Grade over the service what has no card; the exit code."""
    from answer_coach import wiring
    from answer_coach.batch.posted import Desk
    from answer_coach.batch.rounds import begun, beyond, forget_failed, resumed
    from answer_coach.reports.batch import plural

    endpoint = told.endpoint
    told = told.at_its_price(endpoint)
    known, sure = _known(told, endpoint)
    coach = wiring.make_coach(told.settings, told.environ, told.library, passes=told.passes)
    check_cost(coach, plan.limits.max_cost)
    found = look_at(coach, plan, source)
    if dry_run:
        requests = found.to_grade * told.passes
        size = 4 * found.input_tokens + BYTES * requests
        files = max(-(-requests // endpoint.service.requests), -(-size // endpoint.service.bytes))
        share = f"{endpoint.service.share:.0%} of the price, as told here"
        tell(
            coach,
            found,
            source,
            f"Over the batch service of {endpoint.host}: about {plural(files, 'file')}, at {share}.",
        )
        return 0
    consent.agree(told.settings, coach, told.environ, f"{found.to_grade} answers")
    if not sure and found.to_grade:
        say(
            f"How {endpoint.host} takes the form of a reply is not known, and a batch service can't be asked first: "
            "the schema goes along and stands in the prompt. 'coach model check' finds it out."
        )
    fresh = _begun(told, plan, endpoint, known)
    desk = Desk(plan.out)
    with office(told, endpoint, plan.out, lambda: resumed(desk.load(), fresh, str(plan.out))) as held:
        post = held.post
        desk.keep_input(source.read(), merged=begun(held))
        if lost := post.find_lost():
            post.drop(lost)
        if plan.retry_failed:
            forget_failed(held)
        made = graded(held)
        limit = beyond(plan.limits, made, post.posted)
        if limit:
            say(f"Nothing was sent: {limit}.")
            return end(held, made, shown, told.library, ENDED)
        _send(held, made, plan.yes)
        code = SOME_FAILED if made.run.tally.failed else 0 if told.waits else None
        if post.posted.under_way and told.waits:
            made = waited(held, told.poll)
        return end(held, made, shown, told.library, code)


def _begun(told: Told, plan: Plan, endpoint: Endpoint, known: Known) -> Posted:
    """What is to be written down of a batch of which nothing was sent yet."""
    from answer_coach.batch.posted import Posted

    return Posted(
        model=endpoint.model,
        provider=endpoint.provider,
        host=endpoint.host,
        base_url_sha256=endpoint.base_url_sha256,
        mode=known.mode or UNSURE,
        refused=known.refused,
        passes=told.passes,
        anyway=plan.anyway,
        retry_failed=plan.retry_failed,
        fresh=told.fresh,
    )


def _send(held: Office, made: Round, yes: bool) -> None:
    """Send what has no reply and is not under way."""
    from answer_coach.batch.rounds import check_claimed
    from answer_coach.reports.batch import plural

    check_claimed(made, yes)
    count, parcels = made.letters.requests, made.letters.take()
    if not parcels:
        return
    say(
        f"Sending {plural(count, 'request')} in {plural(len(parcels), 'file')} to {held.post.posted.host}, at "
        f"{held.limits.share:.0%} of the price. They hold the answers, and stay in {held.desk.folder} until "
        "the replies are here."
    )
    try:
        held.post.send(parcels)
    finally:
        names = {parcel.name for parcel in parcels}
        for parcel in held.post.posted.parcels:
            if parcel.name in names and parcel.batch_id:
                say(f"{parcel.batch_id}: {plural(parcel.requests, 'request')} ({parcel.name})")


def graded(held: Office) -> Round:
    """Fetch what has ended, tell what came, and grade it."""
    from answer_coach.batch.rounds import grade_round
    from answer_coach.wiring import manifest

    before = len(held.post.collected)
    held.post.collect(held.results)
    for parcel in held.post.collected[before:]:
        say(str(parcel))
    made = grade_round(held)
    held.ledger.write_manifest(manifest(made.coach, made.run.tally.model_dump()))
    return made


def waited(held: Office, poll: float) -> Round:
    """Wait until nothing is under way, and grade; Ctrl-C or a lost network leaves it, and it goes on there."""
    from answer_coach.cli.progress import awaiting
    from answer_coach.errors import CoachError

    try:
        with awaiting() as follow:
            held.post.wait(poll, follow)
    except (KeyboardInterrupt, CoachError):
        say(_later(held))
        raise
    return graded(held)


def _later(held: Office) -> str:
    out, host = held.desk.out, held.post.posted.host
    return f"It goes on at {host}.\nSee how far: coach batch status {out}\nPick it up:  coach batch collect {out}"


def end(held: Office, made: Round, shown: Shown, library: Library, code: int | None = 0) -> int:
    """Write and tell what there is; the exit code.  With `code` None what is under way is as it should be."""
    from answer_coach.batch.rounds import settle
    from answer_coach.reports.batch import plural

    tally, posted = made.run.tally, held.post.posted
    made.letters.discard()
    settle(held)
    if tally.done:
        finish(made.run, held.desk.out, shown, library)
    if posted.under_way:
        say(f"{plural(tally.waiting, 'answer')} to wait for. {_later(held)}")
    elif tally.waiting:
        say(f"{plural(tally.waiting, 'answer')} to ask once more: run the same command again for another round.")
    if any(parcel.status == "failed" for parcel in held.post.collected):
        return ENDED
    as_meant = code is None and posted.under_way and not tally.failed
    return (BROKEN if tally.broken else 0) if as_meant else code or exit_code(made.run)


def _known(told: Told, endpoint: Endpoint) -> tuple[Known, bool]:
    """What is known of the endpoint, with the reply mode settled without asking; whether it was known."""
    from answer_coach import homes

    known = homes.memory(told.environ).recall(endpoint)
    mode = endpoint.mode or known.mode or (endpoint.modes[0] if endpoint.modes else None)
    return known.model_copy(update={"mode": mode or UNSURE}), mode is not None


def _pinned(told: Told, endpoint: Endpoint, posted: Posted) -> tuple[Settings, Memory]:
    """Settings and knowledge under which something was sent: it is graded under them, whatever was found out since."""
    from answer_coach.engines.memory import Memory

    memory, known = Memory(), _known(told, endpoint)[0]
    memory.keep(endpoint, known.model_copy(update={"mode": posted.mode, "refused": posted.refused}))
    tuning = told.settings.tuning.model_copy(update={"reply_mode": posted.mode})
    return told.settings._replace(tuning=tuning), memory


@contextmanager
def office(told: Told, endpoint: Endpoint, out: Path, load: Callable[[], Posted]) -> Iterator[Office]:
    """Hold the folder and the connection, with what was sent as `load` finds it once the folder is held."""
    from answer_coach import homes, wiring
    from answer_coach.batch.ledger import Ledger
    from answer_coach.batch.mailing import Post
    from answer_coach.batch.posted import Desk
    from answer_coach.batch.rounds import Office
    from answer_coach.engines.service import Service

    desk = Desk(out)
    with Ledger(out) as ledger, Service(endpoint) as service:
        posted = load()
        desk.sweep(posted)
        if not posted.under_way and not posted.waiting:
            desk.clear()
        kept = homes.replies(told.environ, posted.fresh or posted.retry_failed)
        with closing(desk.results()) as results, closing(kept):

            def make(outbox: Outbox) -> Coach:
                settings, known = _pinned(told, endpoint, post.posted)
                return wiring.make_coach(
                    settings, told.environ, told.library, passes=told.passes, traffic=outbox, known=known
                )

            post = Post(desk, posted, service)
            yield Office(desk, ledger, post, results, kept, endpoint.service, make)
