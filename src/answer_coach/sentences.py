"""Cut a cleaned text into sentences, as spans; lines and list items count, hard wraps do not."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 40  # words; longer ones are split at clause marks
Span = tuple[int, int]

MARKER = re.compile(r"\s*(?:[-*+\u2022\u2023\u25aa\u25cf\u2013\u2014]|\d{1,2}[.)]|[A-Za-z]\)|[a-h]\.|#{1,6}|>)\s+")
END = re.compile(r"(?:[.!?\u2026]+[\"'\u201d\u2019)\]]*(?=\s)|[\u3002\uff01\uff1f])\s*")
ABBREVIATION = re.compile(r"(?:^|[\s(])(?:e\.?g|i\.?e|vs|cf|approx|ca|dr|mr|mrs|ms|prof|st|fig)\.$", re.I)
BEFORE_DIGIT = re.compile(r"(?:^|[\s(])(?:no|nr|p|pp)\.$", re.I)
BEFORE_SMALL = re.compile(r"(?:^|[\s(])(?:etc|inc|ltd|jr|a\.m|p\.m)\.$", re.I)
INITIAL = re.compile(r"(?:^|[\s(])[A-HJ-Z]\.$")
OPENS = re.compile(
    r"(?:A|After|All|And|As|At|But|For|From|He|I|If|In|It|My|No|Not|Nobody|On|Our|She|So|Some|That|The|Their|Then|There|They|This|To|We|What|When|You)\b|[^A-Z]"
)
LOOK_BACK = 12  # characters; the longest abbreviation is shorter
CLAUSES = (
    re.compile(r"[;:\u2014]\s|\s[-\u2013]+\s"),
    re.compile(r",\s(?=(?:and|but|so|because|which|then|while|when|or|if|until|since)\b)", re.I),
    re.compile(r"\s(?=(?:and then|so then|but|so|because|um|uh|okay so|anyway|which|then)\s)", re.I),
    re.compile(r",\s|\s(?=(?:and|when|where|while|if|that|until|after|before)\s)", re.I),
)
SPACE = re.compile(r"\s+")


def split(text: str) -> list[Span]:
    """Spans of the sentences of a cleaned text, in order, without overlap, none without a letter or digit."""
    found = []
    for line in _lines(text):
        for sentence in _sentences(text, line):
            found += list(_clauses(text, sentence))
    return [span for span in (_trim(text, span) for span in found) if any(c.isalnum() for c in text[slice(*span)])]


def _lines(text: str) -> Iterator[Span]:
    """Lines and list items; a line that was only wrapped is joined to the next."""
    start, at = None, 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        end = at + len(line)
        marker = MARKER.match(line)
        if start is None:
            start = at + (marker.end() if marker else 0)
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not _wrapped(line, following):
            yield start, end
            start = None
        at = end + 1


def _wrapped(line: str, following: str) -> bool:
    """Whether `following` only goes on with `line`: it starts small, or the line is as long as a page is wide."""
    body, rest = line.rstrip(), following.lstrip()
    if not body or not rest or MARKER.match(following) or body[-1] in ".!?\u2026:;":
        return bool(body and rest and len(body) >= 60 and body[-1] in ".!?\u2026;" and not MARKER.match(following))
    return rest[0].islower() or len(body) >= 60


def _sentences(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    for stop in END.finditer(text, start, end):
        mark = text[max(start, stop.end() - LOOK_BACK) : stop.end()].rstrip()
        if not _goes_on(mark, text[stop.end() : stop.end() + LOOK_BACK]):
            yield start, stop.end()
            start = stop.end()
    yield start, end


def _goes_on(mark: str, rest: str) -> bool:
    """Whether a sentence goes on behind a mark: behind an abbreviation, an initial before a name, or three dots."""
    if mark.endswith(("..", "\u2026")):
        return rest[:1].islower()
    if not mark.endswith("."):
        return False
    if ABBREVIATION.search(mark) or (INITIAL.search(mark) and not OPENS.match(rest)):
        return True
    return bool(
        (rest[:1].isdigit() and BEFORE_DIGIT.search(mark)) or (rest[:1].islower() and BEFORE_SMALL.search(mark))
    )


def _clauses(text: str, span: Span) -> Iterator[Span]:
    """A sentence of at most LONGEST words as it is, a longer one in parts, cut near its middle."""
    start, end = span
    body = text[start:end]
    if len(body.split()) <= LONGEST:
        yield span
        return
    cut = _middle(body)
    yield from _clauses(text, (start, start + cut))
    yield from _clauses(text, (start + cut, end))


def _middle(body: str) -> int:
    """Where to cut: the best kind of mark that leaves a quarter of the text on either side, nearest the middle."""
    for mark in (*CLAUSES, SPACE):
        cuts = [m.end() for m in mark.finditer(body) if len(body) // 4 <= m.end() <= len(body) * 3 // 4]
        if cuts:
            return min(cuts, key=lambda cut: abs(cut - len(body) // 2))
    return len(body) // 2


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
