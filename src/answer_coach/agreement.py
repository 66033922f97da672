"""Figures of agreement, each with a bootstrap interval: the only door of scikit-learn and scipy (extra: calibrate).

Point figures are those of the libraries.  Intervals are percentile intervals of `scipy.stats.bootstrap` (Efron 1979),
drawn over *groups* (answers), because several labels of one answer are not independent; the seed is fixed, so that the
same labels give the same intervals.  There the same formulas run over all resamples at once, some hundred times as
fast (`table_kappa`, `weighted_spearman`); tests hold them equal to the libraries'.

What is undefined is None, never a made-up 0: a kappa where everybody always says the same, a correlation with a
constant, an interval of a single answer.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Literal

from answer_coach.calibration import Figure
from answer_coach.errors import ExtraMissing

RESAMPLES, SEED, CONFIDENCE = 999, 1, 0.95
BATCH = 100  # resamples at a time: bounds memory, changes no figure
FEWEST_RANKED = 3  # two points always correlate perfectly
TINY = 1e-9  # ranks that differ, differ by a half at least
Weights = Literal["quadratic"]
NONE = Figure()


def need() -> None:
    """Nothing where scikit-learn and scipy can be imported; else ExtraMissing, with the command that installs them."""
    try:
        for name in ("scipy.stats", "sklearn.metrics"):
            import_module(name)
    except ImportError:
        raise ExtraMissing("scikit-learn and scipy are") from None


def mean(groups: Sequence[int], values: Sequence[float]) -> Figure:
    """The mean of `values` (of truths: their share, 0 to 1); `groups[i]` is the answer that `values[i]` belongs to."""
    if not values:
        return NONE
    import numpy as np

    at, count = _numbered(groups)
    sums, sizes = np.zeros(count), np.zeros(count)
    np.add.at(sums, at, np.asarray(values, float))
    np.add.at(sizes, at, 1.0)
    return _figure(
        float(sums.sum() / sizes.sum()),
        count,
        lambda chosen, axis=-1: sums[chosen].sum(axis) / sizes[chosen].sum(axis),
    )


def kappa(
    groups: Sequence[int],
    pairs: Sequence[tuple[Any, Any]],
    labels: Sequence[Any],
    weights: Weights | None = None,
    strata: Sequence[Any] = (),
) -> Figure:
    """Cohen's kappa of pairs of labels, -1 to 1 (Cohen 1960; with weights 1968), as `sklearn.metrics` computes it.

    `labels` are all that there are, in order.  With `strata` (which two raters a pair comes from) it is the mean of
    the strata's kappas (Light 1971), those that are undefined left out.
    """
    if not pairs:
        return NONE
    import numpy as np
    from sklearn.metrics import cohen_kappa_score

    codes = {label: code for code, label in enumerate(labels)}
    ones, others = ([codes[pair[side]] for pair in pairs] for side in (0, 1))
    kinds, width = _numbered(strata or [0] * len(pairs))
    found = []
    for kind in range(width):
        mine = [(a, b) for a, b, k in zip(ones, others, kinds, strict=True) if k == kind]
        if len({code for pair in mine for code in pair}) > 1:
            found.append(float(cohen_kappa_score(*zip(*mine, strict=True), labels=range(len(codes)), weights=weights)))
    if not found:
        return NONE
    at, count = _numbered(groups)
    tables = np.zeros((count, width, len(codes), len(codes)))
    np.add.at(tables, (at, kinds, ones, others), 1.0)
    costs = np.subtract.outer(np.arange(len(codes)), np.arange(len(codes))).astype(float) ** 2
    costs = costs if weights else (costs > 0).astype(float)
    return _figure(
        sum(found) / len(found),
        count,
        lambda chosen, axis=-1: _mean_of_defined(table_kappa(tables[chosen].sum(chosen.ndim + axis), costs)),
    )


def table_kappa(tables: Any, costs: Any) -> Any:
    """Kappa of each table of counts (..., k, k) with the costs of a disagreement (k, k); NaN where it is undefined."""
    import numpy as np

    seen = (tables * costs).sum((-2, -1))
    chance = np.einsum("...i,ij,...j->...", tables.sum(-1), costs, tables.sum(-2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance > 0, 1 - seen * tables.sum((-2, -1)) / chance, np.nan)


def spearman(
    groups: Sequence[int], ones: Sequence[float], others: Sequence[float], strata: Sequence[Any] = ()
) -> Figure:
    """Spearman's rank correlation (1904), -1 to 1, as `scipy.stats.spearmanr` computes it; `strata` as in `kappa`."""
    if not ones:
        return NONE
    import numpy as np

    at, count = _numbered(groups)
    kinds, width = _numbered(strata or [0] * len(ones))
    first, second = np.asarray(ones, float), np.asarray(others, float)
    parts = [np.flatnonzero(kinds == kind) for kind in range(width)]
    found = [rho for part in parts if not math.isnan(rho := _spearmanr(first[part], second[part]))]
    if not found:
        return NONE

    def over(chosen: Any, axis: int = -1) -> Any:
        times = np.apply_along_axis(np.bincount, axis, chosen, minlength=count)[..., at]
        return _mean_of_defined(
            np.stack([weighted_spearman(first[part], second[part], times[..., part]) for part in parts], -1)
        )

    return _figure(sum(found) / len(found), count, over)


def weighted_spearman(ones: Any, others: Any, times: Any) -> Any:
    """Spearman's correlation of two lists (n,) whose pairs stand so many times (..., n) in them; NaN if undefined."""
    import numpy as np

    total = times.sum(-1, keepdims=True)

    def ranks(values: Any) -> Any:
        names, at = np.unique(values, return_inverse=True)
        weights = times @ (at[:, None] == np.arange(len(names)))
        middle = (np.cumsum(weights, -1) - weights / 2)[..., at]
        return middle - (times * middle).sum(-1, keepdims=True) / np.maximum(total, 1)

    first, second = ranks(ones), ranks(others)
    both = (times * first * second).sum(-1)
    spread = (times * first**2).sum(-1) * (times * second**2).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((spread > TINY) & (total[..., 0] >= FEWEST_RANKED), both / np.sqrt(spread), np.nan)


def by_mean(levels: Sequence[float]) -> list[float]:
    """The baseline that gives every answer the mean of these very levels (`sklearn.dummy.DummyRegressor`)."""
    from sklearn.dummy import DummyRegressor

    nothing = [[0.0]] * len(levels)
    return [float(level) for level in DummyRegressor(strategy="mean").fit(nothing, levels).predict(nothing)]


def by_length(words: Sequence[int], levels: Sequence[float]) -> list[float]:
    """The baseline 'longer is better': a line from numbers of words to levels, fitted to these very levels."""
    from sklearn.linear_model import LinearRegression

    counts = [[float(count)] for count in words]
    return [float(level) for level in LinearRegression().fit(counts, levels).predict(counts)]


def _spearmanr(ones: Any, others: Any) -> float:
    """Spearman's correlation of two arrays; NaN where it is undefined."""
    from scipy.stats import spearmanr

    if len(ones) < FEWEST_RANKED or (ones == ones[0]).all() or (others == others[0]).all():
        return math.nan
    return float(spearmanr(ones, others).statistic)


def _numbered(groups: Sequence[Any]) -> tuple[Any, int]:
    """Groups as 0, 1, 2, ..., in order, and how many there are."""
    import numpy as np

    numbers = {name: number for number, name in enumerate(sorted(set(groups)))}
    return np.array([numbers[name] for name in groups], int), len(numbers)


def _mean_of_defined(figures: Any) -> Any:
    """The mean over the last axis of what is not NaN; NaN where nothing is left."""
    import numpy as np

    defined = ~np.isnan(figures)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(defined, figures, 0.0).sum(-1) / defined.sum(-1)


def _figure(value: float, count: int, statistic: Callable[..., Any]) -> Figure:
    """A figure with its interval over `count` groups.

    Resamples in which the figure is undefined are left out; where they are more than half, there is no interval.
    """
    if count < 2:
        return Figure(value=round(value, 6))
    import numpy as np
    from scipy.stats import bootstrap

    options = {"n_resamples": RESAMPLES, "batch": BATCH, "method": "percentile", "rng": SEED}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy warns where a resample is undefined: they are dropped below
        made = bootstrap((np.arange(count),), statistic, vectorized=True, confidence_level=CONFIDENCE, **options)
    spread = made.bootstrap_distribution
    defined = spread[~np.isnan(spread)]
    if 2 * len(defined) < RESAMPLES:
        return Figure(value=round(value, 6))
    low, high = np.percentile(defined, [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)])
    return Figure(value=round(value, 6), low=round(float(low), 6), high=round(float(high), 6))
