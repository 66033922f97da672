"""`coach batch --via openai-batch`: everything graded once, whatever the service makes of it, round by round."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from answer_coach import homes
from answer_coach.engines.memory import Known
from answer_coach.engines.providers import find_endpoint
from tests.support.batches import cards, inside, table, text_of
from tests.support.service import (
    VIA,
    Lines,
    Outcome,
    Provider,
    all_well,
    at,
    expired,
    kinds,
    number_of,
    refused,
    replied,
    sending,
    service,
    setting,
)


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
        for why in ("batch_expired (1)", "500 server_error (1)", "429 rate_limit_exceeded (1)", "expired (1)"):
            assert why in first.err
        assert "5 answers to ask once more" in first.err
        provider.ends = all_well
        second = sending(given, out, provider)
        assert (second.code, len(provider.batches), provider.asked) == (0, 2, 0), second.err
        anew = {number_of(line): len(line["body"]["messages"]) for line in provider.sent[1]}
        assert anew == {1: 2, 2: 2, 3: 2, 5: 4, 6: 2}
    assert Counter(kind for _, kind in kinds(out)) == {"feedback": 7, "failed": 1}
    assert [row for row, _ in kinds(out)] == list(range(1, 9))


def test_answers_that_are_all_refused_have_their_cards(tmp_path: Path) -> None:
    """Replies that are paid for are all graded: a run over the service gives up on none of them."""
    given, out = table(tmp_path / "a.csv", range(12)), tmp_path / "out"
    with service(
        Provider(ends=lambda ls: Outcome(errors=[refused(one, 400, "content_filter") for one in ls]))
    ) as at_it:
        assert sending(given, out, at_it).code == 4
    assert [kind for _, kind in kinds(out)] == ["failed"] * 12
    assert {card["error"]["code"] for card in cards(out)} == {"filtered"}


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


def test_what_is_known_of_the_endpoint_is_used(tmp_path: Path) -> None:
    """A reply mode that an ordinary run found out holds for the service, and nothing is said of it."""
    given, other = table(tmp_path / "a.csv", range(2)), table(tmp_path / "b.csv", range(2, 4))
    with service() as provider:
        assert inside(given, "--out", tmp_path / "one", at=at(provider)).code == 0
        ran = sending(other, tmp_path / "two", provider)
        assert (ran.code, "takes the form" in ran.err) == (0, False), ran.err
        assert {line["body"]["response_format"]["type"] for line in provider.sent[0]} == {"json_object"}
        kept = sending(given, tmp_path / "three", provider)
        assert (kept.code, len(provider.batches)) == (0, 1), kept.err


def test_one_answer_out_of_form_changes_nothing_for_others(tmp_path: Path, home: Path) -> None:
    """A judge that fails one answer twice is not asked in another way from then on: others keep what was replied."""
    given, out = table(tmp_path / "a.csv", range(2)), tmp_path / "out"

    def halting(lines: Lines) -> Outcome:
        first = len(lines[0]["body"]["messages"]) == 2
        return Outcome(output=[replied(one, "Fine." if first or number_of(one) == 0 else None) for one in lines])

    with service(Provider(ends=halting)) as provider:
        known = find_endpoint("m", provider.base_url, {})
        homes.memory({"COACH_HOME": str(home)}).keep(known, Known(mode="json_schema"))
        assert sending(given, out, provider).code == 4
        ran = sending(given, out, provider)
        assert (ran.code, [len(lines) for lines in provider.sent]) == (4, [2, 2]), ran.err
    assert kinds(out) == [(1, "failed"), (2, "feedback")]
