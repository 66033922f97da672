"""Template, rubric and answer to the messages that a judge gets.

The system message holds everything that is the same for all answers to one question, byte for byte, so that an
endpoint's prefix cache can keep it; the answer comes last, as numbered sentences in a tag derived from its text.
"""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from pydantic import model_validator

from answer_coach.answer import Answer, Word
from answer_coach.cleaning import unmarked
from answer_coach.request import WIRE_SCHEMA, JudgeRequest, Message, PromptRef
from answer_coach.rubric import Cap, Indicator, Rubric

Named = TypeVar("Named", Indicator, Cap)
PHRASE = [
    "amber",
    "anchor",
    "basalt",
    "birch",
    "cobalt",
    "copper",
    "coral",
    "cedar",
    "ember",
    "falcon",
    "garnet",
    "harbor",
    "indigo",
    "jasper",
    "juniper",
    "kestrel",
    "lantern",
    "laurel",
    "linen",
    "maple",
    "marble",
    "meadow",
    "onyx",
    "orchid",
    "otter",
    "pepper",
    "quartz",
    "raven",
    "saffron",
    "sierra",
    "tundra",
    "willow",
]


class Template(Word):
    """A prompt as a file: `variables` are declared in its front matter and are exactly those that it uses."""

    id: str
    version: str
    variables: tuple[str, ...]
    system: str = ""
    user: str
    sha256: str

    @model_validator(mode="after")
    def _declared(self) -> Template:
        used = set(string.Template(self.system + self.user).get_identifiers())
        declared = set(self.variables)
        if used != declared:
            idle, unknown = sorted(declared - used), sorted(used - declared)
            raise ValueError(f"variables declared but not used: {idle}; used but not declared: {unknown}")
        return self

    @property
    def ref(self) -> PromptRef:
        return PromptRef(version=self.version, sha256=self.sha256)

    def fill(self, part: str, values: dict[str, str]) -> str:
        """One part of the template with its variables filled in; what is filled in is not read again."""
        return string.Template(part).substitute(values)


def check_phrase(template: Template, rubric: Rubric) -> str:
    """Three words that open the system message; the same for all answers to one question."""
    digest = hashlib.sha256(f"{template.sha256} {rubric.id} {rubric.sha256}".encode()).digest()
    return "-".join(PHRASE[byte % len(PHRASE)] for byte in digest[:3])


def answer_tag(template: Template, rubric: Rubric, answer: Answer) -> str:
    """16 hex digits that no answer can hold about itself, and that are the same each time."""
    parts = "\x00".join((template.sha256, rubric.question, answer.clean))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def render(
    template: Template, rubric: Rubric, answer: Answer, form: Template | None = None, order: Sequence[str] = ()
) -> JudgeRequest:
    """The request that puts an answer to a judge; with `form`, the schema of the reply stands in it too.

    `order` is that of the ids, where it is not the rubric's own.
    """
    place = {name: at for at, name in enumerate(order)}
    check, tag = check_phrase(template, rubric), answer_tag(template, rubric, answer)
    values = {
        "check": check,
        "tag": tag,
        "question": rubric.question,
        "indicators": "\n".join(
            f'- {i.id}: {i.asks} + "{i.met}" - "{i.near_miss}"' for i in _ordered(rubric.indicators, place)
        ),
        "faults": "\n".join(
            f"- {c.id}: {c.asks}" + (f" For example: {c.examples}." if c.examples else "")
            for c in _ordered(rubric.faults, place)
        ),
        "count": str(len(rubric.asked)),
        "sentences": numbered(answer),
    }
    system, ref = template.fill(template.system, values), template.ref
    if form:
        schema = json.dumps(WIRE_SCHEMA, separators=(",", ":"))
        system += "\n\n" + form.fill(form.user, {"schema": schema})
        ref = both(template, form)
    messages = (
        Message(role="system", content=system),
        Message(role="user", content=template.fill(template.user, values)),
    )
    return JudgeRequest(messages=messages, check=check, tag=tag, prompt=ref)


def _ordered(items: Sequence[Named], place: Mapping[str, int]) -> list[Named]:
    return sorted(items, key=lambda item: place.get(item.id, 0))


def numbered(answer: Answer) -> str:
    """The sentences of an answer as they go out, a line each."""
    return "\n".join(f"{s.number}. {unmarked(s.text)}" for s in answer.sentences)


def both(template: Template, form: Template) -> PromptRef:
    """Which words were put to a judge where two templates made them."""
    digest = hashlib.sha256(f"{template.sha256} {form.sha256}".encode()).hexdigest()
    return PromptRef(version=f"{template.version} with form {form.version}", sha256=digest)


def render_repair(template: Template, fault: str, ids: Iterable[str]) -> str:
    """What is asked of a judge whose reply could not be used."""
    return template.fill(template.user, {"fault": fault, "ids": ", ".join(ids)})
