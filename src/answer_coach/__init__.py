"""A test runner for interview answers.

>>> from answer_coach import Coach
>>> card = Coach(model="rules").grade("fine, thanks", question="q05")
>>> card.kind, card.reasons[0].code
('not_gradable', 'too_short')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from answer_coach.coach import Coach
    from answer_coach.errors import CoachError
    from answer_coach.feedback import Failed, Feedback, NotGradable

__version__ = "0.1.0"
__all__ = ["Coach", "CoachError", "Failed", "Feedback", "NotGradable", "__version__"]

_HOMES = {
    "Coach": "coach",
    "CoachError": "errors",
    "Failed": "feedback",
    "Feedback": "feedback",
    "NotGradable": "feedback",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"answer_coach.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
