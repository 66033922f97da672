"""Grading a batch: answers go out as fast as the endpoint bears, cards are written as they come, failures stop nothing.

A failure that would meet every answer (a key that is not accepted, a model that is not there, ten replies in a row
that are no replies) ends the run with its cause.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from answer_coach.answer import Word
from answer_coach.batch.aside import set_aside
from answer_coach.batch.entry import Broken, Entry
from answer_coach.batch.ledger import Ledger, basis_of, place_of
from answer_coach.coach import Coach
from answer_coach.engines.pacing import Pace, Pacer
from answer_coach.errors import (
    AccessDenied,
    CoachError,
    EngineError,
    KeyMissing,
    ModelMissing,
    RateLimited,
    RequestRefused,
    UnknownQuestion,
    Waiting,
)
from answer_coach.feedback import Failed, Feedback, NotGradable, Usage
from answer_coach.library.marked import front_matter
from answer_coach.prompt import both
from answer_coach.request import REPLY_TOKENS
from answer_coach.rubric import Rubric

HOPELESS = (AccessDenied, ModelMissing, KeyMissing)
USELESS_AT_FIRST = 10
"""Replies at the beginning that can't be used, one after the other, before the run is given up."""
UNREACHED = 5
"""Answers one after the other that the endpoint failed on, after all their tries."""
LONG = 60.0
"""Seconds: an endpoint that asks for more, when a request has no time left for that, is left until another day."""


class Limits(NamedTuple):
    """What a run may spend; it stops before that."""

    max_cost: float | None = None
    max_tokens: int | None = None


class Tally(Word):
    """Where a run stands."""

    graded: int = 0
    not_gradable: int = 0
    failed: int = 0
    there: int = 0
    """Answers that had their card already."""
    waiting: int = 0
    """Answers whose reply is left to a batch service; they have no card yet."""
    broken: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0
    stopped: str = ""
    """Why the run ended before its end."""

    @property
    def done(self) -> int:
        return self.graded + self.not_gradable + self.failed + self.there


class Run:
    """One run over a batch.  `tell` is called after each answer with where it stands.

    `to_the_end` gives up on nothing: the replies are paid for already.
    """

    def __init__(
        self,
        coach: Coach,
        ledger: Ledger,
        pacer: Pacer | None = None,
        limits: Limits | None = None,
        retry_failed: bool = False,
        anyway: bool = False,
        tell: Callable[[Tally], None] = lambda tally: None,
        to_the_end: bool = False,
    ):
        self._coach, self._ledger, self._tell = coach, ledger, tell
        self._pacer, self._limits = pacer or Pacer(Pace()), limits or Limits()
        self._retry_failed, self._anyway, self._to_the_end = retry_failed, anyway, to_the_end
        self._marks = Marks(coach)
        self.tally = Tally()
        self.broken: list[Broken] = []
        self._prompts: dict[str, int] = {}
        self._reserved = self._guessed = 0.0
        self._reserved_tokens = self._guessed_tokens = 0
        self._useless = self._unreached = 0
        self._ended = False
        self._cause: CoachError | None = None

    def grade(self, entries: Iterable[Entry | Broken]) -> Tally:
        """Grade all entries; what has its card is left alone.  Raises nothing for an answer: its card says it."""
        return asyncio.run(self.agrade(entries))

    async def agrade(self, entries: Iterable[Entry | Broken]) -> Tally:
        """`grade`, in the running event loop."""
        started = time.monotonic()
        source = self._fresh(entries)
        try:
            with set_aside():
                async with self._coach, asyncio.TaskGroup() as group:
                    workers = self._pacer.most if self._coach.host else 1
                    for _ in range(workers):
                        group.create_task(self._work(source))
        except ExceptionGroup as faults:  # a disk that is full meets all of them
            raise faults.exceptions[0] from None
        for _ in source:  # what an end before the end left unread has its place in the order too, and keeps its card
            pass
        self._ledger.settle()
        self.tally = self.tally.model_copy(update={"seconds": round(time.monotonic() - started, 3)})
        self._tell(self.tally)
        return self.tally

    @property
    def cause(self) -> CoachError | None:
        """The failure that ended the run."""
        return self._cause

    def _fresh(self, entries: Iterable[Entry | Broken]) -> Iterator[Entry]:
        """The entries that need a card, in order; the others are counted."""
        for entry in entries:
            if isinstance(entry, Broken):
                self.broken.append(entry)
                self._count(broken=1)
                continue
            try:
                place, bases = self._marks.place(entry), self._marks.bases(entry)
            except UnknownQuestion as fault:
                self.broken.append(Broken(path=entry.source.path or "", line=entry.source.row, message=fault.message))
                self._count(broken=1)
                continue
            self._ledger.turn(place)
            state = self._ledger.state(place)
            if state and state.basis in bases and not (self._retry_failed and state.kind == "failed"):
                self._ledger.keep_text(self._marks.sha256(entry), entry.text)
                self._count(there=1)
                continue
            yield entry

    async def _work(self, source: Iterator[Entry]) -> None:
        """Take one entry after the other until there is none, or the run is over."""
        for entry in source:
            tokens = self._estimate(entry)
            price = self._price(tokens) or 0.0
            self._reserved_tokens += tokens
            self._reserved += price
            if self._ended or not self._affordable(tokens):
                return
            try:
                await self._one(entry)
            finally:
                self._reserved_tokens -= tokens
                self._reserved -= price
                self._guessed_tokens += tokens
                self._guessed += price

    async def _one(self, entry: Entry) -> None:
        card: Feedback | NotGradable | Failed
        try:
            card = await self._coach.agrade(
                entry.text, question=entry.question, anyway=self._anyway, source=entry.source
            )
            self._useless = self._unreached = 0
        except Waiting:
            self._count(waiting=1)
            return
        except CoachError as error:
            if self._hopeless(error):
                return
            card = self._coach.failure(entry.text, error, question=entry.question, source=entry.source)
        self._ledger.append(card, entry.text)
        self._counted(card)

    def _hopeless(self, error: CoachError) -> bool:
        """Whether a failure would meet every answer; then the run ends, and this answer is left for the next one."""
        if self._to_the_end:
            return False
        engine = isinstance(error, EngineError) and not isinstance(error, RequestRefused)  # that may be this answer's
        self._unreached = self._unreached + 1 if engine else 0
        self._useless = 0 if engine else self._useless + 1
        nothing_yet = self.tally.graded == 0 and self._useless >= USELESS_AT_FIRST
        quota = error.code == "quota_exhausted" or (isinstance(error, RateLimited) and self._pacer.held > LONG)
        if isinstance(error, HOPELESS) or quota or nothing_yet or self._unreached >= UNREACHED:
            self._end(error.message, error)
            self._pacer.halt()
        return self._ended and (engine or nothing_yet)

    def _end(self, why: str, cause: CoachError | None = None) -> None:
        if not self._ended:
            self._ended, self._cause = True, cause
            self.tally = self.tally.model_copy(update={"stopped": why})

    def _estimate(self, entry: Entry) -> int:
        """Tokens that an entry will take, about, both ways and in all passes; reserved until it has ended."""
        if not self._coach.host:
            return 0
        if entry.question not in self._prompts:
            self._prompts[entry.question] = prompt_tokens(self._coach.rubric(entry.question))
        return self._coach.graded_by.passes * (len(entry.text) // 4 + self._prompts[entry.question] + REPLY_TOKENS)

    def _price(self, tokens: int) -> float | None:
        replies = self._coach.graded_by.passes * REPLY_TOKENS
        return self._coach.cost(max(0, tokens - replies), replies) if tokens else 0.0

    def _affordable(self, tokens: int) -> bool:
        """Whether what is spent, what is under way and this one stay within the limits.

        Where the endpoint does not say what it took, the estimates count for it.
        """
        uncounted = bool(self._coach.traffic and self._coach.traffic.uncounted)
        told, cost = self.tally.input_tokens + self.tally.output_tokens, self.tally.cost or 0.0
        spent = (max(told, self._guessed_tokens) if uncounted else told) + self._reserved_tokens
        if self._limits.max_tokens is not None and spent > self._limits.max_tokens:
            self._end(f"--max-tokens {self._limits.max_tokens:,} would be passed")
        cost = (max(cost, self._guessed) if uncounted else cost) + self._reserved
        if self._limits.max_cost is not None and cost > self._limits.max_cost:
            self._end(f"--max-cost {self._limits.max_cost:g} would be passed")
        return not self._ended

    def _counted(self, card: Feedback | NotGradable | Failed) -> None:
        used = card.usage
        kind = {"feedback": "graded", "not_gradable": "not_gradable", "failed": "failed"}[card.kind]
        self._count(self._spent(used), **{kind: 1})

    def _spent(self, used: Usage | None) -> dict[str, object]:
        """Tokens and dollars so far: what went over the wire, where that is counted, else what the cards say."""
        if traffic := self._coach.traffic:
            cost = None if traffic.uncounted else self._coach.cost(traffic.input_tokens, traffic.output_tokens)
            return {"input_tokens": traffic.input_tokens, "output_tokens": traffic.output_tokens, "cost": cost}
        known = self.tally.cost is not None and (used is None or used.cost is not None)
        return {
            "input_tokens": self.tally.input_tokens + ((used.input_tokens or 0) if used else 0),
            "output_tokens": self.tally.output_tokens + ((used.output_tokens or 0) if used else 0),
            "cost": round((self.tally.cost or 0.0) + ((used.cost or 0.0) if used else 0.0), 6) if known else None,
        }

    def _count(self, spent: Mapping[str, object] | None = None, **more: int) -> None:
        counted = {name: getattr(self.tally, name) + n for name, n in more.items()}
        self.tally = self.tally.model_copy(update={**(spent or {}), **counted})
        self._tell(self.tally)


class Marks:
    """What a card's basis may be, for each question: made with the present rubric, prompt and judge."""

    def __init__(self, coach: Coach):
        self._coach = coach
        self._bases: dict[str, frozenset[bytes]] = {}

    def place(self, entry: Entry) -> bytes:
        """Where an entry came from with what it says."""
        return place_of(entry.source, self.sha256(entry))

    @staticmethod
    def sha256(entry: Entry) -> str:
        """The hash of what an entry says, as its card has it."""
        start = front_matter(entry.text)[1]
        return hashlib.sha256(entry.text[start:].encode("utf-8", "surrogatepass")).hexdigest()

    def bases(self, entry: Entry) -> frozenset[bytes]:
        """The bases that count as present; UnknownQuestion where the entry names none that there is."""
        if entry.question not in self._bases:
            rubric = self._coach.rubric(entry.question)
            by = self._coach.graded_by
            prompts = [by.prompt]
            if by.prompt:
                library = self._coach.library
                prompts.append(both(library.template("grade"), library.template("form")))
            judges = [
                by.model_copy(update={"prompt": prompt, "passes": passes})
                for prompt in prompts
                for passes in range(by.passes // 2 + 1, by.passes + 1)  # a card counts the passes that could be used
            ]
            self._bases[entry.question] = frozenset(
                basis_of(rubric.id, rubric.sha256, judge) for judge in (None, *judges)
            )
        return self._bases[entry.question]


def prompt_tokens(rubric: Rubric) -> int:
    """Tokens of the part of a prompt that is the same for every answer to a question, about."""
    return 600 + sum(len(i.asks) + len(i.met) + len(i.near_miss) + 20 for i in rubric.indicators) // 4
