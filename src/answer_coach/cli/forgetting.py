"""What is kept where, and how it is removed for good."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from answer_coach.cli.door import say

if TYPE_CHECKING:
    from answer_coach.drafts.store import Store


def forget_story(store: Store, name: str, environ: dict[str, str]) -> None:
    """Remove a story from the store, its facts, and what is left of its drafts among the unfinished ones."""
    from answer_coach import homes
    from answer_coach.drafts.records import checked_name

    name = checked_name(name)
    texts = {_digest(draft.text.encode("utf-8", "surrogatepass")) for draft in store.drafts(name)}
    for path in _unfinished(homes.unfinished(environ)):
        if _digest(path.read_bytes()) in texts:
            path.unlink(missing_ok=True)
    facts = homes.facts_file(environ, name)
    for path in (*facts.parent.glob(f"{name}.*"), *facts.parent.glob(f".{name}.*")):  # what a stop or an editor left
        path.unlink(missing_ok=True)
    store.forget(name)
    for copy in store.path.parent.glob(f"{store.path.stem}-damaged-*"):
        say(f"A copy of a damaged store may still hold it: {copy}")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data.strip()).hexdigest()


def _unfinished(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("draft-*.md") if path.is_file()) if folder.is_dir() else iter(())


def where_text(path: Path, environ: dict[str, str]) -> str:
    """The places, with how much is there."""
    from answer_coach import homes

    lines = [f"drafts       {path}"]
    if path.exists():
        with homes.drafts(environ) as store:
            stories = store.stories()
            count = sum(len(store.drafts(story.name)) for story in stories)
        plural = "y" if len(stories) == 1 else "ies"
        size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
        lines[0] += f"  ({len(stories)} stor{plural}, {count} draft{'' if count == 1 else 's'}, {size:,} bytes)"
    else:
        lines[0] += "  (not there yet)"
    facts = homes.facts_file(environ, "x").parent
    told = len(list(facts.glob("*.md"))) if facts.is_dir() else 0
    lines.append(f"facts        {facts}  ({told} file{'' if told == 1 else 's'})")
    unfinished = homes.unfinished(environ)
    left = sum(1 for _ in _unfinished(unfinished))
    lines.append(f"unfinished   {unfinished}  ({left} file{'' if left == 1 else 's'})")
    return "\n".join(lines) + "\n"
