"""An answer as it is read: what is visible, where each sentence stands, and that nothing said is lost."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.answer import Answer, count_words
from answer_coach.cleaning import clean, is_invisible, visible
from answer_coach.library.marked import front_matter
from answer_coach.sentences import LONGEST
from tests.support.build import SOLID

MARKER = re.compile(r"\s*(?:[-*+•‣▪●–—]|\d{1,2}[.)]|[A-Za-z][.)]|#{1,6}|>)\s+")
EMOJI = ("🙂", "👍🏽", "👨\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e007f", "❤\ufe0f")
SPACES = ("\r\n", "\r", "\u2028", "\u00a0", "\u200b", "\u202e", "\ufeff", "\x07")
PLAIN = ("we", "cut", "fuel", "by 6", "1.5 m", "e.g.", "and", "but", "so,", "done.", "why?", "…", "- ", "1. ", ";")
ODD = (*EMOJI, *SPACES, "e\u0301", "Zu\u0308rich", "日本。", "½", "\n", "\n\n")
TEXTS = st.lists(st.sampled_from((*PLAIN, *ODD)) | st.text(max_size=6), max_size=80).map(" ".join)


def texts_of(text: str) -> list[str]:
    """The sentences of a text, as texts."""
    return [sentence.text for sentence in Answer.of(text).sentences]


def one_line(text: str) -> str:
    """The visible words of a text, with single spaces."""
    return " ".join(clean(text).text.split())


@pytest.mark.parametrize(
    ("name", "hidden", "counted"),
    [
        ("bell", "\x07", 1),
        ("escape sequence", "\x1b\x1b", 2),
        ("delete", "\x7f", 1),
        ("right-to-left override", "\u202e", 1),
        ("isolates", "\u2066\u2069", 2),
        ("tag letters", "\U000e0041\U000e0042\U000e007f", 3),
        ("variation selector supplement", "\U000e0100", 1),
        ("private use", "\ue000", 1),
        ("lone surrogate", "\ud800", 1),
        ("blank Hangul letter", "\u3164", 1),
        ("zero width space", "\u200b", 0),
        ("joiners", "\u200c\u200d", 0),
        ("byte order mark", "\ufeff", 0),
        ("soft hyphen", "\u00ad", 0),
        ("emoji presentation", "\ufe0f", 0),
    ],
)
def test_what_hides_is_left_out_and_the_suspect_is_counted(name: str, hidden: str, counted: int) -> None:
    """Characters that show nothing are gone from what is graded; those never seen in copied text are counted."""
    cleaned = clean(f"we cut{hidden} fuel")
    assert (cleaned.text, cleaned.removed) == ("we cut fuel", counted), name


def test_the_warning_says_how_many_and_accuses_nobody() -> None:
    """One remark with the count, in the singular where it is one, and no word about what it was for."""
    one, two = Answer.of("we\x07 cut fuel"), Answer.of("we\u202e cut\u202c fuel")
    assert one.warnings == ("1 invisible or control character was left out of what is graded",)
    assert two.warnings == ("2 invisible or control characters were left out of what is graded",)
    assert not re.search(r"\b(?:you|attack|trick|cheat|suspicious|inject|malicious)\w*", " ".join(two.warnings))


def test_ordinary_copied_text_gets_no_warning() -> None:
    """A byte order mark, CRLF, tabs, odd spaces and emoji sequences pass without a word."""
    copied = "\ufeffWe\u00a0cut\tfuel\u2009now.\r\nWe ❤\ufe0f it 👨\u200d👩\u200d👧, soft\u00adly.\r\n"
    assert Answer.of(copied).warnings == ()


def test_newlines_and_spaces_become_plain() -> None:
    """Every kind of newline is one `\\n`, every kind of space one blank."""
    assert clean("a\r\nb\rc\u2028d\u0085e\tf\u00a0g\u3000h").text == "a\nb\nc\nd\ne f g h"


@given(TEXTS)
def test_each_visible_character_is_traceable(text: str) -> None:
    """`origin` rises strictly and points at the same character, or at the space or newline it stands for."""
    cleaned = clean(text)
    assert len(cleaned.text) == len(cleaned.origin)
    assert list(cleaned.origin) == sorted(set(cleaned.origin))
    assert all(c == text[at] or (c in " \n" and text[at].isspace()) for c, at in zip(*cleaned[:2], strict=True))
    assert not any(is_invisible(c) for c in cleaned.text if c != "\n")


@given(TEXTS)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """What is clean stays as it is and has nothing left to remove."""
    once = clean(text).text
    assert clean(once) == (once, tuple(range(len(once))), 0)


def test_what_is_printed_cannot_move_a_cursor() -> None:
    """Control and bidi characters are written out as escapes; text, newlines and emoji stay."""
    assert visible("a\x1b[2Jb\u202ec\nd 🙂") == "a\\x1b[2Jb\\x202ec\nd 🙂"


@given(TEXTS)
def test_offsets_show_the_words_of_the_sentence(text: str) -> None:
    """`text[start:end]` holds exactly the words of the sentence, whatever stands in the text."""
    answer = Answer.of(text)
    assert all(one_line(text[s.start : s.end]) == s.text for s in answer.sentences)
    assert all(a.end <= b.start for a, b in zip(answer.sentences, answer.sentences[1:], strict=False))
    assert [s.number for s in answer.sentences] == list(range(1, len(answer.sentences) + 1))


@given(TEXTS)
def test_every_letter_and_digit_lies_in_one_sentence(text: str) -> None:
    """Nothing said is lost or doubled: only list markers at the start of a line stand outside."""
    answer = Answer.of(text)
    held = [0] * len(text)
    for sentence in answer.sentences:
        for at in range(sentence.start, sentence.end):
            held[at] += 1
    begin = 0
    for line in answer.clean.split("\n"):
        marker = MARKER.match(line)
        body = begin + (marker.end() if marker else 0)
        spoken = [at for at in range(body, begin + len(line)) if answer.clean[at].isalnum()]
        assert all(held[answer.origin[at]] == 1 for at in spoken)
        begin += len(line) + 1


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=9), min_size=1, max_size=200))
def test_no_sentence_is_longer_than_forty_words(said: list[str]) -> None:
    """However long somebody speaks without a full stop, a sentence has at most 40 words and none is lost."""
    found = texts_of(" ".join(said))
    assert max(len(text.split()) for text in found) <= LONGEST == 40
    assert " ".join(found) == " ".join(said)


def test_list_items_and_lines_are_sentences() -> None:
    """Each item and each short line stands alone, without its marker."""
    text = "# What we did\n- cut fuel\n* hired Jo\n2) moved one person\n\nThen summer came\nWe stopped"
    items = ["What we did", "cut fuel", "hired Jo", "moved one person"]
    assert texts_of(text) == [*items, "Then summer came", "We stopped"]


def test_hard_wraps_are_not_sentences() -> None:
    """A line that goes on in the next, small or at full width, is one sentence with it, in list items too."""
    wide = "At the ferry company I had three requests on my desk and two people,\nOtto and Ida, to do the work with.\n"
    assert texts_of(wide) == [" ".join(wide.split())]
    assert texts_of("- we put the fuel model first\n  because it cost most\n- then tickets") == [
        "we put the fuel model first because it cost most",
        "then tickets",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Weber and Mr. Holt paid 2.5 million, e.g. for fuel vs. oil.",
        "It fell from 8.0 to 6.5 percent (approx. a fifth) that year.",
        "Then J. Lindqvist signed it, i.e. the whole plan.",
        "We waited... and waited for the data.",
    ],
)
def test_abbreviations_and_decimals_do_not_end_a_sentence(text: str) -> None:
    """A dot inside a figure, after a short form, an initial or a pause is not an end."""
    assert texts_of(text) == [text]


def test_marks_behind_quotes_and_brackets_end_a_sentence() -> None:
    """An end mark may be followed by a closing quote or bracket; ideographic stops need no space."""
    assert texts_of("“Do we go?” she asked. (It was late.) Yes! 私は行った。終わり。") == [
        "“Do we go?”",
        "she asked.",
        "(It was late.)",
        "Yes!",
        "私は行った。",
        "終わり。",
    ]


def test_long_sentences_are_cut_at_clause_marks() -> None:
    """A sentence over 40 words is cut behind a mark near its middle, not inside a clause."""
    half = " ".join(["word"] * 21)
    assert texts_of(f"{half}; {half}.") == [f"{half};", f"{half}."]
    assert texts_of(f"{half}, and {half}.") == [f"{half},", f"and {half}."]
    exact = " ".join(["word"] * 40) + "."
    assert texts_of(exact) == [exact]


def test_a_transcript_without_punctuation_becomes_several_sentences() -> None:
    """Spoken text is cut at its joints, so that a quote can be pinned to a part of it."""
    spoken = re.sub(r"[.,]", "", SOLID).lower() + " so then um we moved on because summer came and then it was over"
    found = texts_of(spoken)
    assert len(found) >= 4
    assert " ".join(found) == spoken


@pytest.mark.parametrize("text", ["", " \n\t ", "\ufeff", "\u200b\u202e", "--- ... !!", "🙂 🙂"])
def test_a_text_without_words_has_no_sentences(text: str) -> None:
    """Nothing, spaces, marks and pictures are an answer without sentences and words, not an error."""
    answer = Answer.of(text)
    assert (answer.sentences, answer.words, answer.speaking_seconds) == ((), 0, 0)


def test_front_matter_is_skipped_and_offsets_count_from_the_file() -> None:
    """With `start` the fields above are not read, and spans still point into the whole text."""
    text = "\ufeff---\r\nquestion: q05\r\n---\r\nI cut fuel\x07 by a third. Then we went on.\r\n"
    fields, start = front_matter(text)
    answer = Answer.of(text, start)
    assert fields == {"question": "q05"}
    assert [text[s.start : s.end] for s in answer.sentences] == ["I cut fuel\x07 by a third.", "Then we went on."]
    assert "question" not in answer.clean
    assert answer.sha256 == Answer.of(text[start:]).sha256


def test_sentence_at_finds_the_sentence_of_an_offset() -> None:
    """A place in the text leads to its sentence; a place between sentences to none."""
    answer = Answer.of("We cut fuel.  Then we went on.")
    assert [s.number if s else None for s in map(answer.sentence_at, (0, 11, 12, 13, 14, 29, 30))] == [
        *(1, 1, None, None, 2, 2, None)
    ]


def test_words_and_speaking_time_are_counted_as_people_do() -> None:
    """Marks are no words, two ideographs are one, and 130 words take a minute."""
    assert count_words("We - that is, Jo & I - cut 1.5 m.") == 8
    assert count_words("売上予測") == 2
    assert Answer.of(" ".join(["word"] * 260)).speaking_seconds == 120
