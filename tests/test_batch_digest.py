"""The first screen of a batch: who needs you, what to teach, what changed since, where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from answer_coach.batch.alike import Alike
from answer_coach.batch.digest import Digest, digest
from answer_coach.batch.graded import Cards, Graded
from answer_coach.batch.since import Since
from answer_coach.batch.teach import Alarm, Lesson
from answer_coach.errors import StoreError, UnreadableFile
from answer_coach.feedback import Feedback
from answer_coach.library.shelf import Library
from answer_coach.reports.batch import alike_text
from answer_coach.rubric import Rubric
from tests.support.build import SOLID
from tests.support.sample import coach, graded, sample, troubles, write_batch

LIBRARY = Library()
COACH = coach(LIBRARY)
ASKED = ("q05", "story")
NOW = [*sample(COACH, ASKED), *troubles(COACH)]
BEFORE = sample(COACH, ASKED, earlier=True)
RUBRICS: dict[str, Rubric] = {name: LIBRARY.rubric(name) for name in ("q02", *ASKED)}


@pytest.fixture(scope="module")
def found() -> Digest:
    """The digest of the sample against the one a week before."""
    return digest(NOW, BEFORE, RUBRICS)


def alike(items: list[Graded]) -> tuple[Alike, ...]:
    """The groups of answers that share their words."""
    return digest(items).needs.alike.first


def lessons(items: list[Graded], rubrics: dict[str, Rubric]) -> tuple[Lesson, ...]:
    """What to teach."""
    return digest(items, None, rubrics).teach


def alarms(items: list[Graded], rubrics: dict[str, Rubric]) -> tuple[Alarm, ...]:
    """Notes that stand on too many cards."""
    return digest(items, None, rubrics).alarms


def since(items: list[Graded], before: list[Graded]) -> Since:
    """What changed."""
    found = digest(items, before).since
    assert found
    return found


def card_of(item: Graded) -> Feedback:
    """The feedback of an answer that was graded."""
    assert isinstance(item.card, Feedback)
    return item.card


def changed(item: Graded, **fields: Any) -> Graded:
    """The same answer with some fields of its card changed."""
    return item.model_copy(update={"card": item.card.model_copy(update=fields)})


def verdicts(item: Graded, **given: str) -> Graded:
    """The same answer with other verdicts for some indicators, and nothing else changed."""
    card = card_of(item)
    dimensions = [
        d.model_copy(
            update={
                "indicators": tuple(i.model_copy(update={"verdict": given.get(i.id, i.verdict)}) for i in d.indicators)
            }
        )
        for d in card.dimensions
    ]
    return changed(item, dimensions=tuple(dimensions))


def judged(item: Graded, **fields: Any) -> Graded:
    """The same answer, graded by somebody else."""
    by = item.card.graded_by
    assert by
    return changed(item, graded_by=by.model_copy(update=fields))


def test_what_is_written_is_read_back_in_order(tmp_path: Path) -> None:
    """Cards and texts come back as they were; a line that a crash tore off is left out."""
    folder = write_batch(tmp_path / "batch", NOW)
    with (folder / "results.jsonl").open("ab") as file:
        file.write(b'{"kind": "feedb')
    read = Cards(folder)
    assert list(read) == NOW
    assert (len(read), read[len(NOW) - 1], read[-2]) == (len(NOW), NOW[-1], NOW[-2])
    with pytest.raises(IndexError):
        read[len(NOW)]


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("results.jsonl", b"no\n", "not JSON"),
        ("results.jsonl", b"{}\n", "no card"),
        ("answers.jsonl", b"7\n", "no answer"),
    ],
)
def test_a_line_that_is_no_card_is_named(tmp_path: Path, file: str, line: bytes, says: str) -> None:
    """A damaged folder is an error with file and line, and the draft is not in it."""
    folder = write_batch(tmp_path, NOW[:1])
    with (folder / file).open("ab") as out:
        out.write(line)
    with pytest.raises(StoreError, match=f"{file}:2: .*{says}"):
        list(Cards(folder))


def test_a_folder_without_results_is_an_error(tmp_path: Path) -> None:
    """A folder that is not a batch's says so, and which one to name."""
    with pytest.raises(UnreadableFile, match="holds no batch"):
        Cards(tmp_path)


def test_what_no_code_can_settle_is_listed(found: Digest) -> None:
    """Failed and not gradable answers stand by name and reason; the numbers are those of the results."""
    assert [(item.number, item.who) for item in found.needs.failed.first] == [(9, "Elif Haugen")]
    assert [item.number for item in found.needs.not_gradable.first] == [10, 11]
    assert "120 seconds" in found.needs.failed.first[0].says
    assert (found.needs.failed.count, found.needs.not_gradable.count) == (1, 2)
    assert found.answers == len(NOW)
    assert found.graded == len(NOW) - 3


def test_split_verdicts_need_a_person() -> None:
    """An indicator without a majority brings its answer to the person, with its label."""
    card = card_of(NOW[2])
    first = card.dimensions[0]
    torn = first.indicators[0].model_copy(update={"agreement": 0.5})
    dimension = first.model_copy(update={"indicators": (torn, *first.indicators[1:])})
    split = changed(NOW[2], dimensions=(dimension, *card.dimensions[1:]))
    needs = digest([NOW[1], split]).needs
    assert [(item.number, item.says) for item in needs.split.first] == [(2, torn.label)]


def test_a_name_in_small_letters_is_the_same_person() -> None:
    """`anna` of a file's name and `Anna` of a table are one candidate: counted once, compared, never alike."""
    small, large = (graded(COACH, SOLID, "q05", name) for name in ("anna", " Anna"))
    assert digest([small, large]).candidates == 1
    assert alike([small, large]) == ()
    assert since([large], [small]).compared == 1


def test_the_same_words_of_two_candidates_are_found() -> None:
    """Half of the shorter text's runs of five words in another candidate's text: a group, with how much is shared."""
    padded = SOLID + " " + " ".join(f"word{n}" for n in range(300))
    texts = [("Ada", SOLID), ("Bo", padded), ("Cy", "Something else entirely. " + NOW[0].text), ("Di", SOLID[:30])]
    group, *others = alike([graded(COACH, text, "q05", who) for who, text in texts])
    assert not others
    assert [item.who for item in group.answers] == ["Ada", "Bo"]
    assert group.shared == 1


def test_drafts_of_one_person_are_no_copies() -> None:
    """One candidate's drafts are alike by nature; of an answer without a name nobody knows whose it is."""
    assert alike([graded(COACH, SOLID, "q05", "Ada"), graded(COACH, SOLID, "q05", "Ada")]) == ()
    assert alike([graded(COACH, SOLID, "q05"), graded(COACH, SOLID, "q05", "Ada")]) == ()


def test_a_whole_class_with_one_text_is_one_group() -> None:
    """A text that everybody hands in is one group of all, however many they are."""
    item = NOW[-1]
    source = item.card.source
    assert source
    crowd = [changed(item, source=source.model_copy(update={"candidate": f"person {n}"})) for n in range(120)]
    (group,) = alike(crowd)
    assert group.count == 120
    assert [item.who for item in group.answers[:2]] == ["person 0", "person 1"]
    assert "and 112 more share 100%" in alike_text(group)


def test_what_most_lack_is_taught_with_the_words_of_somebody() -> None:
    """A lesson counts within its question, and quotes an answer of at least 3.0 in which the indicator is met."""
    found = lessons(NOW, RUBRICS)
    assert 1 <= len(found) <= 3
    assert len({lesson.indicator for lesson in found}) == len(found)
    for lesson in found:
        assert (lesson.absent + lesson.half) * 2 >= lesson.of
        assert lesson.quote or lesson.example
        if lesson.number:
            shown = card_of(NOW[lesson.number - 1])
            assert shown.question == lesson.question
            assert shown.overall.level >= 3
            assert shown.indicator(lesson.indicator).verdict == "met"


def test_two_answers_teach_nothing() -> None:
    """Of fewer than three answers to a question, most means nothing."""
    assert lessons(NOW[:2], RUBRICS) == ()


def test_cards_of_two_judges_are_not_counted_together() -> None:
    """Two answers by one judge and two by another are two groups of two, for lessons and for levels."""
    mixed = [*NOW[:2], *(judged(item, engine="model", model="m", prompt=None) for item in NOW[2:4])]
    assert lessons(mixed, RUBRICS) == ()
    rules, model = digest(mixed).levels
    assert (rules.judge.split()[0], rules.of, model.judge, model.of) == ("rules", 2, "m", 2)


def test_levels_count_every_graded_answer_once(found: Digest) -> None:
    """The counts of each dimension, of the words and of each slot add up to the answers that were graded."""
    (levels,) = found.levels
    assert levels.of == found.graded
    assert all(sum(dimension.counts) == levels.of for dimension in levels.dimensions)
    assert sum(levels.words.values()) == levels.of
    assert all(sum(slot.counts.values()) == levels.of for slot in levels.slots)


def test_a_note_on_most_cards_is_an_alarm() -> None:
    """More than 40 % with the same note is said, and whose words they are; fewer than five cards say nothing."""
    weak = [item for item in NOW if isinstance(item.card, Feedback) and item.card.question == "q05"]
    found = alarms(weak, RUBRICS)
    assert found
    assert all(alarm.count > 0.4 * alarm.of and alarm.own for alarm in found)
    assert alarms(weak[:4], RUBRICS) == ()
    strange = [changed(verdicts(item), next_edit=None, dimensions=()) for item in weak]
    assert alarms(strange, RUBRICS) == ()


def test_gained_and_lost_are_told_by_indicator() -> None:
    """Absent to met is gained, met to half said is lost; what can't be told is neither."""
    old = verdicts(NOW[3], decision="absent", outcome="met", people="absent")
    new = verdicts(NOW[3], decision="met", outcome="partial", people="cannot_tell")
    (item,) = since([new], [old]).first
    assert item.gained == (card_of(new).indicator("decision").label,)
    assert item.lost == (card_of(new).indicator("outcome").label,)


@pytest.mark.parametrize(
    ("noise", "before", "now", "moved"),
    [
        (1, 3, 4, "within noise"),
        (1, 2, 4, "up"),
        (0, 3, 4, "up"),
        (0, 4, 3, "down"),
        (None, 1, 5, "noise unknown"),
    ],
)
def test_a_step_counts_beyond_the_noise(noise: int | None, before: int, now: int, moved: str) -> None:
    """A level moved only where the step exceeds the judge's noise; unknown noise is said to be unknown."""

    def at(level: int) -> Graded:
        card = card_of(NOW[3])
        first = card.dimensions[0].model_copy(update={"level": level})
        return judged(changed(NOW[3], dimensions=(first, *card.dimensions[1:])), noise=noise)

    assert since([at(now)], [at(before)]).moves == {moved: 1}


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"model": "other"}, "another model"), ({"host": "other.example"}, "another host"), ({}, "another rubric")],
)
def test_unlike_is_not_compared(fields: dict[str, str], says: str) -> None:
    """Cards of another rubric, prompt, host or model are not compared, and the reason is said."""
    rubric = NOW[3].card.rubric.model_copy(update={"sha256": "0" * 64})
    old = judged(NOW[3], **fields) if fields else changed(NOW[3], rubric=rubric)
    found = since([NOW[3]], [old])
    assert found.compared == 0
    ((why, count),) = found.apart.items()
    assert (says in why, count) == (True, 1)


def test_the_last_draft_counts_and_strangers_are_counted() -> None:
    """Of several drafts the last one is compared; new, gone and nameless ones are counted."""
    nameless = graded(COACH, SOLID, "q05")
    found = since([NOW[0], NOW[3], nameless], [NOW[3], NOW[1]])
    assert (found.compared, found.new, found.gone, found.nameless) == (1, 1, 1, 1)


def test_stuck_is_the_same_next_edit_of_another_text() -> None:
    """Whoever is told the same again is stuck; whoever hands in the same text is not, and it is said."""
    text = NOW[1].text
    candidate = NOW[1].candidate
    first, second = (graded(COACH, one, NOW[1].card.question, candidate) for one in (text, text + " So it went on."))
    assert since([second], [first]).stuck
    again = since([first], [first])
    assert not again.stuck
    assert again.again == 1
