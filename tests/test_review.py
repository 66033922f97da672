"""A person over the judge: agreeing changes nothing, a verdict changes what the code makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.answer import Answer
from answer_coach.assemble import feedback
from answer_coach.batch.cells import FORMULA, cell
from answer_coach.batch.graded import Cards, Graded
from answer_coach.batch.review import (
    ReviewRow,
    answer_id,
    review_rows,
)
from answer_coach.errors import StoreError, UnreadableFile
from answer_coach.feedback import CARD, Feedback
from answer_coach.labels import read_labels
from answer_coach.library.shelf import Library
from answer_coach.remaking import about_of, judged_again, results
from answer_coach.reports.writing import apply_all, write_review
from answer_coach.scoring import overall, word
from tests.support.reviews import apply_review, read, written
from tests.support.sample import coach, graded, sample, troubles, write_batch

LIBRARY = Library()
COACH = coach(LIBRARY)
ASKED = ("q05", "q11", "story")
BATCH = [*sample(COACH, ASKED), *troubles(COACH)]
RUBRICS = {name: LIBRARY.rubric(name) for name in (*ASKED, "q02")}
CARDS = [item for item in BATCH if isinstance(item.card, Feedback)]


def feedback_of(item: Graded) -> Feedback:
    """The feedback of an answer that was graded."""
    assert isinstance(item.card, Feedback)
    return item.card


def row_of(item: Graded, indicator: str, mine: str = "", note: str = "", quote: str = "") -> ReviewRow:
    """A row as a person fills it."""
    answer, question = answer_id(item.card.answer.sha256), item.card.question
    return ReviewRow(
        answer=answer,
        question=question,
        candidate=item.candidate or "",
        indicator=indicator,
        mine=mine,
        note=note,
        quote=quote,
        line=7,
    )


def applied(item: Graded, *rows: ReviewRow) -> Feedback:
    """The card that a review makes of one answer; no row is a fault."""
    (fresh,), faults = apply_review([item], rows, "Mia", RUBRICS)
    assert faults == []
    return feedback_of(fresh)


def test_agreeing_changes_nothing() -> None:
    """A review handed back as it was written gives the same cards, through CSV too."""
    rows = read(written(review_rows(BATCH)))
    assert apply_review(BATCH, rows, "Mia", RUBRICS) == (BATCH, [])
    said = [row.model_copy(update={"mine": row.verdict}) for row in rows]
    assert apply_review(BATCH, said, "Mia", RUBRICS) == (BATCH, [])


@pytest.mark.parametrize("item", CARDS, ids=lambda item: f"{item.card.question} {item.who}")
def test_a_card_is_made_again_as_it_was(item: Graded) -> None:
    """What a review makes anew, the code made in the first place: without a decision the card is the same."""
    card = feedback_of(item)
    answer = Answer.of(item.text)
    notes = {i.id: i.note for d in card.dimensions for i in d.indicators if i.note}
    again = feedback(about_of(card, answer, RUBRICS[card.question]), judged_again(card, {}, notes))
    assert again.model_copy(update={"follow_ups": card.follow_ups}) == card


@given(data=st.data())
def test_whatever_is_decided_is_a_whole_card(data: st.DataObject) -> None:
    """Any verdicts give a card whose levels, words, slots and edits agree with each other, and that reads back."""
    item = data.draw(st.sampled_from(CARDS))
    named = [i.id for d in feedback_of(item).dimensions for i in d.indicators]
    chosen = data.draw(st.dictionaries(st.sampled_from(named), st.sampled_from(["met", "partial", "absent"])))
    card = applied(item, *(row_of(item, name, mine) for name, mine in chosen.items()))
    assert {name: card.indicator(name).verdict for name in chosen} == chosen
    assert card.overall.level == overall(d.level for d in card.dimensions)
    assert card.overall.word == word(card.overall.level)
    assert {*card.half_said, *card.not_found} == {
        i.id for d in card.dimensions for i in d.indicators if i.verdict != "met"
    }
    assert CARD.validate_json(card.model_dump_json(by_alias=True)) == card
    assert apply_review([item], [], "Mia", RUBRICS)[0] == [item]


def test_a_verdict_changes_levels_and_says_who_set_it() -> None:
    """Taking away what an answer is credited for lowers it; evidence stays, and the card names the reviewer."""
    strong = max(CARDS, key=lambda item: feedback_of(item).overall.level)
    before = feedback_of(strong)
    card = applied(strong, row_of(strong, "outcome", "Absent"), row_of(strong, "decision", "partial"))
    assert card.overall.level < before.overall.level
    assert (card.slots.outcome, card.slots.decision) == ("absent", "partial")
    assert card.indicator("outcome").evidence == before.indicator("outcome").evidence
    assert card.indicator("outcome").note == RUBRICS[card.question].by_id["outcome"].ask_absent
    assert card.answer.warnings[-1] == "2 verdicts set by Mia"
    assert card.next_edit


def test_what_a_card_says_besides_stays() -> None:
    """Earlier remarks, also those of an earlier review, and the judge's quotes that were not found are kept."""
    facts = CARDS[0].card.answer.model_copy(update={"warnings": ("pasted in part",)})
    card = feedback_of(CARDS[0]).model_copy(update={"answer": facts, "unverified_quotes": 2})
    item = CARDS[0].model_copy(update={"card": card})
    once = applied(item, row_of(item, "outcome", "met"))
    twice = applied(item.model_copy(update={"card": once}), row_of(item, "decision", "met"))
    said = "1 verdict set by Mia"
    assert (once.answer.warnings, once.unverified_quotes) == (("pasted in part", said), 2)
    assert twice.answer.warnings == ("pasted in part", said, said)


def test_a_note_stands_on_the_card_as_it_was_written() -> None:
    """A reviewer's note takes the place of the judge's, also where it is no question; one line says whose it is."""
    weak = min(CARDS, key=lambda item: feedback_of(item).overall.level)
    said = "Ask Tom for the figure of 2019; I am sure there is one."
    card = applied(weak, row_of(weak, "outcome", note=said))
    assert card.indicator("outcome").note == said
    assert card.indicator("outcome").verdict == feedback_of(weak).indicator("outcome").verdict
    assert card.answer.warnings[-1] == "1 note written by Mia"


def test_met_without_a_quote_is_the_reviewers_word() -> None:
    """A verdict that the judge had no quote for counts without one; a quote that is given is looked for."""
    weak = min(CARDS, key=lambda item: feedback_of(item).overall.level)
    name = feedback_of(weak).not_found[0]
    assert applied(weak, row_of(weak, name, "met")).indicator(name).evidence == ()
    words = " ".join(weak.text.split()[3:9])
    (evidence,) = applied(weak, row_of(weak, name, "met", quote=words)).indicator(name).evidence
    assert weak.text[evidence.start : evidence.end] == evidence.quote
    _, faults = apply_review([weak], [row_of(weak, name, "met", quote="words that nobody said")], "Mia", RUBRICS)
    assert "not in the answer" in faults[0]


def test_a_fault_can_be_lifted_and_needs_a_quote_to_be_set() -> None:
    """A serious error that a reviewer sees caps the level; it is not set without the words that make it."""
    strong = max(CARDS, key=lambda item: feedback_of(item).dimensions[1].level)
    card = feedback_of(strong)
    fault = next(r for r in results(card) if r.id not in RUBRICS[card.question].by_id)
    _, faults = apply_review([strong], [row_of(strong, fault.id, "met")], "Mia", RUBRICS)
    assert "quote the words" in faults[0]
    words = " ".join(strong.text.split()[3:9])
    capped = applied(strong, row_of(strong, fault.id, "met", quote=words))
    assert capped.overall.level < card.overall.level
    again = strong.model_copy(update={"card": capped})
    assert applied(again, row_of(again, fault.id, "absent")).overall.level == card.overall.level


def test_a_split_is_settled_by_a_person() -> None:
    """Where the passes had no majority, a person who says the same verdict settles it."""
    card = feedback_of(CARDS[0])
    first = card.dimensions[0]
    torn = first.indicators[0].model_copy(update={"agreement": 0.5})
    split = first.model_copy(update={"indicators": (torn, *first.indicators[1:])})
    item = CARDS[0].model_copy(update={"card": card.model_copy(update={"dimensions": (split, *card.dimensions[1:])})})
    settled = applied(item, row_of(item, torn.id, torn.verdict))
    assert settled.indicator(torn.id).agreement is None
    assert settled.answer.warnings[-1] == "1 verdict set by Mia"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"answer": "0123456789ab"}, "no answer '0123456789ab'"),
        ({"answer": "0"}, "no answer"),
        ({"indicator": "charm"}, "no indicator 'charm'"),
        ({"mine": "maybe"}, "'maybe' is no verdict"),
        ({"mine": "cannot_tell"}, "no verdict"),
        ({"question": "q09"}, "to q09 in this batch"),
    ],
)
def test_what_can_not_be_used_is_a_fault_with_its_line(change: dict[str, str], says: str) -> None:
    """Unknown answers, indicators and verdicts are named with their line, and change nothing."""
    row = row_of(CARDS[0], "outcome", "met").model_copy(update=change)
    fresh, faults = apply_review(BATCH, [row], "Mia", RUBRICS)
    assert fresh == BATCH
    assert len(faults) == 1
    assert faults[0].startswith("line 7: ")
    assert says in faults[0]


def test_two_decisions_on_one_indicator_are_a_fault() -> None:
    """The second row on the same indicator is refused; the first one counts."""
    rows = [row_of(CARDS[0], "outcome", "met"), row_of(CARDS[0], "outcome", "absent")]
    (fresh,), faults = apply_review(CARDS[:1], rows, "Mia", RUBRICS)
    assert "decided above" in faults[0]
    assert feedback_of(fresh).slots.outcome == "met"


def test_cards_of_another_rubric_are_left_alone() -> None:
    """A card of another version of the rubric can't be made anew: that is a fault."""
    card = CARDS[0].card
    old = card.model_copy(update={"rubric": card.rubric.model_copy(update={"sha256": "0" * 64})})
    item = CARDS[0].model_copy(update={"card": old})
    assert "another rubric" in apply_review([item], [row_of(item, "outcome", "met")], "Mia", RUBRICS)[1][0]


def test_front_matter_does_not_move_quotes() -> None:
    """An answer with front matter is made anew with its offsets where they were."""
    text = "---\nquestion: q05\n---\n" + CARDS[3].text
    item = graded(COACH, text, "q05", "Ada")
    before = feedback_of(item)
    card = applied(item, row_of(item, before.half_said[0] if before.half_said else "outcome", "absent"))
    for evidence in (e for d in card.dimensions for i in d.indicators for e in i.evidence):
        assert text[evidence.start : evidence.end] == evidence.quote


def test_files_of_spreadsheets_are_read() -> None:
    """Semicolons, another order, blank lines and cells over several lines are read, each with the line it begins on."""
    text = '\ufeffMINE;Indicator;answer;note\r\n\r\nmet;outcome;abc;"one\r\ntwo"\r\nabsent;people;def;\'=3\r\n'
    first, second = read(text)
    assert (first.line, first.mine, first.note) == (3, "met", "one\r\ntwo")
    assert (second.line, second.indicator, second.note) == (5, "people", "=3")
    with pytest.raises(UnreadableFile, match="no column indicator, mine"):
        read("answer,verdict\n")


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever stands in an answer, a spreadsheet takes it for text: on one line, and not for a formula."""
    shown = cell(text)
    assert not shown.startswith(FORMULA)
    assert "\n" not in shown
    if text.startswith(("=", "+", "-", "@", "\t", "\r")):
        assert shown.startswith("'")


@given(st.from_regex(r"[0-9a-f]{64}", fullmatch=True))
def test_the_name_of_an_answer_is_no_number(sha256: str) -> None:
    """A spreadsheet keeps the name of an answer as it is: 12 digits, more where those would be a number."""
    name = answer_id(sha256)
    assert sha256.startswith(name)
    assert len(name) >= 12
    if len(name) < 64:
        with pytest.raises(ValueError, match="could not convert"):
            float(name)


def test_a_review_goes_into_the_folder(tmp_path: Path) -> None:
    """Written, filled, applied: the results have the verdict; with a fault in it nothing is written."""
    folder = write_batch(tmp_path, BATCH)
    path = write_review(folder)
    with pytest.raises(StoreError, match="exists already"):
        write_review(folder)
    rows = read(path.read_text(encoding="utf-8"))
    changed = rows[2].model_copy(update={"mine": "met" if rows[2].verdict != "met" else "absent"})
    path.write_text(written([*rows[:2], changed, *rows[3:]]), encoding="utf-8")
    assert apply_all(folder, path, "Mia", LIBRARY) == []
    card = feedback_of(Cards(folder)[0])
    assert card.indicator(changed.indicator).verdict == changed.mine
    before = (folder / "results.jsonl").read_bytes()
    wrong = changed.model_copy(update={"mine": "perhaps"})
    path.write_text(written([changed.model_copy(update={"mine": ""}), wrong]), encoding="utf-8")
    (fault,) = apply_all(folder, path, "Mia", LIBRARY)
    assert fault.startswith("review.csv: line 3: ")
    assert (folder / "results.jsonl").read_bytes() == before


def test_a_review_is_input_for_calibrating(tmp_path: Path) -> None:
    """`coach calibrate` takes the same file: the text behind a hash is found in the answers beside it."""
    folder = write_batch(tmp_path, BATCH)
    item = CARDS[0]
    rows = [row_of(item, "outcome", "met"), row_of(item, "decision", "absent").model_copy(update={"answer": "f" * 12})]
    (folder / "review.csv").write_text(written(rows), encoding="utf-8")
    labels = read_labels(folder / "review.csv")
    assert [(row.text, row.verdicts) for row in labels.rows] == [(item.text.strip(), {"outcome": "met"})]
    assert "answers.jsonl" in labels.faults[0].what
    assert labels.ignored == []
