"""The report of a batch: for a terminal, for a spreadsheet, and as one file that runs nothing but its own."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.batch.cells import FORMULA
from answer_coach.batch.digest import ToSend, digest
from answer_coach.batch.graded import Graded
from answer_coach.feedback import Feedback, Source
from answer_coach.library.shelf import Library
from answer_coach.reports import batch
from answer_coach.reports.layout import width
from answer_coach.reports.page import MOST, WEAKEST, Overview, page
from tests.support.html import Page
from tests.support.sample import coach, sample, troubles

LIBRARY = Library()
COACH = coach(LIBRARY)
ASKED = ("q05", "story")
NOW = [*sample(COACH, ASKED), *troubles(COACH)]
RUBRICS = {name: LIBRARY.rubric(name) for name in ("q02", *ASKED)}
SEND = ToSend(files=12, folder="cards/", form="html", without_score=True)
DIGEST = digest(NOW, sample(COACH, ASKED, earlier=True), RUBRICS, SEND)
EVIL = "</div></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&lt;{{ 7*7 }}{% raw %}"
ANY = st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)


def report(items: list[Graded]) -> str:
    """The page of a batch."""
    return page(items, digest(items, items, RUBRICS, SEND), RUBRICS, "2026-11-23")


@pytest.fixture(scope="module")
def whole() -> str:
    """The page of the sample."""
    return page(NOW, DIGEST, RUBRICS, "2026-11-23")


def named(item: Graded, name: str, text: str | None = None) -> Graded:
    """The same answer by somebody of another name, with another text where one is given."""
    card = item.card.model_copy(update={"source": Source(candidate=name, path=f"{name}.md", draft=name)})
    return Graded(card=card, text=item.text if text is None else text)


def test_the_terminal_gets_five_parts_in_80_columns() -> None:
    """All five parts are there, in their order, and no line is wider than a terminal."""
    text = batch.text(DIGEST)
    places = [text.index(f"\n{label}") for label in ("NEEDS YOU", "TEACH THIS", "SINCE LAST", "LEVELS", "TO SEND")]
    assert places == sorted(places)
    assert max(width(line) for line in text.splitlines()) <= 80
    assert "without levels" in text


def test_nothing_to_say_is_said() -> None:
    """One answer that is as it should be, and no earlier batch: each part says that there is nothing."""
    text = batch.text(digest(NOW[:1], None, RUBRICS))
    assert all(label in text for label in ("nothing: all could be graded", "no earlier batch", "no cards"))
    assert "Nothing: all could be graded" in Page(page(NOW[:1], digest(NOW[:1]), {})).text


def test_an_empty_batch_has_a_report() -> None:
    """A batch without a single card is a report without figures, not an error."""
    assert "0 answers" in batch.text(digest([], [], {}))
    assert Page(report([])).all("main")


def test_the_table_has_a_row_for_every_answer() -> None:
    """summary.csv: a row an answer, in order, what could not be graded with its reason."""
    rows = list(csv.DictReader(io.StringIO("".join(batch.summary_csv(NOW)).removeprefix("\ufeff"))))
    assert [row["candidate"] for row in rows] == [item.who for item in NOW]
    assert [row["kind"] for row in rows] == [item.card.kind for item in NOW]
    for row, item in zip(rows, NOW, strict=True):
        if isinstance(item.card, Feedback):
            assert (row["overall"], row["error"]) == (str(item.card.overall.level), "")
            assert row["outcome"] == item.card.slots.outcome
        else:
            assert row["overall"] == ""
            assert row["error"]


@given(ANY)
def test_no_name_becomes_a_formula(name: str) -> None:
    """Whatever a candidate is called, the table stays a table of texts."""
    item = named(NOW[0], name)
    text = "".join(batch.summary_csv([item])).removeprefix("\ufeff")
    head, *rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 1
    assert len(rows[0]) == len(head)
    assert not any(cell.startswith(FORMULA) for cell in rows[0])


def test_the_page_is_well_formed_and_stands_alone(whole: str) -> None:
    """Tags close in order, ids are unique, links lead somewhere, and nothing is fetched from anywhere."""
    read = Page(whole)
    ids = [element.attributes["id"] for element in read.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert {link.attributes["href"] for link in read.all("a")} <= {f"#{name}" for name in ids}
    assert not [e for e in read.elements if {"src", "srcset", "data", "action"} & e.attributes.keys()]
    assert not read.all("link")
    assert not re.search(r"url\(|@import|https?:", whole)


def test_only_its_own_script_may_run(whole: str) -> None:
    """The policy names the hash of the one script as it stands in the page; there is no other, and no handler."""
    script = re.findall(r"<script>(.*?)</script>", whole, re.S)
    digest_of = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    read = Page(whole)
    policy = next(e.attributes["content"] for e in read.all("meta") if "http-equiv" in e.attributes)
    assert f"script-src 'sha256-{digest_of}'" in policy
    assert policy.startswith("default-src 'none'")
    assert len(script) == 1
    assert not [e for e in read.elements if any(name.startswith("on") for name in e.attributes)]


def test_the_page_can_be_read_without_eyes(whole: str) -> None:
    """Language, landmarks, headings without gaps, headers with scope, a caption for each table, words beside signs."""
    read = Page(whole)
    assert read.all("html")[0].attributes["lang"] == "en"
    assert [len(read.all(tag)) for tag in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    levels = [int(e.tag[1]) for e in read.elements if re.fullmatch(r"h[1-6]", e.tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in e.attributes for e in read.all("th"))
    assert len(read.all("caption")) == len(read.all("table"))
    signs = [data for tag, data in read.texts if tag == "i"]
    words = [data for tag, data in read.texts if tag == "span" and data in ("yes", "half", "no", "unclear")]
    assert len(signs) == len(words) > 100


def test_failures_come_first(whole: str) -> None:
    """The cards begin with what could not be graded."""
    read = Page(whole)
    order = [e.attributes["id"] for e in read.elements if e.attributes.get("class") == "inner"]
    assert order[:3] == ["a9", "a10", "a11"]
    assert len(order) == len(NOW)


def test_the_five_parts_stand_before_all_else(whole: str) -> None:
    """The first screen has the same five parts, in the same order, before the heat maps."""
    ids = [e.attributes["id"] for e in Page(whole).all("h2") if "id" in e.attributes]
    assert ids[:5] == ["needs", "teach", "since", "levels", "send"]


def test_two_judges_and_a_split_are_told_apart() -> None:
    """Each judge has levels and heat maps of its own, the report says so, and a split verdict is marked."""
    card = NOW[3].card
    assert isinstance(card, Feedback)
    assert card.graded_by
    first = card.dimensions[0]
    torn = first.indicators[0].model_copy(update={"agreement": 0.5})
    split = first.model_copy(update={"indicators": (torn, *first.indicators[1:])})
    by = card.graded_by.model_copy(update={"engine": "model", "model": "m-1", "host": "h.example", "prompt": None})
    other = card.model_copy(update={"graded_by": by, "dimensions": (split, *card.dimensions[1:])})
    items = [*NOW[:3], NOW[3].model_copy(update={"card": other})]
    read = Page(report(items))
    assert "2 judges graded this batch" in read.text
    assert "m-1 at h.example" in read.text
    assert "the passes were split" in read.text
    assert sum("map" in e.attributes.get("class", "").split() for e in read.all("table")) == 2
    assert "2 judges" in batch.text(digest(items))


def test_three_hundred_answers_are_a_file_that_can_be_mailed() -> None:
    """Under 5 MB for 300 answers, and none is left out."""
    many = [named(NOW[at % 8], f"Person {at}") for at in range(300)]
    text = page(many, digest(many, None, RUBRICS, SEND), RUBRICS)
    assert len(text.encode()) < 5_000_000
    assert len(Page(text).all("details")) == 300


def shown(items: list[Graded]) -> list[int]:
    """The numbers of the answers that a page shows."""
    seen = Overview(len(items))
    for number, item in enumerate(items, 1):
        seen.take(number, item)
    return seen.shown()


def test_of_very_many_the_weakest_are_shown() -> None:
    """Above a thousand: all that failed and the 200 weakest; the page says where the rest is."""
    many = [NOW[at % len(NOW)] for at in range(MOST + 1)]
    chosen = shown(many)
    failed = [n for n, item in enumerate(many, 1) if not isinstance(item.card, Feedback)]
    assert set(failed) <= set(chosen)
    assert len(chosen) == len(failed) + WEAKEST
    levels = [item.card.overall.level if isinstance(item.card, Feedback) else 0 for item in many]
    left = [level for n, level in enumerate(levels, 1) if n not in chosen]
    assert max(levels[n - 1] for n in chosen) <= min(left)
    assert shown(many[:MOST]) == list(range(1, MOST + 1))
    found = digest(NOW).model_copy(update={"answers": len(many)})
    text = Page(page(many, found, RUBRICS)).text
    assert f"the other {len(many) - len(chosen)} are in results.jsonl" in text


def elements(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The skeleton of a page: its tags and the names of their attributes."""
    return [(e.tag, tuple(e.attributes)) for e in Page(text).elements]


@pytest.mark.parametrize("at", [0, 8, 9])
def test_no_name_and_no_draft_can_bring_markup(at: int) -> None:
    """The page of a hostile name and draft has the elements of a harmless one: every kind of card."""
    plain, evil = ([named(NOW[at], who, text)] for who, text in (("Ada", "A draft."), (EVIL, EVIL)))
    assert elements(report(evil)) == elements(report(plain))
    assert "49" not in Page(report(evil)).text


@given(ANY, ANY)
def test_no_text_can_inject(name: str, text: str) -> None:
    """Whatever the name and the draft are made of, they stay text, and the page is UTF-8."""
    card = page([named(NOW[9], name, text)], digest([named(NOW[9], name, text)]), {})
    assert elements(card) == elements(page([named(NOW[9], "Ada", "x")], digest([named(NOW[9], "Ada", "x")]), {}))
    assert card.encode("utf-8")


def test_what_hides_is_written_out() -> None:
    """Characters that turn or hide letters are shown as what they are, in drafts and in names."""
    text = Page(report([named(NOW[9], "A\u202eda", "one\u202etwo\x00\r\nthree")])).text
    assert "A\\x202eda" in text
    assert "one\\x202etwo\\x00\nthree" in text


@pytest.mark.parametrize("path", sorted((Path(batch.__file__).parent / "templates").iterdir()), ids=lambda p: p.name)
def test_templates_are_small_and_trust_nobody(path: Path) -> None:
    """No template over 300 lines; only the house's own style and script go in as they stand."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert set(re.findall(r"\{\{ ?(\w+)\|safe", text)) <= {"style", "script"}
    assert "autoescape" not in text
