"""Drafts for a terminal: what is kept, what changed since the last one, and two drafts side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answer_coach.answer import count_words
from answer_coach.comparing import Advice, Comparison, Flip, Judgement, Step
from answer_coach.drafts.progress import needs_of
from answer_coach.drafts.records import Draft, Story, on_the_wall
from answer_coach.drafts.worddiff import Run
from answer_coach.feedback import Feedback
from answer_coach.reports.layout import WIDTH, hanging, indented, shorten, shortened, wrap
from answer_coach.reports.text import SAID
from answer_coach.rubric import NAMES

NAMED = 4  # labels in the line SINCE
AROUND = 8  # words that are shown on both sides of a change
QUOTED = 14  # words of a quote
MARGIN = 13
GONE, NEW = ("[-", "-]"), ("{+", "+}")
FOLLOWED = {"done": "last advice done", "partly": "last advice done in part", "not": "last advice not done"}
WORDS: dict[Judgement, str] = {
    "better": "Better",
    "worse": "Worse",
    "mixed": "Mixed",
    "within noise": "Within noise",
}


def since_line(compared: Comparison, since: str) -> str:
    """`SINCE draft 2: + own decision, - number; last advice done`; `since` names what it is compared with."""
    gains = [f"+ {flip.label}" for flip in compared.gained]
    losses = [f"- {flip.label}" for flip in compared.lost]
    what = ", ".join((*_first(losses), *_first(gains)))
    if compared.same_text:
        what = "the same text"
    elif not what:
        what = "within noise, nothing gained or lost"
    if compared.same_text or compared.advice is None:
        return f"SINCE {since}: {what}"
    return f"SINCE {since}: {what}; {FOLLOWED[compared.advice.followed]}"


def _first(named: Sequence[str]) -> list[str]:
    more = len(named) - NAMED
    return [*named[:NAMED], f"{more} more"] if more > 0 else list(named)


def comparison_text(
    compared: Comparison, older: Draft, newer: Draft, runs: Sequence[Run], why: bool = False, numbers: bool = True
) -> str:
    """Two drafts side by side; `why` shows also what stayed, without `numbers` no level shows."""
    before, now = (count_words("".join(r.text for r in runs if r.kind != kind)) for kind in ("new", "gone"))
    sizes = f"{before} -> {now} words"
    head = f"{newer.story}: draft {older.number} -> draft {newer.number}, {newer.question}"
    lines = [f"{shorten(head, WIDTH - len(sizes) - 2):<{WIDTH - len(sizes)}}{sizes}"]
    lines += wrap(judged(compared, numbers), WIDTH)
    for label, flips in (("GAINED", compared.gained), ("LOST", compared.lost)):
        for at, flip in enumerate(flips):
            lines += _flip(label if at == 0 else "", flip)
    lines += wavering(compared.noise)
    if numbers:
        for at, step in enumerate(compared.steps):
            lines += hanging("LEVELS" if at == 0 else "", _step(step))
    lines += _advice(compared.advice)
    lines += _unchanged(compared, why)
    lines += _diff(runs)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def judged(compared: Comparison, numbers: bool = True) -> str:
    """The one sentence of judgement."""
    old, new = compared.overall
    word = WORDS[compared.judgement]
    if compared.same_text:
        return "Within noise: it is the same text."
    noise = "its noise has not been measured" if compared.measured is None else f"noise {compared.measured:g}"
    figure = f"  Overall {old} -> {new} by {compared.judge} ({noise})." if numbers else ""
    if compared.judgement == "within noise":
        return f"{word}: nothing was gained or lost that the text gives a reason for.{figure}"
    told = [
        f"gained {_listed(compared.gained)}" if compared.gained else "",
        f"lost {_listed(compared.lost)}" if compared.lost else "",
    ]
    return f"{word}: it {' and '.join(part for part in told if part)}.{figure}"


def wavering(flips: Sequence[Flip]) -> list[str]:
    """Verdicts that changed without a reason in the text, each with what the text shows."""
    lines: list[str] = []
    for flip in flips:
        reason = "the words that carried it are the same" if flip.why == "same words" else "only the wording differs"
        said = f"{flip.label}: {SAID[flip.before]} -> {SAID[flip.now]}, but {reason}"
        lines += hanging("" if lines else "NOISE", said)
    return lines


def _listed(flips: Sequence[Flip]) -> str:
    names = [flip.label for flip in flips]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _flip(label: str, flip: Flip) -> list[str]:
    lines = hanging(label, f"{flip.label}: {SAID[flip.before]} -> {SAID[flip.now]}")
    for when, quote in (("was", flip.old_quote), ("now", flip.new_quote)):
        margin = f"{'':<{MARGIN}}{when}  "
        lines += hanging(margin, shortened(quote, QUOTED) if quote else "nothing", len(margin))
    return lines


def _step(step: Step) -> str:
    def told(level: int, spread: tuple[int, int] | None) -> str:
        return f"{level} ({spread[0]}-{spread[1]})" if spread else str(level)

    return f"{NAMES[step.dimension]} {told(step.before, step.before_range)} -> {told(step.now, step.now_range)}"


def _advice(advice: Advice | None) -> list[str]:
    if advice is None:
        return []
    said = {"done": "done", "partly": "done in part", "not": "not done"}[advice.followed]
    if advice.followed != "done":
        said += f": {', '.join(advice.open)} still open" if advice.open else ""
        said += "; something was changed at its place" if advice.touched else ""
    return [*hanging("LAST ADVICE", said), *indented([f'"{advice.asked}"'], MARGIN)]


def _unchanged(compared: Comparison, why: bool) -> list[str]:
    stayed = [item for item in compared.unchanged if item.verdict in ("met", "partial")]
    if not stayed:
        return []
    if not why:
        return hanging("UNCHANGED", ", ".join(f"{item.label} {SAID[item.verdict]}" for item in stayed))
    lines: list[str] = []
    for item in stayed:
        lines += hanging("" if lines else "UNCHANGED", f"{item.label}: {SAID[item.verdict]}")
        quotes = [item.old_quote] if item.old_quote == item.new_quote else [item.old_quote, item.new_quote]
        lines += indented([shortened(quote, QUOTED) for quote in quotes if quote], MARGIN)
    return lines


def _diff(runs: Sequence[Run]) -> list[str]:
    """The text with what went and what came marked; long stretches that stayed are cut short."""
    parts: list[str] = []
    for at, run in enumerate(runs):
        said = run.text.split()
        if run.kind == "same":
            parts += _around(said, first=at == 0, last=at == len(runs) - 1)
        else:
            opening, closing = GONE if run.kind == "gone" else NEW
            parts.append(f"{opening}{' '.join(said)}{closing}")
    changed = any(run.kind != "same" for run in runs)
    return ["", *wrap(" ".join(parts), WIDTH)] if changed else []


def _around(said: list[str], first: bool, last: bool) -> list[str]:
    if first and last:
        return []
    if first:
        return said if len(said) <= AROUND else ["...", *said[-AROUND:]]
    if last:
        return said if len(said) <= AROUND else [*said[:AROUND], "..."]
    return said if len(said) <= 2 * AROUND else [*said[:AROUND], "...", *said[-AROUND:]]


def list_text(stories: Iterable[tuple[Story, Sequence[Draft]]], numbers: bool = True) -> str:
    """One line a story: its question, how many drafts, when the last came, how that reads, what comes next."""
    lines = [f"{'NAME':<18}{'FOR':<7}{'DRAFTS':>6}  {'LAST':<12}{'READS AS':<18}NEXT"]
    for story, drafts in stories:
        last = drafts[-1] if drafts else None
        card = last.feedback if last else None
        reads = (
            (f"{card.overall.word} {card.overall.level}" if numbers else card.overall.word) if card else "not graded"
        )
        when = on_the_wall(last.at if last else story.created_at)[:10]
        line = f"{shorten(story.name, 17):<18}{story.question:<7}{len(drafts):>6}  {when:<12}{reads:<18}{next_of(card)}"
        lines.append(shorten_line(line))
    return "\n".join(lines) + "\n"


def next_of(card: Feedback | None) -> str:
    """What the next edit is about, by its labels."""
    if card is None:
        return ""
    if card.ready:
        return "rehearse"
    return ", ".join(needs_of(card))


def shorten_line(line: str) -> str:
    """A line of a table, cut at the terminal's width."""
    return line.rstrip() if len(line) <= WIDTH else line[: WIDTH - 3].rstrip() + "..."
