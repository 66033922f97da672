"""What became of the laws: for a terminal, as Markdown and as JSON, each law with one case that breaks it."""

from __future__ import annotations

import json

from answer_coach.cleaning import is_invisible
from answer_coach.laws.check import Broken, LawReport, LawResult
from answer_coach.laws.laws import EXACT
from answer_coach.reports.layout import indented
from answer_coach.reports.markdown import escaped

SHOWN = 3  # of what moved in an example
CHANGE_WORDS = 40


def laws(report: LawReport) -> str:
    """The report for a terminal."""
    lines = [_head(report), ""]
    for result in report.laws:
        lines += _law(result)
    return "\n".join([*lines, *indented([_slack(report)], 0), ""])


def _head(report: LawReport) -> str:
    broken = sum(result.violations > 0 for result in report.laws)
    return f"LAWS  {_judge(report)}: {_count(len(report.laws), 'law')}, {broken} broken"


def _judge(report: LawReport) -> str:
    by = report.graded_by
    if by is None:
        return "nobody judged"
    return by.model if by.host is None else f"{by.model} at {by.host}"


def _law(result: LawResult) -> list[str]:
    lines = [f"{result.law:<13}{_tally(result):<27}{_moved(result)}".rstrip(), *indented([result.promise])]
    lines += indented(_aside(result))
    if result.example:
        lines += indented([f"{result.example.case}: {_change(result.example)}"], 4)
        lines += indented(_shown(result.example), 6)
    return [*lines, ""]


def _tally(result: LawResult) -> str:
    if not result.cases:
        return "no case"
    if not result.violations:
        return f"holds in {_count(result.cases, 'case')}"
    return f"BROKEN in {result.violations} of {_count(result.cases, 'case')}"


def _moved(result: LawResult) -> str:
    return f"verdicts moved: {result.verdicts_moved} of {result.verdicts}" if result.verdicts else ""


def _aside(result: LawResult) -> list[str]:
    return [f"not counted: {_count(number, 'case')}, {why}" for why, number in result.aside.items()]


def _change(broken: Broken) -> str:
    words = broken.change.split()
    return " ".join(words[:CHANGE_WORDS]) + (" ..." if len(words) > CHANGE_WORDS else "")


def _shown(broken: Broken) -> list[str]:
    rest = len(broken.moved) - SHOWN
    return [*broken.moved[:SHOWN], *([f"and {rest} more"] if rest > 0 else [])]


def _slack(report: LawReport) -> str:
    """What the judge was allowed, in a sentence."""
    slack, by = report.slack, report.graded_by
    if slack == EXACT:
        return "Nothing is allowed: this judge says the same twice."
    kind = " (not measured)" if by is None or by.noise is None else ""
    told = f"{_count(slack.levels, 'level')} and {_count(slack.verdicts, 'verdict')}"
    return f"Allowed as this judge's noise{kind}: {told} a card; a quote from what was put in is never allowed."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def laws_markdown(report: LawReport) -> str:
    """The report as Markdown: a table, then one case for each law that is broken."""
    lines = [
        f"# Laws: {escaped(_judge(report))}",
        "",
        "| law | promise | cases | broken | verdicts moved | not counted |",
    ]
    lines.append("| --- | --- | --- | --- | --- | --- |")
    for result in report.laws:
        aside = "; ".join(f"{number} {escaped(why)}" for why, number in result.aside.items())
        moved = f"{result.verdicts_moved} of {result.verdicts}"
        lines.append(
            f"| {result.law} | {escaped(result.promise)} | {result.cases} | {result.violations} | {moved} | {aside} |"
        )
    for result in report.laws:
        if result.example:
            lines += ["", f"**{result.law}**, {escaped(result.example.case)}: {escaped(_change(result.example))}", ""]
            lines += [f"- {escaped(moved)}" for moved in _shown(result.example)]
    return "\n".join([*lines, "", escaped(_slack(report)), ""])


def laws_json(report: LawReport, ascii_only: bool = False) -> str:
    """The report as one JSON object, with every case that breaks a law."""
    fields = {"kind": "laws", "schema": 1, **report.model_dump(mode="json")}
    text = json.dumps(fields, ensure_ascii=ascii_only, indent=2) + "\n"
    return "".join(f"\\u{ord(c):04x}" if is_invisible(c) and c != "\n" else c for c in text)
