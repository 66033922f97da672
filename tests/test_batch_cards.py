"""Cards to be sent: one file an answer, a safe name, and nothing about anybody else."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.batch.graded import Graded
from answer_coach.feedback import Feedback, Source
from answer_coach.library.shelf import Library
from answer_coach.reports.sending import Form, Names, cards, safe
from answer_coach.reports.writing import write_all
from tests.support.html import Page
from tests.support.sample import coach, sample, troubles, write_batch

LIBRARY = Library()
COACH = coach(LIBRARY)
BATCH = [*sample(COACH, ("q05",)), *troubles(COACH)]
RUBRICS = {"q05": LIBRARY.rubric("q05"), "q02": LIBRARY.rubric("q02")}
LEVEL = re.compile(r"of 5|\u2192|->|reads as|\bLevel \d|(Business|Technical|Leadership|overall) \d")


def named(name: str, draft: str | None = None) -> Graded:
    """An answer by somebody of this name."""
    source = Source(candidate=name, draft=draft, path="C:\\private\\answers.csv", row=3)
    return BATCH[0].model_copy(update={"card": BATCH[0].card.model_copy(update={"source": source})})


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_each_answer_has_a_card_with_its_own_only(form: Form) -> None:
    """A file an answer but for what failed; no other candidate's name, and not where the answers are kept."""
    files = list(cards([*BATCH, named("Zoe")], RUBRICS, form))
    assert len(files) == len(BATCH)
    people = {item.who for item in BATCH}
    for file in files[:-1]:
        item = BATCH[file.number - 1]
        assert not [who for who in people - {item.who} if who in file.content]
        assert "answers.csv" not in file.content
    assert "private" not in files[-1].content


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_without_score_no_level_shows(form: Form) -> None:
    """No level, range or gain stands on a card without scores; the next edit and the words do."""
    for file in cards(BATCH, RUBRICS, form, numbers=False):
        text = Page(file.content).text if form == "html" else file.content
        assert not LEVEL.search(text), file.name
        assert not [cap.says for cap in RUBRICS[BATCH[file.number - 1].card.question].caps if cap.says in text]
    with_levels = "".join(file.content for file in cards(BATCH, RUBRICS, form))
    assert LEVEL.search(with_levels)


def test_an_html_card_shows_its_answer_underlined() -> None:
    """The whole answer stands on the card, the words that earned credit underlined, in one file without a script."""
    strong = BATCH[3]
    assert isinstance(strong.card, Feedback)
    (file,) = cards([strong], RUBRICS, "html")
    read = Page(file.content)
    marked = "".join(data for tag, data in read.texts if tag == "mark")
    assert strong.card.indicator("outcome").evidence[0].quote in marked
    draft = "".join(data for tag, data in read.texts if tag in ("mark", "div"))
    assert " ".join(strong.text.split()) in " ".join(draft.split())
    assert not read.all("script")
    levels = [int(e.tag[1]) for e in read.elements if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels[0] == 1
    assert max(levels) == 2


@given(st.text(max_size=80), st.text(max_size=80) | st.none())
def test_names_of_files_are_safe(name: str, draft: str | None) -> None:
    """No separator, dot, blank or control character, no name of a device, not too long, whatever people are called."""
    file = Names(".html").of(named(name, draft))
    stem = file.removesuffix(".html")
    assert re.fullmatch(r"[\w-]+", stem)
    assert "-q05" in stem
    assert len(file.encode()) < 250
    assert file == file.casefold() or not stem.isascii()


@given(st.lists(st.sampled_from(["Ada", "ada", "\u00c1da", "A-da", "", "A da", "ada-q05"]), max_size=12))
def test_names_of_files_are_unique(names: list[str]) -> None:
    """Each answer has a file of its own, on disks that do not tell capitals, too."""
    taken = Names(".md")
    files = [taken.of(named(name)) for name in names]
    assert len({file.casefold() for file in files}) == len(names)


def test_names_keep_letters_of_any_script() -> None:
    """Accents go, other scripts stay."""
    assert safe("Zo\u00eb \u00c5str\u00f6m/../x") == "zoe-astrom-x"
    assert safe("\u674e \u5a1c") == "\u674e-\u5a1c"
    assert safe("../..") == ""


def test_names_of_many_bytes_fit_a_file_system() -> None:
    """Letters that take four bytes each fill no name beyond what disks take."""
    file = Names(".html").of(named("\U00020000" * 80, "\U00020001" * 80))
    assert len(f".{file}.new".encode()) < 255


def test_all_is_written_beside_the_results(tmp_path: Path) -> None:
    """Summary, report, cards and their list; whoever else uses the machine can't read them."""
    folder = write_batch(tmp_path / "now", BATCH)
    found = write_all(folder, None, "html", no_score=True, library=LIBRARY)
    assert found.send
    assert found.send.files == len(BATCH) - 1
    for name in ("summary.csv", "report.html"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    with (folder / "cards" / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["file"] for row in rows} == {path.name for path in (folder / "cards").glob("*.html")}
    assert len(rows) == found.send.files
    assert "reads as" in (folder / "report.html").read_text(encoding="utf-8")


def test_writing_again_leaves_no_old_card(tmp_path: Path) -> None:
    """Cards of another form go when new ones come; what else is in the folder stays."""
    folder = write_batch(tmp_path, BATCH)
    write_all(folder, cards_format="html", library=LIBRARY)
    (folder / "cards" / "my-notes.html").write_text("mine", encoding="utf-8")
    before = write_batch(tmp_path / "before", BATCH[:2])
    found = write_all(folder, against=before, cards_format="markdown", library=LIBRARY)
    left = {path.name for path in (folder / "cards").iterdir()}
    assert {name for name in left if name.endswith(".html")} == {"my-notes.html"}
    assert found.since
    assert found.since.compared == 2
    assert write_all(folder, cards_format=None, library=LIBRARY).send is None
