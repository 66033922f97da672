"""What an endpoint sent, taken as it came: a whole completion or its pieces, with nothing believed of its types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from answer_coach.engines.faults import Trouble
from answer_coach.engines.retrying import Troubled

NO_TEXT: Mapping[str, Any] = {}


class Gathered:
    """One reply: its text (or the arguments of the tool that it calls), why it ended, and what it took."""

    def __init__(self) -> None:
        self._content: list[str] = []
        self._arguments: list[str] = []
        self.finish: str | None = None
        self.refused = False
        self.usage: Any = None
        self._anything = False

    @property
    def text(self) -> str:
        """The reply: the arguments of a tool call where there is one, else the content."""
        return "".join(self._arguments) or "".join(self._content)

    @classmethod
    def of(cls, data: bytes) -> Gathered:
        """A completion that came in one piece; a server may send anything under status 200."""
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            _refuse()
        choices = body.get("choices") if isinstance(body, dict) else None
        if not isinstance(choices, list):
            _refuse()
        got = cls()
        got.usage = body.get("usage")
        if not choices:
            return got
        message = choices[0].get("message") if isinstance(choices[0], dict) else None
        if not isinstance(message, dict):
            _refuse()
        got._read(message, choices[0].get("finish_reason"))
        return got

    def take(self, chunk: Any) -> None:
        """One piece of a stream, as the client gives it."""
        piece = chunk.model_dump() if hasattr(chunk, "model_dump") else chunk
        if not isinstance(piece, dict):
            _refuse()
        self.usage = piece.get("usage") or self.usage
        choices = piece.get("choices")
        for choice in choices[:1] if isinstance(choices, list) else ():
            if isinstance(choice, dict):
                delta = choice.get("delta")
                self._read(delta if isinstance(delta, dict) else {}, choice.get("finish_reason"))

    def whole(self) -> Gathered:
        """The reply at the end of its stream; a stream that never told its end was broken off."""
        if not self._anything:
            _refuse()
        if self.finish is None:
            raise Troubled(Trouble("broken_stream"))
        return self

    def _read(self, message: Mapping[str, Any], finish: object) -> None:
        self._anything = True
        content = message.get("content")
        if isinstance(content, str):
            self._content.append(content)
        elif isinstance(content, list):  # some endpoints send parts
            self._content += [str(p["text"]) for p in content if isinstance(p, dict) and isinstance(p.get("text"), str)]
        calls = message.get("tool_calls")
        for call in calls[:1] if isinstance(calls, list) else ():
            function = call.get("function") if isinstance(call, dict) else None
            arguments = function.get("arguments") if isinstance(function, dict) else None
            if isinstance(arguments, str):
                self._arguments.append(arguments)
            elif isinstance(arguments, dict):
                self._arguments.append(json.dumps(arguments))
        self.refused = self.refused or bool(message.get("refusal"))
        if isinstance(finish, str):
            self.finish = finish


def metadata_of(got: Gathered) -> dict[str, Any]:
    """Finish reason, refusal and tokens, for langchain's message."""
    return {"tokens": _tokens(got.usage), "finish_reason": got.finish, "refusal": "refused" if got.refused else None}


def _tokens(used: object) -> dict[str, int | None]:
    """What the endpoint says it used; what it does not say, or says in no number, is None."""
    usage = used if isinstance(used, dict) else {}
    return {
        "input_tokens": _count(usage, "prompt_tokens"),
        "output_tokens": _count(usage, "completion_tokens"),
        "cached_tokens": _count(usage.get("prompt_tokens_details"), "cached_tokens"),
        "reasoning_tokens": _count(usage.get("completion_tokens_details"), "reasoning_tokens"),
    }


def _count(holder: object, name: str) -> int | None:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _refuse() -> NoReturn:
    raise Troubled(Trouble("not_a_completion")) from None
