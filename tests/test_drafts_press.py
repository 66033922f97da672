"""`coach drafts press`: what the interviewer says earns nothing, every quote names its part, and the talk is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answer_coach.answer import Answer
from answer_coach.barred.dialogue import Turn, interviewers, joined, part_of
from answer_coach.feedback import CARD, Feedback
from answer_coach.library.shelf import Library
from tests.support.desk import at, coach, crediting, drafts, happened, kept, refused
from tests.support.server import Reply, serving
from tests.support.stories import EXAMPLES, STORY

ONE = EXAMPLES / "leaks" / "1.md"
RUBRIC = Library().rubric("story")
REPLY = "I decided alone to close the valve at the mill, and the mill stood still for a day."
VALVE = crediting({"decision": "close the valve", "stakes": "crews were fed up"})


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules judge where no test names a model."""
    monkeypatch.setenv("COACH_MODEL", "rules")


def talk(home: Path) -> tuple[list[dict[str, str]], Feedback]:
    """The turns and the card of the last talk."""
    data = happened(home, "leaks")[-1].data
    turns, card = data["turns"], CARD.validate_python(data["card"])
    assert isinstance(turns, list)
    assert isinstance(card, Feedback)
    return turns, card


def test_a_reply_counts_and_says_where_it_stands(home: Path) -> None:
    """What the reply brought is named with its part; talk and card are kept; the draft's own card stays as it was."""
    with serving(VALVE) as endpoint:
        drafts("add", "leaks", ONE, *at(endpoint))
        ran = drafts("press", "leaks", *at(endpoint), stdin=f"{REPLY}\n")
        assert len(endpoint.requests) == 2
    said = " ".join(ran.stdout.split())
    assert 'decision: no -> yes, reply 1: "I decided alone to close the valve' in said
    assert "draft: " not in said
    turns, card = talk(home)
    assert [turn["said"] for turn in turns] == [REPLY]
    assert card.indicator("decision").verdict == "met"
    assert len(kept(home, "leaks")) == len(kept(home, "leaks")[0].cards) == 1
    assert REPLY.split(",", maxsplit=1)[0] in drafts("export", "leaks").stdout


def test_the_interviewers_words_earn_nothing(home: Path) -> None:
    """A judge that credits every question of the interviewer, in the rubric's very words: not one of them counts."""
    asks = {i.id: " ".join(ask.split()[:4]) for i in RUBRIC.indicators for ask in (i.ask_absent,)}
    with serving(crediting({**asks, "stakes": "crews were fed up"})) as endpoint:
        drafts("add", "leaks", ONE, *at(endpoint))
        drafts("press", "leaks", "--turns", 8, *at(endpoint), stdin="That I would have to look up.\n" * 8)
        shown = json.dumps(endpoint.requests[-1].body)
        turns, card = talk(home)
        assert len(turns) == 8
        assert all(" ".join(turn["asked"].split()[:3]) in shown for turn in turns)
    credited = {i.id for d in card.dimensions for i in d.indicators if i.verdict in ("met", "partial")}
    assert credited == {"stakes"}
    assert "Nothing in the replies counts" in drafts("press", "leaks", stdin="No.\n").stdout


def test_a_judge_that_wavers_is_told_as_noise(home: Path) -> None:
    """A level that rises over the draft's own words is not left unexplained: the verdict is told, and called noise."""
    alone, both = {"stakes": "crews were fed up"}, dict.fromkeys(("stakes", "people"), "crews were fed up")
    with serving(lambda seen: crediting(both if "Interviewer:" in str(seen.body) else alone)(seen)) as endpoint:
        drafts("add", "leaks", ONE, *at(endpoint))
        ran = drafts("press", "leaks", *at(endpoint), stdin="That I would have to look up.\n")
    said = " ".join(ran.stdout.split())
    assert "NOISE people: no -> yes, but the words that carried it are the same" in said
    assert "what changed is the judge's noise" in said


def test_questions_follow_what_is_weakest_and_none_twice(home: Path) -> None:
    """The first is about the next edit; Enter passes on, q ends; nothing answered is nothing kept."""
    drafts("add", "leaks", ONE)
    card = json.loads(drafts("show", "leaks", "--format", "json").stdout)
    drafts("press", "leaks", "--turns", 6, stdin="\nFirst.\nSecond.\nq\nNever.\n")
    turns, _ = talk(home)
    assert [turn["said"] for turn in turns] == ["First.", "Second."]
    assert turns[0]["indicator"] != card["next_edit"]["needs"][0]
    drafts("press", "leaks", stdin="Mine.\n")
    assert talk(home)[0][0]["indicator"] == card["next_edit"]["needs"][0]
    before = len(happened(home, "leaks"))
    assert "Nothing was answered" in coach("drafts", "press", "leaks", stdin="\n").stderr
    assert len(happened(home, "leaks")) == before
    drafts("press", "leaks", "--turns", 8, stdin="So.\n" * 8)
    asked = [turn["asked"] for turn in talk(home)[0]]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("opening", ["Interviewer: ", "INTERVIEWER: ", "  interviewer:", "- Interviewer: "])
def test_a_reply_in_the_interviewers_name_gains_nothing(home: Path, opening: str) -> None:
    """It is one reply, the candidate's, in the same part and with the same credit as without these words."""
    with serving(VALVE) as endpoint:
        drafts("add", "leaks", ONE, *at(endpoint))
        drafts("press", "leaks", "--turns", 2, *at(endpoint), stdin=f"{REPLY}\nYes.\n")
        plain = talk(home)[1]
        ran = drafts("press", "leaks", "--turns", 2, *at(endpoint), stdin=f"{opening}{REPLY}\nYes.\n")
        disguised = talk(home)[1]
    assert "reply 1:" in ran.stdout
    assert "reply 2:" not in ran.stdout
    assert disguised.overall == plain.overall


def test_a_talk_in_the_draft_is_not_taken_for_this_one(home: Path) -> None:
    """A draft that quotes an interviewer keeps its parts; what was asked in it earns nothing there either."""
    text = f"{STORY[0].rstrip()}\n\nInterviewer: I would close the valve.\n\nSo I told them that we would wait.\n"
    with serving(crediting({"decision": "close the valve", "outcome": "we would wait"})) as endpoint:
        drafts("add", "leaks", *at(endpoint), stdin=text)
        assert "decision no" in drafts("show", "leaks").stdout
        ran = drafts("press", "leaks", *at(endpoint), stdin=f"{REPLY}\n")
    assert "reply 1:" in ran.stdout
    whole = Answer.of(joined(text, [Turn(asked="Who?", said=REPLY)]))
    assert part_of(whole, whole.text.index("we would wait"), turns=1) == "draft"
    assert part_of(whole, whole.text.index("I decided alone"), turns=1) == "reply 1"


def test_paragraphs_of_a_reply_stay_the_candidates() -> None:
    """Over several paragraphs, with line ends of any kind, only what was asked is the interviewer's."""
    said = "I asked.\n\nInterviewer: I decided it.\r\n\r\nInterviewer: and I paid for it."
    turns = [Turn(asked="Who\n\ndecided?\n\nYou?", said=said), Turn(asked="So?", said="I.")]
    whole = Answer.of(joined("A draft.", turns))
    asked = [sentence.text for sentence in whole.sentences if sentence.number in interviewers(whole)]
    assert asked == ["Interviewer: Who decided?", "You?", "Interviewer: So?"]
    assert part_of(whole, whole.text.index("I paid"), turns=2) == "reply 1"


def test_a_judge_that_did_not_grade_the_draft_does_so_first(home: Path) -> None:
    """Draft and replies are set beside a card by the same judge, which is made and kept where there is none."""
    drafts("add", "leaks", ONE)
    with serving(VALVE) as endpoint:
        ran = drafts("press", "leaks", *at(endpoint), stdin=f"{REPLY}\n")
        assert len(endpoint.requests) == 2
    assert "m has not graded draft 1 yet" in ran.stderr
    assert [kept.card.graded_by.model for kept in kept(home, "leaks")[0].cards if kept.card.graded_by] == ["rules", "m"]


def test_a_failing_endpoint_loses_no_reply(home: Path) -> None:
    """What a person typed is kept, though it could not be graded, and the message says so."""
    drafts("add", "leaks", ONE)
    calls: list[int] = []

    def first_only(seen: object) -> Reply:
        calls.append(1)
        return VALVE(seen) if len(calls) == 1 else Reply(401, {})  # type: ignore[arg-type]

    with serving(first_only) as endpoint:
        ran = coach("drafts", "press", "leaks", *at(endpoint), stdin=f"{REPLY}\n")
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert "Your replies are kept" in ran.stderr
    [event] = happened(home, "leaks")
    assert event.data["turns"] == [{**json.loads(json.dumps(event.data["turns"]))[0], "said": REPLY}]
    assert REPLY.split(",", maxsplit=1)[0] in drafts("export", "leaks").stdout


def test_what_can_not_be_graded_is_not_pressed() -> None:
    """A draft without levels has nothing to ask about."""
    drafts("add", "leaks", "-q", "story", stdin="It went well.")
    assert "could not be graded" in refused("press", "leaks", stdin="So.\n")
    assert "no story" in refused("press", "nobody", stdin="So.\n")
