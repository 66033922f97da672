"""The files of a batch: whatever people are called, however full the disk, and nobody else's to read."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from answer_coach import Coach
from answer_coach.batch.entry import Entry
from answer_coach.batch.ledger import Ledger, held
from answer_coach.batch.run import Run
from answer_coach.batch.scratch import scratch
from answer_coach.errors import InputError, StoreError
from answer_coach.feedback import Source
from answer_coach.library.shelf import Library
from tests.support.batches import cards, inside, table, text_of

LIBRARY = Library()
POSIX = pytest.mark.skipif(os.name != "posix", reason="limits and modes are POSIX's here")


def entry(number: int) -> Entry:
    """An answer of its own person."""
    return Entry(text=text_of(number), question="q05", source=Source(path="a.csv", row=number, candidate=f"c{number}"))


@POSIX
def test_others_cannot_read_answers(tmp_path: Path) -> None:
    """Whatever is written to a batch's folder with answers or names in it is its owner's alone, before and after
    verdicts were applied."""
    out = tmp_path / "out"
    assert inside(table(tmp_path / "a.csv", range(2)), "--out", out, "--model", "rules", "--cards", "html").code == 0
    assert inside("review", out).code == inside("apply", out).code == 0
    files = [path for path in out.rglob("*") if path.is_file() and path.name not in (".lock", "manifest.json")]
    assert {"answers.jsonl", "results.jsonl", "review.csv"} <= {path.name for path in files}
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []


def test_a_name_with_half_a_letter_in_it_is_borne(tmp_path: Path) -> None:
    """Lone surrogates in names of people and drafts (JSON can write them) cost nothing: graded once, found again,
    reviewed and sent."""
    rows = [{"candidate": f"Zo\ud800{n}", "draft": "\udfff", "question": "q05", "answer": text_of(n)} for n in range(2)]
    given, out = tmp_path / "a.jsonl", tmp_path / "out"
    given.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = (given, "--out", out, "--model", "rules", "--cards", "html", "--against", out)
    assert inside(*command[:-2]).code == 0
    before = cards(out)
    assert (inside(*command).code, cards(out), len(before)) == (0, before, 2)
    assert inside("review", out).code == inside("apply", out).code == 0


@pytest.mark.skipif(os.name != "posix" or os.uname().sysname == "Darwin", reason="names of files are Unicode there")
def test_a_file_whose_name_is_no_text_is_borne(tmp_path: Path) -> None:
    """File names of an old archive may be bytes that are no UTF-8."""
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    Path(os.fsdecode(bytes(folder) + b"/zo\xe9-q05.txt")).write_text(text_of(1), encoding="utf-8")
    assert inside(folder, "--out", out, "--model", "rules").code == 0
    assert len(cards(out)) == 1


@POSIX
def test_a_full_disk_is_told_and_gone_on_from(tmp_path: Path) -> None:
    """Where a file can't grow any more the run ends with what is wrong and no trace of the code; once there is room
    again every answer has its one card."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    out, given = tmp_path / "out", [entry(number) for number in range(12)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        with pytest.raises(StoreError, match="can't be written"), Ledger(out) as ledger:
            Run(Coach("rules", library=LIBRARY), ledger).grade(given)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert 0 < len(cards(out)) < 12
    with Ledger(out) as ledger:
        Run(Coach("rules", library=LIBRARY), ledger).grade(given)
    assert [card["source"]["row"] for card in cards(out)] == list(range(12))


def test_a_scratch_file_that_cannot_grow_is_told() -> None:
    """What goes wrong with temporary files is a typed error that says where they are."""
    db = scratch("CREATE TABLE texts (text TEXT)")
    db.execute("PRAGMA max_page_count = 4")
    with pytest.raises(StoreError, match="emporary") as told:
        for _ in range(100):
            db.execute("INSERT INTO texts VALUES (?)", ("x" * 1000,))
    assert not isinstance(told.value, sqlite3.Error)


@pytest.mark.parametrize("line", [b"{}", b'{"kind": "feedback"}', b'{"kind": 1, "answer": {"sha256": 2}}'])
def test_a_line_that_is_no_card_is_told(tmp_path: Path, line: bytes) -> None:
    """An object that is no card is an error that names the file, and not a trace of the code."""
    (tmp_path / "results.jsonl").write_bytes(line + b"\n")
    with pytest.raises(StoreError, match=r"results\.jsonl"), Ledger(tmp_path):
        pass
    (tmp_path / "results.jsonl").write_bytes(b"")
    (tmp_path / "answers.jsonl").write_bytes(line + b"\n")
    with pytest.raises(StoreError, match=r"answers\.jsonl"), Ledger(tmp_path):
        pass


def test_a_folder_is_held_with_no_file_open(tmp_path: Path) -> None:
    """While verdicts are applied nobody else writes, and no file of the batch is open: on Windows it could not be
    replaced."""
    (tmp_path / "results.jsonl").write_bytes(b'{"torn')
    with held(tmp_path), pytest.raises(InputError, match="Another process"), Ledger(tmp_path):
        pass
    assert {path.name for path in tmp_path.iterdir()} <= {".lock", "results.jsonl"}
    with Ledger(tmp_path) as ledger:
        assert ledger.torn == 1


def test_a_text_that_a_power_cut_took_comes_back(tmp_path: Path) -> None:
    """The card is on the disk and its text is not: the next run puts the text back and grades nothing."""
    given = [entry(1), entry(2)]
    for folder in (tmp_path, tmp_path):
        with Ledger(folder) as ledger:
            made = Run(Coach("rules", library=LIBRARY), ledger)
            made.grade(given)
        texts = (folder / "answers.jsonl").read_bytes().splitlines()
        assert len(texts) == 2
        (folder / "answers.jsonl").write_bytes(texts[0] + b"\n" + texts[1][:9])
    assert made.tally.there == 2


def test_an_earlier_batch_is_looked_for_before_anything_is_graded(tmp_path: Path) -> None:
    """A wrong folder to compare with costs nothing: no answer is graded."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"
    ran = inside(given, "--out", out, "--model", "rules", "--against", tmp_path / "nowhere")
    assert (ran.code, "nowhere" in ran.err) == (2, True), ran.err
    assert cards(out) == []
