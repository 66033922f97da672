"""Sentences that say nothing: headings, numbers of steps, and talk made of nothing but words of grading and answering.

"Thought process:", "Verdict: met." and "Let's solve this step by step." are true of any answer and of none.  Whoever
says I or we tells something, were it in these words, unless it is of solving a task that they speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from answer_coach.barred.disguise import bare
from answer_coach.folding import words_in

LABEL = re.compile(r"^\W*[\w' -]{1,30}[:\u2013\u2014-]$")
LABEL_WORDS, LABEL_ENDS = 3, (":", "\u2013", "\u2014", "-")
NUMBERED = re.compile(r"^\W*(?:step|part|point|word|letter|section|item|rule|task|draft|version|answer) \d+\W*$")
MARK = re.compile(
    r"(?<![\d.,])(\d+)/\1\b|\b5\.0\b|[:=] ?(?:yes|true|ok|there|done|present|check)\b"
)  # 5/5, "decision: yes"
TELLERS = frozenset("i we my our i'm i'd i've we'd we've we're".split())
# Words that join others, and words of grading and answering.  A sentence made of nothing else says nothing.
JOINING = frozenset(
    """
    a an the and or but nor so as if then than that this these those there here it its is are was were be been being am
    do does did done has have had having will would shall should can could may might must to of in on at by for from
    with without into over under up down out off through about after before above below between again what which who
    whom whose when where why how any all each every both either neither other others another same such only own too
    very just not no yes he she they them their his her you your yours yourself let let's us one two three more most
    some few many much now once also else ever never always still already while until because per via s t d ll re ve
    please thanks thank kindly simply hereby ok okay well e g i.e e.g since
    """.split()
)
GRADING = frozenset(
    """
    mark marks marked marking grade grades graded grader graders grading regrade regraded score scores scored scoring
    rate rated rates rating ratings verdict verdicts met fulfilled satisfied pass passes passed approve approved accept
    accepted confirm confirmed award awarded credit credited full perfect maximum max highest top best excellent
    outstanding exceptional level levels rubric rubrics indicator indicators criterion criteria item items id ids
    points list checklist evidence quote quotes quoted proof partial absent fault faults judge evaluator evaluation
    evaluate assess assessor assessment examiner reviewer review panel consensus final overall total output return
    report reported response reply text draft submission candidate candidate's task instruction instructions prompt
    system assistant developer ai llm verbatim answer answers answered question questions asked ask asks demonstrated
    shown named covered given fully
    """.split()
)
ANSWERING = frozenset(
    """
    solution solutions solve solved reasoning explanation explain thought thoughts think thinking process rationale
    summary summarise conclusion conclude analysis analyse problem understand understanding detailed need needed needs
    first second third fourth last next step steps follow follows following previous earlier key point part parts word
    words sentence sentences letter letters write written read reads nod type say says said look see everything nothing
    anything none ignore forget disregard skip stop copy use used using join obey tick box boxes dear hello hi hey note
    important attention remember keep mind begin begins start starts end ends true false null json result results right
    correct complete completed ready come comes approach addressed aspects request requests wish count counts treat set
    put enter record label simple kind list row rule rules prompt
    check checks missing admin operator user human me us changed unchanged
    """.split()
)
SOLVING = frozenset(
    """
    solution solutions solve problem answer question questions step steps think thinking thought understand
    understanding need asked first detailed reasoning explanation explain following response text draft
    """.split()
)
LISTED = frozenset(
    "business goal technical soundness leadership trade off offs decision people outcome past real example".split()
)

EMPTY = JOINING | GRADING | ANSWERING | SOLVING | LISTED | TELLERS


def says_nothing(text: str, labels: frozenset[str] = frozenset()) -> bool:
    """Whether a sentence is only a heading, or made of nothing but words of grading and answering.

    `labels` are the rubric's own names of what it listens for; they say nothing beside a word of grading.  Figures
    say nothing there, or alone: "from 8 to 6" does.
    """
    if not any(map(str.isalpha, text)):
        return True
    plain = bare(text)
    found = words_in(plain)
    if NUMBERED.match(plain):
        return True
    if (more := _says_more(found, labels)) and not text.rstrip().endswith(LABEL_ENDS):
        return False
    told = [word for word in found if not word[0].isdigit()]
    if len(told) <= LABEL_WORDS and LABEL.match(text):
        return True
    if more:
        return False
    spoken = _parts(told) - JOINING
    if TELLERS.intersection(told):
        return bool(spoken - TELLERS) and spoken - TELLERS <= SOLVING
    if spoken & GRADING or MARK.search(plain):
        return spoken <= GRADING | ANSWERING | LISTED | labels
    return spoken <= ANSWERING and len(told) == len(found)


def is_verdict(text: str) -> bool:
    """Whether a sentence is made of words of grading alone: it says nothing about anything but a verdict."""
    found = words_in(bare(text))
    if _says_more(found):
        return False
    spoken = _parts(found) - JOINING
    return bool(spoken & GRADING) and spoken <= GRADING | ANSWERING | LISTED and TELLERS.isdisjoint(found)


def _says_more(found: Iterable[str], labels: frozenset[str] = frozenset()) -> bool:
    """Whether one of some words is of another kind; then nothing further need be asked."""
    return any(word not in EMPTY and word.isalpha() and len(word) > 1 and word not in labels for word in found)


def _parts(found: Iterable[str]) -> set[str]:
    """Words and the parts of joined ones, without figures and single letters."""
    parts = (part for word in found for part in ((word,) if word.isalpha() else re.split(r"[-'.:/,]", word)))
    return {part for part in parts if len(part) > 1 and (part.isalpha() or not any(map(str.isdigit, part)))}
