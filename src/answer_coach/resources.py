"""Where `rubrics/` and `prompts/` are: in the installed package, else in the checkout that this file lives in."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from answer_coach.errors import ResourceMissing


def data_root(kind: str) -> Traversable:
    """The folder `rubrics` or `prompts` that came with this coach; ResourceMissing where there is none."""
    packaged = files("answer_coach") / "_data" / kind
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file() and (checkout / kind).is_dir():
        return checkout / kind
    raise ResourceMissing(f"The folder {kind} did not come with this installation", hint="Install answer-coach again.")
