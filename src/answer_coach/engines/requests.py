"""The body of a request: what is sent, and what is left out once an endpoint has refused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from answer_coach.engines.faults import Trouble
from answer_coach.engines.interface import Endpoint
from answer_coach.modes import FORM_FIELDS, ReplyMode, fields

OPTIONAL = (
    "stream_options",
    "stream",
    "temperature",
    "reasoning_effort",
    "max_completion_tokens",
    "max_tokens",
    "strict",
)  # the order in which they are looked for in what a server says
ROOM = 16_000
"""Output tokens for the second try after a reply was cut, where the first named no limit; else four times as many."""
OTHER_LIMIT = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


class Body(NamedTuple):
    """A request's fields, and which of the optional ones the endpoint refuses."""

    fields: dict[str, Any]
    refused: tuple[str, ...]
    roomier: bool = False
    """Whether it asks for more room than usual, because a reply was cut."""

    @classmethod
    def of(
        cls,
        endpoint: Endpoint,
        messages: Sequence[Mapping[str, Any]],
        mode: ReplyMode,
        roomier: bool,
        streamed: bool,
        refused: tuple[str, ...],
        extra: Mapping[str, Any],
    ) -> Body:
        """What is sent: model, messages, the mode's fields, then what was set and is not refused."""
        sent: dict[str, Any] = {
            "model": endpoint.model,
            "messages": list(messages),
            **fields(mode),
            **extra,
        }
        limit = endpoint.max_output_tokens
        if roomier:
            limit = limit * 4 if limit else ROOM
        optional: dict[str, Any] = {
            "temperature": endpoint.temperature,
            "reasoning_effort": endpoint.effort,
            endpoint.limit_field: limit,
        }
        if streamed:
            optional |= {"stream": True, "stream_options": {"include_usage": True}}
        sent |= {name: value for name, value in optional.items() if value is not None}
        if endpoint.body:
            sent["extra_body"] = dict(endpoint.body)
        body = cls(sent, (), roomier)
        for name in refused:
            body = body.dropping(name)
        return body

    def without(self, trouble: Trouble) -> Body | None:
        """The request without the optional field that a 400 or 422 names; None where it names none that was sent.

        Where there is no room for a longer reply, the server is to give what it has; that is nothing to remember.
        """
        limits = [name for name in OTHER_LIMIT if name in self.fields]
        if self.roomier and limits and (trouble.too_long or trouble.names(limits)):
            left = {name: value for name, value in self.fields.items() if name not in limits}
            return self._replace(fields=left)
        if trouble.too_long:
            return None
        sent = [name for name in OPTIONAL if name in self.fields or (name == "strict" and self._is_strict)]
        name = trouble.names(sent)
        return self.dropping(name) if name else None

    def refuses_form(self, trouble: Trouble) -> bool:
        """Whether the server refuses the way that the reply's form was asked for."""
        return trouble.refuses_form and any(name in self.fields for name in FORM_FIELDS)

    def dropping(self, name: str) -> Body:
        """Without one field; a limit goes by its other name first."""
        left = dict(self.fields)
        if name == "strict":
            form = left.get("response_format", {})
            if form.get("type") == "json_schema":
                schema = {key: value for key, value in form["json_schema"].items() if key != "strict"}
                left["response_format"] = {**form, "json_schema": schema}
            return self._replace(fields=left, refused=(*self.refused, name))
        value = left.pop(name, None)
        if name == "stream":
            left.pop("stream_options", None)
        other = OTHER_LIMIT.get(name)
        if other and value is not None and other not in self.refused:
            left[other] = value
        return self._replace(fields=left, refused=(*self.refused, name))

    @property
    def _is_strict(self) -> bool:
        form = self.fields.get("response_format", {})
        return bool(form.get("type") == "json_schema" and form["json_schema"].get("strict"))


def as_sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A request's fields as they stand in its body: what was set in the config file over the coach's own."""
    body = {name: value for name, value in fields.items() if name != "extra_body"}
    return {**body, **fields.get("extra_body", {})}
