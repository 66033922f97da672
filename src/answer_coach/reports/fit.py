"""Which questions a story could serve: a table for 80 columns, and as JSON."""

from __future__ import annotations

import json

from answer_coach.cleaning import is_invisible
from answer_coach.feedback import Slots
from answer_coach.fitting import Fit, FitRow
from answer_coach.reports.layout import WIDTH, hanging, shorten, wrap

TITLE = 37
ASKED = 3  # rows whose next question is shown in full
SLOTS = {"decision": "d", "trade_off": "t", "people": "p", "outcome": "o"}
LEGEND = "SLOTS: Decision, Trade-off, People, Outcome; capital told, small half told, - not."
APART = "Levels are of each question's own rubric: don't add them up."
ANOTHER = "* as it stands it does not answer this question."
HALVED = "The rules then halve all that it has."


def fit_text(fit: Fit, name: str = "", numbers: bool = True) -> str:
    """The questions, best first, with what each would still need; without `numbers` no level shows."""
    rows = [row for row in fit.rows if row.kind == "feedback"]
    by = fit.graded_by
    judge = by.model if by.host is None else f"{by.model} at {by.host}"
    lines = wrap(f"FIT   {name + ': ' if name else ''}which questions it could serve, judged by {judge}", WIDTH)
    if rows:
        level = f"{'READS AS':<17}" if numbers else ""
        lines.append(f"{'ID':<6}{'QUESTION':<{TITLE}}{'MET':>4}{'HALF':>5}{'OF':>4}  {level}SLOTS")
    for at, row in enumerate(rows):
        lines += _row(row, at < ASKED and not row.another, numbers)
    if rows:
        lines += ["", *wrap(f"{LEGEND} {APART}" if numbers else LEGEND, WIDTH)]
    if any(row.another for row in rows):
        lines += wrap(f"{ANOTHER} {HALVED}" if by.engine == "rules" else ANOTHER, WIDTH)
    reasons: dict[str, list[str]] = {}
    for row in fit.rows:
        if row.reason:
            reasons.setdefault(row.reason, []).append(row.question)
    for reason, named in reasons.items():
        lines += hanging("NOT GRADED", f"{', '.join(named)}: {reason}")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _row(row: FitRow, ask: bool, numbers: bool) -> list[str]:
    reads = f"{row.overall.word} {row.overall.level}" if row.overall and numbers else ""
    level = f"{reads:<17}" if numbers else ""
    title = shorten(row.title, TITLE - 3) + (" *" if row.another else "")
    told = f"{row.met:>4}{row.half:>5}{row.total:>4}"
    lines = [f"{row.question:<6}{title:<{TITLE}}{told}  {level}{_slots(row.slots)}"]
    if row.needs:
        lines += hanging("      needs", "; ".join(row.needs), 13)
    return lines + (hanging("      say", row.ask, 13) if ask and row.ask else [])


def _slots(slots: Slots | None) -> str:
    """A letter a slot: capital where it is met, small where half, a dash where not."""
    told = slots.model_dump() if slots else {}
    signs = {"met": str.upper, "partial": str.lower}
    return "".join(signs.get(told.get(name, ""), lambda _: "-")(letter) for name, letter in SLOTS.items())


def fit_json(fit: Fit, ascii_only: bool = False) -> str:
    """The same as one JSON object, with what every question asks."""
    text = json.dumps(fit.model_dump(mode="json", by_alias=True), ensure_ascii=ascii_only, indent=2) + "\n"
    return "".join(f"\\u{ord(c):04x}" if is_invisible(c) and c != "\n" else c for c in text)
