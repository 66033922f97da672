"""The card as Markdown, for notes and for sharing with a mentor."""

from __future__ import annotations

import re

from answer_coach.cleaning import visible
from answer_coach.feedback import Failed, Feedback, NotGradable
from answer_coach.reports.text import RULES_NOTE, SAID, first_of, nothing_of, remarks_of
from answer_coach.rubric import NAMES

SPECIAL = re.compile(r"([\\`*_\[\]<>#|&])")


def escaped(text: str) -> str:
    """A text that Markdown shows as it stands: one line, its marks and tags made harmless."""
    return SPECIAL.sub(r"\\\1", " ".join(visible(text).split()))


def markdown(card: Feedback | NotGradable | Failed, title: str, why: bool = False, numbers: bool = True) -> str:
    """The card as Markdown; the same order as the text card."""
    head = [f"# {card.question.upper()} {escaped(title)}", ""]
    if isinstance(card, Failed):
        return "\n".join([*head, f"**Failed.** {escaped(card.error.message)}. {escaped(card.error.hint)}", ""])
    if isinstance(card, NotGradable):
        reasons = [f"**Not gradable.** {escaped(reason.message)}" for reason in card.reasons]
        asks = [f"{at}. {escaped(question)}" for at, question in enumerate(card.ask, 1)]
        return "\n".join([*head, *reasons, "", "Answer this:", "", *asks, ""])
    parts = [
        head,
        _verdict(card, numbers),
        _edit(card, numbers),
        _points(card),
        _keep(card, numbers),
        _asked(card, numbers),
    ]
    if why:
        parts.append(_why(card))
    parts.append(_who(card))
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _verdict(card: Feedback, numbers: bool) -> list[str]:
    slots = ", ".join(f"{name.replace('_', '-')} {SAID[v]}" for name, v in card.slots.model_dump().items())
    first = f"Reads as **{card.overall.word}**, {card.overall.level} of 5. " if numbers else ""
    if numbers and card.overall.range:
        first = first.replace(" of 5.", f" of 5 ({card.overall.range[0]}-{card.overall.range[1]}).")
    return [f"{first}{slots}.", ""]


def _edit(card: Feedback, numbers: bool) -> list[str]:
    if card.ready:
        return ["## Ready", "", "Stop editing. Rehearse it aloud, then answer the questions below.", ""]
    edit = card.next_edit
    if edit is None:
        return []
    gain = f" ({NAMES[edit.dimension]} {edit.from_} to {edit.to}, overall {edit.overall_to})" if numbers else ""
    place = f'After "{escaped(edit.place.opening)}": ' if edit.place else ""
    first = [f"First: {escaped(first_of(card))}", ""] if first_of(card) else []
    return [f"## Do this next{gain}", "", *first, f"{place}{escaped(edit.ask)}", ""]


def _points(card: Feedback) -> list[str]:
    lines: list[str] = []
    half = [card.indicator(name) for name in card.half_said]
    if half:
        lines += ["## Half said", ""]
        lines += [
            f"- **{escaped(i.label)}**{_quoted(i.evidence[0].quote if i.evidence else '')}: {escaped(i.note or '')}"
            for i in half
        ]
        lines.append("")
    missing = [card.indicator(name) for name in card.not_found]
    if missing:
        lines += ["## Not found", "", *(f"- **{escaped(i.label)}**: {escaped(i.note or '')}" for i in missing), ""]
    return lines


def _quoted(quote: str) -> str:
    return f' "{escaped(quote)}"' if quote else ""


def _keep(card: Feedback, numbers: bool) -> list[str]:
    lines = ["## Keep", ""]
    for dimension in card.dimensions:
        spread = f" ({dimension.range[0]}-{dimension.range[1]})" if dimension.range else ""
        level = f" {dimension.level}{spread}" if numbers else ""
        quotes = [f'"{escaped(k.quote)}"' for k in card.keep if k.dimension == dimension.id]
        lines.append(f"- {NAMES[dimension.id]}{level}: {quotes[0] if quotes else nothing_of(dimension)}")
    return [*lines, ""]


def _asked(card: Feedback, numbers: bool) -> list[str]:
    questions = [f"- {escaped(item.question)}" for item in card.follow_ups]
    remarks = [f"- {escaped(remark)}" for remark in remarks_of(card, numbers)]
    lines = ["## They'll ask", "", *questions, ""] if questions else []
    return [*lines, *(["## Remarks", "", *remarks, ""] if remarks else [])]


def _why(card: Feedback) -> list[str]:
    lines = ["## Every indicator", "", "| | indicator | verdict | words |", "| --- | --- | --- | --- |"]
    for dimension in card.dimensions:
        for item in dimension.indicators:
            quotes = " / ".join(f'"{escaped(e.quote)}"' for e in item.evidence)
            lines.append(f"| {NAMES[dimension.id]} | {escaped(item.label)} | {SAID[item.verdict]} | {quotes} |")
    return [*lines, ""]


def _who(card: Feedback) -> list[str]:
    by = card.graded_by
    if by is None:
        return []
    at = "by hand" if by.engine == "by_hand" else f"at {escaped(by.host or 'an unnamed host')}"
    judge = escaped(RULES_NOTE) if by.engine == "rules" else f"{escaped(by.model)} {at}, {by.passes} pass."
    return ["---", "", f"{judge} Rubric {card.question} {card.rubric.version}. {card.graded_at}."]
