"""How much a judge's grades move where nothing that matters has changed: over repeats, and over paraphrases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from answer_coach.answer import Word
from answer_coach.feedback import Feedback

WITHIN = 0.9
"""The share of differences that a noise covers."""
WORTH = {"absent": 0, "partial": 1, "met": 2}


class Spread(Word):
    """Differences between grades of the same facts."""

    pairs: int
    flips: float
    """Share of verdicts that differ between the two of a pair."""
    level: int
    """Levels within which 90 % of the differences of a dimension lie."""
    overall: float
    """The same for the overall figure."""
    net: int | None = None
    """The same for what the verdicts of an answer add up to, half said counting 1 and said 2; None where not known."""


class Noise(Word):
    """A judge's noise in two parts; None where a part was not measured.  Comparisons use the larger."""

    repeats: Spread | None = None
    paraphrases: Spread | None = None
    measured_at: str = ""

    @property
    def level(self) -> int | None:
        """In levels of a dimension; None where nothing was measured."""
        return max((part.level for part in self._parts), default=None)

    @property
    def overall(self) -> float | None:
        """In the overall figure; None where nothing was measured."""
        return max((part.overall for part in self._parts), default=None)

    @property
    def net(self) -> int | None:
        """In what the verdicts of an answer add up to; None where that was not measured."""
        return max((part.net for part in self._parts if part.net is not None), default=None)

    @property
    def _parts(self) -> list[Spread]:
        return [part for part in (self.repeats, self.paraphrases) if part]


BY_RULES = Noise(
    paraphrases=Spread(pairs=14, flips=0.3084, level=1, overall=0.6, net=8), measured_at="2026-11-23T00:00:00+00:00"
)
"""The built-in rules', over drafts that were put in other words by hand with every fact kept; they never waver."""


def spread(pairs: Iterable[tuple[Feedback, Feedback]]) -> Spread | None:
    """The differences within pairs of cards on the same question; None where there is no pair."""
    known = list(pairs)
    if not known:
        return None
    levels = [abs(a.level - b.level) for one, two in known for a, b in zip(one.dimensions, two.dimensions, strict=True)]
    verdicts = [a != b for one, two in known for a, b in zip(_verdicts(one), _verdicts(two), strict=True)]
    return Spread(
        pairs=len(known),
        flips=round(sum(verdicts) / len(verdicts), 4),
        level=int(covering(levels)),
        overall=round(covering([abs(one.overall.level - two.overall.level) for one, two in known]), 2),
        net=int(covering([abs(_sum(one) - _sum(two)) for one, two in known])),
    )


def repeats(cards: Sequence[Feedback]) -> Spread | None:
    """The differences between all pairs of cards of one text."""
    return spread(combinations(cards, 2))


def covering(differences: Sequence[float]) -> float:
    """The smallest of the differences that at least 90 % of them do not exceed."""
    ranked = sorted(differences)
    return ranked[max(0, -(-len(ranked) * 9 // 10) - 1)]


def _sum(card: Feedback) -> int:
    return sum(WORTH.get(verdict, 0) for verdict in _verdicts(card))


def _verdicts(card: Feedback) -> list[str]:
    return [indicator.verdict for dimension in card.dimensions for indicator in dimension.indicators]
