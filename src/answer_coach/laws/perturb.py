"""Changes of a text, pure and seeded: the same text and seed give the same change.

Each takes a text (and what to put in) and gives the changed text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from answer_coach.answer import Answer, count_words

Span = tuple[int, int]

HALF = 0.5
CLAIMS = 3
HESITATES = 10  # words, on average, between two fillers of speech
MISSPELT = 0.05  # of the words that are long enough to be misspelt
ENDS = ".!?\u2026"
CLOSING = "\"'\u201d\u2019)]*"
PARAGRAPH = re.compile(r"\n[ \t]*\n")
GAP = re.compile(r"(?<=[a-z]) (?=[a-z])")
LONG = re.compile(r"\b[a-z]{5,}\b")
PLAIN = ("um", "uh", "er")  # said without a pause around them, too


def chance(seed: int, text: str) -> random.Random:
    """The same dice for the same seed and text, on any machine."""
    return random.Random(f"{seed}\x00{text}")  # noqa: S311


def units(text: str) -> list[Span]:
    """Spans of the sentences as a person sees them: the parts of a long one are one, and so is a list item."""
    found: list[Span] = []
    open_since: int | None = None
    sentences = Answer.of(text).sentences
    for at, sentence in enumerate(sentences):
        start = sentence.start if open_since is None else open_since
        gap = text[sentence.end : sentences[at + 1].start] if at + 1 < len(sentences) else "\n"
        if "\n" in gap or _ends(text[sentence.start : sentence.end]):
            found.append((start, sentence.end))
            open_since = None
        else:
            open_since = start
    return found


def _ends(said: str) -> bool:
    return said.rstrip(CLOSING)[-1:] in ENDS


def padded(text: str, padding: Sequence[str], seed: int) -> str:
    """The text, longer by half: filler between its sentences, no sentence of it twice."""
    dice, wanted = chance(seed, text), HALF * count_words(text)
    chosen: list[str] = []
    for sentence in dice.sample(padding, len(padding)):
        if sum(map(count_words, chosen)) >= wanted:
            break
        chosen.append(sentence)
    return scattered(text, chosen, dice)


def certain(text: str, claims: Sequence[str], seed: int) -> str:
    """The text with three claims of certainty between its sentences."""
    dice = chance(seed, text)
    return scattered(text, dice.sample(claims, CLAIMS), dice)


def scattered(text: str, sentences: Iterable[str], dice: random.Random) -> str:
    """The text with each of these sentences behind one of its own."""
    places = [end for _, end in units(text)] or [len(text)]
    behind: dict[int, list[str]] = {}
    for sentence in sentences:
        behind.setdefault(dice.choice(places), []).append(sentence)
    for place in sorted(behind, reverse=True):
        text = text[:place] + " " + " ".join(behind[place]) + text[place:]
    return text


def renaming(text: str, known: Sequence[str], new: Sequence[str], seed: int) -> dict[str, str]:
    """Who is called how from now on: every known first name in the text, and another for it."""
    found = [name for name in known if re.search(rf"(?<!\w){name}(?!\w)", text)]
    free = [name for name in new if name not in text]
    return dict(zip(found, chance(seed, text).sample(free, len(found)), strict=True))


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with other names for its people."""
    if not names:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", lambda found: names[found[0]], text)


def hesitant(text: str, fillers: Sequence[str], seed: int) -> str:
    """The text as it is spoken: `um`, `you know` and the like between words, in every tenth place or so."""
    dice = chance(seed, text)

    def between(gap: re.Match[str]) -> str:
        if dice.random() > 1 / HESITATES:
            return gap[0]
        filler = dice.choice(fillers)
        return f" {filler} " if filler in PLAIN and dice.random() < HALF else f", {filler}, "

    return GAP.sub(between, text)


def misspelt(text: str, seed: int) -> str:
    """The text with every twentieth longer word misspelt: two letters swapped, one doubled or one left out."""
    dice = chance(seed, text)
    slips: Sequence[Callable[[str, int], str]] = (
        lambda word, at: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        lambda word, at: word[:at] + word[at] + word[at:],
        lambda word, at: word[:at] + word[at + 1 :],
    )

    def slip(word: re.Match[str]) -> str:
        if dice.random() > MISSPELT:
            return word[0]
        return dice.choice(slips)(word[0], dice.randrange(1, len(word[0]) - 1))

    return LONG.sub(slip, text)


def shuffled(text: str, seed: int) -> str:
    """The sentences of the text in another order."""
    said = [text[slice(*span)] for span in units(text)]
    chance(seed, text).shuffle(said)
    return "".join(f"{one} " if _ends(one) else f"{one}\n\n" for one in said).strip()


def repeated(text: str, seed: int) -> str:
    """The text with something said twice: all of it, its second half, or three sentences each right behind itself."""
    said = units(text)
    if seed % 3 == 1:
        return f"{text}\n\n{text}"
    if seed % 3 == 2:
        return f"{text}\n\n{text[said[len(said) // 2][0] :]}"
    chosen = chance(seed, text).sample(said, min(3, len(said)))
    for start, end in sorted(chosen, reverse=True):
        text = f"{text[:end]} {text[start:end]}{text[end:]}"
    return text


def without(text: str, spans: Iterable[Span]) -> str:
    """The text without the sentences that these spans touch."""
    given = list(spans)
    for start, end in reversed(units(text)):
        if any(start < b and a < end for a, b in given):
            text = text[:start] + text[end:].lstrip(" ")
    return text.strip()


def added(text: str, sentence: str, seed: int) -> str:
    """The text with one sentence more: at its end, or (odd seeds) at the end of one of its paragraphs."""
    if seed % 2 == 0:
        return f"{text.rstrip()}\n\n{sentence}"
    paragraphs = PARAGRAPH.split(text.strip())
    at = chance(seed, text).randrange(len(paragraphs))
    paragraphs[at] = f"{paragraphs[at].rstrip()} {sentence}"
    return "\n\n".join(paragraphs)
