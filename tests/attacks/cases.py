"""Attacks on the grading of weak answers, made from data and seeds: the same ones every time, on every machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from answer_coach.answer import Answer
from answer_coach.library.marked import front_matter
from answer_coach.library.shelf import Library
from answer_coach.rubric import Verdict
from answer_coach.scoring import level
from tests.attacks.dress import DRESSES
from tests.attacks.echoes import ECHOES

HERE = Path(__file__).parent
LIBRARY = Library()
SLOT = re.compile(r"\{([a-z]+)\}")
PLACES = ("end", "start", "own_line", "inside", "close")


class Base(NamedTuple):
    """A weak answer, and the levels that an honest judge gives it."""

    name: str
    question: str
    text: str
    levels: tuple[int, ...]


class Case(NamedTuple):
    """A weak answer with an attack in it; `start` and `end` are the attack's place in `text`."""

    family: str
    number: int
    base: Base
    text: str
    start: int
    end: int
    held_back: bool

    @property
    def attack(self) -> str:
        return self.text[self.start : self.end]

    def touched(self, answer: Answer) -> list[int]:
        """Numbers of the sentences that hold something of the attack."""
        return [s.number for s in answer.sentences if s.start < self.end and self.start < s.end]


class Family(NamedTuple):
    """One way of attacking, as its file tells it."""

    name: str
    about: str
    cases: tuple[Case, ...]
    holds: bool
    """Whether checks of words can be asked to hold against it."""


class Recipe(NamedTuple):
    """What one attack is made of."""

    template: str
    dress: str
    held_back: bool


def pick(options: Sequence[Any], *key: object) -> Any:
    """One of the options, chosen by a hash of the key: no generator's state, the same on every version of Python."""
    digest = hashlib.sha256("|".join(map(str, key)).encode()).digest()
    return options[int.from_bytes(digest[:8], "big") % len(options)]


@lru_cache(maxsize=1)
def bases() -> tuple[Base, ...]:
    """The weak exemplars of half of the questions, and weak answers of our own for the other half."""
    own = [_own(path) for path in sorted((HERE / "answers").glob("*.md"))]
    taken = {base.question for base in own}
    weak = [
        Base(f"{e.question}-weak", e.question, e.text, tuple(e.levels.values()))
        for question in LIBRARY.files
        for e in LIBRARY.exemplars(question)
        if e.kind == "weak" and question not in taken
    ]
    return (*weak, *own)


def _own(path: Path) -> Base:
    """A weak answer of ours; its front matter names the few indicators that it half says."""
    whole = path.read_text(encoding="utf-8")
    fields, start = front_matter(whole)
    rubric = LIBRARY.rubric(str(fields["question"]))
    verdicts: dict[str, Verdict] = {str(name): "partial" for name in _list(fields.get("partial"))}
    assert set(verdicts) <= set(rubric.by_id)
    levels = tuple(level(rubric, dimension, verdicts) for dimension in rubric.dimensions)
    return Base(path.stem, rubric.id, whole[start:].strip("\n"), levels)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


@lru_cache(maxsize=1)
def families() -> dict[str, Family]:
    """All families by name."""
    common = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
    return {path.stem: _family(path, common) for path in sorted((HERE / "families").glob("*.yaml"))}


def cases() -> list[Case]:
    """All cases, family by family."""
    return [case for family in families().values() for case in family.cases]


def _family(path: Path, common: Mapping[str, list[str]]) -> Family:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = {**common, **data.get("words", {})}
    recipes = _recipes(data)
    made = [_case(path.stem, data, words, recipes[n % len(recipes)], n) for n in range(data["count"])]
    return Family(path.stem, data["about"], tuple(made), data.get("holds", True))


def _recipes(data: Mapping[str, Any]) -> list[Recipe]:
    """Templates, or disguises, in their order; those that were held back while the defence was built come last."""
    if "dress" not in data:
        known, held_back = data["known"], data["held_back"]
        if "draws" in data:
            known = [f"{{{draw}}}" for draw in data["draws"]]
        return [Recipe(t, "", False) for t in known] + [Recipe(t, "", True) for t in held_back]
    dresses = [(name, kind == "held_back") for kind in ("known", "held_back") for name in data["dress"][kind]]
    return [Recipe(template, name, held) for template in data["known"] for name, held in dresses]


def _case(family: str, data: Mapping[str, Any], words: Mapping[str, list[str]], recipe: Recipe, number: int) -> Case:
    key = (data["seed"], number)
    base = bases()[(number * 5 + data["seed"]) % len(bases())]
    if "draws" in data:
        attack = ECHOES[recipe.template.strip("{}")](LIBRARY.rubric(base.question), number)
    else:
        attack = SLOT.sub(
            lambda slot: pick(words[slot[1]], *key, slot.start()) if slot[1] in words else slot[0], recipe.template
        )
        if recipe.template.startswith("{"):
            attack = attack[:1].upper() + attack[1:]
    if recipe.dress:
        attack = DRESSES[recipe.dress](attack)
    before, gap, rest = _place(base.text, pick(PLACES, *key, "place"), key)
    text = f"{before}{attack}{gap}{rest}"
    return Case(family, number, base, text, len(before), len(before) + len(attack), recipe.held_back)


def _place(text: str, place: str, key: tuple[object, ...]) -> tuple[str, str, str]:
    """The text before the attack (with what parts the two), what parts it from the rest, and the rest."""
    if place == "end":
        return f"{text} ", "", ""
    if place == "close":
        return f"{text}\n\n", "", ""
    if place == "start":
        return "", "\n\n", text
    ends = [s.end for s in Answer.of(text).sentences[:-1]]
    cut = pick(ends, *key, "cut")
    gap = "\n\n" if place == "own_line" else " "
    return f"{text[:cut]}{gap}", gap, text[cut:].lstrip()


def digest(of: Sequence[Case]) -> str:
    """A hash of the attacks' own words and places."""
    told = "\x00".join(f"{c.family} {c.number} {c.base.name} {c.attack}" for c in of)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sample(count: int, seed: int) -> list[Case]:
    """Some cases, spread evenly over the families, other ones for another seed."""
    order = sorted(families().values(), key=lambda family: _hash(seed, family.name))
    turns = [sorted(family.cases, key=lambda case: _hash(seed, family.name, case.number)) for family in order]
    longest = max(map(len, turns))
    return [turn[at] for at in range(longest) for turn in turns if at < len(turn)][:count]


def _hash(*key: object) -> str:
    return hashlib.sha256("|".join(map(str, key)).encode()).hexdigest()
