"""What is wrong with rubric files, and what may become wrong with the grades they give: all of it at once.

Errors are what the files say wrongly; warnings are what experience says will be decided differently by two readers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from answer_coach import coverage
from answer_coach.engines.rules import RulesJudge
from answer_coach.errors import ResourceMissing, RubricInvalid
from answer_coach.library.marked import Marked, Path
from answer_coach.library.shelf import Library
from answer_coach.rubric import KINDS, Dimension, Exemplar, Indicator, Rubric, Verdict
from answer_coach.scoring import ladder_level, level, overall

Severity = Literal["error", "warning"]
RUN = 6  # words in a row that an exemplar and an example must not share
ALIKE = 0.6  # of the telling words of two indicators
MOST_WORDS = 25
FEWEST, MOST = 12, 16
MOST_ON_LADDER = 8
LEAST_ABOUT = 5
THIN_ABOVE = 2.5  # a weak or buzzword exemplar is no such thing above it
STRONG_FROM = 4.0
TODO = "TODO"
FAULT = re.compile(r"^(?P<file>.*?):(?:(?P<line>\d+):)? (?P<message>.*)$", re.S)
SAID = re.compile(r"[a-z0-9']+")
VAGUE = frozenset(
    "clear clearly strong strongly good appropriate appropriately effective effectively proper properly relevant "
    "meaningful adequate adequately sufficient sufficiently suitable solid robust well-defined".split()
)
SMALL = frozenset(
    "a an and are as at be because before by did do does draft for from had has have how if in is it its not of on or "
    "said say says so some something speaker that the their them then they this to was what when where which who why "
    "with your you e.g one two three more least counts".split()
)
ASKS = ("ask_absent", "ask_partial", "follow_up")
READ = ("label", "asks", "ask_absent", "ask_partial")
PLACES: Sequence[Verdict] = ("absent", "partial", "met")


class Finding(NamedTuple):
    """One thing that is wrong: place, weight, what and the remedy."""

    file: str
    line: int
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.message}"


def check(library: Library, only: str | None = None) -> list[Finding]:
    """Every finding about every rubric of a library and their exemplars, in the order of files and lines.

    With `only`, the name of one rubric file, those about it and its exemplars.
    """
    found: list[Finding] = []
    rubrics: list[Rubric] = []
    chosen = [identifier for identifier, file in library.files.items() if only in (None, file)]
    if not chosen:
        raise ResourceMissing(f"There is no rubric {only}", hint=f"Known: {', '.join(library.files.values())}")
    for identifier in chosen:
        try:
            rubrics.append(library.rubric(identifier))
        except RubricInvalid as invalid:
            found += [of_fault(fault) for fault in invalid.faults]
    for rubric in rubrics:
        found += Lint(library, rubric).findings()
    found += _across(library, rubrics) if only is None else ()
    return sorted(dict.fromkeys(found))


def of_fault(fault: str) -> Finding:
    """A fault as the library tells it, as a finding."""
    parts = FAULT.match(fault)
    if not parts:
        return Finding("", 1, "error", fault)
    return Finding(parts["file"], int(parts["line"] or 1), "error", parts["message"])


class Lint:
    """The findings about one rubric that could be read."""

    def __init__(self, library: Library, rubric: Rubric):
        self.library, self.rubric = library, rubric
        self.document = library.document(rubric.id)
        self.found: list[Finding] = []

    def say(self, severity: Severity, path: Path, message: str, document: Marked | None = None) -> None:
        """One finding at a place of a file; those about what is shared are told once, where it stands."""
        holder = document or self.document
        self.found.append(Finding(holder.name, holder.line(path), severity, message))

    def findings(self) -> list[Finding]:
        """All of them."""
        self._whole()
        for dimension in self.rubric.dimensions:
            self._ladder(dimension)
        for indicator in self.rubric.indicators:
            self._words(indicator)
        self._placeholders()
        self._alike()
        self._outline()
        self._signals()
        self._exemplars()
        return self.found

    def place(self, name: str) -> Path:
        """Where an indicator stands in the file."""
        return ("dimensions", self.rubric.dimension_of(name).id, "indicators", name)

    def taken_in(self, name: str) -> bool:
        """Whether an indicator is a shared one: what it says stands elsewhere."""
        data = self.document.data
        for key in self.place(name):
            data = data.get(key, {}) if isinstance(data, dict) else {}
        return not isinstance(data, dict)

    def _whole(self) -> None:
        if not FEWEST <= len(self.rubric.indicators) <= MOST:
            count = len(self.rubric.indicators)
            self.say("warning", ("dimensions",), f"{count} indicators; {FEWEST} to {MOST} can be read with care")
        if len(self.rubric.about) < LEAST_ABOUT:
            self.say("warning", ("about",), f"name at least {LEAST_ABOUT} words that an answer to this question uses")
        least, most = self.rubric.minutes
        if not 0 < least <= most:
            self.say("error", ("minutes",), "the shortest time comes first, like [2, 3]; correct it")

    def _ladder(self, dimension: Dimension) -> None:
        """Each level can be given, and each indicator can change one: tried out over all verdicts."""
        names = [i.id for i in dimension.indicators if any(i.id in r.names for r in dimension.ladder.rungs)]
        if len(names) > MOST_ON_LADDER:
            remedy = f"at most {MOST_ON_LADDER} in one dimension, or nobody can tell what counts"
            self.say("warning", ("dimensions", dimension.id, "indicators"), f"{len(names)} indicators; {remedy}")
            return
        given: dict[tuple[Verdict, ...], int] = {
            verdicts: ladder_level(dimension, dict(zip(names, verdicts, strict=True)))
            for verdicts in itertools.product(PLACES, repeat=len(names))
        }
        levels = ("dimensions", dimension.id, "levels")
        for missing in sorted(set(range(1, 6)) - set(given.values())):
            remedy = "whoever reaches it has reached the next; ask for more there" if missing < 5 else "ask for less"
            self.say("error", (*levels, str(missing)), f"level {missing} can never be given: {remedy}")
        for at, name in enumerate(names):
            tells = any(
                given[v] != given[(*v[:at], higher, *v[at + 1 :])]
                for v in given
                for higher in PLACES
                if v[at] != higher
            )
            if not tells:
                self.say("error", self.place(name), f"'{name}' never changes a level; name it where it counts")

    def _words(self, indicator: Indicator) -> None:
        if self.taken_in(indicator.id):
            return
        path = self.place(indicator.id)
        for field in READ:
            if vague := VAGUE & set(words(getattr(indicator, field))):
                told = ", ".join(sorted(vague))
                self.say("warning", (*path, field), f"'{told}' is decided differently by two readers; say what is seen")
        for field in ASKS:
            if len(words(getattr(indicator, field))) > MOST_WORDS:
                self.say("warning", (*path, field), f"more than {MOST_WORDS} words; a card has no room for it")

    def _placeholders(self) -> None:
        for path, value in leaves(self.document.data):
            if isinstance(value, str) and TODO in value:
                self.say("error", path, f"still to be written: {value.split(TODO, 1)[1].strip(' :')[:60]}")

    def _alike(self) -> None:
        for one, other in itertools.combinations(self.rubric.indicators, 2):
            mine, theirs = telling(one.asks), telling(other.asks)
            share = len(mine & theirs) / (len(mine | theirs) or 1)
            if share >= ALIKE or one.label.casefold() == other.label.casefold():
                self.say("warning", self.place(other.id), f"reads like '{one.id}'; one sentence would pay for both")

    def _outline(self) -> None:
        for _, name, item in coverage.unknown(self.library.outline, self.rubric):
            if not self.taken_in(name):
                self.say("error", self.place(name), f"the guide's outline has no '{item}'; correct it, or: authored")

    def _signals(self) -> None:
        judge = RulesJudge(*self.library.signals, self.library.topics)
        for indicator in self.rubric.indicators:
            if self.taken_in(indicator.id):
                continue
            path = self.place(indicator.id)
            if not indicator.signals:
                self.say("warning", path, f"no signals: the rules engine can never see '{indicator.id}'")
                continue
            verdict = {f: judge.reads(self.rubric, indicator.id, getattr(indicator, f)) for f in ("met", "near_miss")}
            if verdict["near_miss"] == "met":
                self.say("warning", (*path, "near_miss"), "the rules engine takes this near miss for met")
            if verdict["met"] == "absent":
                self.say("warning", (*path, "met"), "the rules engine finds nothing in this met example")

    def _exemplars(self) -> None:
        read = self.library.read_exemplars(self.rubric.id)
        self.found += [of_fault(fault) for _, _, faults in read for fault in faults]
        for exemplar, head, _ in read:
            if exemplar:
                self._exemplar(exemplar, head)
        kinds = [exemplar.kind for exemplar, _, _ in read if exemplar]
        if missing := [kind for kind in KINDS if kind not in kinds]:
            files = ", ".join(f"exemplars/{self.rubric.id}-{kind}.md" for kind in missing)
            self.say("warning", (), f"no exemplar for {', '.join(missing)}; write {files}")
        self._runs({head.name: exemplar.text for exemplar, head, _ in read if exemplar})

    def _exemplar(self, exemplar: Exemplar, head: Marked) -> None:
        if exemplar.question != self.rubric.id:
            self.say(
                "error", ("question",), f"question '{exemplar.question}' is not that of the file name; correct it", head
            )
        given, asked = {**exemplar.verdicts, **exemplar.caps}, set(self.rubric.asked)
        for name in sorted(asked ^ set(given)):
            what = f"no verdict for '{name}'; add it" if name in asked else f"'{name}' is no indicator; remove it"
            self.say("error", ("verdicts",), what, head)
        if asked != set(given):
            return
        levels = {d.id: level(self.rubric, d, given) for d in self.rubric.dimensions}
        if levels != exemplar.levels:
            told = ", ".join(f"{name}: {value}" for name, value in levels.items())
            self.say("error", ("levels",), f"these verdicts give {{{told}}}; correct the one or the other", head)
            return
        figure = overall(levels.values())
        if exemplar.kind in ("weak", "buzzword") and figure > THIN_ABOVE:
            self.say("warning", ("levels",), f"a {exemplar.kind} answer at {figure}; at most {THIN_ABOVE}", head)
        if exemplar.kind == "strong" and figure < STRONG_FROM:
            self.say("warning", ("levels",), f"a strong answer at {figure}; at least {STRONG_FROM}", head)

    def _runs(self, exemplars: Mapping[str, str]) -> None:
        """Six words in a row that an exemplar shares with an example, or with another exemplar."""
        known = {name: runs(text) for name, text in exemplars.items()}
        for indicator in self.rubric.indicators:
            for field in ("met", "near_miss"):
                for name, theirs in known.items():
                    if both := runs(getattr(indicator, field)) & theirs:
                        where = (*self.place(indicator.id), field)
                        self.say("warning", where, f"shares '{min(both)}' with {name}; a judge would only match words")
        for (one, mine), (other, theirs) in itertools.combinations(known.items(), 2):
            if both := mine & theirs:
                self.found.append(Finding(other, 1, "warning", f"shares '{min(both)}' with {one}; write one anew"))


def _across(library: Library, rubrics: Sequence[Rubric]) -> Iterator[Finding]:
    """Names that two files use: a slug for two questions, an id for two indicators that ask different things."""
    slugs: dict[str, str] = {}
    ids: dict[tuple[bool, str], tuple[str, str]] = {}
    for rubric in rubrics:
        document, own = library.document(rubric.id), library.own(rubric.id)
        if (first := slugs.setdefault(rubric.slug, rubric.id)) != rubric.id:
            line = document.line(("slug",))
            yield Finding(document.name, line, "error", f"slug '{rubric.slug}' is that of {first}, too; rename it")
        for indicator in rubric.indicators:
            home, asks = ids.setdefault((own, indicator.id), (rubric.id, indicator.asks))
            if asks != indicator.asks:
                line = document.line(("dimensions", rubric.dimension_of(indicator.id).id, "indicators", indicator.id))
                yield Finding(
                    document.name, line, "error", f"'{indicator.id}' asks something else in {home}; rename one of them"
                )


def leaves(data: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value of a document that holds no others, with its place."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from leaves(value, (*path, at))
    else:
        yield path, data


def words(text: str) -> list[str]:
    """A text's words in small letters, marks left out."""
    return SAID.findall(text.casefold())


def runs(text: str) -> set[str]:
    """Every six words in a row of a text."""
    said = words(text)
    return {" ".join(said[at : at + RUN]) for at in range(len(said) - RUN + 1)}


def telling(text: str) -> set[str]:
    """The words of a question that tell it from another, by their first five letters."""
    return {word[:5] for word in words(text) if word not in SMALL}
