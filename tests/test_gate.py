"""What is no answer gets no score: each reason that code gives, and what must pass."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.answer import Answer
from answer_coach.feedback import Feedback, NotGradable
from answer_coach.folding import words
from answer_coach.gate import SHINGLE, Paste, gate, language, paste_warnings, pasted_share, rubric_shingles, shingles
from answer_coach.library.shelf import Library
from tests.support.build import SOLID, says, scripted_coach

NOTHING = Paste(guide=0.0, rubric=0.0)
ENGLISH = ("en",)
GUIDE = (
    "A lighthouse keeper counts the ships that pass at night and writes each of them into a green book. "
    "When fog comes in from the north he lights the second lamp and sends his daughter down to ring the bell. "
    "On Sundays a boat brings bread, lamp oil and letters, and takes the green book to the harbour office."
)
GERMAN = (
    "Wir hatten drei Anfragen und zwei Leute. Ich habe das Modell für den Treibstoff zuerst gemacht, weil er ein "
    "Drittel der Kosten war, und der Leiter der Kasse musste bis zum Herbst warten. Er war nicht froh."
)
JAPANESE = (
    "昨年の春、三つの依頼に対して担当者は二人でした。燃料の予測を先に進めることを私が提案し、部長が承認しました。"
    "切符の予測は秋まで待ってもらいました。結果として燃料費は六パーセント下がりました。"
)
RUSSIAN = (
    "У меня было три запроса и два человека. Я поставил модель топлива первой, потому что топливо было третью "
    "расходов, и сказал начальнику билетов, что его прогноз подождёт до осени. Он рассердился."
)
TERMS = (
    "Python, SQL, Spark, Airflow, Kubernetes, Docker, TensorFlow, PyTorch, XGBoost, LightGBM, pandas, NumPy, MLflow, "
    "Kafka, Snowflake, dbt, Tableau, Looker, AWS, Azure, Terraform, Jenkins, Git, Jira, RICE, OKR, KPI, ROI"
)
GIBBERISH = "xk qvz blorp zindle frap mogul trenk wazzit pling dorf snib quax yelp vrom tarn klee bix zot wum grif " * 2
FIGURES = "Q1 12.5 % 13.1 % 14.0 % +3.2 -1.1 | 2023: 100,200,300 | 2024: 110/220/330 => " * 4 + "up and to the right"


def codes(
    text: str, library: Library, languages: tuple[str, ...] | None = ENGLISH, paste: Paste = NOTHING
) -> list[str]:
    """The reasons that the gate gives for a text."""
    return [reason.code for reason in gate(Answer.of(text), paste, library.limits, languages)]


def transcript() -> str:
    """The solid answer as a machine would write it down: no marks, no capitals, fillers."""
    return "um so yeah " + re.sub(r"[.,]", " uh", SOLID).lower()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\u200b\t ", "empty"),
        ("... !!! 🙂", "empty"),
        ("fine, thanks", "too_short"),
        (" ".join(SOLID.split()[:24]), "too_short"),
        (GIBBERISH, "not_prose"),
        (TERMS, "not_prose"),
        (FIGURES, "not_prose"),
        ("we cut the cost " * 12, "not_prose"),
        ("so " * 60, "not_prose"),
        (GERMAN, "language"),
        (JAPANESE, "language"),
        (RUSSIAN, "language"),
    ],
)
def test_each_reason_is_given_alone(library: Library, text: str, code: str) -> None:
    """A text that is no answer gets one reason, the first that holds, with a remedy."""
    reasons = gate(Answer.of(text), NOTHING, library.limits, ENGLISH)
    assert [reason.code for reason in reasons] == [code]
    assert reasons[0].message.count(". ") >= 1


@pytest.mark.parametrize("text", [SOLID, SOLID.upper(), " ".join(SOLID.split()[:25]), SOLID.replace(". ", ".\n- ")])
def test_prose_passes_in_every_dress(library: Library, text: str) -> None:
    """Case, list form and shortness down to the limit do not matter."""
    assert codes(text, library) == []


def test_transcripts_are_prose(library: Library) -> None:
    """Spoken text without punctuation and with fillers is graded like any other."""
    assert codes(transcript(), library) == []


def test_every_exemplar_passes(library: Library) -> None:
    """What the rubrics show as answers is let through, weak ones too, and is no copy of a rubric."""
    for rubric in library.rubrics():
        own = rubric_shingles(rubric)
        for exemplar in library.exemplars(rubric.id):
            paste = Paste(guide=pasted_share(exemplar.text, library.guide), rubric=pasted_share(exemplar.text, own))
            assert codes(exemplar.text, library, paste=paste) == [], (exemplar.question, exemplar.kind)


@pytest.mark.parametrize("text", [GERMAN, JAPANESE, RUSSIAN])
def test_an_engine_that_reads_all_languages_gets_them(library: Library, text: str) -> None:
    """The gate refuses a language only for an engine that can't read it."""
    assert codes(text, library, languages=None) == []
    assert codes(text, library, languages=("en", "de")) == ([] if text == GERMAN else ["language"])


def test_language_is_told_by_its_small_words(library: Library) -> None:
    """English, German and other scripts are told apart; a list of terms is none of them."""
    found = [language(words(text), library.limits)[0] for text in (SOLID, GERMAN, JAPANESE, TERMS, "")]
    assert found == ["en", "de", "other", None, None]


def test_the_limits_are_the_librarys(library: Library) -> None:
    """Another file of limits, another gate: nothing is fixed in code."""
    limits, answer = library.limits, Answer.of(SOLID)
    for changed in ({"min_words": 500}, {"min_letters": 0.99}, {"min_distinct": 0.99}, {"min_function_words": 0.99}):
        assert gate(answer, NOTHING, limits.model_copy(update=changed), ENGLISH) != [], changed
    strict = limits.model_copy(update={"pasted": 0.1})
    assert [r.code for r in gate(answer, Paste(guide=0.1, rubric=0.0), strict, ENGLISH)] == ["guide_pasted"]


def test_a_text_of_its_own_shares_nothing(library: Library) -> None:
    """Own words have a share of 0, even where they speak of the same things."""
    assert pasted_share(SOLID, frozenset(shingles(GUIDE))) == 0.0
    assert pasted_share("The keeper wrote every ship of that night into a book.", frozenset(shingles(GUIDE))) == 0.0


def test_a_paste_is_found_in_any_dress() -> None:
    """The whole text has a share of 1, with other case, marks, lines and quote marks too."""
    known = frozenset(shingles(GUIDE))
    assert pasted_share(GUIDE, known) == 1.0
    assert pasted_share(GUIDE.upper().replace(", ", " - ").replace(" ", "\n"), known) == 1.0


def test_half_a_paste_is_half() -> None:
    """Own and pasted text of equal length have a share of about a half."""
    own = " ".join(SOLID.split()[: len(GUIDE.split())])
    assert pasted_share(f"{GUIDE} {own}", frozenset(shingles(GUIDE))) == pytest.approx(0.5, abs=0.02)


@given(st.lists(st.sampled_from(GUIDE.split() + SOLID.split()), max_size=60).map(" ".join))
def test_a_share_is_a_share(text: str) -> None:
    """It lies between 0 and 1, and more known text never makes it smaller."""
    some, more = frozenset(shingles(GUIDE)), frozenset(shingles(GUIDE) + shingles(SOLID))
    assert 0.0 <= pasted_share(text, some) <= pasted_share(text, more) <= 1.0


def test_runs_shorter_than_five_words_are_no_shingles() -> None:
    """Four words in a row say nothing about where a text is from."""
    assert shingles("one two three four") == []
    assert len(shingles("one two three four five six")) == 2
    assert SHINGLE == 5


def test_pasted_texts_are_refused_from_the_limit_on(library: Library) -> None:
    """At the limit the guide and the rubric are refused, below it they are remarked, further below nothing is said."""
    limits = library.limits
    for at, code in ((limits.pasted, "guide_pasted"), (1.0, "guide_pasted")):
        assert codes(SOLID, library, paste=Paste(guide=at, rubric=0.0)) == [code]
    assert codes(SOLID, library, paste=Paste(guide=0.0, rubric=limits.pasted)) == ["rubric_pasted"]
    part, less = limits.pasted_partly, limits.pasted_partly - 0.01
    assert codes(SOLID, library, paste=Paste(guide=part, rubric=part)) == []
    assert "published guide" in paste_warnings(Paste(guide=part, rubric=0.0), limits)[0]
    assert "rubric's own text" in paste_warnings(Paste(guide=0.0, rubric=part), limits)[0]
    assert paste_warnings(Paste(guide=less, rubric=less), limits) == ()


def test_the_rubrics_own_text_pasted_is_refused(library: Library) -> None:
    """Whoever pastes what `coach questions show` prints gets no score for it, under any question."""
    for rubric in library.rubrics():
        anchors = [rung.anchor for dimension in rubric.dimensions for rung in dimension.ladder.rungs]
        text = " ".join([i.met for i in rubric.indicators] + anchors)
        coach, model = scripted_coach()
        card = coach.grade(text, question=rubric.id)
        assert isinstance(card, NotGradable)
        assert [reason.code for reason in card.reasons] == ["rubric_pasted"]
        assert model.seen == []


def test_a_refusal_still_helps(library: Library) -> None:
    """Without a score the card asks the four slot questions; no model is asked."""
    coach, model = scripted_coach()
    card = coach.grade("fine, thanks", question="q05")
    assert isinstance(card, NotGradable)
    slots = [f"{i.ask_absent} {i.if_not}".strip() for i in library.rubric("q05").indicators if i.slot]
    assert sorted(card.ask) == sorted(slots)
    assert len(slots) == 4
    assert (model.seen, card.graded_by) == ([], None)


def test_too_long_is_refused_and_nothing_is_cut(library: Library) -> None:
    """A text beyond the model's limit is refused before any call, with or without --anyway."""
    for anyway in (False, True):
        coach, model = scripted_coach()
        card = coach.grade(" ".join([SOLID] * 120), question="q05", anyway=anyway)
        assert isinstance(card, NotGradable)
        assert ([reason.code for reason in card.reasons], model.seen) == (["too_long"], [])


def test_an_answer_to_another_question_is_refused_after_the_model_says_so(library: Library) -> None:
    """`addresses: no` is a reason and no level; --anyway grades it all the same."""
    coach, _ = scripted_coach(*[says(library, "q05", SOLID, addresses="no")] * 2)
    card = coach.grade(SOLID, question="q05")
    assert isinstance(card, NotGradable)
    assert [reason.code for reason in card.reasons] == ["other_question"]
    assert isinstance(coach.grade(SOLID, question="q05", anyway=True), Feedback)
