"""The laws for any judge: how many requests, what a failure is, and what is printed in which form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answer_coach import Coach
from answer_coach.cli.door import Format
from answer_coach.cli.laws import check_laws
from answer_coach.engines.noisebook import NoiseBook
from answer_coach.engines.rules import RulesJudge
from answer_coach.errors import AccessDenied, CoachError, InputError, UnusableReply
from answer_coach.feedback import GradedBy
from answer_coach.laws.check import Broken, LawReport, LawResult, check, slack_of
from answer_coach.laws.laws import EXACT, LAWS, UNMEASURED, Slack
from answer_coach.laws.material import plan, requests
from answer_coach.library.shelf import Library
from answer_coach.noise import Noise, Spread
from answer_coach.reports.laws import laws, laws_json, laws_markdown
from answer_coach.reports.layout import width
from answer_coach.steps import Job, Outcome

LIBRARY = Library()
BY = GradedBy(
    engine="model", model="desk", host="api.test", base_url_sha256="0", prompt=None, passes=1, reply_mode="json_schema"
)


class Model(RulesJudge):
    """A judge that goes by another name, counts what it reads, and fails where a test says so."""

    def __init__(self, faults: dict[int, CoachError] | None = None):
        super().__init__(*LIBRARY.signals, LIBRARY.topics)
        self.faults, self.read = faults or {}, 0
        self.margin = None

    @property
    def graded_by(self) -> GradedBy:
        return BY

    def judge(self, job: Job) -> Outcome:
        self.read += 1
        if self.read in self.faults:
            raise self.faults[self.read]
        return super().judge(job)


def made(**more: Any) -> LawReport:
    """A report with one law that is broken and one that holds."""
    broken = Broken(
        case="q05-solid (1)",
        question="q05",
        change='added "I am *sure*."',
        moved=("people: partial -> met, on \u201cso\u201d", "goal: absent -> met", "a", "b"),
    )
    fields: dict[str, Any] = {"verdicts_moved": 3, "verdicts": 30, "aside": {}}
    results = (
        LawResult(law=LAWS[0].id, promise=LAWS[0].promise, cases=2, violations=1, broken=(broken,), **fields),
        LawResult(
            law=LAWS[1].id,
            promise=LAWS[1].promise,
            cases=1,
            violations=0,
            broken=(),
            **{**fields, "aside": {"failed (timed_out)": 2}},
        ),
    )
    return LawReport(**{"graded_by": BY, "slack": UNMEASURED, "laws": results, **more})


def test_a_model_reads_no_more_than_was_said() -> None:
    """The requests counted beforehand are an upper bound, and the progress that is told is what was read."""
    cases, judge = plan(LIBRARY, cases=2), Model()
    told: list[int] = []
    report = check(Coach(judge, library=LIBRARY), cases, progress=told.append)
    assert judge.read == len(told) == max(told) <= requests(cases)
    assert report.slack == UNMEASURED
    assert report.graded_by is not None
    assert report.graded_by.model == "desk"
    assert sum(law.cases + sum(law.aside.values()) for law in report.laws) == len(cases)


def test_a_failure_is_counted_beside_the_law_not_as_a_violation() -> None:
    """A case whose card failed says nothing about the law, and the report says that it failed."""
    cases = plan(LIBRARY, cases=1)
    faults: dict[int, CoachError] = {number: UnusableReply("no", hint="", code="malformed") for number in range(2, 90)}
    report = check(Coach(Model(faults), library=LIBRARY), cases)
    assert {why for law in report.laws for why in law.aside} == {"failed (malformed)"}
    assert [law.law for law in report.laws if law.violations] == []


def test_an_endpoint_that_does_not_work_is_found_out_at_once() -> None:
    """The first text is sent alone: a wrong key costs one request, and is an error, not a report."""
    judge = Model(dict.fromkeys(range(1, 90), AccessDenied("no", hint="")))
    with pytest.raises(AccessDenied):
        check(Coach(judge, library=LIBRARY), plan(LIBRARY, cases=2))
    assert judge.read == 1


def test_a_measured_noise_is_what_a_judge_is_allowed() -> None:
    """Nothing for the rules; for a model the levels that were measured, one until then."""
    spread = Spread(pairs=3, flips=0.0, level=0, overall=0.0)
    book, judge = NoiseBook(), Model()
    coach = Coach(judge, library=LIBRARY, noise=book)
    book.keep(coach.graded_by, Noise(repeats=spread))
    assert check(coach, plan(LIBRARY, cases=1)).slack == Slack(levels=0, verdicts=2)
    assert slack_of(BY) == UNMEASURED
    assert slack_of(Coach(library=LIBRARY).graded_by) == EXACT == slack_of(None)


def test_the_text_fits_a_terminal_and_shows_one_case() -> None:
    """80 columns; each law with what it promises and how often it holds; a broken one with what was changed."""
    shown = laws(made())
    assert [line for line in shown.splitlines() if width(line) > 80] == []
    plain = " ".join(shown.split())
    assert "desk at api.test: 2 laws, 1 broken" in plain
    assert "padding BROKEN in 1 of 2 cases verdicts moved: 3 of 30" in plain
    assert LAWS[0].promise in plain
    assert 'q05-solid (1): added "I am *sure*."' in plain
    assert "and 1 more" in plain
    assert "paraphrase holds in 1 case" in plain
    assert "not counted: 2 cases, failed (timed_out)" in plain
    assert "noise (not measured): 1 level and 2 verdicts" in plain
    assert "says the same twice" in laws(made(slack=EXACT))


def test_a_law_without_a_case_says_so() -> None:
    """No case is not a law that holds."""
    empty = made().laws[1].model_copy(update={"cases": 0, "verdicts": 0})
    assert "no case" in laws(made(laws=(empty,), graded_by=None))


def test_markdown_has_a_row_a_law_and_shows_texts_as_they_stand() -> None:
    """A table; what was changed is shown with its marks made harmless."""
    shown = laws_markdown(made())
    assert shown.count("\n| p") == 2
    assert "2 failed (timed\\_out)" in shown
    assert 'added "I am \\*sure\\*."' in shown
    assert "- people: partial -\\> met" in shown


def test_json_holds_every_broken_case() -> None:
    """One object, with its kind; all broken cases with all that moved; plain letters where that is asked for."""
    data = json.loads(laws_json(made()))
    assert (data["kind"], data["schema"], data["graded_by"]["host"]) == ("laws", 1, "api.test")
    assert len(data["laws"][0]["broken"][0]["moved"]) == 4
    assert laws_json(made(), ascii_only=True).isascii()
    assert LawReport.model_validate({k: v for k, v in data.items() if k not in ("kind", "schema")}) == made()


@pytest.mark.parametrize("format", Format)
def test_the_command_prints_the_report(format: Format, capsys: pytest.CaptureFixture[str]) -> None:
    """The count goes to stderr before anything is read, the report to stdout in the form that was asked for."""
    judge = Model()
    report = check_laws(Coach(judge, library=LIBRARY), cases=1, format=format)
    out, err = capsys.readouterr()
    assert report is not None
    assert f"11 cases: at most {requests(plan(LIBRARY, cases=1))} requests to desk at api.test" in err
    making = {Format.text: laws, Format.markdown: laws_markdown, Format.json: laws_json}
    assert out == making[format](report)


def test_a_dry_run_reads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The count, and no request; several passes are several requests."""
    judge = Model()
    assert check_laws(Coach(judge, library=LIBRARY), cases=2, dry_run=True) is None
    once = capsys.readouterr()
    assert (once.out, judge.read) == ("", 0)
    check_laws(Coach(library=LIBRARY), cases=2, dry_run=True)
    assert "texts, for rules." in capsys.readouterr().err


def test_no_cases_are_no_laws() -> None:
    """--cases 0 is a mistake, said before anything is read."""
    with pytest.raises(InputError, match="--cases"):
        check_laws(Coach(library=LIBRARY), cases=0)
