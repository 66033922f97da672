"""The facts of a story: what the candidate can stand behind, in their own words, in a plain file that they can edit.

Nothing that a model wrote enters it: the questions in it are the rubric's own.  "Didn't happen", "don't know" and
"can't say" are answers, too: what they close is not asked for again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from answer_coach.answer import Answer, Word
from answer_coach.errors import StoreError
from answer_coach.folding import words
from answer_coach.guards import NUMBER_WORDS
from answer_coach.retelling import SPELLED

State = Literal["told", "never", "unknown", "secret"]
SIGNS: dict[State, str] = {"never": "(didn't happen)", "unknown": "(don't know)", "secret": "(can't say)"}
HEAD = re.compile(r"^## ([a-z][a-z0-9_]*|number \S+?):[ \t]*(.*)$", re.M)
OPENING = (
    "# Facts for {name}\n\nWhat you can stand behind when somebody asks, in your own words. Change it as you like;\n"
    "{signs} closes a question.\n"
)


class Fact(Word):
    """An answer to one open question; `id` is the indicator's, or `number 40` for where a figure comes from."""

    id: str
    asked: str
    state: State
    said: str = ""


class Undefended(Word):
    """A number of a draft that no fact holds, with the words that it stands in."""

    number: str
    quote: str


def read_facts(path: Path) -> list[Fact]:
    """The facts of a file, in order; none where there is no file.  StoreError where it can't be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError):
        raise StoreError(f"{path} can't be read", hint="Save it as UTF-8 text that you may read.") from None
    return parse_facts(text)


def parse_facts(text: str) -> list[Fact]:
    """The facts of a text; headings without a word below them are open questions and left out."""
    parts = HEAD.split(text)[1:]
    facts = []
    for name, asked, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        said = body.strip()
        if said:
            state = next((key for key, sign in SIGNS.items() if _plain(said) == _plain(sign)), "told")
            facts.append(Fact(id=name, asked=asked.strip(), state=state, said=said if state == "told" else ""))
    return facts


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalpha())


def with_fact(text: str, fact: Fact, name: str) -> str:
    """The text of a facts file with one fact more, or in place of what was said to the same question."""
    body = fact.said if fact.state == "told" else SIGNS[fact.state]
    entry = f"## {fact.id}: {' '.join(fact.asked.split())}\n{_harmless(body.strip())}\n"
    if not text.strip():
        text = OPENING.format(name=name, signs=", ".join(SIGNS.values()))
    found = [match for match in HEAD.finditer(text) if match[1] == fact.id]
    if not found:
        return f"{text.rstrip()}\n\n{entry}"
    following = HEAD.search(text, found[-1].end())
    end = following.start() if following else len(text)
    return f"{text[: found[-1].start()]}{entry}\n{text[end:]}".rstrip() + "\n"


def _harmless(said: str) -> str:
    """A person's words, with a line that would be read as the next question moved in."""
    return HEAD.sub(lambda match: f" {match[0]}", said)


def keep_fact(path: Path, fact: Fact, name: str) -> None:
    """Write a fact down: the whole file or nothing, for its owner's eyes only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        fresh = path.with_suffix(f".{os.getpid()}.new")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(with_fact(before, fact, name))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except (OSError, UnicodeError):
        raise StoreError(f"{path} can't be written", hint="Name another folder with COACH_HOME.") from None


def closed(facts: Iterable[Fact]) -> frozenset[str]:
    """The ids that nothing more can be told of."""
    return frozenset(fact.id for fact in facts if fact.state != "told")


def undefended(answer: Answer, facts: Iterable[Fact]) -> list[Undefended]:
    """The numbers of a draft, in digits or words, that stand in none of the facts; each once, in order."""
    known = {value for fact in facts for part in (fact.said, fact.id) for value in _values(part)}
    found: dict[str, Undefended] = {}
    for sentence in answer.sentences:
        for word in words(sentence.text):
            for value in _values(word):
                if value not in known and value not in found:
                    found[value] = Undefended(number=word, quote=_around(sentence.text, word))
    return list(found.values())


def _values(text: str) -> list[str]:
    """The numbers of a text, alike for digits and words; small ones in words (one, two) are too common to tell."""
    found = []
    for word in words(text):
        for part in word.split("-"):
            if any(map(str.isdigit, part)):
                found.append(part.replace(",", "").strip("."))
            elif part in NUMBER_WORDS or part in ("half", "third", "quarter", "twice", "double"):
                found.append(SPELLED.get(part, part))
    return found


def _around(sentence: str, word: str, reach: int = 3) -> str:
    """A word of a sentence with some words on both sides of it."""
    said = sentence.split()
    at = next((at for at, one in enumerate(said) if word in words(one)), 0)
    return " ".join(said[max(0, at - reach) : at + reach + 1])
