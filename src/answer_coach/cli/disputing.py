"""`coach drafts dispute`: the judge decides once more, without having heard why; a person may overrule it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.answering import one_line
from answer_coach.cli.door import Alone, Redact, Rubrics, errors_as_messages, say, show
from answer_coach.cli.sitting import BaseUrl, Choice, Debug, Model, Name, Timeout, library_of, sit_down, store_there

if TYPE_CHECKING:
    from answer_coach.drafts.records import Draft
    from answer_coach.drafts.store import Store
    from answer_coach.feedback import Feedback
    from answer_coach.rubric import Rubric

TIMES = 3  # an odd number has a majority


def dispute(
    name: Name,
    indicator: Annotated[str, typer.Argument(help="The indicator, by its label or id; --why shows them.")],
    draft: Annotated[int | None, typer.Option("--draft", help="Which draft; the last one without.")] = None,
    overrule: Annotated[
        str, typer.Option(help="Set the verdict yourself: met, partial or absent; it is marked as yours.")
    ] = "",
    times: Annotated[int, typer.Option(min=1, max=15, help="How often a model decides again.")] = TIMES,
    model: Model = "",
    base_url: BaseUrl = "",
    redact: Redact = None,
    rubrics: Rubrics = None,
    alone: Alone = False,
    timeout: Timeout = None,
    debug: Debug = False,
) -> None:
    """Say why a verdict is wrong; the judge decides again without seeing that, and both are kept."""
    with errors_as_messages(debug):
        from answer_coach import wiring
        from answer_coach.drafts.disputing import indicator_of
        from answer_coach.drafts.records import draft_of
        from answer_coach.errors import InputError

        choice = Choice(model, base_url, timeout, times, redact, rubrics, alone)
        library = library_of(wiring.environment(), choice)
        with store_there(wiring.environment()) as store:
            found = draft_of(store.there(name), draft, name)
            card = found.feedback
            if card is None:
                raise InputError(f"Draft {found.number} has no card yet", hint="See: coach drafts add")
            ident = indicator_of(card, indicator)
            told(card, ident)
            if overrule:
                set_by_person(store, found, card, ident, overrule)
            else:
                ask_again(store, found, card, ident, choice, library.rubric(found.question))


def told(card: Feedback, ident: str) -> None:
    """What the judge decided, and by which words."""
    from answer_coach.reports.layout import shortened
    from answer_coach.reports.text import SAID

    result = card.indicator(ident)
    quote = f": {shortened(result.evidence[0].quote)}" if result.evidence else ""
    say(f"The judge said: {result.label} {SAID[result.verdict]}{quote}")


def set_by_person(store: Store, draft: Draft, card: Feedback, ident: str, verdict: str) -> None:
    """Keep a person's own verdict; the judge's card stays as it is."""
    from answer_coach.drafts.disputing import backed
    from answer_coach.drafts.keeping import answer_of

    quote = ""
    if verdict.casefold() in ("met", "partial"):
        quote = one_line("Which words of the draft say it? Copy them.") or ""
    mine, evidence = backed(answer_of(draft.text), verdict, quote)
    data = {"indicator": ident, "judge": card.indicator(ident).verdict, "mine": mine}
    store.record(draft.story, "overrule", {**data, "quote": evidence.quote if evidence else ""}, draft.number)
    show(f"{card.indicator(ident).label} is set to {mine} by you. See: coach drafts show {draft.story}\n")


def ask_again(store: Store, draft: Draft, card: Feedback, ident: str, choice: Choice, rubric: Rubric) -> None:
    """Ask for the person's reason, then the judge once more; both are kept, nothing is changed."""
    from answer_coach.errors import InputError
    from answer_coach.reports.disputes import dispute_text

    reason = one_line("Why is that wrong? The judge will not see it.")
    if not reason:
        raise InputError("There is no reason", hint="Say in a sentence what it overlooked, or misread.")
    sitting = sit_down(choice)
    sitting.agree()
    again = sitting.card(draft, anyway=True)
    if again.kind != "feedback":
        raise InputError("The second reading gave no levels", hint="See: coach grade FILE --why")
    before, after = card.indicator(ident), again.indicator(ident)
    data = {
        "indicator": ident,
        "reason": reason,
        "judge": before.verdict,
        "again": after.verdict,
        "agreement": after.agreement,
        "quote": after.evidence[0].quote if after.evidence else "",
        "graded_by": again.graded_by.model_dump(mode="json") if again.graded_by else None,
    }
    store.record(draft.story, "dispute", data, draft.number)
    show(dispute_text(card, again, ident, draft.story))
