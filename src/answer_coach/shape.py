"""How an answer is timed: which sentences count, when its points come, what could be cut."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping

from answer_coach.answer import WORDS_PER_MINUTE, Answer, Sentence
from answer_coach.feedback import Cut, Mark, SpanOf, Timing
from answer_coach.rubric import Rubric
from answer_coach.verify import Finding

LEAST_CUT = 10  # words; a shorter sentence is not worth cutting
MARKS = {"past_example": "example", "decision": "decision", "outcome": "result"}


def credited(answer: Answer, findings: Mapping[str, Finding]) -> dict[int, list[str]]:
    """Sentence number to the ids that stand on it; sentences that count nowhere are not in it."""
    found: dict[int, list[str]] = {}
    for name, finding in findings.items():
        for item in finding.evidence:
            for sentence in answer.sentences:
                if sentence.start < item.end and item.start < sentence.end:
                    found.setdefault(sentence.number, []).append(name)
    return found


def uncredited(answer: Answer, used: Container[int]) -> tuple[SpanOf, ...]:
    """Spans of the sentences that count nowhere; `used` are the numbers of the others."""
    return tuple(SpanOf(start=s.start, end=s.end) for s in answer.sentences if s.number not in used)


def timing(
    rubric: Rubric, answer: Answer, findings: Mapping[str, Finding], used: Collection[int], sure: bool = True
) -> Timing:
    """When the example, the decision and the result come, in seconds of speaking, and what could go.

    `used` are the numbers of the sentences that count.  Nothing is offered for cutting where the judge is not `sure`
    that it saw all that counts.
    """
    marks = []
    for name, label in MARKS.items():
        starts = [item.start for item in findings[name].evidence] if name in findings else []
        if starts:
            marks.append(Mark(indicator=name, label=label, seconds=seconds_to(answer, min(starts))))
    least, most = rubric.minutes
    idle = [s for s in answer.sentences if s.number not in used and s.words >= LEAST_CUT]
    worth_it = len(used) >= 3 and len(used) * 2 >= len(answer.sentences)
    return Timing(
        target_seconds=(round(least * 60), round(most * 60)),
        marks=tuple(sorted(marks, key=lambda mark: mark.seconds)),
        cut=_cut(max(idle, key=lambda s: s.words)) if sure and idle and worth_it else None,
    )


def seconds_to(answer: Answer, start: int) -> int:
    """Seconds of speaking before the sentence in which the code point `start` stands."""
    before = sum(s.words for s in answer.sentences if s.end <= start)
    return round(before / WORDS_PER_MINUTE * 60)


def _cut(sentence: Sentence) -> Cut:
    opening = " ".join(sentence.text.split()[:6])
    return Cut(start=sentence.start, end=sentence.end, opening=opening, words=sentence.words)
