"""What is worth noting about how a story is built: never part of a score, and about the draft, not about a person.

The shares are what guides on STAR stories agree on (action about 60 percent; situation and task at most 30); how they
split the rest differs.  Since labels are made by code, shares near a limit are not remarked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from answer_coach.answer import WORDS_PER_MINUTE, Answer
from answer_coach.feedback import Feedback, Shape
from answer_coach.folding import fold_text
from answer_coach.rubric import Part, Rubric
from answer_coach.shape import credited, seconds_to
from answer_coach.stories import star
from answer_coach.stories.star import Labelled, findings_of, shares
from answer_coach.verify import Finding

MOST_NOTES = 3
LEAST_ACTION, MOST_SCENE = 0.45, 1 / 3  # of the words; what guides ask for is about 0.6, and at most 0.3
LATE = 1 / 3  # of the speaking time
LATE_SECONDS = 20  # before that, nothing is late
MANY = 3  # times "we" in what was done
SLOW, FAST = 110, 150  # words a minute: who lies outside at either pace is outside
OURS = re.compile(r"\b(?:we|we'\w+)\b")
OWN = re.compile(r"\b(?:i|i'\w+|myself|mine|my (?:call|decision|part|job|task))\b")
PLAIN = ("task", "result")  # these are a headline; of a situation, what was at stake
HEADLINE: tuple[Part, ...] = ("situation", "task", "result")


def notes(rubric: Rubric, answer: Answer, told: Sequence[Labelled], findings: Mapping[str, Finding]) -> tuple[str, ...]:
    """At most three notes on the build of a story, most useful first; none where nothing is labelled."""
    split = shares(told)
    if split is None:
        return ()
    found = (
        *_no_result(told, findings),
        *_whose(told),
        *_late(rubric, answer, told, findings),
        *_split(split),
        *_length(rubric, told),
    )
    return found[:MOST_NOTES]


def of_card(rubric: Rubric, answer: Answer, card: Feedback) -> tuple[str, ...]:
    """The notes that stand on a card; none on one that is ready: nothing is to be built anew there."""
    return () if card.ready else notes(rubric, answer, star.of_card(rubric, answer, card), findings_of(card))


def _no_result(told: Sequence[Labelled], findings: Mapping[str, Finding]) -> Iterator[str]:
    outcome = findings.get("outcome")
    if not any(item.part == "result" for item in told) and (outcome is None or outcome.verdict == "absent"):
        yield "the draft ends without a result: what was different afterwards, and by how much?"


def _whose(told: Sequence[Labelled]) -> Iterator[str]:
    """Whose work it was, where what was done is told by "we" alone."""
    deeds = [fold_text(item.sentence.text) for item in told if item.part == "action"]
    we, own = (sum(len(pattern.findall(text)) for text in deeds) for pattern in (OURS, OWN))
    if we >= MANY and not own:
        yield f'where the draft tells what was done, it says "we" {we} times, "I" never: which part was yours?'


def _late(rubric: Rubric, answer: Answer, told: Sequence[Labelled], findings: Mapping[str, Finding]) -> Iterator[str]:
    """When it is first told what was at stake, what was to be reached or what came of it."""
    used = credited(answer, findings)
    names = {name for part in HEADLINE for name in rubric.shape.get(part, ())}
    opens = (i for i in told if (i.told and i.part in PLAIN) or names & set(used.get(i.sentence.number, ())))
    first = next(opens, None)
    if first is None:
        return
    seconds, whole = seconds_to(answer, first.sentence.start), answer.speaking_seconds
    if seconds >= LATE_SECONDS and seconds > LATE * whole:
        yield f"the draft's headline (stake, task or result) comes late, at {_clock(seconds)} of {_clock(whole)}"


def _split(split: Shape) -> Iterator[str]:
    scene, action = split.situation + split.task, split.action
    long, short = scene > MOST_SCENE, action < LEAST_ACTION
    opening = f"situation and task are {scene:.0%} of the draft (usual: at most 30%)"
    if long and short:
        yield f"{opening}, action {action:.0%} (about 60%)"
    elif long:
        yield opening
    elif short:
        yield f"action is {action:.0%} of the draft (usual: about 60%)"


def _length(rubric: Rubric, told: Sequence[Labelled]) -> Iterator[str]:
    """Whether a story is shorter or longer to say than is asked for, at a slow and at a fast pace alike."""
    (least, most), words = rubric.minutes, sum(item.sentence.words for item in told)
    if words / SLOW < least or words / FAST > most:
        seconds = round(words / WORDS_PER_MINUTE * 6) * 10
        yield f"the draft takes about {_clock(seconds)} to say (usual: {least:g}-{most:g} minutes)"


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
