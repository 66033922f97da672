"""A batch at a service left, stopped and killed: it goes on, nothing is paid for twice, and nothing unasked."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.batches import cards, inside, started, table, until
from tests.support.service import (
    POSIX,
    VIA,
    Provider,
    at,
    kinds,
    number_of,
    picking,
    sending,
    service,
    setting,
)


def test_it_is_left_and_picked_up(tmp_path: Path) -> None:
    """--no-wait sends and ends with 0; status tells where it stands, collect grades what is there, as often as asked;
    meanwhile the requests are on disk for their owner alone, and asking one by one is refused."""
    given, out = table(tmp_path / "a.csv", range(4)), tmp_path / "out"
    with service(Provider(looks=3)) as provider:
        sent = sending(given, out, provider, "--no-wait")
        assert (sent.code, cards(out)) == (0, []), sent.err
        assert f"coach batch collect {out}" in sent.err
        held = list((out / "service").glob("coach-*.jsonl"))
        assert len(held) == 1
        assert sys.platform == "win32" or {path.stat().st_mode & 0o77 for path in (out / "service").iterdir()} == {0}
        looked = picking("status", out, provider)
        assert (looked.code, looked.out) == (0, "batch_0: in_progress, 2 of 4 done, 0 failed\n")
        assert picking("collect", out, provider).code == 4
        given.unlink()
        one_by_one = inside(table(given, range(4)), "--out", out, at=at(provider))
        assert (one_by_one.code, provider.asked) == (2, 0)
        assert "4 requests of" in one_by_one.err
        given.unlink()
        ran = picking("collect", out, provider, "--wait", "--poll", "0.1")
        assert (ran.code, kinds(out)) == (0, [(row, "feedback") for row in range(1, 5)]), ran.err
        before = (out / "results.jsonl").read_bytes()
        again = picking("collect", out, provider)
        assert (again.code, len(provider.batches)) == (0, 1)
        assert picking("status", out, provider).out == "batch_0: completed, 4 of 4 collected\n"
    assert (out / "results.jsonl").read_bytes() == before
    assert not (out / "service").exists()


def test_new_answers_go_out_while_others_are_under_way(tmp_path: Path) -> None:
    """The same command with more answers sends the new ones only, and loses none that the new input does not name."""
    out = tmp_path / "out"
    with service(Provider(looks=1)) as provider:
        sending(table(tmp_path / "a.csv", range(3)), out, provider, "--no-wait")
        more = sending(table(tmp_path / "b.csv", range(3, 5)), out, provider)
        assert more.code == 0, more.err
        assert [sorted(map(number_of, lines)) for lines in provider.sent] == [[0, 1, 2], [3, 4]]
    assert len(cards(out)) == 5


@POSIX
def test_ctrl_c_leaves_it_to_go_on_there(tmp_path: Path) -> None:
    """Exit code 130 with the way to go on; a second process meanwhile is refused; what was sent is not sent again."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"
    with service(Provider(looks=10**6)) as provider:
        process = started(given, "--out", out, *VIA, at=at(provider))
        until(lambda: provider.seen.get("batch_0", 0) > 1)
        other = picking("collect", out, provider)
        assert (other.code, "Another process" in other.err) == (2, True)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert (process.returncode, "Traceback" in err) == (130, False), err
        assert f"coach batch collect {out}" in err
        provider.looks = 0
        assert picking("collect", out, provider).code == 0
        assert len(provider.batches) == 1
    assert len(cards(out)) == 2


@POSIX
@pytest.mark.parametrize("step", ["upload", "create"])
def test_killed_while_it_sends_it_pays_once(tmp_path: Path, step: str) -> None:
    """Killed before it could write down what the service had made: the next start finds it there, by its name."""
    given, out = table(tmp_path / "a.csv", range(3)), tmp_path / "out"
    with service(Provider(slow={step: 1.5})) as provider:
        process = started(given, "--out", out, *VIA, at=at(provider))
        until(lambda: bool(provider.files if step == "upload" else provider.batches))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=20)
        assert '"batch_id": null' in (out / "service.json").read_text(encoding="utf-8")
        provider.slow.clear()
        again = sending(given, out, provider)
        assert (again.code, len(provider.batches), len(cards(out))) == (0, 1, 3), again.err
        uploads = [name for name, held in provider.files.items() if held[0].startswith("coach-")]
        assert len(uploads) == 1


@POSIX
def test_killed_while_it_fetches_it_fetches_again(tmp_path: Path) -> None:
    """Killed with the results on their way: they are fetched once more, and nothing is sent."""
    given, out = table(tmp_path / "a.csv", range(3)), tmp_path / "out"
    with service(Provider(slow={"fetch": 1.5})) as provider:
        process = started(given, "--out", out, *VIA, at=at(provider))
        until(lambda: provider.fetched > 0)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=20)
        assert cards(out) == []
        provider.slow.clear()
        again = picking("collect", out, provider)
        assert (again.code, len(provider.batches), len(cards(out))) == (0, 1, 3), again.err
        assert len([name for name, _ in provider.files.values() if name.startswith("coach-")]) == 1


def test_a_batch_whose_reply_was_lost_is_not_made_twice(tmp_path: Path) -> None:
    """The connection breaks behind the making: it is looked for, among others, before it is tried again."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"
    with service(Provider(lose={"create"})) as provider:
        ran = sending(given, out, provider)
        assert (ran.code, len(provider.batches), len(cards(out))) == (0, 1, 2), ran.err


def test_an_endpoint_without_the_service_is_told(tmp_path: Path) -> None:
    """Exit code 3 with the remedy; nothing is left under way, so that the ordinary way is free."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"
    with service(Provider(there=False)) as provider:
        ran = sending(given, out, provider)
        assert (ran.code, "has no batch service (404). Leave out --via" in ran.err) == (3, True), ran.err
        assert inside(given, "--out", out, at=at(provider)).code == 0
        assert provider.asked == 3  # the probe, too


def test_replies_that_fit_no_request_any_more_are_not_paid_for_again_unasked(tmp_path: Path, home: Path) -> None:
    """A setting is changed while a batch is under way: nothing is sent anew without --yes."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"
    with service() as provider:
        sending(given, out, provider, "--no-wait")
        setting(home, "temperature = 1\n")
        ran = sending(given, out, provider)
        assert (ran.code, len(provider.batches)) == (2, 1), ran.err
        assert "2 requests that were sent fit no answer any more" in ran.err
        agreed = sending(given, out, provider, "--yes")
        assert (agreed.code, len(provider.batches), len(cards(out))) == (0, 2, 2), agreed.err


@pytest.mark.parametrize("limit", [("--max-tokens", "2000"), ("--max-cost", "0.001")])
def test_a_limit_is_held_before_anything_is_sent(tmp_path: Path, home: Path, limit: tuple[str, str]) -> None:
    """What the requests would take by estimate is more than is allowed: exit code 3, and no file leaves the house."""
    setting(home, '[prices."m"]\ninput = 10\noutput = 10\n')
    given, out = table(tmp_path / "a.csv", range(3)), tmp_path / "out"
    with service() as provider:
        ran = sending(given, out, provider, *limit)
        assert (ran.code, provider.files) == (3, {}), ran.err
        assert f"Nothing was sent: {limit[0]}" in ran.err
        assert not list((out / "service").glob("coach-*"))


def test_a_folder_waits_for_one_model_at_one_endpoint(tmp_path: Path) -> None:
    """Another model, another address, a folder that was never sent: exit code 2, and no key goes anywhere."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"
    with service() as provider, service() as stranger:
        sending(given, out, provider, "--no-wait")
        other = inside(given, "--out", out, *VIA, "--model", "n", "--base-url", provider.base_url)
        assert (other.code, "waits for replies of m at" in other.err) == (2, True)
        assert picking("collect", out, stranger).code == 2
        assert inside("collect", out).code == 2
        assert stranger.seen == {}
        assert picking("status", tmp_path, provider).code == 2
        assert len(provider.batches) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [(("--via", "post"), "--via is openai-batch"), ((*VIA, "--model", "rules"), "--via needs a model")],
)
def test_only_a_model_is_asked_over_the_service_that_there_is(tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    """Another service, or the rules: exit code 2 and what to say instead."""
    ran = inside(table(tmp_path / "a.csv", range(1)), "--out", tmp_path / "out", "--model", "openai/m", *more)
    assert (ran.code, said in ran.err) == (2, True), ran.err


class Gone(Provider):
    """A service that is not there any more once it was looked at."""

    def _looked(self, name: str) -> dict[str, Any]:
        self.there = bool(self.seen)
        return super()._looked(name)


def test_a_service_that_is_lost_while_it_is_waited_for_is_no_loss(tmp_path: Path) -> None:
    """The network fails over night: the message says that it goes on there, and how to pick it up."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"
    with service(Gone()) as provider:
        lost = sending(given, out, provider)
        assert (lost.code, "coach batch collect" in lost.err) == (3, True), lost.err
        provider.there, provider.looks = True, 0
        assert picking("collect", out, provider).code == 0
        assert (len(cards(out)), len(provider.batches)) == (2, 1)


def test_what_was_never_sent_is_not_gone_on_with(tmp_path: Path) -> None:
    """A limit held all of it back, and fewer answers are named then: those are sent, and no other is paid for."""
    out = tmp_path / "out"
    with service() as provider:
        held = sending(table(tmp_path / "a.csv", range(6)), out, provider, "--max-tokens", "2000")
        assert (held.code, provider.sent) == (3, []), held.err
        fewer = sending(table(tmp_path / "b.csv", range(2)), out, provider)
        assert fewer.code == 0, fewer.err
        assert [sorted(map(number_of, lines)) for lines in provider.sent] == [[0, 1]]
    assert kinds(out) == [(1, "feedback"), (2, "feedback")]


def test_an_output_that_is_a_file_is_told(tmp_path: Path) -> None:
    """The message names what was meant, and nothing that a person never saw."""
    (tmp_path / "out").write_text("notes", encoding="utf-8")
    ran = inside(table(tmp_path / "a.csv", range(2)), "--out", tmp_path / "out")
    assert (ran.code, "service.json" in ran.err) == (5, False), ran.err
