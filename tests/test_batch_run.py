"""A batch: every answer exactly once, whatever happens in between; what can't work stops early, with its cause."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from answer_coach import Coach
from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.ledger import RESULTS, Ledger
from answer_coach.batch.run import Limits, Run
from answer_coach.batch.survey import survey
from answer_coach.engines.pacing import Pace, Pacer
from answer_coach.engines.prices import Price
from answer_coach.engines.providers import Tuning
from answer_coach.engines.traffic import Traffic
from answer_coach.errors import InputError, StoreError
from answer_coach.feedback import Source
from answer_coach.library.shelf import Library
from tests.support.build import SOLID, says
from tests.support.server import Reply, Seen, completion, serving

LIBRARY = Library()
MET = {"goal": "met", "decision": "met", "past_example": "met"}
KNOWN = Tuning(reply_mode="json_schema", attempts=1)


def text_of(number: int) -> str:
    """An answer that differs from all others in its last sentence."""
    return f"{SOLID} That was depot number {number}."


def entries(count: int) -> list[Entry | Broken]:
    """So many answers by as many people."""
    return [
        Entry(text=text_of(n), question="q05", source=Source(path="a.csv", row=n + 1, candidate=f"c{n}"))
        for n in range(count)
    ]


def honest(seen: Seen) -> Reply:
    """A good reply to any of the answers."""
    sent = seen.body["messages"][1]["content"]
    number = int(sent.split("depot number ")[1].split(".")[0])
    return Reply(body=completion(says(LIBRARY, "q05", text_of(number), MET)))


def coach_at(url: str) -> Coach:
    """A coach for an endpoint whose reply mode is known."""
    return Coach("m", base_url=url, library=LIBRARY, environ={}, timeout=5, tuning=KNOWN)


def cards(folder: Path) -> list[dict[str, Any]]:
    """The cards on disk, in their order."""
    return [json.loads(line) for line in (folder / RESULTS).read_text(encoding="utf-8").splitlines()]


def run(coach: Coach, folder: Path, given: list[Entry | Broken], **more: Any) -> Run:
    """One run over a folder."""
    with Ledger(folder) as ledger:
        made = Run(coach, ledger, Pacer(Pace(at_once=8)), **more)
        made.grade(given)
    return made


def test_every_answer_gets_its_card_in_the_order_of_the_input(tmp_path: Path) -> None:
    """Thirty answers, thirty requests, thirty cards in order, each text kept once."""
    with serving(honest) as endpoint:
        made = run(coach_at(endpoint.base_url), tmp_path, entries(30))
        assert len(endpoint.requests) == 30
    assert (made.tally.graded, made.tally.failed, made.tally.stopped) == (30, 0, "")
    assert [card["source"]["row"] for card in cards(tmp_path)] == list(range(1, 31))
    assert len((tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()) == 30


def test_a_second_run_asks_nothing(tmp_path: Path) -> None:
    """What has its card is left alone; a new answer is the only one that is asked for."""
    with serving(honest) as endpoint:
        run(coach_at(endpoint.base_url), tmp_path, entries(5))
        again = run(coach_at(endpoint.base_url), tmp_path, entries(6))
        assert len(endpoint.requests) == 6
    assert (again.tally.there, again.tally.graded) == (5, 1)
    assert len(cards(tmp_path)) == 6


def test_a_failed_answer_stops_nothing_and_can_be_retried(tmp_path: Path) -> None:
    """A refusal is a card of its own; only --retry-failed asks again, and the new card takes its place."""
    refusing = [True]

    def server(seen: Seen) -> Reply:
        if "depot number 3." in seen.body["messages"][1]["content"] and refusing[0]:
            return Reply(body=completion(None, refusal="no"))
        return honest(seen)

    with serving(server) as endpoint:
        first = run(coach_at(endpoint.base_url), tmp_path, entries(6))
        assert (first.tally.graded, first.tally.failed) == (5, 1)
        assert run(coach_at(endpoint.base_url), tmp_path, entries(6)).tally.there == 6
        refusing[0] = False
        retried = run(coach_at(endpoint.base_url), tmp_path, entries(6), retry_failed=True)
        assert (retried.tally.graded, retried.tally.there) == (1, 5)
    assert [card["kind"] for card in cards(tmp_path)] == ["feedback"] * 6


SYSTEMATIC: dict[str, tuple[Callable[[Seen], Reply], str, int]] = {
    "bad key": (lambda _: Reply(401, {}), "key", 10),
    "no such model": (lambda _: Reply(404, {}), "no model", 10),
    "quota": (lambda _: Reply(429, {"error": {"code": "insufficient_quota"}}), "quota", 10),
    "down": (lambda _: Reply(500, {}), "failed", 20),
    "all malformed": (lambda _: Reply(body=completion("I can't do that.")), "JSON", 40),
}


@pytest.mark.parametrize("name", SYSTEMATIC)
def test_a_failure_that_would_meet_every_answer_ends_the_run(tmp_path: Path, name: str) -> None:
    """A hundred answers are not asked in vain: the run ends early with the cause, and leaves the rest for later."""
    server, said, most = SYSTEMATIC[name]
    with serving(server) as endpoint:
        made = run(coach_at(endpoint.base_url), tmp_path, entries(100))
        assert len(endpoint.requests) <= most
    assert said in made.tally.stopped
    assert made.cause is not None
    assert made.tally.done < 30


@pytest.mark.parametrize("name", ["bad key", "no such model", "quota"])
def test_what_the_first_reply_tells_costs_one_request(tmp_path: Path, name: str) -> None:
    """A wrong key or model is told by the first request, and nothing follows it, however many may go at once."""
    pacer = Pacer(Pace(at_once=64))
    with serving(SYSTEMATIC[name][0]) as endpoint:
        url, traffic = endpoint.base_url, Traffic(pacer)
        coach = Coach("m", base_url=url, library=LIBRARY, environ={}, tuning=KNOWN, traffic=traffic)
        with Ledger(tmp_path) as ledger:
            made = Run(coach, ledger, pacer)
            made.grade(entries(100))
        assert len(endpoint.requests) == 1
    assert SYSTEMATIC[name][1] in made.tally.stopped
    assert made.tally.done == 0


def test_an_endpoint_that_is_busy_until_tomorrow_is_left(tmp_path: Path) -> None:
    """It asks to wait longer than a request's tries may take: the run ends with that, and no answer has failed."""
    tuning, pacer = KNOWN.model_copy(update={"attempts": 8, "deadline": 30.0}), Pacer(Pace(at_once=16))
    with serving(lambda _: Reply(429, {}, {"retry-after": "40000"})) as endpoint:
        url, traffic = endpoint.base_url, Traffic(pacer)
        coach = Coach("m", base_url=url, library=LIBRARY, environ={}, tuning=tuning, traffic=traffic)
        with Ledger(tmp_path) as ledger:
            made = Run(coach, ledger, pacer)
            made.grade(entries(20))
        assert len(endpoint.requests) == 1
    assert made.cause
    assert "40000 seconds" in made.cause.hint
    assert (made.tally.done, made.cause.exit_code) == (0, 3)


def test_a_torn_line_is_dropped_said_and_graded_again(tmp_path: Path) -> None:
    """A crash in the middle of a line costs that line only; a line that was edited is an error, not a guess."""
    with serving(honest) as endpoint:
        run(coach_at(endpoint.base_url), tmp_path, entries(4))
        path = tmp_path / RESULTS
        path.write_bytes(path.read_bytes()[:-40])
        with Ledger(tmp_path) as ledger:
            assert ledger.torn == 1
        made = run(coach_at(endpoint.base_url), tmp_path, entries(4))
        assert (made.tally.there, made.tally.graded, len(endpoint.requests)) == (3, 1, 5)
        path.write_bytes(b"{not json\n" + path.read_bytes())
        with pytest.raises(StoreError, match="not JSON"), Ledger(tmp_path):
            pass


def test_the_second_process_on_a_folder_is_refused(tmp_path: Path) -> None:
    """Two writers would tear each other's lines."""
    with Ledger(tmp_path), pytest.raises(InputError, match="Another process"), Ledger(tmp_path):
        pass


def test_broken_rows_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    """A row without an answer and one whose question nobody knows are listed with their place."""
    given = [*entries(2), Broken(path="a.csv", line=4, message="no answer"), *entries(3)[2:]]
    given.append(Entry(text=SOLID, question="q99", source=Source(path="a.csv", row=9)))
    made = run(Coach("rules", library=LIBRARY), tmp_path, given)
    assert (made.tally.graded, made.tally.broken) == (3, 2)
    assert [str(broken)[:9] for broken in made.broken] == ["a.csv:4: ", "a.csv:9: "]


def test_a_survey_counts_what_a_run_would_do(tmp_path: Path) -> None:
    """Answers, those with a card, those with a card of another judge, and what the rest would take."""
    with serving(honest) as endpoint:
        coach = coach_at(endpoint.base_url)
        run(coach, tmp_path, entries(3))
        with Ledger(tmp_path) as ledger:
            found = survey(coach, ledger, entries(5), retry_failed=False)
            assert (found.answers, found.there, found.stale, found.to_grade) == (5, 3, 0, 2)
            assert found.input_tokens > 2 * 1500
            assert found.cost is None
            other = Coach("rules", library=LIBRARY)
            assert survey(other, ledger, entries(5), retry_failed=False).stale == 3
        assert len(endpoint.requests) == 3


@pytest.mark.parametrize("limits", [Limits(max_tokens=20_000), Limits(max_cost=0.03)])
def test_a_limit_stops_before_it_is_passed(tmp_path: Path, limits: Limits) -> None:
    """What is spent and under way never comes to more than what is allowed."""
    with serving(honest) as endpoint:
        prices = {"m": Price(input=1, output=1)}
        coach = Coach("m", base_url=endpoint.base_url, library=LIBRARY, environ={}, tuning=KNOWN, prices=prices)
        made = run(coach, tmp_path, entries(40), limits=limits)
    assert "would be passed" in made.tally.stopped
    assert made.tally.graded < 10
    if limits.max_tokens:
        assert made.tally.input_tokens + made.tally.output_tokens <= limits.max_tokens


@pytest.mark.parametrize("limits", [Limits(max_tokens=60_000), Limits(max_cost=0.06)])
def test_a_limit_counts_every_pass(tmp_path: Path, limits: Limits) -> None:
    """With several passes an answer takes as many requests, and all of them count before they are sent."""
    used = {"prompt_tokens": 1200, "completion_tokens": 1200, "total_tokens": 2400}
    with serving(lambda seen: Reply(body={**honest(seen).body, "usage": used}, pause=0.1)) as endpoint:
        pacer, prices = Pacer(Pace(at_once=16)), {"m": Price(input=1, output=1)}
        url, traffic = endpoint.base_url, Traffic(pacer)
        coach = Coach(
            "m", base_url=url, library=LIBRARY, environ={}, tuning=KNOWN, prices=prices, passes=5, traffic=traffic
        )
        with Ledger(tmp_path) as ledger:
            made = Run(coach, ledger, pacer, limits)
            made.grade(entries(20))
    assert "would be passed" in made.tally.stopped
    assert traffic.input_tokens + traffic.output_tokens <= 60_000


def test_entries_are_taken_as_they_are_needed(tmp_path: Path) -> None:
    """The input is a stream: no more than a few answers are read ahead of those that are done."""
    taken, seen = [0], [0]

    def stream() -> Iterator[Entry | Broken]:
        for entry in entries(60):
            taken[0] += 1
            seen[0] = max(seen[0], taken[0] - made.tally.done)
            yield entry

    with Ledger(tmp_path) as ledger:
        made = Run(Coach("rules", library=LIBRARY), ledger)
        made.grade(stream())
    assert seen[0] <= 20


def test_a_smaller_input_loses_no_card(tmp_path: Path) -> None:
    """Answers that are not named this time keep their cards; of a text that was changed only the new card stays."""
    rules = Coach("rules", library=LIBRARY)
    run(rules, tmp_path, entries(5))
    run(rules, tmp_path, entries(2))
    assert [card["source"]["row"] for card in cards(tmp_path)] == [1, 2, 3, 4, 5]
    [first, *_] = entries(1)
    assert isinstance(first, Entry)
    run(rules, tmp_path, [first.model_copy(update={"text": text_of(99)})])
    found = cards(tmp_path)
    assert [card["source"]["row"] for card in found] == [1, 2, 3, 4, 5]
    assert len({card["answer"]["sha256"] for card in found}) == 5


@pytest.mark.parametrize("limits", [Limits(max_tokens=20_000), Limits(max_cost=0.03)])
def test_a_limit_holds_where_the_endpoint_does_not_count(tmp_path: Path, limits: Limits) -> None:
    """An endpoint that tells no usage is taken at the estimate: unknown is not nothing."""

    def uncounting(seen: Seen) -> Reply:
        reply = honest(seen)
        return Reply(body={**reply.body, "usage": None})

    with serving(uncounting) as endpoint:
        coach = Coach(
            "m",
            base_url=endpoint.base_url,
            library=LIBRARY,
            environ={},
            tuning=KNOWN,
            prices={"m": Price(input=1, output=1)},
            traffic=Traffic(),
        )
        made = run(coach, tmp_path, entries(40), limits=limits)
        assert len(endpoint.requests) < 12
    assert "would be passed" in made.tally.stopped
    assert made.tally.cost is None


def test_answers_that_are_refused_one_by_one_do_not_end_the_run(tmp_path: Path) -> None:
    """A content filter refuses six of twelve answers in a row: each has its card, and the rest are graded."""

    def filtering(seen: Seen) -> Reply:
        sent = seen.body["messages"][1]["content"]
        number = int(sent.split("depot number ")[1].split(".")[0])
        refused = Reply(400, {"error": {"code": "content_filter", "message": "no"}})
        return refused if 3 <= number < 9 else honest(seen)

    with serving(filtering) as endpoint:
        made = run(coach_at(endpoint.base_url), tmp_path, entries(12))
    assert (made.tally.graded, made.tally.failed, made.tally.stopped) == (6, 6, "")
