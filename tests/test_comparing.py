"""Two drafts compared: what the text explains is named, what it does not is noise, and numbers never decide alone."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach import Coach
from answer_coach.answer import Answer
from answer_coach.assemble import feedback
from answer_coach.comparing import Comparison, compare
from answer_coach.drafts.keeping import answer_of
from answer_coach.drafts.worddiff import word_diff
from answer_coach.feedback import Feedback
from answer_coach.folding import words
from answer_coach.library.shelf import Library
from answer_coach.noise import Noise, Spread
from answer_coach.remaking import about_of, judged_again
from answer_coach.retelling import numbers_of
from answer_coach.rubric import Verdict
from answer_coach.verify import find_quote
from tests.support.build import ScriptedModel, says
from tests.support.stories import STORY

LIBRARY = Library()
RUBRIC = LIBRARY.rubric("story")
FIRST = (
    "At the harbour I ran the crane forecasts. Ships waited nine hours on average. I took the tide tables and two "
    "years of logs and fitted one model for each quay. The crane drivers wanted a single plan for all quays. I chose "
    "one plan a quay, and that meant more work for dispatch. After a year ships waited five hours."
)
RETOLD = (
    "I was in charge of forecasting the cranes at a harbour. On average, nine hours of waiting for a ship. I fitted a "
    "model for every quay out of two years of logs and the tide tables. One plan for all of them was what the drivers "
    "of the cranes wanted. My choice was a plan for each, although dispatch had more work by it. A year later the wait "
    "of a ship was five hours."
)
VERDICTS: dict[str, Verdict] = {"decision": "met", "outcome": "met", "people": "partial"}
QUOTES = {
    "decision": "I chose one plan a quay",
    "outcome": "After a year ships waited five hours",
    "people": "The crane drivers wanted a single plan",
}


def card(text: str, verdicts: Mapping[str, Verdict], quotes: Mapping[str, str]) -> Feedback:
    """A card with these verdicts and quotes, all others absent."""
    model = ScriptedModel(script=[says(LIBRARY, "story", text, {})], seen=[])
    bare = Coach(model, library=LIBRARY).grade(text, question="story")
    assert isinstance(bare, Feedback)
    answer = answer_of(text)
    added = {name: found for name, quote in quotes.items() if (found := find_quote(quote, answer))}
    return feedback(about_of(bare, answer, RUBRIC), judged_again(bare, verdicts, {}, added))


def between(
    new: str, verdicts: Mapping[str, Verdict], quotes: Mapping[str, str], noise: Noise | None = None
) -> Comparison:
    """The first text, as it was judged, against a new one."""
    old = card(FIRST, VERDICTS, QUOTES)
    small = LIBRARY.limits.small_words["en"]
    return compare(old, answer_of(FIRST), card(new, verdicts, quotes), answer_of(new), noise or Noise(), small)


def test_a_loss_is_named_where_its_words_are_gone() -> None:
    """Without the result, the outcome is lost, with the words that said it."""
    new = FIRST.replace(" After a year ships waited five hours.", "")
    found = between(new, {**VERDICTS, "outcome": "absent"}, {k: v for k, v in QUOTES.items() if k != "outcome"})
    assert [(flip.id, flip.why, flip.old_quote) for flip in found.lost] == [("outcome", "text", QUOTES["outcome"])]
    assert (found.gained, found.judgement) == ((), "worse")


def test_a_gain_is_named_where_its_words_are_new() -> None:
    """A sentence more, an indicator more, and nothing lost: better."""
    more = "We lost two spring months of accuracy on the old quays for it, and I told the harbour master so."
    found = between(f"{FIRST} {more}", {**VERDICTS, "trade_off": "met"}, {**QUOTES, "trade_off": more})
    assert [(flip.id, flip.new_quote) for flip in found.gained] == [("trade_off", more)]
    assert found.judgement == "better"


def test_a_verdict_that_changes_over_the_same_words_is_noise() -> None:
    """The judge wavered: nothing is lost, and the card says within noise."""
    found = between(FIRST + " That was it.", {**VERDICTS, "outcome": "partial"}, QUOTES)
    assert [(flip.id, flip.why) for flip in found.noise] == [("outcome", "same words")]
    assert found.judgement == "within noise"


def test_the_same_facts_in_other_words_are_within_noise() -> None:
    """One half-step over a text that was told anew: the judge's noise, not the draft."""
    quotes = {"decision": "My choice was a plan for each", "outcome": "A year later the wait of a ship was five hours"}
    quotes["people"] = "One plan for all of them was what the drivers of the cranes wanted"
    found = between(RETOLD, {**VERDICTS, "decision": "partial"}, quotes)
    assert [(flip.id, flip.why) for flip in found.noise] == [("decision", "reworded")]
    assert found.judgement == "within noise"


def test_more_reworded_changes_than_the_noise_explains_are_believed() -> None:
    """Three indicators that fall together are no chance; where the judge's noise is as large, they are."""
    lost: dict[str, Verdict] = dict.fromkeys(VERDICTS, "absent")
    assert between(RETOLD, lost, {}).judgement == "worse"
    noisy = Noise(paraphrases=Spread(pairs=20, flips=0.5, level=1, overall=0.6, net=6))
    assert between(RETOLD, lost, {}, noisy).judgement == "within noise"


@pytest.mark.parametrize(
    ("polished", "what"),
    [
        (FIRST.replace("five hours", "a lot less"), "outcome"),
        (FIRST.replace("I chose one plan a quay", "It was decided to have one plan a quay"), "decision"),
    ],
    ids=["the number went", "the I went"],
)
def test_a_number_or_an_i_that_went_is_a_loss(polished: str, what: str) -> None:
    """Nearly the same words, without the figure or without who did it, are no rewording."""
    found = between(polished, {**VERDICTS, what: "partial"}, {k: v for k, v in QUOTES.items() if k != what})
    assert [(flip.id, flip.why) for flip in found.lost] == [(what, "text")]
    assert found.judgement == "worse"


def test_gains_and_losses_of_like_weight_are_mixed() -> None:
    """One fact came, one went: neither better nor worse is said."""
    cost = "For that we paid with a month of hand work by dispatch."
    new = FIRST.replace(" After a year ships waited five hours.", f" {cost}")
    quotes = {"decision": QUOTES["decision"], "people": QUOTES["people"], "trade_off": cost}
    found = between(new, {**VERDICTS, "outcome": "absent", "trade_off": "met"}, quotes)
    assert {flip.id for flip in found.gained} == {"trade_off"}
    assert {flip.id for flip in found.lost} == {"outcome"}
    assert found.judgement == "mixed"


def test_a_fault_that_came_is_a_loss() -> None:
    """A serious error is counted against the draft, whatever else stayed."""
    fault = next(cap for cap in RUBRIC.faults)
    wrong = "We knew that it worked since the fit on the training years was perfect."
    found = between(f"{FIRST} {wrong}", {**VERDICTS, fault.id: "met"}, {**QUOTES, fault.id: wrong})
    assert [(flip.id, flip.fault) for flip in found.lost] == [(fault.id, True)]
    assert found.judgement == "worse"


def test_the_advice_is_followed_where_its_needs_are_met() -> None:
    """Done, in part, or not, by what the older card's next edit needed."""
    old = card(FIRST, VERDICTS, QUOTES)
    assert old.next_edit is not None
    needs = old.next_edit.needs
    told = f"{FIRST} Here is what was asked for, and it is said in so many words."
    quote = "Here is what was asked for, and it is said in so many words"
    both: list[tuple[Verdict, str]] = [("met", "done"), ("absent", "not")]
    for verdict, followed in both:
        given: dict[str, Verdict] = {**VERDICTS, **dict.fromkeys(needs, verdict)}
        advice = between(told, given, {**QUOTES, **dict.fromkeys(needs, quote)}).advice
        assert advice is not None
        assert advice.followed == followed
    half = between(told, {**VERDICTS, needs[0]: "partial"}, {**QUOTES, needs[0]: quote}).advice
    assert half is not None
    assert half.followed == "partly"


def test_a_careful_readers_view_of_the_five_drafts() -> None:
    """The example story by rules: better, better, then a polished draft that lost its number and its decision."""
    coach = Coach("rules", library=LIBRARY)
    cards = [coach.grade(text, question="story") for text in STORY]
    answers = [answer_of(text) for text in STORY]
    small = LIBRARY.limits.small_words["en"]
    steps = []
    for at in range(4):
        old, new = cards[at], cards[at + 1]
        assert isinstance(old, Feedback)
        assert isinstance(new, Feedback)
        steps.append(compare(old, answers[at], new, answers[at + 1], Noise(), small))
    assert [step.judgement for step in steps[:2]] == ["better", "better"]
    assert {"outcome"} <= {flip.id for flip in steps[0].gained}
    assert {"decision", "trade_off"} <= {flip.id for flip in steps[1].gained}
    assert steps[3].judgement == "worse"
    assert {"outcome", "decision"} <= {flip.id for flip in steps[3].lost}


@given(st.lists(st.sampled_from(FIRST.split()), max_size=40), st.lists(st.sampled_from(RETOLD.split()), max_size=40))
def test_a_word_diff_holds_both_texts(old: list[str], new: list[str]) -> None:
    """What is not new makes up the old text, what is not gone the new one."""
    runs = word_diff(" ".join(old), " ".join(new))
    assert words(" ".join(run.text for run in runs if run.kind != "gone")) == words(" ".join(new))
    assert words(" ".join(run.text for run in runs if run.kind != "new")) == words(" ".join(old))


@given(st.permutations(range(6)))
def test_the_same_verdicts_are_never_a_change(order: list[int]) -> None:
    """However the sentences are put, without a changed verdict nothing is gained or lost."""
    moved = " ".join(Answer.of(FIRST).sentences[at].text for at in order)
    found = between(moved, VERDICTS, QUOTES)
    assert found.judgement == "within noise"
    assert not found.gained + found.lost + found.noise


def test_numbers_are_alike_in_digits_and_words() -> None:
    """Rewording may write a number out."""
    assert numbers_of(words("sixty of twenty-five, 1.5")) == numbers_of(words("60 of 20 5, 1.5"))


def test_a_comparison_is_plain_json() -> None:
    """What is printed with --format json reads back as it was."""
    found = between(FIRST, VERDICTS, QUOTES)
    assert Comparison.model_validate(json.loads(found.model_dump_json())) == found
