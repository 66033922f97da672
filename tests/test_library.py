"""The library: every fault at once as `path:line: what, and the remedy`, and the names that find a question."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from answer_coach import Coach
from answer_coach.errors import PromptInvalid, ResourceMissing, RubricInvalid, UnknownQuestion
from answer_coach.library.marked import front_matter
from answer_coach.library.shelf import Library
from answer_coach.resources import data_root
from tests.support.build import SOLID

Q05, Q08 = "q05-prioritization.yaml", "q08-roadmap.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mentor's own copy of the rubrics."""
    return Path(shutil.copytree(str(data_root("rubrics")), tmp_path / "rubrics"))


def change(path: Path, old: str, new: str) -> None:
    """Change one place of a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, needle: str, nth: int = 1) -> int:
    """The number of the line that holds the nth occurrence of a text."""
    text, at = path.read_text(encoding="utf-8"), -1
    for _ in range(nth):
        at = text.index(needle, at + 1)
    return text[:at].count("\n") + 1


def faults_of(folder: Path) -> list[str]:
    """What a library over the folder finds wrong with all of it."""
    with pytest.raises(RubricInvalid) as caught:
        Library(folder).rubrics()
    assert str(caught.value) == "\n".join(caught.value.faults)
    assert len(set(caught.value.faults)) == len(caught.value.faults)
    return caught.value.faults


LADDER_3 = "all: [goal], at_least"
# name: what to write over what, the line that the fault names, what it says, the remedy
BROKEN: dict[str, tuple[str, str, Callable[[Path], int], str, str]] = {
    "a key twice": (
        "slug: prioritization\n",
        "slug: prioritization\nslug: again\n",
        lambda path: line_of(path, "slug: again"),
        "key 'slug' stands twice",
        "it stands on line 3 already; remove one",
    ),
    "a key twice, deep inside": (
        "        label: business goal\n",
        "        label: business goal\n        label: goal\n",
        lambda path: line_of(path, "        label: goal"),
        "key 'label' stands twice",
        "remove one",
    ),
    "an unknown key": (
        "        label: business goal\n",
        "        label: business goal\n        colour: red\n",
        lambda path: line_of(path, "colour: red"),
        "'colour' is not a field",
        "remove it, or use one of: id, label, asks",
    ),
    "a missing field": (
        '        near_miss: "We look at the impact and the value of each project."\n',
        "",
        lambda path: line_of(path, "      goal:"),
        "'near_miss' is missing",
        "add it",
    ),
    "a label too long": (
        "label: business goal",
        "label: business goal of it all",
        lambda path: line_of(path, "label: business goal of it all"),
        "'label' is too long",
        "at most 18 characters",
    ),
    "an effort off the menu": (
        "effort: look_up",
        "effort: hard",
        lambda path: line_of(path, "effort: hard"),
        "'effort' is not on the menu",
        "use 'say', 'look_up' or 'only_if_it_happened'",
    ),
    "a figure for a text": (
        'version: "1.0"',
        "version: 1.0",
        lambda path: line_of(path, "version: 1.0"),
        "'version' is not text",
        "put it in quotes",
    ),
    "a follow-up that quotes nothing": (
        'follow_up: You said "{quote}". Who',
        "follow_up: Who",
        lambda path: line_of(path, "follow_up: Who"),
        "a follow-up quotes the draft",
        "put {quote} where the candidate's words go",
    ),
    "a ladder with an unknown indicator": (
        LADDER_3,
        "all: [gaol], at_least",
        lambda path: line_of(path, "all: [gaol]"),
        "level 3 speaks of 'gaol', which is no indicator here",
        "use one of: goal, sized, strategy, outcome",
    ),
    "more than there are": (
        "at_least: {n: 4, of",
        "at_least: {n: 9, of",
        lambda path: line_of(path, "at_least: {n: 9"),
        "at_least 9 of only 5 can never be reached",
        "lower n or name more",
    ),
    "an indicator that counts nowhere": (
        "      outcome: shared\n    levels:",
        "      outcome: shared\n      people: shared\n    levels:",
        lambda path: line_of(path, "      people: shared"),
        "indicator 'people' counts on no level",
        "name it in one, or remove it",
    ),
    "an indicator in two dimensions": (
        "      outcome: shared\n    levels:",
        "      outcome: shared\n      people: shared\n    levels:",
        lambda path: line_of(path, "      people: shared", 2),
        "indicator 'people' stands in two dimensions",
        "rename one",
    ),
    "a level left out": (
        '      2: {anchor: "Names one gain',
        '      #2: {anchor: "Names one gain',
        lambda path: line_of(path, "    levels:"),
        "levels are 1, 2, 3, 4 and 5, in that order",
        "add or remove to match",
    ),
    "a level that takes nothing": (
        ", any: [goal, sized, strategy, outcome]}",
        "}",
        lambda path: line_of(path, "      2: {anchor"),
        "level 2 takes nothing more than the one below",
        "add all, any or at_least",
    ),
    "a shared one that is not": (
        "      outcome: shared\n",
        "      outcome: shared\n      mood: shared\n",
        lambda path: line_of(path, "mood: shared"),
        "'mood' is not shared",
        "define it here, or use one of: decision, trade_off, people, outcome",
    ),
    "another id than the file's": (
        "id: q05",
        "id: q06",
        lambda path: line_of(path, "id: q06"),
        "id 'q06' is not that of the file name",
        "make it 'q05'",
    ),
    "not YAML": (
        "title: Prioritizing",
        "title: Now: Prioritizing",
        lambda path: line_of(path, "title: "),
        "not YAML",
        "a text that holds a colon stands in quotes",
    ),
    "an indent by tab": (
        "  business_goal:",
        "\tbusiness_goal:",
        lambda path: line_of(path, "\tbusiness_goal:"),
        "not YAML",
        "check indentation",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_names_its_line_and_its_remedy(folder: Path, name: str) -> None:
    """A person or an editor can go straight to the place, and is told what to write there."""
    old, new, line, what, remedy = BROKEN[name]
    path = folder / Q05
    change(path, old, new)
    [found] = [fault for fault in faults_of(folder) if what in fault]
    assert found.startswith(f"{path}:{line(path)}: {what}")
    assert remedy in found


def test_all_faults_of_all_files_come_at_once(folder: Path) -> None:
    """Five faults in two files and the shared one are listed in one go, each with its file and line."""
    q05, q08, shared = folder / Q05, folder / Q08, folder / "shared.yaml"
    change(q05, "label: business goal", "label: business goal of it all")
    change(q05, LADDER_3, "all: [gaol], at_least")
    change(q05, "difficulty: hard", "difficulty: heavy")
    change(q08, "        effort: look_up", "        effort: hard")
    change(shared, "    label: decision\n", "")
    begins = [fault.partition(": ")[0] for fault in faults_of(folder)]
    expected = [
        f"{q05}:{line_of(q05, 'business goal of it all')}",
        f"{q05}:{line_of(q05, 'all: [gaol]')}",
        f"{q05}:{line_of(q05, 'difficulty: heavy')}",
        f"{q08}:{line_of(q08, 'effort: hard')}",
        f"{shared}:{line_of(shared, '  decision:')}",
    ]
    assert [place for place in expected if begins.count(place) != 1] == []


def test_a_fault_in_one_file_leaves_the_others_usable(folder: Path) -> None:
    """A mentor who is halfway through one rubric can still grade by another."""
    change(folder / Q05, "label: business goal", "label: business goal of it all")
    library = Library(folder)
    assert library.rubric("q08").id == "q08"
    with pytest.raises(RubricInvalid):
        library.rubric("q05")


def test_faults_name_the_packaged_files_without_this_machines_paths(library: Library) -> None:
    """What came with the coach is called rubrics/NAME; only a mentor's own folder is named in full."""
    with pytest.raises(ResourceMissing, match="nothing-here"):
        library.template("nothing-here")
    assert all(re.match(r"[0-9a-f]{64}$", rubric.sha256) for rubric in library.rubrics())


@pytest.mark.parametrize("name", ["5", "05", "q5", "Q05", "q05", " q05 ", "q05-prioritization", "Q05-Prioritization"])
def test_ways_to_name_a_question(library: Library, name: str) -> None:
    """Number, id and id with slug mean the same, in any case."""
    assert library.resolve(name) == "q05"


def test_every_question_answers_to_its_id_and_its_file(library: Library) -> None:
    """The names that are shown are names that work."""
    for identifier, file in library.files.items():
        names = (identifier, identifier.upper(), file.removesuffix(".yaml"), library.rubric(identifier).id)
        assert {library.resolve(name) for name in names} == {identifier}


@pytest.mark.parametrize("name", ["q99", "12345", "5.0", "-5", "q05-", "prior", "../q05", "shared", "gate", "x" * 500])
def test_an_unknown_question_names_the_known_ones(library: Library, name: str) -> None:
    """No guess at what was meant; the message is short and lists what there is."""
    with pytest.raises(UnknownQuestion, match=r"Known: .*q05.*story") as caught:
        library.resolve(name)
    assert len(str(caught.value)) < 250


def test_a_mentors_own_folder_grades(folder: Path) -> None:
    """A copy with a changed label, a new version and a question of its own is what the card shows."""
    change(folder / Q05, "label: business goal", "label: the point of it")
    change(folder / Q05, 'version: "1.0"', 'version: "7"')
    shutil.copy(folder / Q05, folder / "q12-own.yaml")
    change(folder / "q12-own.yaml", "id: q05\nslug: prioritization", "id: q12\nslug: own")
    mine = Library(folder)
    assert mine.resolve("own") == mine.resolve("12") == "q12"
    coach = Coach("rules", library=mine)
    cards = [coach.grade(SOLID, question=name) for name in ("q05", "own")]
    assert [(card.question, card.rubric.version) for card in cards] == [("q05", "7"), ("q12", "7")]
    assert all(card.kind == "feedback" and card.indicator("goal").label == "the point of it" for card in cards)
    assert len({card.rubric.sha256 for card in (*cards, Coach("rules").grade(SOLID, question="q05"))}) == 3


def test_a_shared_indicator_can_be_laid_over(folder: Path) -> None:
    """A rubric that gives `outcome` another label keeps the rest of the shared one."""
    change(folder / Q05, "      outcome: shared\n", "      outcome: {label: what came of it}\n")
    changed, plain = (Library(at).rubric("q05").by_id["outcome"] for at in (folder, None))
    assert changed.label == "what came of it"
    assert changed.model_copy(update={"label": plain.label}) == plain


def test_a_prompt_with_an_undeclared_variable_is_a_fault(tmp_path: Path) -> None:
    """A template's variables are exactly those that it declares."""
    prompts = Path(shutil.copytree(str(data_root("prompts")), tmp_path / "prompts"))
    change(prompts / "grade.md", "${count}", "${number}")
    with pytest.raises(PromptInvalid, match=r"declared but not used: \['count'\]; used but not declared: \['number'\]"):
        Library(None, prompts).template("grade")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_front_matter_is_read_and_the_text_begins_behind_it(newline: str, mark: str) -> None:
    """Fields between two lines of dashes, with any newline, with or without a byte order mark."""
    text = mark + newline.join(["---", "question: q05", "---", "The answer."])
    fields, start = front_matter(text)
    assert fields == {"question": "q05"}
    assert text[start:] == "The answer."


@pytest.mark.parametrize("text", ["", "An answer.", "--- not\nfront matter", "---\n- a list\n---\nx", "---\n[\n---\nx"])
def test_what_is_no_front_matter_stays_in_the_text(text: str) -> None:
    """A text without fields is all answer."""
    assert front_matter(text) == ({}, 0)
