"""`coach drafts dispute`: asked again blind, never flipped; a person's own verdict needs words and is marked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from answer_coach.library.shelf import Library
from tests.support.desk import at, coach, crediting, drafts, happened, kept, refused
from tests.support.server import Reply, serving
from tests.support.stories import EXAMPLES, STORY

THREE = EXAMPLES / "leaks" / "3.md"
REASON = "The shopkeeper sentence says who lost money; a lighthouse keeper would see it."
WORDS = "six out of ten holes were dry"
CARD = ("show", "leaks", "--format", "json")


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules judge where no test names a model."""
    monkeypatch.setenv("COACH_MODEL", "rules")


def indicator(card: dict[str, Any], name: str) -> dict[str, Any]:
    """One indicator of a card."""
    found: dict[str, Any] = next(i for d in card["dimensions"] for i in d["indicators"] if i["id"] == name)
    return found


def test_the_judge_never_hears_the_reason(home: Path) -> None:
    """Every request is a grading of the draft as it was; both verdicts and the reason are kept; nothing is flipped."""
    drafts("add", "leaks", THREE)
    before = drafts(*CARD).stdout
    with serving(crediting({"baseline": "holes were dry"})) as endpoint:
        ran = drafts("dispute", "leaks", "State-Before", *at(endpoint), stdin=f"{REASON}\n")
        assert len(endpoint.requests) == 3
        for seen in endpoint.requests:
            said = json.dumps(seen.body).casefold()
            assert "water utility" in said
            assert [word for word in ("lighthouse", "lost money", "dispute") if word in said] == []
    assert "m, 3 times, said yes" in " ".join(ran.stdout.split())
    assert "The card is by rules: two judges see it differently." in " ".join(ran.stdout.split())
    assert drafts(*CARD).stdout == before
    assert [len(draft.cards) for draft in kept(home, "leaks")] == [1]
    [event] = happened(home, "leaks")
    told = {name: event.data[name] for name in ("indicator", "reason", "judge", "again")}
    assert told == {"indicator": "baseline", "reason": REASON, "judge": "absent", "again": "met"}
    assert (event.kind, event.number) == ("dispute", 1)
    assert REASON in drafts("export", "leaks").stdout


def test_rules_say_that_they_always_say_the_same() -> None:
    """Who asks the rules again is told that it leads nowhere, and that they did not hear the reason."""
    drafts("add", "leaks", THREE)
    said = " ".join(drafts("dispute", "leaks", "state before", stdin=f"{REASON}\n").stdout.split())
    assert "The rules said no, without having heard your reason." in said
    assert "name another judge" in said


def test_a_judge_that_wavers_is_said_to(home: Path) -> None:
    """The same model, another verdict: not sure; the same verdict: it stays, and what to do about it."""
    with serving(crediting({})) as first, serving(crediting({"baseline": "holes were dry"})) as second:
        drafts("add", "leaks", THREE, *at(first))
        stays = drafts("dispute", "leaks", "baseline", *at(first), stdin=f"{REASON}\n").stdout
        wavers = drafts("dispute", "leaks", "baseline", *at(second), stdin=f"{REASON}\n").stdout
    assert "It stays." in stays
    assert "not sure of this one" in wavers
    assert [event.data["again"] for event in happened(home, "leaks")] == ["absent", "met"]


def test_names_of_redacted_drafts_stay_at_home(home: Path) -> None:
    """With --redact the second reading sees no name either."""
    drafts("add", "leaks", THREE)
    with serving(crediting({})) as endpoint:
        drafts("dispute", "leaks", "outcome", "--redact", "--times", 1, *at(endpoint), stdin=f"{REASON}\n")
        assert "Ruth" not in json.dumps(endpoint.requests[0].body)
    assert "Ruth" in kept(home, "leaks")[0].text


def test_an_own_verdict_needs_words_of_the_draft(home: Path) -> None:
    """Credit without a quote that stands in the draft is refused, and so is a verdict that is none; nothing is kept."""
    drafts("add", "leaks", THREE)
    for typed in ("", "nobody said this here", "dry"):
        ran = coach("drafts", "dispute", "leaks", "baseline", "--overrule", "met", stdin=f"{typed}\n")
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert "not in the draft" in ran.stderr
    assert "That is no verdict" in refused("dispute", "leaks", "baseline", "--overrule", "yes", stdin=f"{WORDS}\n")
    assert "has no indicator 'nonsense'. It has: " in (message := refused("dispute", "leaks", "nonsense"))
    assert "state before" in message
    assert "Did you mean 'state before'?" in refused("dispute", "leaks", "State-befor")
    assert "Did you mean 'leaks'?" in refused("dispute", "leakes", "baseline")
    assert "There is no reason" in refused("dispute", "leaks", "baseline", stdin="\n")
    assert happened(home, "leaks") == []


def test_an_own_verdict_is_marked_as_theirs(home: Path) -> None:
    """`show` names who set it and what the judge said, counts it anew and quotes it; the judge's card stays."""
    drafts("add", "leaks", THREE)
    before = json.loads(drafts(*CARD).stdout)
    drafts("dispute", "leaks", "baseline", "--overrule", "MET", stdin=f"{WORDS}\n")
    shown = drafts("show", "leaks").stdout
    assert "'state before' is set to met by you; the judge said absent" in " ".join(shown.split())
    card = json.loads(drafts(*CARD).stdout)
    [evidence] = indicator(card, "baseline")["evidence"]
    assert STORY[2][evidence["start"] : evidence["end"]].casefold() == WORDS
    assert card["overall"]["level"] > before["overall"]["level"]
    stored = kept(home, "leaks")[0].card
    assert stored is not None
    assert stored.model_dump(mode="json", by_alias=True) == before
    drafts("dispute", "leaks", "baseline", "--overrule", "absent")
    assert json.loads(drafts(*CARD).stdout) == before
    assert [event.kind for event in happened(home, "leaks")] == ["overrule", "overrule"]


def test_an_own_verdict_is_not_used_for_another_draft() -> None:
    """The next draft is graded as it stands; the comparison knows the judge's verdicts alone."""
    drafts("add", "leaks", THREE)
    drafts("dispute", "leaks", "baseline", "--overrule", "met", stdin=f"{WORDS}\n")
    ran = drafts("add", "leaks", EXAMPLES / "leaks" / "4.md")
    assert "by you" not in ran.stdout
    assert "by you" not in drafts("show", "leaks").stdout
    assert "by you" in drafts("show", "leaks", 1).stdout


def test_a_failing_judge_keeps_nothing(home: Path) -> None:
    """An endpoint's fault is its own exit code; no half of a dispute is kept."""
    drafts("add", "leaks", THREE)
    with serving(lambda seen: Reply(401, {})) as endpoint:
        ran = coach("drafts", "dispute", "leaks", "baseline", *at(endpoint), stdin=f"{REASON}\n")
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert happened(home, "leaks") == []


def test_every_label_names_its_indicator() -> None:
    """Whatever stands on a card can be typed, with hyphens for spaces."""
    drafts("add", "leaks", THREE)
    for one in Library().rubric("story").indicators:
        for named in (one.label, one.label.upper().replace(" ", "-"), one.id):
            ran = coach("drafts", "dispute", "leaks", named, stdin="\n")
            assert f"The judge said: {one.label} " in ran.stderr
