"""The rules engine: it ranks the exemplars as careful raters do, credits deeds, not words, and imports no model."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from answer_coach import Coach
from answer_coach.engines.patterns import Patterns, Sentences
from answer_coach.engines.rules import together
from answer_coach.feedback import Feedback
from answer_coach.folding import fold
from answer_coach.library.shelf import Library
from answer_coach.reports import text as text_report
from answer_coach.reports.layout import width
from answer_coach.rubric import Exemplar

LIBRARY = Library()
EXEMPLARS = [exemplar for question in LIBRARY.files for exemplar in LIBRARY.exemplars(question)]
PLAIN = (
    "We run tugboats, and last spring three teams wanted our two analysts at the same time. I told the harbour master "
    "that we would do the fuel list first. A tug burns about 40 tonnes a week, and in the records we found all of it. "
    "The crane people had to wait until July, and that cost them some overtime. Their foreman was angry, so I sat down "
    "with him and showed him both sums, and he agreed. After four months fuel was down by a fifth on the two "
    "boats that used the list."
)
RIGHT_WORDS = (
    "I prioritize projects by business value, impact, feasibility and strategic alignment with stakeholders. I "
    "leverage a weighted scoring framework such as RICE, align on KPIs and OKRs, and ensure buy-in across all teams. "
    "Trade-offs are communicated transparently to executives, and resources are allocated according to capacity and "
    "priority. Data availability, technical risk and return on investment are considered for every project. Regular "
    "reviews of the backlog and stakeholder feedback drive measurable revenue impact and cost savings."
)
AROUND = {
    "q05": "Last spring five departments each had a request and the backlog was long, with 40 projects to prioritize. "
    "In March the queue had 12 of them, for three people. The weather was fine. ",
    "q08": "Last spring we drew up a roadmap from the strategy, with 40 initiatives to prioritize. "
    "In March the roadmap had 12 of them, for three people. The weather was fine. ",
    "story": "Last spring I worked on a project at a harbour with 40 cranes. "
    "In March the project had 12 of them, for three people. The weather was fine. ",
}
NOTHING_DONE = {
    "you should": "You should compare every project by value, effort and risk, and give two people to the first one.",
    "I will": "I will measure the result against a control group and expect churn to fall by six percent.",
    "one must": "One must look at the data first, and one needs to say no to the loudest department.",
    "I would convince": "I would sit down with the head of finance, who wants something else, and convince her.",
    "should be": "The team should be split so that two people do routing and one keeps the reports.",
    "it is important": "It is important to compare with a control group and to look at the data before a promise.",
    "ideally": "Ideally the order would be looked at again every quarter, and a project that does not pay would go.",
    "a list of points": "Business value, technical feasibility, data availability, effort, risk, strategy, alignment.",
    "a list of terms": "Prioritization, scoring, RICE, MoSCoW, capacity planning, trade-offs, buy-in, ROI, KPIs, OKRs.",
}


@pytest.fixture(scope="module")
def coach(library: Library) -> Coach:
    """A coach with the built-in rules."""
    return Coach("rules", library=library)


def graded(coach: Coach, text: str, question: str = "q05", anyway: bool = False) -> Feedback:
    """Grade and expect a card with levels."""
    card = coach.grade(text, question=question, anyway=anyway)
    assert isinstance(card, Feedback)
    return card


@pytest.mark.parametrize("question", LIBRARY.files)
def test_weak_and_buzzword_below_solid_below_strong(coach: Coach, question: str) -> None:
    """Overall puts the four exemplars of each question in order."""
    overall = {e.kind: graded(coach, e.text, question).overall.level for e in LIBRARY.exemplars(question)}
    assert max(overall["weak"], overall["buzzword"]) < overall["solid"] < overall["strong"]


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda e: f"{e.question}-{e.kind}")
def test_levels_are_within_the_margin_that_the_card_admits(coach: Coach, exemplar: Exemplar) -> None:
    """No dimension is off by more than signals.yaml's `margin`, and each range holds the careful raters' level."""
    margin = int(LIBRARY.signals[0]["margin"])
    card = graded(coach, exemplar.text, exemplar.question)
    off = {d.id: d.level - exemplar.levels[d.id] for d in card.dimensions}
    assert not {name: by for name, by in off.items() if abs(by) > margin}
    assert all(d.range and d.range[0] <= exemplar.levels[d.id] <= d.range[1] for d in card.dimensions)


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda e: f"{e.question}-{e.kind}")
def test_every_quote_is_the_drafts_own(coach: Coach, exemplar: Exemplar) -> None:
    """The rules' evidence passes the same check as a model's: `answer[start:end]` is the quote, none was lost."""
    card = graded(coach, exemplar.text, exemplar.question)
    found = [e for d in card.dimensions for i in d.indicators for e in i.evidence]
    found += [e for d in card.dimensions for cap in d.caps for e in cap.evidence]
    assert [e for e in found if exemplar.text[e.start : e.end] != e.quote] == []
    assert card.unverified_quotes == 0


def test_the_card_says_that_rules_judged(coach: Coach, library: Library) -> None:
    """Engine, version and hash in the card; in the text card a sentence that says what rules can't see; no cost."""
    card = graded(coach, PLAIN)
    by = card.graded_by
    assert by is not None
    assert (by.engine, by.model, by.host, by.reply_mode) == ("rules", "rules", None, None)
    assert by.prompt == library.signals[1]
    assert card.usage is not None
    assert (card.usage.input_tokens, card.usage.output_tokens, card.usage.cost) == (0, 0, 0.0)
    shown = " ".join(text_report.text(card, "Title").split())
    assert "built-in rules, not a language model" in shown
    assert "(rules, " in shown


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda e: f"{e.question}-{e.kind}")
def test_no_line_is_wider_than_80_columns(coach: Coach, exemplar: Exemplar) -> None:
    """The text card fits a terminal, with and without --why and levels; a plain one has at most 30 lines."""
    card, title = graded(coach, exemplar.text, exemplar.question), LIBRARY.rubric(exemplar.question).title
    shown = [text_report.text(card, title, why, numbers) for why in (False, True) for numbers in (False, True)]
    assert [line for lines in shown for line in lines.splitlines() if width(line) > 80] == []
    assert len(shown[1].splitlines()) <= 30


@pytest.mark.parametrize("question", AROUND)
@pytest.mark.parametrize("name", NOTHING_DONE)
def test_what_was_not_done_never_pays_in_full(coach: Coach, question: str, name: str) -> None:
    """A sentence that supposes, advises or only lists is no evidence for a `met`, even among sentences that tell."""
    card = graded(coach, AROUND[question] + NOTHING_DONE[name], question, anyway=True)
    paid = [(i.id, e.start) for d in card.dimensions for i in d.indicators if i.verdict == "met" for e in i.evidence]
    assert [name for name, start in paid if start >= len(AROUND[question])] == []


def test_plain_words_about_deeds_beat_the_right_words(coach: Coach) -> None:
    """A decision, a number, a person and a price in plain words score above all the terms of the trade in a row."""
    plain, words = graded(coach, PLAIN), graded(coach, RIGHT_WORDS)
    assert words.overall.level < 2
    assert plain.overall.level >= 3
    assert all(p.level > w.level for p, w in zip(plain.dimensions, words.dimensions, strict=True))
    assert plain.slots.decision == plain.slots.people == plain.slots.trade_off == plain.slots.outcome == "met"


def test_a_ratio_earns_what_a_figure_earns(coach: Coach) -> None:
    """Nobody is taught to give figures away: `by a fifth` counts like `by 21.4 percent`."""
    figure = graded(coach, PLAIN.replace("by a fifth", "by 21.4 percent"))
    assert [d.level for d in graded(coach, PLAIN).dimensions] == [d.level for d in figure.dimensions]


def phrases(pattern: str) -> Iterator[str]:
    """The phrases of a pattern, without `+`, `|`, `not` and `near`."""
    for term in pattern.split(" + "):
        yield from (one.removeprefix("near ") for one in term.strip().removeprefix("not ").split(" | "))


@pytest.mark.parametrize("question", LIBRARY.files)
def test_every_signal_of_a_rubric_compiles(question: str) -> None:
    """Class names exist, and no operator is left inside a phrase because a space is missing."""
    data = LIBRARY.signals[0]
    rubric = LIBRARY.rubric(question)
    classes = together(data["classes"], rubric.classes)
    patterns = Patterns(data["regex"], classes)
    assert all(i.signals for i in rubric.indicators)
    signals = [*(s for i in rubric.indicators for s in i.signals), *(s for cap in rubric.caps for s in cap.signals)]
    written = [*(s.met or s.partial or "" for s in signals), *rubric.about, *data["error"]]
    written += [phrase for members in classes.values() for phrase in members]
    for phrase in (phrase for pattern in written for phrase in phrases(pattern)):
        assert phrase.strip() and not set("+|") & set(phrase)
        re.compile(patterns.source(phrase))


PATTERNS: Sequence[tuple[str, str, bool]] = [
    ("drop", "we drop it", True),
    ("drop", "we dropped it", False),
    ("drop*", "we dropped it", True),
    ("drop*", "a raindrop fell", False),
    ("DROP*", "we dropped it", True),
    ("it's", "but it's late", True),
    ("had to wait", "sales had to wait", True),
    ("had to wait", "sales had time to wait", False),
    ("had to wait", "sales had, to wait", True),
    ("had .. wait", "sales had to sit and wait", True),
    ("had .. wait", "sales had wait times", True),
    ("had .. wait", "sales had to sit down there and just wait", False),
    ("wait > cost", "the wait was a cost", True),
    ("wait > cost", "the cost was a wait", False),
    ("wait | cost", "it had a cost", True),
    ("wait | cost", "it had a price", False),
    ("wait + cost", "the cost of a wait", True),
    ("wait + cost", "the cost of it", False),
    ("wait + not cost", "the wait was short", True),
    ("wait + not cost", "the wait had a cost", False),
    ("{who}", "a nurse came", True),
    ("{who}", "a nursery opened", False),
    ("{who} + {sum}", "the head of sales had 40 boats", True),
    ("{who} + {sum}", "the head of sales had boats", False),
    ("cost {sum}", "it cost 12 in all", True),
    ("{both}", "a nurse", True),
    ("{both}", "7 boats", True),
    ("near {who} | near {sum}", "7 boats", True),
    ("wait | near {sum}", "7 boats", True),
]


@pytest.mark.parametrize(("pattern", "sentence", "holds"), PATTERNS)
def test_the_pattern_language(pattern: str, sentence: str, holds: bool) -> None:
    """Stems, rows, gaps, order, alternatives, `and`, `not` and classes mean what signals.yaml says."""
    patterns = Patterns({"sum": r"\d+"}, {"who": ["nurse", "head of"], "both": ["{who}", "{sum}"]})
    assert patterns.holds(pattern, Sentences([fold(sentence).text]), 0) is holds


@pytest.mark.parametrize(("pattern", "holds"), [("cost", "-x--"), ("near cost", "xxx-"), ("not near cost", "---x")])
def test_near_looks_one_sentence_further(pattern: str, holds: str) -> None:
    """`near` takes the sentence itself and those beside it, no more; `not near` is its opposite."""
    sentences = Sentences(["we went there", "it had a cost", "so we left", "and came home"])
    assert "".join("x" if Patterns({}, {}).holds(pattern, sentences, at) else "-" for at in range(4)) == holds


def test_a_class_that_is_not_there_is_a_value_error() -> None:
    """A typo in a class name is an error with the name in it, not a pattern that never matches."""
    with pytest.raises(ValueError, match=r"\{nobody\}"):
        Patterns({}, {"who": ["nurse"]}).holds("{nobody}", Sentences(["a nurse"]), 0)


SCRIPT = """
import json, sys
sys.argv = ["coach", *sys.argv[1:]]
from answer_coach.cli.app import main
try:
    main()
finally:
    sys.stderr.write("\\n" + json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
HEAVY = {"openai", "langchain_core", "langsmith", "httpx", "httpx2", "prompt_toolkit", "jsonschema"}


def run(arguments: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own; the modules that it imported end its stderr."""
    command = [sys.executable, "-c", SCRIPT, *arguments]
    return subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=True)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["questions"], ["progress"], ["grade", "q05-strong.md"]], ids=lambda a: a[0]
)
def test_no_model_means_no_model_imported(arguments: list[str]) -> None:
    """Help, lists and rules need neither openai nor langchain, and don't pay for them."""
    exemplars = Path(str(LIBRARY.rubrics_root)) / "exemplars"
    ran = run([str(exemplars / a) if a.endswith(".md") else a for a in arguments])
    assert ran.stdout
    assert set(json.loads(ran.stderr.splitlines()[-1])) & HEAVY == set()


def test_the_same_draft_twice_gives_the_same_card(tmp_path: Path) -> None:
    """Two processes with different hash seeds give the same JSON but for the time of day and the seconds taken."""
    (tmp_path / "draft.md").write_text(PLAIN, encoding="utf-8")
    cards: list[dict[str, Any]] = []
    for seed in ("1", "2"):
        ran = run(["grade", str(tmp_path / "draft.md"), "-q", "q05", "--format", "json"], PYTHONHASHSEED=seed)
        card = json.loads(ran.stdout)
        del card["graded_at"], card["usage"]["seconds"]
        cards.append(card)
    assert cards[0] == cards[1]
