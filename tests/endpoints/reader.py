"""An honest reader behind the loopback server: it knows nothing but the prompt that it was sent.

What it decides follows from the sentences alone, so that a test can say what a card must hold; what it does not find in
the prompt (the check phrase, the answer's tag, the ids) it can't say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from answer_coach.answer import Answer
from answer_coach.rubric import Rubric

VERDICTS = ("met", "met", "partial", "absent", "cannot_tell")
ASKED = re.compile(r"^- (\w+): ", re.M)
AGAIN = re.compile(r"decide exactly these ids, each once: ([\w, ]+)\.")
SENTENCES = re.compile(r"<answer-(?P<tag>[0-9a-f]{16})>\n(?P<said>.*?)\n</answer-(?P=tag)>", re.S)
LOST = "I see some text, but not what I am to do with it."


class Prompt(NamedTuple):
    """What stands in the messages of a request."""

    check: str
    tag: str
    ids: tuple[str, ...]
    sentences: tuple[str, ...]
    form: bool
    """Whether the form of the reply is told in words."""


def read(messages: Sequence[dict[str, Any]]) -> Prompt:
    """What a reader finds in a prompt, whole or cut."""
    whole = "\n".join(str(m["content"]) for m in messages if m["role"] == "system")
    check = re.search(r"Check phrase: (\S+)", whole)
    answer = next((found for m in messages if (found := SENTENCES.search(str(m["content"])))), None)
    again = AGAIN.search(str(messages[-1]["content"])) if messages else None
    listed = whole.partition("Indicators (+")[2]
    return Prompt(
        check=check[1] if check else "",
        tag=answer["tag"] if answer else "",
        ids=tuple(again[1].split(", ")) if again else tuple(ASKED.findall(listed)),
        sentences=tuple(line.partition(". ")[2] for line in answer["said"].splitlines()) if answer else (),
        form="Form of the reply:" in whole,
    )


def decide(ids: Sequence[str], sentences: Sequence[str]) -> dict[str, str]:
    """The honest verdicts on these sentences: the same each time, others for other sentences."""
    said = " ".join(sentences)
    return {name: VERDICTS[sha256(f"{name} {said}".encode()).digest()[0] % len(VERDICTS)] for name in ids}


def expected(rubric: Rubric, answer: Answer) -> dict[str, str]:
    """What a card must hold if the reader was heard."""
    return decide(rubric.asked, [sentence.text for sentence in answer.sentences])


def reply(prompt: Prompt) -> dict[str, Any]:
    """The honest reply to a prompt: each credited id with a sentence of its own, in turn."""
    verdicts = decide(prompt.ids, prompt.sentences)
    opinions: list[dict[str, Any]] = []
    credited = 0
    for name, verdict in verdicts.items():
        evidence = []
        if verdict in ("met", "partial"):
            at = credited % len(prompt.sentences)
            evidence, credited = [{"sentence": at + 1, "quote": prompt.sentences[at]}], credited + 1
        opinions.append({"id": name, "evidence": evidence, "note": "", "place": 0, "verdict": verdict})
    check = f"{prompt.check} {prompt.tag}" if prompt.form else prompt.check
    return {"check": check, "addresses": "yes", "indicators": opinions, "follow_ups": []}


def says(messages: Sequence[dict[str, Any]]) -> str:
    """The honest reply as JSON, or what a reader says to whom the prompt tells nothing."""
    prompt = read(messages)
    return json.dumps(reply(prompt)) if prompt.ids and prompt.sentences else LOST
