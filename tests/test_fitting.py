"""One story, several questions: a row for each, best first, one request a question, and what it would still need."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.messages import BaseMessage

from answer_coach import Coach
from answer_coach.drafts.store import Store
from answer_coach.errors import TimedOut
from answer_coach.feedback import Feedback
from answer_coach.fitting import Fit, FitRow, afit, askable, fit, questions
from answer_coach.homes import drafts_file
from answer_coach.library.shelf import Library
from answer_coach.reports.fit import fit_json, fit_text
from answer_coach.reports.layout import width
from tests.support.batches import SCRIPT, Ran
from tests.support.build import ScriptedModel, says
from tests.support.server import Reply, Seen, completion, serving

LIBRARY = Library()
STORY = (Path(__file__).parents[1] / "examples" / "story-ready.md").read_text(encoding="utf-8")
RULES = Coach("rules", library=LIBRARY, environ={})
ELEVEN = [f"q{number:02d}" for number in range(1, 12)]


def asked_in(text: str) -> str:
    """Which question a prompt is about."""
    return next(name for name in LIBRARY.files if LIBRARY.rubric(name).question in text)


def reply_to(text: str) -> str:
    """A reply to a prompt: q05 has three points met, q07 is not answered, the others have a half one."""
    name = asked_in(text)
    verdicts = {"q05": {"decision": "met", "people": "met", "outcome": "met"}}.get(name, {"decision": "partial"})
    return says(LIBRARY, name, STORY, verdicts, addresses="no" if name == "q07" else "yes")


def by_script(messages: Sequence[BaseMessage]) -> str:
    """The same for a chat model that was handed in."""
    return reply_to(" ".join(str(message.content) for message in messages))


def model_of(*script: object) -> ScriptedModel:
    """A chat model that follows a script."""
    return ScriptedModel(script=list(script), seen=[])


def row_of(found: Fit, name: str) -> FitRow:
    """One question's row."""
    return next(row for row in found.rows if row.question == name)


def test_there_is_a_row_for_each_question_but_the_story_itself() -> None:
    """Eleven questions, each once, with the counts, the level and the slots of that question's own card."""
    found = fit(RULES, STORY)
    assert sorted(row.question for row in found.rows) == ELEVEN == [rubric.id for rubric in questions(RULES)]
    assert found.requests == 0
    for row in found.rows:
        card = RULES.grade(STORY, question=row.question, anyway=True)
        assert isinstance(card, Feedback)
        assert (row.overall, row.slots) == (card.overall, card.slots)
        assert row.met + row.half == row.total - len(card.not_found)
        assert row.half == len(card.half_said)
        assert bool(row.needs) == bool(card.next_edit or card.half_said or card.not_found)


def test_rows_come_best_first() -> None:
    """Answers to the question before those to another, and more of its indicators before fewer."""
    rows = fit(RULES, STORY).rows
    assert rows == tuple(sorted(rows, key=lambda r: (r.another, -(r.met + r.half / 2) / r.total, r.question)))
    assert len({row.another for row in rows}) == 2


def test_an_answer_to_another_question_is_graded_and_marked() -> None:
    """Where the gate of `coach grade` would give no score, the row has its counts and says so."""
    found = fit(RULES, STORY)
    for row in found.rows:
        card = RULES.grade(STORY, question=row.question)
        assert row.another == (card.kind == "not_gradable")
        assert row.kind == "feedback"


def test_a_model_gets_one_request_a_question() -> None:
    """Eleven requests, each with one question's rubric, and the rows tell what came back, in any order of replies."""
    model = model_of(*[by_script] * 11)
    found = asyncio.run(afit(Coach(model, library=LIBRARY), STORY))
    prompts = [" ".join(str(message.content) for message in messages) for messages in model.seen]
    assert sorted(asked_in(prompt) for prompt in prompts) == ELEVEN
    assert found.requests == len(prompts) == 11
    assert (found.rows[0].question, found.rows[0].met, found.rows[-1].question) == ("q05", 3, "q07")
    assert [row.question for row in found.rows if row.another] == ["q07"]
    assert fit(Coach(model_of(*[by_script] * 11), library=LIBRARY), STORY).rows == found.rows


def test_what_fails_for_one_question_is_told_in_its_row() -> None:
    """One request that is not answered costs one row; it comes last, with the reason."""

    def late(messages: Sequence[BaseMessage]) -> str:
        if asked_in(" ".join(str(message.content) for message in messages)) == "q03":
            raise TimedOut("The endpoint did not answer", hint="Try again.")
        return by_script(messages)

    found = fit(Coach(model_of(*[late] * 11), library=LIBRARY), STORY)
    assert [row.kind for row in found.rows] == ["feedback"] * 10 + ["failed"]
    assert (found.rows[-1].question, found.rows[-1].overall) == ("q03", None)
    assert "q03: The endpoint did not answer" in fit_text(found)


def test_what_is_no_answer_is_asked_of_nobody() -> None:
    """Two words are too few for any question: no request, no levels, one reason for all."""
    model = model_of()
    coach = Coach(model, library=LIBRARY)
    found = fit(coach, "fine, thanks")
    assert (model.seen, found.requests, askable(coach, "fine, thanks")) == ([], 0, [])
    assert {row.kind for row in found.rows} == {"not_gradable"}
    shown = " ".join(fit_text(found).split())
    assert shown.count("too few to grade") == 1
    assert ", ".join(ELEVEN) in shown


def test_front_matter_does_not_choose_the_question() -> None:
    """A draft whose front matter names its own question is graded for each of the eleven all the same."""
    assert fit(RULES, f"---\nquestion: story\n---\n{STORY}").rows == fit(RULES, STORY).rows


def test_the_table_fits_and_gives_no_figure_over_several_rubrics() -> None:
    """80 columns, a line for each question, no mean; without numbers no level."""
    found = fit(RULES, STORY)
    shown = fit_text(found, "ready, draft 1")
    assert max(width(line) for line in shown.splitlines()) <= 80
    lines = [line for line in shown.splitlines() if line[:3] in ELEVEN]
    assert [line[:3] for line in lines] == [row.question for row in found.rows]
    levels = [row.overall.level for row in found.rows if row.overall]
    assert sorted(re.findall(r"\d\.\d", shown)) == sorted(f"{level}" for level in levels)
    assert not re.search(r"\d\.\d|\b(?:thin|senior|lead)\b|Levels", fit_text(found, numbers=False))
    assert "DTPO" in shown


def test_json_reads_back() -> None:
    """The JSON is the value itself, with its schema's number."""
    found = fit(RULES, STORY)
    text = fit_json(found, ascii_only=True)
    assert text.isascii()
    assert json.loads(text)["schema"] == 1
    assert Fit.model_validate_json(text) == found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of its own for the store, with one story in it."""
    with Store(drafts_file({"COACH_HOME": str(tmp_path)})) as store:
        store.add("buses", "story", STORY)
    return tmp_path


def fitted(home: Path, *arguments: str) -> Ran:
    """`coach drafts fit`, in a process of its own with nobody at a terminal."""
    ran = subprocess.run(
        [SCRIPT, "drafts", "fit", *arguments],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COACH_HOME": str(home), "COLUMNS": "80"},
        capture_output=True,
        timeout=50,
        check=False,
        encoding="utf-8",
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_the_command_shows_the_last_draft(home: Path) -> None:
    """By the rules: the table on stdout, or JSON; nothing is asked of anybody."""
    ran = fitted(home, "buses", "--model", "rules")
    assert (ran.code, ran.out) == (0, fit_text(fit(RULES, STORY), "buses, draft 1")), ran.err
    assert "request" not in ran.err
    assert json.loads(fitted(home, "buses", "--model", "rules", "--format", "json").out)["kind"] == "fit"


def test_the_command_says_how_many_requests_and_asks_nothing_twice(home: Path) -> None:
    """Eleven requests are announced on stderr and sent; the second time the replies are there; --fresh asks anew."""

    def answered(seen: Seen) -> Reply:
        return Reply(body=completion(reply_to(" ".join(m["content"] for m in seen.body["messages"]))))

    with serving(answered) as endpoint:
        at = ("--base-url", endpoint.base_url, "--model", "m")
        ran = fitted(home, "buses", *at)
        assert ran.code == 0, ran.err
        assert "11 requests to m" in ran.err
        assert len(endpoint.requests) == 11
        again = fitted(home, "buses", *at)
        assert (again.out, len(endpoint.requests)) == (ran.out, 11)
        assert fitted(home, "buses", *at, "--fresh").code == 0
        assert len(endpoint.requests) == 22


def test_exit_codes_tell_some_from_all(home: Path) -> None:
    """An endpoint that refuses every request is exit code 3, one that refuses some is 4; the table is shown."""

    def refusing(*names: str) -> tuple[int, str]:
        def answered(seen: Seen) -> Reply:
            text = " ".join(message["content"] for message in seen.body["messages"])
            if asked_in(text) in names:
                return Reply(400, {"error": {"code": "bad"}})
            return Reply(body=completion(reply_to(text)))

        with serving(answered) as endpoint:
            ran = fitted(home, "buses", "--base-url", endpoint.base_url, "--model", "m", "--fresh")
        return ran.code, ran.out

    code, shown = refusing("q04")
    assert (code, "NOT GRADED" in shown) == (4, True)
    assert refusing(*ELEVEN)[0] == 3
