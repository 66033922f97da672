"""`coach batch status` and `coach batch collect`: what was left to a batch service, looked at and picked up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.door import Alone, Rubrics, errors_as_messages, say, show
from answer_coach.cli.plan import Shown, check_against, check_form
from answer_coach.cli.service import OPENAI, POLL, Poll, Told, end, graded, office, waited

if TYPE_CHECKING:
    from answer_coach.batch.posted import Desk, Parcel, Posted
    from answer_coach.engines.interface import Endpoint
    from answer_coach.engines.service import Service
    from answer_coach.wiring import Settings


def status(
    folder: Annotated[Path, typer.Argument(help="The folder of a batch.")],
    base_url: Annotated[str, typer.Option(help="The endpoint, where it is none of the known providers.")] = "",
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Show where the files that were sent to a batch service stand: a line each."""
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.batch.posted import Desk

        posted = _posted(Desk(folder))
        parcels = list(posted.parcels)
        if posted.under_way:
            from answer_coach.engines.service import Service

            environ = wiring.environment()
            with Service(_endpoint(posted, _settings(posted, environ, base_url), environ, folder)) as service:
                parcels = [_seen(service, parcel) for parcel in parcels]
        show("".join(f"{parcel}\n" for parcel in parcels))


def collect(
    folder: Annotated[Path, typer.Argument(help="The folder of a batch.")],
    base_url: Annotated[str, typer.Option(help="The endpoint, where it is none of the known providers.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait until nothing is under way.")] = False,
    poll: Poll = POLL,
    cards: Annotated[str, typer.Option(help="One file an answer, to send: markdown, html or none.")] = "none",
    no_score: Annotated[bool, typer.Option("--no-score", help="Cards to send carry no levels.")] = False,
    against: Annotated[Path | None, typer.Option(help="The folder of an earlier batch, to compare with.")] = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Pick up what a batch service has replied, and grade it; sends no answer."""
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.batch.posted import Desk

        check_form(cards)
        check_against(against)
        environ, posted = wiring.environment(), _posted(Desk(folder))
        if not posted.under_way and not posted.waiting:
            say(f"Nothing of {folder} is under way.")
            return
        settings = wiring.patient(_settings(posted, environ, base_url))
        library = wiring.make_library(environ, rubrics, alone)
        endpoint = _endpoint(posted, settings, environ, folder)
        told = Told(settings, environ, library, posted.passes, posted.fresh, wait, poll).at_its_price(endpoint)
        with office(told, endpoint, folder, lambda: _posted(Desk(folder))) as held:
            for parcel in (lost := held.post.find_lost()):
                say(f"{parcel.name} was not submitted: run the same command again.")
            made = waited(held, poll) if wait and not lost else graded(held)
            code = end(held, made, Shown(against, cards, no_score), library)
        raise typer.Exit(code)


def _posted(desk: Desk) -> Posted:
    from answer_coach.errors import InputError

    posted = desk.load()
    if posted is None or not posted.parcels:
        raise InputError(f"Nothing of {desk.out} was sent to a batch service", hint=f"Send it with --via {OPENAI}.")
    return posted


def _settings(posted: Posted, environ: dict[str, str], base_url: str) -> Settings:
    """The settings under which something was sent, but for the address of an endpoint that stands in no table.

    The address is not taken from the folder: whoever wrote it there would be sent the key.
    """
    from answer_coach import wiring
    from answer_coach.errors import InputError

    if posted.provider:
        return wiring.settle(environ, f"{posted.provider}/{posted.model}")._replace(base_url=base_url or None)
    settings = wiring.settle(environ, posted.model, base_url or None)
    if not settings.base_url:
        raise InputError(f"It was sent to {posted.host}", hint="Name that endpoint with --base-url.")
    return settings


def _endpoint(posted: Posted, settings: Settings, environ: dict[str, str], folder: Path) -> Endpoint:
    from answer_coach.batch.rounds import is_of
    from answer_coach.engines.providers import find_endpoint
    from answer_coach.errors import InputError

    endpoint = find_endpoint(settings.model, settings.base_url, environ, settings.timeout, settings.tuning)
    if not is_of(posted, endpoint):
        fault = f"{folder} was sent to {posted.model} at {posted.host}, not to {endpoint.model} at {endpoint.host}"
        raise InputError(fault, hint="Name the same endpoint, written as it was then.")
    return endpoint


def _seen(service: Service, parcel: Parcel) -> Parcel:
    """A file as the service tells of it now; nothing is written down."""
    if parcel.collected:
        return parcel
    ticket = service.look(parcel.batch_id) if parcel.batch_id else service.find(parcel.name)
    if ticket is None:
        return parcel
    told = {name: getattr(ticket, name) for name in ("batch_id", "status", "completed", "failed", "faults")}
    return parcel.model_copy(update=told)
