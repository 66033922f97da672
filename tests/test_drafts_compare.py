"""`coach drafts compare` as a person runs it: cards of two judges are never set beside each other as they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from answer_coach.drafts.store import Store
from answer_coach.drafts.worddiff import LONG, word_diff
from answer_coach.library.shelf import Library
from tests.support.batches import honest
from tests.support.build import SOLID, says
from tests.support.desk import at, coach, crediting, drafts, file_of, kept, refused
from tests.support.server import Reply, serving
from tests.support.stories import EXAMPLES, STORY

LIBRARY = Library()
ONE, TWO, THREE = (EXAMPLES / "leaks" / f"{number}.md" for number in (1, 2, 3))


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules judge where no test names a model."""
    monkeypatch.setenv("COACH_MODEL", "rules")


@pytest.fixture
def leaks(home: Path) -> Path:
    """Three drafts of the story, graded by the rules."""
    for file in (ONE, TWO, THREE):
        drafts("add", "leaks", file)
    return home


@pytest.mark.usefixtures("leaks")
def test_the_last_two_are_compared_and_any_other_two() -> None:
    """Without numbers the last two; the words that are counted are the draft's, not its front matter's."""
    whole = drafts("compare", "leaks").stdout
    assert whole.startswith("leaks: draft 2 -> draft 3, story")
    assert whole.splitlines()[0].endswith("176 -> 259 words")
    for label in ("Better: it gained", "GAINED", "LEVELS", "LAST ADVICE", "UNCHANGED", "{+", "by rules"):
        assert label in whole
    assert "question:" not in whole
    assert all(len(line) <= 80 for line in whole.splitlines())
    assert drafts("compare", "leaks", 1, 3).stdout.startswith("leaks: draft 1 -> draft 3")
    assert drafts("compare", "leaks", 3, 1).stdout.startswith("leaks: draft 3 -> draft 1")
    hidden = drafts("compare", "leaks", "--no-score").stdout
    assert "LEVELS" not in hidden
    assert "Overall" not in hidden
    assert len(drafts("compare", "leaks", "--why").stdout) > len(whole)


@pytest.mark.usefixtures("leaks")
def test_json_has_the_same_and_the_quotes_stand_in_the_drafts() -> None:
    """Each quote is found in its draft, each run of the diff in the text that it leads to."""
    found = json.loads(drafts("compare", "leaks", "--format", "json").stdout)
    assert (found["drafts"], found["judge"]) == ([2, 3], "rules")
    assert found["gained"]
    for flip in (*found["gained"], *found["lost"], *found["unchanged"]):
        assert (flip["old_quote"] or "") in STORY[1]
        assert (flip["new_quote"] or "") in STORY[2]
    whole = "".join(run["text"] for run in found["diff"] if run["kind"] != "gone")
    assert whole == STORY[2].partition("---\n\n")[2].strip()


@pytest.mark.usefixtures("leaks")
def test_two_drafts_are_needed() -> None:
    """One draft, the same one twice or one that is not there: refused with what to do."""
    drafts("add", "ferry", "-q", "5", stdin=SOLID)
    assert "has one draft" in refused("compare", "ferry")
    assert "one draft, not two" in refused("compare", "leaks", 2, 2)
    assert "has no draft 9" in refused("compare", "leaks", 2, 9)
    assert "has no draft 9" in refused("compare", "leaks", 9)
    assert "no story" in refused("compare", "nobody")


def test_two_judges_are_never_compared_as_they_are(home: Path) -> None:
    """Refused where nobody can be asked; --regrade lets one judge grade both, and keeps those cards, too."""
    with serving(honest) as endpoint:
        drafts("add", "leaks", ONE)
        ran = drafts("add", "leaks", TWO, *at(endpoint))
        assert "not compared, another rubric, prompt or judge graded it" in " ".join(ran.stdout.split())
        assert "Draft 2 has no card by rules" in refused("compare", "leaks")
        assert "Draft 1 has no card by m and" in refused("compare", "leaks", *at(endpoint))
        assert len(endpoint.requests) == 1
        by_model = drafts("compare", "leaks", "--regrade", *at(endpoint), "--format", "json")
        assert len(endpoint.requests) == 2
    assert json.loads(by_model.stdout)["judge"] == "m"
    assert [len(draft.cards) for draft in kept(home, "leaks")] == [2, 1]
    assert "by rules" in drafts("compare", "leaks", "--regrade").stdout
    assert [len(draft.cards) for draft in kept(home, "leaks")] == [2, 2]


def test_a_changed_rubric_is_another_basis(home: Path, tmp_path: Path) -> None:
    """Cards by two versions of a rubric are not compared; with --regrade the present one grades both."""
    own = tmp_path / "own"
    own.mkdir()
    text = (EXAMPLES.parent / "rubrics" / "story.yaml").read_text(encoding="utf-8")
    (own / "story.yaml").write_text(text.replace('version: "1.0"', 'version: "9.0"'), encoding="utf-8")
    drafts("add", "leaks", ONE)
    ran = drafts("add", "leaks", TWO, "--rubrics", own)
    assert "SINCE draft 1: not compared, another rubric" in ran.stdout
    assert "has no card" in refused("compare", "leaks", "--rubrics", own)
    assert "draft 1 -> draft 2" in drafts("compare", "leaks", "--rubrics", own, "--regrade").stdout
    shutil.rmtree(own)
    assert [len(draft.cards) for draft in kept(home, "leaks")] == [2, 1]


def test_what_can_not_be_graded_is_said() -> None:
    """A draft that no judge finds an answer in has no levels: regraded all the same, or told why not."""
    drafts("add", "short", "-q", "story", stdin="It went well.")
    drafts("add", "short", ONE)
    assert "Draft 1 has no card by rules" in refused("compare", "short")
    assert "draft 1 -> draft 2" in drafts("compare", "short", "--regrade").stdout


@pytest.mark.usefixtures("leaks")
def test_a_failing_judge_leaves_the_cards_as_they_were(home: Path) -> None:
    """The endpoint's fault is its own exit code, and nothing was added."""
    with serving(lambda seen: Reply(401, {})) as endpoint:
        refused("compare", "leaks", "--regrade", *at(endpoint), code=3)
    assert [len(draft.cards) for draft in kept(home, "leaks")] == [1, 1, 1]


def test_verdicts_that_a_judge_could_not_tell_are_no_change() -> None:
    """A reader that is sometimes unsure: every change that is named is one between two real verdicts."""
    with serving(honest) as endpoint:
        for file in (ONE, TWO, THREE):
            drafts("add", "leaks", file, *at(endpoint))
        found = json.loads(drafts("compare", "leaks", "--format", "json").stdout)
    flips = [*found["gained"], *found["lost"], *found["noise"]]
    assert flips
    assert "cannot_tell" not in {flip[when] for flip in flips for when in ("before", "now")}


def test_redacted_drafts_are_compared_in_their_own_words() -> None:
    """With --redact the endpoint sees no name, also when it grades anew; the comparison quotes the draft."""
    text = SOLID.replace("the head of ticketing", "our head of ticketing, Anna Kowalska,")
    with serving(crediting({"decision": "I put"})) as endpoint:
        drafts("add", "ferry", "-q", "5", "--redact", *at(endpoint), stdin=text)
        drafts("add", "ferry", stdin=f"{text} I put Anna Kowalska in charge of autumn.")
        drafts("compare", "ferry", "--regrade", "--redact", *at(endpoint))
        assert len(endpoint.requests) == 2
        assert [seen for seen in endpoint.requests if "Kowalska" in json.dumps(seen.body)] == []
    assert "{+I put Anna Kowalska in charge of autumn.+}" in " ".join(drafts("compare", "ferry").stdout.split())


def test_a_very_long_text_is_compared_in_time() -> None:
    """Beyond the size of any answer common words are passed over; the new text still comes out whole."""
    said = SOLID.split()
    old, new = (" ".join(said[(at * step) % len(said)] for at in range(2 * LONG)) for step in (3, 5))
    runs = word_diff(old, new)
    assert "".join(run.text for run in runs if run.kind != "gone") == new


@pytest.mark.usefixtures("leaks")
def test_stories_whose_question_is_gone_can_be_read(home: Path, tmp_path: Path) -> None:
    """Without the rubric: shown, compared, exported and forgotten; what needs it says that it is unknown."""
    with Store(file_of(home)) as store:
        draft = store.drafts("leaks")[0]
        gone = [draft.model_copy(update={"text": text}) for text in STORY[:2]]
        for one in gone:
            made = store.add("old", "q99", one.text)
            assert draft.card is not None
            store.keep(made, draft.card.model_copy(update={"question": "q99"}))
        store.record("old", "overrule", {"indicator": "decision", "mine": "absent", "quote": ""}, 2)
    assert "Q99 q99" in drafts("show", "old").stdout
    assert "your own verdicts are left out" in drafts("show", "old").stderr
    assert drafts("compare", "old").stdout.startswith("old: draft 1 -> draft 2, q99")
    assert drafts("export", "old").stdout.startswith("# old")
    assert "old" in drafts("list").stdout
    for command in (("add", "old", ONE), ("compare", "old", "--regrade"), ("press", "old"), ("answer", "old")):
        ran = coach("drafts", *command)
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert "q99" in ran.stderr
    assert drafts("forget", "old", "--yes").stderr.endswith("removed.\n")


def test_a_chat_window_is_a_judge_like_another(home: Path, tmp_path: Path) -> None:
    """By hand: draft and card are kept, compared only with cards of the same window; a bad reply keeps the draft."""
    file = tmp_path / "ferry.md"
    file.write_text(SOLID, encoding="utf-8")
    window = ("add", "ferry", file, "-q", "5", "--by-hand", "--model", "some window")
    good = says(LIBRARY, "q05", SOLID, {"goal": "met"})
    ran = coach("drafts", *window, stdin="so sorry")
    assert (ran.exit_code, ran.stdout) == (4, "")
    assert [draft.card for draft in kept(home, "ferry")] == [None]
    assert drafts(*window, stdin=good).stdout.startswith("Q05")
    assert "the same text" in drafts(*window, stdin=good).stdout
    assert [len(draft.cards) for draft in kept(home, "ferry")] == [1, 1]
    assert json.loads(drafts("compare", "ferry", "--format", "json").stdout)["judge"] == "some window"
    assert "not compared, another" in drafts("add", "ferry", file).stdout


def test_a_card_that_was_made_anyway_is_compared() -> None:
    """What does not look like an answer, graded --anyway: levels, and a comparison with the next one."""
    drafts("add", "short", "-q", "story", "--anyway", stdin="It went well.")
    ran = drafts("add", "short", ONE)
    assert ran.stdout.startswith("SINCE draft 1: + ")
    assert "Better" in drafts("compare", "short").stdout
