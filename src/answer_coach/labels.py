"""Human judgements of answers, from a CSV or JSONL file; what is wrong with a row is kept beside its line.

Columns (CSV) or fields (JSONL, one object a line): `question`; `answer`, the text, or `file`, a path that begins where
the labels file stands; `rater`; the levels `business_goal`, `technical_soundness`, `leadership_tradeoffs` (1 to 5) and
`overall` (1.0 to 5.0); verdicts as `verdict.INDICATOR` columns or as `verdicts: {indicator: verdict}`.  All labels may
be blank.  Or rows of a review: `answer` (text, path, or the beginning of its hash in the answers.jsonl beside it),
`question`, `indicator`, and the human's verdict as `mine`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, get_args

from answer_coach.cleaning import visible
from answer_coach.errors import InputError, UnreadableFile
from answer_coach.intake import read_file
from answer_coach.rubric import NAMES, Verdict

MOST_BYTES = 50_000_000
LEVELS = (*NAMES, "overall")
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
VERDICT = "verdict."
REVIEW = frozenset(("indicator", "mine"))
NOT_LABELS = frozenset(("question", "answer", "file", "rater"))
REVIEW_READ = frozenset((*NOT_LABELS, *REVIEW, "candidate", "label", "verdict", "quote", "note"))  # the judge's
HASH = re.compile(r"[0-9a-f]{12,64}")
ANSWERS = "answers.jsonl"  # where a batch keeps its texts
RATER = "rater"
FILE_ENDINGS = (".md", ".txt")
COLUMNS = f"Columns: question, answer or file, rater, {', '.join(LEVELS)}, {VERDICT}INDICATOR."
Cells = dict[str, str]


class Row(NamedTuple):
    """What one rater said of one answer; `line` is where it begins in the labels file, from 1."""

    line: int
    question: str
    text: str
    rater: str
    levels: dict[str, float]
    verdicts: dict[str, Verdict]


class RowFault(NamedTuple):
    """A row that can't be used, why, and the labels that it bore (none where that can't be told)."""

    line: int
    what: str
    labels: tuple[str, ...] = ()


class Labels(NamedTuple):
    """A labels file, read: every row with something in it is in `rows`, in `faults` or in `unlabelled`."""

    path: str
    rows: list[Row]
    faults: list[RowFault]
    unlabelled: list[int]
    ignored: list[str]
    """Columns that nothing is read from."""


def read_labels(path: Path) -> Labels:
    """Read a labels file: UTF-8 with or without its mark, `,` or `;` between cells, or JSONL.

    Raises UnreadableFile where it can't be read, InputError where its columns are not those of labels.  Whatever is
    wrong in one row is a fault of that row.
    """
    text = read_file(path, MOST_BYTES).text
    named = visible(str(path))
    read = Labels(str(path), [], [], [], [])
    if not text.strip():
        raise InputError(f"{named} is empty", hint=COLUMNS)
    if text.lstrip().startswith("["):
        raise InputError(f"{named}:1: a list of JSON", hint="Write one JSON object a line, without a list around them.")
    lines = _json_rows(text) if text.lstrip().startswith("{") else _csv_rows(text, named)
    for line, cells in lines:
        if isinstance(cells, str):
            read.faults.append(RowFault(line, cells))
            continue
        given = tuple(name for name, cell in _labels(cells).items() if cell)
        if not given:
            read.unlabelled.append(line)
            continue
        try:
            read.rows.append(_row(line, cells, path.parent))
        except UnreadableFile as fault:
            read.faults.append(RowFault(line, fault.message, given))
        except ValueError as fault:
            read.faults.append(RowFault(line, str(fault), given))
        read.ignored.extend(name for name in cells if name not in read.ignored and not _known(name, cells))
    return read


def _csv_rows(text: str, named: str) -> Iterator[tuple[int, Cells | str]]:
    """The line on which each row begins, and its cells by column, or what is wrong with it."""
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    columns: list[str] = []
    for line, cells in _split(list(io.StringIO(text, newline="")), separator):
        if isinstance(cells, str):
            if not columns:
                raise InputError(f"{named}:{line}: {cells}", hint=COLUMNS)
            yield line, cells
        elif not any(cell.strip() for cell in cells):
            continue
        elif not columns:
            columns = _columns(cells, f"{named}:{line}")
        elif len(cells) != len(columns):
            yield line, f"{len(cells)} cells under {len(columns)} columns; a text with '{separator}' stands in quotes"
        else:
            yield line, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _split(lines: list[str], separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """Rows with the line on which each begins.  Behind one that is not CSV, reading goes on with the next line, so
    that a quote that is never closed does not take the rest of the file with it."""
    start = 0
    while start < len(lines):
        reader, read = csv.reader(lines[start:], delimiter=separator, strict=True), 0
        try:
            for cells in reader:
                yield start + read + 1, cells
                read = reader.line_num
            return
        except csv.Error as fault:
            yield start + read + 1, f"not CSV ({fault}); see the quotes around its text"
            start += read + 1


def _columns(cells: list[str], place: str) -> list[str]:
    """The names of the columns; InputError where labels can't be read from them."""
    names = [cell.strip().casefold() for cell in cells]
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise InputError(f"{place}: the column '{visible(twice[0])}' stands twice", hint=COLUMNS)
    if not {"answer", "file"} & set(names):
        raise InputError(f"{place}: no column 'answer' or 'file'", hint=COLUMNS)
    if not {"question", "file"} & set(names):
        raise InputError(f"{place}: no column 'question'", hint=COLUMNS)
    if not _labels(dict.fromkeys(names, "")):
        raise InputError(f"{place}: no column of labels", hint=COLUMNS)
    return names


def _json_rows(text: str) -> Iterator[tuple[int, Cells | str]]:
    """The line of each JSON object, and its fields as cells, or what is wrong with it."""
    for line, row in enumerate(io.StringIO(text), 1):
        if not row.strip():
            continue
        try:
            yield line, _cells(json.loads(row))
        except (ValueError, RecursionError) as fault:
            yield line, str(fault) if type(fault) is ValueError else "not a JSON object on one line"


def _cells(data: object) -> Cells:
    """A JSON object as the cells of a row; ValueError says what is not text, number or null."""
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    verdicts = data.pop("verdicts", None) or {}
    if not isinstance(verdicts, dict):
        raise ValueError('\'verdicts\' is not an object like {"outcome": "met"}')
    cells = {}
    for name, cell in (*data.items(), *((f"{VERDICT}{name}", verdict) for name, verdict in verdicts.items())):
        if isinstance(cell, dict | list | bool):
            raise ValueError(f"'{visible(str(name))}' is not text, a number or null")
        cells[str(name).strip().casefold()] = "" if cell is None else str(cell).strip()
    return cells


def _is_review(cells: Mapping[str, object]) -> bool:
    return cells.keys() >= REVIEW


def _labels(cells: Cells) -> Cells:
    """The cells in which a human's judgement stands, by what they judge: a level, or `verdict.INDICATOR`."""
    if _is_review(cells):
        return {f"{VERDICT}{cells['indicator']}": cells["mine"]}
    return {name: cell for name, cell in cells.items() if name in LEVELS or name.startswith(VERDICT)}


def _known(name: str, cells: Cells) -> bool:
    if not name or _is_review(cells):
        return not name or name in REVIEW_READ
    return name in NOT_LABELS or name in LEVELS or name.startswith(VERDICT)


def _row(line: int, cells: Cells, folder: Path) -> Row:
    """A row from its cells; ValueError or UnreadableFile says what is wrong with it."""
    if _is_review(cells) and not cells["indicator"]:
        raise ValueError("'indicator' is empty")
    labels = {name: cell for name, cell in _labels(cells).items() if cell}
    return Row(
        line=line,
        question=cells.get("question", ""),
        text=_text(cells, folder),
        rater=" ".join(visible(cells.get("rater", "")).split()) or RATER,
        levels={name: _level(name, cell) for name, cell in labels.items() if name in LEVELS},
        verdicts={n.removeprefix(VERDICT): _verdict(n, c) for n, c in labels.items() if n.startswith(VERDICT)},
    )


def _text(cells: Cells, folder: Path) -> str:
    """The answer: a cell, or the file that a cell names.  Line ends are made alike, so that copies are told as such."""
    text, file = cells.get("answer", ""), cells.get("file", "")
    if text and file:
        raise ValueError("both 'answer' and 'file' are filled; one of them names the answer")
    if _is_review(cells) and HASH.fullmatch(text):
        text = _of_batch(folder / ANSWERS, text)
    if _is_review(cells) and text.endswith(FILE_ENDINGS) and "\n" not in text:
        text, file = "", text
    if not text and not file:
        raise ValueError("there is no answer: 'answer' and 'file' are empty")
    text = read_file(folder / file).text if file else text
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _of_batch(path: Path, begins: str) -> str:
    """The text whose hash begins so, from a batch's answers; ValueError where there is none."""
    texts = _texts(path, path.stat().st_mtime_ns) if path.is_file() else {}
    found = next((text for sha256, text in texts.items() if sha256.startswith(begins)), None)
    if found is None:
        raise ValueError(f"the answer is named by a hash that no line of {ANSWERS} beside this file has")
    return found


@lru_cache(maxsize=1)
def _texts(path: Path, _changed: int) -> dict[str, str]:
    rows = [_object(line) for line in read_file(path, MOST_BYTES).text.split("\n")]
    return {str(row["sha256"]): str(row["text"]) for row in rows if row.keys() >= {"sha256", "text"}}


def _object(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _level(name: str, cell: str) -> float:
    """A level; a comma may stand for the point.  What stands in the cell instead is not repeated: it may be a text."""
    try:
        level = float(cell.replace(",", "."))
    except ValueError:
        level = 0.0
    whole = name != "overall"
    if not 1 <= level <= 5 or (whole and level != int(level)):
        raise ValueError(f"'{name}' is not a {'whole number' if whole else 'number'} from 1 to 5")
    return level


def _verdict(name: str, cell: str) -> Verdict:
    wanted = "_".join(cell.casefold().split())
    found = next((verdict for verdict in VERDICTS if verdict == wanted), None)
    if found is None:
        raise ValueError(f"'{visible(name)}' is none of {', '.join(VERDICTS)}")
    return found
