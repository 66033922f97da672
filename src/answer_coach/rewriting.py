"""A rewrite in the candidate's own words: what is asked for, what is let through, and what changed.

A rewrite may reorder and tighten; it never brings in a fact.  Every number (in digits or words), name, tool and date
outside its [placeholders] must stand in the draft, and no "not" may be lost.  It is no way to a higher level.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from answer_coach.answer import Answer, Word
from answer_coach.cleaning import clean
from answer_coach.folding import fold_text, is_negation, words
from answer_coach.guards import LINK, NUMBER, NUMBER_WORDS, OPENERS, ORDINARY
from answer_coach.prompt import Template, answer_tag, numbered
from answer_coach.request import JudgeRequest, Message
from answer_coach.rubric import Rubric

PLACEHOLDER = re.compile(r"\[[^\[\]\n]{3,90}\]")
WORDS = re.compile(r"[^\W\d_][\w/-]*")
END = re.compile(r"(?<=[.!?])\s+")
DATES = frozenset(
    (
        "january february april june july august september october november december "
        "monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter"
    ).split()
)
LINKS = frozenset(
    "so then because after before that this it which while when since also and but first later finally still".split()
)
NEW_WORDS = 0.2
"""Share of the words that may be new: small words that link sentences, and other forms of the draft's words."""
STEM = 5
SAME_SENTENCE = 0.6
MOST_PLACEHOLDERS = 4


class Fault(Word):
    """What keeps a rewrite from being shown; `words` are the model's own, for asking again, never for a message."""

    kind: str
    words: tuple[str, ...] = ()

    def told(self) -> str:
        """For the model: what was wrong, word by word."""
        return self.kind + (f": {', '.join(self.words)}" if self.words else "")

    def counted(self) -> str:
        """For a person: what was wrong, without a word of it."""
        return self.kind + (f" ({len(self.words)})" if self.words else "")


def rewrite_request(template: Template, rubric: Rubric, answer: Answer, missing: Sequence[str]) -> JudgeRequest:
    """The request for a rewrite; `missing` are the questions that the card asks."""
    tag = answer_tag(template, rubric, answer)
    values = {
        "question": rubric.question,
        "tag": tag,
        "sentences": numbered(answer),
        "missing": "\n".join(f"- {question}" for question in missing) or "- nothing",
    }
    messages = (
        Message(role="system", content=template.fill(template.system, values)),
        Message(role="user", content=template.fill(template.user, values)),
    )
    return JudgeRequest(messages=messages, check="", tag=tag, prompt=template.ref)


def read_rewrite(text: str, tag: str) -> str | None:
    """The rewrite between its two tags; None where they are not there once each, in order."""
    opening, closing = f"<rewrite-{tag}>", f"</rewrite-{tag}>"
    if text.count(opening) != 1 or text.count(closing) != 1 or text.index(opening) > text.index(closing):
        return None
    inner = text.partition(opening)[2].partition(closing)[0].strip()
    return inner or None


def faults_of(rewrite: str, answer: Answer) -> list[Fault]:
    """All that keeps a rewrite from being shown; empty where it may be."""
    if clean(rewrite).removed:
        return [Fault(kind="hidden characters")]
    bare = PLACEHOLDER.sub(" ", rewrite)
    have, said = _parts(words(answer.clean)), words(bare)
    found = {
        "numbers that are not in the draft": _numbers(bare, answer, have),
        "names, tools or dates that are not in the draft": _names(bare, have),
        "links": [match[0] for match in LINK.finditer(bare) if match[0] not in answer.clean],
        "sentences that lost their 'not'": _lost_negations(bare, answer),
        "placeholders with a fact in them": [p for p in PLACEHOLDER.findall(rewrite) if _tells(p, answer, have)],
    }
    faults = [Fault(kind=kind, words=tuple(dict.fromkeys(new))) for kind, new in found.items() if new]
    fresh = [word for word in said if word not in have and word not in LINKS and not _inflected(word, have)]
    if said and len(fresh) > NEW_WORDS * len(said):
        faults.append(Fault(kind="too many words that are not the candidate's", words=tuple(dict.fromkeys(fresh))))
    if len(said) > max(answer.words, 1) * 1.1:
        faults.append(Fault(kind="longer than the draft"))
    if len(PLACEHOLDER.findall(rewrite)) > MOST_PLACEHOLDERS:
        faults.append(Fault(kind="more than four placeholders"))
    return faults


def changes(rewrite: str, answer: Answer) -> list[tuple[str, str]]:
    """Sentence by sentence: ("-", cut or changed), ("+", new form or new place), (" ", as it was)."""
    old = [sentence.text for sentence in answer.sentences]
    new = [part.strip() for part in END.split(rewrite.replace("\n", " ")) if part.strip()]
    matcher = difflib.SequenceMatcher(None, [fold_text(s) for s in old], [fold_text(s) for s in new], autojunk=False)
    lines: list[tuple[str, str]] = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            lines += [(" ", sentence) for sentence in new[start:end]]
        else:
            lines += [("-", sentence) for sentence in old[first:last]] + [
                ("+", sentence) for sentence in new[start:end]
            ]
    return lines


def _numbers(bare: str, answer: Answer, have: set[str]) -> list[str]:
    own = {number.strip(".,") for number in NUMBER.findall(answer.clean)}
    digits = [number.strip(".,") for number in NUMBER.findall(bare)]
    spelled = sorted(_parts(words(bare)) & (NUMBER_WORDS | {"half", "twice", "double"}))
    return [n for n in digits if n not in own] + [word for word in spelled if word not in have]


def _tells(placeholder: str, answer: Answer, have: set[str]) -> bool:
    """Whether a placeholder brings a number, name, tool or date instead of asking for it."""
    asked = placeholder.strip("[]")
    asked = asked[:1].lower() + asked[1:]
    return bool(NUMBER.search(asked) or _numbers(asked, answer, have) or _names(asked, have))


def _names(bare: str, have: set[str]) -> list[str]:
    known = OPENERS | LINKS
    names = [
        name
        for name in WORDS.findall(bare)
        if name[0].isupper() and name.casefold() not in known and name not in ORDINARY and not set(words(name)) <= have
    ]
    return names + [word for word in words(bare) if word in DATES and word not in have]


def _lost_negations(bare: str, answer: Answer) -> list[str]:
    """Sentences that say what a sentence of the draft said, without its negation."""
    lost = []
    drafted = [(set(words(s.text)), any(is_negation(w) for w in words(s.text))) for s in answer.sentences]
    for sentence in END.split(bare):
        said = set(words(sentence))
        if not said or any(is_negation(word) for word in said):
            continue
        share, negated = max(((len(said & old) / max(len(old), 1), no) for old, no in drafted), default=(0.0, False))
        if share >= SAME_SENTENCE and negated:
            lost.append(sentence.strip())
    return lost


def _parts(found: Sequence[str]) -> set[str]:
    return {part for word in found for part in (word, *word.split("-"))}


def _inflected(word: str, have: set[str]) -> bool:
    """Whether the draft has another form of a word: the same first letters."""
    return len(word) >= STEM and any(own.startswith(word[:STEM]) for own in have)
