"""The guide's outline is covered, and the schema beside the rubrics is that of the code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from answer_coach.authoring import begin, schema_text
from answer_coach.coverage import coverage, uncovered, unknown
from answer_coach.errors import InputError
from answer_coach.library.shelf import Library
from answer_coach.lint import check
from answer_coach.reports.layout import width
from answer_coach.reports.rubrics import matrix

LIBRARY = Library()
ROOT = Path(str(LIBRARY.rubrics_root))


def test_every_item_of_the_guide_is_listened_for_or_excused() -> None:
    """Nothing that the guide names is left out silently, and an excuse is no double of an indicator."""
    rows = coverage(LIBRARY.outline, LIBRARY.rubrics())
    assert [row.item for row in uncovered(rows)] == []
    assert [row.item for row in rows if row.excused and row.covered] == []
    assert set(LIBRARY.outline.excused) <= set(LIBRARY.outline.outline)


def test_an_item_that_nothing_listens_for_is_found() -> None:
    """A new bullet in the outline is uncovered until an indicator names it."""
    outline = LIBRARY.outline.model_copy(update={"outline": {**LIBRARY.outline.outline, "q05/new": "something new"}})
    assert [row.item for row in uncovered(coverage(outline, LIBRARY.rubrics()))] == ["q05/new"]
    assert all(unknown(LIBRARY.outline, rubric) == [] for rubric in LIBRARY.rubrics())


def test_the_matrix_fits_a_terminal() -> None:
    """80 columns, and a sign where nothing listens."""
    rubrics = LIBRARY.rubrics()
    shown = matrix(coverage(LIBRARY.outline, rubrics), rubrics)
    assert [line for line in shown.splitlines() if width(line) > 80] == []
    assert "0 not covered" in shown


def test_the_schema_beside_the_rubrics_is_that_of_the_code() -> None:
    """`rubrics/rubric.schema.json` is what `authoring.schema_text` gives."""
    assert (ROOT / "rubric.schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("file", LIBRARY.files.values())
def test_rubrics_keep_to_their_schema(file: str) -> None:
    """Each names the schema on its first line and keeps to it; a field that is not there is a fault."""
    text = (ROOT / file).read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=rubric.schema.json\n")
    data = json.loads(json.dumps(yaml.safe_load(text)))
    validator = Draft202012Validator(json.loads(schema_text()))
    assert list(validator.iter_errors(data)) == []
    assert list(validator.iter_errors({**data, "colour": "red"}))


def test_a_skeleton_loads_and_its_check_is_a_list_of_what_to_write(tmp_path: Path) -> None:
    """A new rubric can be read at once beside the coach's own; each TODO is an error with its line."""
    path = begin("q12-experiments", tmp_path / "mine", LIBRARY)
    library = Library(path.parent, over=True)
    assert list(library.files) == [*[q for q in LIBRARY.files if q != "story"], "q12", "story"]
    assert library.rubric("q12").slug == "experiments"
    assert library.own("q12") and not library.own("q05")
    assert list(Library(path.parent).files) == ["q12"]
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [f for f in check(library, path.name) if f.message.startswith("still to be written")]
    assert [f.line for f in found] == [n for n, line in enumerate(lines, 1) if "TODO" in line and line[0] != "#"]


@pytest.mark.parametrize("name", ["q05", "12", "Q 12", "q12/x", ""])
def test_a_name_that_is_taken_or_none_is_refused(tmp_path: Path, name: str) -> None:
    """No file is written for it."""
    with pytest.raises(InputError):
        begin(name, tmp_path, LIBRARY)
    assert list(tmp_path.iterdir()) == []


def test_a_rubric_of_ones_own_takes_the_place_of_the_coachs(tmp_path: Path) -> None:
    """The same id in a person's folder wins; the others stay."""
    text = (ROOT / LIBRARY.files["q05"]).read_text(encoding="utf-8").replace("title: ", "title: My ", 1)
    (tmp_path / "q05-mine.yaml").write_text(text, encoding="utf-8")
    library = Library(tmp_path, over=True)
    assert library.rubric("5").title.startswith("My ")
    assert len(library.rubrics()) == len(LIBRARY.files)
