"""A batch as one HTML file that works from disk: the first screen, heat maps, and every card with its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import heappush, heappushpop
from typing import NamedTuple

from answer_coach.batch.digest import Digest
from answer_coach.batch.graded import Batch, Graded, basis_of, judge_of
from answer_coach.feedback import Feedback
from answer_coach.reports import batch as words
from answer_coach.reports.html import render
from answer_coach.reports.views import SLOT_NAMES, Sign, View, sign, view
from answer_coach.rubric import NAMES, Rubric

MOST = 1000
"""Up to so many answers a page shows them all."""
WEAKEST = 200
UNGRADED = 500
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


def page(batch: Batch, digest: Digest, rubrics: Mapping[str, Rubric], made: str = "") -> str:
    """The report.  Above a thousand answers it shows aggregates, what failed, and the weakest; it says so."""
    seen = Overview(len(batch))
    for number, item in enumerate(batch, 1):
        seen.take(number, item)
    items = {number: batch[number - 1] for number in seen.shown()}
    views = [view(n, item, title_of(rubrics, item.card.question)) for n, item in items.items()]
    views.sort(key=lambda one: one.kind == "feedback")  # failures first
    return render(
        "report.html",
        digest=digest,
        words=words,
        titles={question: title_of(rubrics, question) for question in digest.questions},
        rows=[_row(one, items[one.number].card) for one in views if one.kind == "feedback"],
        maps=_maps(seen.groups, items, rubrics),
        views=views,
        linked=frozenset(items),
        left_out=len(batch) - len(items),
        weakest=WEAKEST,
        ungraded=sum(one.kind != "feedback" for one in views),
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


class Group:
    """Answers that share a heat map: how many meet each indicator."""

    def __init__(self, card: Feedback):
        self.first, self.of = card, 0
        self.verdicts: Counter[tuple[str, str]] = Counter()

    def take(self, card: Feedback) -> None:
        """One more card."""
        self.of += 1
        self.verdicts.update((i.id, i.verdict) for d in card.dimensions for i in d.indicators)


class Overview:
    """What a page needs of a batch before it shows any answer: counts, and which answers it will show."""

    def __init__(self, size: int):
        self._size = size
        self._ungraded: list[int] = []
        self._weakest: list[tuple[float, int]] = []
        """A heap, the best of the weakest on top: levels and numbers, both negative."""
        self.groups: dict[tuple[str, str, str], Group] = {}

    def take(self, number: int, item: Graded) -> None:
        """One answer; numbers count from 1."""
        card = item.card
        if not isinstance(card, Feedback):
            if len(self._ungraded) < UNGRADED:
                self._ungraded.append(number)
            return
        basis = basis_of(card)
        if basis not in self.groups:
            self.groups[basis] = Group(card)
        self.groups[basis].take(card)
        put = heappush if len(self._weakest) < WEAKEST else heappushpop
        put(self._weakest, (-card.overall.level, -number))

    def shown(self) -> list[int]:
        """Numbers of the answers that the page shows: all, or what failed and the weakest of very many."""
        if self._size <= MOST:
            return list(range(1, self._size + 1))
        return sorted([*self._ungraded, *(-number for _, number in self._weakest)])


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


def _maps(
    groups: Mapping[tuple[str, str, str], Group], items: Mapping[int, Graded], rubrics: Mapping[str, Rubric]
) -> list[HeatMap]:
    cards = {n: item.card for n, item in items.items() if isinstance(item.card, Feedback)}
    rows: dict[tuple[str, str, str], list[MapRow]] = {basis: [] for basis in groups}
    for number, card in sorted(cards.items(), key=lambda pair: -pair[1].overall.level):
        signs = tuple(sign(i.verdict) for d in card.dimensions for i in d.indicators)
        rows[basis_of(card)].append(MapRow(number, items[number].who, items[number].draft, signs))
    alone = len(groups) == len({question for question, *_ in groups})
    maps = [_map(group, rows[basis], rubrics, alone) for basis, group in groups.items()]
    return sorted(maps, key=lambda one: (one.question == "story", one.question))


def _map(group: Group, rows: Sequence[MapRow], rubrics: Mapping[str, Rubric], alone: bool) -> HeatMap:
    first, heads = group.first, []
    for indicator in (i for d in first.dimensions for i in d.indicators):
        met, half = (group.verdicts[indicator.id, verdict] for verdict in ("met", "partial"))
        heads.append(Head(indicator.label, met, half, round(100 * met / group.of)))
    return HeatMap(
        question=first.question,
        title=title_of(rubrics, first.question),
        about="" if alone else f"rubric {first.rubric.version}, {judge_of(first.graded_by)}",
        groups=tuple((NAMES[d.id], len(d.indicators)) for d in first.dimensions),
        heads=tuple(heads),
        rows=tuple(rows),
        of=group.of,
    )
