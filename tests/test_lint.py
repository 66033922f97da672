"""`coach rubrics check`: every fault of every file at once, with its line; what may go wrong later is a warning."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from answer_coach.errors import ResourceMissing
from answer_coach.library.shelf import Library
from answer_coach.lint import Finding, Lint, check, of_fault
from answer_coach.resources import data_root

INDICATOR_LINES = 11
Q05, STRONG = "q05-prioritization.yaml", "exemplars/q05-strong.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mentor's folder with one rubric and its four exemplars; the rest is the coach's own."""
    ours, mine = Path(str(data_root("rubrics"))), tmp_path / "mine"
    (mine / "exemplars").mkdir(parents=True)
    shutil.copy(ours / Q05, mine)
    for path in (ours / "exemplars").glob("q05-*.md"):
        shutil.copy(path, mine / "exemplars")
    return mine


def change(path: Path, old: str, new: str) -> int:
    """Write one thing over another, which must be there; the line on which it now stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1 + (len(new) - len(new.lstrip("\n")))


def test_the_rubrics_that_came_with_the_coach_have_no_finding() -> None:
    """No error, and no warning but that the rules engine can't see a few of the met examples."""
    unseen = "the rules engine finds nothing in this met example"
    found = check(Library())
    assert [str(f) for f in found if f.severity == "error" or f.message != unseen] == []
    assert len(found) <= 5


def test_a_folder_of_ones_own_is_held_against_the_coachs_shared_files(folder: Path) -> None:
    """shared.yaml, signals.yaml and the outline need not be copied."""
    assert check(Library(folder)) == []


# name: file, what to write over what, weight, what is said
FAULTY: dict[str, tuple[str, str, str, str, str]] = {
    "a vague word": (
        Q05,
        "asks: Does the draft name what a project",
        "asks: Does the draft clearly name what a project",
        "warning",
        "'clearly' is decided differently by two readers",
    ),
    "an ask too long for a card": (
        Q05,
        "ask_absent: What was the first project supposed",
        "ask_absent: " + "And " * 25 + "what was the first project supposed",
        "warning",
        "more than 25 words",
    ),
    "a near miss that the rules call met": (
        Q05,
        'near_miss: "We look at the impact and the value of each project."',
        'near_miss: "The drivers lost a third of the parcels because nobody wanted a list, and the money was gone."',
        "warning",
        "the rules engine takes this near miss for met",
    ),
    "a met example that the rules don't see": (
        Q05,
        'met: "Two people for six weeks, plus a data engineer on Fridays."',
        'met: "Hardly any."',
        "warning",
        "the rules engine finds nothing in this met example",
    ),
    "an example that stands in an exemplar": (
        Q05,
        'met: "Every missed pickup meant a refund and an angry call."',
        'met: "For the farmers the sick cow is the worst, because her milk is lost."',
        "warning",
        "shares 'cow is the worst because her'",
    ),
    "two labels alike": (
        Q05,
        "label: data looked at",
        "label: same yardstick",
        "warning",
        "reads like 'yardstick'",
    ),
    "an item that the guide does not have": (
        Q05,
        'source: "guide: q05/feasibility-analysis/data-availability"',
        'source: "guide: q05/feasibility/data"',
        "error",
        "the guide's outline has no 'q05/feasibility/data'",
    ),
    "a level that can't be given": (
        Q05,
        "any: [decision, trade_off, people, assigned, revisited]}",
        "all: [decision, trade_off, people]}",
        "error",
        "level 2 can never be given: whoever reaches it has reached the next",
    ),
    "times the wrong way round": (
        Q05,
        "minutes: [2, 3]",
        "minutes: [3, 2]",
        "error",
        "the shortest time comes first",
    ),
    "a verdict left out": (
        STRONG,
        "sized: met, ",
        "",
        "error",
        "no verdict for 'sized'; add it",
    ),
    "a verdict for nothing": (
        STRONG,
        "sized: met, ",
        "sized: met, colour: met, ",
        "error",
        "'colour' is no indicator; remove it",
    ),
    "levels that don't follow": (
        STRONG,
        "business_goal: 4",
        "business_goal: 5",
        "error",
        "these verdicts give {business_goal: 4,",
    ),
    "a verdict off the menu": (
        STRONG,
        "sized: met, ",
        "sized: yes, ",
        "error",
        "use 'met', 'partial', 'absent' or 'cannot_tell'",
    ),
    "an exemplar of another question": (
        STRONG,
        "question: q05",
        "question: q08",
        "error",
        "question 'q08' is not that of the file name",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_finding_names_its_line_and_what_to_do(folder: Path, name: str) -> None:
    """Each fault alone is the only thing found, at the line where it stands, with its weight."""
    file, old, new, severity, said = FAULTY[name]
    line = change(folder / file, old, new)
    found = [f for f in check(Library(folder)) if said in f.message]
    assert found
    assert {(f.file, f.severity) for f in found} == {(str(folder / file), severity)}
    # Findings about the whole of an indicator stand where it begins.
    assert any(0 <= line - f.line <= INDICATOR_LINES for f in found)


def test_all_findings_come_at_once(folder: Path) -> None:
    """A fault of one file does not hide those of another, nor an error a warning."""
    change(folder / Q05, "label: data looked at", "label: clear data")
    change(folder / STRONG, "sized: met, ", "")
    change(folder / "exemplars" / "q05-weak.md", "kind: weak", "kind: poor")
    found = check(Library(folder))
    assert {Path(f.file).name for f in found} == {Q05, "q05-strong.md", "q05-weak.md"}
    assert found == sorted(found)


def test_a_rubric_that_cannot_be_read_is_an_error_like_others(folder: Path) -> None:
    """What the library finds while reading comes out in the same form, file and line included."""
    line = change(folder / Q05, "effort: look_up", "effort: hard")
    assert [(f.file, f.line, f.severity) for f in check(Library(folder))] == [(str(folder / Q05), line, "error")]


def test_missing_exemplars_are_named(folder: Path) -> None:
    """A rubric without some of its four exemplars is told which files to write."""
    (folder / "exemplars" / "q05-solid.md").unlink()
    (found,) = check(Library(folder))
    assert (found.severity, found.line) == ("warning", 1)
    assert "no exemplar for solid; write exemplars/q05-solid.md" in found.message


def test_two_files_may_not_use_one_name_for_two_things(folder: Path) -> None:
    """A slug, and an indicator id that asks something else in another file, are errors in the later file."""
    text = (folder / Q05).read_text(encoding="utf-8").replace("id: q05", "id: q06", 1)
    text = text.replace("asks: Does the draft say by which few things", "asks: Is it told by which of the points", 1)
    (folder / "q06-other.yaml").write_text(text, encoding="utf-8")
    found = [f.message for f in check(Library(folder)) if f.severity == "error"]
    assert "slug 'prioritization' is that of q05, too; rename it" in found
    assert "'yardstick' asks something else in q05; rename one of them" in found


def test_two_files_of_one_id_are_a_fault(folder: Path) -> None:
    """Which of them would count is nobody's guess: both are named."""
    shutil.copy(folder / Q05, folder / "q05-again.yaml")
    found = [f.message for f in check(Library(folder)) if f.severity == "error"]
    assert "q05-prioritization.yaml has the id 'q05', too; rename one of the files" in found


def test_one_file_alone_can_be_checked(folder: Path) -> None:
    """`only` leaves the other files alone; a name that is not there is said to be none."""
    (folder / "q06-other.yaml").write_text("id: [", encoding="utf-8")
    assert check(Library(folder), Q05) == []
    assert check(Library(folder), "q06-other.yaml") != []
    with pytest.raises(ResourceMissing, match=r"q99\.yaml"):
        check(Library(folder), "q99.yaml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("about: [", "classes: {number: [dozen]}\nabout: [", "'number' is more than words"),
        ("about: [", "classes: {boat: [ship, '{harbour}']}\nabout: [", "there is no class {harbour}"),
        ("about: [", "classes: {boat: [ship, '{sail}'], sail: [mast]}\nabout: [", "can't be made of 'sail'"),
    ],
)
def test_classes_of_a_rubric_are_words(folder: Path, old: str, new: str, said: str) -> None:
    """A rubric's classes add words; they replace no expression, name no unknown class and run in no circle."""
    change(folder / Q05, old, new)
    assert any(said in f.message for f in check(Library(folder)))


def test_a_class_of_a_rubric_adds_to_one_of_the_coachs(folder: Path) -> None:
    """Words that only this question's answers use count in its signals, and in no other rubric's."""
    example = 'met: "Every missed pickup meant a refund and an angry call."'
    change(folder / Q05, example, 'met: "The zorbs stood still because nobody wanted them."')
    said = "the rules engine finds nothing in this met example"
    assert said in [f.message for f in check(Library(folder))]
    change(folder / Q05, "about: [", "classes: {biz: [zorbs]}\nabout: [")
    assert said not in [f.message for f in check(Library(folder))]


def test_an_indicator_that_never_changes_a_level_is_an_error(folder: Path) -> None:
    """Being named in a level is not enough: with every verdict of the others tried, it must matter once."""
    library = Library(folder)
    lint = Lint(library, library.rubric("q05"))
    dimension = lint.rubric.dimensions[1]
    idle = [
        rung.model_copy(update={"all": ("yardstick",), "any": (), "at_least": None})
        for rung in dimension.ladder.rungs[1:]
    ]
    last = idle[-1].model_copy(update={"any": ("yardstick", "checked")})
    ladder = dimension.ladder.model_copy(update={"rungs": (dimension.ladder.rungs[0], *idle[:-1], last)})
    lint._ladder(dimension.model_copy(update={"ladder": ladder}))
    told = [f.message for f in lint.found]
    assert "'checked' never changes a level; name it where it counts" in told
    assert any("level 2 can never be given" in message for message in told)


FORMS: list[tuple[str, Callable[[], Finding]]] = [
    ("a.yaml:3: error: what; remedy", lambda: of_fault("a.yaml:3: what; remedy")),
    ("C:/x/a.yaml:3: error: what: that", lambda: of_fault("C:/x/a.yaml:3: what: that")),
    ("topics.yaml:1: error: what", lambda: of_fault("topics.yaml: what")),
]


@pytest.mark.parametrize(("shown", "made"), FORMS)
def test_faults_of_the_library_keep_their_place(shown: str, made: Callable[[], Finding]) -> None:
    """`path:line: what` becomes a finding with that path and line; without a line it is the first."""
    assert str(made()) == shown
