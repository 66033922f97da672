"""`coach batch --via openai-batch`: everything graded once, whatever the service makes of it and wherever it stops."""

from __future__ import annotations

import csv
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.batches import Ran, cards, inside, started, table, text_of, until
from tests.support.server import Endpoint
from tests.support.service import Lines, Outcome, Provider, all_well, expired, refused, replied, service

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and modes are POSIX's here")
VIA = ("--via", "openai-batch", "--poll", "0.1")


def at(provider: Provider) -> Endpoint:
    """The service as the endpoint of a command line."""
    return Endpoint(provider.base_url)


def sending(given: Path, out: Path, provider: Provider, *more: str) -> Ran:
    """A batch over the service, to its end."""
    return inside(given, "--out", out, *VIA, *more, at=at(provider))


def picking(word: str, out: Path, provider: Provider, *more: str) -> Ran:
    """`status` or `collect`."""
    return inside(word, out, "--base-url", provider.base_url, *more)


def number_of(line: dict[str, Any]) -> int:
    """The number of the answer that a request carries."""
    said = "\n".join(str(m["content"]) for m in line["body"]["messages"])
    return int(said.rpartition("depot number ")[2].split(".")[0])


def kinds(out: Path) -> list[tuple[int, str]]:
    """Row and kind of each card."""
    return [(card["source"]["row"], card["kind"]) for card in cards(out)]


def setting(home: Path, text: str) -> None:
    """Write the config file."""
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(text, encoding="utf-8")


def test_a_batch_comes_back_in_any_order(tmp_path: Path, home: Path) -> None:
    """Six answers, one file, no request outside it; cards in order at half the price, and no request left on disk."""
    setting(home, '[prices."m"]\ninput = 100\noutput = 1000\n')
    given, out = table(tmp_path / "a.csv", range(6)), tmp_path / "out"
    with service() as provider:
        ran = sending(given, out, provider)
        assert (ran.code, [len(lines) for lines in provider.sent], provider.asked) == (0, [6], 0), ran.err
        again = sending(given, out, provider)
        assert (again.code, len(provider.batches)) == (0, 1), again.err
    assert kinds(out) == [(row, "feedback") for row in range(1, 7)]
    [card, *_] = cards(out)
    tokens = card["usage"]
    cached = tokens["cached_tokens"] * 100  # no price of its own
    full = (tokens["input_tokens"] - tokens["cached_tokens"]) * 100 + cached + tokens["output_tokens"] * 1000
    assert tokens["cost"] == pytest.approx(full / 2 / 1e6)
    assert not (out / "service").exists()
    assert text_of(1) not in (out / "service.json").read_text(encoding="utf-8")


def test_what_went_wrong_is_asked_again_and_nothing_else(tmp_path: Path) -> None:
    """Missing, expired, failed and malformed rows wait for the next round; a refused answer has its card; the rest is
    graded, and no request that had its reply is sent twice."""
    given, out = table(tmp_path / "a.csv", range(8)), tmp_path / "out"

    def mixed(lines: Lines) -> Outcome:
        by = {number_of(line): line for line in lines}
        return Outcome(
            "expired",
            [replied(by[7]), replied(by[0]), replied(by[5], "That is a fine answer.")],
            [
                expired(by[2]),
                refused(by[3], 500, "server_error"),
                refused(by[4], 400, "content_filter"),
                refused(by[6], 429, "rate_limit_exceeded"),
            ],
        )

    with service(Provider(ends=mixed)) as provider:
        first = sending(given, out, provider)
        assert first.code == 4, first.err
        assert kinds(out) == [(1, "feedback"), (5, "failed"), (8, "feedback")]
        assert "4 of 8 collected" in first.err
        for why in ("1 batch_expired", "1 500 server_error", "1 429 rate_limit_exceeded", "1 expired"):
            assert why in first.err
        assert "5 answers to ask once more" in first.err
        provider.ends = all_well
        second = sending(given, out, provider)
        assert (second.code, len(provider.batches), provider.asked) == (0, 2, 0), second.err
        anew = {number_of(line): len(line["body"]["messages"]) for line in provider.sent[1]}
        assert anew == {1: 2, 2: 2, 3: 2, 5: 4, 6: 2}
    assert Counter(kind for _, kind in kinds(out)) == {"feedback": 7, "failed": 1}
    assert [row for row, _ in kinds(out)] == list(range(1, 9))


def test_a_file_that_fails_its_validation_ends_the_run(tmp_path: Path) -> None:
    """Exit code 3 with the service's code, nothing of its words; the next run sends it anew."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"
    with service(Provider(ends=lambda lines: Outcome("failed", faults=("token_limit_exceeded",)))) as provider:
        ran = sending(given, out, provider)
        assert (ran.code, cards(out)) == (3, []), ran.err
        assert "failed (token_limit_exceeded), 0 of 2 collected" in ran.err
        provider.ends = all_well
        assert sending(given, out, provider).code == 0
        assert len(provider.batches) == 2


def test_files_keep_to_the_limits_of_the_service(tmp_path: Path, home: Path) -> None:
    """Five requests where a file may have two: three files, which a dry run tells before; each answer graded once."""
    given, out = table(tmp_path / "a.csv", range(5)), tmp_path / "out"
    with service() as provider:
        row = f'base_url = "{provider.base_url}"\nmodes = ["json_schema"]\nservice = {{ requests = 2 }}\n'
        setting(home, f"[providers.house]\n{row}")
        told = inside(given, "--out", out, *VIA, "--dry-run", "--model", "house/m")
        assert ("about 3 files, at 50% of the price" in told.out, provider.files) == (True, {})
        ran = inside(given, "--out", out, *VIA, "--model", "house/m")
        assert (ran.code, [len(lines) for lines in provider.sent]) == (0, [2, 2, 1]), ran.err
        assert "takes the form" not in ran.err
        form = {line["body"]["response_format"]["json_schema"]["strict"] for lines in provider.sent for line in lines}
        assert form == {True}
        assert inside("status", out).out.count("\n") == 3
    assert len(cards(out)) == 5


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


def test_one_text_is_one_request_and_each_pass_its_own(tmp_path: Path) -> None:
    """Two people with one text and a third, three passes: six requests, three cards of three passes."""
    given, out = tmp_path / "a.csv", tmp_path / "out"
    with given.open("w", encoding="utf-8", newline="") as file:
        rows = [("candidate", "question", "answer"), *((name, "q05", text_of(name == "c")) for name in "abc")]
        csv.writer(file).writerows(rows)
    with service() as provider:
        ran = sending(given, out, provider, "--passes", "3")
        assert (ran.code, [len(lines) for lines in provider.sent]) == (0, [6]), ran.err
        assert len({line["custom_id"] for line in provider.sent[0]}) == 6
    assert [card["graded_by"]["passes"] for card in cards(out)] == [3, 3, 3]


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


def test_a_field_that_the_service_refuses_is_left_out_of_the_next_round(tmp_path: Path, home: Path) -> None:
    """Every row says that it takes no temperature: the next round goes without it, and a third is not needed."""
    setting(home, "temperature = 1\n")
    given, out = table(tmp_path / "a.csv", range(3)), tmp_path / "out"

    def picky(lines: Lines) -> Outcome:
        told = "Unsupported parameter: temperature"
        wrong = [line for line in lines if "temperature" in line["body"]]
        well = [replied(line) for line in lines if line not in wrong]
        return Outcome(output=well, errors=[refused(line, 400, "unsupported_parameter", told) for line in wrong])

    with service(Provider(ends=picky)) as provider:
        assert sending(given, out, provider).code == 4
        ran = sending(given, out, provider)
        assert (ran.code, [len(lines) for lines in provider.sent]) == (0, [3, 3]), ran.err
        assert sending(given, out, provider).code == 0
        assert len(provider.batches) == 2
    assert [kind for _, kind in kinds(out)] == ["feedback"] * 3


@pytest.mark.parametrize(
    ("more", "said"),
    [(("--via", "post"), "--via is openai-batch"), ((*VIA, "--model", "rules"), "--via needs a model")],
)
def test_only_a_model_is_asked_over_the_service_that_there_is(tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    """Another service, or the rules: exit code 2 and what to say instead."""
    ran = inside(table(tmp_path / "a.csv", range(1)), "--out", tmp_path / "out", "--model", "openai/m", *more)
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_a_retry_forgets_what_made_it_fail_and_keeps_what_goes_on(tmp_path: Path) -> None:
    """One answer is refused, one has a reply to go on from, one expired: --retry-failed asks each what it lacks."""
    given, out = table(tmp_path / "a.csv", range(3)), tmp_path / "out"

    def mixed(lines: Lines) -> Outcome:
        by = {number_of(line): line for line in lines}
        return Outcome(output=[replied(by[1], "Fine.")], errors=[refused(by[0], 400, "content_filter"), expired(by[2])])

    with service(Provider(ends=mixed)) as provider:
        assert sending(given, out, provider).code == 4
        provider.ends = all_well
        ran = sending(given, out, provider, "--retry-failed")
        assert (ran.code, len(provider.batches)) == (0, 2), ran.err
        assert {number_of(line): len(line["body"]["messages"]) for line in provider.sent[1]} == {0: 2, 1: 4, 2: 2}
    assert [kind for _, kind in kinds(out)] == ["feedback"] * 3


def test_what_was_refused_once_is_graded_again_on_demand(tmp_path: Path) -> None:
    """--retry-failed sends what failed, and only that."""
    given, out = table(tmp_path / "a.csv", range(3)), tmp_path / "out"

    def filtering(lines: Lines) -> Outcome:
        odd = [line for line in lines if number_of(line) == 1]
        well = [replied(line) for line in lines if line not in odd]
        return Outcome(output=well, errors=[refused(line, 400, "content_filter") for line in odd])

    with service(Provider(ends=filtering)) as provider:
        assert sending(given, out, provider).code == 4
        assert sending(given, out, provider).code == 0  # nothing to grade
        provider.ends = all_well
        ran = sending(given, out, provider, "--retry-failed")
        assert (ran.code, [len(lines) for lines in provider.sent]) == (0, [3, 1]), ran.err
    assert [kind for _, kind in kinds(out)] == ["feedback"] * 3
    told = json.loads((out / "service.json").read_text(encoding="utf-8"))
    assert (told["waiting"], told["retry_failed"]) == (0, False)
