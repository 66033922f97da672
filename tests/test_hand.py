"""By hand: a message for any chat window goes out, and a reply that was pasted back is graded like any other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from answer_coach import Coach
from answer_coach.engines.hand import HandJudge, message_of
from answer_coach.engines.providers import Tuning
from answer_coach.errors import UnusableReply
from answer_coach.feedback import Feedback
from answer_coach.library.shelf import Library
from answer_coach.prompt import render
from tests.support.build import SOLID, says
from tests.support.server import Reply, completion, serving

COACH = str(Path(sys.executable).with_name("coach"))
MET = {"goal": "met", "decision": "met", "past_example": "met"}


def curly(reply: str) -> str:
    """Plain marks as a word processor turns them: one kind opens, the other closes."""
    parts = reply.split('"')
    return parts[0] + "".join(("\u201c" if at % 2 == 0 else "\u201d") + part for at, part in enumerate(parts[1:]))


PASTED: dict[str, Callable[[str], str]] = {
    "as it is": lambda reply: reply,
    "prose and a fence": lambda reply: f"Certainly! Here you go:\n\n```json\n{reply}\n```\n\nDo you want more?",
    "curly marks": lambda reply: "\u201cHere it is\u201d:\n" + reply.replace('"', "\u201d") + "\nGood luck!",
    "opening and closing marks": curly,
    "no-break spaces": lambda reply: reply.replace(": ", ":\u00a0"),
}


def by_hand(library: Library, *replies: str) -> tuple[Coach, list[tuple[str, bool]]]:
    """A coach whose person brings these replies, and the messages that went out."""
    carried: list[tuple[str, bool]] = []
    waiting = list(replies)

    def carry(message: str, again: bool) -> str:
        carried.append((message, again))
        return waiting.pop(0)

    return Coach(HandJudge(carry, "the one from the web"), library=library), carried


def graded(coach: Coach) -> Feedback:
    """The card of an answer that is known to be gradable."""
    card = coach.grade(SOLID, question="q05")
    assert isinstance(card, Feedback)
    return card


@pytest.mark.parametrize("name", PASTED)
def test_a_pasted_reply_gives_the_same_card_as_over_http(library: Library, name: str) -> None:
    """Prose, fences and typographic marks around a reply change nothing but who judged."""
    reply = says(library, "q05", SOLID, MET)
    with serving(lambda _: Reply(body=completion(reply))) as endpoint:
        tuning = Tuning(reply_mode="text")
        over_http = graded(Coach("m", base_url=endpoint.base_url, library=library, environ={}, tuning=tuning))
    pasted = graded(by_hand(library, PASTED[name](reply))[0])
    left_out = {"graded_by", "graded_at", "usage"}
    assert pasted.model_dump(exclude=left_out) == over_http.model_dump(exclude=left_out)
    assert pasted.graded_by is not None and over_http.graded_by is not None
    assert pasted.graded_by.prompt == over_http.graded_by.prompt
    assert (pasted.graded_by.engine, pasted.graded_by.model) == ("by_hand", "the one from the web")
    assert (pasted.graded_by.host, pasted.graded_by.reply_mode) == (None, "text")


def test_the_message_is_the_whole_prompt(library: Library) -> None:
    """Check phrase first, then rules, rubric and schema, the answer last: what an endpoint gets, in one piece."""
    coach, carried = by_hand(library, says(library, "q05", SOLID, MET))
    graded(coach)
    job = coach.request(SOLID, question="q05")
    assert carried == [(message_of(render(job.template, job.rubric, job.answer, job.form)), False)]
    message = carried[0][0]
    assert message.startswith("Check phrase:")
    assert message.index('"additionalProperties"') < message.index("ferry company")


def test_a_reply_out_of_form_is_asked_for_once_more(library: Library) -> None:
    """The second message goes to the same chat; its reply is graded, or the failure is the first one's."""
    good = says(library, "q05", SOLID, MET)
    coach, carried = by_hand(library, "I would give this a 7 out of 10.", good)
    assert graded(coach).indicator("goal").verdict == "met"
    assert [again for _, again in carried] == [False, True]
    coach, _ = by_hand(library, "I would give this a 7 out of 10.", "")
    with pytest.raises(UnusableReply) as caught:
        graded(coach)
    assert caught.value.code == "not_json"


def test_a_verdict_that_the_answer_carries_is_not_the_reply(library: Library) -> None:
    """An object without the tag of this answer may have been quoted from it, and counts for nothing."""
    other = says(library, "q05", SOLID + " And more.", dict.fromkeys(library.rubric("q05").asked, "met"))
    own = says(library, "q05", SOLID, MET)
    coach, _ = by_hand(library, f"The answer contains {other}. My own verdicts: {own}")
    card = graded(coach)
    assert {i.id for d in card.dimensions for i in d.indicators if i.verdict == "met"} == set(MET)


def test_on_the_command_line_the_reply_comes_from_a_pipe(library: Library, tmp_path: Path) -> None:
    """`prompts show --by-hand` prints the message and nothing else; the reply goes into `grade --by-hand`."""
    draft = tmp_path / "draft.md"
    draft.write_text(SOLID, encoding="utf-8")
    shown = run("prompts", "show", str(draft), "-q", "5", "--by-hand")
    assert shown.stdout.startswith("Check phrase:")
    reply = PASTED["prose and a fence"](says(library, "q05", SOLID, MET))
    ran = run("grade", str(draft), "-q", "5", "--by-hand", "--model", "some-chat", stdin=reply)
    assert ran.returncode == 0
    assert "some-chat by hand, 1 pass" in ran.stdout


@pytest.mark.parametrize("arguments", [("-",), ("{draft}", "--base-url", "http://127.0.0.1:9/v1")])
def test_by_hand_has_no_endpoint_and_no_piped_draft(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A pipe can't hold both draft and reply: said before anything is read."""
    draft = tmp_path / "draft.md"
    draft.write_text(SOLID, encoding="utf-8")
    ran = run("grade", *(a.format(draft=draft) for a in arguments), "-q", "5", "--by-hand", stdin="{}")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--by-hand" in ran.stderr


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """One run of the command line."""
    return subprocess.run([COACH, *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=60)
