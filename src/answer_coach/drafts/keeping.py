"""Grading what is kept: a draft is on the disk before anybody is asked, its card as soon as there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from answer_coach.answer import Answer
from answer_coach.coach import Coach
from answer_coach.comparing import Comparison, compare
from answer_coach.drafts.records import Draft, judge_of, last_pair
from answer_coach.drafts.store import Store
from answer_coach.engines.noisebook import NoiseBook
from answer_coach.feedback import AnyCard, Feedback, NotGradable, Source
from answer_coach.folding import words
from answer_coach.gate import Limits
from answer_coach.library.marked import front_matter
from answer_coach.noise import Noise


class StoryReplies:
    """A judge's raw replies, kept with the story that they are about, so that they are forgotten with it."""

    def __init__(self, store: Store, story: str, fresh: bool = False):
        self._store, self._story, self._fresh = store, story, fresh

    def get(self, key: bytes) -> dict[str, Any] | None:
        """The reply to a request; None where none is kept, or none is wanted."""
        return None if self._fresh else self._store.reply(self._story, key)

    def put(self, key: bytes, reply: Mapping[str, Any]) -> None:
        """Keep a reply."""
        self._store.keep_reply(self._story, key, reply)

    def close(self) -> None:
        """Nothing: the store outlives the requests."""


def answer_of(text: str) -> Answer:
    """A draft's text as an answer, without its front matter."""
    return Answer.of(text, front_matter(text)[1])


def body_of(text: str) -> str:
    """A draft's text without its front matter."""
    return text[front_matter(text)[1] :]


def grade_text(
    coach: Coach, text: str, question: str, anyway: bool = False, source: Source | None = None
) -> Feedback | NotGradable:
    """A card; a model is asked in an event loop, where replies can be kept and shared."""

    async def one() -> Feedback | NotGradable:
        async with coach:
            return await coach.agrade(text, question=question, anyway=anyway, source=source)

    if coach.host:
        return asyncio.run(one())
    return coach.grade(text, question=question, anyway=anyway, source=source)


def same_basis(card: AnyCard, coach: Coach) -> bool:
    """Whether a card was made by the rubric, prompt and judge that a coach has now."""
    by = coach.graded_by
    return card.rubric.sha256 == coach.rubric(card.question).sha256 and judge_of(card.graded_by) == judge_of(by)


def compared(older: Draft, newer: Draft, book: NoiseBook, limits: Limits) -> Comparison | None:
    """Two drafts by their newest cards of the same judge; None where no judge made a card of both."""
    pair = last_pair(older, newer)
    if pair is None:
        return None
    old, new = pair
    noise = book.of(new.graded_by) if new.graded_by else Noise()
    then, now = answer_of(older.text), answer_of(newer.text)
    return compare(old, then, new, now, noise, small_words(now, limits))


def small_words(answer: Answer, limits: Limits) -> frozenset[str]:
    """The small words of the language that an answer is in."""
    said = words(answer.clean)
    return max(limits.small_words.values(), key=lambda small: sum(word in small for word in said), default=frozenset())
