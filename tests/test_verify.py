"""No quote found, no credit: what counts as found, and what becomes of a claim that stands on nothing."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from answer_coach.answer import Answer
from answer_coach.folding import fold, words
from answer_coach.library.shelf import Library
from answer_coach.request import Reply
from answer_coach.verify import Verified, find_quote, merge, verify
from tests.support.build import SOLID, reply

OWN = "we told sales that fuel comes first, so a third of café (roughly) don't “cut” 12 1.5 6.5% not never – i'm"
OTHER = "they asked marketing whether tickets went last and half the bakery won't paste 7 88 3.25"
SAID, ELSEWHERE = st.sampled_from(OWN.split()), st.sampled_from(OTHER.split())
RUNS = st.lists(SAID, min_size=8, max_size=30)
MARKS = str.maketrans({"“": '"', "”": "«", "'": "’", "–": "-"})


class Cut(NamedTuple):
    """An answer and a quote cut from it at spaces."""

    answer: Answer
    quote: str


@st.composite
def cuts(draw: st.DrawFn) -> Cut:
    """Any answer and any stretch of at least three of its words."""
    said = draw(RUNS)
    start = draw(st.integers(0, len(said) - 3))
    end = draw(st.integers(start + 3, len(said)))
    quote = " ".join(said[start:end])
    assume(len(words(quote)) >= 3)
    return Cut(Answer.of(" ".join(said) + "."), quote)


def found(text: str, quote: str, near: int = 0) -> str | None:
    """The words of the answer that a quote is found as."""
    evidence = find_quote(quote, Answer.of(text), near)
    return evidence.quote if evidence else None


def bare(text: str) -> str:
    """A text folded, without marks at its edges."""
    return fold(text).text.strip(" '.,;:!?()[]*_")


@given(cuts())
def test_a_quote_cut_from_the_answer_is_found_there(cut: Cut) -> None:
    """Three words or more, cut at spaces, are always found, and the offsets show them."""
    evidence = find_quote(cut.quote, cut.answer)
    assert evidence is not None
    assert cut.answer.text[evidence.start : evidence.end] == evidence.quote
    assert bare(cut.quote) in fold(evidence.quote).text


@given(cuts())
def test_form_does_not_matter(cut: Cut) -> None:
    """Case, white space, kind of quote mark, kind of dash and marks at the edges may differ."""
    said = cut.quote.upper().translate(MARKS).replace(" ", " \n\t")
    evidence = find_quote(f'"{said}..."', cut.answer)
    assert evidence is not None
    assert bare(cut.quote) in fold(evidence.quote).text


@given(RUNS, st.lists(ELSEWHERE, min_size=3, max_size=12))
def test_a_quote_from_elsewhere_is_never_found(said: list[str], elsewhere: list[str]) -> None:
    """Words that the answer does not hold prove nothing, wherever the judge says they stand."""
    assert found(" ".join(said), " ".join(elsewhere), 1) is None


@given(cuts(), st.data())
def test_a_changed_digit_never_passes(cut: Cut, data: st.DataObject) -> None:
    """A figure that is not in the answer is not found, whatever stands around it."""
    places = [m.start() for m in re.finditer(r"\d", cut.quote)]
    assume(places)
    at = data.draw(st.sampled_from(places))
    assert find_quote(cut.quote[:at] + "9" + cut.quote[at + 1 :], cut.answer) is None


@given(st.lists(SAID, min_size=2, max_size=6), st.lists(SAID, min_size=2, max_size=6))
def test_a_dropped_negation_never_passes(before: list[str], after: list[str]) -> None:
    """A quote that leaves out a `not` in its middle is not found, with an ellipsis in its place neither."""
    front, rest = [w for w in before if w not in ("not", "–")], [w for w in after if w not in ("not", "–")]
    assume(len(words(" ".join(front))) >= 1 and len(words(" ".join(rest))) >= 1)
    answer = " ".join(["A", "b", "c", *front, "not", *rest, "d", "e", "f"])
    whole = ["A", "b", "c", *front, *rest, "d", "e", "f"]
    assert found(answer, " ".join(whole)) is None
    assert found(answer, " ".join(["A", "b", "c", *front, "...", *rest, "d", "e", "f"])) is None


@pytest.mark.parametrize(
    ("text", "quote", "shown"),
    [
        ("We did not reduce the cost at all.", "reduce the cost", "not reduce the cost"),
        ("It never reduced the cost.", "reduced the cost", "never reduced the cost"),
        ("They weren’t able to cut it.", "able to cut it", "weren’t able to cut it"),
        ("We cannot show the effect yet.", "show the effect", "cannot show the effect"),
        ("Nobody checked the result.", "checked the result", "Nobody checked the result"),
        ("It went live without\nany check of mine.", "any check of mine", "without\nany check of mine"),
    ],
)
def test_a_quote_behind_a_negation_takes_it_in(text: str, quote: str, shown: str) -> None:
    """A quote that starts right behind a negation is shown with it, so that it cannot say the opposite."""
    assert found(text, quote) == shown


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The cost was 1.2 million a year.", "2 million a year"),
        ("The cost was 1,200 euros a year.", "200 euros a year"),
        ("It was 1’200’000 francs a year all in all.", "was 1’200"),
        ("It fell by 0.5 percent overall.", "5 percent overall"),
        ("It grew by 5.5 percent.", "it grew by 5"),
        ("It grew by 50 percent.", "it grew by 5"),
        ("It was 3–5 percent of cost.", "5 percent of cost"),
        ("It moved by -5 percent of cost.", "5 percent of cost"),
        ("It was 10/20 percent of cost.", "20 percent of cost"),
        ("It took 1:30 hours in all.", "30 hours in all"),
        ("We had Q34 targets to meet.", "4 targets to meet"),
        ("We cut unfairness in the model.", "fairness in the model"),
    ],
)
def test_a_piece_of_a_figure_or_word_is_not_found(text: str, quote: str) -> None:
    """A quote begins and ends where words and figures do."""
    assert found(text, quote) is None


@pytest.mark.parametrize(
    ("quote", "is_there"),
    [
        ("Fuel fell.", True),
        ("“fuel fell”", True),
        ("Yes", True),
        ("It rose", False),
        ("rose", False),
        ("", False),
        ("...", False),
        ("  “” ", False),
    ],
)
def test_short_quotes_must_be_a_whole_sentence(quote: str, is_there: bool) -> None:
    """One or two words prove something only where they are all that the sentence says."""
    assert (found("Fuel fell. It rose again later. Yes!", quote) is not None) is is_there


@pytest.mark.parametrize(
    ("quote", "is_there"),
    [
        ("put the fuel model first ... a third of our cost", True),
        ("put the fuel model first […] a third of our cost", True),
        ("put the fuel model first… told the head of ticketing", True),
        ("a third of our cost ... put the fuel model first", False),
        ("put the fuel model first ... our cost", False),
        ("told the head of ticketing ... he was very angry", False),
        ("had to wait until autumn ... showed him both sums", False),
        ("fuel fell by six percent ... by 30 people", False),
    ],
)
def test_an_ellipsis_joins_only_what_one_sentence_says_in_order(quote: str, is_there: bool) -> None:
    """Pieces of three words or more, in order, in one sentence; nothing else is joined."""
    assert (found(SOLID, quote) is not None) is is_there


@pytest.mark.parametrize("left_out", ["did not always", "never quite", "didn't", "in 12 of 30 cases", "no longer"])
def test_an_ellipsis_hides_no_figure_and_no_negation(left_out: str) -> None:
    """What an ellipsis leaves out must not change what is said."""
    quote = "the new model of ours ... cut the fuel bill"
    assert found(f"The new model of ours {left_out} cut the fuel bill.", quote) is None
    assert found("The new model of ours really cut the fuel bill.", quote)


def test_of_several_places_the_claimed_sentence_is_taken() -> None:
    """The sentence number decides between equal words; a wrong one does no harm."""
    answer = Answer.of("We cut the bill. They slept. We cut the bill. The end came.")
    at = [find_quote("we cut the bill", answer, near) for near in (1, 3, 99)]
    assert [answer.sentence_at(e.start) for e in at if e] == [answer.sentences[i] for i in (0, 2, 2)]


def test_status_tells_a_verbatim_quote_from_a_mended_one() -> None:
    """`exact` is code point for code point; whatever was folded to be found is `repaired` and shown as it stands."""
    answer = Answer.of("---\n---\nWe “cut” the\nfuel bill.", 8)
    exact, mended = find_quote("We “cut” the\nfuel", answer), find_quote('we "cut" the fuel', answer)
    assert exact and (exact.status, exact.start, exact.end) == ("exact", 8, 25)
    assert mended and (mended.status, mended.quote) == ("repaired", "We “cut” the\nfuel")


def verified(library: Library, text: str, barred: frozenset[int] = frozenset(), **more: object) -> Verified:
    """A q05 reply with goal and yardstick met, held against a text."""
    rubric, answer = library.rubric("q05"), Answer.of(text)
    claims: Reply = reply(rubric, answer, {"goal": "met", "yardstick": "partial"}, **more)
    return verify(claims, answer, rubric, barred)


def test_credit_stands_on_a_quote(library: Library) -> None:
    """A claim whose quote is there keeps its verdict and shows the words; what is absent shows none."""
    result = verified(library, SOLID)
    assert [result.verdicts[name] for name in ("goal", "yardstick", "sized")] == ["met", "partial", "absent"]
    assert all(SOLID[e.start : e.end] == e.quote for f in result.findings.values() for e in f.evidence)
    assert (result.claimed, result.unfound, result.lost, result.believable) == (2, 0, (), True)


@pytest.mark.parametrize("quote", ["words that nobody said here", "fuel", ""])
def test_a_claim_without_a_found_quote_is_the_judges_fault(library: Library, quote: str) -> None:
    """It becomes `cannot_tell` and lost, which is asked again; it never becomes a credit or an absent."""
    result = verified(library, SOLID, quote=quote)
    assert (result.verdicts["goal"], result.verdicts["yardstick"]) == ("cannot_tell", "cannot_tell")
    assert result.lost == ("goal", "yardstick")
    assert not result.believable


def test_a_claim_without_any_quote_is_lost(library: Library) -> None:
    """`met` with an empty list of evidence earns nothing; quotes given for an absent are not counted."""
    rubric, answer = library.rubric("q05"), Answer.of(SOLID)
    claims = reply(rubric, answer, {"goal": "met"})
    emptied = [o.model_copy(update={"evidence": []}) for o in claims.indicators]
    result = verify(claims.model_copy(update={"indicators": emptied}), answer, rubric, frozenset())
    assert (result.verdicts["goal"], result.lost, result.claimed) == ("cannot_tell", ("goal",), 0)


def test_a_barred_sentence_earns_nothing(library: Library) -> None:
    """Credit that stands on a sentence addressed to the grader is absent, not lost; other sentences still pay."""
    barred = frozenset(range(1, 50))
    assert verified(library, SOLID, barred).verdicts["goal"] == "absent"
    assert verified(library, SOLID, barred).lost == ()
    assert verified(library, SOLID, frozenset({2})).verdicts["goal"] == "met"


def test_a_sentence_pays_for_four_indicators(library: Library) -> None:
    """The fifth claim on one sentence is absent, the slots come first; a fault may be shown by the same words."""
    rubric, answer = library.rubric("q05"), Answer.of(SOLID)
    everything = dict.fromkeys(rubric.asked, "met")
    result = verify(reply(rubric, answer, everything, quote="He was angry, so I sat"), answer, rubric, frozenset())
    met = [name for name in rubric.asked if result.verdicts[name] == "met"]
    slots = [indicator.id for indicator in rubric.indicators if indicator.slot]
    assert met == [*slots, *(cap.id for cap in rubric.faults)]
    assert {result.verdicts[name] for name in rubric.asked if name not in met} == {"absent"}


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_fifth_of_the_quotes_may_be_unfound(claimed: int, unfound: int) -> None:
    """Up to and including a fifth a reply is believable; one more and it is not."""
    assume(unfound <= claimed)
    assert Verified(findings={}, claimed=claimed, unfound=unfound).believable is (unfound * 5 <= claimed)


def test_a_place_outside_the_answer_is_none(library: Library) -> None:
    """A sentence number that does not exist is no place; verdicts off credit keep their note and place."""
    rubric, answer = library.rubric("q05"), Answer.of(SOLID)
    claims = reply(rubric, answer, {"goal": "cannot_tell"})
    places = iter((-1, 0, 1, len(answer.sentences), len(answer.sentences) + 1, *[0] * 50))
    moved = [o.model_copy(update={"place": next(places), "note": "Which?"}) for o in claims.indicators]
    result = verify(claims.model_copy(update={"indicators": moved}), answer, rubric, frozenset())
    assert [f.place for f in result.findings.values()][:5] == [0, 0, 1, len(answer.sentences), 0]
    assert (result.verdicts["goal"], result.findings["goal"].note, result.lost) == ("cannot_tell", "Which?", ())


def test_merge_takes_only_what_was_asked_again(library: Library) -> None:
    """After a repair the renewed ids come from the second reply, all else from the first, in the order asked."""
    rubric, answer = library.rubric("q05"), Answer.of(SOLID)
    first = reply(rubric, answer, {"goal": "met", "sized": "met"})
    again = reply(rubric, answer, {"goal": "partial", "outcome": "met"}, addresses="no")
    both = merge(first, again, ["goal", "sized"])
    verdicts = {o.id: o.verdict for o in both.indicators}
    assert list(verdicts) == list(rubric.asked)
    assert [verdicts[name] for name in ("goal", "sized", "outcome")] == ["partial", "absent", "absent"]
    assert both.addresses == "yes"
