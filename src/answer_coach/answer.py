"""A candidate's answer: the text as given, what a reader sees of it, and its sentences with offsets back into it."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from answer_coach import sentences
from answer_coach.cleaning import clean
from answer_coach.folding import WORD, Folded, fold

WORDS_PER_MINUTE = 130
IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Word(BaseModel):
    """A value of the house: frozen, nothing extra, and silent about its input when it is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Sentence(Word):
    """One sentence: its number from 1, its span in the text as given, and its words on one line."""

    number: int
    start: int
    end: int
    text: str

    @cached_property
    def words(self) -> int:
        return count_words(self.text)


class Answer(Word):
    """An answer, read once.

    `text` is what was given, code point for code point; `clean` is what a reader sees of it; `origin[i]` is the
    place in `text` of `clean[i]`, so that whatever is found in `clean` can be quoted from `text`.
    """

    text: str
    start: int = 0
    clean: str
    origin: tuple[int, ...]
    sentences: tuple[Sentence, ...]
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, start: int = 0) -> Answer:
        """Read a text from `start` on (what stands before is front matter).  An empty one has no sentences."""
        visible = clean(text[start:])
        if start:
            visible = visible._replace(origin=tuple(at + start for at in visible.origin))
        spans = sentences.split(visible.text)
        found = tuple(
            Sentence(
                number=number,
                start=visible.origin[start],
                end=visible.origin[end - 1] + 1,
                text=" ".join(visible.text[start:end].split()),
            )
            for number, (start, end) in enumerate(spans, 1)
        )
        warnings: tuple[str, ...] = ()
        if visible.removed:
            plural = "s were" if visible.removed > 1 else " was"
            warnings = (f"{visible.removed} invisible or control character{plural} left out of what is graded",)
        return cls(
            text=text, start=start, clean=visible.text, origin=visible.origin, sentences=found, warnings=warnings
        )

    @cached_property
    def words(self) -> int:
        """How many words; two ideographs count as one."""
        return count_words(self.clean)

    @cached_property
    def folded(self) -> Folded:
        """The visible text, folded for comparison."""
        return fold(self.clean)

    @cached_property
    def spoken(self) -> list[str]:
        """The words of the visible text, folded."""
        return WORD.findall(self.folded.text)

    @property
    def speaking_seconds(self) -> int:
        """How long it takes to say, at 130 words a minute."""
        return round(self.words / WORDS_PER_MINUTE * 60)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text[self.start :].encode("utf-8", "surrogatepass")).hexdigest()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of `clean` as a span of `text`."""
        return self.origin[start], self.origin[end - 1] + 1

    def sentence_at(self, start: int) -> Sentence | None:
        """The sentence in which the code point `start` of `text` stands."""
        return next((s for s in self.sentences if s.start <= start < s.end), None)


def count_words(text: str) -> int:
    """Words as people count them: runs between spaces that hold a letter or a digit; two ideographs make one."""
    ideographs = 0 if text.isascii() else len(IDEOGRAPHS.findall(text))
    runs = (IDEOGRAPHS.sub(" ", text) if ideographs else text).split()
    marked = [run for run in runs if not run[0].isalnum()]
    empty = sum(not any(map(str.isalnum, run)) for run in marked)
    return len(runs) - empty + (ideographs + 1) // 2
