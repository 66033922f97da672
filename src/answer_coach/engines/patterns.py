"""The rules engine's pattern language: rubrics/signals.yaml explains it to people, this module to a computer."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, NamedTuple

GAP = r"(?:\W+[\w']+){0,4}?"
NEAR, NOT, AND, OR, BEHIND = "near ", "not ", " + ", " | ", " > "
MARKS = frozenset(("..", ">"))
NAMED = re.compile(r"\{(\w+)\}")


class Sentences(Sequence[str]):
    """The folded sentences of one answer; remembers which pattern was found where."""

    def __init__(self, texts: Sequence[str]):
        self._texts = list(texts)
        self._whole = "\n".join(self._texts)
        self._possible: dict[str, list[tuple[str, str]]] = {}
        self._seen: dict[tuple[str, int], bool] = {}
        self._beside: dict[int, tuple[int, ...]] = {}
        self.known: dict[tuple[str, int], bool] = {}
        self.may_hold: dict[str, bool] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, at: Any) -> Any:
        return self._texts[at]

    def suppose(self, at: int, keys: Sequence[str]) -> None:
        """Take it that these patterns stand in the sentence at `at`."""
        self.known.update(((key, at), True) for key in keys)

    def pass_over(self, empty: Set[int]) -> None:
        """Let `near` look past these sentences to the next one on either side."""
        telling = [at for at in range(len(self)) if at not in empty]
        for at in range(len(self)):
            before, behind = bisect_left(telling, at), bisect_right(telling, at)
            self._beside[at] = (*telling[max(0, before - 1) : before], at, *telling[behind : behind + 1])

    def beside(self, at: int) -> tuple[int, ...]:
        """A sentence and those that stand beside it."""
        if at not in self._beside:
            self._beside[at] = tuple(place for place in (at - 1, at, at + 1) if 0 <= place < len(self))
        return self._beside[at]

    def possible(self, key: str, atoms: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those phrases of a pattern whose longest plain word stands somewhere in the answer, each with that word."""
        if key not in self._possible:
            self._possible[key] = [(atom, literal) for atom, literal in atoms if literal in self._whole]
        return self._possible[key]

    def has(self, at: int, key: str, pattern: re.Pattern[str]) -> bool:
        """Whether a compiled pattern stands in the sentence at `at`."""
        if (key, at) not in self._seen:
            self._seen[key, at] = pattern.search(self._texts[at]) is not None
        return self._seen[key, at]


class Term(NamedTuple):
    """One part of a pattern: any of these, each here or beside here, wanted or not."""

    keys: tuple[tuple[str, bool], ...]
    wanted: bool


class Patterns:
    """Patterns over the named classes of one signals file."""

    def __init__(self, regex: Mapping[str, str], classes: Mapping[str, Sequence[str]]):
        self._regex, self._classes = regex, classes
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._expanded: dict[str, tuple[tuple[str, str], ...]] = {}

    def holds(self, pattern: str, sentences: Sentences, at: int) -> bool:
        """Whether a pattern holds for the sentence at `at`.  Raises ValueError for a class that is not there."""
        terms = _terms(pattern)
        if pattern not in sentences.may_hold:
            sentences.may_hold[pattern] = all(not term.wanted or self._possible(term, sentences) for term in terms)
        return sentences.may_hold[pattern] and all(self._term(term, sentences, at) for term in terms)

    def has(self, name: str, sentences: Sentences, at: int) -> bool:
        """Whether a named class stands in the sentence at `at`."""
        return self._found(f"{{{name}}}", sentences, at)

    def count(self, name: str, text: str) -> int:
        """How often a named class stands in a folded text."""
        return sum(1 for _ in self._compile(f"{{{name}}}").finditer(text))

    def without(self, name: str, text: str) -> str:
        """A folded text without what a named class finds in it."""
        return self._compile(f"{{{name}}}").sub("", text)

    def _possible(self, term: Term, sentences: Sentences) -> bool:
        """Whether a part of a pattern can be found anywhere in the answer."""
        return any(sentences.possible(key, self._atoms(key)) for key, _ in term.keys)

    def _term(self, term: Term, sentences: Sentences, at: int) -> bool:
        for key, near in term.keys:
            for place in sentences.beside(at) if near else (at,):
                if self._found(key, sentences, place):
                    return term.wanted
        return not term.wanted

    def _found(self, key: str, sentences: Sentences, at: int) -> bool:
        known = sentences.known.get((key, at))
        if known is None:
            known = sentences.known[key, at] = any(
                literal in sentences[at] and sentences.has(at, atom, self._compile(atom))
                for atom, literal in sentences.possible(key, self._atoms(key))
            )
        return known

    def _atoms(self, key: str) -> tuple[tuple[str, str], ...]:
        """The phrases that a pattern may be, each with its longest plain word.

        A phrase whose word is nowhere in the answer is never compiled: most are not, and compiling is what takes time.
        """
        if key not in self._expanded:
            named = NAMED.fullmatch(key)
            if named and named[1] in self._classes:
                found = tuple(atom for item in self._classes[named[1]] for atom in self._atoms(item))
            else:
                plain = [
                    word.removesuffix("*").casefold() for word in key.split() if word not in MARKS and "{" not in word
                ]
                found = ((key, max(plain, key=len, default="")),)
            self._expanded[key] = found
        return self._expanded[key]

    def _compile(self, key: str) -> re.Pattern[str]:
        if key not in self._compiled:
            self._compiled[key] = re.compile(self.source(key))
        return self._compiled[key]

    def source(self, key: str) -> str:
        """A pattern without `+`, `|`, `not` and `near` as a regular expression."""
        return ".*?".join(self._phrase(part) for part in key.split(BEHIND))

    def _phrase(self, phrase: str) -> str:
        """Words in a row; a gap takes up to four words between its neighbours."""
        source = ""
        for word in phrase.split():
            if word == "..":
                source += GAP
            else:
                source += (r"\W+" if source else "") + self._word(word)
        return source

    def _word(self, word: str) -> str:
        if named := NAMED.fullmatch(word):
            return self._class(named[1])
        stem = word.removesuffix("*")
        body = re.escape(stem.casefold())
        left = r"(?<!\w)" if stem[:1].isalnum() else ""
        right = r"[\w']*" if word.endswith("*") else (r"(?!\w)" if stem[-1:].isalnum() else "")
        return left + body + right

    def _class(self, name: str) -> str:
        if name in self._regex:
            inner = NAMED.sub(lambda m: self._class(m[1]) if m[1] in self._regex else m[0], self._regex[name])
            return f"(?:{inner})"
        if name not in self._classes:
            raise ValueError(f"there is no class {{{name}}}")
        return "(?:" + "|".join(self._phrase(item) for item in self._classes[name]) + ")"


@lru_cache(maxsize=4096)
def _terms(pattern: str) -> tuple[Term, ...]:
    found = []
    for part in pattern.split(AND):
        text = part.strip()
        alternatives = [alternative.strip() for alternative in text.removeprefix(NOT).split(OR)]
        # A leading `near` is for all that follow it; one further on is for its own alternative.
        all_near = alternatives[0].startswith(NEAR)
        keys = tuple((key.removeprefix(NEAR), all_near or key.startswith(NEAR)) for key in alternatives)
        found.append(Term(keys, not text.startswith(NOT)))
    return tuple(found)
