"""Texts that a pattern matches, made from the pattern itself: every way to match comes up in time."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from random import Random
from typing import Any

ops: Any = importlib.import_module("re._constants")  # the standard parser of patterns, which has no public name
parser: Any = importlib.import_module("re._parser")
ANYTHING = "abnotz5_ ,:-'/"
OF = {"CATEGORY_WORD": "abnotz5_é", "CATEGORY_DIGIT": "0158", "CATEGORY_SPACE": " ", "CATEGORY_NOT_WORD": " ,.('-"}
FEW = 3  # more of a repeated piece than the least there must be


def matches(pattern: re.Pattern[str], tries: int, random: Random) -> Iterator[str]:
    """Texts that the pattern matches, out of so many tries; what looks around may make a try fail."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    made = (
        random.choice(("", "", "so ", "a, ")) + _text(tree, random) + random.choice(("", " and", "."))
        for _ in range(tries)
    )
    return (text for text in made if pattern.search(text))


def _text(tree: Any, random: Random) -> str:
    return "".join(_piece(op, given, random) for op, given in tree)


def _piece(op: Any, given: Any, random: Random) -> str:
    if op is ops.LITERAL:
        return chr(given)
    if op is ops.ANY or op is ops.NOT_LITERAL:
        return random.choice(ANYTHING)
    if op is ops.IN:
        return _one_of(given, random)
    if op is ops.BRANCH:
        return _text(random.choice(given[1]), random)
    if op is ops.SUBPATTERN:
        return _text(given[3], random)
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        least, most, body = given
        return "".join(_text(body, random) for _ in range(random.randint(least, min(most, least + FEW))))
    if op is ops.ASSERT and given[0] > 0:
        return _text(given[1], random)
    return ""  # an edge, or what must not stand there


def _one_of(given: Any, random: Random) -> str:
    if given[0][0] is ops.NEGATE:
        return random.choice("abnotz5 ,")
    op, value = random.choice(given)
    if op is ops.RANGE:
        return chr(random.randint(*value))
    return random.choice(OF[str(value)]) if op is ops.CATEGORY else chr(value)
