"""A story with its parts in the margin, for a terminal of 80 columns: every sentence, the shares, the notes."""

from __future__ import annotations

from collections.abc import Sequence

from answer_coach.feedback import Shape
from answer_coach.reports.layout import WIDTH, hanging
from answer_coach.stories.star import Labelled

MARGIN = 13
LETTERS = {"situation": "S", "task": "T", "action": "A", "result": "R", "reflection": "L"}
USUAL = "Usual: action about 60%, situation and task at most 30%. Shares of words, never a score."


def star_text(labelled: Sequence[Labelled], shape: Shape | None, notes: Sequence[str]) -> str:
    """The sentences, each part named where it begins; a bar of the shares; the notes.

    Without labelled sentences it says that the question is no story.
    """
    if not labelled or shape is None:
        return "This question is not answered by a story: there are no parts to show.\n"
    lines: list[str] = []
    before = ""
    for item in labelled:
        lines += hanging("" if item.part == before else item.part, item.sentence.text, MARGIN)
        before = item.part
    lines += ["", f"{'SHAPE':<{MARGIN}}{_bar(shape)}"]
    parts = [f"{LETTERS[name]} {share:.0%}" for name, share in shape.model_dump().items()]
    lines += hanging("", f"{', '.join(parts)} (L: reflection)", MARGIN) + hanging("", USUAL, MARGIN)
    for at, note in enumerate(notes):
        lines += hanging("" if at else "REMARKS", note, MARGIN)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _bar(shape: Shape) -> str:
    """A letter for each share of the width, in the order of the parts."""
    columns = WIDTH - MARGIN
    shares = shape.model_dump()
    whole = sum(shares.values()) or 1.0
    bar, reached = "", 0.0
    for name, share in shares.items():
        reached += share
        bar += LETTERS[name] * (round(reached / whole * columns) - len(bar))
    return bar
