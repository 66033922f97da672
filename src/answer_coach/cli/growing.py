"""`coach progress`: every question and story at a glance, one answer over its drafts, a plan until the interview."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.door import Alone, Plain, Rubrics, complain, errors_as_messages, prints_unicode, say, show

if TYPE_CHECKING:
    from answer_coach.drafts.progress import Answers, Course
    from answer_coach.library.shelf import Library
    from answer_coach.rubric import Rubric


def progress(
    name: Annotated[str, typer.Argument(help="A story's name, or a question: its drafts over time.")] = "",
    until: Annotated[str, typer.Option("--until", help="The interview's day, YEAR-MM-DD: plan until then.")] = "",
    chart: Annotated[Path | None, typer.Option("--chart", help="Draw drafts over time: a .svg or .png file.")] = None,
    format: Annotated[Plain, typer.Option(help="How to print.")] = Plain.text,
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level.")] = False,
    rubrics: Rubrics = None,
    alone: Alone = False,
) -> None:
    """Every question and story on a line, weakest first: how it reads, the next edit, the story used.

    Sorted: what is not started, what was not graded, then the lowest level;
    READY is last. Among equals, very common questions come first.
    Levels of different judges are never put together.
    """
    with errors_as_messages():
        from answer_coach import wiring
        from answer_coach.errors import InputError

        if name and until:
            raise InputError("A plan is for all questions", hint=f"coach progress --until {until}")
        day = _day(until) if until else None
        if chart:
            _can_be_drawn(chart, no_score)
        environ = wiring.environment()
        library = wiring.make_library(environ, rubrics, alone)
        found, faults = library.readable()
        kept = _kept(environ)
        if name:
            _courses(_named(name, kept, library), found, chart, format, not no_score)
        else:
            _all(environ, kept, found, day, format, not no_score)
            if chart:
                _draw(_over_time(kept, found), chart)
        if faults:
            complain("some rubrics can't be read; see: coach rubrics check\n" + "\n".join(faults))
            raise typer.Exit(InputError.exit_code)


def _all(
    environ: dict[str, str], kept: Answers, rubrics: list[Rubric], until: date | None, format: Plain, numbers: bool
) -> None:
    """The table, or the plan."""
    from datetime import datetime

    from answer_coach import homes
    from answer_coach.drafts import facts
    from answer_coach.drafts.planning import plan
    from answer_coach.drafts.progress import rows_of
    from answer_coach.drafts.tallies import tallies
    from answer_coach.reports.progress import plan_text, progress_json, progress_text

    closed = {one.name: facts.closed(facts.read_facts(homes.facts_file(environ, one.name))) for one, _ in kept}
    found, told = rows_of(rubrics, kept, closed), tallies(kept)
    made = plan(found, datetime.now().astimezone().date(), until) if until else None
    if format is Plain.json:
        show(progress_json(found, told, made, numbers, not prints_unicode()))
    else:
        show(plan_text(made) if made else progress_text(found, told, numbers))


def _courses(kept: Answers, rubrics: list[Rubric], chart: Path | None, format: Plain, numbers: bool) -> None:
    """Answers over their drafts."""
    from answer_coach.reports.course import courses_json, courses_text

    made = _over_time(kept, rubrics)
    show(courses_json(made, numbers, not prints_unicode()) if format is Plain.json else courses_text(made, numbers))
    if chart:
        _draw(made, chart)


def _over_time(kept: Answers, rubrics: list[Rubric]) -> list[Course]:
    from answer_coach.drafts.progress import course

    return [course(story, drafts, rubrics) for story, drafts in kept]


def _kept(environ: dict[str, str]) -> Answers:
    """All that is kept; nothing is made where there is nothing."""
    from answer_coach import homes
    from answer_coach.cli.sitting import store_of

    if not homes.drafts_file(environ).exists():
        return []
    with store_of(environ) as store:
        return [(story, store.drafts(story.name)) for story in store.stories()]


def _named(name: str, kept: Answers, library: Library) -> Answers:
    """The story of a name, else all answers to a question of that name; InputError where there are none."""
    from answer_coach.cleaning import visible
    from answer_coach.errors import InputError, UnknownQuestion, meant

    wanted = name.strip().casefold()
    if found := [(story, drafts) for story, drafts in kept if story.name == wanted]:
        return found
    try:
        question = library.resolve(name)
    except UnknownQuestion:
        near = meant(wanted, (story.name for story, _ in kept))
        asked = " ".join(visible(name).split())[:40]
        hint = f"{near}See: coach drafts list, coach questions"
        raise InputError(f"There is no story or question '{asked}'", hint=hint) from None
    if not (found := [(story, drafts) for story, drafts in kept if story.question == question]):
        hint = f"Begin one: coach drafts add NAME FILE -q {question}"
        raise InputError(f"No draft of {question} is kept yet", hint=hint)
    return found


def _day(until: str) -> date:
    from answer_coach.errors import InputError

    try:
        return date.fromisoformat(until)
    except ValueError:
        raise InputError("--until is not a day", hint="Write it like 2027-03-31.") from None


def _can_be_drawn(path: Path, no_score: bool) -> None:
    """Nothing where a picture can be drawn there; InputError otherwise, before anything is printed."""
    from answer_coach.errors import InputError
    from answer_coach.reports.plot import need

    if no_score:
        raise InputError("A chart shows levels, which --no-score hides", hint="Leave one of the two out.")
    if path.exists():
        raise InputError(f"{path} exists already", hint="Name another file; nothing is written over.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}", hint="Make it first, or name another file.")
    need(path)


def _draw(made: list[Course], path: Path) -> None:
    if not made:
        say("There is no picture: no draft is kept yet.")
        return
    from answer_coach.reports.chart import draw_courses

    draw_courses(made, path)
    say(f"The picture is in {path}")
