"""What came of a dispute, and of pressing, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from answer_coach.barred.dialogue import DRAFT, Turn
from answer_coach.comparing import Comparison
from answer_coach.feedback import Feedback
from answer_coach.reports.drafts import wavering
from answer_coach.reports.layout import WIDTH, hanging, shortened, wrap
from answer_coach.reports.text import SAID

Parts = Mapping[str, Sequence[tuple[str, str]]]


def dispute_text(card: Feedback, again: Feedback, ident: str, story: str) -> str:
    """Both decisions beside each other, and what a person can do."""
    before, after = card.indicator(ident), again.indicator(ident)
    by = again.graded_by
    who = "The rules" if by and by.engine == "rules" else f"{by.model}, {by.passes} times," if by else "The judge"
    same = before.verdict == after.verdict
    agreed = f" (share of the readings: {after.agreement:.0%})" if after.agreement is not None else ""
    lines = hanging("ASKED AGAIN", f"{who} said {SAID[after.verdict]}{agreed}, without having heard your reason.")
    if after.evidence:
        lines += hanging("", shortened(after.evidence[0].quote))
    made = card.graded_by.model if card.graded_by else ""
    if by and made not in ("", by.model):
        agree = "see it alike" if same else "see it differently"
        said = f"The card is by {made}: two judges {agree}. The card stays as it is."
    elif by and by.engine == "rules":
        said = "Rules always say the same: name another judge with --model, or say it in plainer words."
    elif same:
        said = "It stays. What a judge overlooks twice, an interviewer may: say it in plainer words."
    else:
        said = "The judge is not sure of this one: take it as between the two. The card stays as it is."
    lines += hanging("", said)
    lines += hanging("", f"Your own verdict, marked as yours: coach drafts dispute {story} {ident} --overrule met")
    return "\n".join(lines) + "\n"


def pressed_text(
    alone: Feedback,
    both: Feedback,
    compared: Comparison | None,
    turns: Sequence[Turn],
    parts: Parts,
    numbers: bool = True,
) -> str:
    """What the replies brought: each quote with the part of the conversation that it stands in."""
    plural = "" if len(turns) == 1 else "s"
    lines = [f"{len(turns)} question{plural} answered; draft and replies were graded together."]
    if numbers:
        was, now = alone.overall, both.overall
        lines += hanging("TOGETHER", f"reads as {now.word.upper()}, {now.level} of 5; the draft alone {was.level}.")
    gained = compared.gained if compared else ()
    for at, flip in enumerate(gained):
        quotes = [f"{part}: {shortened(quote)}" for quote, part in parts.get(flip.id, ()) if part != DRAFT]
        said = f"{flip.label}: {SAID[flip.before]} -> {SAID[flip.now]}" + (f", {'; '.join(quotes)}" if quotes else "")
        lines += hanging("GAINED" if at == 0 else "", said)
    for at, flip in enumerate(compared.lost if compared else ()):
        lines += hanging("LOST" if at == 0 else "", f"{flip.label}: {SAID[flip.before]} -> {SAID[flip.now]}")
    wavered = compared.noise if compared else ()
    lines += wavering(wavered)
    if gained:
        lines += wrap("Write into the draft what the replies brought: nobody may ask for it.", WIDTH)
    elif compared:
        nothing = "Nothing in the replies counts that the draft did not say already"
        lines += wrap(f"{nothing}: what changed is the judge's noise." if wavered else f"{nothing}.", WIDTH)
    return "\n".join(lines) + "\n"
