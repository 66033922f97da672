"""Whether a model at an endpoint is fit to grade: what it enforces, two exemplars, its noise, its time and its cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from answer_coach.answer import Word
from answer_coach.choosing import RULES
from answer_coach.coach import Coach
from answer_coach.errors import CoachError, EngineError
from answer_coach.feedback import Fault, Feedback, NotGradable, Usage
from answer_coach.laws.material import material
from answer_coach.noise import Noise, repeats, spread
from answer_coach.rubric import DimensionId, Exemplar

QUESTION = "q05"
APART = 1.5
"""Overall levels by which a strong exemplar must stand above a weak one."""
FLIPS = 0.10
"""Share of verdicts that may differ from the majority over repeats; above it comparisons of drafts mean little."""
CONTEXT_FIELDS = (
    "n_ctx",
    "max_model_len",
    "context_length",
    "context_window",
    "max_context_length",
    "loaded_context_length",
)
Fit = Literal["yes", "with care", "no"]


class Trial(Word):
    """One exemplar, graded: its levels beside the expected ones, or the error."""

    question: str
    kind: str
    expected: Mapping[DimensionId, int]
    levels: Mapping[DimensionId, int] | None
    overall: float | None
    unverified_quotes: int
    usage: Usage | None
    error: Fault | None


class ModelCheck(Word):
    """All that was found out about a judge; `fit` follows from `reasons`."""

    model: str
    host: str | None
    reply_mode: str | None
    probed: str | None
    """What came of asking the endpoint for a form: enforced, ignored, refused, failed; None where it was known."""
    refused: tuple[str, ...]
    """Fields that the endpoint does not take."""
    offered: int | None
    """How many models the endpoint lists; None where it lists none."""
    context_tokens: int | None
    trials: tuple[Trial, ...]
    noise: Noise | None
    """In two parts: repeats of one text, paraphrases of the same facts; None where it was not measured."""
    failed: int
    """Gradings for the noise that gave no card."""
    fit: Fit
    reasons: tuple[str, ...]


def check_model(coach: Coach, question: str = QUESTION, passes: int = 1) -> ModelCheck:
    """Try a judge on a weak and a strong exemplar; where `passes` is more than 1, measure its noise and keep it.

    Noise is measured on a solid exemplar, `passes` times, and on as many pairs of paraphrases; rules, which say the
    same each time, read all the pairs.  Raises CoachError where the endpoint can't be asked at all; a reply that can't
    be used is part of the result.
    """
    exemplars = {e.kind: e for e in coach.library.exemplars(coach.library.resolve(question))}
    judge: Any = coach.judge
    offered, context = _offer(judge, coach.model)
    with coach:
        if hasattr(judge, "settle"):
            judge.settle()
        trials = tuple(_trial(coach, exemplars[kind]) for kind in ("weak", "strong"))
        noise, failed = _noise(coach, exemplars["solid"], passes) if passes > 1 else (None, 0)
    if noise and noise.level is not None:
        coach.learn_noise(noise)
    probed = getattr(judge, "probed", None)
    fit, reasons = verdict(trials, noise, failed, probed, judge.graded_by.reply_mode)
    return ModelCheck(
        model=coach.model,
        host=coach.host,
        reply_mode=judge.graded_by.reply_mode,
        probed=probed,
        refused=tuple(getattr(judge, "refused", ())),
        offered=len(offered) if offered is not None else None,
        context_tokens=context,
        trials=trials,
        noise=noise,
        failed=failed,
        fit=fit,
        reasons=reasons,
    )


def _offer(judge: Any, model: str) -> tuple[list[dict[str, Any]] | None, int | None]:
    """The endpoint's list of models and the context length that it tells; None for what it does not tell."""
    if not hasattr(judge, "offered"):
        return None, None
    try:
        rows: list[dict[str, Any]] = judge.offered()
    except CoachError:
        return None, None
    own = [row for row in rows if row.get("id") == model] or (rows if len(rows) == 1 else [])
    rows_told = [{**row, **row["meta"]} if isinstance(row.get("meta"), dict) else row for row in own]
    told = [row[name] for row in rows_told for name in CONTEXT_FIELDS if isinstance(row.get(name), int)]
    if told:
        judge.learn_context(told[0])
    return rows, told[0] if told else None


def _trial(coach: Coach, exemplar: Exemplar) -> Trial:
    card, error = _graded(coach, exemplar)
    return Trial(
        question=exemplar.question,
        kind=exemplar.kind,
        expected=exemplar.levels,
        levels={d.id: d.level for d in card.dimensions} if isinstance(card, Feedback) else None,
        overall=card.overall.level if isinstance(card, Feedback) else None,
        unverified_quotes=card.unverified_quotes if isinstance(card, Feedback) else 0,
        usage=card.usage if card else None,
        error=error,
    )


def _graded(coach: Coach, exemplar: Exemplar) -> tuple[Feedback | NotGradable | None, Fault | None]:
    return _card(coach, exemplar.text, exemplar.question)


def _card(coach: Coach, text: str, question: str) -> tuple[Feedback | NotGradable | None, Fault | None]:
    try:
        card = coach.grade(text, question=question)
    except EngineError:
        raise
    except CoachError as error:
        return None, Fault(code=error.code, message=error.message, hint=error.hint)
    if isinstance(card, NotGradable):
        reason = card.reasons[0]
        return card, Fault(code=reason.code, message=reason.message, hint="")
    return card, None


def _noise(coach: Coach, exemplar: Exemplar, passes: int) -> tuple[Noise, int]:
    """A judge's noise, and how many gradings gave no card to measure it with."""
    rules = coach.graded_by.engine == RULES
    once = 0 if rules else passes
    same = [_graded(coach, exemplar)[0] for _ in range(once)]
    pairs = [pair for pair in material().paraphrase if pair.question in coach.library.files]
    told: list[tuple[Feedback, Feedback]] = []
    failed = sum(not isinstance(card, Feedback) for card in same)
    for pair in pairs if rules else pairs[:passes]:
        one, two = (_card(coach, text, pair.question)[0] for text in (pair.text, pair.again))
        if isinstance(one, Feedback) and isinstance(two, Feedback):
            told.append((one, two))
        else:
            failed += 1
    return Noise(repeats=repeats([c for c in same if isinstance(c, Feedback)]), paraphrases=spread(told)), failed


def verdict(
    trials: Sequence[Trial], noise: Noise | None, failed: int, probed: str | None, mode: str | None
) -> tuple[Fit, tuple[str, ...]]:
    """Whether a judge is fit for grading, and why not, or why only with care."""
    against = [f"the {t.kind} exemplar could not be graded: {t.error.message}" for t in trials if t.error]
    weak, strong = (t.overall for t in trials)
    if weak is not None and strong is not None and strong - weak < APART:
        against.append(f"a strong and a weak exemplar come out alike ({strong} and {weak})")
    if against:
        return "no", tuple(against)
    care = []
    if probed in ("ignored", "failed") or (probed is None and mode in ("json_object", "text")):
        care.append("the endpoint does not hold replies to a form, so that some may have to be asked for twice")
    for trial in trials:
        off = [d for d, level in (trial.levels or {}).items() if abs(level - trial.expected[d]) > 1]
        care += [f"the {trial.kind} exemplar is more than one level off in {', '.join(off)}"] if off else []
        if trial.unverified_quotes:
            care.append(f"{trial.unverified_quotes} quotes about the {trial.kind} exemplar were made up")
    if noise and noise.repeats and noise.repeats.flips > FLIPS:
        care.append(f"{noise.repeats.flips:.0%} of its verdicts change when it reads the same text again")
    if noise and (noise.level or 0) > 1:
        care.append(f"its levels differ by up to {noise.level} between two tellings of the same facts")
    if failed:
        care.append(f"{failed} of the gradings for its noise gave no card")
    return ("with care", tuple(care)) if care else ("yes", ("the exemplars come out where careful raters put them",))
