"""A batch as one HTML file that works from disk: the first screen, heat maps, and every card with its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from answer_coach.batch.digest import Digest
from answer_coach.batch.graded import Graded, basis_of, judge_of
from answer_coach.feedback import Feedback
from answer_coach.reports import batch as words
from answer_coach.reports.html import render
from answer_coach.reports.views import SLOT_NAMES, Sign, View, sign, view
from answer_coach.rubric import NAMES, Rubric

MOST = 1000
"""Up to so many answers a page shows them all."""
WEAKEST = 200
FIRST = 3  # of each kind on the first screen


class Row(NamedTuple):
    """One answer in the table of all: levels and slots are comparable across questions."""

    number: int
    who: str
    draft: str | None
    question: str
    overall: float
    word: str
    levels: tuple[int, ...]
    slots: tuple[Sign, ...]
    edit: str


class Head(NamedTuple):
    """A column of a heat map, with how many have it."""

    label: str
    met: int
    half: int
    share: int
    """Met, in percent."""


class MapRow(NamedTuple):
    """An answer in a heat map."""

    number: int
    who: str
    draft: str | None
    signs: tuple[Sign, ...]


class HeatMap(NamedTuple):
    """The indicators of one question over its answers; answers of another rubric or judge have a map of their own."""

    question: str
    title: str
    about: str
    groups: tuple[tuple[str, int], ...]
    """Dimensions, and how many columns each has."""
    heads: tuple[Head, ...]
    rows: tuple[MapRow, ...]
    of: int


def page(graded: Sequence[Graded], digest: Digest, rubrics: Mapping[str, Rubric], made: str = "") -> str:
    """The report.  Above a thousand answers it shows aggregates, what failed, and the weakest; it says so."""
    chosen = shown(graded)
    views = [view(n, graded[n - 1], title_of(rubrics, graded[n - 1].card.question)) for n in chosen]
    views.sort(key=lambda one: one.kind == "feedback")  # failures first
    return render(
        "report.html",
        digest=digest,
        words=words,
        titles={question: title_of(rubrics, question) for question in digest.questions},
        rows=[_row(one, graded[one.number - 1].card) for one in views if one.kind == "feedback"],
        maps=_maps(graded, set(chosen), rubrics),
        views=views,
        linked=frozenset(chosen),
        left_out=len(graded) - len(chosen),
        weakest=WEAKEST,
        first=FIRST,
        made=made,
        names=NAMES,
        slot_names=SLOT_NAMES,
        sign=sign,
    )


def card_page(number: int, item: Graded, title: str, numbers: bool) -> str:
    """One card as a page of its own, for the person whose answer it is."""
    return render("single.html", one=view(number, item, title, numbers))


def title_of(rubrics: Mapping[str, Rubric], question: str) -> str:
    """The title of a question; "" where its rubric is not known here."""
    return rubrics[question].title if question in rubrics else ""


def shown(graded: Sequence[Graded]) -> list[int]:
    """Numbers of the answers that a page shows: all, or what failed and the weakest of very many."""
    numbers = list(range(1, len(graded) + 1))
    if len(graded) <= MOST:
        return numbers
    failed = [n for n in numbers if not isinstance(graded[n - 1].card, Feedback)]
    rest = [(card.overall.level, n) for n in numbers if isinstance(card := graded[n - 1].card, Feedback)]
    return sorted([*failed, *(n for _, n in sorted(rest)[:WEAKEST])])


def _row(one: View, card: object) -> Row:
    assert isinstance(card, Feedback)  # noqa: S101
    return Row(
        number=one.number,
        who=one.who,
        draft=one.draft,
        question=one.question,
        overall=card.overall.level,
        word=card.overall.word,
        levels=tuple(d.level for d in card.dimensions),
        slots=one.slots,
        edit="ready: rehearse it" if card.ready else card.next_edit.ask if card.next_edit else "",
    )


def _maps(graded: Sequence[Graded], chosen: set[int], rubrics: Mapping[str, Rubric]) -> list[HeatMap]:
    groups: dict[tuple[str, str, str], list[tuple[int, Graded, Feedback]]] = {}
    for number, item in enumerate(graded, 1):
        if isinstance(item.card, Feedback):
            groups.setdefault(basis_of(item.card), []).append((number, item, item.card))
    maps = [_map(group, chosen, rubrics, alone=len(groups) == len({g[0] for g in groups})) for group in groups.values()]
    return sorted(maps, key=lambda one: (one.question == "story", one.question))


def _map(
    group: Sequence[tuple[int, Graded, Feedback]], chosen: set[int], rubrics: Mapping[str, Rubric], alone: bool
) -> HeatMap:
    first = group[0][2]
    labels = [i.label for d in first.dimensions for i in d.indicators]
    verdicts = {n: [i.verdict for d in card.dimensions for i in d.indicators] for n, _, card in group}
    heads = []
    for at, label in enumerate(labels):
        counts = Counter(row[at] for row in verdicts.values())
        heads.append(Head(label, counts["met"], counts["partial"], round(100 * counts["met"] / len(group))))
    return HeatMap(
        question=first.question,
        title=title_of(rubrics, first.question),
        about="" if alone else f"rubric {first.rubric.version}, {judge_of(first.graded_by)}",
        groups=tuple((NAMES[d.id], len(d.indicators)) for d in first.dimensions),
        heads=tuple(heads),
        rows=tuple(
            MapRow(n, item.who, item.draft, tuple(sign(v) for v in verdicts[n]))
            for n, item, _ in sorted(group, key=lambda one: -one[2].overall.level)
            if n in chosen
        ),
        of=len(group),
    )
