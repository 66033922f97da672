"""What is not an answer gets no score: decided here in code, before any judge is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from hashlib import sha256

from answer_coach.answer import Answer, Word
from answer_coach.feedback import Reason
from answer_coach.folding import words
from answer_coach.rubric import Rubric

SHINGLE = 5  # words
HASH = 12  # hex digits kept of a shingle's SHA-256
NOT_LATIN = "other"
NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())


class Limits(Word):
    """The gate's limits, read from rubrics/gate.yaml."""

    min_words: int
    max_input_tokens: int
    min_letters: float
    min_distinct: float
    min_function_words: float
    pasted: float
    pasted_partly: float
    function_words: Mapping[str, tuple[str, ...]]

    @cached_property
    def small_words(self) -> dict[str, frozenset[str]]:
        """The small words of each language."""
        return {name: frozenset(words) for name, words in self.function_words.items()}


class Paste(Word):
    """How much of an answer stands word for word in a known text, as a share of its words."""

    guide: float
    rubric: float


def shingles(text: str) -> list[str]:
    """Hashes of each run of five words, in order; shorter texts have none."""
    return _hashes(words(text))


def _hashes(found: list[str]) -> list[str]:
    runs = map(" ".join, zip(*(found[at:] for at in range(SHINGLE)), strict=False))
    return [sha256(run.encode()).hexdigest()[:HASH] for run in runs]


def pasted_share(text: str, known: frozenset[str]) -> float:
    """The share of a text's words that lie in a run of five that is known; 0 to 1."""
    return _share(shingles(text), known)


def paste_of(answer: Answer, guide: frozenset[str], rubric: Rubric) -> Paste:
    """How much of an answer stands in the guide and in the rubric."""
    hashes = _hashes(answer.spoken)
    return Paste(guide=_share(hashes, guide), rubric=_share(hashes, rubric_shingles(rubric)))


def _share(hashes: list[str], known: frozenset[str]) -> float:
    if known.isdisjoint(hashes):
        return 0.0
    covered: set[int] = set()
    for at, digest in enumerate(hashes):
        if digest in known:
            covered.update(range(at, at + SHINGLE))
    return len(covered) / (len(hashes) + SHINGLE - 1)


def rubric_shingles(rubric: Rubric) -> frozenset[str]:
    """Hashes of what a rubric prints to its user: question, questions asked, anchors, examples."""
    texts = [rubric.question, rubric.variant, rubric.probes]
    texts += [rung.anchor for d in rubric.dimensions for rung in d.ladder.rungs]
    for i in rubric.indicators:
        texts += [i.asks, i.met, i.near_miss, i.ask_absent, i.ask_partial, i.if_not]
    return _all_shingles(tuple(texts))


@lru_cache(maxsize=64)
def _all_shingles(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(digest for text in texts for digest in shingles(text))


def language(found: list[str], limits: Limits) -> tuple[str | None, float]:
    """The language whose small words are most frequent, and their share; None where none is frequent enough."""
    if not found:
        return None, 0.0
    if not _is_latin(found):
        return NOT_LATIN, 1.0
    often = Counter(found)
    shares = {
        name: sum(often[word] for word in common & often.keys()) / len(found)
        for name, common in limits.small_words.items()
    }
    best = max(shares, key=lambda name: shares[name])
    return (best if shares[best] >= limits.min_function_words else None), shares[best]


def _is_latin(found: list[str]) -> bool:
    """Whether at least half of some words are written in Latin letters."""
    if all(map(str.isascii, found)):
        return True
    latin = sum(word.isascii() or all(ord(c) < 0x250 or not c.isalpha() for c in word) for word in found)
    return latin >= len(found) / 2


def gate(answer: Answer, paste: Paste, limits: Limits, languages: Iterable[str] | None) -> list[Reason]:
    """Why this text can't be graded; empty where it can.

    `languages` are those that the engine reads, None for all.  The first kind of reason found is the only one
    given: a text of two words has more than one fault, but one remedy.
    """
    if not answer.sentences:
        return [Reason(code="empty", message="There is no text to grade. Paste or name an answer.")]
    if answer.words < limits.min_words:
        count = "1 word is" if answer.words == 1 else f"{answer.words} words are"
        fault = f"{count} too few to grade; the least is {limits.min_words}."
        return [Reason(code="too_short", message=f"{fault} Tell one real case: what was decided, and what came of it.")]
    found = answer.spoken
    spoken = None if languages is None else language(found, limits)[0]
    if fault := _not_prose(answer, found, limits, unknown=languages is not None and spoken is None):
        return [Reason(code="not_prose", message=f"{fault} Write or say it in sentences.")]
    if languages is not None and spoken not in set(languages):
        fault = "This engine reads English only, and most of this text is not."
        return [Reason(code="language", message=f"{fault} Grade it with a model (--model), or put it into English.")]
    if paste.guide >= limits.pasted:
        fault = f"{paste.guide:.0%} of this is word for word the published interview guide."
        return [Reason(code="guide_pasted", message=f"{fault} Put down what you did, in your own words.")]
    if paste.rubric >= limits.pasted:
        fault = f"{paste.rubric:.0%} of this is word for word the rubric's own text."
        return [Reason(code="rubric_pasted", message=f"{fault} Put down what you did, in your own words.")]
    return []


def _not_prose(answer: Answer, found: list[str], limits: Limits, unknown: bool) -> str:
    letters = _letters(answer.clean)
    shown = len("".join(answer.clean.split()))
    if letters < limits.min_letters * shown:
        return "Most of this is not words."
    if len(set(found)) < limits.min_distinct * min(len(found), 100) and _is_latin(found):
        return "This says the same few words over and over."
    if unknown:
        return "This reads as a list of terms, or as no language that is known here, not as sentences."
    return ""


def _letters(text: str) -> int:
    """How many letters a text has."""
    return len(text.encode().translate(None, NO_LETTERS)) if text.isascii() else sum(map(str.isalpha, text))


def paste_warnings(paste: Paste, limits: Limits) -> tuple[str, ...]:
    """Remarks for an answer that may be graded though part of it is copied."""
    if limits.pasted_partly <= paste.guide < limits.pasted:
        return (f"{paste.guide:.0%} of this is word for word the published guide; interviewers know it too",)
    if limits.pasted_partly <= paste.rubric < limits.pasted:
        return (f"{paste.rubric:.0%} of this is word for word the rubric's own text",)
    return ()
