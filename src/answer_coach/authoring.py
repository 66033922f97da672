"""A rubric of one's own: the commented skeleton, and the schema beside it that editors complete from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template

from answer_coach.errors import InputError, StoreError
from answer_coach.library.schema import FILE, rubric_schema
from answer_coach.library.shelf import Library

NAME = re.compile(r"(?P<id>[a-z][a-z0-9]*)(?:-(?P<slug>[a-z0-9][a-z0-9-]*))?")


def begin(name: str, folder: Path, library: Library) -> Path:
    """Write the skeleton of a rubric (`q12` or `q12-experiments`) into a folder, and the schema beside it.

    Returns the new file.  Raises InputError where the name is no id, or is one of a question that is there already,
    and StoreError where the folder can't be written.
    """
    parts = NAME.fullmatch(name.strip().casefold())
    if not parts:
        raise InputError(f"'{name}' is no id", hint="Letters and digits, then perhaps a slug: q12-experiments.")
    identifier, slug = parts["id"], parts["slug"] or parts["id"]
    taken = sorted(folder.glob(f"{identifier}.yaml")) + sorted(folder.glob(f"{identifier}-*.yaml"))
    if taken:
        raise InputError(f"{taken[0]} is there already", hint="Change it, or choose another id.")
    if identifier in library.files:
        hint = "Choose another id; or copy that file into your folder and change it: yours comes first."
        raise InputError(f"There is a question {identifier} already: {library.files[identifier]}", hint=hint)
    path = folder / f"{identifier}-{slug}.yaml" if parts["slug"] else folder / f"{identifier}.yaml"
    skeleton = Template(library.skeleton).safe_substitute(id=identifier, slug=slug)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "exemplars").mkdir(exist_ok=True)
        (folder / FILE).write_text(schema_text(), encoding="utf-8")
        path.write_text(skeleton, encoding="utf-8")
    except OSError as fault:
        raise StoreError(f"{folder} can't be written ({fault.strerror})", hint="Name another folder.") from None
    return path


def schema_text() -> str:
    """The schema of a rubric file as it is stored."""
    return json.dumps(rubric_schema(), indent=1) + "\n"
