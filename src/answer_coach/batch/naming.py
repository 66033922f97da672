"""Which question a cell, a heading or a file's name speaks of; and whose answer and which draft a file's name tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

NAME_MOST = 80
SHORTEST = len("q5")
REMEMBERED = 1024
NUMBERED = re.compile(r"(?:question|frage)\s+(?:(?:no|nr)\.?\s*|#\s*)?(?:q\s*)?(\d{1,3})\b", re.I)
SHORT = re.compile(r"q\d{1,3}", re.I)
OPENING = re.compile(r"(q\d{1,3})(?![\w-])|([\w-]+?)(?=\s*[:–—]|\s+-\s)", re.I)
DECORATION = "#*_ \t\r\n:."
PARTS = re.compile(r"([-_ .]+)")
DRAFT = re.compile(r"(?:draft|version|v)(\d{1,4})", re.I)
DRAFT_WORDS = frozenset(("draft", "version"))


class Told(NamedTuple):
    """What a file's name tells; None for what it does not."""

    question: str | None = None
    candidate: str | None = None
    draft: str | None = None


class Heading(NamedTuple):
    """A heading that names a question.  `question` is None where there is none such.

    `plain` may as well be a heading inside an answer: a word, or `Q3 results`.
    """

    question: str | None
    plain: bool


class Names:
    """Names of questions, resolved to their ids; what was asked lately is remembered."""

    def __init__(self, resolve: Callable[[str], str | None]):
        self._resolve = lru_cache(REMEMBERED)(resolve)

    def known(self, name: str) -> str | None:
        """The id behind an id, a number or a slug; None where there is none."""
        name = " ".join(name.split())
        return self._resolve(name) if 0 < len(name) <= NAME_MOST else None

    def cell(self, text: str) -> str | None:
        """The id that the cell of a question column names: a name, or what a heading may say; None for another."""
        found = self.known(text)
        heading = None if found else self.heading(text)
        return heading.question if heading else found

    def heading(self, text: str) -> Heading | None:
        """The question that a heading names; None where it names none, as `2` or `2. Task` do not.

        `q05`, `Q5`, `Question 5: ...`, `Q05 Prioritizing ...`; plain: `Q5 Prioritizing ...`, `Story`, `story: ...`.
        """
        text = text.strip(DECORATION)
        if not text or text.isdecimal():
            return None
        if numbered := NUMBERED.match(text):
            return Heading(self.known(numbered[1]), plain=False)
        if found := self.known(text):
            return Heading(found, plain=not any(char.isdecimal() for char in text))
        if SHORT.fullmatch(text):
            return Heading(None, plain=False)
        opening = OPENING.match(text)
        if opening and opening[1]:
            return Heading(self.known(opening[1]), plain=len(opening[1]) == SHORTEST)
        if opening and (found := self.known(opening[2])) == opening[2].casefold():
            return Heading(found, plain=True)
        return None

    def file(self, stem: str) -> Told:
        """What `q05-anna`, `anna-q05-draft2` or `story-anna` tell; nothing where no question and no draft is named."""
        pieces = PARTS.split(stem)
        words, marks = pieces[::2], ["", *pieces[1::2]]
        if whole := None if stem.isdecimal() else self.known(stem):
            return Told(whole)
        ids = {at: found for at, word in enumerate(words) if SHORT.fullmatch(word) and (found := self.known(word))}
        if not ids:
            ids = {at: found for at, word in enumerate(words) if not word.isdecimal() and (found := self.known(word))}
        questions = set(ids.values())
        question = questions.pop() if len(questions) == 1 else None
        draft, used = self._draft(words)
        if question is None and draft is None:
            return Told()
        left = [at for at in range(len(words)) if words[at] and at not in used and (question is None or at not in ids)]
        parts = [(marks[at] if before == at - 1 else "-") + words[at] for before, at in pairwise(left)]
        return Told(question, "".join([words[left[0]], *parts]) if left else None, draft)

    @staticmethod
    def _draft(words: list[str]) -> tuple[str | None, set[int]]:
        """The draft that a file's words tell (`draft2`, `draft-2`, `v2`), and which words those are."""
        for at, word in enumerate(words):
            if found := DRAFT.fullmatch(word):
                return found[1], {at}
            if word.casefold() in DRAFT_WORDS:
                following = words[at + 1] if at + 1 < len(words) else ""
                return (following, {at, at + 1}) if following.isdecimal() else (None, {at})
        return None, set()
