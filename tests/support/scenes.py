"""The answers behind the cassettes, and the coach that grades them: one list for recording and for tests."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from answer_coach import Coach
from answer_coach.library.marked import front_matter
from answer_coach.library.shelf import Library
from tests.support.build import STRICT

HERE = Path(__file__).parents[1]
FROZEN = HERE / "frozen"
LEAKS = HERE.parent / "examples" / "leaks"


class Scene(NamedTuple):
    """One recorded grading: the cassette's name, the question, and the file that holds the answer."""

    name: str
    question: str
    path: Path

    @property
    def text(self) -> str:
        """The answer, without its front matter."""
        whole = self.path.read_text(encoding="utf-8")
        start = front_matter(whole)[1]
        return whole[start:].strip("\n") if start else whole


def _exemplar(question: str, kind: str) -> Scene:
    return Scene(f"{question}-{kind}", question, FROZEN / "rubrics" / "exemplars" / f"{question}-{kind}.md")


SCENES = (
    *(_exemplar("q05", kind) for kind in ("weak", "buzzword", "solid", "strong")),
    *(_exemplar("story", kind) for kind in ("solid", "strong")),
    Scene("q05-injected", "q05", HERE / "answers" / "injected.md"),
    Scene("q05-not-injected", "q05", HERE / "answers" / "not-injected.md"),
    Scene("q05-other-question", "q05", HERE / "answers" / "other-question.md"),
    *(Scene(f"leaks-{number}", "story", LEAKS / f"{number}.md") for number in range(1, 6)),
)


def frozen_library() -> Library:
    """Rubrics and prompts as they were when the cassettes were recorded; a typo mended since changes nothing here."""
    return Library(FROZEN / "rubrics", FROZEN / "prompts")


def coach_at(base_url: str, model: str = "desk", timeout: float = 30.0) -> Coach:
    """A coach over the frozen rubrics, pointed at an endpoint."""
    return Coach(model, base_url=base_url, timeout=timeout, library=frozen_library(), environ={}, tuning=STRICT)
