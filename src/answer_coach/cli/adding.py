"""How a draft comes into the store, and what a person sees then: the card, below what changed since the last one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from answer_coach.cli.door import Format, painted, prints_unicode, say, show
from answer_coach.cli.sitting import Choice, library_of, sit_down

if TYPE_CHECKING:
    from answer_coach.drafts.records import Draft
    from answer_coach.drafts.store import Store
    from answer_coach.feedback import AnyCard
    from answer_coach.intake import Draft as Text
    from answer_coach.library.shelf import Library


class Task(NamedTuple):
    """What is to become of a text."""

    name: str
    question: str
    anyway: bool = False
    fresh: bool = False
    save: bool = True


class View(NamedTuple):
    """How a card is to be shown."""

    format: Format = Format.text
    why: bool = False
    numbers: bool = True


def read(file: str, edit: bool, typing: bool) -> Text:
    """A text from a file, a pipe, an editor or the keyboard."""
    from answer_coach import homes, intake, wiring

    if edit:
        return intake.read_editor(homes.unfinished(wiring.environment()))
    if file and file != "-":
        return intake.read_file(Path(file))
    return intake.read_paste() if typing else intake.read_pipe()


def add(choice: Choice, task: Task, view: View, read: Callable[[], Text]) -> None:
    """Keep a text, grade it, show the card with what changed; what fails behind the keeping loses nothing."""
    from answer_coach import homes, wiring
    from answer_coach.drafts.keeping import StoryReplies
    from answer_coach.drafts.records import Draft, checked_name
    from answer_coach.drafts.store import Store
    from answer_coach.errors import CoachError

    environ, name = wiring.environment(), checked_name(task.name)
    library = library_of(environ, choice)
    path = homes.drafts_file(environ)
    store = Store(path) if task.save or path.exists() else None
    try:
        before = store.drafts(name) if store else []
        kept = StoryReplies(store, name, task.fresh) if store and task.save else None
        sitting = sit_down(choice, kept)
        if task.question or before:  # known before anybody pastes
            library.rubric(question_of("", task.question, before, library))
        sitting.agree()
        text = read().text
        question = question_of(text, task.question, before, library)
        if store and task.save:
            draft = store.add(name, question, text)
        else:
            draft = Draft(story=name, question=question, number=len(before) + 1, at="", text=text)
        try:
            draft, card = sitting.grade(store if task.save else None, draft, task.anyway)
        except CoachError:
            if task.save:
                say(f"Draft {draft.number} of '{name}' is kept; it has no card.")
            raise
        shown(draft, card, before, view, library, store)
    finally:
        if store:
            store.close()


def question_of(text: str, named: str, before: list[Draft], library: Library) -> str:
    """Which question a draft answers: the flag, the text's front matter, else what the story answered so far."""
    from answer_coach.errors import UnknownQuestion
    from answer_coach.library.marked import front_matter

    told = named or str(front_matter(text)[0].get("question") or "")
    if told:
        return library.resolve(told)
    if before:
        return before[-1].question
    hint = f"Name it with -q, or in front matter (question: q05). Known: {', '.join(library.files)}"
    raise UnknownQuestion("It is not said which question this answers", hint=hint)


def shown(draft: Draft, card: AnyCard, before: list[Draft], view: View, library: Library, store: Store | None) -> None:
    """The card, below the line that says what changed."""
    from answer_coach.drafts.records import Kept

    now = draft if draft.cards else draft.model_copy(update={"cards": (Kept(at=draft.at, card=card),)})
    line = since(now, before, library) if before else ""
    if view.format is Format.json:
        if line:
            say(line)
    elif line:
        show(painted("\n".join(wrapped(line)) + "\n"))
    show(painted(card_text(card, library.rubric(card.question).title, view)))


def since(draft: Draft, before: list[Draft], library: Library) -> str:
    """What changed since the last draft, in one line; why that can't be said, where it can't."""
    from answer_coach import homes, wiring
    from answer_coach.drafts.keeping import compared
    from answer_coach.feedback import Feedback
    from answer_coach.reports.drafts import since_line

    last = before[-1]
    found = compared(last, draft, homes.noise_book(wiring.environment()), library.limits)
    if found:
        return since_line(found, last.number)
    if not isinstance(draft.card, Feedback):
        return f"SINCE draft {last.number}: not compared, this one could not be graded"
    why = "it was not graded" if last.feedback is None else "another rubric, prompt or judge graded it"
    return f"SINCE draft {last.number}: not compared, {why}; coach drafts compare {draft.story} --regrade"


def wrapped(line: str) -> list[str]:
    """A line for 80 columns, hanging behind its label."""
    from answer_coach.reports.layout import hanging

    label, _, said = line.partition(": ")
    return hanging(f"{label}: ", said, len(label) + 2)


def card_text(card: AnyCard, title: str, view: View) -> str:
    """A card in the form that is wanted."""
    from answer_coach.reports import json, markdown, text

    if view.format is Format.json:
        return json.json(card, ascii_only=not prints_unicode())
    if view.format is Format.markdown:
        return markdown.markdown(card, title, view.why, view.numbers)
    return text.text(card, title, view.why, view.numbers)
