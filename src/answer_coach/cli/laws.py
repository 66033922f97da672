"""`coach calibrate --laws`: what a change of a text must, and must not, do to its grade; tried on one judge."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from answer_coach.cli.door import Format, prints_unicode, say, show

if TYPE_CHECKING:
    from answer_coach.coach import Coach
    from answer_coach.laws.check import LawReport

EVERY = 10  # texts between two signs of life


def check_laws(
    coach: Coach, cases: int = 5, seed: int = 1, format: Format = Format.text, dry_run: bool = False
) -> LawReport | None:
    """Hold a coach's judge against the laws, with `cases` of each, and print the report.

    Says first, on stderr, how many texts the judge will have to read at most; `dry_run` leaves it at that (None).  No
    draft of anybody's is read: the texts came with the coach.  Raises CoachError, for `errors_as_messages`.
    """
    from answer_coach.errors import InputError
    from answer_coach.laws.check import check
    from answer_coach.laws.material import plan, requests
    from answer_coach.reports.laws import laws, laws_json, laws_markdown

    if cases < 1:
        raise InputError("--cases is less than 1", hint="Write how many cases of each law to try, like 5.")
    planned = plan(coach.library, (seed,), cases)
    texts = requests(planned) * coach.graded_by.passes
    if coach.host is None:
        say(f"{len(planned)} cases, at most {texts} texts, for {coach.model}.")
    else:
        say(
            f"{len(planned)} cases: at most {texts} requests to {coach.model} at {coach.host}, "
            "and one more for each reply that has to be asked for again."
        )
    if dry_run:
        return None
    watched = coach.host is not None and sys.stderr.isatty()
    report = check(coach, planned, progress=_tell(texts) if watched else None)
    if format is Format.json:
        show(laws_json(report, ascii_only=not prints_unicode()))
    else:
        show(laws(report) if format is Format.text else laws_markdown(report))
    return report


def _tell(texts: int) -> Callable[[int], None]:
    """Says how far it is, every now and then."""

    def told(done: int) -> None:
        if done % EVERY == 0:
            say(f"{done} of at most {texts} texts judged")

    return told
