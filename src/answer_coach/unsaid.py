"""Sentences that nobody says: code, encoded and garbled text, another script, another language.

Whoever speaks in an interview does not speak JSON, markup or base64.  JSON inside a sentence is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from answer_coach.answer import Answer
from answer_coach.disguise import bare, decoded
from answer_coach.folding import WORD, fold_text, words

STATEMENT = re.compile(
    r"^\W*(?:(?:def|class|assert) \w+\(|return [\"'{\[(]|\w+ = [\"'\d\[{]|(?-i:SELECT)\b)|\bfor \w+ in \w+:"
    r"|^(?:/\*|```|\$ |!\[|\[//\]:|%\s*\\|#\s*TODO|<!--|\\\w+\{|</?\w+[^>]*>\W*$)",
    re.I,
)
ASIDE = re.compile(r"\W*\[[^\[\]]{10,}\]\W*$")  # a note in brackets: whoever speaks says none
CODE = re.compile(r"[{}\[\]<>|\\=;$#`]|&&|::|\(\)|\"\s*:|':|/\*|\*/|--[->]")
SPAN = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>|`[^`]*`|\S+://\S+|\b\w*[_=]\w*\b|[=<>]")
TAG = re.compile(r"</?[a-z!][^<>]*>", re.I)
LEAST_PROSE = 4  # words beside code that make a sentence of it
MUCH_CODE = 0.06  # of the characters
CODED = re.compile(
    r"(?<![A-Za-z0-9+/=])(?=[A-Za-z0-9+/=]*\d)(?=[A-Za-z0-9+/=]*[A-Za-z])[A-Za-z0-9+/=]{24,}"
    r"|[01]{8}(?: [01]{8})+|(?:[.-]+ ){4,}"
)
GARBLED = 0.5  # of the words
LEAST_WORDS = 6  # before a sentence without any small word is no sentence
NO_VOWEL = re.compile(r"[aeiou]?[^\W\d_aeiouyäöüáéíóúàèâêîôûãõåøæ]{3,}")
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
    if STATEMENT.search(text) or ASIDE.match(text):
        return True
    signs = len(CODE.findall(text))
    if not CODED.search(text) and (signs < 2 or signs < MUCH_CODE * len(text)):
        return False
    return len(words(SPAN.sub(" ", CODED.sub(" ", text)))) < LEAST_PROSE


def spoken(text: str) -> str:
    """A sentence without the markup that stands in it: what a tag holds was said by nobody."""
    return TAG.sub(" ", text)


def is_garbled(text: str) -> bool:
    """Whether nobody could read a sentence aloud: single letters, words of two scripts, words without vowels."""
    found = WORD.findall(fold_text(text))
    lettered = [word for word in found if word.isalpha()]
    if len(lettered) >= LEAST_WORDS and sum(len(word) == 1 for word in lettered) >= GARBLED * len(lettered):
        return True
    if sum(map(_two_scripts, WORD.findall(text))) > 1:
        return True
    long = [word for word in lettered if len(word) > 2]
    mute = sum(NO_VOWEL.fullmatch(word) is not None and _script(word) == "LATIN" for word in long)
    return len(long) >= LEAST_PROSE and mute >= GARBLED * len(long)


def unspoken(answer: Answer, small_words: Mapping[str, Iterable[str]]) -> frozenset[int]:
    """Numbers of the sentences that nobody says in this answer: code, garbled or encoded words, another script.

    A sentence of some length without a small word of the answer's own language, which is not told in another one
    either (by whom? I, we, our), is none of its sentences.
    """
    common = {name: frozenset(known) for name, known in small_words.items()}
    script, prose = _script(answer.clean), words(answer.clean)
    hits = {name: sum(word in known for word in prose) for name, known in common.items()}
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
    found = [word for word in words(text) if word.isalpha()]
    return len(found) >= LEAST_WORDS and home.isdisjoint(found) and TELLERS.isdisjoint(WORD.findall(bare(text)))


def _two_scripts(word: str) -> bool:
    if word.isascii():
        return False
    scripts = [_script_of(c) for c in word if c.isalpha()]
    return len(set(scripts)) > 1 and scripts.count("GREEK") != 1


def _script(text: str, otherwise: str = "LATIN") -> str:
    """The script that most letters of a text are in."""
    if text.isascii():
        return "LATIN" if any(map(str.isalpha, text)) else otherwise
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
