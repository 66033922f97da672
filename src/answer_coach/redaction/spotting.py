"""Where a text names somebody or something: addresses, amounts, listed words, and what its capital letters tell.

Capital letters are a sign, not a proof: a name in small letters, or one that opens a sentence and stands nowhere else,
is not seen; a capitalised word that is ordinary, and not in ordinary.py, is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import NamedTuple

from answer_coach.folding import fold
from answer_coach.redaction.amounts import LIFELESS, PATTERNS, Kind
from answer_coach.redaction.ordinary import GIVEN, IN_CAPITALS, KEPT, LEGAL, PLACES, PLAIN, TITLES, TOGETHER, TRADES
from answer_coach.sentences import Span

TOKEN = re.compile(r"[^\W_]+(?:['\u2019.][^\W_]+)*")
JOIN = re.compile(
    r"\s+|-|\s?&\s?|\s+(?:of|de|da|di|du|del|della|van|von|der|den|ter|zu|la|le|al|bin)(?:\s+(?:la|der|den|the|het))?\s+"
)
LINKS = frozenset("of de da di du del della van von der den ter zu la le al bin the het".split())
SEATS = TRADES | frozenset("ministry house court city county state port department institute museum".split())
"""What is named with `of`: the Bank of America, and no person of a company."""
INITIAL = re.compile(r"\.?\s+(?:(?:van|von|de|der|den|ter|di|la) ){0,2}")
POSSESSIVE = re.compile(r"['\u2019]s?$")
OPENING = "\"'\u201c\u2018\u201e\u00ab([{*_#>-\u2013\u2014\u2022 \t\n"
QUOTES = frozenset("\"'\u201c\u2018\u201e\u00ab")
CUE = re.compile(r"['\u2019]s\s|, (?:our|my|his|her|their)\s|\s(?:and|or|from)\s([A-Z]\w+)")
CALLED = re.compile(r"\b(?:project|product|app|tool|platform|dashboard|programme?|called|named) $", re.I)
EMPLOYED = re.compile(
    r"\b(?:at|joined|join|joining|left|client|customer|vendor|supplier|competitor|work(?:ed|ing)? for) $", re.I
)
ADDRESSED = re.compile(
    r"\b(?:told|asked|convinced|persuaded|hired|mentored|coached|promoted|thanked|colleague|boss) $", re.I
)
LEADS = frozenset("new san santa los las saint st north south east west great best general united first royal".split())
"""Ordinary words that begin names: New York, Best Buy."""
CITIES = frozenset("new san santa los las saint st".split())
CAPITAL_SHARE, LEAST_TOKENS = 0.15, 40
"""Where more of a text's words are capitalised inside sentences (German, headlines), capitals tell nothing."""


class Mention(NamedTuple):
    """A span of a cleaned text that names somebody or something."""

    start: int
    end: int
    kind: Kind


class Token(NamedTuple):
    """A word: its span without a possessive, its core, and what its letters tell."""

    start: int
    end: int
    core: str
    opens: bool
    """Whether it opens a sentence, so that its capital tells nothing."""
    shouted: bool

    @property
    def low(self) -> str:
        return self.core.casefold().replace("\u2019", "'")

    @property
    def capital(self) -> bool:
        return self.core[0].isupper() or self.camel

    @property
    def camel(self) -> bool:
        """Whether a capital stands inside, or a digit: PayFlow, iShip, X200."""
        inner = self.core[1:]
        mixed = any(c.isupper() for c in inner) and any(c.islower() for c in self.core)
        plural = self.core[:-1].isupper() and self.core.endswith("s")
        digit = self.core[0].isupper() and any(c.isdigit() for c in inner)
        return (mixed and not plural and not re.match(r"(?:Mc|Mac|O'|D')[A-Z]", self.core)) or digit

    @property
    def acronym(self) -> bool:
        return len(self.core) > 1 and (self.core.isupper() or (len(self.core) > 2 and self.core[:-1].isupper()))


def mentions(text: str, spans: Iterable[Span], listed: Mapping[str, Kind], kept: frozenset[str]) -> list[Mention]:
    """All that a cleaned text names, in order, without overlap.

    `spans` are its sentences; `listed` words are found wherever they stand, in any case; `kept` are a person's own
    ordinary words, in small letters.
    """
    found = [Mention(*at, kind) for word, kind in listed.items() for at in places(word, text)]
    plain = [Mention(m.start(), m.end(), kind) for pattern, kind in PATTERNS for m in re.finditer(pattern, text)]
    found += [m for m in plain if text[m.start : m.end].casefold().replace(" ", "") not in kept | KEPT]
    return _apart([*found, *_named(text, list(spans), kept)])


def places(word: str, text: str) -> Iterator[Span]:
    """Where a listed word stands: in any case, with any accents, dashes or spaces, also as part of a CamelCase word."""
    whole, said = fold(text), _bare(fold(word.strip()).text)
    kept = [at for at, char in enumerate(whole.text) if not unicodedata.combining(char)]
    if not said:
        return
    pattern = re.escape(said).replace(r"\ ", "[ -]").replace(r"\-", "[ -]")
    for match in re.finditer(pattern, "".join(whole.text[at] for at in kept)):
        start, end = whole.origin[kept[match.start()]], whole.origin[kept[match.end() - 1]] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if _edge(text, start, -1) and _edge(text, end, 1):
            while start and text[start - 1].isalnum() and text[start].isalnum():
                start -= 1
            plural = text[end : end + 1] == "s" and not text[end + 1 : end + 2].isalnum()
            while end < len(text) and text[end].isalnum() and text[end - 1].isalnum() and not plural:
                end += 1
            yield start, end


def _edge(text: str, at: int, step: int) -> bool:
    """Whether a listed word may begin or end here: at the edge of a word, at an inner capital, before a plural s."""
    left, right = text[at - 1 : at], text[at : at + 1]
    if not (left.isalnum() and right.isalnum()) or left.isdigit() != right.isdigit():
        return True
    inner = left.islower() != right.islower() if step > 0 else right.isupper() and not left.isupper()
    return inner or (step > 0 and right == "s" and not text[at + 1 : at + 2].isalnum())


def _bare(text: str) -> str:
    return "".join(c for c in text if not unicodedata.combining(c))


def _apart(found: list[Mention]) -> list[Mention]:
    """Mentions without overlap: those that overlap are one, of the kind that was found first."""
    merged: list[tuple[int, Mention]] = []
    for rank, new in sorted(enumerate(found), key=lambda pair: (pair[1].start, -pair[1].end)):
        if not merged or new.start >= merged[-1][1].end:
            merged.append((rank, new))
            continue
        best, last = merged[-1]
        kinds = [last.kind, new.kind] if best < rank else [new.kind, last.kind]
        kind = next((k for k in kinds if k in LIFELESS), kinds[kinds[0] == "name"])
        merged[-1] = (min(best, rank), Mention(last.start, max(last.end, new.end), kind))
    return [mention for _, mention in merged]


def _named(text: str, spans: list[Span], kept: frozenset[str]) -> list[Mention]:
    """What capital letters tell, then the same names where they open a sentence."""
    together = TOGETHER + "".join(f"|{re.escape(word)}" for word in kept if " " in word)
    barred = [m.span() for m in re.finditer(rf"(?<!\w)(?:{together})(?!\w)", text, re.I)]
    tokens = [t for t in _tokens(text, spans) if not any(a <= t.start < b for a, b in barred)]
    small = {t.core for t in tokens if t.core.islower()}
    telling = _telling(tokens, kept)
    found: list[Mention] = []
    known: dict[str, Kind] = {}
    for run in _runs(text, tokens, kept):
        names = _trimmed(run, small)
        kind, sure = _kind(text, names) if names else ("name", False)
        if not names or not (sure or (telling and (_strong(names) or _cued(text, names[0], small)))):
            continue
        found.append(Mention(names[0].start, names[-1].end, kind))
        for token in names if kind == "person" else names[:1]:
            if len(token.core) > 2 and token.low not in KEPT | LEGAL | TRADES | TITLES | small:
                known.setdefault(token.core, kind)
    taken = {mention.start for mention in found}
    found += [Mention(t.start, t.end, known[t.core]) for t in tokens if t.core in known and t.start not in taken]
    return found


def capitals_tell(text: str, spans: Iterable[Span], kept: frozenset[str]) -> bool:
    """Whether capital letters are a sign of names here: not in German, in headlines, or where all is in capitals."""
    tokens = list(_tokens(text, list(spans)))
    return _telling(tokens, kept) and not any(t.shouted for t in tokens)


def _telling(tokens: list[Token], kept: frozenset[str]) -> bool:
    inside = {t.low for t in tokens if _name_like(t, kept) and not t.opens and not t.acronym}
    return len(tokens) < LEAST_TOKENS or len(inside) < CAPITAL_SHARE * len(tokens)


def _tokens(text: str, spans: list[Span]) -> Iterator[Token]:
    for start, end in spans:
        raw = list(TOKEN.finditer(text, start, end))
        letters = [m[0] for m in raw if len(m[0]) > 1 and m[0][0].isalpha()]
        shouted = len(letters) >= 4 and sum(word.isupper() for word in letters) > 0.6 * len(letters)
        for number, match in enumerate(raw):
            core = POSSESSIVE.sub("", match[0])
            yield Token(
                match.start(), match.start() + len(core), core, _opens(text, match.start(), number == 0), shouted
            )


def _opens(text: str, at: int, first: bool) -> bool:
    """Whether a word opens a sentence, a line or a quotation."""
    before = text[:at].rstrip(OPENING)
    gap = text[len(before) : at]
    return (
        not before
        or before[-1] == ":"
        or bool(QUOTES & set(gap))
        or (first and (before[-1] in ".!?\u2026" or "\n" in gap))
    )


def _name_like(token: Token, kept: frozenset[str]) -> bool:
    if not token.capital or len(token.core) < 2 or token.shouted:
        return False
    forms = {token.low, token.low.partition("'")[0]}
    if token.low in IN_CAPITALS and token.core.istitle():
        return True
    forms |= {token.low[:-1]} if token.acronym and token.low.endswith("s") else set()
    return not forms & (KEPT | kept)


def _runs(text: str, tokens: list[Token], kept: frozenset[str]) -> Iterator[list[Token]]:
    """Rows of words that make one name: capitalised, joined by spaces, dashes, `of`, `van` and the like."""
    run: list[Token] = []
    words = [token for token in tokens if token.low not in LINKS or token.capital]
    for token, following in zip_longest(words, words[1:]):
        title = token.low in TITLES and token.capital
        lead = token.capital and (token.low in LEADS or bool(following and _branch(token, following)))
        like = (
            title
            or lead
            or _name_like(token, kept)
            or (len(token.core) == 1 and token.core.isupper() and token.core not in "AI")
        )
        gap = text[run[-1].end : token.start] if run else ""
        loose = run and (len(run[-1].core) == 1 or run[-1].low in TITLES) and INITIAL.fullmatch(gap)
        seat = " of " not in gap or run[-1].low in SEATS
        joined = run and seat and (loose or JOIN.fullmatch(gap)) and not (title and len(run) > 1)
        trade = joined and token.capital and (token.low in TRADES | LEGAL or (token.low in PLACES and " of " in gap))
        if joined and (like or trade):
            run.append(token)
            continue
        if run:
            yield run
        run = [token] if like else []
    if run:
        yield run


def _branch(token: Token, following: Token) -> bool:
    """Whether a country begins a company's name: British Airways."""
    return token.low in PLACES and following.capital and following.low in TRADES


def _trimmed(run: list[Token], small: set[str]) -> list[Token]:
    """A run without what only looks like a part of a name: an ordinary first word, single letters at its end."""
    names = list(run)
    if len(names) > 1 and names[0].opens and not names[0].acronym and names[0].low not in TITLES | GIVEN:
        opener = names[0].low
        ordinary = opener in small or opener in PLAIN - CITIES or re.search(r"(?:ing|ly|ed)$", opener)
        if ordinary or (names[1].low in GIVEN and opener not in CITIES):
            names = names[1:]
    while names and len(names[-1].core) == 1:
        names.pop()
    if names and all(len(t.core) == 1 or t.low in TITLES | LEADS | PLACES for t in names):
        return []
    return [] if len(names) == 1 and names[0].low in TRADES | LEGAL else names


def _strong(names: list[Token]) -> bool:
    """Whether a run is a name by its capitals: not a single word that opens a sentence."""
    return len(names) > 1 or not names[0].opens or names[0].acronym or names[0].camel


def _cued(text: str, opener: Token, small: set[str]) -> bool:
    """Whether what follows a word that opens a sentence tells that it is a name: Ada's, `Ada, our`, `Ada and Bo`."""
    cue = CUE.match(text, opener.end)
    if not cue or opener.low in small:
        return False
    return cue[0][0] in "'\u2019" or (
        not re.search(r"(?:ly|ing|ed|s)$", opener.low) and (cue[1] is None or cue[1].casefold() not in KEPT)
    )


def _kind(text: str, names: list[Token]) -> tuple[Kind, bool]:
    """What a run names, and whether that is sure whatever capitals tell."""
    first, last = names[0], names[-1]
    before = text[max(0, first.start - 20) : first.start]
    if first.low in TITLES | GIVEN or len(first.core) == 1:
        return "person", True
    if len(names) > 1 and (last.low in LEGAL | TRADES or first.low in SEATS):
        return "company", last.low in LEGAL
    if any(t.camel for t in names):
        return "product", True
    for pattern, kind in ((CALLED, "product"), (EMPLOYED, "company"), (ADDRESSED, "person")):
        if pattern.search(before):
            return kind, False  # type: ignore[return-value]
    return "name", False
