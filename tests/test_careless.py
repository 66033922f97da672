"""Careless models: what they quote wrongly costs the candidate nothing, and what they bring in is not let through."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from answer_coach import Coach
from answer_coach.answer import Answer
from answer_coach.errors import UnusableReply
from answer_coach.feedback import Feedback
from answer_coach.library.shelf import Library
from answer_coach.rewriting import faults_of
from answer_coach.rubric import Exemplar
from tests.support.build import ScriptedModel, says

LIBRARY = Library()
TOLD = [e for q in LIBRARY.files for e in LIBRARY.exemplars(q) if e.kind in ("solid", "strong")]
Spoil = Callable[[str, random.Random], str]


def paraphrased(quote: str, chance: random.Random) -> str:
    """The sense of a quote in other words."""
    return "as the candidate puts it, " + " ".join(chance.sample(quote.split(), len(quote.split())))


def joined(quote: str, chance: random.Random) -> str:
    """Two ends of a quote with dots between them."""
    words = quote.split()
    return " ".join(words[:3]) + " ... " + " ".join(words[-3:])


def another_figure(quote: str, chance: random.Random) -> str:
    """A figure more, or another one."""
    return (
        re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), quote) if re.search(r"\d", quote) else quote + " 40"
    )


def negated(quote: str, chance: random.Random) -> str:
    """A quote that says the opposite."""
    words = quote.split()
    return (
        " ".join(word for word in words if word.casefold() not in ("not", "no", "never"))
        if ({"not", "no", "never"} & {word.casefold() for word in words})
        else " ".join([*words[:2], "not", *words[2:]])
    )


def truncated(quote: str, chance: random.Random) -> str:
    """The first half of a quote, cut inside a word."""
    return quote[: max(4, len(quote) // 2)]


SPOILS: dict[str, Spoil] = {
    "paraphrases": paraphrased,
    "joins": joined,
    "changes a figure": another_figure,
    "drops or adds a not": negated,
    "truncates": truncated,
}


def replies(exemplar: Exemplar, spoil: Spoil, share: float, seed: int) -> list[str]:
    """A careful reply and its repair, with a share of their quotes spoiled."""
    made = []
    for turn in range(2):
        chance = random.Random(f"{exemplar.question} {exemplar.kind} {seed} {turn}")
        data = json.loads(says(LIBRARY, exemplar.question, exemplar.text, {**exemplar.verdicts, **exemplar.caps}))
        for opinion in data["indicators"]:
            for claim in opinion["evidence"]:
                if chance.random() < share:
                    claim["quote"] = spoil(claim["quote"], chance)
        made.append(json.dumps(data))
    return made


def graded(exemplar: Exemplar, script: list[str]) -> Feedback | None:
    """The card, or None where the judge was too careless for one."""
    coach = Coach(ScriptedModel(script=list(script), seen=[]), library=LIBRARY)
    try:
        card = coach.grade(exemplar.text, question=exemplar.question)
    except UnusableReply as fault:
        assert fault.code == "unverified"
        return None
    assert isinstance(card, Feedback)
    return card


@pytest.mark.parametrize("share", [0.15, 1.0])
@pytest.mark.parametrize("name", SPOILS)
def test_a_careless_judge_costs_nobody_a_level(name: str, share: float) -> None:
    """Every shown quote is in the answer; a level that falls has a range around the honest one, or no card."""
    for exemplar in TOLD:
        honest = graded(exemplar, replies(exemplar, SPOILS[name], 0.0, 1))
        card = graded(exemplar, replies(exemplar, SPOILS[name], share, 1))
        assert honest is not None
        if card is None:
            continue
        shown: list[Any] = [e for d in card.dimensions for i in d.indicators for e in i.evidence]
        assert [e.quote for e in shown if exemplar.text[e.start : e.end] != e.quote] == []
        for told, fair in zip(card.dimensions, honest.dimensions, strict=True):
            low, high = told.range or (told.level, told.level)
            assert low <= fair.level <= high, (exemplar.question, exemplar.kind, told.id)


INVENTIONS = {
    "It saved 4.2 million euros.": "4.2",
    "That took eleven weeks.": "eleven",
    "We built it on Snowflake.": "snowflake",
    "Marguerite signed it off.": "marguerite",
    "That was on a Thursday in 2017.": "2017",
    "Ninety people were trained.": "ninety",
    "See https://example.org for it.": "https",
    "The board at Contoso agreed.": "contoso",
    "It went up by 63 percent.": "63",
    "In october we stopped.": "october",
}


def test_two_hundred_careless_rewrites_bring_in_nothing() -> None:
    """Sentences shuffled and cut, and one fact that the draft does not have: each of them is refused.

    A fact that is put together from the draft's own words can't be told from the candidate's.
    """
    chance, tried, let_through = random.Random(5), 0, []
    while tried < 200:
        exemplar, (invention, news) = chance.choice(TOLD), chance.choice(list(INVENTIONS.items()))
        answer = Answer.of(exemplar.text)
        if news in exemplar.text.casefold():
            continue
        tried += 1
        kept = [s.text for s in answer.sentences if chance.random() < 0.8]
        chance.shuffle(kept)
        at = chance.randrange(len(kept) + 1)
        rewrite = " ".join([*kept[:at], invention, *kept[at:]])
        if not faults_of(rewrite, answer):
            let_through.append((exemplar.question, exemplar.kind, invention))
    assert let_through == []


def test_honest_rewrites_are_let_through() -> None:
    """The same without the invention: hardly one is refused."""
    chance, refused = random.Random(5), 0
    for number in range(100):
        exemplar = TOLD[number % len(TOLD)]
        answer = Answer.of(exemplar.text)
        kept = [s.text for s in answer.sentences if chance.random() < 0.8]
        chance.shuffle(kept)
        refused += bool(faults_of(" ".join(kept), answer))
    assert refused <= 2
