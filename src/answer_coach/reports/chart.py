"""Answers over their drafts as a picture, one small chart for each (extra: calibrate)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from answer_coach.drafts.progress import Course, Stretch
from answer_coach.reports.layout import shorten
from answer_coach.reports.plot import COLOURS, DPI, MARKERS
from answer_coach.reports.progress import judge_label

ACROSS = 2
WIDE, HIGH = 6.4, 3.7  # inches of one chart
MOST_TICKS = 10
BANDS = ((1.5, "not yet"), (2.5, "thin"), (3.5, "senior"), (4.25, "lead"), (4.75, "strong"))
EDGES = (2.0, 3.0, 4.0, 4.5)
"""Where one word of `reads as` ends and the next begins."""


def draw_courses(made: Sequence[Course], path: Path) -> None:
    """Draw answers over their drafts into a file; a line joins only what one judge graded by one rubric and prompt.

    The same courses give the same SVG.
    """
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    across = min(ACROSS, len(made))
    down = -(-len(made) // across)
    with matplotlib.rc_context({"svg.hashsalt": "coach", "font.size": 9, "axes.titlesize": 10}):
        canvas = Canvas(figsize=(WIDE * max(across, 1.25), HIGH * down), layout="constrained")
        every = canvas.subplots(down, across, squeeze=False).ravel()
        labels = dict.fromkeys(judge_label(stretch.graded_by) for course in made for stretch in course.stretches)
        looks = {label: at for at, label in enumerate(labels)}
        for axes, course in zip(every, made, strict=False):
            _course(axes, course, looks)
        for axes in every[len(made) :]:
            axes.set_visible(False)
        drawn = {name: line for axes in every for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
        if drawn:
            canvas.legend(drawn.values(), drawn.keys(), loc="outside lower left", ncols=across, frameon=False)
        dated = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")  # a name in letters that the font has not: boxes
            canvas.savefig(path, dpi=DPI, metadata=dated[path.suffix.lower()])


def _course(axes: Any, course: Course, looks: Mapping[str, int]) -> None:
    place = {number: at for at, (number, _) in enumerate(course.drafts)}
    for at, stretch in enumerate(course.stretches):
        _stretch(axes, stretch, place, looks[judge_label(stretch.graded_by)])
        if at:
            before = course.stretches[at - 1]
            middle = (place[before.points[-1].draft] + place[stretch.points[0].draft]) / 2
            axes.axvline(middle, color="black", linestyle=":", linewidth=1)
            told = f"new {' and '.join(stretch.changed)}"
            axes.text(middle, 5, told, fontsize=8, rotation=90, ha="right", va="top")  # breaks may be close
    for level in EDGES:
        axes.axhline(level, color="black", linewidth=0.5, alpha=0.25)
    last = len(place) - 0.4
    for level, word in BANDS:
        axes.text(last, level, f" {word}", fontsize=8, va="center", alpha=0.6)
    every = max(1, -(-len(place) // MOST_TICKS))
    ticks = [(at, f"{number}\n{when[5:10]}") for at, (number, when) in enumerate(course.drafts)][::every]
    axes.set_xticks([at for at, _ in ticks], [name for _, name in ticks])
    axes.set_xlim(-0.6, last)
    axes.set_ylim(0.9, 5.1)
    axes.set_yticks(range(1, 6))
    axes.set_title(shorten(f"{course.name} ({course.question})", 56), loc="left")
    axes.set_xlabel("draft, and the day it was handed in")
    axes.set_ylabel("overall, 1 to 5")
    if not course.stretches:
        axes.text(0.5, 0.5, "no draft has levels yet", ha="center", transform=axes.transAxes)


def _stretch(axes: Any, stretch: Stretch, place: dict[int, int], look: int) -> None:
    """Points with the ranges in which they may lie, joined; the same judge looks the same in every chart."""
    levels = [point.overall.level for point in stretch.points]
    ranges = [point.overall.range or (point.overall.level, point.overall.level) for point in stretch.points]
    reach = [
        [level - low for level, (low, _) in zip(levels, ranges, strict=True)],
        [high - level for level, (_, high) in zip(levels, ranges, strict=True)],
    ]
    axes.errorbar(
        [place[point.draft] for point in stretch.points],
        levels,
        yerr=[[max(0.0, part) for part in side] for side in reach],
        marker=MARKERS[look % len(MARKERS)],
        color=COLOURS[look % len(COLOURS)],
        capsize=3,
        linewidth=1.4,
        elinewidth=0.8,
        label=shorten(judge_label(stretch.graded_by), 60).replace("$", r"\$"),  # a dollar would begin a formula
    )
