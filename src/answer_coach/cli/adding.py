"""How a draft comes into the store, and what a person sees then: the card, below what changed since the last one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from answer_coach.cli.door import Format, painted, prints_unicode, say, show, stdin_is_terminal
from answer_coach.cli.sitting import Choice, library_of, sit_down

if TYPE_CHECKING:
    from answer_coach.drafts.records import Draft
    from answer_coach.engines.interface import Judge
    from answer_coach.engines.noisebook import NoiseBook
    from answer_coach.feedback import AnyCard, Feedback, NotGradable
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


def read(file: str, edit: bool) -> Text:
    """A text from a file, a pipe, an editor or the keyboard."""
    from answer_coach import homes, intake, wiring

    if edit:
        return intake.read_editor(homes.unfinished(wiring.environment()))
    if file and file != "-":
        return intake.read_file(Path(file))
    return intake.read_paste() if stdin_is_terminal() else intake.read_pipe()


class Keeper:
    """A story that a text is added to; without `save` nothing is kept, and what is there is only read.

    Use it as a context manager; nothing is made before `add`.
    """

    def __init__(self, environ: dict[str, str], name: str, library: Library, fresh: bool = False, save: bool = True):
        from answer_coach import homes
        from answer_coach.drafts.facts import read_facts
        from answer_coach.drafts.keeping import StoryReplies
        from answer_coach.drafts.records import checked_name

        self.name, self.save, self.library, self._environ = checked_name(name), save, library, environ
        there = homes.drafts_file(environ).exists()
        self.store = homes.drafts(environ) if save or there else None
        self.before = self.store.drafts(self.name) if self.store else []
        self.replies = StoryReplies(self.store, self.name, fresh) if self.store and save else None
        self.facts = read_facts(homes.facts_file(environ, self.name))
        self.draft: Draft | None = None

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.draft and self.save and not self.draft.cards and kind:
            hint = "Hand in the same text again, and it is graded."
            say(f"Draft {self.draft.number} of '{self.name}' is kept; it has no card. {hint}")
        if self.store:
            self.store.close()

    def add(self, text: str, question: str) -> Draft:
        """Keep the text, on the disk when this returns; a draft that is kept and got no card is taken up again.

        InputError where there is no text: an empty draft could never be removed alone.
        """
        from answer_coach.drafts.keeping import body_of
        from answer_coach.drafts.records import Draft
        from answer_coach.errors import InputError

        if not body_of(text).strip():
            raise InputError("There is no text", hint="Name a file, pipe one in, or paste it.")
        last = self.before[-1] if self.before else None
        if last and not last.cards and (last.text, last.question) == (text, question):
            self.draft, self.before = last, self.before[:-1]
        elif self.store and self.save:
            self.draft = self.store.add(self.name, question, text)
        else:
            self.draft = Draft(story=self.name, question=question, number=len(self.before) + 1, at="", text=text)
        return self.draft

    def graded(self, card: Feedback | NotGradable) -> tuple[Feedback | NotGradable, str]:
        """Keep the card of what was added, without edits that can't be made; what changed since the last draft.

        The second is one line for a person, "" for the first draft.
        """
        from answer_coach import homes
        from answer_coach.drafts.asking import without
        from answer_coach.drafts.facts import closed
        from answer_coach.drafts.keeping import answer_of
        from answer_coach.drafts.records import Kept

        assert self.draft is not None  # noqa: S101 - `add` comes first
        if card.kind == "feedback":
            answer, rubric = answer_of(self.draft.text), self.library.rubric(card.question)
            card = without(card, answer, rubric, closed(self.facts))
        if self.store and self.save:
            self.draft = self.store.keep(self.draft, card)
        else:
            self.draft = self.draft.model_copy(update={"cards": (Kept(at="", card=card),)})
        book = homes.noise_book(self._environ)
        return card, since(self.draft, self.before, book, self.library) if self.before else ""

    def undefended(self) -> str:
        """The figures of the draft that its story's facts don't hold, where there are facts at all."""
        from answer_coach.drafts.facts import undefended
        from answer_coach.drafts.keeping import answer_of
        from answer_coach.reports.facts import defend_text

        return defend_text(undefended(answer_of(self.draft.text), self.facts)) if self.facts and self.draft else ""


def add(choice: Choice, task: Task, view: View, read: Callable[[], Text], judge: Judge | None = None) -> None:
    """Keep a text, grade it, show the card with what changed; what fails behind the keeping loses nothing."""
    from answer_coach import wiring

    environ = wiring.environment()
    library = library_of(environ, choice)
    with Keeper(environ, task.name, library, task.fresh, task.save) as keeper:
        sitting = sit_down(choice, keeper.replies, judge, by_hand=True)
        if task.question or keeper.before:  # known before anybody pastes
            library.rubric(question_of("", task.question, keeper.before, library))
        sitting.agree()
        text = read().text
        draft = keeper.add(text, question_of(text, task.question, keeper.before, library))
        card = sitting.card(draft, task.anyway)
        card, line = keeper.graded(card)
        if line and view.format is Format.json:
            say(line)
        elif line:
            show(painted(since_text(line)))
        show(painted(card_text(card, library.rubric(card.question).title, view)))
        if view.format is not Format.json:
            show(painted(keeper.undefended()))


def question_of(text: str, named: str, before: list[Draft], library: Library) -> str:
    """Which question a draft answers: the flag, the text's front matter, else what the story answered so far."""
    from answer_coach.errors import UnknownQuestion
    from answer_coach.library.marked import front_matter

    told = named or str(front_matter(text)[0].get("question") or "")
    if told:
        return library.resolve(told)
    if before:
        return before[-1].question
    hint = "Name it with -q, or in front matter (question: q05). List them: coach questions"
    raise UnknownQuestion("It is not said which question this answers", hint=hint)


def since(draft: Draft, before: list[Draft], book: NoiseBook, library: Library) -> str:
    """What changed since the last draft, in one line; why that can't be said, where it can't."""
    from answer_coach.drafts.keeping import compared
    from answer_coach.feedback import Feedback
    from answer_coach.reports.drafts import since_line

    last = before[-1]
    found = compared(last, draft, book, library.limits)
    if found:
        return since_line(found, f"draft {last.number}")
    if not isinstance(draft.card, Feedback):
        return f"SINCE draft {last.number}: not compared, this one could not be graded"
    why = "it was not graded" if last.feedback is None else "another rubric, prompt or judge graded it"
    return f"SINCE draft {last.number}: not compared, {why}; coach drafts compare {draft.story} --regrade"


def since_text(line: str) -> str:
    """The line of what changed, for 80 columns, hanging behind its label."""
    from answer_coach.reports.layout import hanging

    label, _, said = line.partition(": ")
    return "\n".join(hanging(f"{label}: ", said, len(label) + 2)) + "\n"


def card_text(card: AnyCard, title: str, view: View) -> str:
    """A card in the form that is wanted."""
    from answer_coach.reports import json, markdown, text

    if view.format is Format.json:
        return json.json(card, ascii_only=not prints_unicode())
    if view.format is Format.markdown:
        return markdown.markdown(card, title, view.why, view.numbers)
    return text.text(card, title, view.why, view.numbers)
