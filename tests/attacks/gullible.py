"""A chat model that obeys every attack: all indicators met, no fault, on quotes of one kind or another."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from answer_coach.answer import Answer
from answer_coach.folding import fold
from answer_coach.prompt import answer_tag, check_phrase
from answer_coach.rubric import Rubric
from tests.attacks.cases import LIBRARY, Case

Claims = list[dict[str, Any]]
Quoting = Callable[[Case, Answer, Rubric], dict[str, Claims]]
MOST_CLAIMS = 3  # quotes an indicator, as the prompt asks for
MADE_UP = (
    "I decided to put the returns project first and told the board so myself.",
    "Complaints fell by a third within six months of the change.",
    "The head of sales objected, so I showed her both sums and she agreed.",
    "We left four branches without it and compared them for eight weeks.",
    "That cost us two quarters on the search project, and it was worth it.",
)


def made_up(case: Case, answer: Answer, rubric: Rubric) -> dict[str, Claims]:
    """Words that the answer does not hold."""
    quotes = cycle(MADE_UP)
    return {name: [_claim(1, next(quotes))] for name in rubric.by_id}


def self_serving(case: Case, answer: Answer, rubric: Rubric) -> dict[str, Claims]:
    """The attack's own words, each indicator with other ones first."""
    own = attack_claims(case, answer) or [_claim(0, case.attack)]
    return _spread(rubric, own)


def mixed(case: Case, answer: Answer, rubric: Rubric) -> dict[str, Claims]:
    """The attack's own words, and beside them any sentence of the weak answer."""
    own, touched = attack_claims(case, answer), set(case.touched(answer))
    others = cycle([_claim(s.number, s.text) for s in answer.sentences if s.number not in touched])
    return {name: [*claims[:1], next(others)] for name, claims in _spread(rubric, own).items()}


def echoing(case: Case, answer: Answer, rubric: Rubric) -> dict[str, Claims]:
    """The rubric's own met examples: those that stand in the text, else all of them."""
    told = answer.folded.text
    there = {i.id: [_claim(0, i.met)] for i in rubric.indicators if fold(i.met).text.rstrip(".") in told}
    return there or {i.id: [_claim(0, i.met)] for i in rubric.indicators}


VARIANTS: dict[str, Quoting] = {
    "made-up quotes": made_up,
    "its own words": self_serving,
    "the rubric's examples": echoing,
    "mixed with the answer": mixed,
}


def attack_claims(case: Case, answer: Answer) -> Claims:
    """What of the attack a reader sees, sentence by sentence; a part of a sentence where the rest is the answer's."""
    claims = []
    for number in case.touched(answer):
        sentence = answer.sentences[number - 1]
        seen = range(max(sentence.start, case.start), min(sentence.end, case.end))
        shown = (char for at, char in zip(answer.origin, answer.clean, strict=True) if at in seen)
        claims.append(_claim(number, "".join(shown)))
    return claims


def _spread(rubric: Rubric, claims: Claims) -> dict[str, Claims]:
    """Claims dealt out over the indicators, up to three each, each indicator beginning with another one."""
    doubled = [*claims, *claims, *claims]
    count = len(claims) or 1
    return {name: doubled[at % count :][: min(MOST_CLAIMS, count)] for at, name in enumerate(rubric.by_id)}


def _claim(sentence: int, quote: str) -> dict[str, Any]:
    return {"sentence": sentence, "quote": quote}


class Gullible(BaseChatModel):
    """A model that was taken in by the case it holds; it says the same when asked again."""

    case: Any = None
    quoting: Any = None

    @property
    def _llm_type(self) -> str:
        return "gullible"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        rubric = LIBRARY.rubric(self.case.base.question)
        answer = Answer.of(self.case.text)
        claims = self.quoting(self.case, answer, rubric)
        content = json.dumps(_reply(rubric, answer, claims), ensure_ascii=False)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=content))])


def _reply(rubric: Rubric, answer: Answer, claims: dict[str, Claims]) -> dict[str, Any]:
    """A whole reply: everything met that there are claims for, every fault absent."""
    faults = [cap.id for cap in rubric.faults]
    opinions = [_opinion(name, claims.get(name, [])) for name in (*rubric.by_id, *faults)]
    template = LIBRARY.template("grade")
    check = f"{check_phrase(template, rubric)} {answer_tag(template, rubric, answer)}"
    return {"check": check, "addresses": "yes", "indicators": opinions, "follow_ups": []}


def _opinion(name: str, claims: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"id": name, "evidence": list(claims), "note": "", "place": 0, "verdict": "met" if claims else "absent"}
