"""Which part of a story each sentence tells: situation, task, action, result or reflection (STAR).

No model and no learning: headings that the writer set, the evidence of the findings, words that give a part away, the
order in which stories are told, and the neighbours.  Each speaks for a part with a weight; of all labellings the one
with the most in its favour is taken (Viterbi's algorithm), so that a sentence that says little goes with its
neighbours.  The parts, and reflection as the fifth, are those of interview guides; they are shown, never scored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import get_args

from answer_coach.answer import Answer, Sentence, Word
from answer_coach.feedback import Shape
from answer_coach.folding import fold_text
from answer_coach.rubric import Part, Rubric
from answer_coach.shape import credited
from answer_coach.telling import PAST
from answer_coach.verify import Finding

PARTS: tuple[Part, ...] = get_args(Part)
HEADING = re.compile(
    r"^\W*(?:the )?(?:(situation|context|background|problem)|(tasks?|goal|challenge)|(actions?|approach|what i did)"
    r"|(results?|outcome|impact)|(reflections?|learnings?|lessons?(?: learned)?|takeaways?))\W*(?:$|[:\u2013-]\s)"
)
SET = 50.0  # what a heading speaks for is told
TOLD = {"met": 2.0, "partial": 1.0}  # what evidence weighs, beside about 1 for a word
UNSURE = 0.4  # of that, where the judge sees words and not sense
AHEAD, BACK = 0.4, 1.3  # what it costs to go on to another part, or back to an earlier one
SCENE, END = 0.9, 0.5  # for what stands before the first deed, and behind the last
HEADLINE = 1.4  # for a result in the first sentence, where that tells a deed

NUMBER = (
    r"(?:\d[\d.,]*|half|twice|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|nineteen"
    r"|twenty|thirty|forty|fifty|sixty|hundred|thousand|million|a (?:third|quarter|fifth|sixth|tenth|dozen))"
)
STATIC = r"(?:was|were|had|did|knew|felt|lost|learned|thought|saved|reached|ended)"
WHO = r"(?:i|we|my (?:team|people|colleague)|(?:one|two|three) of (?:us|my \w+|them))"
SOME = r"(?:(?:have|had|therefore|then|also|first|finally|all|both|\w+ly) ){0,2}"
DEED = re.compile(rf"\b{WHO} {SOME}(?!{STATIC}\b){PAST}\b")
CUES: Mapping[Part, Sequence[tuple[float, str]]] = {
    "situation": (
        (1.5, r"\b(?:years?|months|winters|summers) ago\b|\blast (?:year|job|role|company)\b|\bback then\b"),
        (1.2, r"\b(?:i|we|this) (?:was|were) (?:\w+ )?(?:at|in|with|the|head|leading|part of|responsible for \w+ p)\b"),
        (1.2, r"\b(?:until then|used to|at (?:the|that|this) (?:time|moment)|before that|the problem was)\b"),
        (1.0, r"\b(?:i|we) (?:had|led|was in charge of)(?: a team of)? \w+ (?:\w+ )?(?:people|persons)\b|\bmy team was\b"),
        (0.8, r"\b(?:nobody|no one) (?:knew|could|had)\b|\b(?:every|each|once a|twice a) (?:day|week|month|year|\w+er)\b"),
        (0.8, r"\b(?:would have|stood to) (?:lost|lose|gone|cost)\b|\b(?:had|has) (?:already|never|doubled|noticed|told)\b"),
        (0.6, r"\b(?:too (?:often|late|slow|much)|worried|complain\w*|customers?|cost|costing|losses|paid)\b"),
    ),
    "task": (
        (2.5, r"\b(?:was|were) (?:asked|told) to\b|\basked (?:me|us) to\b|\bmy (?:task|job|brief|mandate|part) was\b"),
        (2.0, r"\b(?:the|our|my|its) (?:goal|aim|target|task|objective) (?:was|for|of)\b|\bresponsible for\b"),
        (1.6, r"\b(?:success|we agreed|agreed one|agreed on|before we (?:began|started)|beforehand|promised)\b"),
        (1.2, rf"\b(?:fewer than|less than|no more than|at most|at least|under|below|down to) (?:\w+ ){{0,2}}{NUMBER}\b"),
        (1.2, r"\b(?:had|needed|need) to (?:be|get|give|bring|know|reach|find|cut|stay)\b|\bwanted (?:one|a|me|us)\b"),
        (0.9, r"\b(?:by|before) (?:the (?:end|summer|first)|january|february|march|april|may|june|july|august"
              r"|september|october|november|december|spring|summer|autumn|winter|easter|christmas)\b|\b(?:otherwise|or we|or i)\b"),
    ),
    "action": (
        (1.2, DEED.pattern),
        (0.6, rf"\b{WHO} (?:\w+ ){{1,4}}?(?!{STATIC}\b){PAST}\b"),
        (1.2, r"\bso (?:i|we)\b|\b(?:first|then) (?:i|we)\b|\bmy (?:decision|call)\b|\b(?:i|we) (?:take|make|build|drive|say|go)\b"),
        (1.2, r"\b(?:refus\w+|object\w+|against it|afraid|fear\w*|doubt\w*|did not believe|convinc\w+|persuad\w+|argu\w+)\b"),
        (1.0, r"\b(?:instead|rather than|over a|because (?:a|the|it|nobody)|turned (?:it|that|out)|had to wait|a price)\b"),
        (0.8, r"\b(?:built|trained|fitted|predicted|labelled|cleaned|tested|modell?ed|pipeline|network|threshold|feature)\b"),
        (0.6, r"\b(?:wanted|offered|proposed|then|said)\b"),
    ),
    "result": (
        (1.6, rf"\b(?:fell|dropped|rose|went|came|reached|grew|shrank|cut|halved|doubled|saved?|reduced|down)\b.*\b{NUMBER}\b"),
        (1.4, r"\b(?:in the end|at the end|finally|as a result|the (?:result|outcome)|afterwards|was renewed|in production)\b"),
        (1.4, r"\b(?:stayed (?:at|the same|as)|did(?:n't| not) change|as much as ever|nothing (?:had )?moved|no change)\b"),
        (1.2, rf"\b(?:after|within|over) (?:\w+ ){{1,2}}(?:weeks?|months?|years?|winter)\b|\b\w+ (?:year|month)s?(?: and a half)? later\b"),
        (1.0, r"\bnow\b|\b(?:is|are|has been) still\b|\bstill (?:running|in use|today)\b|\bno longer\b|\b(?:haven't|has not|have not|never)\b.*\b(?:since|bought|needed)\b"),
        (1.0, rf"\b{NUMBER} (?:percent|per cent|%|in \w+)|\d%|\binstead of {NUMBER}|\bfrom {NUMBER}.* to {NUMBER}"),
        (0.8, r"\b(?:confirmed|a/b|compared with|against the other|without it|left out|group that)\b"),
    ),
    "reflection": (
        (3.0, r"\b(?:since then|ever since|looking back|in hindsight|next time|these days|nowadays|never again)\b"),
        (3.0, r"\b(?:i|we)(?: have|'ve)? learn(?:ed|t)\b|\btaught me\b|\blessons?\b|\blearning\b|\bi (?:should|would) have\b"),
        (2.4, r"\b(?:i now|now i|whenever i|do it again|differently|today i|i still|i no longer|i took from|would (?:do|begin|start) (?:\w+ )?(?:otherwise|differently|with)|do otherwise)\b"),
        (1.5, r"\bi (?:have not|haven't|never) \w+.*\bsince\b|\bi(?:'d| would) (?:begin|start|bring|do)\b|\b(?:proud|showed me|for me it was)\b"),
    ),
}  # fmt: skip
PATTERNS = [(part, weight, re.compile(pattern)) for part, cues in CUES.items() for weight, pattern in cues]


class Labelled(Word):
    """A sentence of a story and the part that it tells."""

    sentence: Sentence
    part: Part


def labelled(rubric: Rubric, answer: Answer, findings: Mapping[str, Finding], sure: bool = True) -> tuple[Labelled, ...]:
    """Each sentence of a story with its part, in order; empty for questions that are not stories (no `shape`).

    `sure` tells whether the judge sees sense: the evidence of one that sees only words weighs less.  The words are
    English ones; in other languages evidence and order decide.
    """
    if not rubric.shape or not answer.sentences:
        return ()
    speak = [_words(fold_text(s.text)) for s in answer.sentences]
    for said, told in zip(speak, _evidence(rubric, answer, findings, sure), strict=True):
        for part, weight in told.items():
            said[part] += weight
    for said, where in zip(speak, _places(answer), strict=True):
        for part in PARTS:
            said[part] += _usual(part, where)
    first, last = _deeds(answer)
    for number, said in enumerate(speak):
        said["situation"] += SCENE if number < first else 0.0
        said["result"] += END if number > last else HEADLINE if first == number == 0 else 0.0
    for said, heading in zip(speak, _headings(answer), strict=True):
        if heading:
            said[heading] += SET
    return tuple(Labelled(sentence=s, part=part) for s, part in zip(answer.sentences, _best(speak), strict=True))


def shares(sentences: Sequence[Labelled]) -> Shape | None:
    """The share of words that each part takes; None where nothing is labelled."""
    if not sentences:
        return None
    whole = sum(item.sentence.words for item in sentences) or 1
    told = {part: sum(i.sentence.words for i in sentences if i.part == part) / whole for part in PARTS}
    return Shape(**{part: round(share, 2) for part, share in told.items()})


def _words(text: str) -> dict[Part, float]:
    """What the words of a folded sentence say for each part."""
    said: dict[Part, float] = dict.fromkeys(PARTS, 0.0)
    for part, weight, pattern in PATTERNS:
        if pattern.search(text):
            said[part] += weight
    return said


def _evidence(
    rubric: Rubric, answer: Answer, findings: Mapping[str, Finding], sure: bool
) -> list[dict[Part, float]]:
    """What the findings say for each sentence: the most that one indicator of a part says."""
    part_of = {name: part for part, names in rubric.shape.items() for name in names}
    used = credited(answer, findings)
    found = []
    for sentence in answer.sentences:
        told: dict[Part, float] = {}
        for name in used.get(sentence.number, ()):
            if name in part_of:
                weight = TOLD.get(findings[name].verdict, 0.0) * (1.0 if sure else UNSURE)
                told[part_of[name]] = max(told.get(part_of[name], 0.0), weight)
        found.append(told)
    return found


def _places(answer: Answer) -> list[float]:
    """Where the middle of each sentence stands among all words, 0 to 1."""
    whole = sum(s.words for s in answer.sentences) or 1
    before, places = 0, []
    for sentence in answer.sentences:
        places.append((before + sentence.words / 2) / whole)
        before += sentence.words
    return places


def _deeds(answer: Answer) -> tuple[int, int]:
    """Between which sentences, from 0, the deeds stand; around them is what they met with and what came of them."""
    found = [at for at, sentence in enumerate(answer.sentences) if DEED.search(fold_text(sentence.text))]
    return (found[0], found[-1]) if found else (0, len(answer.sentences))


def _usual(part: Part, where: float) -> float:
    """How usual a part is at a place: stories begin with the situation and end with result and reflection."""
    if part == "situation":
        return 1.2 - 5.0 * where if where < 0.5 else -1.3
    if part == "task":
        return 0.2 if where < 0.4 else -1.0
    if part == "action":
        return 0.5 if 0.2 < where < 0.85 else -0.2
    if part == "result":
        return max(-1.5, min(0.6, 4.0 * where - 2.6))
    return max(-2.0, 5.0 * where - 4.4)


def _headings(answer: Answer) -> list[Part | None]:
    """The part that the writer's own heading names, for it and for what stands below."""
    found: list[Part | None] = []
    current: Part | None = None
    for sentence in answer.sentences:
        if heading := HEADING.match(fold_text(sentence.text)):
            current = PARTS[(heading.lastindex or 1) - 1]
        found.append(current)
    return found


def _best(speak: Sequence[Mapping[Part, float]]) -> list[Part]:
    """The labelling with the most in its favour."""
    ways: dict[Part, tuple[float, list[Part]]] = {part: (speak[0][part], [part]) for part in PARTS}
    for number, said in enumerate(speak[1:], 1):
        ways = {
            part: max(
                ((t - _step(before, part, number) + said[part], [*way, part]) for before, (t, way) in ways.items()),
                key=lambda pair: pair[0],
            )
            for part in PARTS
        }
    return max(ways.values(), key=lambda pair: pair[0])[1]


def _step(before: Part, part: Part, number: int) -> float:
    """What it costs to go from one part to another; a task and a headline may stand before the scene."""
    if before == part:
        return 0.0
    on = PARTS.index(part) > PARTS.index(before) or (part == "situation" and (before == "task" or number == 1))
    return AHEAD if on else BACK
