"""What the rules hear: speech without fillers, names of any language, deeds told in any tense; quotes stay whole."""

from __future__ import annotations

import pytest

from answer_coach import Coach
from answer_coach.answer import Answer
from answer_coach.engines.patterns import Patterns, Sentences
from answer_coach.engines.speech import heard
from answer_coach.feedback import Feedback
from answer_coach.folding import fold
from answer_coach.laws.material import Base, bases
from answer_coach.library.shelf import Library

LIBRARY = Library()
COACH = Coach(library=LIBRARY)
WRITTEN = (
    "At a ferry company I had three requests and two people. I put the fuel model first, because fuel was a third of "
    "our cost. The forecast had to wait until autumn. The head of ticketing was angry, so I sat down with him. Fuel "
    "fell by six percent."
)
SPOKEN = (
    "Well, at a, um, ferry company I had uh three requests and, you know, two people. I put, like, the fuel model "
    "first, because fuel was, I mean, a third of, er, our cost. Um, the forecast had to, sort of, wait until autumn. "
    "The head of, hmm, ticketing was angry, so I, kind of, sat down with him. Fuel fell by, okay, six uhm percent, um."
)


def texts(text: str) -> list[str]:
    """What is heard of a text."""
    return [sentence.text for sentence in heard(Answer.of(text))]


def verdicts(text: str) -> dict[str, str]:
    """The rules' verdicts on a text about question 5."""
    card = COACH.grade(text, question="q05")
    assert isinstance(card, Feedback)
    return {item.id: item.verdict for dimension in card.dimensions for item in dimension.indicators}


def test_fillers_of_speech_are_not_heard() -> None:
    """The spoken text is heard as the written one."""
    bare = [sentence.replace(",", "") for sentence in texts(WRITTEN)]
    assert [sentence.replace(",", "") for sentence in texts(SPOKEN)] == bare


def test_fillers_change_no_verdict_and_stay_in_the_quotes() -> None:
    """Every verdict is that of the written text, and every quote stands in the spoken one."""
    card = COACH.grade(SPOKEN, question="q05")
    assert isinstance(card, Feedback)
    assert verdicts(SPOKEN) == verdicts(WRITTEN)
    quotes = [e for d in card.dimensions for item in d.indicators for e in item.evidence]
    assert quotes
    assert all(SPOKEN[e.start : e.end] == e.quote for e in quotes)
    assert any("um" in e.quote for e in quotes)


@pytest.mark.parametrize(
    "text",
    [
        "I work at the ER, and we like it well there, you know it.",
        "It was kind of her to ask, and right away we did well.",
        "He is like his father, sort of tall. The hum of the pumps went on.",
        "A well, a pump and a like number of pipes.",
    ],
)
def test_words_that_only_look_like_fillers_stay(text: str) -> None:
    """`like`, `well`, `right` and `kind of` are left out between commas only, the emergency room never."""
    assert " ".join(one.removesuffix(" @name") for one in texts(text)) == text.casefold()


@pytest.mark.parametrize("base", bases(LIBRARY), ids=lambda base: base.name)
def test_each_sentence_heard_has_its_place(base: Base) -> None:
    """The number is that of a sentence of the answer, and its words begin in it."""
    answer = Answer.of(base.text)
    for sentence in heard(answer):
        at = answer.sentences[sentence.number - 1]
        assert sentence.said.split()[0].strip(",") in at.text
        assert " ".join(answer.clean.split()).count(sentence.said)


@pytest.mark.parametrize("name", ["Ruth", "Jo", "José", "Łukasz", "O'Brien", "Eun-ji", "Siobhán", "Zoë", "McKay"])
def test_a_name_is_a_name_in_any_language(name: str) -> None:
    """Two letters or many, with marks, an apostrophe, a hyphen or a capital inside: each is somebody."""
    assert texts(f"Then I went to {name} with it. {name}'s team was angry. {name} agreed.") == [
        f"then i went to {fold(name).text} with it. @name",
        f"{fold(name).text}'s team was angry. @name",
        f"{fold(name).text} agreed. @name",
    ]


def test_capitals_that_name_nobody() -> None:
    """Months, tools, short forms in capitals and `I'm` are no names."""
    assert not [text for text in texts("We met in March with the CFO. In Excel I'm slow. It was a KPI.") if "@" in text]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I say to her no, and i show him both lists.", "i said to her no, and i showed him both lists."),
        ("I therefore decided for her list.", "i decided for her list."),
        ("I always ask him first.", "i always ask him first."),
        ("If he calls, I go to the plant.", "if he calls, i go to the plant."),
        ("I look at the list and I ask.", "i look at the list and i ask."),
    ],
)
def test_a_deed_told_in_the_present_is_a_deed(said: str, told: str) -> None:
    """With somebody in the sentence it is a story; a habit, a supposition or nobody in it leaves it as it is."""
    assert texts(said) == [told]


SURE = [
    "I am absolutely sure that this was right.",
    "There is no doubt that everybody agreed.",
    "I'm one hundred percent certain that it was my decision.",
    "Believe me, it was the right choice, and I stand by it.",
    "The facts proved that I was right.",
]


@pytest.mark.parametrize("claim", SURE)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_claim_of_certainty_is_passed_over(claim: str, place: int) -> None:
    """Wherever it stands, nothing rises and nothing falls."""
    said = [sentence.text for sentence in Answer.of(WRITTEN).sentences]
    assert verdicts(" ".join([*said[:place], claim, *said[place:]])) == verdicts(WRITTEN)


def test_what_is_told_with_certainty_still_counts() -> None:
    """`I am sure` takes nothing from a sentence that tells a size or a deed; `I am not sure` is none."""
    before = WRITTEN.replace("Fuel fell by six percent.", "")
    assert verdicts(before)["outcome"] == "absent"
    assert verdicts(before + "I am certain that the fuel bill fell by six percent.")["outcome"] == "met"
    patterns = Patterns(*(LIBRARY.signals[0][key] for key in ("regex", "classes")))
    assert not patterns.has("certain", Sentences(["i am not sure about it"]), 0)


def test_near_looks_past_sentences_that_say_nothing() -> None:
    """`near` takes the next sentence on either side that was not passed over."""
    sentences = Sentences(["it had a cost", "well", "so it goes", "we left", "we came home"])
    sentences.pass_over({1, 2})
    near = [Patterns({}, {}).holds("near cost", sentences, at) for at in range(5)]
    assert near == [True, True, True, True, False]
