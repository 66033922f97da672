"""Changes of a text: pure, seeded, and each does what its name says and no more."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.answer import Answer, count_words
from answer_coach.laws import perturb
from answer_coach.laws.material import Base, bases, material
from answer_coach.library.shelf import Library

BASES = bases(Library())
TEXTS = [base.text for base in BASES]
GIVEN = material()
SEEDS = st.integers(0, 50)
SOME = st.sampled_from(TEXTS)


def words(text: str) -> Counter[str]:
    """How often each word stands in a text, whatever stands around it."""
    return Counter(re.findall(r"\w+", text.casefold()))


@given(SOME, SEEDS)
def test_the_same_seed_gives_the_same_change(text: str, seed: int) -> None:
    """Nothing but text and seed decides: a case can be repeated anywhere."""
    for change in (perturb.misspelt, perturb.shuffled, perturb.repeated):
        assert change(text, seed) == change(text, seed)
    assert perturb.padded(text, GIVEN.padding, seed) == perturb.padded(text, GIVEN.padding, seed)
    assert perturb.hesitant(text, GIVEN.fillers, seed) == perturb.hesitant(text, GIVEN.fillers, seed)


@given(SOME, SEEDS)
def test_padding_adds_half_and_takes_nothing(text: str, seed: int) -> None:
    """Every word of the text is still there, and the filler weighs half of it or a sentence more."""
    padded = perturb.padded(text, GIVEN.padding, seed)
    extra = words(padded) - words(text)
    assert not words(text) - words(padded)
    longest = max(map(count_words, GIVEN.padding))
    assert 0.5 <= (count_words(padded) - count_words(text)) / count_words(text) <= 0.5 + longest / count_words(text)
    assert not [name for name in extra if name in {n.casefold() for n in GIVEN.names.known}]


@given(SOME, SEEDS)
def test_three_claims_are_put_in(text: str, seed: int) -> None:
    """Three different claims of certainty, each between two sentences, and nothing else."""
    changed = perturb.certain(text, GIVEN.claims, seed)
    claims = [claim for claim in GIVEN.claims if claim in changed]
    assert len(claims) == 3
    for claim in claims:
        changed = changed.replace(f" {claim}", "", 1)
    assert changed == text


@given(SOME, SEEDS)
def test_names_are_swapped_everywhere_or_nowhere(text: str, seed: int) -> None:
    """No old name is left, no two people get one name, and every other word stays."""
    names = perturb.renaming(text, GIVEN.names.known, GIVEN.names.new, seed)
    changed = perturb.renamed(text, names)
    assert len(set(names.values())) == len(names)
    assert not [old for old in names if re.search(rf"(?<!\w){old}(?!\w)", changed)]
    for old, new in names.items():
        changed = re.sub(rf"(?<!\w){re.escape(new)}(?!\w)", old, changed)
    assert changed == text


@given(SOME, SEEDS)
def test_hesitation_only_puts_in(text: str, seed: int) -> None:
    """Without the fillers it is the text again."""
    changed = perturb.hesitant(text, GIVEN.fillers, seed)
    assert not words(text) - words(changed)
    assert set(words(changed) - words(text)) <= set(words(" ".join(GIVEN.fillers)))


@given(SOME, SEEDS)
def test_misspelling_leaves_figures_and_names_alone(text: str, seed: int) -> None:
    """Only longer words in small letters change, and by one letter in number."""
    old, new = text.split(), perturb.misspelt(text, seed).split()
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert len(changed) <= 0.25 * len(old)
    assert all(abs(len(a) - len(b)) <= a.count("-") + 1 and re.search(r"[a-z]{5}", a) for a, b in changed)
    assert [w for w in old if any(c.isdigit() for c in w)] == [w for w in new if any(c.isdigit() for c in w)]


@given(SOME, SEEDS)
def test_shuffling_keeps_every_sentence(text: str, seed: int) -> None:
    """The same words as before, the same sentences as before."""
    said = [" ".join(text[slice(*span)].split()) for span in perturb.units(text)]
    shuffled = " ".join(perturb.shuffled(text, seed).split())
    assert sum(map(len, said)) + len(said) - 1 == len(shuffled)
    assert all(one in shuffled for one in said)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_repetition_says_nothing_new(base: Base, seed: int) -> None:
    """No word that was not there, and more words than before."""
    changed = perturb.repeated(base.text, seed)
    assert set(words(changed)) == set(words(base.text))
    assert count_words(changed) > count_words(base.text)


@given(SOME, st.data())
def test_what_is_deleted_is_gone_and_only_that(text: str, data: st.DataObject) -> None:
    """The sentences that a span touches go; all others stay, in order."""
    sentence = data.draw(st.sampled_from(Answer.of(text).sentences))
    left = perturb.without(text, [(sentence.start, sentence.end)])
    gone = [span for span in perturb.units(text) if span[0] < sentence.end and sentence.start < span[1]]
    assert len(gone) == 1
    kept = "".join(text[: gone[0][0]] + text[gone[0][1] :]).split()
    assert left.split() == kept


def test_evidence_goes_to_the_end_or_behind_a_paragraph() -> None:
    """Even seeds put it last, odd ones behind a paragraph; nothing else changes."""
    text = "One paragraph here.\n\nAnother one there.\n\nThe last one."
    assert perturb.added(text, "New.", 0) == f"{text}\n\nNew."
    places = {perturb.added(text, "New.", seed).index("New.") for seed in range(1, 20, 2)}
    assert len(places) > 1
    assert all(perturb.added(text, "New.", seed).replace(" New.", "") == text for seed in range(1, 20, 2))


def test_a_sentence_of_many_words_is_one_unit() -> None:
    """What the coach reads in parts is moved and deleted as a whole; items of a list are sentences of their own."""
    long = "We went there, " + "and we saw the harbour with its cranes and ships, " * 8 + "and came home."
    text = f"{long} It rained.\n- a first item\n- a second item"
    assert [text[slice(*span)] for span in perturb.units(text)] == [long, "It rained.", "a first item", "a second item"]
