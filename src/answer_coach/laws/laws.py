"""The laws, over cards: what became of a text's grade when the text was changed.

A judge is allowed its noise, that is what it moves by where nothing was changed: nothing for the rules; for a model two
verdicts, and the levels that were measured, one until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from answer_coach.answer import Word
from answer_coach.feedback import Feedback, NotGradable
from answer_coach.rubric import Verdict

RANK: Mapping[str, int] = {"absent": 0, "partial": 1, "met": 2}
NEAR = 1  # levels by which another wording may be read otherwise
SHOWN = 12  # words of a quote


class Law(NamedTuple):
    """One law: its name and what it promises."""

    id: str
    promise: str


LAWS = (
    Law("padding", "half as much again in fluent filler raises no verdict and no level"),
    Law("paraphrase", "the same facts in other words keep every level within one"),
    Law("names", "other first names change no verdict"),
    Law("spelling", "misspelt words keep every level within one"),
    Law("fillers", "um, you know and the like change no verdict"),
    Law("deletion", "without the sentences that earned it, a verdict falls"),
    Law("order", "the same sentences in another order change no verdict"),
    Law("evidence", "one true piece of evidence raises its own verdict and lowers none"),
    Law("repetition", "what is said twice earns nothing more"),
    Law("certainty", "claims of being right raise no verdict and no level"),
    Law("polish", "the same facts in better language keep every level within one"),
)


class Slack(Word):
    """What a judge may move by where nothing should."""

    levels: int
    verdicts: int


EXACT = Slack(levels=0, verdicts=0)
UNMEASURED = Slack(levels=1, verdicts=2)


class Case(Word):
    """One text and what was made of it.

    `after` is None where only the first card can tell what to change; `added` is what was put in; `change` says for
    people what was done; `indicator` is the one that is meant, if one is.
    """

    law: str
    name: str
    question: str
    before: str
    after: str | None
    change: str
    added: tuple[str, ...] = ()
    indicator: str = ""
    seed: int = 0


class Ruling(Word):
    """What a case showed: how it breaks the law, or why it doesn't count; how many verdicts moved, of how many."""

    broken: tuple[str, ...] = ()
    aside: str = ""
    moved: int = 0
    of: int = 0


def rule(case: Case, before: Feedback, after: Feedback | NotGradable, slack: Slack) -> Ruling:
    """Hold one case against its law."""
    was, now = verdicts(before), verdicts(after) if isinstance(after, Feedback) else {}
    told = [name for name in was if name in now and "cannot_tell" not in (was[name], now[name])]
    moved = [name for name in told if was[name] != now[name]]
    ruling = Ruling(moved=len(moved), of=len(told))
    if case.law == "deletion":
        return ruling.model_copy(update=_lost(case, before, after))
    if case.law == "evidence":
        return ruling.model_copy(update=_gained(case, before, after, slack))
    if isinstance(after, NotGradable):
        gone = () if case.law in ("padding", "repetition", "certainty") else (f"not graded: {after.reasons[0].code}",)
        return ruling.model_copy(update={"broken": gone})
    if case.law in ("padding", "repetition", "certainty"):
        return ruling.model_copy(update={"broken": tuple(_raised(case, before, after, slack))})
    levels = _levels(before, after, max(NEAR, slack.levels))
    if case.law in ("paraphrase", "spelling", "polish"):
        return ruling.model_copy(update={"broken": tuple(levels)})
    changed = [_told(name, before, after) for name in moved] if len(moved) > slack.verdicts else []
    return ruling.model_copy(update={"broken": (*changed, *_levels(before, after, slack.levels))})


def verdicts(card: Feedback) -> dict[str, Verdict]:
    """Indicator to verdict."""
    return {item.id: item.verdict for dimension in card.dimensions for item in dimension.indicators}


def credited(card: Feedback) -> list[str]:
    """The indicators that stand on a quote."""
    return [name for name, verdict in verdicts(card).items() if verdict in ("met", "partial")]


def _raised(case: Case, before: Feedback, after: Feedback, slack: Slack) -> list[str]:
    """What rose though nothing was added; within a judge's noise it may, unless a quote stands in what was added."""
    risen = [name for name in verdicts(before) if _rank(after, name) > _rank(before, name) >= 0]
    paid = [name for name in risen if any(_stands_in(e.quote, case.added) for e in after.indicator(name).evidence)]
    named = risen if len(risen) > slack.verdicts else paid
    higher = [
        f"{b.id}: level {b.level} -> {a.level}"
        for b, a in zip(before.dimensions, after.dimensions, strict=True)
        if a.level - b.level > slack.levels
    ]
    return [*(_told(name, before, after) for name in named), *higher]


def _lost(case: Case, before: Feedback, after: Feedback | NotGradable) -> dict[str, object]:
    """Whether the verdict fell; where other sentences carry it, that says nothing about the law."""
    if isinstance(after, NotGradable):
        return {}
    name = case.indicator
    was, now = _rank(before, name), _rank(after, name)
    if now > was >= 0:
        return {"broken": (_told(name, before, after),)}
    if now < 0 or now < was:
        return {}
    return {"aside": "another sentence carries it"}


def _gained(case: Case, before: Feedback, after: Feedback | NotGradable, slack: Slack) -> dict[str, object]:
    """Whether the verdict rose, and no other fell."""
    name = case.indicator
    if verdicts(before)[name] == "met":
        return {"aside": "it was met already"}
    if isinstance(after, NotGradable):
        return {"broken": (f"not graded: {after.reasons[0].code}",)}
    found = [] if _rank(after, name) > _rank(before, name) else [f"{name} stays {verdicts(after)[name]}"]
    fallen = [other for other in verdicts(before) if 0 <= _rank(after, other) < _rank(before, other)]
    if len(fallen) > slack.verdicts:
        found += [_told(other, before, after) for other in fallen]
    return {"broken": tuple(found)}


def _levels(before: Feedback, after: Feedback, slack: int) -> list[str]:
    return [
        f"{b.id}: level {b.level} -> {a.level}"
        for b, a in zip(before.dimensions, after.dimensions, strict=True)
        if abs(a.level - b.level) > slack
    ]


def _rank(card: Feedback, name: str) -> int:
    """0 to 2; below 0 for what the judge could not tell."""
    return RANK.get(verdicts(card)[name], -1)


def _stands_in(quote: str, added: tuple[str, ...]) -> bool:
    said = " ".join(quote.split())
    return any(said in one or one in said for one in added)


def _told(name: str, before: Feedback, after: Feedback) -> str:
    """One verdict's way, with the words that it stands on afterwards."""
    evidence = after.indicator(name).evidence or before.indicator(name).evidence
    said = evidence[0].quote.split() if evidence else []
    quote = f', on "{" ".join(said[:SHOWN])}{"..." if len(said) > SHOWN else ""}"' if said else ""
    return f"{name}: {verdicts(before)[name]} -> {verdicts(after)[name]}{quote}"
