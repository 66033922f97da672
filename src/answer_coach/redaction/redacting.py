"""Names and amounts out before a draft is sent, and back into what comes back: an invertible map over an Answer.

The sentences are those of the draft, number by number; only words inside them change.  A judge reads, and is held
against, the redacted answer; what was verified is put back into the words and the offsets of the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, cast, get_args

from answer_coach import sentences
from answer_coach.answer import Answer, Sentence, Word
from answer_coach.assemble import Judged
from answer_coach.errors import SettingInvalid
from answer_coach.feedback import Evidence
from answer_coach.folding import fold
from answer_coach.redaction.amounts import LIFELESS, Kind
from answer_coach.redaction.ordinary import LEGAL, TITLES
from answer_coach.redaction.spotting import Mention, capitals_tell, mentions
from answer_coach.request import FollowUpClaim
from answer_coach.verify import Finding, find_quote

KINDS: tuple[Kind, ...] = get_args(Kind)
KEEP = "keep"
FIGURE = ": an amount"
"""What tells a judge that a figure stood here: an answer that names its amounts must not read as one that does not."""
PLACEHOLDER = re.compile(
    rf"\[({'|'.join(KINDS)}) (\d+)(?:{FIGURE})?\]|(?<![\w\[])({'|'.join(KINDS)}) (\d+)(?![\w.,]\w|\w)", re.I
)


class Piece(NamedTuple):
    """One replaced place: its span in the redacted text, its span in the cleaned draft, and what stands for what."""

    start: int
    end: int
    from_start: int
    from_end: int
    placeholder: str
    said: str


class Words(Word):
    """A person's own list: words to replace, each with its kind, and words to keep."""

    listed: Mapping[str, Kind]
    kept: frozenset[str]


class Redacted(Word):
    """A draft, what is sent of it, and the way back."""

    original: Answer
    answer: Answer
    pieces: tuple[Piece, ...]
    telling: bool = True
    """Whether capital letters are a sign of names in this draft."""

    @cached_property
    def table(self) -> dict[str, str]:
        """Each placeholder and the words that it first stood for, in order; it never leaves the machine."""
        found: dict[str, str] = {}
        for piece in self.pieces:
            found.setdefault(piece.placeholder, " ".join(piece.said.split()))
        return found

    @property
    def remark(self) -> str:
        """What the card says about it."""
        count = len(self.table)
        what = "names and amounts were" if count > 1 else "name or amount was"
        told = f"{count} {what} replaced before sending"
        if not count:
            told = "no name and no amount was found to replace; all was sent as it stands"
        doubt = "; capital letters tell little in this text, so that names may be left that are not in your list"
        return told + ("" if self.telling else doubt)

    def restored(self) -> str:
        """The cleaned draft, from the redacted one and the map."""
        parts, at = [], 0
        for piece in self.pieces:
            parts += [self.answer.clean[at : piece.start], piece.said]
            at = piece.end
        return "".join([*parts, self.answer.clean[at:]])

    def evidence(self, found: Evidence) -> Evidence:
        """A quote of the redacted text as one of the draft; a placeholder that it cuts is taken whole."""
        start, end = self._back(found.start, at_end=False), self._back(found.end, at_end=True)
        first, last = self.original.span(start, end)
        quote = self.original.text[first:last]
        exact = found.status == "exact" and quote == self.original.clean[start:end]
        return Evidence(quote=quote, start=first, end=last, status="exact" if exact else "repaired")

    def restore(self, text: str) -> str:
        """A text by a judge with the draft's words in place of placeholders; those that nothing stands for stay."""
        known = {name.strip("[]").removesuffix(FIGURE).casefold(): said for name, said in self.table.items()}

        def word(match: re.Match[str]) -> str:
            name = f"{match[1] or match[3]} {match[2] or match[4]}".casefold()
            return known.get(name, match[0])

        return PLACEHOLDER.sub(word, text)

    def hide(self, text: str) -> str:
        """A text with the draft's names as placeholders, for what is sent after the answer; cut names, too."""
        known = {" ".join(p.said.split()).casefold(): p.placeholder for p in self.pieces}
        cut = {}
        for said, placeholder in known.items():
            row = said.split()
            cut.update({" ".join(row[:n]).strip(" ,;:."): placeholder for n in range(1, len(row))})
        for names, behind in ((known, r"(?!\w)"), (cut, r"(?=\.\.\.)")):
            ordered = sorted((n for n in names if n), key=len, reverse=True)
            if ordered:
                pattern = "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in ordered)
                parts = re.split(rf"(?<!\w)({pattern}){behind}", text, flags=re.I)
                text = "".join(names[_line(part)] if at % 2 else part for at, part in enumerate(parts))
        return text

    def reveal(self, judged: Judged) -> Judged:
        """What was verified in the redacted answer, as if it had been in the draft."""
        return judged.model_copy(
            update={
                "findings": {name: self._finding(finding) for name, finding in judged.findings.items()},
                "follow_ups": tuple(c for c in map(self._claim, judged.follow_ups) if c),
            }
        )

    def _back(self, at: int, at_end: bool) -> int:
        """A place of the redacted text as one of the cleaned draft."""
        shift = 0
        for piece in self.pieces:
            if at <= piece.start:
                break
            if at < piece.end:
                return piece.from_end if at_end else piece.from_start
            shift = piece.from_end - piece.end
        return at + shift

    def _finding(self, finding: Finding) -> Finding:
        evidence = tuple(self.evidence(item) for item in finding.evidence)
        return finding.model_copy(update={"evidence": evidence, "note": self._told(finding.note) or ""})

    def _claim(self, claim: FollowUpClaim) -> FollowUpClaim | None:
        question, found = self._told(claim.question), find_quote(claim.quote, self.answer, claim.sentence)
        if question is None:
            return None
        quote = self.evidence(found).quote if found else self.restore(claim.quote)
        return claim.model_copy(update={"question": question, "quote": quote})

    def _told(self, text: str) -> str | None:
        """A judge's own words, restored; None where they speak of a placeholder that stands for nothing."""
        restored = self.restore(text)
        return None if re.search(rf"\[(?:{'|'.join(KINDS)}) \d", restored, re.I) else restored


def _line(text: str) -> str:
    return " ".join(text.split()).casefold()


def read_words(lines: Iterable[str], source: str = "redact") -> Words:
    """A person's list: one word or `word = kind` a line; `= keep` for what stays.  SettingInvalid names a fault."""
    listed: dict[str, Kind] = {}
    kept = set()
    for number, line in enumerate(lines, 1):
        word, mark, kind = line.partition("#")[0].strip().rpartition("=")
        word, kind = (word.strip(), kind.strip().casefold()) if mark else (kind.strip(), "name")
        if not word and not mark:
            continue
        if kind not in (*KINDS, KEEP) or not any(c.isalnum() for c in word):
            raise SettingInvalid(
                f"{source}, line {number}: not 'word' or 'word = kind'", hint=f"Kinds: {', '.join((*KINDS, KEEP))}"
            )
        if kind == KEEP:
            kept.add(" ".join(word.casefold().split()))
        else:
            listed[word] = cast("Kind", kind)
    return Words(listed=listed, kept=frozenset(kept))


def redact(answer: Answer, words: Words) -> Redacted:
    """An answer with names and amounts replaced, the same ones by the same placeholder, numbered as they come."""
    text, spans = answer.clean, sentences.split(answer.clean)
    found = [
        Mention(max(m.start, start), min(m.end, end), m.kind)
        for m in mentions(text, spans, words.listed, words.kept)
        for start, end in spans
        if m.start < end and start < m.end and any(c.isalnum() for c in text[max(m.start, start) : min(m.end, end)])
    ]
    names = _placeholders(text, found)
    pieces: list[Piece] = []
    parts: list[str] = []
    at = length = 0
    for mention in found:
        said = text[mention.start : mention.end]
        placeholder = names[_key(said, mention.kind)]
        length += mention.start - at
        pieces.append(
            Piece(length, length + len(placeholder), mention.start, mention.end, placeholder=placeholder, said=said)
        )
        parts += [text[at : mention.start], placeholder]
        length += len(placeholder)
        at = mention.end
    sent = "".join([*parts, text[at:]])
    moved = [(_forward(pieces, start), _forward(pieces, end)) for start, end in spans]
    rows = tuple(
        Sentence(number=number, start=start, end=end, text=" ".join(sent[start:end].split()))
        for number, (start, end) in enumerate(moved, 1)
    )
    hidden = Answer(text=sent, clean=sent, origin=tuple(range(len(sent))), sentences=rows)
    telling = capitals_tell(text, spans, words.kept)
    return Redacted(original=answer, answer=hidden, pieces=tuple(pieces), telling=telling)


def _forward(pieces: Iterable[Piece], at: int) -> int:
    """A sentence's edge in the cleaned draft as one of the redacted text; no piece reaches across it."""
    shift = 0
    for piece in pieces:
        if piece.from_end <= at:
            shift = piece.end - piece.from_end
    return at + shift


def _key(said: str, kind: Kind) -> tuple[bool, str]:
    """What makes two mentions one: the same words, whatever case and legal form; amounts apart from names."""
    words = re.findall(r"[\w&@+.]*\w|\S", fold(said).text)
    told = [word for word in words if kind in LIFELESS or word not in LEGAL | TITLES | {"."}]
    return kind in LIFELESS, " ".join(told or words)


def _placeholders(text: str, found: Iterable[Mention]) -> dict[tuple[bool, str], str]:
    """One placeholder for each thing that is named: numbered by kind, and none that the draft itself holds."""
    kinds: dict[tuple[bool, str], Kind] = {}
    for mention in found:
        key = _key(text[mention.start : mention.end], mention.kind)
        if kinds.get(key, "name") == "name":
            kinds[key] = mention.kind
    long = [key for key in kinds if " " in key[1] and not key[0]]
    same = {}
    for key in kinds:
        longer = [whole for whole in long if not key[0] and key[1] in (whole[1].split()[0], whole[1].split()[-1])]
        same[key] = longer[0] if len(longer) == 1 else key
    for key, whole in same.items():
        if kinds[whole] == "name":
            kinds[whole] = kinds[key]
    own, counts, numbered = fold(text).text, dict.fromkeys(KINDS, 0), {}
    for whole in same.values():
        if whole not in numbered:
            kind = kinds[whole]
            counts[kind] += 1
            while f"{kind} {counts[kind]}" in own:
                counts[kind] += 1
            numbered[whole] = f"[{kind} {counts[kind]}{FIGURE if kind == 'money' else ''}]"
    return {key: numbered[whole] for key, whole in same.items()}
