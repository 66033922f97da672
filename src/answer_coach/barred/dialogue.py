"""An answer with what was asked behind it: whose words each sentence is.

A paragraph that begins with `Interviewer:` holds the interviewer's words.  They are read, so that a reply can be
understood, and earn nothing: evidence comes from the draft or from a reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from answer_coach.answer import Answer, Word
from answer_coach.feedback import Feedback

ASKER = "Interviewer:"
PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![ \t\r]*\n))+")
DRAFT = "draft"


class Turn(Word):
    """One question of an interviewer, and the reply to it; `indicator` is what it was about, "" where not known."""

    asked: str
    said: str
    indicator: str = ""


def joined(text: str, turns: Iterable[Turn]) -> str:
    """A draft with what was asked and said behind it, as one text; the draft's words keep their places."""
    parts = [text.rstrip()]
    for turn in turns:
        parts += [f"{ASKER} {' '.join(turn.asked.split())}", _one_voice(turn.said)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _one_voice(said: str) -> str:
    """A reply's words, where none of its paragraphs speaks for the interviewer."""
    paragraphs = [part.strip() for part in PARAGRAPH.findall(said)]
    return "\n\n".join(f"- {part}" if _asks(part) else part for part in paragraphs if part)


def _asks(paragraph: str) -> bool:
    return paragraph.lstrip().casefold().startswith(ASKER.casefold())


def interviewers(answer: Answer) -> frozenset[int]:
    """Numbers of the sentences that are the interviewer's."""
    spans = [(m.start(), m.end()) for m in PARAGRAPH.finditer(answer.text) if _asks(m[0])]
    if not spans:
        return frozenset()
    return frozenset(s.number for s in answer.sentences if any(start <= s.start < end for start, end in spans))


def part_of(answer: Answer, start: int, turns: int | None = None) -> str:
    """Which part of a conversation the code point `start` stands in: "draft", or "reply 1" and so on.

    The last `turns` questions are the conversation's; those before them stand in the draft itself.
    """
    asked = [m.start() for m in PARAGRAPH.finditer(answer.text) if _asks(m[0])]
    asked = asked if turns is None else asked[max(0, len(asked) - turns) :]
    before = sum(at <= start for at in asked)
    return f"reply {before}" if before else DRAFT


def parts(card: Feedback, answer: Answer, turns: int | None = None) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each indicator with evidence: every quote of it with the part that it stands in."""
    return {
        result.id: tuple((item.quote, part_of(answer, item.start, turns)) for item in result.evidence)
        for dimension in card.dimensions
        for result in dimension.indicators
        if result.evidence
    }
