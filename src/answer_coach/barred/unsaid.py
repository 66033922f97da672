"""Sentences that nobody says: code, encoded and garbled text, another script, another language.

Whoever speaks in an interview does not speak JSON, markup or base64.  JSON inside a sentence is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

from answer_coach.answer import Answer
from answer_coach.barred.disguise import bare, decoded
from answer_coach.folding import WORD, fold_text, words, words_in

STATEMENT = re.compile(
    r"^\W*(?:(?:def|class|assert) \w+\(|return [\"'{\[(]|\w+ = [\"'\d\[{]|(?-i:SELECT)\b)|\bfor \w+ in \w+:"
    r"|^(?:/\*|```|\$ |!\[|\[//\]:|%\s*\\|#\s*TODO|<!--|\\\w+\{|</?\w+[^>]*>\W*$)",
    re.I,
)
STATED = frozenset("(=:")  # one of these, such a beginning or such a word stands in each of them
OPENINGS = ("/", "`", "$", "!", "[", "%", "#", "<", "\\")
ASIDE = re.compile(r"\W*\[[^\[\]]{10,}\]\W*$")  # a note in brackets: whoever speaks says none
CODE = re.compile(r"[{}\[\]<>|\\=;$#`]|&&|::|\(\)|\"\s*:|':|/\*|\*/|--[->]")
SPAN = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>|`[^`]*`|\S+://\S+|\b\w*[_=]\w*\b|[=<>]")
TAG = re.compile(r"</?[a-z!][^<>]*>", re.I)
SIGNED = re.compile(r"[{}\[\]<>|\\=;$#`&:*(]")  # one of these, or two dashes, in each of CODE, ASIDE and STATED
LEAST_PROSE = 4  # words beside code that make a sentence of it
MUCH_CODE = 0.06  # of the characters
CODED = re.compile(
    r"(?<![A-Za-z0-9+/=])(?=[A-Za-z0-9+/=]*\d)(?=[A-Za-z0-9+/=]*[A-Za-z])[A-Za-z0-9+/=]{24,}"
    r"|[01]{8}(?: [01]{8})+|(?:[.-]+ ){4,}"
)
CODED_LENGTH, BYTE = 24, 8  # characters of the shortest run; of one in zeros and ones
GARBLED = 0.5  # of the words
LEAST_WORDS = 6  # before a sentence without any small word is no sentence
NO_VOWEL = re.compile(r"[aeiou]?[^\W\d_aeiouyäöüáéíóúàèâêîôûãõåøæ]{3,}")
VOWELS = frozenset("aeiouy")
LETTER = re.compile("[A-Za-z]")
AT_HOME = 0.2  # small words of a language among an answer's words, where it is in that language
# Who tells, in languages that an answer may slip into.
TELLERS = frozenset(
    """
    ich wir mein meine unser unsere uns mich mir je nous notre nos mon mes yo nosotros nuestro nuestra mi mis io noi
    nostro nostra abbiamo eu nosso nossa meu minha temos ik wij mijn ons onze nasz nasze mamy
    """.split()
)


def is_code(text: str) -> bool:
    """Whether a sentence is written for machines: markup, JSON, code or an encoded text, with no prose around it."""
    signed = SIGNED.search(text) is not None
    may_state = (signed and not STATED.isdisjoint(text)) or text.startswith(OPENINGS)
    if (may_state or "SELECT" in text or "return" in text.lower()) and STATEMENT.search(text):
        return True
    if signed and "[" in text and ASIDE.match(text):
        return True
    signs = len(CODE.findall(text)) if signed or "--" in text else 0
    if (signs < 2 or signs < MUCH_CODE * len(text)) and not _is_coded(text):
        return False
    return len(words(SPAN.sub(" ", CODED.sub(" ", text)))) < LEAST_PROSE


def _is_coded(text: str) -> bool:
    """Whether a run of characters in a text is a code."""
    longest = max(map(len, text.split()), default=0)
    binary = longest >= BYTE and ("0" in text or "1" in text)
    if longest < CODED_LENGTH and not binary and not (" ." in text or " -" in text):  # as in each of Morse's
        return False
    return CODED.search(text) is not None


def spoken(text: str) -> str:
    """A sentence without the markup that stands in it: what a tag holds was said by nobody."""
    return TAG.sub(" ", text)


def is_garbled(text: str) -> bool:
    """Whether nobody could read a sentence aloud: single letters, words of two scripts, words without vowels."""
    found = words_in(fold_text(text))
    kinds = [*map(_kind, found)]
    single, mute = kinds.count("single"), kinds.count("mute")
    if single >= GARBLED * LEAST_WORDS:
        lettered = sum(map(str.isalpha, found))
        if lettered >= LEAST_WORDS and single >= GARBLED * lettered:
            return True
    if not text.isascii() and sum(map(_two_scripts, WORD.findall(text))) > 1:
        return True
    long = mute + kinds.count("long")
    return long >= LEAST_PROSE and mute >= GARBLED * long


@lru_cache(maxsize=8192)
def _kind(word: str) -> Literal["single", "long", "mute", "other"]:
    """What a folded word is: a single letter, of three letters and more, or such a Latin one without a vowel but at its
    beginning.  Held by word, since a language has few that are said often.
    """
    if not word.isalpha() or len(word) == 2:
        return "other"
    if len(word) == 1:
        return "single"
    mute = VOWELS.isdisjoint(word[1:]) and NO_VOWEL.fullmatch(word) and _script(word) == "LATIN"
    return "mute" if mute else "long"


def unspoken(answer: Answer, small_words: Mapping[str, Iterable[str]]) -> frozenset[int]:
    """Numbers of the sentences that nobody says in this answer: code, garbled or encoded words, another script.

    A sentence of some length without a small word of the answer's own language, which is not told in another one
    either (by whom? I, we, our), is none of its sentences.
    """
    common = {name: frozenset(known) for name, known in small_words.items()}
    script, prose = _script(answer.clean), answer.spoken
    often = Counter(prose)
    hits = {name: sum(often[word] for word in known & often.keys()) for name, known in common.items()}
    home = max(hits, key=lambda name: hits[name], default="")
    at_home = script == "LATIN" and home and hits[home] >= AT_HOME * len(prose)
    found = set()
    for sentence in answer.sentences:
        text = sentence.text
        if (
            is_code(text)
            or is_garbled(text)
            or decoded(text)
            or _script(text, script) != script
            or (at_home and _foreign(text, common[home]))
        ):
            found.add(sentence.number)
    return frozenset(found)


def _foreign(text: str, home: frozenset[str]) -> bool:
    found = [word for word in words_in(fold_text(text)) if word.isalpha()]
    return len(found) >= LEAST_WORDS and home.isdisjoint(found) and TELLERS.isdisjoint(words_in(bare(text)))


def _two_scripts(word: str) -> bool:
    if word.isascii():
        return False
    scripts = [_script_of(c) for c in word if c.isalpha()]
    return len(set(scripts)) > 1 and scripts.count("GREEK") != 1


def _script(text: str, otherwise: str = "LATIN") -> str:
    """The script that most letters of a text are in."""
    if text.isascii():
        return "LATIN" if LETTER.search(text) else otherwise
    counts: dict[str, int] = {}
    for c in text:
        if c.isalpha():
            counts[_script_of(c)] = counts.get(_script_of(c), 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else otherwise


@lru_cache(maxsize=2048)
def _script_of(char: str) -> str:
    """The script of a letter; those that are written together count as one, signs like the micro sign as none."""
    name = unicodedata.name(unicodedata.normalize("NFKC", char)[0], "").partition(" ")[0]
    if name in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC"):
        return "CJK"
    return name
