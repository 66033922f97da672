"""Two texts, word by word: what went, what came, what stayed."""

from __future__ import annotations

import difflib
import re
from typing import Literal

from answer_coach.answer import Word
from answer_coach.folding import fold_text

TOKEN = re.compile(r"\S+\s*")
Kind = Literal["same", "gone", "new"]


class Run(Word):
    """Words in a row that all stayed, all went or all came."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> tuple[Run, ...]:
    """The runs that lead from one text to the other; those that are not "gone" make up the new one.

    Case, quote marks and white space make no difference of their own.
    """
    before, after = TOKEN.findall(old.strip()), TOKEN.findall(new.strip())
    matcher = difflib.SequenceMatcher(
        None, [fold_text(word) for word in before], [fold_text(word) for word in after], autojunk=False
    )
    runs = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            runs.append(Run(kind="same", text="".join(after[start:end])))
            continue
        if last > first:
            runs.append(Run(kind="gone", text="".join(before[first:last])))
        if end > start:
            runs.append(Run(kind="new", text="".join(after[start:end])))
    return tuple(runs)
