"""The built-in rules engine: decides each indicator per sentence from the rubric's signals.  No key, no network.

It returns a reply shaped like a model's, which goes through the same parse and verify.  It reads English, and it sees
words, not sense: irony, a claim that contradicts itself, or a sound idea in rare words escape it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from answer_coach.answer import Answer
from answer_coach.engines.interface import Unconnected
from answer_coach.engines.patterns import Patterns, Sentences
from answer_coach.engines.speech import Heard, heard
from answer_coach.feedback import GradedBy
from answer_coach.folding import fold_text
from answer_coach.request import Completion, PromptRef
from answer_coach.rubric import Rubric, Signal
from answer_coach.steps import Job, Outcome, Turn, judge, read, render_job, score

MOST_EVIDENCE = 2
LISTED_BUZZ = 3  # terms of the trade in one sentence without a figure
TURNS = re.compile(r"\b(?:but|instead|so|because|until|unless|rather|only|before|except|than|which|who|that|since)\b")
THIN = (
    "hardly a sentence tells what only you can tell (a size, a time, a person's objection, your own call), "
    "so the rules halve the rest"
)
DOING = ("{did}", "{past}", "{own}")
SUBSTANCE = ("own", "size", "number", "duration", "time_past", "role", "pronoun", "i_chose", "biz", "data_word")
LEAST_CONCRETE = 2  # sentences; an answer with fewer tells nothing that could be held against anything
LEAST_TOPIC = 2  # different words of its own topic that an answer holds
UNMISTAKABLE = 0.6  # of another topic's words: a letter of application, say
LEAST_OTHER = 4  # different words of another topic before a text is said to be about that


PLAIN = Patterns({}, {})  # topics name no classes


class RulesJudge(Unconnected):
    """The rules engine as a judge.  `data` is signals.yaml, `ref` its version and hash, `topics` topics.yaml."""

    languages: tuple[str, ...] | None = ("en",)
    limited = False

    def __init__(self, data: Mapping[str, Any], ref: PromptRef, topics: Mapping[str, Sequence[str]]):
        self._regex: Mapping[str, str] = data["regex"]
        self._classes: Mapping[str, Sequence[str]] = data["classes"]
        self._of: dict[str, Patterns] = {"": Patterns(self._regex, self._classes)}
        self._errors: Sequence[str] = data["error"]
        self._topics: Mapping[str, Sequence[str]] = topics
        self._ref = ref
        self.margin: int | None = int(data["margin"])

    @property
    def graded_by(self) -> GradedBy:
        """Rules, not a language model, and which."""
        return GradedBy(
            engine="rules", model="rules", host=None, base_url_sha256=None, prompt=self._ref, passes=1, reply_mode=None
        )

    def judge(self, job: Job) -> Outcome:
        """Grade one job, by the steps that a model's reply takes."""
        paid = " ".join(s.text for s in job.answer.sentences if s.number not in job.barred)
        addresses = self._addresses(fold_text(paid), job.rubric)
        reading = Reading(self._patterns(job.rubric), job.answer, job.barred, doubtful=addresses != "yes")
        turn = render_job(job)
        outcome = score(judge(read(turn, self._complete(turn, reading, addresses))))
        return outcome.model_copy(update={"remarks": (THIN,)}) if reading.thin else outcome

    def _patterns(self, rubric: Rubric) -> Patterns:
        """The classes of signals.yaml, with what the rubric adds to them."""
        if not rubric.classes:
            return self._of[""]
        if rubric.sha256 not in self._of:
            self._of[rubric.sha256] = Patterns(self._regex, together(self._classes, rubric.classes))
        return self._of[rubric.sha256]

    def reads(self, rubric: Rubric, name: str, text: str) -> str:
        """The verdict that an example alone gets on one indicator, however thin it is as an answer."""
        indicator = rubric.by_id[name]
        reading = Reading(self._patterns(rubric), Answer.of(text), frozenset(), alone=True)
        return str(reading.decide(name, indicator.signals, slot=indicator.slot)["verdict"])

    async def ajudge(self, job: Job) -> Outcome:
        """The same; nothing here waits."""
        return self.judge(job)

    def _complete(self, turn: Turn, reading: Reading, addresses: str) -> Completion:
        """A reply in the wire's form, as a model would send it."""
        rubric = turn.job.rubric
        indicators = [reading.decide(i.id, i.signals, slot=i.slot) for i in rubric.indicators]
        for cap in rubric.faults:
            common = [Signal(partial=p) for p in self._errors] if cap.id == "serious_error" else []
            signals = [*common, *cap.signals]
            indicators.append(reading.decide(cap.id, signals, fault=True))
        reply = {"check": turn.request.check, "addresses": addresses, "indicators": indicators, "follow_ups": []}
        return Completion(text=json.dumps(reply), finish_reason="stop")

    def _addresses(self, folded: str, rubric: Rubric) -> str:
        """Whether a text speaks of its question's topic: not where it hardly does, and more of another's."""
        own = topic_hits(folded, rubric.about)
        core = topic_hits(folded, self._topics.get(rubric.id, ()))
        hits = {name: topic_hits(folded, about) for name, about in self._topics.items() if name != rubric.id}
        others = max(hits.values(), default=0)
        if any(count >= UNMISTAKABLE * len(self._topics[name]) for name, count in hits.items()):
            return "no"
        if own < LEAST_TOPIC or others >= max(1.5 * own + 3 * core, LEAST_OTHER):
            return "no"
        return "partly" if others > own + core else "yes"


class Reading:
    """One answer as the rules see it: which sentences tell, which only suppose, which only list."""

    def __init__(
        self,
        patterns: Patterns,
        answer: Answer,
        barred: frozenset[int],
        doubtful: bool = False,
        alone: bool = False,
    ):
        self._patterns, self._barred = patterns, barred
        self._heard = list(self._told(answer))
        self._sentences = Sentences([sentence.text for sentence in self._heard])
        self._sentences.pass_over({at for at in range(len(self._sentences)) if self._says_nothing(at)})
        self._weight = [self._weigh(at) for at in range(len(self._sentences))]
        concrete = [self._tells(self._sentences, at) for at in range(len(self._sentences))]
        self.thin = sum(concrete) < LEAST_CONCRETE
        if doubtful or (self.thin and not alone):
            discounts = [doubtful or not told for told in concrete]
            self._weight = [max(0, weight - cut) for weight, cut in zip(self._weight, discounts, strict=True)]

    def _told(self, answer: Answer) -> Iterator[Heard]:
        """The sentences of an answer, without claims of certainty; one that holds nothing else is passed over."""
        for sentence in heard(answer):
            if sentence.number in self._barred:
                yield sentence._replace(text="")
                continue
            if not self._patterns.count("certain", sentence.text):
                yield sentence
                continue
            rest = Sentences([self._patterns.without("certain", sentence.text)])
            if self._tells(rest, 0) or any(self._patterns.has(name, rest, 0) for name in ("own", "time_past")):
                yield sentence._replace(text=rest[0])

    def _says_nothing(self, at: int) -> bool:
        """Whether a sentence holds nobody, nothing done by the speaker, no number and no time: mere filler."""
        return not any(self._patterns.has(name, self._sentences, at) for name in SUBSTANCE)

    def _tells(self, sentences: Sentences, at: int) -> bool:
        """Whether a sentence tells something that can only have been there: a size, a time, somebody's objection."""
        has = self._patterns.has
        told = has("size", sentences, at) or has("duration", sentences, at)
        named = has("role", sentences, at) or has("pronoun", sentences, at)
        somebody = named and has("objection", sentences, at)
        return told or somebody or has("i_chose", sentences, at)

    def _weigh(self, at: int) -> int:
        """2 for a sentence that tells, 1 for one that only supposes or generalises, 0 for one that only lists."""
        has, sentences = self._patterns.has, self._sentences
        supposed = has("hypothetical", sentences, at)
        told = has("own", sentences, at) or (has("did", sentences, at) and has("size", sentences, at) and not supposed)
        told = told and not has("unreal", sentences, at)
        buzz = self._patterns.count("buzz", sentences[at])
        concrete = has("size", sentences, at) or has("duration", sentences, at)
        if buzz >= LISTED_BUZZ and not concrete and not (told and buzz == LISTED_BUZZ):
            return 0
        if buzz >= 2 * LISTED_BUZZ and not told:
            return 0
        if not told and _lists(sentences[at]) and not concrete:
            return 0
        vague = has("vague", sentences, at) and not concrete and not has("i_chose", sentences, at)
        if supposed and not told:
            sentences.suppose(at, DOING)  # what one would do is read as if it were done, and pays half
            return 0 if vague else 1
        if vague:
            return 1
        return 2

    def _denies(self, at: int) -> bool:
        """Whether a sentence only says what was not done; with a `but` or `so` it says what was done, too."""
        return self._patterns.has("denied", self._sentences, at) and not TURNS.search(self._sentences[at])

    def _halves(self, at: int) -> bool:
        """Whether a sentence may give half of a credit: it tells, or it supposes something definite."""
        return self._weight[at] == 2 or self._patterns.has("hypothetical", self._sentences, at)

    def decide(
        self, name: str, signals: Sequence[Signal], fault: bool = False, slot: str | None = None
    ) -> dict[str, Any]:
        """The opinion on one id: the best verdict that any sentence gives, and the sentences that give it.

        Of several the most telling are quoted, the early ones first; the late ones where a result is looked for.  A
        sentence that denies something gives nothing, but for what was given up.
        """
        best: dict[str, list[int]] = {"met": [], "partial": []}
        for at, sentence in enumerate(self._heard):
            if sentence.number in self._barred:
                continue
            if slot != "trade_off" and not fault and self._denies(at):
                continue
            if verdict := self._verdict(signals, at, fault):
                best[verdict].append(at)
        verdict = next((v for v in ("met", "partial") if best[v]), "absent")
        ordered = sorted(best.get(verdict, []), reverse=slot == "outcome")
        chosen = sorted(ordered, key=self._telling)[:MOST_EVIDENCE]
        evidence = [self._claim(at) for at in sorted(chosen)]
        return {"id": name, "evidence": evidence, "note": "", "place": 0, "verdict": verdict}

    def _verdict(self, signals: Sequence[Signal], at: int, fault: bool) -> str | None:
        """What one sentence says to one id."""
        weight = 2 if fault else self._weight[at]
        if not weight:
            return None
        for signal in signals:
            if signal.met and self._patterns.holds(signal.met, self._sentences, at):
                return "met" if weight == 2 else "partial"
        for signal in signals:
            if (
                signal.partial
                and (fault or self._halves(at))
                and self._patterns.holds(signal.partial, self._sentences, at)
            ):
                return "partial"
        return None

    def _telling(self, at: int) -> tuple[bool, bool]:
        """Sorts sentences by how much they tell: a figure before none, own doing before none."""
        has, sentences = self._patterns.has, self._sentences
        return not has("size", sentences, at), not has("own", sentences, at)

    def _claim(self, at: int) -> dict[str, Any]:
        sentence = self._heard[at]
        return {"sentence": sentence.number, "quote": sentence.said}


def together(classes: Mapping[str, Sequence[str]], more: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Classes, and a rubric's own: a name that both have holds the words of both."""
    return {**classes, **{name: [*classes.get(name, ()), *words] for name, words in more.items()}}


def _lists(text: str) -> bool:
    """Whether a sentence is mostly a row of short terms between commas."""
    parts = text.replace(" and ", ", ").split(",")
    return len(parts) >= 4 and sum(len(part.split()) for part in parts) / len(parts) <= 4


def topic_hits(folded: str, about: Sequence[str]) -> int:
    """How many different words of a topic a folded text holds."""
    whole = Sentences([folded])
    return sum(PLAIN.holds(stem, whole, 0) for stem in about)


def seems_to_answer(answer: Answer, topics: Mapping[str, Sequence[str]], graded_for: str) -> str | None:
    """The topic that a text speaks of most, where it is another than the one graded for; else None."""
    hits = {name: topic_hits(answer.folded.text, about) for name, about in topics.items()}
    best = max(hits, key=lambda name: hits[name], default=None)
    return best if best and best != graded_for and hits[best] >= LEAST_OTHER else None
