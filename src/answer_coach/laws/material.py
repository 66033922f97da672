"""What the laws are tried with: the coach's exemplars and hand-written texts, and the cases made of them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from answer_coach.answer import Word
from answer_coach.laws import perturb
from answer_coach.laws.laws import LAWS, Case
from answer_coach.library.shelf import Library

KINDS = ("solid", "strong")
DELETIONS = 20  # more than any rubric has indicators


class Base(Word):
    """A text to be changed."""

    name: str
    question: str
    text: str


class Pair(Word):
    """The same facts told twice."""

    question: str
    text: str
    again: str


class Evidence(Word):
    """True sentences for one indicator, each of which could be added to a base text."""

    base: str
    indicator: str
    says: tuple[str, ...]


class Names(Word):
    known: tuple[str, ...]
    new: tuple[str, ...]


class Material(Word):
    """All of data.toml."""

    padding: tuple[str, ...]
    claims: tuple[str, ...]
    fillers: tuple[str, ...]
    names: Names
    paraphrase: tuple[Pair, ...]
    polish: tuple[Pair, ...]
    evidence: tuple[Evidence, ...]


@lru_cache(maxsize=1)
def material() -> Material:
    """What came with the coach."""
    text = (files("answer_coach") / "laws" / "data.toml").read_text(encoding="utf-8")
    return Material.model_validate(tomllib.loads(text))


def bases(library: Library) -> list[Base]:
    """The solid and strong exemplars of every question, then the plain texts."""
    found = [
        Base(name=f"{exemplar.question}-{exemplar.kind}", question=exemplar.question, text=exemplar.text)
        for question in library.files
        for exemplar in library.exemplars(question)
        if exemplar.kind in KINDS
    ]
    plain = [p for p in material().paraphrase if p.question in library.files]
    return found + [Base(name=f"{p.question}-plain", question=p.question, text=p.text.strip()) for p in plain]


Maker = Callable[[Base, int], Case | None]


def plan(
    library: Library, seeds: Sequence[int] = (1,), cases: int | None = None, more: Iterable[Base] = ()
) -> list[Case]:
    """The cases, law by law; at most `cases` of each law, then of as many questions as can be.

    The laws that change base texts take the same ones first, so that their first cards serve all of them.
    """
    texts = [*bases(library), *more]
    perturb.chance(seeds[0], "bases").shuffle(texts)
    found: list[Case] = []
    for law in LAWS:
        found += islice(_cases(law.id, texts, seeds, library), cases)
    return found


def requests(cases: Sequence[Case]) -> int:
    """How many texts are to be judged at most; one text is judged once."""
    known = {(c.question, c.before) for c in cases}
    made = {(c.question, c.after) for c in cases if c.after is not None}
    return len(known | made) + sum(c.after is None for c in cases)


def _cases(law: str, texts: Sequence[Base], seeds: Sequence[int], library: Library) -> Iterator[Case]:
    if law in ("paraphrase", "polish"):
        yield from _pairs(law, library, seeds[0])
    elif law == "evidence":
        yield from _evidence(texts, seeds, library)
    elif law == "deletion":
        for at in range(DELETIONS):
            yield from (_deletion(base, at) for base in texts)
    else:
        make = MAKERS[law]
        made = (make(base, seed) for seed in seeds for base in texts)
        yield from (case for case in made if case is not None)


def _pairs(law: str, library: Library, seed: int) -> Iterator[Case]:
    pairs = list(material().paraphrase if law == "paraphrase" else material().polish)
    perturb.chance(seed, law).shuffle(pairs)
    for pair in pairs:
        if pair.question in library.files:
            before, after = pair.text.strip(), pair.again.strip()
            change = "told again" if law == "paraphrase" else "edited"
            name = f"{pair.question}-{law}"
            yield Case(law=law, name=name, question=pair.question, before=before, after=after, change=change)


def _evidence(texts: Sequence[Base], seeds: Sequence[int], library: Library) -> Iterator[Case]:
    by_name = {base.name: base for base in texts}
    given = [e for e in material().evidence if e.base in by_name]
    given = [e for e in given if e.indicator in library.rubric(by_name[e.base].question).by_id]
    perturb.chance(seeds[0], "evidence").shuffle(given)
    for seed in seeds:
        for at in range(max((len(e.says) for e in given), default=0)):
            for item in given:
                if at < len(item.says):
                    yield _with_evidence(by_name[item.base], item.indicator, item.says[at], seed)


def _with_evidence(base: Base, indicator: str, sentence: str, seed: int) -> Case:
    after = perturb.added(base.text, sentence, seed)
    return _case("evidence", base, seed, after, f'added "{sentence}"', (sentence,), indicator)


def _deletion(base: Base, at: int) -> Case:
    return _case("deletion", base, at, None, "")


def _case(
    law: str, base: Base, seed: int, after: str | None, change: str, added: tuple[str, ...] = (), indicator: str = ""
) -> Case:
    name = f"{base.name} ({seed})"
    return Case(
        law=law,
        name=name,
        question=base.question,
        before=base.text,
        after=after,
        change=change,
        added=added,
        indicator=indicator,
        seed=seed,
    )


def _padding(base: Base, seed: int) -> Case:
    after = perturb.padded(base.text, material().padding, seed)
    added = tuple(sentence for sentence in material().padding if sentence in after)
    return _case("padding", base, seed, after, f"{len(added)} sentences of filler", added)


def _certainty(base: Base, seed: int) -> Case:
    after = perturb.certain(base.text, material().claims, seed)
    added = tuple(claim for claim in material().claims if claim in after)
    return _case("certainty", base, seed, after, " ".join(f'added "{claim}"' for claim in added), added)


def _names(base: Base, seed: int) -> Case | None:
    names = perturb.renaming(base.text, material().names.known, material().names.new, seed)
    told = ", ".join(f"{old} is now {new}" for old, new in names.items())
    return _case("names", base, seed, perturb.renamed(base.text, names), told) if names else None


def _spelling(base: Base, seed: int) -> Case:
    after = perturb.misspelt(base.text, seed)
    slips = [new for old, new in zip(base.text.split(), after.split(), strict=True) if old != new]
    return _case("spelling", base, seed, after, ", ".join(slips))


def _fillers(base: Base, seed: int) -> Case:
    return _case("fillers", base, seed, perturb.hesitant(base.text, material().fillers, seed), "as it is spoken")


def _order(base: Base, seed: int) -> Case:
    return _case("order", base, seed, perturb.shuffled(base.text, seed), "sentences shuffled")


def _repetition(base: Base, seed: int) -> Case:
    said = ("three sentences twice", "all of it twice", "the second half twice")[seed % 3]
    return _case("repetition", base, seed, perturb.repeated(base.text, seed), said)


MAKERS: dict[str, Maker] = {
    "padding": _padding,
    "names": _names,
    "spelling": _spelling,
    "fillers": _fillers,
    "order": _order,
    "repetition": _repetition,
    "certainty": _certainty,
}
