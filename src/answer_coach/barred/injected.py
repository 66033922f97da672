"""Sentences that tell the grader what to conclude.

Such a sentence addresses whoever grades *and* asks for a verdict.  Talk about scoring candidates, about judges or
about blocked prompt injections is ordinary content: it reports, in the first or third person, and is left alone.
Everything here reads folded text: small letters, plain quote marks and dashes.
"""

from __future__ import annotations

import re

from answer_coach.answer import Answer
from answer_coach.barred.appeals import DEMAND, HINT, grades, points, praises
from answer_coach.barred.demands import (
    ADDRESS,
    DESERVES,
    ENTREATY,
    ORDERS,
    PLAIN,
    REPORTED,
    ROLE_TAG,
    STATES,
    THIS_TEXT,
    VERDICT,
)
from answer_coach.barred.disguise import is_english, readings
from answer_coach.barred.hollow import is_verdict, says_nothing
from answer_coach.barred.telling import orders, tells
from answer_coach.barred.tongues import speaks_of_grading
from answer_coach.folding import fold_text

ASKS_NOW = re.compile(r"(?:i|we)(?:'d| would| must| hereby| kindly| want| wish)\b")
GAP = re.compile(r"\n[ \t\r]*\n")
WINDOW = 3  # sentences: an address, and what is asked for in it or in the two behind it
ENDS = re.compile(r"[.!?\u2026:;][\"'\u201d\u2019)\]]*$")


def demanding(answer: Answer) -> frozenset[int]:
    """Numbers of the sentences that tell the grader what to conclude."""
    folded = [fold_text(sentence.text) for sentence in answer.sentences]
    found = _between_tags(folded)
    english = is_english(answer.spoken)
    for at, sentence in enumerate(answer.sentences):
        if any(map(_demands, readings(sentence.text))) or speaks_of_grading(sentence.text, english):
            found.add(at)
        address = ADDRESS.search(folded[at])
        if address and not _reported(folded[at], address.start()):
            found.update(_asked(folded, at))
    found |= _cut(answer, folded)
    verdicts = {at for at, sentence in enumerate(answer.sentences) if is_verdict(sentence.text)}
    _spread(folded, found, verdicts)
    for block in _blocks(answer):
        if found & block and 2 * len((found | verdicts) & block) >= len(block):
            found |= block
    return frozenset(answer.sentences[at].number for at in found)


def _demands(text: str) -> bool:
    """Whether one sentence, read in one way, is a demand by itself."""
    plain = PLAIN.search(text)
    if plain and (plain[0].lstrip().startswith("i") or not _reported(text, plain.start())):
        return True
    if (THIS_TEXT.search(text) or ORDERS.search(text)) and not REPORTED.search(text):
        return True
    return _points(text) >= DEMAND


def _points(text: str) -> int:
    return points(text, _report)


def _report(text: str) -> int | None:
    """Where a report of what somebody wrote or said begins in a folded sentence."""
    report = REPORTED.search(text)
    return report.start() if report and not ASKS_NOW.match(report[0]) else None


def idle(text: str) -> bool:
    """Whether a sentence orders something or speaks of grading, and tells nothing beside it."""
    told = any(orders(read) or (not tells(read) and _grades(read)) for read in readings(text))
    return told and not REPORTED.search(fold_text(text))


def _grades(text: str) -> bool:
    """Whether a sentence speaks to a grader or names a verdict, and gathers points enough for a hint."""
    return _points(text) >= HINT and grades(text)


def _cut(answer: Answer, folded: list[str]) -> set[int]:
    """Parts of a long sentence that was cut, where the whole is a demand or one of the parts is."""
    found: set[int] = set()
    start = 0
    for at, sentence in enumerate(answer.sentences):
        last = at + 1 == len(answer.sentences)
        between = "" if last else answer.text[sentence.end : answer.sentences[at + 1].start]
        if not last and not ENDS.search(sentence.text) and "\n" not in between:
            continue
        if at > start and _demands(" ".join(folded[start : at + 1])):
            found.update(range(start, at + 1))
        start = at + 1
    return found


def _blocks(answer: Answer) -> list[set[int]]:
    """Sentences that stand together, with an empty line before and after them."""
    blocks: list[set[int]] = [set()]
    for at, sentence in enumerate(answer.sentences):
        if at and GAP.search(answer.text[answer.sentences[at - 1].end : sentence.start]):
            blocks.append(set())
        blocks[-1].add(at)
    return blocks


def _spread(folded: list[str], found: set[int], verdicts: set[int]) -> None:
    """Add to the demands what stands beside them, or beside a bare verdict, and hints at the same."""
    waiting = [*found, *verdicts]
    while waiting:
        at = waiting.pop()
        for beside in (at - 1, at + 1):
            if not 0 <= beside < len(folded) or beside in found:
                continue
            text = folded[beside]
            if _points(text) >= HINT or says_nothing(text):
                found.add(beside)
                waiting.append(beside)
            elif at in found and praises(text) and not tells(text):
                found.add(beside)


def _between_tags(folded: list[str]) -> set[int]:
    """Sentences that begin with a tag of a conversation, and those between two such sentences."""
    tagged = [at for at, text in enumerate(folded) if ROLE_TAG.search(text)]
    return set(range(tagged[0], tagged[-1] + 1)) if tagged else set()


def _asked(folded: list[str], at: int) -> set[int]:
    """An address at `at`, and the sentence that asks for a verdict, in it or behind it; empty where none does."""
    for following, text in enumerate(folded[at : at + WINDOW], at):
        for pattern in (VERDICT, DESERVES, ENTREATY, STATES):
            asked = pattern.search(text)
            if asked and not _reported(text, asked.start()):
                return {at, following}
    return set()


def _reported(text: str, before: int) -> bool:
    report = REPORTED.search(text)
    return report is not None and report.start() <= before
