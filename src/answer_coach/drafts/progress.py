"""Where a person stands: one row for each question and story, weakest first, and each answer over its drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from answer_coach.answer import Answer, Word, count_words
from answer_coach.drafts.asking import without
from answer_coach.drafts.records import Draft, Kept, Story
from answer_coach.drafts.sources import Trail, story_used, trail_of
from answer_coach.feedback import Feedback, FollowUp, GradedBy, NotGradable, Overall, RubricRef, Slots
from answer_coach.library.marked import front_matter
from answer_coach.rubric import DimensionId, Rubric

STORY = "story"
"""The question that STAR stories are kept under: what other answers draw on."""
RARITIES = ("very common", "common", "uncommon")
State = Literal["not started", "not graded", "not gradable", "graded", "ready"]
STATES: tuple[State, ...] = ("not started", "not graded", "not gradable", "graded", "ready")
Change = Literal["judge", "prompt", "rubric"]
Answers = Sequence[tuple[Story, Sequence[Draft]]]
"""All that is kept: each story or answer with its drafts, oldest first."""


class Row(Word):
    """A question that nobody has answered yet, or one kept answer as its last draft stands."""

    question: str
    title: str
    rarity: Literal["very common", "common", "uncommon"]
    place: int
    """Of the question among all."""
    name: str | None
    drafts: int
    at: str | None
    state: State
    overall: Overall | None
    next_edit: tuple[str, ...]
    """Labels of what it needs."""
    follow_ups: tuple[FollowUp, ...]
    story: str | None
    """The story that it draws on."""
    graded_by: GradedBy | None
    rubric: RubricRef | None
    outdated: bool
    """Whether it was graded by another version of the rubric than the present one."""

    @property
    def strong(self) -> bool:
        """Whether it is fit to be rehearsed: READY, or reads as lead."""
        return self.state == "ready" or (self.overall is not None and self.overall.word in ("lead", "strong lead"))

    @property
    def weakness(self) -> tuple[object, ...]:
        """What rows are sorted by: what does not exist, what was not graded, the lowest level, what is ready.

        Among equals: very common questions first, a story before an answer, then the guide's order.
        """
        level = self.overall.level if self.overall else 0.0
        rarity = RARITIES.index(self.rarity)
        return (STATES.index(self.state), level, rarity, self.question != STORY, self.place, self.question, self.name)


class Point(Word):
    """A draft as its newest card that has levels reads."""

    draft: int
    at: str
    words: int
    overall: Overall
    levels: dict[DimensionId, int]
    slots: Slots


class Stretch(Word):
    """Drafts in a row that one judge graded by one prompt and one rubric: what one line may join."""

    graded_by: GradedBy | None
    rubric: RubricRef
    changed: tuple[Change, ...]
    """What is another one than in the stretch before; nothing in the first."""
    points: tuple[Point, ...]


class Course(Word):
    """An answer over its drafts."""

    name: str
    question: str
    title: str
    drafts: tuple[tuple[int, str], ...]
    """Number and time of each."""
    stretches: tuple[Stretch, ...]


def rows_of(
    rubrics: Sequence[Rubric], kept: Answers, closed: Mapping[str, frozenset[str]] | None = None
) -> tuple[Row, ...]:
    """Every question and every kept answer, weakest first (see `Row.weakness`).

    `closed` are, by story, the ids of what a person can tell nothing more about: no next edit asks for them.
    """
    known = {rubric.id: (place, rubric) for place, rubric in enumerate(rubrics)}
    trails = _story_trails(kept)
    shut = closed or {}
    found = [
        _row_of(story, drafts, known, trails, shut.get(story.name, frozenset())) for story, drafts in kept if drafts
    ]
    answered = {row.question for row in found}
    found += [_not_started(place, rubric) for place, rubric in known.values() if rubric.id not in answered]
    return tuple(sorted(found, key=lambda row: row.weakness))


def _story_trails(kept: Answers) -> dict[str, Trail]:
    """What each story can be known by, over all of its drafts."""
    trails: dict[str, Trail] = {}
    for story, drafts in kept:
        if story.question == STORY:
            for draft in drafts:
                trails[story.name] = trail_of(draft.text).with_(trails.get(story.name, Trail(frozenset())))
    return trails


def _not_started(place: int, rubric: Rubric) -> Row:
    return Row(
        question=rubric.id,
        title=rubric.title,
        rarity=rubric.rarity,
        place=place,
        name=None,
        drafts=0,
        at=None,
        state="not started",
        overall=None,
        next_edit=(),
        follow_ups=(),
        story=None,
        graded_by=None,
        rubric=None,
        outdated=False,
    )


def _row_of(
    story: Story,
    drafts: Sequence[Draft],
    known: Mapping[str, tuple[int, Rubric]],
    trails: Mapping[str, Trail],
    closed: frozenset[str],
) -> Row:
    place, rubric = known.get(story.question, (len(known), None))
    last = drafts[-1]
    card = last.feedback
    if card and rubric and closed:
        card = without(card, Answer.of(last.text, front_matter(last.text)[1]), rubric, closed)
    used = story_used(trail_of(last.text), trails) if trails and story.question != STORY else None
    return Row(
        question=story.question,
        title=rubric.title if rubric else story.question,
        rarity=rubric.rarity if rubric else "uncommon",
        place=place,
        name=story.name,
        drafts=len(drafts),
        at=last.at,
        state=_state(last, card),
        overall=card.overall if card else None,
        next_edit=needs_of(card) if card else (),
        follow_ups=card.follow_ups if card else (),
        story=used,
        graded_by=card.graded_by if card else None,
        rubric=card.rubric if card else None,
        outdated=bool(card and rubric and card.rubric.sha256 != rubric.sha256),
    )


def _state(draft: Draft, card: Feedback | None) -> State:
    if card is None:
        return "not gradable" if isinstance(draft.card, NotGradable) else "not graded"
    return "ready" if card.ready else "graded"


def needs_of(card: Feedback) -> tuple[str, ...]:
    """What the next edit of a card is about, by its labels; nothing where it is READY."""
    labels = {i.id: i.label for d in card.dimensions for i in d.indicators} | {
        c.id: c.label for d in card.dimensions for c in d.caps
    }
    return tuple(labels.get(name) or name for name in card.next_edit.needs) if card.next_edit else ()


def course(story: Story, drafts: Sequence[Draft], rubrics: Iterable[Rubric]) -> Course:
    """An answer over its drafts, in stretches that may be joined: each by one judge, one prompt and one rubric."""
    stretches: list[Stretch] = []
    before: Kept | None = None
    for draft in drafts:
        now = next((kept for kept in reversed(draft.cards) if isinstance(kept.card, Feedback)), None)
        if now is None or not isinstance(now.card, Feedback):
            continue
        point = _point(draft, now.card)
        if before is not None and before.basis == now.basis:
            stretches[-1] = stretches[-1].model_copy(update={"points": (*stretches[-1].points, point)})
        else:
            changed = _changed(before, now) if before else ()
            by, rubric = now.card.graded_by, now.card.rubric
            stretches.append(Stretch(graded_by=by, rubric=rubric, changed=changed, points=(point,)))
        before = now
    return Course(
        name=story.name,
        question=story.question,
        title=next((rubric.title for rubric in rubrics if rubric.id == story.question), story.question),
        drafts=tuple((draft.number, draft.at) for draft in drafts),
        stretches=tuple(stretches),
    )


def _point(draft: Draft, card: Feedback) -> Point:
    return Point(
        draft=draft.number,
        at=draft.at,
        words=card.answer.words or count_words(draft.text),
        overall=card.overall,
        levels={dimension.id: dimension.level for dimension in card.dimensions},
        slots=card.slots,
    )


def _changed(before: Kept, now: Kept) -> tuple[Change, ...]:
    """What of a basis is another one."""
    old, new = before.card.graded_by, now.card.graded_by
    prompts = [by.prompt.sha256 if by and by.prompt else None for by in (old, new)]
    judges = [(by.engine, by.model, by.base_url_sha256, by.passes) if by else None for by in (old, new)]
    found: list[Change] = []
    if judges[0] != judges[1]:
        found.append("judge")
    if prompts[0] != prompts[1] and judges[0] == judges[1]:
        found.append("prompt")
    if before.card.rubric.sha256 != now.card.rubric.sha256:
        found.append("rubric")
    return tuple(found)
