"""Gradings with a language model's own words, played back through the real client and chain."""

from __future__ import annotations

import pytest
import yaml

from answer_coach.feedback import Feedback, NotGradable
from answer_coach.library.marked import front_matter
from tests.support.scenes import SCENES, Scene, coach_at
from tests.support.tape import CASSETTES, recorder

NOWHERE = "http://127.0.0.1:9/v1"
BOUNDS = {"weak": (1.0, 2.0), "buzzword": (1.0, 2.0), "solid": (2.1, 3.9), "strong": (4.0, 5.0)}
MISS = "the prompt, rubric or schema changed"
EXEMPLARS = [s for s in SCENES if s.path.parent.name == "exemplars"]


def play(scene: Scene) -> Feedback | NotGradable:
    """Grade a scene from its cassette; every recorded exchange must be used."""
    with recorder().use_cassette(f"{scene.name}.yaml") as tape:
        card = coach_at(NOWHERE).grade(scene.text, question=scene.question)
        assert tape.all_played, "the cassette holds exchanges that nothing asked for"
    return card


def graded(name: str) -> Feedback:
    """The card of a scene that is known to be gradable."""
    card = play(next(s for s in SCENES if s.name == name))
    assert isinstance(card, Feedback)
    return card


@pytest.mark.parametrize("scene", EXEMPLARS, ids=lambda s: s.name)
def test_exemplar_levels_are_within_one_of_the_careful_raters(scene: Scene) -> None:
    """On every dimension the language model's verdicts give a level within 1 of the expected one."""
    card = play(scene)
    assert isinstance(card, Feedback)
    expected = front_matter(scene.path.read_text(encoding="utf-8"))[0]["levels"]
    assert [d.id for d in card.dimensions if abs(d.level - int(expected[d.id])) > 1] == []


@pytest.mark.parametrize("scene", EXEMPLARS, ids=lambda s: s.name)
def test_strong_reads_as_lead_and_weak_as_thin_at_most(scene: Scene) -> None:
    """A strong exemplar gets at least 4 overall, a weak or buzzword one at most 2, a solid one stands between."""
    card = play(scene)
    assert isinstance(card, Feedback)
    low, high = BOUNDS[scene.name.split("-")[1]]
    assert low <= card.overall.level <= high


@pytest.mark.parametrize("scene", SCENES, ids=lambda s: s.name)
def test_every_shown_quote_is_in_the_answer(scene: Scene) -> None:
    """`answer[start:end]` is the quote, for each piece of evidence on each card."""
    card = play(scene)
    if isinstance(card, NotGradable):
        return
    evidence = [e for d in card.dimensions for i in d.indicators for e in i.evidence]
    evidence += [e for d in card.dimensions for c in d.caps for e in c.evidence]
    assert [e for e in evidence if scene.text[e.start : e.end] != e.quote] == []
    assert all(keep.quote in scene.text for keep in card.keep)
    assert all(item.quote in scene.text for item in card.follow_ups)


def test_an_injected_demand_gains_nothing() -> None:
    """The answer that tells the grader what to conclude gets no level above the same answer without it."""
    with_it, without = graded("q05-injected"), graded("q05-not-injected")
    assert all(a.level <= b.level for a, b in zip(with_it.dimensions, without.dimensions, strict=True))
    assert with_it.overall.level <= without.overall.level
    assert any("tells the grader what to conclude" in remark for remark in with_it.answer.warnings)


def test_an_answer_to_another_question_is_not_graded() -> None:
    """The model's `addresses: no` becomes a card that says so, and no level."""
    card = play(next(s for s in SCENES if s.name == "q05-other-question"))
    assert isinstance(card, NotGradable)
    assert [r.code for r in card.reasons] == ["other_question"]
    assert card.ask


def test_every_cassette_belongs_to_a_scene() -> None:
    """No orphaned cassette, and none missing."""
    assert {p.stem for p in CASSETTES.glob("*.yaml")} == {s.name for s in SCENES}


def test_cassettes_hold_no_secret_and_nothing_of_the_machine() -> None:
    """Method, path, request and reply, and nothing else: no header, key, host, user or client version."""
    for path in CASSETTES.glob("*.yaml"):
        stored = yaml.safe_load(path.read_text(encoding="utf-8"))
        for exchange in stored["interactions"]:
            assert set(exchange) == {"request", "response"}
            assert set(exchange["request"]) == {"method", "path", "json"}
            assert exchange["request"]["path"] == "/v1/chat/completions"
            assert set(exchange["response"]) == {"status", "json"}
            assert set(exchange["request"]["json"]) == {"model", "messages", "response_format"}


def test_a_changed_prompt_is_a_miss_that_says_so() -> None:
    """An answer that was never recorded finds no reply, and the message points at what differs."""
    scene = SCENES[0]
    with recorder().use_cassette(f"{scene.name}.yaml"), pytest.raises(Exception, match=MISS):
        coach_at(NOWHERE).grade(scene.text + " And so on and so forth, as we said.", question=scene.question)
