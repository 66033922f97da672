"""A calibration for a terminal of 80 columns, and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from answer_coach.calibration import Calibration, Figure, LevelAgreement, Table, VerdictAgreement, VerdictFigures
from answer_coach.labels import VERDICTS
from answer_coach.reports.layout import WIDTH, hanging, indented, shorten, width, wrap
from answer_coach.reports.markdown import escaped
from answer_coach.rubric import NAMES

FEW = 30  # answers
MOST_INDICATORS, MOST_APART = 30, 8  # in text; Markdown and JSON hold all
COLUMNS = (13, 17, 17, 17, 16)
HALF_A_TENTH = 0.05
TITLES = {**NAMES, "overall": "Overall"}
GUESSES = ("guess: mean", "guess: length")
Show = Callable[[Figure], str]
NOTES = (
    "In brackets: 95 % bootstrap intervals, resampled over answers. An interval shows only what these answers hold: "
    "where all agree it has no width. '-': not defined.",
    "Kappa of levels is weighted (quadratically), that of verdicts is not. Overall is compared by its word (1 not yet, "
    "2 thin, 3 senior, 4 lead, 5 strong lead). Bias is in levels: above 0 is kinder than the people.",
    "'Of all' counts what failed as disagreement. 'With length' is Spearman's correlation of levels and number of "
    "words. The guesses are what a judge must beat: everybody gets the people's mean, or longer is better; both "
    "are fitted to these very labels.",
)
NOTE_MANY = "Between more than two people: shares over all pairs, kappas and correlations as the mean over pairs."


def as_json(made: Calibration, ascii_only: bool = False) -> str:
    """The calibration as one JSON object; see `answer_coach.calibration` for its fields."""
    return json.dumps(made.model_dump(mode="json", by_alias=True), ensure_ascii=ascii_only, indent=2) + "\n"


def share(figure: Figure) -> str:
    """A share as percentages: `80% [60, 95]`."""
    return _told(figure, lambda value: f"{100 * value:.0f}", "%")


def coefficient(figure: Figure) -> str:
    """A kappa or correlation without its leading zero: `.81 [.50, .95]`."""
    return _told(figure, lambda value: f"{value:.2f}".replace("0.", ".").replace("-.00", ".00").replace("1.00", "1.0"))


def difference(figure: Figure) -> str:
    """A bias with its sign: `+0.3 [-0.1, 0.6]`."""
    sign = "+" if figure.value is not None and figure.value >= HALF_A_TENTH else ""
    return sign + _told(figure, lambda value: f"{value:.1f}".replace("-0.0", "0.0"))


def _told(figure: Figure, write: Callable[[float], str], unit: str = "") -> str:
    if figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return write(figure.value) + unit
    return f"{write(figure.value)}{unit} [{write(figure.low)}, {write(figure.high)}]"


def judge_name(made: Calibration) -> str:
    """Who judged, in few words."""
    by = made.graded_by
    return "judge" if by is None else by.model


def text(made: Calibration) -> str:
    """The calibration as text: who and what, what failed, levels, verdicts, confusions, what stands far apart."""
    lines = [*_head(made), *_failures(made)]
    judge = shorten(judge_name(made), COLUMNS[1] - 1)
    for level in made.levels:
        lines += ["", f"{TITLES[level.target].upper():<{COLUMNS[0]}}{_of(level)}"]
        lines += [_line(["", judge, "human-human", *GUESSES])] + [_line(row) for row in _level_rows(level)]
    if made.verdicts:
        lines += ["", f"{'VERDICTS':<{COLUMNS[0]}}{_of(made.verdicts)}", _line(["", judge, "human-human"])]
        lines += [_line(row) for row in _verdict_rows(made.verdicts)]
        lines += _by_indicator(made)
    lines += _confusions(made) + _far(made)
    for note in _notes(made):
        lines += ["", *wrap(note, WIDTH)] if note is NOTES[0] else wrap(note, WIDTH)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _head(made: Calibration) -> list[str]:
    by = made.graded_by
    who = "nobody" if by is None else "built-in rules" if by.engine == "rules" else by.model
    at = f" at {by.host}" if by and by.host else ""
    read_with = "signals" if by and by.engine == "rules" else "prompt"
    prompt = f", {read_with} {by.prompt.version} {by.prompt.sha256[:8]}" if by and by.prompt else ""
    rubrics = ", ".join(f"{name} {ref.version}" for name, ref in sorted(made.rubrics.items()))
    facts = [
        f"{_counted(made.rows, 'row')} by {_counted(len(made.raters), 'person').replace('persons', 'people')} "
        f"({', '.join(made.raters)}); {_counted(made.answers, 'answer')}, {made.graded} graded.",
        f"Judged by {who}{at}{prompt}; rubrics {rubrics}; coach {made.coach_version}.",
    ]
    if made.graded < FEW:
        facts.append(f"Fewer than {FEW} answers: read the intervals, not the figures.")
    if made.unlabelled:
        facts.append(f"Without any label, not graded: {_lines(made.unlabelled)}.")
    if made.ignored_columns:
        facts.append(f"Columns that were not read: {', '.join(made.ignored_columns)}.")
    return [*hanging("CALIBRATION", made.labels), *(line for fact in facts for line in wrap(fact, WIDTH))]


def _lines(numbers: Sequence[int]) -> str:
    return f"line{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))}"


def _faults(made: Calibration) -> list[str]:
    """Every row that failed, as `path:line: what`; rows of the same answer on one line."""
    said = {"unreadable": "", "not_gradable": "not gradable: ", "failed": "failed: "}
    return [f"{made.labels}:{','.join(map(str, f.lines))}: {said[f.kind]}{f.message}" for f in made.failures]


def _failures(made: Calibration) -> list[str]:
    lines: list[str] = []
    for fault in _faults(made):
        lines += hanging("" if lines else "FAILED", fault, COLUMNS[0])
    return ["", *lines] if lines else []


def _of(one: LevelAgreement | VerdictAgreement) -> str:
    return f"of {one.graded} graded, {one.failed} failed"


def _line(cells: Iterable[str]) -> str:
    return "".join(cell + " " * max(1, room - width(cell)) for cell, room in zip(cells, COLUMNS, strict=False))


def _level_rows(level: LevelAgreement) -> list[list[str]]:
    columns = (level.judge, level.humans, level.guess_mean, level.guess_length)
    figures: tuple[tuple[str, str, Show], ...] = (
        ("exact", "exact", share),
        ("within 1", "within_1", share),
        ("wtd. kappa", "kappa", coefficient),
        ("Spearman", "spearman", coefficient),
        ("mean bias", "bias", difference),
    )
    rows = [[label, *(show(getattr(column, name)) for column in columns)] for label, name, show in figures]
    rows.insert(1, ["  of all", share(level.exact_of_all)])
    rows.append(["with length", coefficient(level.judge.length), coefficient(level.humans.length)])
    return [["compared", *(str(column.count) for column in columns)], *rows]


def _verdict_rows(one: VerdictAgreement) -> list[list[str]]:
    columns = (one.judge, one.humans)
    return [
        ["compared", *(str(column.count) for column in columns)],
        ["exact", *(share(column.exact) for column in columns)],
        ["  of all", share(one.exact_of_all)],
        ["kappa", *(coefficient(column.kappa) for column in columns)],
    ]


def indicator_name(one: VerdictAgreement) -> str:
    """An indicator's id, behind its question where it is that of one only."""
    return f"{one.questions[0]} {one.id}" if len(one.questions) == 1 else one.id


def weakest_first(made: Calibration) -> list[VerdictAgreement]:
    """The indicators by the judge's kappa; those where it is not defined last."""
    undefined = 2.0
    return sorted(
        made.indicators, key=lambda one: undefined if one.judge.kappa.value is None else one.judge.kappa.value
    )


def _by_indicator(made: Calibration) -> list[str]:
    rooms = (24, 5, 17, 17, 17)
    rows = [["BY INDICATOR", "n", "exact", "kappa", "human-human kappa"]]
    shown = weakest_first(made)
    for one in shown[:MOST_INDICATORS]:
        figures = (*_figures(one.judge), coefficient(one.humans.kappa))
        rows.append([shorten(indicator_name(one), rooms[0] - 1), str(one.graded), *figures])
    lines = ["".join(f"{cell:<{room}}" for cell, room in zip(row, rooms, strict=True)) for row in rows]
    if more := len(shown) - MOST_INDICATORS:
        lines += indented([f"and {more} more: --format markdown"]) if more > 0 else []
    return ["", *lines]


def _confusions(made: Calibration) -> list[str]:
    """Tables of counts, as many beside each other as there is room for; rows are people, columns the judge."""
    blocks = [_grid(TITLES[level.target], level.confusion, "12345") for level in made.levels]
    lines: list[str] = []
    while blocks:
        here: list[list[str]] = []
        while blocks and sum(len(block[0]) + 3 for block in [*here, blocks[0]]) <= WIDTH + 3:
            here.append(blocks.pop(0))
        lines += ["", *("   ".join(parts) for parts in zip(*here, strict=True))]
    if made.verdicts:
        lines += ["", *_grid("Verdicts", made.verdicts.confusion, VERDICTS)]
    title = ["", f"CONFUSION    rows: people, columns: {shorten(judge_name(made), 40)}"]
    return title + lines[1:] if lines else []


def _grid(title: str, table: Table, labels: Sequence[str]) -> list[str]:
    margin = max(len(label) for label in labels)
    room = max(2 if margin == 1 else margin, *(len(str(count)) for row in table for count in row)) + 1
    head = " " * margin + "".join(f"{label:>{room}}" for label in labels)
    rows = [
        f"{label:<{margin}}" + "".join(f"{count or '.':>{room}}" for count in row)
        for label, row in zip(labels, table, strict=True)
    ]
    return [f"{title:<{len(head)}}", head, *rows]


def _apart(made: Calibration, most: int | None) -> list[str]:
    shown = [
        f"line {one.line}: {one.question} {TITLES[one.target]}, {one.rater} {one.human:g}, judge {one.judge:g}"
        for one in made.apart[:most]
    ]
    more = len(made.apart) - len(shown)
    return [*shown, *([f"and {more} more: --format markdown"] if more else [])]


def _far(made: Calibration) -> list[str]:
    lines: list[str] = []
    for one in _apart(made, MOST_APART):
        lines += hanging("" if lines else "FAR APART", one, COLUMNS[0])
    return ["", *lines] if lines else []


def _notes(made: Calibration) -> list[str]:
    return [*NOTES, *([NOTE_MANY] if len(made.raters) > 2 else [])]


def markdown(made: Calibration) -> str:
    """The calibration as Markdown; every indicator and every row far apart is in it."""
    head = [escaped(line) for line in _head(made)]
    lines = [f"# Calibration: {escaped(made.labels)}", "", " ".join(head[1:]), ""]
    if made.failures:
        lines += ["## Failed", "", *(f"- {escaped(fault)}" for fault in _faults(made)), ""]
    judge = escaped(judge_name(made))
    for level in made.levels:
        lines += [f"## {TITLES[level.target]}, {_of(level)}", ""]
        lines += _table(["", judge, "human-human", *GUESSES], _level_rows(level))
        lines += _table([f"people \\ {judge}", *"12345"], _counts(level.confusion, "12345"))
    if made.verdicts:
        lines += [f"## Verdicts, {_of(made.verdicts)}", ""]
        lines += _table(["", judge, "human-human"], _verdict_rows(made.verdicts))
        lines += _table([f"people \\ {judge}", *VERDICTS], _counts(made.verdicts.confusion, VERDICTS))
        rows = [
            [escaped(indicator_name(one)), str(one.graded), *_figures(one.judge), *_figures(one.humans)]
            for one in weakest_first(made)
        ]
        lines += _table(["indicator", "n", "exact", "kappa", "human-human exact", "human-human kappa"], rows)
    if made.apart:
        lines += ["## Far apart", "", *(f"- {escaped(one)}" for one in _apart(made, None)), ""]
    return "\n".join([*lines, "---", "", *(f"- {escaped(note)}" for note in _notes(made))]) + "\n"


def _figures(one: VerdictFigures) -> tuple[str, str]:
    return share(one.exact), coefficient(one.kappa)


def _counts(table: Table, labels: Sequence[str]) -> list[list[str]]:
    return [[label, *map(str, row)] for label, row in zip(labels, table, strict=True)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table; short rows are filled up."""
    cells = [head, ["---"] * len(head), *([*row, *[""] * (len(head) - len(row))] for row in rows)]
    return [*("| " + " | ".join(row) + " |" for row in cells), ""]
