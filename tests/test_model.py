"""`coach model`: what an endpoint offers, and whether it is fit to grade, in plain words and with reasons."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from answer_coach import Coach
from answer_coach.answer import Answer
from answer_coach.checking import ModelCheck, check_model
from answer_coach.engines.memory import Memory
from answer_coach.engines.noisebook import NoiseBook
from answer_coach.errors import Unreachable
from answer_coach.feedback import Feedback
from answer_coach.laws.material import material
from answer_coach.library.shelf import Library
from answer_coach.noise import Noise, Spread, covering, spread
from answer_coach.reports.model import check_text
from answer_coach.reports.text import text as show
from tests.support.build import says
from tests.support.server import Reply, Seen, completion, serving

COACH = str(Path(sys.executable).with_name("coach"))


def careful(library: Library) -> Callable[[Seen], Reply]:
    """A server that replies to each exemplar of q05 with its expected verdicts."""
    exemplars = library.exemplars("q05")

    def reply(seen: Seen) -> Reply:
        sent = seen.body["messages"][-1]["content"]
        for pair in material().paraphrase:
            for text in (pair.text, pair.again):
                if Answer.of(text).sentences[0].text in sent:
                    return Reply(body=completion(says(library, pair.question, text, {})))
        exemplar = next(e for e in exemplars if e.text.split(". ")[0][:60] in sent)
        verdicts = {**exemplar.verdicts, **exemplar.caps}
        return Reply(body=completion(says(library, "q05", exemplar.text, verdicts)))

    return reply


def all_met(library: Library) -> Callable[[Seen], Reply]:
    """A server that finds everything in everything."""

    def reply(seen: Seen) -> Reply:
        sent = seen.body["messages"][-1]["content"]
        exemplar = next(e for e in library.exemplars("q05") if e.text.split(". ")[0][:60] in sent)
        return Reply(body=completion(says(library, "q05", exemplar.text, dict.fromkeys(exemplar.verdicts, "met"))))

    return reply


def checked(answer: Callable[[Seen], Reply], library: Library, passes: int = 1, **more: Any) -> ModelCheck:
    """A check against a server."""
    with serving(answer, **more) as endpoint:
        return check_model(Coach("m", base_url=endpoint.base_url, library=library, environ={}), passes=passes)


def test_a_careful_judge_at_an_enforcing_endpoint_is_fit(library: Library) -> None:
    """The exemplars come out where raters put them, and nothing changes over passes."""
    found = checked(careful(library), library, passes=3)
    assert (found.fit, found.reply_mode, found.probed) == ("yes", "json_schema", "enforced")
    assert [t.levels == t.expected for t in found.trials] == [True, True]
    assert found.noise is not None
    assert found.noise.repeats is not None and found.noise.paraphrases is not None
    assert (found.noise.repeats.pairs, found.noise.repeats.flips, found.noise.repeats.level) == (3, 0, 0)
    assert (found.noise.paraphrases.pairs, found.noise.level, found.failed) == (3, 0, 0)
    assert "YES for grading" in check_text(found)


def test_a_judge_that_finds_everything_everywhere_is_not_fit(library: Library) -> None:
    """A strong and a weak exemplar that come out alike are the reason, and the verdict is no."""
    found = checked(all_met(library), library)
    assert found.fit == "no"
    assert "alike" in found.reasons[0]


def test_an_endpoint_that_ignores_the_schema_is_used_with_care(library: Library) -> None:
    """Accepted but ignored is seen, said, and worked around: the schema goes into the prompt."""
    honest = careful(library)

    def ignoring(seen: Seen) -> Reply:
        return Reply(body=completion("no")) if len(seen.body["messages"]) == 1 else honest(seen)

    found = checked(ignoring, library, enforcing=False)
    assert (found.fit, found.reply_mode, found.probed) == ("with care", "json_object", "ignored")
    assert "ignores it" in check_text(found)


def test_a_reply_that_cannot_be_used_is_a_reason_not_a_crash(library: Library) -> None:
    """A model that talks gives no card; the check says which exemplar, and why."""
    found = checked(lambda _: Reply(body=completion("It is a lovely answer.")), library)
    assert found.fit == "no"
    assert found.trials[0].error is not None
    assert found.trials[0].error.code == "not_json"
    assert all(len(line) <= 80 for line in check_text(found).splitlines())


def test_an_endpoint_that_is_not_there_is_an_error(library: Library) -> None:
    """Nothing can be said about a model that nobody can reach."""
    with pytest.raises(Unreachable):
        check_model(Coach("m", base_url="http://127.0.0.1:9/v1", library=library, environ={}))


def test_what_was_learned_is_remembered_for_a_month(tmp_path: Path, library: Library) -> None:
    """A second coach with the same memory asks the endpoint nothing; an old or broken file is as good as none."""
    path = tmp_path / "endpoints.json"
    with serving(careful(library)) as endpoint:
        text = library.exemplars("q05")[0].text
        for _ in range(2):
            coach = Coach("m", base_url=endpoint.base_url, library=library, environ={}, memory=Memory(path))
            coach.grade(text, question="q05")
        assert (len(endpoint.probes), len(endpoint.requests)) == (1, 2)
        assert endpoint.base_url not in path.read_text(encoding="utf-8")
        for spoiled in ("{", json.dumps({}), path.read_text(encoding="utf-8").replace("20", "19")):
            path.write_text(spoiled, encoding="utf-8")
            Coach("m", base_url=endpoint.base_url, library=library, environ={}, memory=Memory(path)).grade(
                text, question="q05"
            )
        assert len(endpoint.probes) == 4


def test_on_the_command_line(library: Library, tmp_path: Path) -> None:
    """Text and JSON, exit code 0 for a fit model and 1 for one that is not; the providers need no network."""
    with serving(careful(library)) as endpoint:
        ran = run("model", "check", "--model", "m", "--base-url", endpoint.base_url, "--format", "json")
        assert (ran.returncode, json.loads(ran.stdout)["fit"]) == (0, "yes")
    with serving(careful(library)) as endpoint:
        ran = run("model", "check", "--model", "m", "--base-url", endpoint.base_url, "--passes", "2")
        assert f"{len(endpoint.requests)} of the coach's own texts" in ran.stderr
    with serving(all_met(library)) as endpoint:
        ran = run("model", "check", "--model", "m", "--base-url", endpoint.base_url)
        assert ran.returncode == 1
        assert "NO for grading" in ran.stdout
    listed = run("model", "list")
    assert "ollama" in listed.stdout
    assert all(len(line) <= 80 for line in listed.stdout.splitlines())


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """One run of the command line."""
    return subprocess.run([COACH, *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_measured_noise_is_kept_and_shown_as_a_range(library: Library, tmp_path: Path) -> None:
    """A card graded once has the range that its judge's noise implies; unknown noise is said to be unknown."""
    book = NoiseBook(tmp_path / "noise.json")
    text = library.exemplars("q05")[2].text
    with serving(careful(library)) as endpoint:

        def coach(passes: int = 1) -> Coach:
            return Coach("m", base_url=endpoint.base_url, library=library, environ={}, noise=book, passes=passes)

        before = coach().grade(text, question="q05")
        assert isinstance(before, Feedback) and before.graded_by is not None
        assert (before.graded_by.noise, {d.range for d in before.dimensions}) == (None, {None})
        assert "noise unknown" in show(before, "t")
        told = Spread(pairs=9, flips=0.1, level=1, overall=0.4)
        coach().learn_noise(Noise(repeats=told.model_copy(update={"level": 0}), paraphrases=told))
        after = coach().grade(text, question="q05")
    assert isinstance(after, Feedback) and after.graded_by is not None
    assert after.graded_by.noise == 1
    assert all(d.range == (max(1, d.level - 1), min(5, d.level + 1)) for d in after.dimensions)
    assert "noise 1 level" in show(after, "t")


def test_noise_covers_nine_of_ten_differences() -> None:
    """The largest tenth of the differences is left out; without any there is nothing to cover."""
    assert covering([0] * 9 + [3]) == 0
    assert covering([0] * 8 + [1, 3]) == 1
    assert covering([2]) == 2
    assert spread([]) is None


def test_noise_that_could_not_be_measured_is_not_kept(library: Library, tmp_path: Path) -> None:
    """A check without a card leaves what was known of a judge as it was."""
    book = NoiseBook(tmp_path / "noise.json")
    known = Spread(pairs=3, flips=0.0, level=1, overall=0.2)
    with serving(lambda _: Reply(body=completion("no card"))) as endpoint:
        coach = Coach("m", base_url=endpoint.base_url, library=library, environ={}, noise=book)
        coach.learn_noise(Noise(repeats=known))
        found = check_model(coach, passes=2)
        assert (found.fit, found.failed) == ("no", 4)
        assert book.of(coach.graded_by).repeats == known
