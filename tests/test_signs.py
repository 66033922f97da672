"""What a pattern is said to need is never missing where it matches: looking words up loses no match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answer_coach.answer import Answer
from answer_coach.barred import asked_for, demands, spoken_to, telling, tongues
from answer_coach.barred.disguise import KEYWORDS, readings
from answer_coach.barred.signs import Phrase, Sign, possible
from answer_coach.folding import fold_text
from answer_coach.library.shelf import Library
from tests.attacks.cases import cases
from tests.attacks.lookalikes import benign
from tests.support.matching import matches
from tests.test_injected import DEMANDS, HONEST

HELD = (asked_for, demands, spoken_to, telling, tongues)
SIGNS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": sign
    for module in HELD
    for name, sign in vars(module).items()
    if isinstance(sign, Sign)
}
NEEDY = [(name, phrase) for name, sign in SIGNS.items() for phrase in sign.phrases]
WORDS = sorted(
    {word for _, phrase in NEEDY for word in re.findall(r"[a-z']{2,}", phrase.pattern)} | {*KEYWORDS.values()}
)
JOINS = (" ", " ", " ", ", ", ". ", ": ", "-", "/", "'", " '", "_", "\n")


def whole(sign: Sign) -> re.Pattern[str]:
    """All phrases of a sign as one pattern, tried everywhere."""
    return re.compile("|".join(phrase.pattern for phrase in sign.phrases))


WHOLE = {name: whole(sign) for name, sign in SIGNS.items()}


@cache
def sentences() -> tuple[str, ...]:
    """Every sentence of the attacks, their look-alikes, the tried demands and the exemplars, in all its readings."""
    library = Library()
    texts = [text for case in cases() for text in (case.text, case.attack)]
    texts += [sentence for group in benign().values() for sentence in group]
    texts += [exemplar.text for question in library.files for exemplar in library.exemplars(question)]
    texts += [*DEMANDS, *HONEST]
    found = {s.text for text in texts for s in Answer.of(text).sentences}
    return tuple(sorted({reading for text in found for reading in readings(text)}))


def found_by(name: str, text: str) -> tuple[str, int] | None:
    """What a sign finds, and where."""
    match = SIGNS[name].search(text)
    return (match[0], match.start()) if match else None


def found_everywhere(name: str, text: str) -> tuple[str, int] | None:
    """What its patterns find without being told where to look."""
    match = WHOLE[name].search(text)
    return (match[0], match.start()) if match else None


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_finds_what_its_patterns_find(name: str) -> None:
    """Over all attacks, look-alikes and exemplars: the same match in the same place, and the same list of all."""
    for text in sentences():
        assert found_by(name, text) == found_everywhere(name, text), text
        if len(SIGNS[name].phrases) == 1:
            assert SIGNS[name].findall(text) == WHOLE[name].findall(text), text


def test_every_sign_but_those_of_a_story_is_needed_and_passed_over() -> None:
    """No list of needs is so wide that its sign is tried on every sentence, nor so narrow that it never is."""
    tried = {
        name: sum(any(p.bit & possible(text) for p in sign.phrases) for text in sentences())
        for name, sign in SIGNS.items()
    }
    assert {name for name, count in tried.items() if count == len(sentences())} == {"spoken_to.STORY"}
    assert min(tried.values()) > 0


@pytest.mark.parametrize("name", SIGNS)
def test_whatever_matches_meets_the_needs(name: str) -> None:
    """Of texts made from each pattern, so that every way to match comes up, none lacks what the pattern needs."""
    random = Random(name)
    for phrase in SIGNS[name].phrases:
        ways = phrase.pattern.count("|") + phrase.pattern.count("?") + 1
        made = list(matches(phrase.compiled, 40 * min(ways, 60), random))
        assert len(made) > 5, phrase.pattern
        assert not [text for text in made if not phrase.bit & possible(text)], phrase.pattern


@st.composite
def mixtures(draw: st.DrawFn) -> str:
    """Pieces of real sentences and the patterns' own words, joined in any way."""
    pieces: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            words = draw(st.sampled_from(sentences())).split()
            start = draw(st.integers(0, len(words)))
            pieces.append(" ".join(words[start : start + draw(st.integers(1, 8))]))
        else:
            pieces.append(draw(st.sampled_from(WORDS)) + draw(st.sampled_from(("", "s", "ed", "ing", "5", "_x"))))
        pieces.append(draw(st.sampled_from(JOINS)))
    return fold_text("".join(pieces))


@given(mixtures())
@settings(max_examples=300)
def test_mixtures_are_found_alike(text: str) -> None:
    """No mixture of attacks, ordinary words and words of the patterns is found by the one and not by the other."""
    for name in SIGNS:
        assert found_by(name, text) == found_everywhere(name, text)


def test_a_need_that_is_not_there_keeps_a_pattern_from_being_compiled() -> None:
    """What no text calls for costs nothing."""

    def made() -> Iterator[Phrase]:
        yield Phrase(r"\bzebra (?:one|two)\b", "zebra", "one two")
        yield Phrase(r"\bquag\w*", "quag")

    sign = Sign(*made())
    assert sign.search("one lion, two lions") is None
    assert not any("compiled" in vars(phrase) for phrase in sign.phrases)
    found = sign.search("a quagga and zebra two")
    assert found and found[0] == "quagga"
    assert sign.findall("zebra three quagmire quags") == ["quagmire", "quags"]
