"""`coach drafts answer`: the facts are the candidate's words alone, and what is closed is not asked for again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.drafts.facts import Fact, parse_facts, undefended, with_fact
from answer_coach.drafts.keeping import answer_of
from answer_coach.library.shelf import Library
from tests.endpoints import reader
from tests.support.desk import at, coach, drafts, kept, refused
from tests.support.server import Reply, Seen, completion, serving
from tests.support.stories import EXAMPLES

ONE, TWO, THREE = (EXAMPLES / "leaks" / f"{number}.md" for number in (1, 2, 3))
RUBRIC = Library().rubric("story")
NOTE = "Which purple zeppelin did you see before?"
LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
SAID = st.text(LETTERS, min_size=1, max_size=80).filter(lambda text: bool(text.strip()))


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules judge where no test names a model."""
    monkeypatch.setenv("COACH_MODEL", "rules")


def facts_of(home: Path) -> list[Fact]:
    """The facts of the story."""
    return parse_facts((home / "facts" / "leaks.md").read_text(encoding="utf-8"))


def asked_first(count: int) -> Sequence[str]:
    """The ids of what the last draft's card needs first, in the order in which they are asked."""
    card = json.loads(drafts("show", "leaks", "--format", "json").stdout)
    edits = [edit for edit in (card["next_edit"], *card["also"]) if edit]
    return list(dict.fromkeys(name for edit in edits for name in edit["needs"] if name in RUBRIC.by_id))[:count]


def noting(seen: Seen) -> Reply:
    """A model that has a note and a follow-up on everything, in words of its own."""
    said = reader.reply(reader.read(seen.body["messages"]))
    for opinion in said["indicators"]:
        opinion.update(note=NOTE, verdict="absent", evidence=[])
    said["follow_ups"] = [{"sentence": 1, "quote": "", "question": "What about the purple zeppelin?"}]
    return Reply(body=completion(json.dumps(said)))


def test_nothing_of_a_model_enters_the_facts(home: Path) -> None:
    """A person may be asked in a model's words; the file holds the rubric's questions and the person's answers."""
    with serving(noting) as endpoint:
        drafts("add", "leaks", ONE, *at(endpoint))
        assert "purple zeppelin" in drafts("show", "leaks", "--why").stdout
    ran = drafts("answer", "leaks", stdin="It was me, in May.\nn\nRuth said no.\n")
    text = (home / "facts" / "leaks.md").read_text(encoding="utf-8")
    assert "zeppelin" not in text
    facts = facts_of(home)
    assert [fact.said for fact in facts] == ["It was me, in May.", "", "Ruth said no."]
    asks = {ask for i in RUBRIC.indicators for ask in (i.ask_absent, i.ask_partial)}
    assert [fact.asked for fact in facts if fact.asked not in asks] == []
    assert str(home / "facts" / "leaks.md") in ran.stderr
    assert "It was me, in May." in ran.stdout


def test_what_is_closed_is_not_offered_again(home: Path) -> None:
    """Not by add, show or list, and answer does not ask it again; levels stay what they were."""
    drafts("add", "leaks", THREE)
    before = json.loads(drafts("show", "leaks", "--format", "json").stdout)
    needed = asked_first(1)
    drafts("answer", "leaks", stdin="n\n")
    assert [(fact.id, fact.state) for fact in facts_of(home)] == [(needed[0], "never")]
    label = RUBRIC.by_id[needed[0]].label
    assert not drafts("list").stdout.splitlines()[1].endswith(label)
    shown = json.loads(drafts("show", "leaks", "--format", "json").stdout)
    added = json.loads(drafts("add", "leaks", THREE, "--format", "json").stdout)
    for card in (shown, added):
        edits = [edit for edit in (card["next_edit"], *card["also"]) if edit]
        assert edits
        assert [edit for edit in edits if needed[0] in edit["needs"]] == []
        assert card["overall"] == before["overall"]
    assert label not in drafts("answer", "leaks", stdin="q\n").stderr
    assert "1 question is closed" in drafts("answer", "leaks").stdout


@pytest.mark.parametrize(("typed", "state"), [("n", "never"), ("?", "unknown"), ("X", "secret"), ("no idea", "told")])
def test_each_answer_is_kept_as_what_it_is(home: Path, typed: str, state: str) -> None:
    """Three ways of having nothing to tell, and words; Enter skips, q ends."""
    drafts("add", "leaks", ONE)
    second = asked_first(2)[1]
    drafts("answer", "leaks", stdin=f"\n{typed}\nq\nnot this\n")
    [fact] = facts_of(home)
    assert (fact.id, fact.state) == (second, state)


def test_figures_that_are_no_facts_are_flagged(home: Path) -> None:
    """A number of a draft that nobody answered for: can you defend it?  One that the facts hold is left alone."""
    drafts("add", "leaks", ONE)
    assert "DEFEND" not in drafts("show", "leaks").stdout
    drafts("answer", "leaks", stdin="Eighteen months of recordings, and ten spots a week\n")
    told = " ".join(drafts("add", "leaks", TWO).stdout.partition("DEFEND")[2].split())
    assert "Can you defend it?" in told
    assert "six out of ten" in told
    assert '"So we took eighteen' not in told
    drafts("answer", "leaks", stdin="\n" * 4 + "From the dig reports, six and two out of ten\n" * 12)
    assert "DEFEND" not in drafts("add", "leaks", TWO).stdout


def test_a_file_that_can_not_be_read_is_said_and_loses_nothing(home: Path) -> None:
    """Facts that are no text: add and answer name the file; what is kept can be listed and shown all the same."""
    drafts("add", "leaks", ONE)
    (home / "facts").mkdir()
    (home / "facts" / "leaks.md").write_bytes(b"\xff\xfe\x00\xd8broken")
    for command in (("add", "leaks", TWO), ("answer", "leaks")):
        assert "leaks.md can't be read" in refused(*command, code=5)
    assert len(kept(home, "leaks")) == 1
    assert drafts("show", "leaks").stdout.startswith("leaks, draft 1")
    assert "leaks" in drafts("list").stdout
    assert (home / "facts" / "leaks.md").read_bytes() == b"\xff\xfe\x00\xd8broken"


def test_a_file_that_a_person_changed_is_read_as_it_stands(home: Path) -> None:
    """Headings without a word below are open; what stands above the first one stays where it is."""
    drafts("add", "leaks", ONE)
    (home / "facts").mkdir()
    path = home / "facts" / "leaks.md"
    path.write_text("My own remarks.\n\n## decision: who?\nIt was ME\n\n## outcome: what?\n\n", encoding="utf-8")
    ran = drafts("answer", "leaks", stdin="n\n")
    assert "decision:" not in ran.stderr
    text = path.read_text(encoding="utf-8")
    assert text.startswith("My own remarks.\n\n## decision: who?\nIt was ME\n")
    assert len(parse_facts(text)) == 2


def test_without_a_card_there_is_nothing_to_ask() -> None:
    """A draft that was never graded has no open questions: what to do is said."""
    with serving(lambda seen: Reply(500, {})) as endpoint:
        assert coach("drafts", "add", "leaks", ONE, *at(endpoint)).exit_code == 3
    assert "has no card yet" in refused("answer", "leaks")
    assert "No draft is kept" not in refused("answer", "nobody")


@given(said=st.lists(SAID, min_size=1, max_size=4), again=SAID)
def test_facts_come_back_as_they_were_said(said: list[str], again: str) -> None:
    """Whatever a person says, each fact keeps its id, and one that is said anew takes the old one's place."""
    text = ""
    for at_, words in enumerate(said):
        text = with_fact(text, Fact(id=f"id_{at_}", asked="Who?", state="told", said=words), "leaks")
    text = with_fact(text, Fact(id="id_0", asked="Who?", state="told", said=again), "leaks")
    facts = parse_facts(text)
    assert [fact.id for fact in facts] == [f"id_{at_}" for at_ in range(len(said))]
    if facts[0].state == "told":
        assert facts[0].said == again.strip()


@pytest.mark.parametrize("number", ["40", "2:30", "3,5", "24/7", "1.2m"])
def test_figures_keep_their_own_heading(number: str) -> None:
    """Whatever a figure is written with, its fact is read back as this figure's, and it is defended from then on."""
    fact = Fact(id=f"number {number}", asked="Where does it come from: what?", state="told", said="From the ledger")
    assert parse_facts(with_fact("", fact, "leaks")) == [fact]
    assert undefended(answer_of(f"It took us {number} to get there."), [fact]) == []


def test_numbers_are_alike_in_digits_and_words() -> None:
    """`18 months` is defended by `eighteen`, `1,200` by `1200`; `40%` is not by `4`."""
    facts = [Fact(id="data", asked="", state="told", said="eighteen months, 1200 alarms, 4 crews")]
    found = undefended(answer_of("We had 18 months and 1,200 alarms, and 40% of them were dry."), facts)
    assert ["40" in item.number for item in found] == [True]
