"""A calibration as a picture: the only door of matplotlib (extra: calibrate)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from answer_coach.calibration import Calibration, Figure, LevelAgreement
from answer_coach.errors import ExtraMissing, InputError
from answer_coach.labels import VERDICTS
from answer_coach.reports.calibration import TITLES, indicator_name, judge_name, weakest_first
from answer_coach.reports.layout import shorten

ENDINGS = (".png", ".svg", ".pdf")
SIZE = (12.0, 8.4)  # inches
DPI = 150
MOST_INDICATORS = 16
WORDS = ("not yet", "thin", "senior", "lead", "strong\nlead")
# Told apart without colours, too: by shape. The colours are those of Okabe and Ito (2008).
SERIES = (
    ("judge", "{judge} and people", "o", "#0072B2"),
    ("humans", "people among themselves", "s", "#009E73"),
    ("guess_length", "guess: length", "^", "#E69F00"),
    ("guess_mean", "guess: mean", "v", "#999999"),
)
MARKERS = ("o", "s", "^", "D")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")


def need(path: Path) -> None:
    """Nothing where a picture can be drawn there; InputError for an unknown ending, ExtraMissing without matplotlib."""
    if path.suffix.lower() not in ENDINGS:
        raise InputError(f"{path} is not named like a picture", hint=f"Let it end with {' or '.join(ENDINGS)}.")
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise ExtraMissing("matplotlib is") from None


def draw(made: Calibration, path: Path) -> None:
    """Draw a calibration into a file: figures of agreement, the judge's level at each human level, confusions.

    Where people gave verdicts only: agreement by indicator, and the confusion of verdicts.
    The same calibration gives the same SVG.
    """
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    with matplotlib.rc_context({"svg.hashsalt": "coach", "font.size": 10, "axes.titlesize": 11}):
        canvas = Canvas(figsize=SIZE, layout="constrained")
        above, below = canvas.subfigures(2, 1, height_ratios=(1.15, 1)) if made.levels else (canvas, None)
        counts = f"{made.graded} of {made.answers} answers graded, raters: {len(made.raters)}"
        canvas.suptitle(f"Agreement of {_judge(made)} with people ({counts})", fontsize=13)
        if below is None:
            left, right = above.subplots(1, 2, width_ratios=(1.4, 1))
            _indicators(left, made)
            _verdicts(right, made)
        else:
            left, right = above.subplots(1, 2, width_ratios=(1.25, 1))
            _kappas(left, made)
            _steps(right, made)
            _heat_maps(below, made)
        dated = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
        canvas.savefig(path, dpi=DPI, metadata=dated[path.suffix.lower()])


def _judge(made: Calibration) -> str:
    """Who judged, in words that a picture has room for; a dollar would begin a formula."""
    return shorten(judge_name(made), 28).replace("$", r"\$")


def _bars(figures: Sequence[Figure]) -> tuple[list[float], list[list[float]]]:
    """Values and how far their intervals reach below and above them."""
    values = [figure.value or 0.0 for figure in figures]
    low = [value - (value if f.low is None else f.low) for value, f in zip(values, figures, strict=True)]
    high = [(value if f.high is None else f.high) - value for value, f in zip(values, figures, strict=True)]
    return values, [[max(0.0, part) for part in low], [max(0.0, part) for part in high]]


def _series(axes: Any, at: Sequence[float], figures: Sequence[Figure], **look: Any) -> None:
    """Points with error bars; what is undefined is not drawn."""
    drawn = [(place, figure) for place, figure in zip(at, figures, strict=True) if figure.value is not None]
    if drawn:
        values, reach = _bars([figure for _, figure in drawn])
        axes.errorbar([place for place, _ in drawn], values, yerr=reach, linestyle="none", capsize=3, **look)


def _kappas(axes: Any, made: Calibration) -> None:
    """Weighted kappa by dimension: the judge, people among themselves, and the guesses."""
    levels = made.levels
    for number, (name, label, marker, colour) in enumerate(SERIES):
        at = [place + (number - 1.5) * 0.16 for place in range(len(levels))]
        figures = [getattr(level, name).kappa for level in levels]
        _series(axes, at, figures, marker=marker, color=colour, label=label.format(judge=_judge(made)))
    axes.set_xticks(range(len(levels)), [f"{TITLES[v.target]}\n{v.graded} of {v.graded + v.failed}" for v in levels])
    axes.set_title("By dimension, with 95 % intervals")
    axes.set_xlabel("number of labels that could be compared, of all")
    axes.set_ylabel("quadratic weighted kappa")
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set_ylim(top=1.05)
    axes.grid(axis="y", alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=len(SERIES), fontsize=9)


def _steps(axes: Any, made: Calibration) -> None:
    """The judge's mean level at each human level; on the dashed line it gives what people give."""
    axes.plot([1, 5], [1, 5], linestyle="--", color="black", linewidth=0.8, label="as people")
    for number, level in enumerate(made.levels):
        at = [step.level + (number - (len(made.levels) - 1) / 2) * 0.12 for step in level.steps]
        look = {"marker": MARKERS[number], "color": COLOURS[number], "label": TITLES[level.target]}
        _series(axes, at, [step.judged for step in level.steps], **look)
    axes.set_title("Level by level, with 95 % intervals")
    axes.set_xlabel("level by people (overall: its word, 1 to 5)")
    axes.set_ylabel(f"mean level by {_judge(made)}")
    axes.set_xticks(range(1, 6))
    axes.set_yticks(range(1, 6))
    axes.set_xlim(0.6, 5.4)
    axes.set_ylim(0.6, 5.4)
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left", fontsize=9, framealpha=0.9)


def _heat_maps(below: Any, made: Calibration) -> None:
    """One table of counts a dimension, coloured by the share of its row; the same scale for all."""
    every = below.subplots(1, len(made.levels), squeeze=False)[0]
    for axes, level in zip(every, made.levels, strict=True):
        _heat_map(axes, level, made)
    every[0].set_ylabel("level by people")
    below.suptitle("Confusion: number of labels; darker: a larger share of its row", fontsize=11)


def _heat_map(axes: Any, level: LevelAgreement, made: Calibration) -> None:
    ticks = WORDS if level.target == "overall" else ("1", "2", "3", "4", "5")
    _cells(axes, level.confusion, ticks)
    axes.set_title(TITLES[level.target])
    axes.set_xlabel(f"level by {_judge(made)}")


def _cells(axes: Any, table: Sequence[Sequence[int]], ticks: Sequence[str]) -> None:
    """A table of counts: first row below, so that agreement runs up the diagonal."""
    shares = [[count / max(1, sum(row)) for count in row] for row in table]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, origin="lower")
    for row, counts in enumerate(table):
        for column, count in enumerate(counts):
            colour = "white" if shares[row][column] > 0.6 else "black"
            axes.text(column, row, str(count or ""), ha="center", va="center", color=colour)
    size = 8 if len(ticks[0]) > 1 else 10
    axes.set_xticks(range(len(ticks)), ticks, fontsize=size)
    axes.set_yticks(range(len(ticks)), [tick.replace("\n", " ") for tick in ticks], fontsize=size)


def _indicators(axes: Any, made: Calibration) -> None:
    """Cohen's kappa of the indicators that agree least: the judge, and people among themselves."""
    shown = weakest_first(made)[:MOST_INDICATORS]
    for number, (name, label, marker, colour) in enumerate(SERIES[:2]):
        at = [place + (number - 0.5) * 0.2 for place in range(len(shown))]
        figures = [getattr(one, name).kappa for one in shown]
        _series(axes, at, figures, marker=marker, color=colour, label=label.format(judge=_judge(made)))
    names = [f"{indicator_name(one)} ({one.graded})" for one in shown]
    axes.set_xticks(range(len(shown)), names, rotation=60, ha="right")
    axes.set_title("By indicator, with 95 % intervals; those that agree least first")
    axes.set_xlabel("indicator (number of labels)")
    axes.set_ylabel("Cohen's kappa")
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set_ylim(top=1.05)
    axes.grid(axis="y", alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="best", fontsize=9, framealpha=0.9)


def _verdicts(axes: Any, made: Calibration) -> None:
    """The table of all verdicts."""
    if made.verdicts:
        _cells(axes, made.verdicts.confusion, [verdict.replace("_", "\n") for verdict in VERDICTS])
    axes.set_title("Confusion: number of labels;\ndarker: a larger share of its row")
    axes.set_xlabel(f"verdict by {_judge(made)}")
    axes.set_ylabel("verdict by people")
