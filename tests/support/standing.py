"""Kept drafts for tests of progress: real cards with the judge, level and verdicts that a test wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from hypothesis import strategies as st

from answer_coach import Coach
from answer_coach.drafts.progress import Answers
from answer_coach.drafts.records import Draft, Kept, Story
from answer_coach.feedback import Feedback, GradedBy, NotGradable, Overall, RubricRef, WordOf
from answer_coach.library.shelf import Library
from answer_coach.request import PromptRef
from answer_coach.rubric import Verdict

QUESTIONS = ("q01", "q03", "q05", "story")
RUBRICS = [Library().rubric(question) for question in QUESTIONS]
"""Of a small set of questions."""
FIRST_DAY = "2026-11-01T09:00:00+00:00"


@cache
def _coach() -> Coach:
    return Coach("rules", environ={})


@cache
def exemplar(question: str, kind: str = "solid") -> str:
    """An exemplar's text."""
    return next(one.text for one in _coach().library.exemplars(question) if one.kind == kind)


@cache
def graded(question: str, kind: str = "solid") -> Feedback:
    """The rules' card of an exemplar."""
    card = _coach().grade(exemplar(question, kind), question=question)
    assert isinstance(card, Feedback)
    return card


@cache
def refused(question: str) -> NotGradable:
    """The card of a text that is no answer."""
    card = _coach().grade("I would prioritize.", question=question)
    assert isinstance(card, NotGradable)
    return card


def judge(model: str, prompt: str = "p", passes: int = 1) -> GradedBy:
    """A model that judges."""
    ref = PromptRef(version="1.0", sha256=prompt)
    address = {"host": "api.example.com", "base_url_sha256": "0" * 64}
    return GradedBy(engine="model", model=model, prompt=ref, passes=passes, reply_mode=None, **address)


def word_of(level: float) -> WordOf:
    """How a level reads."""
    words: tuple[tuple[float, WordOf], ...] = ((2, "not yet"), (3, "thin"), (4, "senior"), (4.5, "lead"))
    return next((word for below, word in words if level < below), "strong lead")


def card(
    question: str = "q05",
    level: float | None = None,
    by: GradedBy | None = None,
    rubric: str | None = None,
    verdicts: Mapping[str, Verdict] | None = None,
    text: str = "",
    kind: str = "solid",
) -> Feedback:
    """A card with what a test changes of it; `verdicts` go for indicators and slots alike."""
    made, told = graded(question, kind), dict(verdicts or {})
    changes: dict[str, object] = {"graded_by": by or made.graded_by}
    if level is not None:
        changes |= {"overall": Overall(level=level, word=word_of(level), range=None), "ready": False}
    if rubric is not None:
        changes["rubric"] = RubricRef(version=rubric, sha256=rubric)
    if text:
        changes["answer"] = made.answer.model_copy(update={"sha256": text})
    changes["slots"] = made.slots.model_copy(update={k: v for k, v in told.items() if hasattr(made.slots, k)})
    changes["dimensions"] = tuple(
        dimension.model_copy(
            update={
                "indicators": tuple(
                    one.model_copy(update={"verdict": told.get(one.id, one.verdict)}) for one in dimension.indicators
                )
            }
        )
        for dimension in made.dimensions
    )
    return made.model_copy(update=changes)


def story(
    name: str,
    question: str,
    *cards: Feedback | NotGradable | Sequence[Feedback] | None,
    texts: Sequence[str] = (),
) -> tuple[Story, list[Draft]]:
    """An answer over its drafts, a card each, or several, or none."""
    drafts = []
    for at, made in enumerate(cards):
        when = f"2026-11-{at + 1:02d}T09:00:00+00:00"
        each = made if isinstance(made, (tuple, list)) else [made] if made else []
        kept = tuple(Kept(at=when, card=one) for one in each)
        text = texts[at] if at < len(texts) else f"{name} {at}"
        drafts.append(Draft(story=name, question=question, number=at + 1, at=when, text=text, cards=kept))
    return Story(name=name, question=question, created_at=FIRST_DAY), drafts


def kept_answers() -> st.SearchStrategy[Answers]:
    """What somebody may have kept: answers to a few questions, with drafts of two judges, or without cards."""
    cards = st.builds(
        lambda question, level, by, rubric: (question, level, by, rubric),
        st.sampled_from(QUESTIONS),
        st.sampled_from([1.0, 2.4, 3.1, 4.2, 4.8]),
        st.sampled_from([None, judge("one"), judge("two"), judge("one", prompt="other")]),
        st.sampled_from([None, "other"]),
    )
    draft = st.one_of(st.none(), st.just("refused"), cards)

    def made(question: str, drafts: Sequence[object]) -> tuple[str, list[object]]:
        return question, [
            refused(question) if one == "refused" else card(question, *one[1:]) if isinstance(one, tuple) else None
            for one in drafts
        ]

    each = st.builds(made, st.sampled_from(QUESTIONS), st.lists(draft, min_size=1, max_size=4))
    return st.lists(each, max_size=6).map(
        lambda found: [story(f"name{at}", question, *drafts) for at, (question, drafts) in enumerate(found)]  # type: ignore[arg-type]
    )
