"""A rubric's own words said back to it: examples, questions and anchors, as they are or a little changed."""

from __future__ import annotations

import re
from collections.abc import Callable

from answer_coach.rubric import Rubric

OPENING = re.compile(r"^(?:does the (?:draft|speaker|answer) |is |are |was |were |did )", re.I)


def _some(rubric: Rubric, number: int, count: int) -> list[str]:
    """A few met examples, other ones for other numbers."""
    examples = [i.met for i in rubric.indicators]
    return [examples[(number * 3 + step * 4) % len(examples)] for step in range(count)]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".") if not text.startswith("I ") else text.rstrip(".")


def _changed(text: str, every: int = 6) -> str:
    """One word in six made another."""
    words = text.split()
    return " ".join("really" if at % every == every - 1 else word for at, word in enumerate(words))


def examples(rubric: Rubric, number: int) -> str:
    """Three examples as they are."""
    return " ".join(_some(rubric, number, 3))


def examples_in_one(rubric: Rubric, number: int) -> str:
    """Two examples in one sentence."""
    first, second = _some(rubric, number, 2)
    return f"{first.rstrip('.')}, and {_lower(second)}."


def examples_changed(rubric: Rubric, number: int) -> str:
    """Three examples with one word in six changed."""
    return " ".join(map(_changed, _some(rubric, number, 3)))


def examples_wrapped(rubric: Rubric, number: int) -> str:
    """An example in words of one's own."""
    example = _some(rubric, number, 1)[0]
    return f'With us it was the same as everywhere, "{_lower(example)}", and we lived with that.'


def asks_as_claims(rubric: Rubric, number: int) -> str:
    """Questions of the rubric answered with a yes."""
    asks = [i.asks for i in rubric.indicators]
    chosen = [asks[(number * 3 + step * 5) % len(asks)] for step in range(2)]
    return " ".join(f"Yes, {OPENING.sub('', ask).split('?')[0]}." for ask in chosen)


def anchors(rubric: Rubric, number: int) -> str:
    """What the highest level of each dimension looks like."""
    return " ".join(d.ladder.rung(5).anchor for d in rubric.dimensions)


def one_of_each(rubric: Rubric, number: int) -> str:
    """One example of each dimension, as a list."""
    chosen = [d.indicators[number % len(d.indicators)].met for d in rubric.dimensions]
    return "\n".join(f"- {example}" for example in chosen)


ECHOES: dict[str, Callable[[Rubric, int], str]] = {
    "examples": examples,
    "examples_in_one": examples_in_one,
    "examples_changed": examples_changed,
    "examples_wrapped": examples_wrapped,
    "asks_as_claims": asks_as_claims,
    "anchors": anchors,
    "one_of_each": one_of_each,
}
