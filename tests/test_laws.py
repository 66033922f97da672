"""The metamorphic laws: the rules keep them, or break them no more often than is known and told here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from answer_coach import Coach
from answer_coach.answer import count_words
from answer_coach.feedback import Feedback, NotGradable
from answer_coach.gate import pasted_share, rubric_shingles
from answer_coach.laws.check import LawReport, check
from answer_coach.laws.laws import EXACT, LAWS, UNMEASURED, Case, Ruling, rule, verdicts
from answer_coach.laws.material import Base, Pair, bases, material, plan, requests
from answer_coach.library.shelf import Library
from answer_coach.rubric import Verdict
from tests.support.build import SOLID

EXAMPLES = Path(__file__).parents[1] / "examples"
LIBRARY = Library()
COACH = Coach(library=LIBRARY)
GIVEN = material()
# Cases, and how many of them the rules break at most.  Where that is not 0, why:
# - paraphrase: a deed told as a noun or in the passive ("clocks became her task") is a deed in no pattern of words, and
#   a result told over two sentences is found in one wording and not in the other;
# - polish: in rough drafts the verbs of other people stand in the present, and their names in small letters;
# - spelling: a misspelt word is another word; nothing is corrected, for fear of correcting names and terms;
# - order: who objected and what the speaker did about it stand in neighbouring sentences; torn apart, `near` can't join
#   them, and a pronoun has lost whom it stood for;
# - evidence: put between two such neighbours it parts them (gap of q01), and an objection told by its content ("wanted
#   his thing first") is not joined to what moved him when that is told as time spent; that makes 3.  The other 19 are
#   of the 28 sentences that were written after the rules had been mended, and that nothing was mended for: so much of
#   what people say of the points that only one question has is in no pattern.
KNOWN: Mapping[str, tuple[int, int]] = {
    "padding": (39, 0),
    "paraphrase": (12, 3),
    "names": (15, 0),
    "spelling": (39, 2),
    "fillers": (39, 0),
    "deletion": (38, 0),
    "order": (39, 25),
    "evidence": (114, 22),
    "repetition": (39, 0),
    "certainty": (39, 0),
    "polish": (12, 2),
}
UNSEEN, MISSED = 28, 19
# Verdicts that another order may change, of about 600: few points lean on their neighbours.
MOVED_BY_ORDER = 35


def examples() -> list[Base]:
    """The texts in examples/."""
    paths = sorted(EXAMPLES.glob("*.md"))
    return [Base(name=p.stem, question=p.stem.partition("-")[0], text=p.read_text("utf-8").strip()) for p in paths]


@pytest.fixture(scope="module")
def report() -> LawReport:
    """The rules on every base text with every law; of the deletions the first of each text."""
    cases = plan(LIBRARY, more=examples())
    return check(COACH, [case for case in cases if case.law != "deletion" or case.seed < 1])


@pytest.mark.parametrize("law", [law.id for law in LAWS])
def test_the_rules_keep_the_law(report: LawReport, law: str) -> None:
    """No case more than is known breaks it, and no case was left out to get there."""
    result = report.law(law)
    cases, most = KNOWN[law]
    assert result.cases + sum(result.aside.values()) == cases
    assert result.violations <= most, list(result.broken)


def test_nothing_is_allowed_to_the_rules(report: LawReport) -> None:
    """They say the same twice, so that every change counts; and another order changes few verdicts."""
    assert report.slack == EXACT
    assert report.graded_by is not None
    assert report.graded_by.engine == "rules"
    assert report.law("order").verdicts_moved <= MOVED_BY_ORDER


def test_what_was_mended_for_stays_mended(report: LawReport) -> None:
    """Of the evidence that the rules were mended for three cases are missed; of what was written later, two thirds."""
    later = [item.says[2] for item in GIVEN.evidence if len(item.says) > 2]
    missed = [any(sentence in broken.change for sentence in later) for broken in report.law("evidence").broken]
    assert len(later) == UNSEEN
    assert sum(missed) <= MISSED
    assert len(missed) - sum(missed) <= 3


def test_every_text_is_graded(report: LawReport) -> None:
    """None of the hand-written texts is refused as an answer to another question."""
    why = {reason for law in report.laws for reason in law.aside}
    assert why <= {"another sentence carries it", "it was met already"}


@pytest.mark.parametrize("seed", [2, 3])
def test_names_change_nothing_whoever_they_are(seed: int) -> None:
    """Other names, other seeds: no verdict moves."""
    cases = [case for case in plan(LIBRARY, (seed,), more=examples()) if case.law == "names"]
    assert check(COACH, cases).law("names").verdicts_moved == 0


def test_there_are_enough_texts_and_they_are_nobodys_elses() -> None:
    """Pairs for every question, two pieces of evidence for each of thirty indicators, none of it from a rubric."""
    assert (
        {pair.question for pair in GIVEN.paraphrase} == {pair.question for pair in GIVEN.polish} == set(LIBRARY.files)
    )
    assert min(len(item.says) for item in GIVEN.evidence) >= 2
    assert len({item.indicator for item in GIVEN.evidence}) >= 30
    known = {base.name for base in bases(LIBRARY)}
    assert {item.base for item in GIVEN.evidence} <= known
    said = [text for pair in (*GIVEN.paraphrase, *GIVEN.polish) for text in (pair.text, pair.again)]
    said += [sentence for item in GIVEN.evidence for sentence in item.says]
    printed = frozenset(digest for rubric in LIBRARY.rubrics() for digest in rubric_shingles(rubric))
    assert [text for text in said if pasted_share(text, printed | LIBRARY.guide) > 0.25] == []


def test_a_paraphrase_is_other_words() -> None:
    """Hardly five words in a row are the same in both, and both are about as long."""
    for pair in GIVEN.paraphrase:
        one, two = (text.casefold().split() for text in (pair.text, pair.again))
        runs = {tuple(one[at : at + 5]) for at in range(len(one) - 4)}
        shared = sum(tuple(two[at : at + 5]) in runs for at in range(len(two) - 4))
        assert shared <= 3, (pair.question, shared)
        assert 0.8 <= count_words(pair.again) / count_words(pair.text) <= 1.25


NUMBERS = (
    "1 one 2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine 10 ten 12 twelve 20 twenty 30 thirty 40 forty "
    "60 sixty 90 ninety 100 hundred 10k 10,000 40k 40,000 60k 60,000"
).split()
SPELT = dict(zip(NUMBERS[::2], NUMBERS[1::2], strict=True))


@pytest.mark.parametrize("pair", GIVEN.polish, ids=lambda pair: pair.question)
def test_figures_are_the_same_in_both_of_a_polished_pair(pair: Pair) -> None:
    """An editor changes no fact: each figure of the rough text stands in the better one, in digits or in words."""
    figures = {word.strip(".,;:()%") for word in pair.text.split() if word[0].isdigit()}
    again = pair.again.casefold()
    assert [figure for figure in figures if figure not in again and SPELT.get(figure, figure) not in again] == []


def test_the_first_cards_serve_all_laws() -> None:
    """With a few cases of each law the same base texts are taken first; one text is one request."""
    cases = plan(LIBRARY, cases=5)
    assert Counter(case.law for case in cases) == dict.fromkeys((law.id for law in LAWS), 5)
    changed = ("padding", "spelling", "fillers", "order", "repetition", "certainty", "deletion")
    assert len({case.before for case in cases if case.law in changed}) == 5
    assert len({case.question for case in cases}) >= 8
    graded: set[str] = set()
    report = check(COACH, cases, progress=lambda done: graded.add(str(done)))
    assert len(graded) <= requests(cases) <= 5 * len(LAWS) + 25
    assert sum(law.cases + sum(law.aside.values()) for law in report.laws) == len(cases)


def test_the_seed_chooses() -> None:
    """Another seed takes other texts; the same one the same."""
    one, again, other = (plan(LIBRARY, (seed,), 5) for seed in (1, 1, 2))
    assert one == again
    assert {case.name for case in one} != {case.name for case in other}


def card(**given: Verdict) -> Feedback:
    """The rules' card of a sound answer, with some verdicts as given."""
    made = COACH.grade(SOLID, question="q05")
    assert isinstance(made, Feedback)
    dimensions = tuple(
        d.model_copy(
            update={
                "indicators": tuple(i.model_copy(update={"verdict": given.get(i.id, i.verdict)}) for i in d.indicators)
            }
        )
        for d in made.dimensions
    )
    return made.model_copy(update={"dimensions": dimensions})


def leveled(made: Feedback, by: int) -> Feedback:
    """A card with the first level changed."""
    first, *rest = made.dimensions
    return made.model_copy(update={"dimensions": (first.model_copy(update={"level": first.level + by}), *rest)})


def ruled(law: str, before: Feedback, after: Feedback | NotGradable, strict: bool = True, **more: object) -> Ruling:
    """What a pair of cards shows for a law."""
    case = Case.model_validate(
        {"law": law, "name": "x", "question": "q05", "before": "a", "after": "b", "change": "", **more}
    )
    return rule(case, before, after, EXACT if strict else UNMEASURED)


@pytest.mark.parametrize("law", ["padding", "repetition", "certainty"])
def test_nothing_may_rise_where_nothing_was_added(law: str) -> None:
    """A rise of a verdict or a level breaks it, a fall does not, nor does what the judge could not tell."""
    low, high = card(people="partial"), card(people="met")
    assert ruled(law, low, low).broken == ()
    assert ruled(law, high, low).broken == ()
    assert ruled(law, low, high).broken[0].startswith("people: partial -> met")
    assert ruled(law, low, leveled(low, 1)).broken[0].startswith("business_goal: level")
    assert ruled(law, card(people="cannot_tell"), high).broken == ()


def test_a_model_is_allowed_its_noise_but_no_quote_from_what_was_put_in() -> None:
    """Two verdicts may rise by chance; one that rests on the filler may not; three are too many."""
    low = card(people="partial", goal="partial", effort="partial")
    assert ruled("padding", low, card(effort="partial"), strict=False).broken == ()
    assert ruled("padding", low, leveled(low, 1), strict=False).broken == ()
    assert ruled("padding", low, leveled(low, 2), strict=False).broken != ()
    quote = card().indicator("people").evidence[0].quote
    assert ruled("padding", low, card(goal="partial", effort="partial"), strict=False, added=[quote]).broken != ()
    assert len(ruled("padding", low, card(), strict=False).broken) == 3


@pytest.mark.parametrize("law", ["names", "fillers", "order"])
def test_every_verdict_stays(law: str) -> None:
    """Up or down, a verdict that moves breaks the law for the rules, and three of them for a model."""
    low, high = card(people="partial"), card(people="met")
    assert ruled(law, low, high).broken
    assert ruled(law, high, low).broken
    assert (ruled(law, high, low).moved, ruled(law, high, low, strict=False).broken) == (1, ())
    assert ruled(law, card(), card(people="absent", goal="absent", trade_off="absent"), strict=False).broken


@pytest.mark.parametrize("law", ["paraphrase", "spelling", "polish"])
def test_levels_stay_within_one(law: str) -> None:
    """A level may be read one higher or lower in other words, not two; verdicts are counted, not forbidden."""
    before = card()
    assert ruled(law, before, leveled(card(people="absent"), 1)).broken == ()
    assert ruled(law, before, leveled(before, -2)).broken
    assert ruled(law, before, card(people="absent")).moved == 1


def test_without_its_sentences_a_verdict_falls() -> None:
    """A fall keeps the law, a rise breaks it, and where another sentence carries it the case does not count."""
    half, full, none = card(people="partial"), card(people="met"), card(people="absent")
    assert ruled("deletion", full, half, indicator="people") == Ruling(moved=1, of=15)
    assert ruled("deletion", half, full, indicator="people").broken
    assert ruled("deletion", full, full, indicator="people").aside
    assert ruled("deletion", half, none, indicator="people").broken == ()


def test_evidence_raises_its_own_and_lowers_none() -> None:
    """What does not rise breaks it, and so does another one's fall; what was met already does not count."""
    half, full = card(people="partial"), card(people="met")
    assert ruled("evidence", half, full, indicator="people").broken == ()
    assert ruled("evidence", half, half, indicator="people").broken == ("people stays partial",)
    assert ruled("evidence", half, card(goal="absent"), indicator="people").broken[0].startswith("goal: met -> absent")
    assert ruled("evidence", full, full, indicator="people").aside


def test_a_refusal_is_a_loss_not_a_gain() -> None:
    """A changed text that is not graded keeps the laws that forbid a rise, and breaks those that keep verdicts."""
    refused = COACH.grade("Too short.", question="q05")
    assert isinstance(refused, NotGradable)
    for law in ("padding", "repetition", "certainty", "deletion"):
        assert ruled(law, card(), refused, indicator="people").broken == ()
    for law in ("names", "fillers", "order", "paraphrase", "spelling", "polish"):
        assert ruled(law, card(), refused).broken == ("not graded: too_short",)
    assert ruled("evidence", card(people="absent"), refused, indicator="people").broken
    assert verdicts(card(people="absent"))["people"] == "absent"
