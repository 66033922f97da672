"""Faults in rubric files that are rarer, and that no later step may stumble over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from answer_coach.errors import CoachError, ResourceMissing, RubricInvalid
from answer_coach.library.shelf import Library

RUBRICS = Path(__file__).resolve().parents[1] / "rubrics"
FILE = "q05-prioritization.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rubrics that a test may break."""
    shutil.copytree(RUBRICS, tmp_path / "rubrics")
    return tmp_path / "rubrics"


def broken(folder: Path, old: str, new: str, file: str = FILE) -> list[str]:
    """The faults of the rubric after one change, without the folder's name."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RubricInvalid) as caught:
        Library(folder).rubric("q05")
    return [fault.replace(f"{folder}/", "") for fault in caught.value.faults]


def line_of(file: str, text: str) -> int:
    """The line on which a text stands in our own file."""
    lines = (RUBRICS / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_a_fault_inside_a_dimension_is_told_once(folder: Path) -> None:
    """No second fault says that the dimension is missing."""
    assert broken(folder, "label: business goal", "label: a business goal that is too long") == [
        f"{FILE}:{line_of(FILE, 'label: business goal')}: 'label' is too long; at most 18 characters"
    ]


def test_a_doubled_key_does_not_hide_the_other_faults(folder: Path) -> None:
    """All faults at once: the key, and the label further down."""
    path = folder / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("slug:", "slug: twice\nslug:", 1), encoding="utf-8")
    faults = broken(folder, "label: business goal", "label: a business goal that is too long")
    assert ["stands twice" in fault for fault in faults] == [True, False]


def test_a_doubled_key_in_the_shared_file_is_a_fault(folder: Path) -> None:
    """Of two decisions nobody can tell which is meant."""
    faults = broken(folder, "    slot: decision\n", "    slot: decision\n    slot: decision\n", "shared.yaml")
    assert faults == ["shared.yaml:6: key 'slot' stands twice; it stands on line 5 already; remove one"]


def test_an_unknown_class_in_a_signal_is_a_fault_of_the_file(folder: Path) -> None:
    """Found when the file is read, not when an answer is graded."""
    faults = broken(folder, '- met: "{biz} +', '- met: "{bizz} +')
    assert len(faults) == 1
    assert faults[0].endswith("there is no class {bizz} in signals.yaml; correct it, or add it to the rubric's classes")


def test_each_slot_belongs_to_one_indicator(folder: Path) -> None:
    """A rubric without a slot says which, and how to take it in."""
    faults = broken(folder, "slot: people", "slot: outcome", "shared.yaml")
    assert [fault.split("slot ")[1].split(" ")[0] for fault in faults] == ["'people'", "'outcome'"]


def test_a_topic_names_words_that_are_there(folder: Path) -> None:
    """`not do` would hold for every text without a `do`."""
    faults = broken(folder, "about: [", 'about: ["not do", ')
    assert len(faults) == 1
    assert "'not do' would be read as" in faults[0]


def test_braces_in_a_fix_are_only_braces(folder: Path) -> None:
    """A mentor may write {x}; nothing but {quote} is filled in."""
    path = folder / "shared.yaml"
    text = path.read_text(encoding="utf-8").replace("What would you say there now?", "What of {x} now?")
    path.write_text(text, encoding="utf-8")
    assert "{x}" in next(cap.fix for cap in Library(folder).rubric("q05").caps if cap.id == "serious_error")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("topic: ML architecture and strategy", "topic: &a [*a]"),
        ("topic: ML architecture and strategy", "topic: !!int x"),
        ("topic: ML architecture and strategy", "topic: 2021-13-45"),
    ],
)
def test_odd_yaml_is_a_fault_with_its_line(folder: Path, old: str, new: str) -> None:
    """Aliases to themselves and values that are none are named; nothing is raised raw."""
    assert all(fault.startswith(f"{FILE}:") for fault in broken(folder, old, new))


@pytest.mark.parametrize("file", ["shared.yaml", "gate.yaml", "signals.yaml", "topics.yaml"])
@pytest.mark.parametrize("content", ["", "- a\n- b\n", "a: [", "a: 1\n"])
def test_files_beside_the_rubrics_fail_in_the_houses_words(folder: Path, file: str, content: str) -> None:
    """Empty, a list, not YAML or without its fields: a typed error or a library that still works."""
    (folder / file).write_text(content, encoding="utf-8")
    library = Library(folder)
    for read in (
        lambda: library.rubric("q05"),
        lambda: library.limits,
        lambda: library.signals,
        lambda: library.topics,
    ):
        try:
            read()
        except CoachError as error:
            assert str(error)


def test_a_folder_that_is_not_there_is_named() -> None:
    """A person's own rubrics in a folder with a typo."""
    with pytest.raises(ResourceMissing, match="nowhere"):
        Library(Path("/nowhere")).rubric("q05")
