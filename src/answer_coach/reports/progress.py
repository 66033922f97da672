"""Progress for a terminal: every question and story on a line, what is most often not said, and a plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from answer_coach.drafts.planning import MOST_A_DAY, Plan, Session
from answer_coach.drafts.progress import Row
from answer_coach.drafts.tallies import ENOUGH, ByJudge, Share, Tally
from answer_coach.feedback import GradedBy
from answer_coach.reports.layout import WIDTH, hanging, width, wrap

SCHEMA = 1
FOR, ANSWER, DRAFT, READS, STORY = 6, 15, 6, 19, 13  # columns; what is left is for the next edit
HEAD, POINT, CELL = 7, 26, 18  # columns below it
POINTS = 3  # indicators that are shown of a question
FEW = "not enough drafts"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = 16


def judge_label(by: GradedBy | None) -> str:
    """Who judged, in few words: model, how often, by which prompt."""
    if by is None:
        return "unknown"
    parts = [
        f"{by.model}{' by hand' if by.engine == 'by_hand' else ''}",
        f"{by.passes} passes" if by.passes > 1 else "",
        f"prompt {by.prompt.version}" if by.prompt and by.engine != "rules" else "",
    ]
    return ", ".join(part for part in parts if part)


def progress_text(found: Sequence[Row], told: Sequence[ByJudge], numbers: bool = True) -> str:
    """The table, weakest first, and below it what is most often not said; without `numbers` no level shows."""
    signs = _signs(found) if numbers else {}
    lines = [f"{'FOR':<{FOR}}{'ANSWER':<{ANSWER}}{'DRAFT':<{DRAFT}}{'READS AS':<{READS}}{'STORY':<{STORY}}NEXT EDIT"]
    lines += [_row(one, signs, numbers) for one in found]
    lines += _remarks(found, signs, numbers)
    for one in told:
        lines += ["", *_tallies(one)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _row(one: Row, signs: dict[str, str], numbers: bool) -> str:
    if one.name is None:
        head = f"{cell(one.question, FOR)}{'-':<{ANSWER}}{'-':<{DRAFT}}{one.state:<{READS}}"
        return head + cut(one.title, WIDTH - len(head))
    reads: str = one.state
    if one.overall is not None:
        told = f"{one.overall.word} {one.overall.level}" if numbers else one.state
        reads = f"{told} {signs.get(judge_label(one.graded_by), '')}{'*' if one.outdated else ''}"
    head = f"{cell(one.question, FOR)}{cell(one.name, ANSWER)}{one.drafts:<{DRAFT}}"
    return f"{head}{reads:<{READS}}{cell(one.story or '-', STORY)}" + next_cell(
        one, WIDTH - FOR - ANSWER - DRAFT - READS - STORY
    )


def next_cell(one: Row, room: int) -> str:
    """The first label of the next edit, and how many more it needs."""
    if one.state != "graded":
        return {"ready": "rehearse", "not graded": "grade it", "not gradable": "see its card"}.get(one.state, "")
    if not one.next_edit:
        return "-"
    more = f" +{len(one.next_edit) - 1}" if len(one.next_edit) > 1 else ""
    return cut(one.next_edit[0], room - len(more)) + more


def cell(text: str, columns: int) -> str:
    """A text in a column of a table, a blank behind it."""
    shown = cut(text, columns - 1)
    return shown + " " * (columns - width(shown))


def cut(text: str, columns: int) -> str:
    """A text of at most so many columns, cut within a word where it must be."""
    if width(text) <= columns:
        return text
    while width(text) > columns - 3:
        text = text[:-1]
    return f"{text.rstrip()}..."


def _signs(found: Iterable[Row]) -> dict[str, str]:
    """A letter for each judge, where there is more than one."""
    judges = sorted({judge_label(one.graded_by) for one in found if one.overall is not None})
    return {judge: chr(ord("a") + at % 26) for at, judge in enumerate(judges)} if len(judges) > 1 else {}


def _remarks(found: Sequence[Row], signs: dict[str, str], numbers: bool) -> list[str]:
    lines: list[str] = []
    if signs:
        named = "; ".join(f"{sign} {judge}" for judge, sign in signs.items())
        lines += [
            "",
            *wrap(f"Judged by {named}. Their levels don't compare, so the order between them is rough.", WIDTH),
        ]
    if numbers and any(one.outdated for one in found):
        again = "* by an older version of the rubric; grade it anew: coach drafts compare NAME --regrade"
        lines += ["", *wrap(again, WIDTH)]
    if missing := next((one.question for one in found if one.state == "not started"), None):
        lines += ["", f"Begin one: coach drafts add NAME -q {missing}"]
    return lines


def _tallies(one: ByJudge) -> list[str]:
    """What one judge found absent, first attempts apart from reworked drafts."""
    judge = judge_label(one.graded_by)
    if one.drafts < ENOUGH:
        return wrap(f"MOST OFTEN NOT SAID: {FEW} by {judge} ({one.drafts}; {ENOUGH} are needed)", WIDTH)
    lines = [f"{'MOST OFTEN NOT SAID':<{POINT}}{'ALL DRAFTS':<{CELL}}{'FIRST ATTEMPTS':<{CELL}}REWORKED"]
    lines += [_tally("all" if at == 0 else "", tally) for at, tally in enumerate(one.slots)]
    small: list[str] = []
    for question in one.questions:
        if question.drafts < ENOUGH:
            small.append(question.question)
        shown = question.points[:POINTS]
        lines += [_tally(question.question if at == 0 else "", tally) for at, tally in enumerate(shown)]
    if small:
        lines += hanging(", ".join(small) + "  ", FEW, len(", ".join(small)) + 2) if len(small) < 4 else []
    left = f" ({one.outdated} by an older rubric left out)" if one.outdated else ""
    what = f"Absent in so many of the drafts that {judge} graded{left}; all: over all questions."
    return [*lines, *wrap(what, WIDTH)]


def _tally(head: str, tally: Tally) -> str:
    cells = "".join(f"{_share(share):<{CELL}}" for share in (tally.every, tally.first, tally.reworked))
    return f"{cell(head, HEAD)}{tally.label:<{POINT - HEAD}}{cells}"


def _share(share: Share) -> str:
    return f"{share.absent} of {share.of}" if share.enough else FEW


def plan_text(made: Plan, numbers: bool = True) -> str:
    """The plan: a day a line or several, days without anything told once, what there is no room for at the end."""
    count = (made.until - made.today).days
    drafts = sum(session.kind != "rehearse" for day in made.days for session in day.sessions)
    rehearsing = sum(any(session.kind == "rehearse" for session in day.sessions) for day in made.days)
    when = "today" if count == 0 else "tomorrow" if count == 1 else f"in {count} days"
    what = f"{_count(drafts, 'session')} on drafts, {_count(rehearsing, 'day')} to rehearse"
    lines = [*wrap(f"Interview on {_named(made.until)}, {when}: {what}", WIDTH), ""]
    before = made.today - timedelta(1)
    for day in made.days:
        lines += _free(before, day.on)
        before = day.on
        for at, session in enumerate(day.sessions):
            head = _named(day.on) if at == 0 else ""
            lines += hanging(f"{head:<{DAY}}{cell(session.question or '', FOR)}", _doing(session), DAY + FOR)
    if made.left:
        names = ", ".join(session.name or session.question or "" for session in made.left)
        why = f" ({MOST_A_DAY} drafts a day at most)" if count else ""
        lines += ["", *wrap(f"No room before the interview{why}: {names}", WIDTH)]
    lines += ["", "Run it again after each draft: it plans from where you are."]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _named(day: date) -> str:
    return f"{day} {WEEKDAYS[day.weekday()]}"


def _free(last: date, following: date) -> list[str]:
    """The days between two that have something to do."""
    gap = (following - last).days - 1
    if gap < 1:
        return []
    first = _named(last + timedelta(1))
    return [f"{first:<{DAY}}free" if gap == 1 else f"{first:<{DAY}}free, {gap} days"]


def _doing(session: Session) -> str:
    what = ", ".join(session.what)
    if session.kind == "first draft":
        return f"first draft: {session.title}"
    if session.kind == "grade":
        return f"{session.name}: have it graded, then its first edit"
    if session.kind == "mend":
        return f"{session.name}: its card says why it can't be graded; mend that"
    if session.kind == "edit":
        return f"{session.name or session.title}: {what or 'its next edit'}"
    if session.question is None:
        return "rehearse aloud what reads best by then, and its follow-ups"
    asked = f": {session.what[(session.round - 1) % len(session.what)]}" if session.what else ""
    return f"rehearse {session.name}, then its follow-ups{asked}"


def progress_json(
    found: Sequence[Row],
    told: Sequence[ByJudge],
    made: Plan | None,
    numbers: bool = True,
    ascii_only: bool = False,
) -> str:
    """All of it as one object; without `numbers` no level."""
    hidden = None if numbers else {"overall"}
    whole = {
        "schema": SCHEMA,
        "answers": [one.model_dump(mode="json", exclude=hidden) for one in found],
        "absent": [one.model_dump(mode="json") for one in told],
        "enough": ENOUGH,
        "plan": made.model_dump(mode="json") if made else None,
    }
    return json.dumps(whole, ensure_ascii=ascii_only, indent=2) + "\n"
