"""Redaction from end to end: what leaves the machine, what the card shows, and what the command line tells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from answer_coach import Coach
from answer_coach.editing import rewrite
from answer_coach.engines.hand import HandJudge
from answer_coach.engines.rules import RulesJudge
from answer_coach.feedback import Feedback
from answer_coach.library.shelf import Library
from answer_coach.prompt import answer_tag, check_phrase
from answer_coach.steps import Job
from tests.support.build import STRICT, reply_dict, scripted_coach
from tests.support.server import Reply, Seen, completion, serving

COACH = str(Path(sys.executable).with_name("coach"))
DRAFT = (
    "At Zalando I had three requests and two people. I put the fuel model for Payflow first, because fuel cost us "
    "40,000 euros a year, and told Okonkwo, the head of ticketing, that his forecast had to wait until autumn. He was "
    "angry, so I sat down with him and Frau Keller and showed him both sums. We tried it on one boat of nordwind "
    "shipping for four weeks. Fuel fell by six percent there, Okonkwo said, and stayed the same on the other boats. In "
    "March I moved one person back to ticketing. Ask me at jane@zalando.test about it."
)
GONE = ("zalando", "payflow", "40,000", "okonkwo", "keller", "nordwind", "jane")
LINES = ("Nordwind Shipping = company", "Payflow = product")
MET = {
    "goal": "met",
    "decision": "met",
    "past_example": "met",
    "outcome": "met",
    "people": "met",
    "trade_off": "partial",
}


def replying(library: Library, job: Job, **more: object) -> str:
    """A whole reply to a redacted job: quotes are its sentences, and a note and a question speak of placeholders."""
    template = library.template("grade")
    check = f"{check_phrase(template, job.rubric)} {answer_tag(template, job.rubric, job.answer)}"
    raw = reply_dict(job.rubric, job.answer, MET, check=check)
    for opinion in raw["indicators"]:
        opinion["note"] = (
            "What did [person 1] at [company 1] have to give up?" if opinion["verdict"] == "partial" else ""
        )
    quote = job.answer.sentences[1].text
    raw["follow_ups"] = [{"question": "What did [person 1] say first?", "sentence": 2, "quote": quote}]
    return json.dumps(raw | more)


def shown(card: object, text: str) -> Feedback:
    """A card whose every quote stands where it says in the text as given, and that shows no placeholder."""
    assert isinstance(card, Feedback)
    evidence = [e for d in card.dimensions for i in d.indicators for e in i.evidence]
    evidence += [e for d in card.dimensions for cap in d.caps for e in cap.evidence]
    assert evidence
    assert [e.quote for e in evidence] == [text[e.start : e.end] for e in evidence]
    assert not [kind for kind in ("[person", "[company", "[money", "[name") if kind in card.model_dump_json()]
    return card


@pytest.mark.parametrize("before", ["", "---\nquestion: q05\n---\n", "\ufeff"])
def test_nothing_that_was_replaced_is_in_the_request(library: Library, before: str) -> None:
    """The endpoint gets placeholders and no original, in the repair turn too; the card has the draft's own words."""
    text = before + DRAFT
    job = Coach(library=library, redact=LINES).request(text, question="q05")
    good = replying(library, job)
    replies = [good.replace('"met"', '"brilliant"', 1), good]
    with serving(lambda _: Reply(body=completion(replies.pop(0)))) as endpoint:
        coach = Coach("m", base_url=endpoint.base_url, library=library, environ={}, tuning=STRICT, redact=LINES)
        card = shown(coach.grade(text, question="q05"), text)
        assert len(endpoint.requests) == 2
        assert [word for word in GONE for seen in endpoint.requests if word in _said(seen)] == []
        assert "[money 1: an amount] a year" in _said(endpoint.requests[0])
    plain = Coach(library=library).request(text, question="q05")
    assert card.answer.sha256 == plain.answer.sha256
    assert card.answer.words == plain.answer.words
    assert "7 names and amounts were replaced before sending" in card.answer.warnings
    assert card.indicator("trade_off").note == "What did Okonkwo at Zalando have to give up?"
    assert (card.follow_ups[0].question, card.follow_ups[0].quote) == (
        "What did Okonkwo say first?",
        plain.answer.sentences[1].text,
    )


def _said(seen: Seen) -> str:
    return json.dumps(seen.body, ensure_ascii=False).casefold()


def test_by_hand_gets_the_redacted_message(library: Library) -> None:
    """What is carried to a chat window holds none of the originals."""
    carried: list[str] = []

    def carry(message: str, again: bool) -> str:
        carried.append(message)
        return replying(library, Coach(library=library, redact=LINES).request(DRAFT, question="q05"))

    shown(Coach(HandJudge(carry, "x"), library=library, redact=LINES).grade(DRAFT, question="q05"), DRAFT)
    assert len(carried) == 1
    assert [word for word in GONE if word in carried[0].casefold()] == []


def test_rules_are_given_the_draft_as_it_is(library: Library) -> None:
    """Rules send nothing: their card is the same with and without, but for the time."""
    cards = [Coach(library=library, redact=lines).grade(DRAFT, question="q05") for lines in (None, LINES)]
    one, other = (card.model_dump(exclude={"graded_at", "usage"}) for card in cards)
    assert one == other
    assert isinstance(Coach(library=library).judge, RulesJudge)


def test_a_rewrite_sends_no_original_and_shows_no_placeholder(library: Library) -> None:
    """Draft, missing points and the second request are redacted; the rewrite that is shown has the draft's words."""
    job = Coach(library=library, redact=LINES).request(DRAFT, question="q05")
    tag = answer_tag(library.template("rewrite"), job.rubric, job.answer)
    kept = " ".join(s.text for s in job.answer.sentences[1:3])
    lost = job.answer.sentences[1].text.replace("40", "") + " It was 77 percent at [company 1]."
    said = [f"<rewrite-{tag}>{text}</rewrite-{tag}>" for text in (lost, kept)]
    coach, model = scripted_coach(replying(library, job), *said, library=library)
    coach._words = Coach(library=library, redact=LINES)._words
    card = shown(coach.grade(DRAFT, question="q05"), DRAFT)
    found = rewrite(coach, DRAFT, card)
    assert "told Okonkwo" in found.text and "[person" not in found.text
    assert found.placeholders == ()
    sent = " ".join(str(message.content) for messages in model.seen for message in messages).casefold()
    assert [word for word in GONE if word in sent] == []


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """One run of the command line."""
    return subprocess.run([COACH, *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=60)


def test_the_command_line_shows_what_would_be_sent(home: Path, tmp_path: Path) -> None:
    """`prompts show --redact` prints the redacted messages, and the list that stays here apart from them."""
    draft = tmp_path / "draft.md"
    draft.write_text(DRAFT, encoding="utf-8")
    home.mkdir()
    (home / "redact.txt").write_text("\ufeff# mine\nNordwind Shipping = company\n", encoding="utf-8")
    ran = run("prompts", "show", str(draft), "-q", "5", "--redact")
    assert (ran.returncode, [word for word in GONE if word in ran.stdout.casefold()]) == (0, [])
    assert "[company 2] = nordwind shipping" in ran.stderr and "[money 1: an amount] = 40,000 euros" in ran.stderr
    assert "Zalando" in run("prompts", "show", str(draft), "-q", "5").stdout
    (home / "config.toml").write_text('redact = true\nredact_words = ["ticketing = keep", "fuel"]\n', encoding="utf-8")
    set_for_good = run("prompts", "show", str(draft), "-q", "5", "--format", "json").stdout
    assert "Zalando" not in set_for_good and "[name 1] model" in set_for_good
    assert "Zalando" in run("prompts", "show", str(draft), "-q", "5", "--no-redact").stdout


def test_with_rules_the_flag_says_that_it_changes_nothing(tmp_path: Path) -> None:
    """`--redact` with rules is no error, and no silent one."""
    draft = tmp_path / "draft.md"
    draft.write_text(DRAFT, encoding="utf-8")
    ran = run("grade", str(draft), "-q", "5", "--model", "rules", "--redact")
    assert ran.returncode == 0
    assert "--redact changes nothing" in ran.stderr
    assert "replaced" not in ran.stdout


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("redact.txt", "Acme\nBeta = colour\n", "line 2"),
        ("config.toml", "redact = true\nredact_words = 3\n", "redact_words"),
        ("config.toml", "redact = 3\n", "'redact'"),
    ],
)
def test_a_wrong_list_is_told_and_nothing_is_graded(
    home: Path, tmp_path: Path, name: str, content: str, told: str
) -> None:
    """A line that can't be understood is an error with its place: a name that stays by mistake would be sent."""
    draft = tmp_path / "draft.md"
    draft.write_text(DRAFT, encoding="utf-8")
    home.mkdir()
    (home / name).write_text(content, encoding="utf-8")
    arguments = ["--redact"] if name == "redact.txt" else []
    ran = run("grade", str(draft), "-q", "5", "--model", "m", "--base-url", "http://127.0.0.1:9/v1", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert told in ran.stderr
