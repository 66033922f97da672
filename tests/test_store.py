"""The store of drafts: what was acknowledged is there, old files come along, damaged and newer ones are left alone."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.drafts.store import MIGRATIONS, VERSION, Store
from answer_coach.errors import InputError, StoreError
from tests.support.stories import NAME, QUESTION, STORY, Clock, told

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store may be made."""
    return tmp_path / "data" / "drafts.sqlite"


def test_drafts_come_back_as_they_were(path: Path) -> None:
    """Text, number, time and every card, for a store that was opened anew."""
    with Store(path, Clock()) as store:
        kept = told(store)
    with Store(path) as store:
        assert store.drafts(NAME) == kept
        assert [draft.number for draft in kept] == [1, 2, 3, 4, 5]
        assert [story.name for story in store.stories()] == [NAME]
        assert store.drafts("other") == []


@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever letters a draft has, it is returned code point for code point."""
    with Store(tmp_path_factory.mktemp("any") / "drafts.sqlite") as store:
        for text in texts:
            store.add(NAME, QUESTION, text)
        assert [draft.text for draft in store.drafts(NAME)] == texts


def test_half_a_letter_breaks_nothing(path: Path) -> None:
    """A lone surrogate, as some terminals paste it, becomes a question mark; the rest of the draft is there."""
    with Store(path) as store:
        draft = store.add(NAME, QUESTION, "half a \ud83d letter")
        assert draft.text == store.drafts(NAME)[0].text == "half a ? letter"


def test_names_are_filed_without_case_and_checked(path: Path) -> None:
    """One story under one name however it is typed; what could lead out of the folder is no name."""
    with Store(path) as store:
        store.add("Leaks", QUESTION, "one")
        assert store.add("leaks", QUESTION, "two").number == 2
        for name in ("", "../up", "a/b", "a b", ".hidden", "-x", "x" * 49, "a\nb"):
            with pytest.raises(InputError):
                store.add(name, QUESTION, "text")


def test_a_story_answers_one_question(path: Path) -> None:
    """A draft for another question is refused, and nothing of it is kept."""
    with Store(path) as store:
        store.add(NAME, QUESTION, "one")
        with pytest.raises(InputError, match="answers story, not q05"):
            store.add(NAME, "q05", "two")
        assert len(store.drafts(NAME)) == 1


def test_the_store_only_grows(path: Path) -> None:
    """What is kept can't be changed, not by SQL either."""
    with Store(path) as store:
        told(store, count=1)
        store.record(NAME, "answer", {"asked": "who?"})
    bare = sqlite3.connect(path)
    for change in ("drafts SET text = ''", "cards SET card = ''", "events SET data = ''", "stories SET question = ''"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            bare.execute(f"UPDATE {change}")
    bare.close()


def test_only_its_owner_may_read_it(path: Path) -> None:
    """The file, what SQLite puts beside it, and the folder."""
    with Store(path) as store:
        told(store, count=1)
        if sys.platform != "win32":
            for file in (path.parent, *path.parent.iterdir()):
                assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0


def test_nothing_is_left_of_what_was_forgotten(path: Path) -> None:
    """Not a word of draft, card, event or reply stands in any file; other stories stay."""
    with Store(path) as store:
        told(store, count=3)
        store.add("other", "q05", "The lighthouse keeper stays.")
        store.record(NAME, "answer", {"said": "the shopkeeper told me"})
        store.keep_reply(NAME, b"k", {"text": "a shopkeeper, says the judge"})
        assert store.forget(NAME) == 3
        assert [story.name for story in store.stories()] == ["other"]
        files = list(path.parent.iterdir())
        assert not [file for file in files if b"shopkeeper" in file.read_bytes()]
        assert any(b"lighthouse keeper" in file.read_bytes() for file in files)
        with pytest.raises(InputError, match="no story"):
            store.forget(NAME)


def test_an_older_store_comes_along_with_its_data(path: Path) -> None:
    """A file of version 1 is brought up to date once, and what it held is there."""
    path.parent.mkdir()
    old = sqlite3.connect(path)
    for statement in MIGRATIONS[0]:
        old.execute(statement)
    old.execute("INSERT INTO stories (name, question, created_at) VALUES ('leaks', 'story', '2025-01-01T00:00:00')")
    old.execute("INSERT INTO drafts (story, number, at, text) VALUES (1, 1, '2025-01-01T00:00:00', ?)", (STORY[0],))
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    for _ in range(2):
        with Store(path) as store:
            assert [draft.text for draft in store.drafts(NAME)] == [STORY[0]]
            assert store.events(NAME) == []
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    """The message says so, and not a byte changes."""
    Store(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer coach") as refused:
        Store(path)
    assert "COACH_HOME" in refused.value.hint
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["no database", "a page of it overwritten", "a card cut short"])
def test_a_damaged_store_is_refused_and_a_copy_kept(path: Path, kind: str) -> None:
    """Nothing is written into it, and what it held is in a copy beside it that only its owner reads."""
    with Store(path) as store:
        told(store, count=3)
    if kind == "a card cut short":
        broken = sqlite3.connect(path)
        broken.execute("DROP TRIGGER cards_stay")
        broken.execute("UPDATE cards SET card = substr(card, 1, 200)")
        broken.commit()
        broken.close()
    else:
        data = bytearray(path.read_bytes())
        start = 0 if kind == "no database" else 3 * 4096
        data[start : start + 4096] = b"\xa5" * 4096
        path.write_bytes(bytes(data))
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError, match="damaged"), Store(path) as store:
            store.drafts(NAME)
    copies = [file for file in path.parent.iterdir() if "damaged" in file.name]
    assert [file.read_bytes() for file in copies] == [before]
    assert sys.platform == "win32" or stat.S_IMODE(copies[0].stat().st_mode) == 0o600
    assert path.read_bytes() == before


def _many(path: str, mark: str, count: int) -> None:
    """What one of two processes does."""
    with Store(Path(path)) as store:
        for number in range(count):
            store.add(NAME, QUESTION, f"{mark} {number}")


def test_two_processes_lose_nothing(path: Path) -> None:
    """Each adds its drafts to one story, from an empty folder on: all are there, numbered without a gap."""
    context, count = multiprocessing.get_context("spawn"), 60
    both = [context.Process(target=_many, args=(str(path), mark, count)) for mark in "ab"]
    for process in both:
        process.start()
    for process in both:
        process.join(timeout=60)
        assert process.exitcode == 0
    with Store(path) as store:
        drafts = store.drafts(NAME)
    assert [draft.number for draft in drafts] == list(range(1, 2 * count + 1))
    for mark in "ab":
        mine = [draft.text for draft in drafts if draft.text.startswith(mark)]
        assert mine == [f"{mark} {number}" for number in range(count)]
