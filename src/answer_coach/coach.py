"""One sitting: a text and a question to a card."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from answer_coach import __version__
from answer_coach.answer import Answer
from answer_coach.assemble import Provenance, failed, feedback, not_graded
from answer_coach.barred.barring import barred, remarks
from answer_coach.choosing import RULES, choose
from answer_coach.engines.interface import TIMEOUT, Judge
from answer_coach.engines.memory import Memory
from answer_coach.engines.noisebook import NoiseBook
from answer_coach.engines.prices import FREE, Price, cost_of, price_of, usage_of
from answer_coach.engines.providers import Tuning
from answer_coach.engines.rules import seems_to_answer
from answer_coach.errors import CoachError, UnknownQuestion
from answer_coach.feedback import Failed, Feedback, GradedBy, NotGradable, Source
from answer_coach.gate import gate, paste_of, paste_warnings
from answer_coach.library.marked import front_matter
from answer_coach.library.shelf import Library
from answer_coach.noise import Noise
from answer_coach.redaction.redacting import read_words, redact
from answer_coach.remarks import ASIDE, Prepared, not_this_question, too_long
from answer_coach.repeating import agraded, graded, side_by_side, told_by, wanted
from answer_coach.request import Tokens
from answer_coach.rubric import Rubric
from answer_coach.steps import Job, Outcome

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

    from answer_coach.engines.traffic import Traffic

AT_ONCE = 8
NEVER_ANYWAY = frozenset(("empty", "too_long"))


class Coach:
    """Grades answers.

    `model` is "rules" (built in, no network), "PROVIDER/MODEL", any model's name with `base_url`, any langchain-core
    chat model, or a judge of your own.  Keys are read from `environ`: the provider's own variable, or COACH_API_KEY
    with a base URL.  A coach can be used as it is, or as a (sync or async) context manager, which keeps its connections
    open between answers.  `passes` grades each answer so often and takes the majority; `tuning` is what a person set
    about an endpoint, `memory` and `noise` keep what is found out, `prices` are dollars per million tokens, and `watch`
    is called with what there is of a reply while it comes.  `redact` (lines like "Acme" or "Falcon = product", or none)
    has names and amounts replaced in what a model gets to read.

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
        passes: int = 1,
        tuning: Tuning | None = None,
        memory: Memory | None = None,
        noise: NoiseBook | None = None,
        prices: Mapping[str, Price] | None = None,
        watch: Callable[[str], None] | None = None,
        redact: Iterable[str] | None = None,
        traffic: Traffic | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ):
        self.library = library or Library()
        self._now = now
        self._max_input_tokens = max_input_tokens
        self._stack, self._astack = ExitStack(), AsyncExitStack()
        shell = dict(os.environ) if environ is None else environ
        self._judge = choose(model, base_url, timeout, shell, self.library, tuning, memory, watch, traffic)
        self.traffic = traffic
        self._book = noise or NoiseBook()
        self._prices, self._passes = prices or {}, passes
        self._named: tuple[GradedBy, GradedBy] | None = None
        self._words = None if redact is None else read_words(redact)

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
        return self._conclude(ready, graded(self._judge, ready.job, self._passes), started)

    async def agrade(
        self, text: str, *, question: str | None = None, anyway: bool = False, source: Source | None = None
    ) -> Feedback | NotGradable:
        """`grade`, in the running event loop."""
        started = time.perf_counter()
        ready = self._prepare(text, question, anyway, source)
        if isinstance(ready, NotGradable):
            return ready
        return self._conclude(ready, await agraded(self._judge, ready.job, self._passes), started)

    async def abatch(
        self,
        texts: Sequence[str],
        *,
        question: str | Sequence[str] | None = None,
        at_once: int = AT_ONCE,
        anyway: bool = False,
    ) -> list[Feedback | NotGradable | Failed]:
        """Grade many answers, `at_once` at a time; one card each, in order.

        `question` is that of all of them, or one for each; without it the texts' front matter names it.
        A failure becomes a `Failed` card in its place and stops nothing.  A question that is not known, or a rubric
        with a fault, raises before any of them is graded.
        """
        asked = [question] * len(texts) if question is None or isinstance(question, str) else question
        jobs = list(zip(texts, asked, strict=True))
        for text, name in jobs:
            self._read(text, name)

        async def one(job: tuple[str, str | None]) -> Feedback | NotGradable | Failed:
            text, name = job
            try:
                return await self.agrade(text, question=name, anyway=anyway)
            except CoachError as error:
                return self.failure(text, error, question=name)

        async with self._judge.asession():
            return await side_by_side(one, jobs, at_once)

    def failure(
        self, text: str, error: CoachError, *, question: str | None = None, source: Source | None = None
    ) -> Failed:
        """The card of an answer whose grading raised `error`."""
        rubric, answer = self._read(text, question)
        about = self._about(rubric, answer, source)
        if isinstance(took := getattr(error, "took", None), Tokens):
            about = about.model_copy(update={"usage": usage_of(took, None, self._price())})
        return failed(about, error)

    def request(self, text: str, *, question: str | None = None) -> Job:
        """What would be put to a model, without asking one: see `answer_coach.prompt.render`."""
        return self._job(*self._read(text, question), sent=True)

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
            hint = "Name it with -q, or in front matter (question: q05). List them: coach questions"
            raise UnknownQuestion("It is not said which question this answers", hint=hint)
        return self.library.rubric(question)

    def _job(self, rubric: Rubric, answer: Answer, sent: bool) -> Job:
        """A job; `sent` tells whether the answer leaves the house, redacted where that is wanted."""
        hidden = redact(answer, self._words) if sent and self._words else None
        return Job(
            rubric=rubric,
            answer=hidden.answer if hidden else answer,
            hidden=hidden,
            template=self.library.template("grade"),
            repair=self.library.template("repair"),
            form=self.library.template("form"),
            unpaid=barred(answer, rubric, self.library.limits.small_words),
            margin=self._margin(),
            humble=self._judge.graded_by.engine == RULES,
        )

    def _about(
        self, rubric: Rubric, answer: Answer, source: Source | None, warnings: Iterable[str] = (), judged: bool = True
    ) -> Provenance:
        graded_by = self.graded_by.model_copy(update={"noise": self._margin()}) if judged else None
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
        job = self._job(rubric, answer, sent=self._judge.graded_by.engine != RULES)
        reasons = gate(answer, paste, limits, self._judge.languages)
        if not reasons and self._judge.limited:
            reasons = too_long(job, answer, self._max_input_tokens or self.library.limits.max_input_tokens)
        if reasons and (not anyway or reasons[0].code in NEVER_ANYWAY):
            about = self._about(rubric, answer, source, judged=False)
            return not_graded(about, reasons, self._other(answer, rubric))
        told = [reason.message for reason in reasons]
        warnings = (*told, *paste_warnings(paste, limits), *remarks(answer, job.unpaid))
        warnings += (job.hidden.remark,) if job.hidden else ()
        return Prepared(job=job, about=self._about(rubric, answer, source, warnings), anyway=anyway)

    def _margin(self) -> int | None:
        """The measured error of a level, plus and minus; several passes show their own range instead."""
        if self._judge.margin is not None or self._passes > 1:
            return self._judge.margin
        return self._book.of(self.graded_by).level

    @property
    def graded_by(self) -> GradedBy:
        """Who judges, as a card will say it."""
        by = self._judge.graded_by
        if self._named is None or self._named[0] is not by:
            prompt = by.prompt or (None if by.engine == RULES else self.library.template("grade").ref)
            passes = wanted(self._judge, self._passes)
            self._named = by, by.model_copy(update={"prompt": prompt, "passes": passes})
        return self._named[1]

    def learn_noise(self, noise: Noise) -> None:
        """Keep what was measured about the present judge; its cards show the range that follows."""
        self._book.keep(self.graded_by, noise)

    def cost(self, input_tokens: int, output_tokens: int) -> float | None:
        """Dollars for so many tokens; None where the price is not known."""
        return cost_of(Tokens(input_tokens=input_tokens, output_tokens=output_tokens), self._price())

    def _price(self) -> Price | None:
        by = self._judge.graded_by
        return FREE if by.engine == RULES else price_of(by.model, getattr(self._judge, "provider", None), self._prices)

    def _other(self, answer: Answer, rubric: Rubric) -> str | None:
        """The question that a text seems to answer, where that is another one that there is a rubric for."""
        other = seems_to_answer(answer, self.library.topics, rubric.id)
        return other if other in self.library.files else None

    def _conclude(self, ready: Prepared, outcome: Outcome, started: float) -> Feedback | NotGradable:
        by = ready.about.graded_by
        if by and by.engine != RULES:
            by = told_by(outcome, by)
        update = {
            "usage": usage_of(outcome.tokens, round(time.perf_counter() - started, 3), self._price()),
            "warnings": (*ready.about.warnings, *outcome.remarks),
            "graded_by": by,
        }
        about = ready.about.model_copy(update=update)
        if outcome.addresses == "no" and not ready.anyway:
            other = self._other(about.answer, about.rubric)
            return not_graded(about, not_this_question(bool(by and by.engine == RULES)), other)
        if remark := ASIDE.get(outcome.addresses):
            about = about.model_copy(update={"warnings": (*about.warnings, remark)})
        return feedback(about, outcome.judged)
