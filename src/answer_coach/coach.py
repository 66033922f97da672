"""One sitting: a text and a question to a card."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from answer_coach import __version__
from answer_coach.answer import Answer, Word
from answer_coach.assemble import Provenance, failed, feedback, not_graded
from answer_coach.choosing import RULES, choose
from answer_coach.engines.interface import TIMEOUT, Judge
from answer_coach.engines.memory import Memory
from answer_coach.engines.prices import Price, cost_of, price_of
from answer_coach.engines.providers import Tuning
from answer_coach.engines.rules import seems_to_answer
from answer_coach.errors import CoachError, UnknownQuestion
from answer_coach.feedback import Failed, Feedback, NotGradable, Reason, Source, Usage
from answer_coach.gate import gate, paste_of, paste_warnings
from answer_coach.injected import demanding
from answer_coach.library.marked import front_matter
from answer_coach.library.shelf import Library
from answer_coach.rubric import Rubric
from answer_coach.steps import Job, Outcome

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

AT_ONCE = 8
NEVER_ANYWAY = frozenset(("empty", "too_long"))


class Prepared(Word):
    """An answer that passed the gate: the job, and the card's head so far."""

    job: Job
    about: Provenance
    anyway: bool


class Coach:
    """Grades answers.

    `model` is "rules" (built in, no network), "PROVIDER/MODEL", any model's name with `base_url`, any langchain-core
    chat model, or a judge of your own.  Keys are read from `environ`: the provider's own variable, or COACH_API_KEY
    with a base URL.  A coach can be used as it is, or as a (sync or async) context manager, which keeps its connections
    open between answers.  `tuning` is what a person set about an endpoint, `memory` keeps what is found out about it,
    `prices` are dollars per million tokens, and `watch` is called with what there is of a reply while it comes.

    >>> coach = Coach(model="rules")
    >>> coach.grade("I prioritize by impact.", question="q05").kind
    'not_gradable'
    """

    def __init__(
        self,
        model: str | BaseChatModel | Judge = RULES,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        library: Library | None = None,
        max_input_tokens: int | None = None,
        environ: dict[str, str] | None = None,
        tuning: Tuning | None = None,
        memory: Memory | None = None,
        prices: Mapping[str, Price] | None = None,
        watch: Callable[[str], None] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ):
        self.library = library or Library()
        self._now = now
        self._max_input_tokens = max_input_tokens
        self._stack, self._astack = ExitStack(), AsyncExitStack()
        shell = dict(os.environ) if environ is None else environ
        self._judge = choose(model, base_url, timeout, shell, self.library, tuning, memory, watch)
        self._prices = prices or {}

    @property
    def judge(self) -> Judge:
        """Who judges."""
        return self._judge

    @property
    def host(self) -> str | None:
        """The host that drafts are sent to; None for the rules and for a model that was handed in."""
        return self._judge.graded_by.host

    @property
    def model(self) -> str:
        """The name of the model that judges."""
        return self._judge.graded_by.model

    def __enter__(self) -> Coach:
        self._stack.enter_context(self._judge.session())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    async def __aenter__(self) -> Coach:
        await self._astack.enter_async_context(self._judge.asession())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._astack.aclose()

    def grade(
        self, text: str, *, question: str | None = None, anyway: bool = False, source: Source | None = None
    ) -> Feedback | NotGradable:
        """Grade one answer.

        `question` is an id, a number or a slug; without it the text's front matter names it (`question: q05`).
        `anyway` grades what the gate would not.  Raises CoachError: what was handed in (InputError), the endpoint
        (EngineError), or a reply that can't be used (UnusableReply).
        """
        started = time.perf_counter()
        ready = self._prepare(text, question, anyway, source)
        if isinstance(ready, NotGradable):
            return ready
        return self._conclude(ready, self._judge.judge(ready.job), started)

    async def agrade(
        self, text: str, *, question: str | None = None, anyway: bool = False, source: Source | None = None
    ) -> Feedback | NotGradable:
        """`grade`, in the running event loop."""
        started = time.perf_counter()
        ready = self._prepare(text, question, anyway, source)
        if isinstance(ready, NotGradable):
            return ready
        return self._conclude(ready, await self._judge.ajudge(ready.job), started)

    async def abatch(
        self, texts: Sequence[str], *, question: str | None = None, at_once: int = AT_ONCE, anyway: bool = False
    ) -> list[Feedback | NotGradable | Failed]:
        """Grade many answers to one question, `at_once` at a time; one card each, in order.

        A failure becomes a `Failed` card in its place and stops nothing.  A question that is not known, or a rubric
        with a fault, raises before any of them is graded.
        """
        import asyncio

        for text in texts:
            self._read(text, question)
        gate_of = asyncio.Semaphore(at_once)

        async def one(text: str) -> Feedback | NotGradable | Failed:
            async with gate_of:
                try:
                    return await self.agrade(text, question=question, anyway=anyway)
                except CoachError as error:
                    return self.failure(text, error, question=question)

        async with self._judge.asession(), asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(text)) for text in texts]
        return [task.result() for task in tasks]

    def failure(
        self, text: str, error: CoachError, *, question: str | None = None, source: Source | None = None
    ) -> Failed:
        """The card of an answer whose grading raised `error`."""
        rubric, answer = self._read(text, question)
        return failed(self._about(rubric, answer, source), error)

    def request(self, text: str, *, question: str | None = None) -> Job:
        """What would be put to a judge, without asking one: see `answer_coach.prompt.render`."""
        return self._job(*self._read(text, question))

    def _read(self, text: str, question: str | None) -> tuple[Rubric, Answer]:
        """The rubric and the answer that a text and a question name."""
        fields, start = front_matter(text)
        if not start and not question and text.lstrip("\ufeff").startswith(("---\n", "---\r\n")):
            hint = "Put a line of three dashes below the fields, or name the question with -q."
            raise UnknownQuestion("The front matter is not closed, or is not 'name: value'", hint=hint)
        return self.rubric(question or str(fields.get("question") or "")), Answer.of(text, start)

    def rubric(self, question: str) -> Rubric:
        """The rubric of a question; UnknownQuestion where none is named or there is none such."""
        if not question:
            hint = f"Name it with -q, or in front matter (question: q05). Known: {', '.join(self.library.files)}"
            raise UnknownQuestion("It is not said which question this answers", hint=hint)
        return self.library.rubric(question)

    def _job(self, rubric: Rubric, answer: Answer) -> Job:
        return Job(
            rubric=rubric,
            answer=answer,
            template=self.library.template("grade"),
            repair=self.library.template("repair"),
            form=self.library.template("form"),
            barred=demanding(answer),
            margin=self._judge.margin,
        )

    def _about(
        self, rubric: Rubric, answer: Answer, source: Source | None, warnings: Iterable[str] = (), judged: bool = True
    ) -> Provenance:
        graded_by = self._judge.graded_by if judged else None
        if graded_by and graded_by.prompt is None:
            graded_by = graded_by.model_copy(update={"prompt": self.library.template("grade").ref})
        return Provenance(
            rubric=rubric,
            answer=answer,
            warnings=tuple(warnings),
            source=source,
            graded_by=graded_by,
            graded_at=self._now().isoformat(timespec="seconds"),
            coach_version=__version__,
        )

    def _prepare(self, text: str, question: str | None, anyway: bool, source: Source | None) -> Prepared | NotGradable:
        """The gate: a job for the judge, or the card that says why there is none."""
        (rubric, answer), limits = self._read(text, question), self.library.limits
        paste = paste_of(answer, self.library.guide, rubric)
        job = self._job(rubric, answer)
        reasons = gate(answer, paste, limits, self._judge.languages)
        if not reasons and self._judge.limited:
            reasons = self._too_long(job)
        if reasons and (not anyway or reasons[0].code in NEVER_ANYWAY):
            about = self._about(rubric, answer, source, judged=False)
            return not_graded(about, reasons, self._other(answer, rubric))
        warnings = (*(reason.message for reason in reasons), *paste_warnings(paste, limits), *_demands(answer, job))
        return Prepared(job=job, about=self._about(rubric, answer, source, warnings), anyway=anyway)

    def _too_long(self, job: Job) -> list[Reason]:
        most = self._max_input_tokens or self.library.limits.max_input_tokens
        size = job.request.estimated_tokens
        if size <= most:
            return []
        fault = (
            f"The answer has {job.answer.words} words; with the rubric about {size} tokens, and the limit is {most}."
        )
        remedy = "Shorten it, or raise --max-input-tokens if the model's context is larger. Nothing was cut or sent."
        return [Reason(code="too_long", message=f"{fault} {remedy}")]

    def _other(self, answer: Answer, rubric: Rubric) -> str | None:
        """The question that a text seems to answer, where that is another one that there is a rubric for."""
        other = seems_to_answer(answer, self.library.topics, rubric.id)
        return other if other in self.library.files else None

    def _conclude(self, ready: Prepared, outcome: Outcome, started: float) -> Feedback | NotGradable:
        by = ready.about.graded_by
        if by and by.engine != RULES:
            told = {"reply_mode": outcome.mode or by.reply_mode, "prompt": outcome.prompt or by.prompt}
            by = by.model_copy(update=told)
        update = {
            "usage": self._usage(outcome, round(time.perf_counter() - started, 3)),
            "warnings": (*ready.about.warnings, *outcome.remarks),
            "graded_by": by,
        }
        about = ready.about.model_copy(update=update)
        if outcome.addresses == "no" and not ready.anyway:
            other = self._other(about.answer, about.rubric)
            remedy = "Grade it under the question it answers, or with --anyway."
            fault = "This does not answer the question that it is graded for."
            return not_graded(about, [Reason(code="other_question", message=f"{fault} {remedy}")], other)
        if outcome.addresses != "yes":
            remark = "this answers the question only in part"
            about = about.model_copy(update={"warnings": (*about.warnings, remark)})
        return feedback(about, outcome.judged)

    def _usage(self, outcome: Outcome, seconds: float) -> Usage:
        """What an answer took.  Rules cost nothing; what else is not known is None, never 0."""
        by = self._judge.graded_by
        if by.engine == RULES:
            return Usage(
                input_tokens=0, output_tokens=0, cached_tokens=0, reasoning_tokens=0, seconds=seconds, cost=0.0
            )
        price = price_of(by.model, getattr(self._judge, "provider", None), self._prices)
        return Usage(**outcome.tokens.model_dump(), seconds=seconds, cost=cost_of(outcome.tokens, price))


def _demands(answer: Answer, job: Job) -> list[str]:
    """One remark for each sentence that tells the grader what to conclude."""
    remarks = []
    for sentence in answer.sentences:
        if sentence.number in job.barred:
            opening = " ".join(sentence.text.split()[:8])
            remarks.append(
                f'"{opening} ..." tells the grader what to conclude and earns nothing; '
                "if it is part of your story, say who wrote it and what you did about it"
            )
    return remarks
