"""`--rewrite`: the candidate's own words in another order; what is not in the draft is refused, not shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach import Coach
from answer_coach.answer import Answer
from answer_coach.editing import rewrite
from answer_coach.errors import SettingInvalid, UnusableReply
from answer_coach.feedback import Feedback
from answer_coach.library.shelf import Library
from answer_coach.prompt import answer_tag
from answer_coach.reports.rewrite import rewrite_text
from answer_coach.rewriting import changes, faults_of, read_rewrite
from tests.support.build import SOLID, says, scripted_coach

COACH = str(Path(sys.executable).with_name("coach"))
LIBRARY = Library()
DRAFT = Answer.of(
    "At the mill I had four requests and two people. I did not take the chatbot, because nobody had asked for it. "
    "We used Spark for the joins. In March waste fell by about a third."
)
TAG = answer_tag(LIBRARY.template("rewrite"), LIBRARY.rubric("q05"), Answer.of(SOLID))
BETTER = (
    "I put the fuel model first, because fuel was a third of our cost. At a ferry company I had three requests and two "
    "people. The head of ticketing was angry, so I sat down with him and showed him both sums. [what he said then] "
    "We tried it on one boat for four weeks, and fuel fell by six percent there."
)


def tagged(text: str) -> str:
    """A reply as it is asked for."""
    return f"<rewrite-{TAG}>\n{text}\n</rewrite-{TAG}>"


LET_THROUGH = {
    "the draft itself": DRAFT.clean,
    "sentences in another order": "In March waste fell by about a third. At the mill I had four requests.",
    "a placeholder": "At the mill I had four requests and two people [how long that took].",
    "linking words and other forms": "I had four requests at the mill, so I did not take the chatbot, as nobody asked.",
}
REFUSED = {
    "numbers": "At the mill I had four requests and two people. In March waste fell by 31 percent.",
    "numbers that": "At the mill I had four requests and seven people.",
    "names": "At the mill I had four requests and two people. We used Snowflake for the joins.",
    "dates": "At the mill I had four requests and two people. In april waste fell by about a third.",
    "lost their": "I did take the chatbot, because somebody had asked for it.",
    "links": "At the mill I had four requests and two people, see https://mill.example.",
    "not the candidate's": "Driving synergistic outcomes, stakeholders embraced visionary roadmaps enthusiastically.",
    "longer": " ".join([DRAFT.clean] * 2),
    "placeholders with": "At the mill I had four requests and two people [like 40 percent].",
    "with a fact": "At the mill I had four requests and two people [that Ms Okafor signed off].",
    "a fact in": "At the mill I had four requests and two people [that it took ninety days].",
    "tools or": "At the mill I had four requests and two people, and \u00d8stergaard signed.",
    "more than four": "At the mill [one thing] I had [two things] four [three things] requests [a fourth] and [more].",
    "hidden": "At the mill I had four re\u202equests and two people.",
}


@pytest.mark.parametrize("name", LET_THROUGH)
def test_the_candidates_own_words_are_let_through(name: str) -> None:
    """Order, cuts, placeholders, small words and other forms of a word are no inventions."""
    assert faults_of(LET_THROUGH[name], DRAFT) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_draft_does_not_have_is_refused(name: str) -> None:
    """Each kind of invention is found, and told to a person without a word of it."""
    faults = faults_of(REFUSED[name], DRAFT)
    assert name in " ".join(fault.kind for fault in faults)
    assert not [word for fault in faults for word in fault.words if word in fault.counted()]


@given(st.permutations(range(4)), st.integers(1, 4))
def test_any_choice_of_the_drafts_sentences_in_any_order_is_let_through(order: list[int], count: int) -> None:
    """Reordering and cutting never bring anything in."""
    sentences = [sentence.text for sentence in DRAFT.sentences]
    assert faults_of(" ".join(sentences[at] for at in order[:count]), DRAFT) == []


@given(st.integers(100, 10**9))
def test_no_new_figure_gets_through(figure: int) -> None:
    """Whatever its size, a figure that the draft does not have is refused."""
    assert faults_of(f"At the mill I had four requests and {figure} people.", DRAFT)


def card_and(*replies: str) -> tuple[Coach, Feedback]:
    """A graded draft and a coach whose model then says these things."""
    coach, _ = scripted_coach(says(LIBRARY, "q05", SOLID, {"goal": "met"}), *replies, library=LIBRARY)
    card = coach.grade(SOLID, question="q05")
    assert isinstance(card, Feedback)
    return coach, card


def test_a_rewrite_is_shown_with_its_changes_and_gaps() -> None:
    """The text, what is left to fill in, and a diff by sentences, in 80 columns."""
    coach, card = card_and(tagged(BETTER))
    found = rewrite(coach, SOLID, card)
    assert found.text == BETTER
    assert found.placeholders == ("[what he said then]",)
    shown = rewrite_text(found)
    assert "no level comes of it" in " ".join(shown.split())
    assert {"-", "+"} <= {mark for mark, _ in found.changes}
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_an_invention_is_asked_for_again_and_then_refused() -> None:
    """Told what it brought in, the model gets one more try; twice is a typed failure without its words."""
    invented = tagged("At a ferry company I had 99 requests and Kubernetes.")
    coach, card = card_and(invented, tagged(BETTER))
    assert rewrite(coach, SOLID, card).text == BETTER
    coach, card = card_and(invented, invented)
    with pytest.raises(UnusableReply) as caught:
        rewrite(coach, SOLID, card)
    assert (caught.value.code, caught.value.exit_code) == ("invented", 4)
    assert "Kubernetes" not in str(caught.value)
    assert "99" not in str(caught.value)


@pytest.mark.parametrize("said", ["", BETTER, "<rewrite-0000000000000000>x</rewrite-0000000000000000>", tagged("") * 2])
def test_a_text_without_its_two_tags_is_none(said: str) -> None:
    """What stands elsewhere may be quoted from the draft."""
    assert read_rewrite(said, TAG) is None


def test_unchanged_sentences_stay_unmarked() -> None:
    """A diff shows what moved and what went."""
    sentences = [sentence.text for sentence in DRAFT.sentences]
    assert changes(DRAFT.clean, DRAFT) == [(" ", sentence) for sentence in sentences]
    assert changes(" ".join(sentences[1:]), DRAFT)[0] == ("-", sentences[0])


def test_rules_write_nothing(tmp_path: Path) -> None:
    """The rules engine can't rewrite, and says who can; the card is shown all the same."""
    coach = Coach("rules", library=LIBRARY)
    card = coach.grade(SOLID, question="q05")
    assert isinstance(card, Feedback)
    with pytest.raises(SettingInvalid, match="by-hand"):
        rewrite(coach, SOLID, card)
    draft = tmp_path / "draft.md"
    draft.write_text(SOLID, encoding="utf-8")
    command = [COACH, "grade", str(draft), "-q", "5", "--model", "rules", "--rewrite"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "Q05" in ran.stdout
