"""The library: finds, reads and remembers rubrics, exemplars, prompts, limits and signals."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from answer_coach.cleaning import visible
from answer_coach.errors import PromptInvalid, ResourceMissing, RubricInvalid, UnknownQuestion
from answer_coach.gate import Limits
from answer_coach.library.building import Builder, explain
from answer_coach.library.marked import Marked, read_yaml
from answer_coach.prompt import Template
from answer_coach.request import PromptRef
from answer_coach.resources import data_root
from answer_coach.rubric import Exemplar, Rubric

Model = TypeVar("Model", bound=BaseModel)
NOT_RUBRICS = frozenset(("shared.yaml", "gate.yaml", "signals.yaml", "topics.yaml"))
FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?(?:\n|\Z)(.*)\Z", re.S | re.M)
PART = re.compile(r"^=== (system|user)[ \t]*\n", re.M)


class Library:
    """Rubrics and prompts from a folder each; the ones that came with the coach where none is named."""

    def __init__(self, rubrics: Traversable | None = None, prompts: Traversable | None = None):
        self._rubrics, self._prompts = rubrics, prompts
        self._read: dict[str, Rubric] = {}

    @cached_property
    def rubrics_root(self) -> Traversable:
        return self._rubrics or data_root("rubrics")

    @cached_property
    def prompts_root(self) -> Traversable:
        return self._prompts or data_root("prompts")

    @cached_property
    def files(self) -> dict[str, str]:
        """Question id to file name, in order."""
        try:
            names = sorted(f.name for f in self.rubrics_root.iterdir() if f.name.endswith(".yaml"))
        except OSError:
            raise ResourceMissing(
                f"The folder {self.rubrics_root} can't be read", hint="Name another folder."
            ) from None
        return {name.removesuffix(".yaml").split("-")[0]: name for name in names if name not in NOT_RUBRICS}

    def resolve(self, name: str) -> str:
        """`5`, `q05`, `q05-prioritization` or the slug to the question's id; UnknownQuestion with the known ones."""
        wanted = name.strip().casefold()
        if wanted.removeprefix("q").isdecimal() and wanted.isascii():
            wanted = f"q{int(wanted.removeprefix('q')):02d}"
        for identifier, file in self.files.items():
            stem = file.removesuffix(".yaml").casefold()
            if wanted and wanted in (identifier.casefold(), stem, stem.partition("-")[2]):
                return identifier
        for identifier in self.files if wanted else ():
            if self._slug(identifier) == wanted:
                return identifier
        known = ", ".join(self.files)
        asked = " ".join(visible(name).split())[:40]
        raise UnknownQuestion(f"There is no question '{asked}'", hint=f"Known: {known}. List them: coach questions")

    def _slug(self, identifier: str) -> str:
        """A question's slug, also where its file has faults."""
        data = read_yaml(self._text(self.rubrics_root, self.files[identifier]), "").data
        return str(data.get("slug", "")).casefold() if isinstance(data, dict) else ""

    def rubric(self, name: str) -> Rubric:
        """The rubric of a question.  Raises RubricInvalid with every fault of its file."""
        identifier = self.resolve(name)
        if identifier not in self._read:
            self._read[identifier] = self._build(identifier)
        return self._read[identifier]

    def rubrics(self) -> list[Rubric]:
        """All rubrics; RubricInvalid with every fault of every file."""
        built, faults = [], []
        for identifier in self.files:
            try:
                built.append(self.rubric(identifier))
            except RubricInvalid as invalid:
                faults += invalid.faults
        if faults:
            raise RubricInvalid(list(dict.fromkeys(faults)))
        return built

    def _build(self, identifier: str) -> Rubric:
        file = self.files[identifier]
        text = self._text(self.rubrics_root, file)
        shared = self._shared
        digest = hashlib.sha256(f"{text}\x00{shared[0]}".encode()).hexdigest()
        builder = Builder(read_yaml(text, self._named(file)), shared[1], self._classes)
        readable = isinstance(builder.document.data, dict) and isinstance(shared[1].data, dict)
        rubric = builder.rubric(digest) if readable or not builder.faults else None
        if rubric and rubric.id != identifier:
            builder.fault(("id",), f"id '{rubric.id}' is not that of the file name; make it '{identifier}'")
        if rubric is None or builder.faults:
            raise RubricInvalid(list(dict.fromkeys(builder.faults)))
        return rubric

    @cached_property
    def _shared(self) -> tuple[str, Marked]:
        text = self._text(self.rubrics_root, "shared.yaml")
        return text, read_yaml(text, self._named("shared.yaml"))

    def exemplars(self, name: str) -> list[Exemplar]:
        """The exemplars of a question, weak to strong."""
        identifier = self.resolve(name)
        folder = self.rubrics_root / "exemplars"
        found = [
            self._exemplar(f)
            for f in folder.iterdir()
            if f.name.startswith(f"{identifier}-") and f.name.endswith(".md")
        ]
        return sorted(found, key=lambda e: ("weak", "buzzword", "solid", "strong").index(e.kind))

    def _exemplar(self, file: Traversable) -> Exemplar:
        text = self._text(self.rubrics_root / "exemplars", file.name)
        fields, start = front_matter(text)
        return self._made(Exemplar, {**fields, "text": text[start:].strip("\n")}, f"exemplars/{file.name}")

    def template(self, name: str) -> Template:
        """A prompt template; PromptInvalid where its file is not one."""
        text = self._text(self.prompts_root, f"{name}.md")
        fields, start = front_matter(text)
        parts = PART.split(text[start:])
        sections = {kind: content.strip("\n") for kind, content in zip(parts[1::2], parts[2::2], strict=True)}
        digest = hashlib.sha256(text.encode()).hexdigest()
        try:
            return Template.model_validate({**fields, **sections, "sha256": digest})
        except ValidationError as invalid:
            faults = "; ".join(explain(Template, e) for e in invalid.errors(include_input=False, include_url=False))
            raise PromptInvalid(f"prompts/{name}.md: {faults}") from None

    @cached_property
    def limits(self) -> Limits:
        """The gate's limits."""
        data = dict(self._mapping("gate.yaml")[0])
        small = data.pop("function_words", {})
        words = {name: tuple(str(text).split()) for name, text in small.items()} if isinstance(small, dict) else {}
        return self._made(Limits, {**data, "function_words": words}, self._named("gate.yaml"))

    @cached_property
    def guide(self) -> frozenset[str]:
        """Hashes of the published guide's word runs."""
        return frozenset(self._text(self.rubrics_root, "guide.shingles").split())

    @cached_property
    def signals(self) -> tuple[dict[str, Any], PromptRef]:
        """What the rules engine reads with: signals.yaml as data, and its version and hash."""
        data, text = self._mapping("signals.yaml")
        if missing := [name for name in ("version", "margin", "regex", "classes", "error") if not data.get(name)]:
            raise RubricInvalid([f"{self._named('signals.yaml')}:1: '{missing[0]}' is missing; add it"])
        digest = hashlib.sha256(text.encode()).hexdigest()
        return data, PromptRef(version=str(data["version"]), sha256=digest)

    @cached_property
    def topics(self) -> dict[str, list[str]]:
        """What the questions speak of, and other texts that come by: words by topic."""
        found: dict[str, list[str]] = self._mapping("topics.yaml")[0]
        if wrong := [name for name, words in found.items() if not isinstance(words, list)]:
            raise RubricInvalid(
                [f"{self._named('topics.yaml')}: '{wrong[0]}' holds no list of words; write [one, two]"]
            )
        return found

    @cached_property
    def _classes(self) -> frozenset[str]:
        """The classes that patterns may name; none where there is no signals.yaml to hold them against."""
        try:
            data, _ = self.signals
        except ResourceMissing:
            return frozenset()
        return frozenset((*data["regex"], *data["classes"]))

    def _mapping(self, file: str) -> tuple[dict[str, Any], str]:
        """A file that holds names and values, and its text; RubricInvalid where it does not."""
        text = self._text(self.rubrics_root, file)
        document = read_yaml(text, self._named(file))
        if document.faults:
            raise RubricInvalid(document.faults)
        if not isinstance(document.data, dict):
            raise RubricInvalid([f"{self._named(file)}:1: holds no fields; write them as 'name: value'"])
        return document.data, text

    def _named(self, file: str) -> str:
        return f"rubrics/{file}" if self._rubrics is None else str(self.rubrics_root / file)

    def _text(self, root: Traversable, file: str) -> str:
        try:
            return (root / file).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            raise ResourceMissing(
                f"{root / file} is missing", hint="Put the file there, or name another folder."
            ) from None
        except (OSError, UnicodeDecodeError) as fault:
            reason = "it is not UTF-8 text" if isinstance(fault, UnicodeDecodeError) else fault.strerror
            raise ResourceMissing(
                f"{root / file} cannot be read: {reason}", hint="Mend the file or its rights."
            ) from None

    def _made(self, model: type[Model], data: Mapping[str, Any], name: str) -> Model:
        try:
            return model.model_validate(data)
        except ValidationError as invalid:
            faults = [f"{name}: {explain(model, e)}" for e in invalid.errors(include_input=False, include_url=False)]
            raise RubricInvalid(faults) from None


def front_matter(text: str) -> tuple[dict[str, Any], int]:
    """The fields above a text, between two lines of `---` (none where there are none), and where the text begins."""
    found = FRONT.match(text)
    if not found:
        return {}, 0
    data = read_yaml(found[1], "front matter", first_line=2).data
    return (data, found.start(2)) if isinstance(data, dict) else ({}, 0)
