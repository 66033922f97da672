"""`coach drafts watch`: a card that follows a file while it is written."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.door import Alone, Redact, Rubrics, errors_as_messages, painted, say, show, stdin_is_terminal
from answer_coach.cli.sitting import BaseUrl, Choice, Debug, Model, Timeout, library_of, sit_down

if TYPE_CHECKING:
    from answer_coach.cli.sitting import Sitting
    from answer_coach.coach import Coach
    from answer_coach.drafts.records import Draft
    from answer_coach.feedback import Feedback
    from answer_coach.library.shelf import Library

DEBOUNCE = 400  # milliseconds without another change before a save counts
LOOK = 500  # milliseconds between two looks at the keyboard
CLEAR = "\x1b[2J\x1b[H"


def watch(
    file: Annotated[Path, typer.Argument(help="The file that you write in.")],
    name: Annotated[
        str, typer.Option("--name", help="The story: its last card by a model says what is credited.")
    ] = "",
    question: Annotated[str, typer.Option("--question", "-q", help="Question: 5, q05, story, ...")] = "",
    model: Model = "",
    base_url: BaseUrl = "",
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level and figure.")] = False,
    redact: Redact = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Timeout = None,
    debug: Debug = False,
) -> None:
    """Follow a file: at each save the rules' card, or what is left of a model's; Enter asks --model, Ctrl-C ends."""
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.errors import CoachError
        from answer_coach.intake import read_file

        environ = wiring.environment()
        choice = Choice(model, base_url, timeout, 1, redact, rubrics, alone)
        library = library_of(environ, choice)
        wanted = bool(model or base_url) and model.casefold() != wiring.RULES
        sitting = sit_down(choice) if wanted else None
        if sitting:
            sitting.agree()
        live = Live(library, sitting, question, not no_score)
        live.know(name, environ)
        live.look(read_file(file).text)
        for asked in saves(file):
            try:
                text = read_file(file).text
            except CoachError as fault:
                say(str(fault))  # an editor may be putting the new file in its place
                continue
            live.look(text, asked)


class Live:
    """What is shown of a text, save by save."""

    def __init__(self, library: Library, sitting: Sitting | None, question: str, numbers: bool):
        from answer_coach.coach import Coach

        self._library, self._sitting, self._question, self._numbers = library, sitting, question, numbers
        self._rules: Coach = Coach("rules", library=library)
        self._draft: Draft | None = None
        self._last: tuple[str, Feedback] | None = None
        self._text: str | None = None
        self._of = ""

    def know(self, name: str, environ: dict[str, str]) -> None:
        """Take the newest card that a model made of a story as what is credited."""
        from answer_coach.cli.sitting import store_there
        from answer_coach.drafts.records import draft_of

        if not name:
            return
        with store_there(environ) as store:
            draft = draft_of(store.there(name), None, name)
        self._question = self._question or draft.question
        by_model = [
            kept
            for kept in draft.cards  # the rules may have graded it after
            if kept.card.kind == "feedback" and kept.card.graded_by and kept.card.graded_by.engine != "rules"
        ]
        if by_model:
            self._draft, self._of = draft.model_copy(update={"cards": tuple(by_model)}), f"Draft {draft.number}"

    def look(self, text: str, asked: bool = False) -> None:
        """Show where a text stands; `asked` lets the model grade it, where one was named."""
        from answer_coach.errors import CoachError

        if text == self._text and not asked:
            return
        self._text = text
        try:
            shown = self._graded(text) if asked and self._sitting else self._seen(text)
        except CoachError as fault:
            shown = f"{fault}\n"
        show((CLEAR if sys.stdout.isatty() else "") + painted(shown))

    def _seen(self, text: str) -> str:
        from answer_coach.drafts.keeping import answer_of, body_of
        from answer_coach.drafts.live import standing
        from answer_coach.reports.live import standing_text

        card = self._draft.feedback if self._draft else None
        if card is None:
            return self._by_rules(text)
        return standing_text(card, standing(card, answer_of(text)), body_of(text), self._of, self._numbers)

    def _graded(self, text: str) -> str:
        """The model's card; what it credits is followed from now on."""
        from answer_coach.cli.adding import View, card_text
        from answer_coach.drafts.records import Draft, Kept

        assert self._sitting is not None  # noqa: S101 - the caller knows
        draft = Draft(story="", question=self._named(text), number=0, at="", text=text)
        card = self._sitting.card(draft)
        if card.kind == "feedback":
            self._draft, self._of = draft.model_copy(update={"cards": (Kept(at="", card=card),)}), "The text"
        return card_text(card, self._library.rubric(card.question).title, View(numbers=self._numbers))

    def _by_rules(self, text: str) -> str:
        """The rules' card, below what changed since the last save."""
        from answer_coach.cli.adding import View, card_text, since_text
        from answer_coach.comparing import compare
        from answer_coach.drafts.keeping import answer_of, small_words
        from answer_coach.noise import Noise
        from answer_coach.reports.drafts import since_line

        card = self._rules.grade(text, question=self._named(text))
        line = ""
        if card.kind == "feedback":
            if self._last:
                now = answer_of(text)
                small = small_words(now, self._library.limits)
                found = compare(self._last[1], answer_of(self._last[0]), card, now, Noise(), small)
                line = since_text(since_line(found, "the last save"))
            self._last = (text, card)
        return line + card_text(card, self._library.rubric(card.question).title, View(numbers=self._numbers))

    def _named(self, text: str) -> str:
        from answer_coach.cli.adding import question_of

        return question_of(text, self._question, [], self._library)


def saves(file: Path) -> Iterator[bool]:
    """One item for each save, once it has settled (False), and for each time that Enter is pressed (True)."""
    from watchfiles import watch as changes

    enter, over = threading.Event(), threading.Event()
    if stdin_is_terminal():
        threading.Thread(target=_keys, args=(enter, over), daemon=True).start()
    place = file.resolve()
    found = changes(
        place.parent,
        watch_filter=lambda _, path: Path(path).name == place.name,
        debounce=DEBOUNCE,
        step=100,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        raise_interrupt=True,
        recursive=False,
        stop_event=over,
    )
    seen = None  # so that what was saved before the watching began is not missed
    try:
        for changed in found:
            now = _stamp(place)
            if enter.is_set():
                enter.clear()
                yield True
            elif changed or now != seen:  # some disks of other machines tell of no change
                yield False
            seen = now
    finally:
        over.set()


def _stamp(place: Path) -> tuple[int, int, int] | None:
    try:
        found = place.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def _keys(enter: threading.Event, over: threading.Event) -> None:
    while not over.is_set() and sys.stdin.readline():
        enter.set()
