"""Endpoints and models as text: what a check found, what can be named, what an endpoint offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answer_coach.checking import ModelCheck, Trial
from answer_coach.cleaning import visible
from answer_coach.engines.prices import shipped_prices
from answer_coach.engines.providers import Provider
from answer_coach.reports.layout import WIDTH, hanging, usage_text

ASKED = {
    "enforced": "the endpoint keeps to a schema",
    "ignored": "the endpoint takes a schema and ignores it, so that it stands in the prompt",
    "refused": "the endpoint takes no schema, so that it stands in the prompt",
    "failed": "the endpoint failed on a schema, so that it stands in the prompt",
    None: "known, not asked",
}
COLUMNS = (11, 27, 21)


def check_text(found: ModelCheck) -> str:
    """A check, for a terminal."""
    at = f"{found.model} at {found.host}" if found.host else found.model
    lines = [*hanging("FIT", f"{found.fit.upper()} for grading: {at}", 10)]
    for reason in found.reasons:
        lines += hanging("", f"- {visible(reason)}", 10)
    if found.reply_mode:
        lines += hanging("FORM", f"{found.reply_mode}: {ASKED[found.probed]}", 10)
    if found.refused:
        lines += hanging("", f"it does not take {', '.join(found.refused)}", 10)
    if found.context_tokens:
        lines += hanging("CONTEXT", f"{found.context_tokens:,} tokens, as the endpoint says", 10)
    for trial in found.trials:
        lines += hanging(trial.kind.upper(), _trial(trial), 10)
    lines += hanging("NOISE", _noise(found), 10)
    lines += hanging("A CARD", _card(found.trials), 10)
    return "\n".join(lines) + "\n"


def _noise(found: ModelCheck) -> str:
    if not found.noise:
        return "not measured: --passes 3 reads one text three times, and three others told twice"
    parts = []
    for part, what in (
        (found.noise.repeats, "the same text again"),
        (found.noise.paraphrases, "the same facts retold"),
    ):
        if part:
            parts.append(
                f"{what}: {part.flips:.0%} of verdicts differ, levels by {part.level}, overall by {part.overall}"
            )
    return ("; ".join(parts) or "no pair could be graded") + " (9 of 10 pairs). Kept: cards show it as a range."


def _trial(trial: Trial) -> str:
    if trial.error or trial.levels is None:
        return f"no card: {trial.error.message if trial.error else 'no levels'}"
    levels = ", ".join(f"{level}" for level in trial.levels.values())
    expected = ", ".join(f"{level}" for level in trial.expected.values())
    return f"{trial.overall} overall; business, technical, leadership {levels} (expected {expected})"


def _card(trials: Sequence[Trial]) -> str:
    used = [t.usage for t in trials if t.usage]
    if not used:
        return "unknown"
    seconds = [u.seconds for u in used if u.seconds is not None]
    time = f"{sum(seconds) / len(seconds):.1f} seconds" if seconds else "time unknown"
    return f"{time}; {usage_text(used[-1])}"


def providers_text(rows: Mapping[str, Provider], environ: Mapping[str, str]) -> str:
    """The providers that can be named, and whether their keys are in the shell."""
    lines = [_row(("PROVIDER", "KEY", "DEFAULT MODEL", "FORM OF REPLY"))]
    for name, row in rows.items():
        variable = row.key_variable or "none needed"
        held = " (set)" if row.key_variable and environ.get(row.key_variable) else ""
        lines.append(_row((name, variable + held, row.default_model or "-", (row.modes or ("asked once",))[0])))
    as_of = shipped_prices().as_of
    tail = (
        "coach model list PROVIDER shows what it offers; coach grade FILE -q 5 --model PROVIDER/MODEL uses it. "
        f"Prices in this version are of {as_of}; yours go into the config file."
    )
    return "\n".join([*lines, "", *hanging("", tail, 0)]) + "\n"


def _row(cells: Sequence[str]) -> str:
    line = "".join(cell.ljust(width) for cell, width in zip(cells, COLUMNS, strict=False))
    return (line + cells[-1])[:WIDTH].rstrip()


def models_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The models that an endpoint offers, a line each."""
    names = sorted({visible(str(row.get("id") or row.get("name") or "")) for row in rows} - {""})
    return "".join(f"{name}\n" for name in names) or "The endpoint lists no models.\n"
