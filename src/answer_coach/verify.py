"""A reply's claims to findings that the answer itself supports: no quote found, no credit."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from answer_coach.answer import Answer, Sentence, Word
from answer_coach.barred.hollow import says_nothing
from answer_coach.barred.telling import orders
from answer_coach.barred.unsaid import is_code, is_garbled
from answer_coach.feedback import Evidence
from answer_coach.folding import WORD, Folded, fold_text, is_negation
from answer_coach.request import Opinion, Reply
from answer_coach.rubric import Rubric, Verdict

LOOK_BACK = 3  # words, for a negation
PER_SENTENCE = 4  # indicators that one sentence pays for
LEAST_WORDS = 3
OPENING = 3  # characters before a quote that still opens its sentence
MOST_UNFOUND = 0.2  # of the claimed quotes
EDGES = " '.,;:!?()[]\u2026*_"
THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})* $")
GAP = re.compile(r"\s*(?:\.{3,}|\u2026|\[\.{3}\]|\[\u2026\])\s*")


class Finding(Word):
    """What became of one claim.  `lost` tells that the judge's quotes for it were not in the answer."""

    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    place: int = 0
    lost: bool = False


class Verified(Word):
    """All findings of one reply, with how many quotes were claimed and how many were not in the answer."""

    findings: dict[str, Finding]
    claimed: int
    unfound: int

    @property
    def lost(self) -> tuple[str, ...]:
        """The ids whose credit was lost because no quote for them was found."""
        return tuple(name for name, finding in self.findings.items() if finding.lost)

    @property
    def believable(self) -> bool:
        """Whether at most a fifth of the claimed quotes were made up."""
        return self.unfound <= MOST_UNFOUND * self.claimed

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return {name: finding.verdict for name, finding in self.findings.items()}


def find_quote(quote: str, answer: Answer, near: int = 0) -> Evidence | None:
    """Find a quote in an answer; None where it is not there, or is too short to prove anything.

    Unicode form, case, white space, quote marks, dashes and marks at the edges may differ; words, digits and
    negations may not, and a quote never starts right behind a negation: that is taken into it.  Of several places
    the one in sentence `near` is taken.  A quote with an ellipsis must be found in pieces, in order, in one sentence.
    """
    whole = answer.folded
    said = fold_text(quote).strip(EDGES)
    spans = _spans(whole, [said]) if said else []
    if not spans and GAP.search(quote):
        pieces = [fold_text(piece).strip(EDGES) for piece in GAP.split(quote)]
        spans = _joined(answer, whole, [piece for piece in pieces if piece])
    if not spans:
        return None
    best = spans[0] if len(spans) == 1 else min(spans, key=lambda span: _distance(answer, whole, span, near))
    if not _long_enough(answer, whole, best):
        return None
    start, end = answer.span(whole.origin[best[0]], whole.origin[best[1] - 1] + 1)
    verbatim = answer.text.find(quote.strip(), max(answer.start, start - len(quote)))
    if 0 <= verbatim <= start and end <= verbatim + len(quote.strip()):
        return Evidence(quote=quote.strip(), start=verbatim, end=verbatim + len(quote.strip()), status="exact")
    return Evidence(quote=answer.text[start:end], start=start, end=end, status="repaired")


def touches(answer: Answer, evidence: Evidence, numbers: frozenset[int]) -> bool:
    """Whether a quote reaches into one of these sentences."""
    return any(s.number in numbers for s in _over(answer, evidence.start, evidence.end))


def _over(answer: Answer, start: int, end: int) -> list[Sentence]:
    """The sentences that a span of the text touches."""
    return [s for s in answer.sentences if s.start < end and start < s.end]


def _joined(answer: Answer, whole: Folded, pieces: list[str]) -> list[tuple[int, int]]:
    """Where a quote with an ellipsis stands: pieces of three words or more, in order, in one sentence."""
    if any(len(WORD.findall(piece)) < LEAST_WORDS for piece in pieces):
        return []
    spans = _spans(whole, pieces)
    return [(a, b) for a, b in spans if len(_over(answer, *answer.span(whole.origin[a], whole.origin[b - 1] + 1))) == 1]


def _spans(whole: Folded, pieces: list[str]) -> list[tuple[int, int]]:
    """Every place where the pieces stand in order, as spans of the folded answer."""
    found = []
    for start, first_end in _occurrences(whole.text, pieces[0], 0) if pieces else ():
        end: int | None = first_end
        for piece in pieces[1:]:
            end = _goes_on(whole.text, piece, end) if end is not None else None
        if end is not None:
            found.append((_full_start(whole.text, start), end))
    return found


def _goes_on(text: str, piece: str, after: int) -> int | None:
    """Where a further piece ends, if what lies between is harmless."""
    following = next(_occurrences(text, piece, after), None)
    return following[1] if following and _harmless(text[after : following[0]]) else None


def _occurrences(text: str, piece: str, after: int) -> Iterator[tuple[int, int]]:
    start = text.find(piece, after)
    while start >= 0:
        end = start + len(piece)
        if _edge(text, start - 1, start) and _edge(text, end, end - 1):
            yield start, end
        start = text.find(piece, start + 1)


def _edge(text: str, outside: int, inside: int) -> bool:
    """Whether a quote may begin or end here: not inside a word, not inside a number, not behind a minus sign."""
    if not 0 <= outside < len(text):
        return True
    out, own = text[outside], text[inside]
    if unicodedata.combining(out) or (out.isalnum() and own.isalnum()):
        return False
    if own.isdigit() and out in ".,/:-":
        further = outside + (outside - inside)
        beyond = text[further] if 0 <= further < len(text) else " "
        return not (beyond.isdigit() or (out == "-" and outside < inside and beyond in " ("))
    return True


def _harmless(gap: str) -> bool:
    """Whether what an ellipsis leaves out is within a sentence and holds no number and no negation."""
    left_out = WORD.findall(gap)
    return len(gap) < 200 and not any(map(is_negation, left_out)) and not re.search(r"\d|[.!?] ", gap)


def _full_start(text: str, start: int) -> int:
    """The start of a quote, moved back over what it must not lose.

    That is the rest of its first word, the thousands in front of a number, and a negation up to three words before it
    in the same clause.
    """
    while start and not text[start - 1].isspace():
        start -= 1
    if text[start].isdigit() and (number := THOUSANDS.search(text[:start])):
        start = number.start()
    back = 0
    for word in reversed(text[:start].rsplit(" ", LOOK_BACK + 1)[-LOOK_BACK - 1 : -1]):
        if word.endswith((".", "!", "?", ";", ":")):
            break
        back += len(word) + 1
        if is_negation(word.strip(EDGES + '"-')):
            return start - back
    return start


def _long_enough(answer: Answer, whole: Folded, span: tuple[int, int]) -> bool:
    """Whether a span proves anything: three words, or a whole sentence."""
    said = whole.text[slice(*span)].strip(EDGES)
    if next(islice(WORD.finditer(said), LEAST_WORDS - 1, None), None):
        return True
    return any(fold_text(s.text).strip(EDGES) == said for s in answer.sentences)


def _distance(answer: Answer, whole: Folded, span: tuple[int, int], near: int) -> int:
    sentence = answer.sentence_at(answer.origin[whole.origin[span[0]]])
    return abs((sentence.number if sentence else 0) - near)


def verify(reply: Reply, answer: Answer, rubric: Rubric, barred: frozenset[int]) -> Verified:
    """Hold every claim of a reply against the answer.

    `met` and `partial` stand on at least one quote that is in the answer and not in a `barred` sentence; one that
    stands on no quote found is `cannot_tell`, the judge's fault; one whose quotes are all barred or in sentences
    that have already paid for four indicators is `absent`.  An indicator is paid for by its first sentence that still
    can; what else is quoted for it is shown, and paid for by nobody.
    """
    opinions = {opinion.id: opinion for opinion in reply.indicators}
    quotes = {name: _quotes(opinions[name], answer) for name in rubric.asked}
    evidence = {name: _once(item for item in found if item) for name, found in quotes.items()}

    def need(name: str) -> tuple[bool, int]:
        """Who is paid first: the four slots, then those that have the fewest sentences to be paid by."""
        return rubric.by_id[name].slot is None, len(evidence[name])

    paid: Counter[int] = Counter()
    findings = {}
    for name in sorted(rubric.by_id, key=need):
        findings[name] = _finding(opinions[name], evidence[name], answer, barred, paid)
    for cap in rubric.faults:
        findings[cap.id] = _finding(opinions[cap.id], evidence[cap.id], answer, barred, Counter())
    return Verified(
        findings={name: findings[name] for name in rubric.asked},
        claimed=sum(len(found) for found in quotes.values()),
        unfound=sum(found.count(None) for found in quotes.values()),
    )


def _quotes(opinion: Opinion, answer: Answer) -> list[Evidence | None]:
    """What became of each quote of a claim; of one that claims nothing, none."""
    if opinion.verdict not in ("met", "partial"):
        return []
    return [find_quote(claim.quote, answer, claim.sentence) for claim in opinion.evidence]


def _once(evidence: Iterable[Evidence]) -> list[Evidence]:
    return list({(e.start, e.end): e for e in evidence}.values())


def _finding(
    opinion: Opinion, evidence: list[Evidence], answer: Answer, barred: frozenset[int], paid: Counter[int]
) -> Finding:
    place = opinion.place if 0 < opinion.place <= len(answer.sentences) else 0
    if opinion.verdict not in ("met", "partial"):
        verdict: Verdict = "absent" if opinion.verdict == "absent" else "cannot_tell"
        return Finding(verdict=verdict, note=opinion.note, place=place)
    if not evidence:
        return Finding(verdict="cannot_tell", note=opinion.note, place=place, lost=True)
    places = [(item, [s.number for s in _over(answer, item.start, item.end)]) for item in evidence]
    good = [
        (item, numbers[0])
        for item, numbers in places
        if numbers and not barred.intersection(numbers) and not _is_hollow(answer, item, numbers[0])
    ]
    payer = next((number for _, number in good if paid[number] < PER_SENTENCE), None)
    if payer is None:
        return Finding(verdict="absent", note=opinion.note, place=place)
    paid[payer] += 1
    credited: Verdict = "met" if opinion.verdict == "met" else "partial"
    return Finding(verdict=credited, evidence=tuple(item for item, _ in good), note=opinion.note, place=place)


def _is_hollow(answer: Answer, item: Evidence, number: int) -> bool:
    """Whether a quote is no evidence, though its sentence may be: code, or an opening that only orders or heads it.

    Where a full stop is missing, an order and what the candidate tells stand in one sentence.
    """
    if is_code(item.quote) or is_garbled(item.quote):
        return True
    opens = item.start <= answer.sentences[number - 1].start + OPENING
    return opens and (says_nothing(item.quote) or orders(fold_text(item.quote)))


def merge(first: Reply, again: Reply, ids: Iterable[str]) -> Reply:
    """The first reply with the opinions on `ids` taken from the second."""
    newer = {opinion.id: opinion for opinion in again.indicators}
    renewed = set(ids)
    opinions = [newer[o.id] if o.id in renewed else o for o in first.indicators]
    return first.model_copy(update={"indicators": opinions})
