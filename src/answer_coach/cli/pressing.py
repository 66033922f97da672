"""`coach drafts press`: a short mock interview on a draft; draft and replies are graded together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.answering import one_line
from answer_coach.cli.door import Alone, Redact, Rubrics, errors_as_messages, say, show, stdin_is_terminal
from answer_coach.cli.sitting import BaseUrl, Choice, Debug, Model, Name, Timeout, sit_down, store_there

if TYPE_CHECKING:
    from answer_coach.barred.dialogue import Turn
    from answer_coach.cli.sitting import Sitting
    from answer_coach.drafts.records import Draft
    from answer_coach.drafts.store import Store
    from answer_coach.feedback import Feedback
    from answer_coach.rubric import Rubric


def press(
    name: Name,
    number: Annotated[int | None, typer.Argument(help="Which draft; the last one without.")] = None,
    turns: Annotated[int, typer.Option(min=1, max=8, help="How many questions, at most.")] = 1,
    why: Annotated[bool, typer.Option("--why", help="Show the whole card of draft and replies.")] = False,
    no_score: Annotated[bool, typer.Option("--no-score", help="Hide every level and figure.")] = False,
    model: Model = "",
    base_url: BaseUrl = "",
    redact: Redact = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Timeout = None,
    debug: Debug = False,
) -> None:
    """Answer what an interviewer would ask next; evidence counts from the draft and from your replies."""
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.drafts.keeping import StoryReplies, same_basis
        from answer_coach.drafts.records import draft_of
        from answer_coach.errors import InputError

        choice = Choice(model, base_url, timeout, 1, redact, rubrics, alone)
        with store_there(wiring.environment()) as store:
            draft = draft_of(store.there(name), number, name)
            sitting = sit_down(choice, StoryReplies(store, draft.story))
            card = next((k.card for k in reversed(draft.cards) if same_basis(k.card, sitting.coach)), None)
            if card is None:
                say(f"{sitting.coach.model} has not graded draft {draft.number} yet: it does that first.")
                sitting.agree()
                card = sitting.card(draft)
                store.keep(draft, card)
            if card.kind != "feedback":
                raise InputError(f"Draft {draft.number} could not be graded", hint=f"coach drafts show {draft.story}")
            rubric = sitting.coach.rubric(draft.question)
            talk(store, draft, card, sitting, rubric, turns, why, not no_score)


def talk(
    store: Store, draft: Draft, card: Feedback, sitting: Sitting, rubric: Rubric, turns: int, why: bool, numbers: bool
) -> None:
    """The questions one by one, then one card of all that was said."""
    from answer_coach import homes
    from answer_coach.barred.dialogue import joined, parts
    from answer_coach.cli.adding import View, card_text
    from answer_coach.comparing import compare
    from answer_coach.drafts.keeping import answer_of, small_words
    from answer_coach.errors import InputError
    from answer_coach.noise import Noise
    from answer_coach.reports.disputes import pressed_text

    sitting.agree()  # before anybody has typed a word
    said = converse(card, rubric, turns)
    if not said:
        raise InputError("Nothing was answered", hint="Type a reply, as you would say it; Ctrl-D ends.")
    whole = draft.model_copy(update={"text": joined(draft.text, said), "cards": ()})
    data: dict[str, object] = {"turns": [turn.model_dump() for turn in said]}
    try:
        both = sitting.card(whole, anyway=True)
        data["card"] = both.model_dump(mode="json", by_alias=True)
    except BaseException:
        say(f"Your replies are kept, without a card: coach drafts export {draft.story}")
        raise
    finally:
        store.record(draft.story, "talk", data, draft.number)
    if both.kind != "feedback":
        raise InputError("Draft and replies could not be graded", hint="The talk is kept: coach drafts export")
    book = homes.noise_book(sitting.environ)
    noise = book.of(both.graded_by) if both.graded_by else Noise()
    old, new = answer_of(draft.text), answer_of(whole.text)
    compared = compare(card, old, both, new, noise, small_words(new, sitting.coach.library.limits))
    show(pressed_text(card, both, compared, said, parts(both, new, len(said)), numbers))
    if why:
        show(card_text(both, rubric.title, View(why=True, numbers=numbers)))


def converse(card: Feedback, rubric: Rubric, turns: int) -> list[Turn]:
    """Ask up to so many questions; what was answered, in order."""
    from answer_coach.barred.dialogue import Turn
    from answer_coach.drafts.pressing import next_question

    said: list[Turn] = []
    asked: set[str] = set()
    if stdin_is_terminal():
        say("Answer as you would say it, on one line; Enter alone passes on, q ends.")
    for _ in range(turns):
        question = next_question(card, rubric, asked)
        if question is None:
            break
        asked |= {question.asked, question.indicator} - {""}
        reply = one_line(question.asked)
        if reply is None or reply.casefold() in ("q", "quit"):
            break
        if reply:
            said.append(Turn(asked=question.asked, said=reply, indicator=question.indicator))
    return said
