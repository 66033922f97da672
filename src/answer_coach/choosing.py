"""From names to a judge: the rules, a model at an endpoint, a model that was handed in, or a person with a chat window.

What needs langchain-core or openai is imported only where a model judges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from answer_coach.engines.interface import Judge
from answer_coach.engines.memory import Memory
from answer_coach.engines.providers import Tuning, find_endpoint
from answer_coach.engines.rules import RulesJudge
from answer_coach.library.shelf import Library

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

    from answer_coach.engines.compatible import CompatibleChat
    from answer_coach.engines.interface import Endpoint
    from answer_coach.engines.traffic import Traffic

RULES = "rules"


def choose(
    model: str | BaseChatModel | Judge,
    base_url: str | None,
    timeout: float,
    environ: Mapping[str, str],
    library: Library,
    tuning: Tuning | None = None,
    memory: Memory | None = None,
    watch: Callable[[str], None] | None = None,
    traffic: Traffic | None = None,
) -> Judge:
    """The judge that was named.  SettingInvalid or KeyMissing where a name leads nowhere."""
    if isinstance(model, str) and model.casefold() == RULES and base_url is None:
        return RulesJudge(*library.signals, library.topics)
    if isinstance(model, str):
        endpoint = find_endpoint(model, base_url, environ, timeout, tuning)
        from answer_coach.judging import ModelJudge

        return ModelJudge(chat_at(endpoint).watched_by(watch).in_traffic(traffic), endpoint, memory)
    if hasattr(model, "ajudge"):
        return cast("Judge", model)
    from answer_coach.judging import ModelJudge

    return ModelJudge(model)


def chat_at(endpoint: Endpoint) -> CompatibleChat:
    """The chat model at an endpoint."""
    from answer_coach.engines.compatible import CompatibleChat

    return CompatibleChat(endpoint=endpoint)
