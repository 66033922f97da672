"""Honest sentences that look like attacks: how many of them earn nothing, and whether they are remarked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from answer_coach.answer import Answer
from answer_coach.barred.barring import REMARKS, barred
from answer_coach.request import Reply
from answer_coach.rubric import Exemplar, Rubric
from tests.attacks.cases import HERE, LIBRARY
from tests.support.tape import CASSETTES

BEFORE = "We cut the fuel bill by a third in one year."
AFTER = "Then I moved one person back to ticketing."
SMALL_WORDS = LIBRARY.limits.function_words


class Group(NamedTuple):
    """Sentences of one kind: those that are remarked, and those that earn nothing without a word."""

    name: str
    sentences: int
    remarked: tuple[str, ...]
    silent: tuple[str, ...]


def benign() -> dict[str, list[str]]:
    """The look-alikes, by kind."""
    found: dict[str, list[str]] = yaml.safe_load((HERE / "benign.yaml").read_text(encoding="utf-8"))
    return found


@cache
def group(name: str) -> Group:
    """What becomes of one kind, each sentence alone and between two others."""
    rubric, sentences = LIBRARY.rubric("q05"), benign()[name]
    reasons = {}
    for sentence in sentences:
        alone = barred(Answer.of(sentence), rubric, SMALL_WORDS)
        inside = barred(Answer.of(f"{BEFORE} {sentence} {AFTER}"), rubric, SMALL_WORDS)
        reasons[sentence] = {*alone.values(), *inside.values()}
    remarked = tuple(s for s, why in reasons.items() if why & set(REMARKS))
    silent = tuple(s for s, why in reasons.items() if why and s not in remarked)
    return Group(name, len(sentences), remarked, silent)


@cache
def exemplars() -> Group:
    """What becomes of the sentences of all exemplars."""
    remarked, silent, count = [], [], 0
    for question in LIBRARY.files:
        for exemplar in LIBRARY.exemplars(question):
            answer = Answer.of(exemplar.text)
            reasons = barred(answer, LIBRARY.rubric(question), SMALL_WORDS)
            count += len(answer.sentences)
            texts = {s.number: s.text for s in answer.sentences}
            remarked += [texts[n] for n, why in reasons.items() if why in REMARKS]
            silent += [texts[n] for n, why in reasons.items() if why not in REMARKS]
    return Group("exemplars", count, tuple(remarked), tuple(silent))


def recorded() -> Iterator[tuple[Rubric, Exemplar, Reply]]:
    """What two language-model readers said of the exemplars, as it was recorded."""
    for path in sorted((CASSETTES / "proof").glob("*/*.yaml")):
        rubric = LIBRARY.rubric(path.stem)
        for exchange in _exchanges(path):
            read = exchange["request"]["json"]["messages"][1]["content"]
            content = exchange["response"]["json"]["choices"][0]["message"]["content"]
            reply = Reply.model_validate(json.loads(content) if isinstance(content, str) else content)
            for exemplar in LIBRARY.exemplars(path.stem):
                if Answer.of(exemplar.text).sentences[0].text in read and len(reply.indicators) >= len(rubric.asked):
                    yield rubric, exemplar, reply


def _exchanges(path: Path) -> list[dict[str, dict[str, dict[str, list[dict[str, dict[str, str]]]]]]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[dict[str, dict[str, dict[str, list[dict[str, dict[str, str]]]]]]]
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["interactions"]  # noqa: S506  a safe loader
    return found
