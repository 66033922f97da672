"""What is put to a judge and what comes back: messages, the wire schema, and the reply's shape."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from answer_coach.answer import Word

VERDICTS = ("met", "partial", "absent", "cannot_tell")
ADDRESSES = ("yes", "partly", "no")


class Message(Word):
    role: Literal["system", "user", "assistant"]
    content: str


class PromptRef(Word):
    """Which words were put to the judge: version of the template and hash of its file."""

    version: str
    sha256: str


class JudgeRequest(Word):
    """One question to a judge.  `check` opens the system message, `tag` encloses the numbered sentences."""

    messages: tuple[Message, ...]
    check: str
    tag: str
    prompt: PromptRef

    @property
    def characters(self) -> int:
        return sum(len(m.content) for m in self.messages)

    @property
    def estimated_tokens(self) -> int:
        """Tokens, estimated as characters / 4."""
        return -(-self.characters // 4)

    def followed_by(self, reply: str, demand: str) -> JudgeRequest:
        """The same conversation, gone on with: what the judge said, and what is asked of it now."""
        more = (Message(role="assistant", content=reply or "(empty)"), Message(role="user", content=demand))
        return self.model_copy(update={"messages": (*self.messages, *more)})


REPLY_TOKENS = 1_300
"""What a reply takes, about: 15 indicators with their quotes."""


class Tokens(Word):
    """What an endpoint said it used; None is unknown."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    """Part of the output: what a reasoning model thought and did not show."""

    def __add__(self, other: Tokens) -> Tokens:
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in Tokens.model_fields}
        return Tokens(**{n: None if a is None or b is None else a + b for n, (a, b) in pairs.items()})


class Completion(Word):
    """What came back, as it came: nothing parsed, nothing thrown away."""

    text: str
    finish_reason: str | None = None
    refusal: str | None = None
    tokens: Tokens = Tokens()


class WireWord(BaseModel):
    """The reply's own values: strict about types, forbidding what was not asked for, silent about what they hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Claim(WireWord):
    sentence: int
    quote: str


class Opinion(WireWord):
    """The judge's claim about one indicator; `verdict` is checked against the menu in parse.py."""

    id: str
    evidence: list[Claim]
    note: str
    place: int
    verdict: str


class FollowUpClaim(WireWord):
    question: str
    sentence: int
    quote: str


class Reply(WireWord):
    """A whole reply, in the order of the wire: evidence stands before the verdict."""

    check: str
    addresses: str
    indicators: list[Opinion]
    follow_ups: list[FollowUpClaim]


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


STRING, INTEGER = {"type": "string"}, {"type": "integer"}
WIRE_SCHEMA: dict[str, Any] = _object(
    check=STRING,
    addresses={"type": "string", "enum": list(ADDRESSES)},
    indicators={
        "type": "array",
        "items": _object(
            id=STRING,
            evidence={"type": "array", "items": _object(sentence=INTEGER, quote=STRING)},
            note=STRING,
            place=INTEGER,
            verdict={"type": "string", "enum": list(VERDICTS)},
        ),
    },
    follow_ups={"type": "array", "items": _object(question=STRING, sentence=INTEGER, quote=STRING)},
)
"""One schema for all questions: flat, all required, no bounds, patterns or defaults, which endpoints refuse."""

RESPONSE_FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "verdicts", "strict": True, "schema": WIRE_SCHEMA},
}
