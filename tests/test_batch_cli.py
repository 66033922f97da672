"""`coach batch` from the command line: files in, results out, an exit code that says how it went, nothing twice."""

from __future__ import annotations

import csv
import json
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answer_coach.library.shelf import Library
from tests.support.batches import batch, cards, honest, inside, number_in, refusing, started, table, text_of, until
from tests.support.build import SOLID
from tests.support.server import Reply, Seen, serving

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's here")
RUBRICS = Path(str(Library().rubrics_root))
WRITTEN = ("results.jsonl", "summary.csv", "report.html", "manifest.json")
REFUSED = Reply(401, {"error": {"code": "invalid_api_key"}})


def level(card: dict[str, Any]) -> Any:
    """The levels of a card's dimensions."""
    return [dimension["level"] for dimension in card["dimensions"]]


def test_a_table_and_a_folder_become_results_once(tmp_path: Path) -> None:
    """Twelve answers: a card each, all files, exit code 0; the second run asks nothing and changes no card."""
    given = table(tmp_path / "a.csv", range(6))
    folder = tmp_path / "drafts"
    folder.mkdir()
    for number in range(6, 12):
        (folder / f"q05-c{number}.md").write_text(text_of(number), encoding="utf-8")
    out = tmp_path / "out"
    with serving(honest) as endpoint:
        ran = batch(given, folder, "--out", out, at=endpoint)
        assert (ran.code, len(endpoint.requests)) == (0, 12), ran.err
        first = (out / "results.jsonl").read_bytes()
        again = batch(given, folder, "--out", out, at=endpoint)
        assert (again.code, len(endpoint.requests), len(endpoint.probes)) == (0, 12, 1), again.err
    assert [name for name in WRITTEN if not (out / name).stat().st_size] == []
    assert (out / "results.jsonl").read_bytes() == first
    assert [card["kind"] for card in cards(out)] == ["feedback"] * 12
    assert "12 answers of 12 candidates to 1 question: 12 graded." in " ".join(ran.out.split())
    with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 12
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["tally"]["there"], manifest["graded_by"]["model"]) == (12, "m")


def test_results_do_not_lie_between_the_answers(tmp_path: Path) -> None:
    """`--out` may be inside the folder of answers, and a second run reads no card; it can't be that folder itself."""
    (tmp_path / "q05-ann.md").write_text(SOLID, encoding="utf-8")
    refused = inside(tmp_path, "--out", tmp_path, "--model", "rules")
    assert (refused.code, [path.name for path in tmp_path.iterdir()]) == (2, ["q05-ann.md"]), refused.err
    for _ in range(2):
        ran = inside(tmp_path, "--out", tmp_path / "out", "--model", "rules", "--cards", "markdown")
        assert (ran.code, len(cards(tmp_path / "out"))) == (0, 1), ran.err


def test_cards_to_send_have_a_form_that_there_is(tmp_path: Path) -> None:
    """An unknown form is an input error of both commands that write cards, told before anything is done."""
    assert "not 'pdf'" in inside(tmp_path, "--out", tmp_path / "out", "--cards", "pdf", "--model", "rules").err
    assert "not 'pdf'" in inside("apply", tmp_path, "--cards", "pdf").err


def test_rows_that_cannot_be_read_are_told_with_their_line(tmp_path: Path) -> None:
    """An empty answer and an unknown question: file, line and cause on stderr, the rest graded, exit code 2."""
    given = tmp_path / "a.csv"
    rows = [("a", "q05", SOLID), ("b", "q05", ""), ("c", "q99", SOLID), ("d", "q05", text_of(4))]
    with given.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("candidate", "question", "answer"), *rows])
    ran = batch(given, "--out", tmp_path / "out", "--model", "rules")
    assert ran.code == 2, ran.err
    assert "a.csv:3: the answer is empty" in ran.err
    assert "a.csv:4: 'question' names no question" in ran.err
    assert "ferry" not in ran.err
    assert len(cards(tmp_path / "out")) == 2
    strict = batch(given, "--out", tmp_path / "strict", "--model", "rules", "--strict")
    assert (strict.code, (tmp_path / "strict").exists()) == (2, False)


def test_failed_answers_are_an_exit_code_of_their_own(tmp_path: Path) -> None:
    """Two of six are refused: cards for all, exit code 4; --retry-failed asks for these two only."""
    given, out, refused = table(tmp_path / "a.csv", range(6)), tmp_path / "out", [2, 4]
    with serving(refusing(refused)) as endpoint:
        ran = batch(given, "--out", out, at=endpoint)
        assert ran.code == 4, ran.err
        assert sorted(card["kind"] for card in cards(out)) == ["failed"] * 2 + ["feedback"] * 4
        refused.clear()
        asked = len(endpoint.requests)
        assert batch(given, "--out", out, "--retry-failed", at=endpoint).code == 0
        assert sorted(number_in(seen) for seen in endpoint.requests[asked:]) == [2, 4]
    assert [card["kind"] for card in cards(out)] == ["feedback"] * 6


@pytest.mark.parametrize("enforcing", [True, False])
def test_a_wrong_key_ends_the_run_with_its_cause(tmp_path: Path, enforcing: bool) -> None:
    """Exit code 3 and the remedy after one request, or where only its probe was taken, after those that go at once."""
    given, out, wrong = table(tmp_path / "a.csv", range(100)), tmp_path / "out", [True]
    with serving(lambda seen: REFUSED if wrong[0] else honest(seen), enforcing) as endpoint:
        ran = batch(given, "--out", out, "--max-concurrency", "8", at=endpoint)
        assert (ran.code, cards(out)) == (3, []), ran.err
        assert "did not accept the key" in ran.err
        assert "See whether the key is right" in ran.err
        assert len(endpoint.requests) <= (8 if enforcing else 1)


def test_cards_that_are_there_outlive_a_run_that_ends_early(tmp_path: Path) -> None:
    """New answers before the old ones and a wrong key: the run ends at once, and no card of before is lost."""
    out, wrong = tmp_path / "out", [False]
    with serving(lambda seen: REFUSED if wrong[0] else honest(seen)) as endpoint:
        assert batch(table(tmp_path / "a.csv", range(12)), "--out", out, at=endpoint).code == 0
        before, wrong[0] = (out / "results.jsonl").read_bytes(), True
        fresh = tmp_path / "fresh.csv"
        table(fresh, range(100, 160))
        assert batch(fresh, tmp_path / "a.csv", "--out", out, at=endpoint).code == 3
    assert (out / "results.jsonl").read_bytes() == before


def test_a_dry_run_sends_nothing(tmp_path: Path) -> None:
    """It counts answers and tokens and shows one prompt as it would be sent; no request, no folder."""
    given = table(tmp_path / "a.csv", range(12))
    with serving(honest) as endpoint:
        ran = batch(given, "--out", tmp_path / "out", "--dry-run", at=endpoint)
        assert (endpoint.requests, endpoint.probes) == ([], [])
    assert (ran.code, ran.err) == (0, "")
    assert "12 answers, 0 with a card already, 12 to grade, 0 rows that can't be read." in ran.out
    assert "--- system\n" in ran.out
    assert "That was depot number 0." in ran.out
    assert not (tmp_path / "out").exists()


def test_a_changed_rubric_is_graded_anew_only_when_agreed(tmp_path: Path) -> None:
    """Off a terminal it is refused without --yes, with nothing sent; with it every card is made with the new one."""
    own, out, given = tmp_path / "own", tmp_path / "out", table(tmp_path / "a.csv", range(3))
    with serving(honest) as endpoint:
        assert batch(given, "--out", out, at=endpoint).code == 0
        before = {card["rubric"]["sha256"] for card in cards(out)}
        own.mkdir()
        text = (RUBRICS / "q05-prioritization.yaml").read_text(encoding="utf-8")
        changed, faults = (
            text.replace("label: business goal", fresh) for fresh in ("label: business aim", "lable: goal")
        )
        (own / "q05-prioritization.yaml").write_text(faults, encoding="utf-8")
        faulty = batch(given, "--out", out, "--rubrics", own, at=endpoint)
        assert (faulty.code, "a.csv" in faulty.err, "q05-prioritization.yaml:" in faulty.err) == (2, False, True)
        (own / "q05-prioritization.yaml").write_text(changed, encoding="utf-8")
        refused = batch(given, "--out", out, "--rubrics", own, at=endpoint)
        assert (refused.code, len(endpoint.requests)) == (2, 3)
        assert "3 cards were made with another rubric" in refused.err
        assert "--yes" in refused.err
        agreed = batch(given, "--out", out, "--rubrics", own, "--yes", at=endpoint)
        assert agreed.code == 0, agreed.err
        assert batch(given, "--out", out, "--rubrics", own, at=endpoint).code == 0
    after = {card["rubric"]["sha256"] for card in cards(out)}
    assert (len(cards(out)), len(before), len(after), before & after) == (3, 1, 1, set())


def test_a_mentor_has_the_last_word(tmp_path: Path) -> None:
    """A verdict filled in and applied: another level, and the card says who set it; the other card is as it was."""
    given, out = tmp_path / "drafts", tmp_path / "out"
    given.mkdir()
    for kind in ("strong", "weak"):
        text = (RUBRICS / "exemplars" / f"q05-{kind}.md").read_text(encoding="utf-8")
        (given / f"q05-{kind}.md").write_text(text.rpartition("---\n")[2], encoding="utf-8")
    assert batch(given, "--out", out, "--model", "rules").code == 0
    strong, weak = cards(out)
    assert batch("review", out).code == 0
    with (out / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(
        row for row in rows if row["indicator"] == "outcome" and row["answer"] == strong["answer"]["sha256"][:12]
    )
    row["mine"] = "absent" if row["verdict"] == "met" else "met"
    with (out / "review.csv").open("w", encoding="utf-8", newline="") as file:
        table_of = csv.DictWriter(file, row.keys())
        table_of.writeheader()
        table_of.writerows(rows)
    applied = batch("apply", out, "--name", "Kim", "--cards", "markdown")
    assert applied.code == 0, applied.err
    assert "applied: 1 verdict, 0 notes of" in applied.err
    now, other = cards(out)
    assert level(now) != level(strong)
    assert other == weak
    sent = {path.name: path.read_text(encoding="utf-8") for path in (out / "cards").glob("*.md")}
    assert [name for name, text in sent.items() if "set by Kim" in text] == [min(sent)]


def test_the_same_answer_is_asked_for_once(tmp_path: Path) -> None:
    """Two people, one text: one request, two cards; another folder asks nothing again, unless --fresh."""
    given = tmp_path / "a.csv"
    with given.open("w", encoding="utf-8", newline="") as file:
        rows = [("candidate", "question", "answer"), ("a", "q05", text_of(1)), ("b", "q05", text_of(1))]
        csv.writer(file).writerows(rows)
    with serving(lambda seen: replace(honest(seen), pause=0.3)) as endpoint:
        assert batch(given, "--out", tmp_path / "one", at=endpoint).code == 0
        assert len(endpoint.requests) == 1
        assert [card["source"]["candidate"] for card in cards(tmp_path / "one")] == ["a", "b"]
        assert batch(given, "--out", tmp_path / "two", at=endpoint).code == 0
        assert len(endpoint.requests) == 1
        assert batch(given, "--out", tmp_path / "three", "--fresh", at=endpoint).code == 0
        assert len(endpoint.requests) == 2
    verdicts = [card["dimensions"] for name in ("one", "two", "three") for card in cards(tmp_path / name)]
    assert verdicts == verdicts[:1] * 6


def test_kept_replies_are_told_used_and_forgotten(tmp_path: Path, home: Path) -> None:
    """`where` tells path, number and size and creates nothing; --no-save keeps nothing and uses nothing."""
    given, path = table(tmp_path / "a.csv", range(3)), home / "replies.sqlite"
    with serving(honest) as endpoint:
        for asked, out in ((3, "one"), (6, "two")):
            assert batch(given, "--out", tmp_path / out, "--no-save", at=endpoint).code == 0
            assert len(endpoint.requests) == asked
        told = batch("where")
        assert (told.code, told.out, path.exists()) == (0, f"{path}\nNo replies are kept there.\n", False)
        assert "0 kept replies removed" in batch("forget").err
        assert not path.exists()
        assert batch(given, "--out", tmp_path / "three", at=endpoint).code == 0
        assert "3 kept replies, 0." in batch("where").out
        assert batch(given, "--out", tmp_path / "four", "--no-save", at=endpoint).code == 0
        assert len(endpoint.requests) == 12
    assert "3 kept replies removed" in batch("forget").err
    assert "No replies are kept there." in batch("where").out


@POSIX
def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    """Stopped in the middle: exit code 130, one line and no traceback; the next run asks for the rest only."""
    given, out = table(tmp_path / "a.csv", range(24)), tmp_path / "out"

    def slow(seen: Seen) -> Reply:
        reply = honest(seen)
        reply.pause = 0.2
        return reply

    with serving(slow) as endpoint:
        process = started(given, "--out", out, "--max-concurrency", "4", at=endpoint)
        until(lambda: len(cards(out)) >= 6)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert (process.returncode, "Traceback" in err, err.splitlines()[-1]) == (130, False, "coach: stopped"), err
        kept = len(cards(out))
        assert 6 <= kept < 24
        again = batch(given, "--out", out, at=endpoint)
        assert (again.code, len(cards(out))) == (0, 24), again.err
        assert len(endpoint.requests) <= 24 + 4
    assert [card["source"]["row"] for card in cards(out)] == sorted(card["source"]["row"] for card in cards(out))
