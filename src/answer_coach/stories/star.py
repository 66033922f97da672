"""Which part of a story each sentence tells: situation, task, action, result or reflection (STAR).

No model and no learning: headings that the writer set, the evidence of the findings, words that give a part away, the
order in which stories are told, and the neighbours.  Each speaks for a part with a weight; of all labellings the one
with the most in its favour is taken (Viterbi's algorithm), so that a sentence that says little goes with its
neighbours.  The parts, and reflection as the fifth, are those of interview guides; they are shown, never scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from answer_coach.answer import Answer, Sentence, Word
from answer_coach.barred.dialogue import interviewers
from answer_coach.feedback import Feedback, Shape
from answer_coach.folding import fold_text
from answer_coach.rubric import Part, Rubric
from answer_coach.shape import credited
from answer_coach.stories.cues import PARTS, heading, said_by, tells_deed
from answer_coach.verify import Finding

SET = 50.0  # what a heading speaks for is told
TOLD: Mapping[str, float] = {"met": 3.0, "partial": 1.5}  # what evidence weighs, beside about 1 for a word
UNSURE = 0.4  # of that, where the judge sees words and not sense
AHEAD, BACK = 0.4, 1.3  # what it costs to go on to another part, or back to an earlier one
SCENE, END = 0.9, 0.5  # for what stands before the first deed, and behind the last
BARE = 0.8  # against a result that nothing but its place speaks for
HEADLINE = 1.4  # for a result in the first sentence, where that tells a deed


class Labelled(Word):
    """A sentence of a story and the part that it tells."""

    sentence: Sentence
    part: Part
    told: bool
    """Whether its own words, evidence or heading speak for the part, and not its place alone."""


def labelled(
    rubric: Rubric, answer: Answer, findings: Mapping[str, Finding], sure: bool = True
) -> tuple[Labelled, ...]:
    """Each sentence of a story with its part, in order; empty for questions that are not stories (no `shape`).

    `sure` tells whether the judge sees sense: the evidence of one that sees only words weighs less.  The words are
    English ones; in other languages evidence and order decide.  What an interviewer asked in between is not the story.
    """
    asked = interviewers(answer) if rubric.shape else ()
    sentences = [s for s in answer.sentences if s.number not in asked]
    if not rubric.shape or not sentences:
        return ()
    speak = [said_by(fold_text(s.text)) for s in sentences]
    for said, told in zip(speak, _evidence(rubric, answer, sentences, findings, sure), strict=True):
        for part, weight in told.items():
            said[part] += weight
    for said, named in zip(speak, _headings(sentences), strict=True):
        if named:
            said[named] += SET
    own = [{part for part in PARTS if said[part] > 0} for said in speak]
    opens, first, last = _deeds(sentences)
    for number, (said, where) in enumerate(zip(speak, _places(sentences), strict=True)):
        for part in PARTS:
            said[part] += _usual(part, where)
        if int(opens) <= number < first:
            said["situation"] += SCENE + max(0.0, -_usual("situation", where))  # however long it takes
        if "result" not in own[number]:
            said["result"] -= BARE
        said["result"] += END if number > last else HEADLINE if opens and not number else 0.0
    found = zip(sentences, _best(speak), own, strict=True)
    return tuple(Labelled(sentence=sentence, part=part, told=part in parts) for sentence, part, parts in found)


def findings_of(card: Feedback) -> dict[str, Finding]:
    """What a card says of each indicator, as findings: its own labels, and those of its notes, come of them again."""
    results = (result for dimension in card.dimensions for result in dimension.indicators)
    return {result.id: Finding(verdict=result.verdict, evidence=result.evidence) for result in results}


def of_card(rubric: Rubric, answer: Answer, card: Feedback) -> tuple[Labelled, ...]:
    """The sentences of a graded story with their parts, as the card's shares count them.

    `answer` is the text that the card is of, and `rubric` the one that it was graded by.
    """
    return labelled(rubric, answer, findings_of(card), sure=card.graded_by is None or card.graded_by.engine != "rules")


def shares(sentences: Sequence[Labelled]) -> Shape | None:
    """The share of words that each part takes; None where nothing is labelled."""
    if not sentences:
        return None
    whole = sum(item.sentence.words for item in sentences) or 1
    told = {part: sum(i.sentence.words for i in sentences if i.part == part) / whole for part in PARTS}
    return Shape(**{part: round(share, 2) for part, share in told.items()})


def _evidence(
    rubric: Rubric, answer: Answer, sentences: Sequence[Sentence], findings: Mapping[str, Finding], sure: bool
) -> list[dict[Part, float]]:
    """What the findings say for each sentence: the most that one indicator of a part says."""
    part_of = {name: part for part, names in rubric.shape.items() for name in names}
    used = credited(answer, findings)
    found = []
    for sentence in sentences:
        told: dict[Part, float] = {}
        for name in used.get(sentence.number, ()):
            if name in part_of:
                weight = TOLD.get(findings[name].verdict, 0.0) * (1.0 if sure else UNSURE)
                told[part_of[name]] = max(told.get(part_of[name], 0.0), weight)
        found.append(told)
    return found


def _places(sentences: Sequence[Sentence]) -> list[float]:
    """Where the middle of each sentence stands among all words, 0 to 1."""
    whole = sum(s.words for s in sentences) or 1
    before, places = 0, []
    for sentence in sentences:
        places.append((before + sentence.words / 2) / whole)
        before += sentence.words
    return places


def _deeds(sentences: Sequence[Sentence]) -> tuple[bool, int, int]:
    """Whether the first sentence tells a deed; then between which sentences, from 0, the other deeds stand.

    Around those is told what they met with and what came of them.
    """
    found = [at for at, sentence in enumerate(sentences) if tells_deed(fold_text(sentence.text))]
    others = [at for at in found if at]
    return 0 in found, *((others[0], others[-1]) if others else (0, len(sentences)))


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


def _headings(sentences: Sequence[Sentence]) -> list[Part | None]:
    """The part that the writer's own heading names, for it and for what stands below."""
    found: list[Part | None] = []
    current: Part | None = None
    for sentence in sentences:
        current = heading(fold_text(sentence.text)) or current
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
