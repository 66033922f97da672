"""What a watched draft shows at each save."""

from __future__ import annotations

from collections.abc import Sequence

from answer_coach.answer import count_words
from answer_coach.drafts.live import Standing
from answer_coach.feedback import Feedback
from answer_coach.reports.layout import hanging, shortened


def standing_text(card: Feedback, found: Sequence[Standing], body: str, of: str, numbers: bool = True) -> str:
    """Which words that a model credited are still in the text; no second judge was asked."""
    level = f"{card.overall.word.upper()}, {card.overall.level} of 5" if numbers else card.overall.word.upper()
    model = card.graded_by.model if card.graded_by else "the judge"
    gone = [item for item in found if not item.there]
    lines = [f"{of}, as {model} graded it, reads as {level}.  Now {count_words(body)} words."]
    lines += hanging("STILL THERE", f"{len(found) - len(gone)} of {len(found)} credited points stand word for word")
    for at, item in enumerate(gone):
        lines += hanging("GONE" if at == 0 else "", f"{item.label}: {shortened(item.quote, 14)}")
    if gone:
        lines += hanging("", "Put in other words they may count as before: grade it to know.")
    return "\n".join(lines) + "\n"
