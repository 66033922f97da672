"""The table as a page: `python -m tests.endpoints` plays every row and writes docs/endpoints.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from answer_coach.engines.providers import Provider, shipped
from tests.endpoints.plays import request_of
from tests.endpoints.rows import Row
from tests.endpoints.runner import Ran, run
from tests.endpoints.table import TABLE
from tests.support.server import Seen, is_probe

PAGE = Path(__file__).parents[2] / "docs" / "endpoints.md"
HEAD = (
    "# Endpoints\n\n"
    "What OpenAI-compatible endpoints do, and what the coach makes of it. This page is written by "
    "`python -m tests.endpoints`, which plays every row against a server on this machine; a test holds it to what the "
    "run gives. The behaviours are those that manuals and issue trackers of the endpoints tell of; no row was recorded "
    "at the endpoint itself.\n\n"
    "## Providers that can be named\n\n"
)
ROWS = (
    "\n## What they do, and what comes of it\n\n"
    "Read *requests* from left to right: what was asked for (`probe`, or the form of the reply) and the status that "
    "came; *again* is the one repair turn, *lost* a connection that was reset. A card always holds exactly what the "
    "honest reply said; where there is no card, there is a typed error with a remedy, and never a score. Exit code 3 "
    "is the endpoint, 4 an unusable reply. *form* is the one that the next answer will be asked for.\n"
)


def page() -> str:
    """The whole page."""
    return HEAD + _providers() + ROWS + "".join(_group(name, rows) for name, rows in TABLE.items())


def _providers() -> str:
    columns = ("name", "address", "key", "limit", "asked for, best first", "prompt cache", "manual")
    lines = [*_head(columns), *(_line(_provider(name, row)) for name, row in shipped().items())]
    known = [f"- **{name}**: {' '.join(row.quirks)}" for name, row in shipped().items() if row.quirks]
    return "\n".join([*lines, "", *known]) + "\n"


def _provider(name: str, row: Provider) -> Iterator[str]:
    yield name
    yield f"`{row.base_url}`"
    yield f"`{row.key_variable}`" if row.key_variable else "none"
    yield f"`{row.limit_field}`"
    own = [f"{', '.join(rule.modes)} for `{rule.match}`" for rule in row.models if rule.modes]
    yield "; ".join([", ".join(row.modes) or "found out by one probe", *own])
    yield {True: "yes", False: "no", None: "not known"}[row.caches]
    yield f"[docs]({row.docs})"


def _group(name: str, rows: Sequence[Row]) -> str:
    columns = ("endpoint", "does", "requests", "form", "outcome")
    return "\n".join(["", f"### {name}", "", *_head(columns), *(_line(_told(row)) for row in rows)]) + "\n"


def _told(row: Row) -> Iterator[str]:
    ran = run(row, row.ways[0])
    yield row.name if row.ways[0] == "sync" else f"{row.name} (streamed)"
    yield row.does
    yield _requests(ran) or "nobody replied"
    yield ran.mode or "none yet"
    yield _outcome(ran)


def _requests(ran: Ran) -> str:
    """Runs of the same request with their statuses."""
    asked = groupby(ran.seen, _asked)
    return "; ".join(f"{what} {', '.join(str(seen.status or 'lost') for seen in group)}" for what, group in asked)


def _asked(seen: Seen) -> str:
    if is_probe(seen):
        return "probe"
    again = " again" if len(seen.body["messages"]) > 2 else ""
    return request_of(seen, 0).form + again


def _outcome(ran: Ran) -> str:
    if ran.error is None:
        return "card"
    return f"`{ran.error.code}`, exit {ran.error.exit_code}: {type(ran.error).__name__}"


def _head(columns: Sequence[str]) -> list[str]:
    return [_line(columns), _line("---" for _ in columns)]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
