"""How much a sentence speaks to whoever grades, and of how this text is to be graded: signs, each worth some points.

A demand gathers points from several signs: it speaks of the text that it stands in, orders, names a verdict, pleads.
Talk about grading tells what somebody did; that takes points away, unless it is this very text that it speaks of.
Everything here reads folded text.
"""

from __future__ import annotations

from collections.abc import Callable

from answer_coach.barred.asked_for import DOES, EVERYTHING, GAME, GRADING, PLEA, PRAISE, VERDICT
from answer_coach.barred.signs import possible
from answer_coach.barred.spoken_to import GOES, ORDER, READER, SAID_BY, SPOKEN_TO, STORY, THIS_TEXT, YOU

DEMAND = 4  # points from which a sentence is a demand by itself
HINT = 2  # points from which a sentence beside a demand belongs to it
OWN = 3  # points for speaking of the very text
TOLD = 4  # points that telling what happened takes away
MOST_FOR_WORDS = 3  # points that words of grading give together

SIGNS = ((READER, 2), (ORDER, 2), (VERDICT, 2), (EVERYTHING, 2), (PLEA, 2), (GAME, 2), (DOES, 3), (PRAISE, 1))
ANY = sum({phrase.bit for sign in (*(sign for sign, _ in SIGNS), GRADING, THIS_TEXT, YOU) for phrase in sign.phrases})
"""The phrases that give points; most sentences can hold none of them."""


def points(text: str, report: Callable[[str], int | None] = lambda text: None) -> int:
    """The points of one folded sentence; `report` tells where a report of what somebody wrote or said begins in it.

    What does not come to a hint is not looked at any further: telling a story would only take more away.
    """
    there = possible(text)
    if not there & ANY:
        return 0
    signs = [(sign.search(text) if sign.bits & there else None, worth) for sign, worth in SIGNS]
    found = sum(worth for sign, worth in signs if sign)
    found += min(len(set(GRADING.findall(text))), MOST_FOR_WORDS)
    if THIS_TEXT.search(text):
        return found + OWN
    if signs[0][0] is None and YOU.search(text):
        found += 2 if SPOKEN_TO.search(text) else 1
    if found < HINT:
        return found
    reported = report(text)
    if reported is not None and reported <= min((sign.start() for sign, _ in signs if sign), default=0):
        return 0
    told = (STORY.search(text) or GOES.search(text)) and not SAID_BY.search(text)
    return found - TOLD if told else found


def grades(text: str) -> bool:
    """Whether a folded sentence speaks to a grader or names a verdict."""
    return READER.search(text) is not None or VERDICT.search(text) is not None


def praises(text: str) -> bool:
    """Whether a folded sentence praises something, as those do that stand beside a demand."""
    return PRAISE.search(text) is not None
