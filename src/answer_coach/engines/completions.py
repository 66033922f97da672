"""What an endpoint sent, taken as it came: a whole completion or its events, with nothing believed of its types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from answer_coach.engines.faults import Trouble, trouble_in
from answer_coach.engines.retrying import Troubled
from answer_coach.request import Completion, Tokens

CUT = ("length", "max_tokens", "model_length")
BROKEN = "error"
"""The finish reason of a router whose host failed in the middle of a reply."""


class Incoming:
    """The bytes of a reply while they come: one JSON body, or server-sent events."""

    def __init__(self, streamed: bool):
        self._streamed, self._got = streamed, Gathered()
        self._parts: list[bytes] = []
        self._rest, self._data = b"", b""
        self._done = False

    @property
    def text(self) -> str:
        """What there is of the reply so far; nothing of one that comes as a body."""
        return self._got.text

    def take(self, part: bytes) -> bool:
        """Some more bytes; whether they brought events."""
        if not self._streamed:
            self._parts.append(part)
            return False
        *lines, self._rest = (self._rest + part).split(b"\n")
        return sum(self._line(line.rstrip(b"\r")) for line in lines) > 0

    def whole(self) -> Gathered:
        """The reply at its end."""
        if not self._streamed:
            return Gathered.of(b"".join(self._parts))
        self._line(self._rest.rstrip(b"\r"))
        self._line(b"")
        return self._got.whole()

    def _line(self, line: bytes) -> bool:
        """One line of a stream: data is gathered, an empty line ends an event, the rest are comments and names."""
        if line.startswith(b"data:"):
            self._data += line[5:].removeprefix(b" ")
            return False
        if line or not self._data or self._done:
            return False
        data, self._data = self._data, b""
        self._done = data.strip() == b"[DONE]"
        if not self._done:
            self._got.take(_event(data))
        return not self._done


def _event(data: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        raise Troubled(Trouble("broken_stream")) from None
    if not isinstance(event, dict):
        _refuse()
    if event.get("error"):
        raise Troubled(trouble_in(event) or Trouble("broken_stream"))
    return event


class Gathered:
    """One reply: its text (or the arguments of the tools that it calls), why it ended, and what it took."""

    def __init__(self) -> None:
        self._content: list[str] = []
        self._arguments: dict[int, list[str]] = {}
        self.finish: str | None = None
        self.refused = False
        self.usage: Any = None
        self._anything = False

    @property
    def text(self) -> str:
        """The reply: the arguments of tool calls where there are any, else the content."""
        return "\n".join("".join(parts) for parts in self._arguments.values()) or "".join(self._content)

    @classmethod
    def kept(cls, row: Mapping[str, Any]) -> Gathered:
        """A reply as it was kept."""
        got = cls.saying(str(row["text"]))
        got.finish, got.usage = row.get("finish"), row.get("usage")
        return got

    def as_kept(self) -> dict[str, Any]:
        """What `kept` takes back."""
        return {"text": self.text, "finish": self.finish, "usage": self.usage}

    @classmethod
    def saying(cls, text: str) -> Gathered:
        """A reply of this text."""
        got = cls()
        got._read({"content": text}, "stop")
        return got

    @classmethod
    def of(cls, data: bytes) -> Gathered:
        """A completion that came in one piece; a server may send anything under status 200."""
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            _refuse()
        choices = body.get("choices") if isinstance(body, dict) else None
        if not isinstance(choices, list):
            if isinstance(body, dict) and (trouble := trouble_in(body)):
                raise Troubled(trouble)
            _refuse()
        got = cls()
        got.usage = body.get("usage")
        if not choices:
            return got
        message = choices[0].get("message") if isinstance(choices[0], dict) else None
        if not isinstance(message, dict):
            _refuse()
        got._read(message, choices[0].get("finish_reason"))
        return got.whole() if got.finish == BROKEN else got

    def take(self, piece: Mapping[str, Any]) -> None:
        """One event of a stream."""
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
        if self.finish in (None, BROKEN):
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
        for place, call in enumerate(calls if isinstance(calls, list) else ()):
            function = call.get("function") if isinstance(call, dict) else None
            arguments = function.get("arguments") if isinstance(function, dict) else None
            number = call.get("index", place) if isinstance(call, dict) else place
            if isinstance(arguments, dict):
                arguments = json.dumps(arguments)
            if isinstance(arguments, str) and isinstance(number, int):
                self._arguments.setdefault(number, []).append(arguments)
        self.refused = self.refused or bool(message.get("refusal"))
        if isinstance(finish, str):
            self.finish = finish


def completion_of(got: Gathered) -> Completion:
    """A reply in the house's words."""
    return Completion(
        text=got.text,
        finish_reason=finish_of(got.finish),
        refusal="refused" if got.refused else None,
        tokens=Tokens(**tokens_of(got.usage)),
    )


def metadata_of(got: Gathered) -> dict[str, Any]:
    """Finish reason, refusal and tokens, for langchain's message."""
    return {"tokens": tokens_of(got.usage), "finish_reason": got.finish, "refusal": "refused" if got.refused else None}


def finish_of(told: object) -> str | None:
    """Why a reply ended; "length" whatever an endpoint calls it that a reply was cut for its length."""
    return "length" if str(told).casefold() in CUT else str(told) if told else None


def tokens_of(used: object) -> dict[str, int | None]:
    """What the endpoint says it used; what it does not say, or says in no number, is None."""
    usage = used if isinstance(used, dict) else {}
    return {
        "input_tokens": _count(usage, "prompt_tokens") or None,  # nobody reads a prompt in no tokens
        "output_tokens": _count(usage, "completion_tokens"),
        "cached_tokens": _count(usage.get("prompt_tokens_details"), "cached_tokens"),
        "reasoning_tokens": _count(usage.get("completion_tokens_details"), "reasoning_tokens"),
    }


def _count(holder: object, name: str) -> int | None:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _refuse() -> NoReturn:
    raise Troubled(Trouble("not_a_completion")) from None
