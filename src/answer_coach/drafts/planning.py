"""What to do on which day until the interview: drafts first, the last days for saying follow-ups aloud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from answer_coach.answer import Word
from answer_coach.drafts.progress import RARITIES, STORY, Row, State
from answer_coach.errors import InputError

MOST_A_DAY = 4  # drafts; more are written, not thought about
ROUNDS = {"not started": 3, "not yet": 3, "thin": 3, "senior": 2}
"""Sessions that an answer is given where there is time, by how it reads now."""
UNREAD = 2  # sessions for what was not graded
MOST_REHEARSING = 3  # days
ONE_IN = 5  # days of the time left is for rehearsing
Kind = Literal["first draft", "grade", "mend", "edit", "rehearse"]
FIRST: dict[State, Kind] = {"not started": "first draft", "not graded": "grade", "not gradable": "mend"}


class Session(Word):
    """One sitting over one answer; over what reads best by then, where `question` is None."""

    kind: Kind
    question: str | None = None
    title: str = ""
    name: str | None = None
    round: int = 1
    what: tuple[str, ...] = ()
    """Labels of the edit that is next, or the follow-ups to say aloud."""


class Day(Word):
    on: date
    sessions: tuple[Session, ...]


class Plan(Word):
    """All days with something to do, in order, none after `until`; `left` is what there is no room for."""

    today: date
    until: date
    days: tuple[Day, ...]
    left: tuple[Session, ...]


def plan(found: Sequence[Row], today: date, until: date) -> Plan:
    """Spread the work over the days from today to the one before the interview; on the day itself only rehearse.

    Very common questions come first, among them what is not started, then the weakest.  One draft a day, or up to
    four where days are short; where days are left, another round.  InputError where the date is past.
    """
    if until < today:
        raise InputError(f"{until} is past", hint="Name the day of the interview, today or later: --until YEAR-MM-DD")
    best = _best(found)
    work = sorted((one for one in best if not one.strong), key=_urgency)
    strong = sorted((one for one in best if one.strong), key=lambda one: (RARITIES.index(one.rarity), one.weakness))
    drafting, rehearsing = _halves(today, until)
    first, *more = [[_session(one, at) for one in work if _rounds(one) >= at] for at in (1, 2, 3)]
    room = MOST_A_DAY * len(drafting)
    rest = max(0, len(drafting) - len(first))
    sessions = (first + [session for turn in more for session in turn][:rest])[:room]
    days: dict[date, list[Session]] = {}
    for on, part in zip(drafting, _dealt(sessions, len(drafting)), strict=True):
        days[on] = list(part)
    for on, part in zip(rehearsing, _dealt(_rehearsals(strong, len(rehearsing)), len(rehearsing)), strict=True):
        days.setdefault(on, []).extend(part)
    made = [Day(on=on, sessions=tuple(planned)) for on, planned in sorted(days.items()) if planned]
    return Plan(today=today, until=until, days=tuple(made), left=tuple(first[room:]))


def _best(found: Sequence[Row]) -> list[Row]:
    """The strongest answer to each question, and every story: several answers to one question are tries of it."""
    strongest = {one.question: one for one in sorted(found, key=lambda one: one.weakness)}
    return [one for one in found if one.question == STORY or strongest[one.question] is one]


def _urgency(one: Row) -> tuple[object, ...]:
    return (RARITIES.index(one.rarity), one.weakness)


def _halves(today: date, until: date) -> tuple[list[date], list[date]]:
    """The days for drafts, and those for rehearsing; one day for both where there is but one before the interview."""
    days = [today + timedelta(at) for at in range((until - today).days)]
    if len(days) < 2:
        return days, days or [until]
    rehearsing = min(MOST_REHEARSING, max(1, len(days) // ONE_IN))
    return days[:-rehearsing], days[-rehearsing:]


def _rounds(one: Row) -> int:
    return ROUNDS.get(one.overall.word if one.overall else one.state, UNREAD)


def _session(one: Row, turn: int) -> Session:
    kind = FIRST.get(one.state, "edit") if turn == 1 else "edit"
    what = one.next_edit if turn == 1 else ()  # what comes after it, its next card says
    return Session(kind=kind, question=one.question, title=one.title, name=one.name, round=turn, what=what)


def _rehearsals(strong: Sequence[Row], days: int) -> list[Session]:
    """Each strong answer once; all of them every day where there are fewer than days, another follow-up each time."""
    times = 1 if len(strong) >= days else days
    return [
        Session(
            kind="rehearse",
            question=one.question,
            title=one.title,
            name=one.name,
            round=turn,
            what=tuple(asked.question for asked in one.follow_ups),
        )
        for turn in range(1, times + 1)
        for one in strong
    ] or [Session(kind="rehearse")] * days


def _dealt(sessions: Sequence[Session], days: int) -> list[Sequence[Session]]:
    """Sessions in their order over so many days, as evenly as can be, the first days taking what is over."""
    each, over = divmod(len(sessions), days) if days else (0, 0)
    parts, at = [], 0
    for day in range(days):
        size = each + (day < over)
        parts.append(sessions[at : at + size])
        at += size
    return parts
