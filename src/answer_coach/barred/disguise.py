"""What a text says under its disguise: look-alike letters, spaced letters, and codes that anybody can undo.

Readings are for finding demands only.  Nothing here changes what is quoted, shown or put to a judge.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from operator import eq
from urllib.parse import unquote

from answer_coach.folding import fold_text, runs_in, words_in

# Letters that look like Latin ones, small; Cyrillic, Greek, small capitals, letters on their heads.
LOOK_ALIKE = str.maketrans(
    "асеԁһіјӏорԛѕԝхукмтвнгьαβεηικνορτυχωγɑɡıℓᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ",
    "acedhijlopqswxykmtbhrbabenikvoptuxwyagilabcdefghijklmnopqrstuvwyz",
)
HEADS = str.maketrans("ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz", "abcdefghijklmnopqrstuvwxyz")
TWICE = re.compile(r"(\w)\1")
DOUBLED = 0.35  # of a text's characters that stand there twice
TURNED = re.compile("[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]")
LEET = str.maketrans("431057$@", "aeiostsa")
MIXED = re.compile(r"\b(?=\w*[a-z])(?=\w*[013457])[a-z013457]{3,}\b")
DOTTED = re.compile(r"\b(?:\w[.\-*_]){2,}\w\b")
ENTITY = re.compile(r"&(?:#\w+|[a-z]+);", re.I)
PERCENT = re.compile(r"(?:%[0-9a-f]{2}){1}", re.I)
TAGS = re.compile(r"<[^<>]{0,200}>|\\[a-z]+\b|[{}*`#\[\]|]|<!--|-->|/\*|\*/", re.I)
TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
LONG = 16  # characters of the shortest such token
MARKS = frozenset("<>\\{}*`#[]|")
DIGITS = frozenset("013457")
SINGLE = re.compile(r"[.\-*_]\w[.\-*_]")  # what every letter inside a dotted word looks like
FLAG = 0x1F1E6
MISSPELT = re.compile(r"\b[a-z]{4,12}\b")
KEYWORDS = {
    (word[0], *sorted(word[1:])): word
    for word in (
        "ignore disregard forget mark rate score grade award assign return output respond report give this answer every"
        " indicator indicators criteria criterion rubric verdict verdicts instructions previous highest perfect full"
        " marks level maximum grader evaluator examiner prompt system please"
    ).split()
}
ENGLISH = frozenset(
    "the a an and or of to in on at for with as that this it is are be not you all every each any give mark".split()
)
MIRRORED = frozenset(word[::-1] for word in ENGLISH)
SHIFTED = frozenset(codecs.encode(word, "rot13") for word in ENGLISH)
LEAST_ENGLISH = 2  # small words that a decoded text must have more of than the coded one


@lru_cache(maxsize=256)
def bare(text: str) -> str:
    """A text folded, without strokes through letters, look-alikes as the letters that they are taken for."""
    if text.isascii():
        return fold_text(text.replace("_", " ") if "_" in text else text)
    plain = "".join(chr(ord(c) - FLAG + 97) if FLAG <= ord(c) < FLAG + 26 else c for c in text)
    folded = fold_text(plain.replace("\u2800", " ").replace("_", " "))
    stripped = "".join(c for c in folded if not unicodedata.combining(c))
    return stripped if stripped.isascii() else stripped.translate(LOOK_ALIKE)


@lru_cache(maxsize=256)
def readings(text: str) -> tuple[str, ...]:
    """Everything that a text may be read as, folded: as it is first, then what lies under a disguise."""
    plain = fold_text(text)
    found = dict.fromkeys((plain, bare(text), *map(bare, _undone(text, plain))))
    return tuple(reading for reading in found if reading)


def decoded(text: str) -> bool:
    """Whether a text is written in a code: it reads as English only once that is undone."""
    return bool(_turned(text))


def is_english(found: Sequence[str]) -> bool:
    """Whether a text of these folded words is English, going by its smallest words."""
    return sum(map(ENGLISH.__contains__, found)) > 0.12 * len(found)


def _undone(text: str, plain: str) -> list[str]:
    """The text with each disguise undone that there is a sign of."""
    found = []
    signs, runs = set(text), runs_in(plain)
    if "&" in signs and ENTITY.search(text):
        found.append(html.unescape(text))
    if "%" in signs and len(PERCENT.findall(text)) > 2:
        found.append(unquote(text, errors="replace"))
    if not MARKS.isdisjoint(signs) and TAGS.search(text):
        found.append(TAGS.sub(" ", text))
    if not DIGITS.isdisjoint(signs if text.isascii() else plain) and len(MIXED.findall(plain)) > 1:
        found.append(plain.translate(LEET))
    if SINGLE.search(text) and DOTTED.search(text):
        found.append(DOTTED.sub(lambda m: re.sub(r"\W|_", "", m[0]), text))
    if any(map(_is_jumbled, runs)):
        found.append(MISSPELT.sub(_straight, plain))
    if max(map(len, text.split()), default=0) >= LONG:
        found += [token for token in map(_token, TOKEN.findall(text)) if token]
    return [*found, *_turned(text)]


@lru_cache(maxsize=256)
def _turned(text: str) -> tuple[str, ...]:
    """The text with a code undone that turns every letter, if it is English then: mirrored, shifted, on its head.

    Where the letters between two marks give too few small words, the text does not give more.
    """
    plain = fold_text(text)
    least, runs = _english(plain) + LEAST_ENGLISH, runs_in(plain)
    found = []
    if sum(map(MIRRORED.__contains__, runs)) >= least:
        found.append(plain[::-1])
    if sum(map(SHIFTED.__contains__, runs)) >= least:
        found.append(codecs.encode(plain, "rot13"))
    if not text.isascii() and TURNED.search(text):
        found.append(plain.translate(HEADS)[::-1])
    if sum(map(eq, plain, plain[1:])) > DOUBLED * len(plain):
        doubled = TWICE.sub(r"\1", plain)
        if len(doubled) < (1 - DOUBLED) * len(plain):
            found.append(doubled)
    return tuple(other for other in found if _english(other) >= least)


def _english(text: str) -> int:
    return sum(map(ENGLISH.__contains__, words_in(text)))


@lru_cache(maxsize=8192)
def _is_jumbled(word: str) -> bool:
    """Whether a word is made of the letters of a word of grading, in another order; held by word, as few are new."""
    return MISSPELT.fullmatch(word) is not None and MISSPELT.sub(_straight, word) != word


def _straight(word: re.Match[str]) -> str:
    """A word whose letters are those of a word of grading, in another order, as that word."""
    return KEYWORDS.get((word[0][0], *sorted(word[0][1:])), word[0])


def _token(token: str) -> str:
    """A long token read as base64 or hexadecimal; empty where neither gives words."""
    for decode in (bytes.fromhex, lambda t: base64.b64decode(t + "=" * (-len(t) % 4), altchars=b"-_")):
        try:
            said = decode(token).decode("utf-8")
        except (ValueError, binascii.Error):
            continue
        if said.isprintable() and " " in said:
            return said
    return ""
