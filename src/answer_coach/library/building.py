"""Marked YAML to a rubric, with every fault of the file at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from answer_coach.library.marked import Marked, Path
from answer_coach.rubric import SLOTS, Cap, Dimension, Indicator, Ladder, Rubric, Rung, Signal

Model = TypeVar("Model", bound=BaseModel)
SHARED = "shared"
NAMED = re.compile(r"\{(\w+)\}")
DIMENSIONS = ("business_goal", "technical_soundness", "leadership_tradeoffs")


class Builder:
    """Builds the parts of one document and gathers what is wrong with it."""

    def __init__(
        self,
        document: Marked,
        shared: Marked,
        classes: frozenset[str] = frozenset(),
        regexes: frozenset[str] = frozenset(),
    ):
        self.document, self.shared, self.regexes = document, shared, regexes
        own = document.data.get("classes") if isinstance(document.data, dict) else None
        self.classes = classes.union(own) if classes and isinstance(own, dict) else classes
        self.faults = [*shared.faults, *document.faults]

    def fault(self, path: Path, message: str) -> None:
        self.faults.append(self.document.fault(path, message))

    def make(
        self, model: type[Model], data: Any, path: Path, source: Marked | None = None, told: str = ""
    ) -> Model | None:
        """One validated part, or None and its faults; those of the field `told` were told already."""
        try:
            return model.model_validate(data)
        except ValidationError as invalid:
            for error in invalid.errors(include_input=False, include_url=False):
                where = (*path, *error["loc"])
                if told and error["loc"][:1] == (told,):
                    continue
                self.faults.append((source or self.document).fault(where, explain(model, error)))
            return None

    def mapping(self, path: Path, value: Any) -> dict[str, Any]:
        """The mapping at a place; a fault and an empty one where something else stands there."""
        if isinstance(value, dict):
            return value
        name = path[-1] if path else "file"
        self.fault(path, f"'{name}' holds no fields; write them below it as 'name: value', indented")
        return {}

    def common(self, kind: str) -> dict[str, Any]:
        """What shared.yaml defines of a kind; empty where it defines none."""
        data = self.shared.data if isinstance(self.shared.data, dict) else {}
        found = data.get(kind)
        return found if isinstance(found, dict) else {}

    def taken_in(self, kind: str, name: str, value: Any, path: Path) -> tuple[dict[str, Any], Path, Marked]:
        """The fields of an indicator or cap: its own, or those of the shared one, with its own laid over them."""
        common = self.common(kind).get(name)
        if value == SHARED:
            if common is None:
                known = ", ".join(self.common(kind))
                self.fault(path, f"'{name}' is not shared; define it here, or use one of: {known}")
                return {}, path, self.document
            return dict(common) if isinstance(common, dict) else {}, (kind, name), self.shared
        own = self.mapping(path, value)
        return ({**common, **own} if isinstance(common, dict) else own), path, self.document

    def indicator(self, name: str, value: Any, path: Path) -> Indicator | None:
        fields, where, source = self.taken_in("indicators", name, value, path)
        self._own_name(fields, where, source)
        made = self.make(Indicator, {**fields, "id": name}, where, source) if fields else None
        self._signals(made.signals if made else (), where, source)
        return made

    def _signals(self, signals: Iterable[Signal], path: Path, source: Marked) -> None:
        """Every class that a pattern names must be there; nothing is checked where there is no signals.yaml."""
        for at, signal in enumerate(signals):
            self._named(f"{signal.met} {signal.partial}", (*path, "signals", at), source)

    def _named(self, pattern: str, path: Path, source: Marked) -> None:
        for name in NAMED.findall(pattern) if self.classes else ():
            if name not in self.classes:
                remedy = "correct it, or add it to the rubric's classes"
                self.faults.append(source.fault(path, f"there is no class {{{name}}} in signals.yaml; {remedy}"))

    def _own_classes(self, classes: Mapping[str, Iterable[str]]) -> None:
        """A rubric adds words to classes; it can't change the ones that are more than words, nor run in a circle."""
        for name, words in classes.items():
            if name in self.regexes:
                self.fault(("classes", name), f"'{name}' is more than words; give your class another name")
            for at, word in enumerate(words):
                self._named(word, ("classes", name, at), self.document)
                if circle := set(NAMED.findall(word)) & set(classes):
                    inner = ", ".join(sorted(circle))
                    self.fault(("classes", name, at), f"a class can't be made of '{inner}', which stands here, too")

    def cap(self, name: str, value: Any, path: Path) -> Cap | None:
        fields, where, source = self.taken_in("caps", name, value, path)
        self._own_name(fields, where, source)
        made = self.make(Cap, {**fields, "id": name}, where, source) if fields else None
        self._signals(made.signals if made else (), where, source)
        return made

    def _own_name(self, fields: Mapping[str, Any], path: Path, source: Marked) -> None:
        """The name above the fields is the id; one among them would be another."""
        if "id" in fields:
            self.faults.append(
                source.fault((*path, "id"), "'id' is not a field here; the name above is the id, remove it")
            )

    def dimension(self, name: str, value: Any, path: Path) -> Dimension | None:
        fields = dict(self.mapping(path, value))
        raw = self.mapping((*path, "indicators"), fields.pop("indicators", None))
        built = [self.indicator(key, item, (*path, "indicators", key)) for key, item in raw.items()]
        levels = self.mapping((*path, "levels"), fields.pop("levels", None))
        rungs = [self.make(Rung, item, (*path, "levels", key)) for key, item in levels.items()]
        if list(levels) != ["1", "2", "3", "4", "5"]:
            self.fault((*path, "levels"), "levels are 1, 2, 3, 4 and 5, in that order; add or remove to match")
        elif None not in rungs:
            self._ladder(raw, levels, rungs, path)
        if None in built or None in rungs or len(rungs) != 5:
            return None
        return self.make(
            Dimension, {**fields, "id": name, "indicators": built, "ladder": Ladder(rungs=tuple(rungs))}, path
        )

    def _ladder(self, raw: Mapping[str, Any], levels: Mapping[str, Any], rungs: Iterable[Any], path: Path) -> None:
        for key, rung in zip(levels, rungs, strict=True):
            where = (*path, "levels", key)
            for name in rung.names:
                if name not in raw:
                    self.fault(
                        where,
                        f"level {key} speaks of '{name}', which is no indicator here; use one of: {', '.join(raw)}",
                    )
            if key == "1" and rung.names:
                self.fault(where, "level 1 takes nothing; remove its conditions")
            if key != "1" and not rung.names:
                self.fault(where, f"level {key} takes nothing more than the one below; add all, any or at_least")

    def rubric(self, sha256: str) -> Rubric | None:
        """The whole rubric, or None and its faults."""
        fields = dict(self.mapping((), self.document.data))
        dimensions = self.mapping(("dimensions",), fields.pop("dimensions", None))
        if dimensions and tuple(dimensions) != DIMENSIONS:
            self.fault(("dimensions",), f"the dimensions are {', '.join(DIMENSIONS)}, in that order; rename or reorder")
        built = [self.dimension(key, item, ("dimensions", key)) for key, item in dimensions.items()]
        raw_caps = self.mapping(("caps",), fields.pop("caps", {}))
        caps = [self.cap(key, item, ("caps", key)) for key, item in raw_caps.items()]
        if "sha256" in fields:
            self.fault(("sha256",), "'sha256' is not a field; it is computed, remove it")
        shell = {**fields, "dimensions": [d for d in built if d], "caps": [c for c in caps if c], "sha256": sha256}
        broken = "dimensions" if not dimensions or None in built else ""
        rubric = self.make(Rubric, shell, (), told=broken)
        if rubric is None or None in built or None in caps:
            return None
        self._across(rubric)
        return None if self.faults else rubric

    def _across(self, rubric: Rubric) -> None:
        """What only the whole file can tell: ids twice, indicators that count nowhere, caps without an indicator."""
        self._own_classes(rubric.classes)
        seen: set[str] = set()
        for dimension in rubric.dimensions:
            used = {name for rung in dimension.ladder.rungs for name in rung.names}
            used |= {cap.id for cap in rubric.caps if cap.unless_met is not None and cap.dimension == dimension.id}
            for indicator in dimension.indicators:
                path = ("dimensions", dimension.id, "indicators", indicator.id)
                if indicator.id in seen:
                    self.fault(path, f"indicator '{indicator.id}' stands in two dimensions; rename one")
                if indicator.id not in used:
                    self.fault(path, f"indicator '{indicator.id}' counts on no level; name it in one, or remove it")
                seen.add(indicator.id)
        for slot in SLOTS:
            if sum(indicator.slot == slot for indicator in rubric.indicators) != 1:
                self.fault(
                    ("dimensions",), f"slot '{slot}' belongs to exactly one indicator; take it in: '{slot}: shared'"
                )
        for cap in rubric.caps:
            if cap.unless_met is not None and cap.id not in seen:
                self.fault(("caps", cap.id), f"cap '{cap.id}' waits for an indicator of that name; add the indicator")
            if cap.met is not None and cap.id in seen:
                self.fault(("caps", cap.id), f"cap '{cap.id}' has the name of an indicator; rename one")


def explain(model: type[BaseModel], error: Any) -> str:
    """A validation error as what is wrong and what to do."""
    field = ".".join(str(part) for part in error["loc"]) or model.__name__.lower()
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "missing":
        return f"'{field}' is missing; add it"
    if kind == "extra_forbidden":
        known = f", or use one of: {', '.join(model.model_fields)}" if len(error["loc"]) == 1 else ""
        return f"'{field}' is not a field; remove it{known}"
    if kind == "string_too_long":
        return f"'{field}' is too long; at most {context['max_length']} characters"
    if kind in ("string_too_short", "too_short"):
        return f"'{field}' is empty or too short; fill it in"
    if kind == "literal_error":
        return f"'{field}' is not on the menu; use {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"'{field}' has a form that is not allowed; it must match {context['pattern']}"
    if kind == "string_type":
        return f"'{field}' is not text; put it in quotes"
    if kind == "value_error":
        return str(context["error"])
    return f"'{field}': {error['msg'].lower()}; correct it"
