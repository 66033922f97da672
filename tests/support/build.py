"""Builders for tests: a reply that says what a test wants, a coach whose model is a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from answer_coach import Coach
from answer_coach.answer import Answer
from answer_coach.engines.providers import Tuning
from answer_coach.library.shelf import Library
from answer_coach.prompt import answer_tag, check_phrase
from answer_coach.request import Reply
from answer_coach.rubric import Rubric

STRICT = Tuning(reply_mode="json_schema")
"""An endpoint that is known to keep to a schema, so that nothing is asked of it before the first answer."""
SOLID = (
    "At a ferry company I had three requests and two people. I put the fuel model first, because fuel was a third of "
    "our cost, and told the head of ticketing that his forecast had to wait until autumn. He was angry, so I sat down "
    "with him and showed him both sums. We tried it on one boat for four weeks. Fuel fell by six percent there and "
    "stayed the same on the other boats. In March I moved one person back to ticketing."
)


def reply_dict(
    rubric: Rubric,
    answer: Answer,
    verdicts: Mapping[str, str] | None = None,
    *,
    check: str,
    quote: str | None = None,
    addresses: str = "yes",
) -> dict[str, Any]:
    """A whole reply: `verdicts` for some ids (the rest absent), each met or partial one with its own sentence."""
    given = dict(verdicts or {})
    opinions = []
    for at, name in enumerate(rubric.asked):
        verdict = given.get(name, "absent")
        sentence = answer.sentences[at % len(answer.sentences)] if answer.sentences else None
        said = quote if quote is not None else (sentence.text if sentence else "")
        evidence = [{"sentence": sentence.number, "quote": said}] if sentence and verdict in ("met", "partial") else []
        opinions.append({"id": name, "evidence": evidence, "note": "", "place": 0, "verdict": verdict})
    return {"check": check, "addresses": addresses, "indicators": opinions, "follow_ups": []}


def reply(rubric: Rubric, answer: Answer, verdicts: Mapping[str, str] | None = None, **more: Any) -> Reply:
    """The same, parsed."""
    return Reply.model_validate(reply_dict(rubric, answer, verdicts, check="x", **more))


class ScriptedModel(BaseChatModel):
    """A chat model that says what it was told to, one script entry a call, and remembers what it was asked.

    An entry is a text, an AIMessage, an exception to raise, or a function of the messages.
    """

    script: list[Any]
    seen: list[list[BaseMessage]]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.seen.append(messages)
        entry = self.script.pop(0)
        if callable(entry) and not isinstance(entry, (BaseMessage, BaseException)):
            entry = entry(messages)
        if isinstance(entry, BaseException):
            raise entry
        message = entry if isinstance(entry, AIMessage) else AIMessage(content=entry)
        return ChatResult(generations=[ChatGeneration(message=message)])


def scripted_coach(*script: Any, library: Library | None = None) -> tuple[Coach, ScriptedModel]:
    """A coach whose model follows a script, and that model."""
    model = ScriptedModel(script=list(script), seen=[])
    return Coach(model, library=library), model


def says(library: Library, question: str, text: str, verdicts: Mapping[str, str] | None = None, **more: Any) -> str:
    """A well-formed reply to one answer, as JSON text."""
    rubric, answer = library.rubric(question), Answer.of(text)
    template = library.template("grade")
    check = f"{check_phrase(template, rubric)} {answer_tag(template, rubric, answer)}"
    return json.dumps(reply_dict(rubric, answer, verdicts, check=check, **more))


Handler = Callable[[Sequence[BaseMessage]], str]
