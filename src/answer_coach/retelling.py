"""One draft beside another: whether words stand there, stand there in another form, or are gone."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal

from answer_coach.answer import Answer
from answer_coach.feedback import Evidence
from answer_coach.folding import fold_text, words
from answer_coach.guards import NUMBER_WORDS

STEM = 5
STANDS = 0.6
"""Share of the words of a quote that must stand in the other draft, for it to be the same point in other words."""
LESS = 0.6
"""From this share of its words on, what stands in the place of a stretch of text can be the same in other words."""
WINDOW = 2  # sentences over which a long point may be spread
SHORT = 6  # telling words; a point of no more than these stands in one sentence
SPELLED = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {word: f"{value}0" for value, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)}
I_DID = frozenset("i i'd i've i'm i'll my me myself".split())
Why = Literal["text", "reworded", "same words"]


class Reading:
    """A draft beside another one: which of its words stand there, and what stands there in their place."""

    def __init__(self, answer: Answer, other: Answer, small: Iterable[str] = ()):
        self.answer, self.other, self._small = answer, other, frozenset(small)

    def has(self, quote: str) -> bool:
        """Whether the words stand in the other draft as they are."""
        return stands(quote, self.other)

    def retold(self, evidence: Evidence) -> bool:
        """Whether what a quote says can have been put in other words: about as much stands in its place.

        Its numbers and an "I" must be there, too; where most of its words stand together anywhere, it was only moved.
        """
        said = words(evidence.quote)
        wanted = self._content(said)
        reach = WINDOW if len(wanted) > SHORT else 1
        if any(
            _keeps(said, w) and self._share(wanted, w) >= STANDS for size in range(reach) for w in self._windows[size]
        ):
            return True
        return any(
            len(there) >= LESS * len(here) and _keeps(said, there)
            for here, there in self._replaced
            if set(said) <= set(here)
        )

    @cached_property
    def _windows(self) -> list[list[list[str]]]:
        """The other draft's words, sentence by sentence, then over two sentences."""
        texts = [words(sentence.text) for sentence in self.other.sentences]
        return [
            [[word for part in texts[at : at + size] for word in part] for at in range(max(1, len(texts) - size + 1))]
            for size in range(1, WINDOW + 1)
        ]

    @cached_property
    def _replaced(self) -> list[tuple[list[str], list[str]]]:
        """The stretches of this draft that are others in the other one, each with the words in its place."""
        mine = [fold_text(sentence.text) for sentence in self.answer.sentences]
        theirs = [fold_text(sentence.text) for sentence in self.other.sentences]
        matcher = difflib.SequenceMatcher(None, mine, theirs, autojunk=False)
        return [
            ([w for s in mine[a:b] for w in words(s)], [w for s in theirs[c:d] for w in words(s)])
            for kind, a, b, c, d in matcher.get_opcodes()
            if kind == "replace"
        ]

    def _content(self, said: Sequence[str]) -> frozenset[str]:
        return frozenset(word[:STEM] for word in said if word not in self._small and word.isalpha())

    def _share(self, wanted: frozenset[str], window: Sequence[str]) -> float:
        return len(wanted & self._content(window)) / len(wanted) if wanted else 1.0


def stands(quote: str, answer: Answer) -> bool:
    """Whether the words of a quote stand in a draft as they are."""
    return fold_text(quote).strip(" .,;:!?'") in answer.folded.text


def follows(answer: Answer, place: str) -> str | None:
    """The folded sentence behind the one that opens with these words; None where there is no such sentence."""
    opening = fold_text(place.removesuffix(" ..."))
    found = [fold_text(sentence.text) for sentence in answer.sentences]
    for sentence, after in zip(found, [*found[1:], ""], strict=True):
        if sentence.startswith(opening):
            return after
    return None


def numbers_of(said: Iterable[str]) -> frozenset[str]:
    """The numbers among folded words, alike for digits and words."""
    parts = [part for word in said for part in word.split("-")]
    return frozenset(SPELLED.get(part, part) for part in parts if part in NUMBER_WORDS or any(map(str.isdigit, part)))


def _keeps(said: Sequence[str], there: Sequence[str]) -> bool:
    """Whether what a rewording keeps is there: the numbers, and who did it."""
    if not numbers_of(said) <= numbers_of(there):
        return False
    return I_DID.isdisjoint(said) or not I_DID.isdisjoint(there)


def why_of(evidence: Sequence[Evidence], reading: Reading) -> Why:
    """Why a verdict is another one: are the words that carried it in the other draft?"""
    if evidence and all(reading.has(item.quote) for item in evidence):
        return "same words"
    return "reworded" if all(reading.has(item.quote) or reading.retold(item) for item in evidence) else "text"
