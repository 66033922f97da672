"""YAML with line numbers: every fault can name its line, and a key that stands twice is a fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

Path = tuple[str | int, ...]
FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?(?:\n|\Z)(.*)\Z", re.S | re.M)
# libyaml reads ten times as fast; wheels without it fall back.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Marked(NamedTuple):
    """A document: plain data, and the line on which each part of it begins."""

    name: str
    data: Any
    lines: Mapping[Path, int]
    faults: list[str]

    def line(self, path: Path) -> int:
        """The line of a part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str) -> str:
        """A fault as people and editors read it: `path:line: what, and the remedy`."""
        return f"{self.name}:{self.line(path)}: {message}"


def read_yaml(text: str, name: str, first_line: int = 1) -> Marked:
    """Read one YAML document.  Faults of form are returned, not raised; `first_line` is where the text stood."""
    lines: dict[Path, int] = {(): first_line}
    faults: list[str] = []
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as fault:
        line = (fault.problem_mark.line if fault.problem_mark else 0) + first_line
        remedy = "check indentation, quotes and colons; a text that holds a colon stands in quotes"
        return Marked(name, None, lines, [f"{name}:{line}: not YAML ({fault.problem}); {remedy}"])
    except yaml.YAMLError:
        return Marked(
            name, None, lines, [f"{name}:{first_line}: not YAML (unreadable characters); save it as UTF-8 text"]
        )
    marked = Marked(name, None, lines, faults)
    if node is None:
        return marked
    try:
        return marked._replace(data=_data(node, (), marked, first_line))
    except RecursionError:
        faults.append(f"{name}:{first_line}: an alias (*name) refers to what it stands in; write the text out")
        return marked


def _data(node: Any, path: Path, marked: Marked, first_line: int) -> Any:
    lines: dict[Path, int] = marked.lines  # type: ignore[assignment]
    lines.setdefault(path, node.start_mark.line + first_line)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*path, key)
            line = key_node.start_mark.line + first_line
            if key in found:
                remedy = f"it stands on line {lines[here]} already; remove one"
                marked.faults.append(f"{marked.name}:{line}: key '{key}' stands twice; {remedy}")
            lines[here] = line
            found[key] = _data(value_node, here, marked, first_line)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_data(child, (*path, at), marked, first_line) for at, child in enumerate(node.value)]
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError):
        line = node.start_mark.line + first_line
        marked.faults.append(
            f"{marked.name}:{line}: '{node.value[:30]}' is no such value; put it in quotes if it is text"
        )
        return node.value


def read_front_matter(text: str, name: str) -> tuple[Marked | None, int]:
    """The document above a text, between two lines of `---` (None where there is none), and where the text begins."""
    found = FRONT.match(text)
    if not found:
        return None, 0
    document = read_yaml(found[1], name, first_line=2)
    return (document, found.start(2)) if isinstance(document.data, dict) else (None, 0)


def front_matter(text: str) -> tuple[dict[str, Any], int]:
    """The fields above a text (none where there are none), and where the text begins."""
    document, start = read_front_matter(text, "front matter")
    return (document.data if document else {}), start
