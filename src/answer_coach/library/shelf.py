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
from answer_coach.library.marked import Marked, front_matter, read_front_matter, read_yaml
from answer_coach.prompt import Template
from answer_coach.request import PromptRef
from answer_coach.resources import data_root
from answer_coach.rubric import KINDS, Exemplar, Outline, Rubric

Model = TypeVar("Model", bound=BaseModel)
NOT_RUBRICS = frozenset(("shared.yaml", "gate.yaml", "signals.yaml", "topics.yaml", "guide.yaml", "skeleton.yaml"))
PART = re.compile(r"^=== (system|user)[ \t]*\n", re.M)


class Library:
    """Rubrics and prompts from a folder each; the ones that came with the coach where none is named.

    With `over`, a person's rubrics come beside the coach's own, and before one of the same id; without it they stand
    alone.  What stands beside rubrics (shared.yaml, signals.yaml, ...) is the coach's own where a folder has none.
    """

    def __init__(self, rubrics: Traversable | None = None, prompts: Traversable | None = None, over: bool = False):
        self._rubrics, self._prompts, self._over = rubrics, prompts, over
        self._read, self._templates = dict[str, Rubric](), dict[str, Template]()

    @cached_property
    def rubrics_root(self) -> Traversable:
        return self._rubrics or data_root("rubrics")

    @cached_property
    def _roots(self) -> tuple[Traversable, ...]:
        """The folders that rubrics come from, the one that wins first."""
        return (self.rubrics_root, data_root("rubrics")) if self._rubrics and self._over else (self.rubrics_root,)

    @cached_property
    def prompts_root(self) -> Traversable:
        return self._prompts or data_root("prompts")

    @cached_property
    def files(self) -> dict[str, str]:
        """Question id to file name, in order."""
        return {identifier: file for identifier, (_, file) in self._places.items()}

    @cached_property
    def _places(self) -> dict[str, tuple[Traversable, str]]:
        """Question id to folder and file name, in order of the names."""
        found: dict[str, tuple[Traversable, str]] = {}
        for root in self._roots:
            for name in sorted(_names(root, ".yaml") - NOT_RUBRICS):
                found.setdefault(_stem(name), (root, name))
        if not found:
            hint = "A rubric is a file like q12-experiments.yaml; begin one with: coach rubrics new q12-experiments"
            raise ResourceMissing(f"There is no rubric in {self.rubrics_root}", hint=hint)
        return dict(sorted(found.items(), key=lambda place: place[1][1]))

    def own(self, identifier: str) -> bool:
        """Whether a question stands in the folder that was named, not only in the coach's own."""
        return self._places[identifier][0] is self.rubrics_root

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
        data = self.document(identifier).data
        return str(data.get("slug", "")).casefold() if isinstance(data, dict) else ""

    def rubric(self, name: str) -> Rubric:
        """The rubric of a question.  Raises RubricInvalid with every fault of its file."""
        identifier = self.resolve(name)
        if identifier not in self._read:
            self._read[identifier] = self._build(identifier)
        return self._read[identifier]

    def rubrics(self) -> list[Rubric]:
        """All rubrics; RubricInvalid with every fault of every file."""
        built, faults = self.readable()
        if faults:
            raise RubricInvalid(faults)
        return built

    def readable(self) -> tuple[list[Rubric], list[str]]:
        """The rubrics without a fault, and every fault of every other file."""
        built, faults = [], []
        for identifier in self.files:
            try:
                built.append(self.rubric(identifier))
            except RubricInvalid as invalid:
                faults += invalid.faults
        return built, list(dict.fromkeys(faults))

    def document(self, identifier: str) -> Marked:
        """The file of a question as it stands, with its lines."""
        root, file = self._places[identifier]
        return read_yaml(self._text(root, file), self._named(root, file))

    def _build(self, identifier: str) -> Rubric:
        root, file = self._places[identifier]
        text, shared = self._text(root, file), self._shared(root)
        digest = hashlib.sha256(f"{text}\x00{shared[0]}".encode()).hexdigest()
        builder = Builder(read_yaml(text, self._named(root, file)), shared[1], self._classes, self._regexes)
        for other in sorted(_names(root, ".yaml") - {file}):
            if _stem(other) == identifier:
                builder.fault((), f"{other} has the id '{identifier}', too; rename one of the files")
        readable = isinstance(builder.document.data, dict) and isinstance(shared[1].data, dict)
        rubric = builder.rubric(digest) if readable or not builder.faults else None
        if rubric and rubric.id != identifier:
            builder.fault(("id",), f"id '{rubric.id}' is not that of the file name; make it '{identifier}'")
        if rubric is None or builder.faults:
            raise RubricInvalid(list(dict.fromkeys(builder.faults)))
        return rubric

    def _shared(self, root: Traversable) -> tuple[str, Marked]:
        holder = self._holder("shared.yaml", root)
        text = self._text(holder, "shared.yaml")
        return text, read_yaml(text, self._named(holder, "shared.yaml"))

    def exemplars(self, name: str) -> list[Exemplar]:
        """The exemplars of a question, weak to strong; RubricInvalid with every fault of every one."""
        read = self.read_exemplars(name)
        if faults := [fault for _, _, found in read for fault in found]:
            raise RubricInvalid(faults)
        return [exemplar for exemplar, _, _ in read if exemplar]

    def read_exemplars(self, name: str) -> list[tuple[Exemplar | None, Marked, list[str]]]:
        """The exemplars of a question, weak to strong: each one (None where it has faults), its head, its faults."""
        identifier = self.resolve(name)
        folder = self._places[identifier][0] / "exemplars"
        files = [file for file in _names(folder, ".md", missing_ok=True) if _stem(file) == identifier]
        order: dict[str, int] = {kind: at for at, kind in enumerate(KINDS)}
        files.sort(key=lambda file: (order.get(file.removesuffix(".md").rpartition("-")[2], len(order)), file))
        return [self._exemplar(folder, file) for file in files]

    def _exemplar(self, folder: Traversable, file: str) -> tuple[Exemplar | None, Marked, list[str]]:
        text, name = self._text(folder, file), self._named(folder, file)
        head, start = read_front_matter(text, name)
        if head is None or head.faults:
            fault = f"{name}:1: has no fields that can be read; write question, kind, verdicts, caps and levels"
            return None, Marked(name, None, {}, []), head.faults if head else [fault]
        builder = Builder(head, Marked(name, None, {}, []))
        made = builder.make(Exemplar, {**head.data, "text": text[start:].strip("\n")}, ())
        return made, head, builder.faults

    def template(self, name: str) -> Template:
        """A prompt template, read once; PromptInvalid where its file is not one."""
        if found := self._templates.get(name):
            return found
        text = self._text(self.prompts_root, f"{name}.md")
        fields, start = front_matter(text)
        parts = PART.split(text[start:])
        sections = {kind: content.strip("\n") for kind, content in zip(parts[1::2], parts[2::2], strict=True)}
        try:
            made = Template.model_validate({**fields, **sections, "sha256": hashlib.sha256(text.encode()).hexdigest()})
            return self._templates.setdefault(name, made)
        except ValidationError as invalid:
            faults = "; ".join(explain(Template, e) for e in invalid.errors(include_input=False, include_url=False))
            raise PromptInvalid(f"prompts/{name}.md: {faults}") from None

    @cached_property
    def limits(self) -> Limits:
        """The gate's limits."""
        data = dict(self._mapping("gate.yaml")[0])
        small = data.pop("function_words", {})
        words = {name: tuple(str(text).split()) for name, text in small.items()} if isinstance(small, dict) else {}
        return self._made(
            Limits, {**data, "function_words": words}, self._named(self._holder("gate.yaml"), "gate.yaml")
        )

    @cached_property
    def guide(self) -> frozenset[str]:
        """Hashes of the published guide's word runs."""
        return frozenset(self._text(self._holder("guide.shingles"), "guide.shingles").split())

    @cached_property
    def signals(self) -> tuple[dict[str, Any], PromptRef]:
        """What the rules engine reads with: signals.yaml as data, and its version and hash."""
        data, text = self._mapping("signals.yaml")
        name = self._named(self._holder("signals.yaml"), "signals.yaml")
        if missing := [name for name in ("version", "margin", "regex", "classes", "error") if not data.get(name)]:
            raise RubricInvalid([f"{name}:1: '{missing[0]}' is missing; add it"])
        digest = hashlib.sha256(text.encode()).hexdigest()
        return data, PromptRef(version=str(data["version"]), sha256=digest)

    @cached_property
    def topics(self) -> dict[str, list[str]]:
        """What the questions speak of, and other texts that come by: words by topic."""
        found: dict[str, list[str]] = self._mapping("topics.yaml")[0]
        if wrong := [name for name, words in found.items() if not isinstance(words, list)]:
            name = self._named(self._holder("topics.yaml"), "topics.yaml")
            raise RubricInvalid([f"{name}: '{wrong[0]}' holds no list of words; write [one, two]"])
        return found

    @cached_property
    def skeleton(self) -> str:
        """A rubric to begin with, with $id and $slug to be filled in."""
        return self._text(data_root("rubrics"), "skeleton.yaml")

    @cached_property
    def outline(self) -> Outline:
        """The outline of the published guide, and what of it nobody can hear in an answer."""
        data, _ = self._mapping("guide.yaml")
        return self._made(Outline, data, self._named(self._holder("guide.yaml"), "guide.yaml"))

    @cached_property
    def _classes(self) -> frozenset[str]:
        """The classes that patterns may name; none where there is no signals.yaml to hold them against."""
        try:
            data, _ = self.signals
        except ResourceMissing:
            return frozenset()
        return frozenset((*data["regex"], *data["classes"]))

    @property
    def _regexes(self) -> frozenset[str]:
        """The classes that are more than words, which no rubric can add to."""
        return frozenset(self.signals[0]["regex"]) if self._classes else frozenset()

    def _holder(self, file: str, root: Traversable | None = None) -> Traversable:
        """The folder from which a file beside the rubrics is read: the one named, else the coach's own."""
        first = root or self.rubrics_root
        return first if (first / file).is_file() else data_root("rubrics")

    def _mapping(self, file: str) -> tuple[dict[str, Any], str]:
        """A file that holds names and values, and its text; RubricInvalid where it does not."""
        root = self._holder(file)
        text, name = self._text(root, file), self._named(root, file)
        document = read_yaml(text, name)
        if document.faults:
            raise RubricInvalid(document.faults)
        if not isinstance(document.data, dict):
            raise RubricInvalid([f"{name}:1: holds no fields; write them as 'name: value'"])
        return document.data, text

    def _named(self, root: Traversable, file: str) -> str:
        """A file's name in a message: as a person finds it."""
        ours = str(data_root("rubrics"))
        path = str(root / file)
        return f"rubrics{path.removeprefix(ours)}" if path.startswith(ours) else path

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


def _names(folder: Traversable, ending: str, missing_ok: bool = False) -> set[str]:
    """The names of a folder's files that end so; ResourceMissing where the folder can't be read."""
    try:
        return {file.name for file in folder.iterdir() if file.name.endswith(ending)}
    except OSError:
        if missing_ok:
            return set()
        raise ResourceMissing(f"The folder {folder} can't be read", hint="Name another folder.") from None


def _stem(file: str) -> str:
    """The question id in a file name: q05 of q05-prioritization.yaml, q05-weak.md and q05.yaml."""
    return file.rpartition(".")[0].split("-")[0]
