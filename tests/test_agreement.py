"""Figures of agreement: known values, intervals that repeat, and None for what is undefined."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import pytest

from answer_coach.errors import ExtraMissing

pytest.importorskip("sklearn")
pytest.importorskip("scipy")

import numpy as np
from scipy.stats import bootstrap, spearmanr
from sklearn.metrics import cohen_kappa_score

from answer_coach import agreement
from answer_coach.agreement import NONE, by_length, by_mean, kappa, mean, spearman, table_kappa, weighted_spearman

LEVELS = (1, 2, 3, 4, 5)
# Yes and no by two readers of fifty: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; .7 seen, .5 by chance.
FIFTY = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15


def drawn(count: int, seed: int = 0) -> list[tuple[int, int]]:
    """Pairs of levels that mostly are alike."""
    random = np.random.default_rng(seed)
    ones = random.integers(1, 6, count)
    others = np.clip(ones + random.integers(-1, 2, count), 1, 5)
    return list(zip(ones.tolist(), others.tolist(), strict=True))


def test_kappa_of_a_known_table() -> None:
    """(.7 - .5) / (1 - .5)."""
    assert kappa(range(50), FIFTY, "yn").value == pytest.approx(0.4)


def test_quadratic_kappa_by_hand() -> None:
    """(1,1) (2,2) (3,3) (1,3): costs seen 4; by chance (18 + 3 + 5) / 4 = 6.5; unused levels change nothing."""
    pairs = [(1, 1), (2, 2), (3, 3), (1, 3)]
    assert kappa(range(4), pairs, LEVELS, "quadratic").value == pytest.approx(1 - 4 / 6.5, abs=1e-6)
    assert kappa(range(4), pairs, (1, 2, 3), "quadratic").value == pytest.approx(1 - 4 / 6.5, abs=1e-6)


def test_spearman_of_a_known_pair_of_lists() -> None:
    """With a tie: ranks 1 2 3 4 5 against 1 2 3.5 5 3.5, whose covariance is 8 and whose spreads are 10 and 9.5."""
    found = spearman(range(5), [1, 2, 3, 4, 5], [5, 6, 7, 8, 7])
    assert found.value == pytest.approx(8 / 95**0.5, abs=1e-6)


def test_several_pairs_of_raters_are_averaged() -> None:
    """Light's kappa: the mean of .4 and 1, what is undefined left out; the same for rank correlation."""
    alike = [("y", "y"), ("n", "n")]
    pairs = [*FIFTY, *alike, ("y", "y")]
    strata = [("anna", "ben")] * 50 + [("anna", "cleo")] * 2 + [("ben", "cleo")]
    assert kappa(range(53), pairs, "yn", strata=strata).value == pytest.approx(0.7)
    ones, others = [1, 2, 3, 1, 2, 3, 4], [1, 2, 3, 3, 2, 1, 4]
    assert spearman(range(7), ones, others, ["a"] * 3 + ["b"] * 3 + ["c"]).value == pytest.approx(0.0)


def test_the_formulas_of_the_resamples_are_those_of_the_libraries() -> None:
    """Kappas of tables and weighted rank correlations are scikit-learn's and scipy's of the lists written out."""
    random = np.random.default_rng(3)
    costs = {"quadratic": np.subtract.outer(range(5), range(5)) ** 2.0, None: 1.0 - np.eye(5)}
    for seed in range(20):
        ones, others = zip(*drawn(12, seed), strict=True)
        table = np.zeros((5, 5))
        np.add.at(table, (np.array(ones) - 1, np.array(others) - 1), 1)
        for weights, cost in costs.items():
            expected = cohen_kappa_score(ones, others, labels=LEVELS, weights=weights)
            assert table_kappa(table[None], cost)[0] == pytest.approx(expected)
        times = random.integers(0, 4, 12)
        expected = spearmanr(np.repeat(ones, times), np.repeat(others, times)).statistic
        assert weighted_spearman(np.array(ones), np.array(others), times[None])[0] == pytest.approx(expected)


def by_the_libraries(count: int, figure: Any) -> tuple[float, float]:
    """The percentile interval of scipy, one resample at a time."""
    made = bootstrap((np.arange(count),), figure, vectorized=False, n_resamples=999, method="percentile", rng=1)
    return float(made.confidence_interval.low), float(made.confidence_interval.high)


def test_intervals_are_those_of_the_bootstrap_one_by_one() -> None:
    """Kappa, share and correlation of forty pairs, two an answer: as scipy resamples and the libraries count."""
    pairs = drawn(40)
    groups = [at // 2 for at in range(40)]

    def taken(chosen: Sequence[int]) -> tuple[list[int], list[int]]:
        every = [pairs[2 * at + more] for at in chosen for more in (0, 1)]
        return [a for a, _ in every], [b for _, b in every]

    figures = {
        kappa(groups, pairs, LEVELS, "quadratic"): lambda at: cohen_kappa_score(
            *taken(at), labels=LEVELS, weights="quadratic"
        ),
        mean(groups, [a == b for a, b in pairs]): lambda at: np.mean(np.equal(*taken(at))),
        spearman(groups, *zip(*pairs, strict=True)): lambda at: spearmanr(*taken(at)).statistic,
    }
    assert len(figures) == 3
    for found, figure in figures.items():
        assert (found.low, found.high) == pytest.approx(by_the_libraries(20, figure), abs=1e-5)


def test_the_same_labels_give_the_same_intervals() -> None:
    """The seed is fixed, and neither the state of other generators nor the names of groups matter."""
    pairs = drawn(30)
    first = kappa(range(30), pairs, LEVELS, "quadratic")
    np.random.default_rng().random(5)
    assert kappa([7 * at for at in range(30)], pairs, LEVELS, "quadratic") == first
    assert first.low is not None and first.value is not None and first.high is not None
    assert first.low < first.value < first.high


def test_labels_of_one_answer_are_drawn_together() -> None:
    """Ten answers, each labelled alike by four people, are ten facts and not forty: the interval is wider."""
    hits = [float(at % 3 == 0) for at in range(10) for _ in range(4)]
    apart, together = mean(range(40), hits), mean([at // 4 for at in range(40)], hits)
    assert apart.value == together.value
    width = [(figure.high or 0) - (figure.low or 0) for figure in (apart, together)]
    assert width[1] > 1.5 * width[0]


@pytest.mark.parametrize(
    "figure",
    [
        lambda: kappa([], [], LEVELS),
        lambda: kappa([1, 2, 3], [(3, 3)] * 3, LEVELS, "quadratic"),
        lambda: mean([], []),
        lambda: spearman([], [], []),
        lambda: spearman([1, 2, 3], [1, 1, 1], [1, 2, 3]),
        lambda: spearman([1, 2], [1, 2], [1, 2]),
    ],
)
def test_what_is_undefined_is_none(figure: Any) -> None:
    """No labels, one label only, a constant, two points: no figure, and no warning."""
    assert figure() == NONE


def test_an_interval_needs_two_answers_and_resamples_in_which_it_is_defined() -> None:
    """One answer has no interval, nor has a correlation that most resamples leave undefined; the figures stay."""
    one = mean([1, 1], [1.0, 0.0])
    assert (one.value, one.low, one.high) == (0.5, None, None)
    rare = spearman(range(20), [2] + [1] * 19, [1] * 19 + [2])
    assert rare.value == pytest.approx(-1 / 19, abs=1e-6)
    assert rare.low is rare.high is None
    seldom = kappa(range(20), [("y", "y")] * 19 + [("n", "n")], "yn")  # undefined in a third of the resamples
    assert (seldom.value, seldom.low, seldom.high) == (1.0, 1.0, 1.0)


def test_baselines_by_hand() -> None:
    """The mean for everybody; the line through (100, 1) and (300, 3); with one length, the mean again."""
    assert by_mean([1, 2, 6]) == pytest.approx([3, 3, 3])
    assert by_length([100, 200, 300], [1, 2, 3]) == pytest.approx([1, 2, 3])
    assert by_length([100, 100], [1, 3]) == pytest.approx([2, 2])


def test_a_missing_library_is_an_error_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named, with the command that installs it."""
    monkeypatch.setitem(sys.modules, "sklearn.metrics", None)
    with pytest.raises(ExtraMissing) as caught:
        agreement.need()
    assert 'pip install "answer-coach[calibrate]"' in caught.value.hint
    assert caught.value.exit_code == 2
