"""One draft beside another: whether words stand there, stand there in another form, or are gone."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from answer_coach.answer import Answer
from answer_coach.feedback import Evidence
from answer_coach.folding import fold_text, words
from answer_coach.guards import NUMBER_WORDS

STEM = 5
STANDS = 0.6
"""Share of the words of a quote that must stand in the other draft, for it to be the same point in other words."""
LESS = 0.6
"""From this share of its words on, what stands in the place of a stretch of text can be the same in other words."""
NEARNESS = 0.5
"""What standing at the same place counts against sharing all words, when a sentence is looked for."""
WINDOW = 2  # sentences over which a long point may be spread
SHORT = 6  # telling words; a point of no more than these stands in one sentence
MOST_NUMBERS = 2 / 3
SPELLED = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {word: f"{value}0" for value, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)}
COUNTED = NUMBER_WORDS | {"two"}  # "one" is a pronoun as often
I_DID = frozenset("i i'd i've i'm i'll my me myself".split())
Why = Literal["text", "reworded", "same words"]


class Replaced(NamedTuple):
    """A stretch of sentences and what stands in its place, word by word."""

    here: list[list[str]]
    there: list[list[str]]

    def holds(self, said: Iterable[str]) -> bool:
        """Whether words stand in the stretch."""
        return set(said) <= {word for one in self.here for word in one}

    @staticmethod
    def words(sentences: Iterable[Sequence[str]]) -> int:
        """How many words sentences have."""
        return sum(map(len, sentences))


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
        return any(self._put_otherwise(said, wanted, part) for part in self._replaced if part.holds(said))

    def _put_otherwise(self, said: Sequence[str], wanted: frozenset[str], part: Replaced) -> bool:
        """Whether a point can be what stands in the place of its stretch: as long, with its numbers and its "I".

        They are looked for in the sentence that most likely stands for it (it shares most words, and stands about as
        far into the stretch) and beside it; the numbers may have gone elsewhere together.
        """
        if part.words(part.there) < LESS * part.words(part.here):
            return False
        place = next((k for k, one in enumerate(part.here) if set(said) <= set(one)), 0) / len(part.here)

        def likeness(k: int) -> float:
            return self._share(wanted, part.there[k]) + NEARNESS * (1 - abs(k / len(part.there) - place))

        at = max(range(len(part.there)), key=likeness)
        near = [word for one in part.there[max(0, at - 1) : at + 2] for word in one]
        numbers = numbers_of(said)
        if not numbers <= numbers_of(w for one in part.there for w in one) and not _same_numbers(numbers, near):
            return False
        fewer = _first_persons(part.there) < _first_persons(part.here)
        return not (fewer and not I_DID.isdisjoint(said) and I_DID.isdisjoint(part.there[at]))

    @cached_property
    def _windows(self) -> list[list[list[str]]]:
        """The other draft's words, sentence by sentence, then over two sentences."""
        texts = [words(sentence.text) for sentence in self.other.sentences]
        return [
            [[word for part in texts[at : at + size] for word in part] for at in range(max(1, len(texts) - size + 1))]
            for size in range(1, WINDOW + 1)
        ]

    @cached_property
    def _replaced(self) -> list[Replaced]:
        """The stretches of this draft that are others in the other one, each with what stands in its place."""
        mine = [fold_text(sentence.text) for sentence in self.answer.sentences]
        theirs = [fold_text(sentence.text) for sentence in self.other.sentences]
        matcher = difflib.SequenceMatcher(None, mine, theirs, autojunk=False)
        return [
            Replaced([words(s) for s in mine[a:b]], [words(s) for s in theirs[c:d]])
            for kind, a, b, c, d in matcher.get_opcodes()
            if kind == "replace"
        ]

    def _content(self, said: Sequence[str]) -> frozenset[str]:
        return frozenset(word[:STEM] for word in said if word not in self._small and word.isalpha())

    def _share(self, wanted: frozenset[str], window: Sequence[str]) -> float:
        return len(wanted & self._content(window)) / len(wanted) if wanted else 1.0


def _same_numbers(wanted: frozenset[str], there: Sequence[str]) -> bool:
    """Whether most numbers are there: eighteen months may have become a year and a half."""
    return len(wanted & numbers_of(there)) >= MOST_NUMBERS * len(wanted)


def _first_persons(sentences: Iterable[Sequence[str]]) -> int:
    """How many sentences tell what who speaks did."""
    return sum(not I_DID.isdisjoint(said) for said in sentences)


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
    return frozenset(SPELLED.get(part, part) for part in parts if part in COUNTED or any(map(str.isdigit, part)))


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
