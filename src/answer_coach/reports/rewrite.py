"""A rewrite for a terminal: the text, what is left to fill in, and what changed."""

from __future__ import annotations

from answer_coach.editing import Rewrite
from answer_coach.reports.layout import WIDTH, hanging, wrap

HEAD = "REWRITE: your own words in another order. Nothing is added, and no level comes of it: say it in your own voice."


def rewrite_text(rewrite: Rewrite) -> str:
    """The rewrite, its placeholders, and a diff by sentences."""
    lines = ["", *wrap(HEAD, WIDTH), ""]
    for paragraph in rewrite.text.splitlines():
        lines += wrap(paragraph, WIDTH) if paragraph.strip() else [""]
    if rewrite.placeholders:
        lines += ["", *hanging("FILL IN", "  ".join(rewrite.placeholders))]
    lines += ["", "CHANGES      - your draft, + the rewrite"]
    for mark, sentence in rewrite.changes:
        lines += hanging(mark, sentence, 2)
    return "\n".join(lines) + "\n"
