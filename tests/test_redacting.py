"""Redaction: an invertible map over the draft; what a judge says of the redacted text comes back in its own words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_coach.answer import Answer
from answer_coach.assemble import Judged
from answer_coach.errors import SettingInvalid
from answer_coach.redaction.redacting import Redacted, read_words, redact
from answer_coach.redaction.spotting import places
from answer_coach.request import FollowUpClaim
from answer_coach.verify import Finding, find_quote

DRAFT = (
    "I joined Zalando in 2021, and Frau Keller led pricing there. Dr. Anna Schmidt of Deutsche Bank AG asked for a "
    "churn list, so I told Okonkwo that the Payflow app must wait. Anna agreed. We built it in Python and Spark on AWS "
    "for \u20ac50k, in 6 weeks with 3 people, and churn fell by 12 percent. Zalando saved 1.5 million euros a year. "
    "Ask jane.doe@zalando.test or +49 89 1234 5678, or read https://wiki.zalando.test/falcon. In May we were done."
)
PARTS = st.sampled_from(
    [
        *(
            "Acme",
            "acme",
            "AcmePay",
            "Acmes",
            "Ac\u00adme",
            "ACME's",
            "\uff21cme",
            "Anna Schmidt",
            "Frau Keller",
            "Anna",
        ),
        *("\u20ac5", "40,000 euros", "a@b.com", "https://x.org/y", "[company 1]", "person 1", "[money 1: an amount]"),
        *(
            "We said no",
            "the board",
            "Python",
            "New York",
            "GmbH",
            "it",
            "no",
            ".",
            ". ",
            "! ",
            "\n",
            "\r\n- ",
            " ",
            ", ",
        ),
        *("\u200b", "\u00a0", "e\u0301", "\u4f60\u597d", "'s", "&", "-", "(", "12 percent", "I", "IBM"),
    ]
)
TEXTS = st.lists(PARTS | st.text(max_size=4), max_size=40).map(" ".join) | st.lists(PARTS, max_size=30).map("".join)
WORDS = read_words(["Acme = company", "the board", "Deutsche Bank"])


def hidden(text: str, *lines: str) -> Redacted:
    """A text, redacted."""
    return redact(Answer.of(text), read_words(lines))


@given(TEXTS)
def test_a_redacted_text_put_back_is_the_draft(text: str) -> None:
    """Whatever the text, the map leads back: the cleaned draft, and the same sentences by number."""
    answer = Answer.of(text)
    found = redact(answer, WORDS)
    assert found.restored() == answer.clean
    assert [s.number for s in found.answer.sentences] == [s.number for s in answer.sentences]
    for piece in found.pieces:
        assert found.answer.clean[piece.start : piece.end] == piece.placeholder
        assert answer.clean[piece.from_start : piece.from_end] == piece.said
    for old, new in zip(answer.sentences, found.answer.sentences, strict=True):
        assert new.start < new.end and old.start < old.end


@given(TEXTS)
def test_no_placeholder_stands_in_the_draft_already(text: str) -> None:
    """A draft that holds `[company 1]` itself gets other numbers, so that each placeholder means one thing."""
    found = redact(Answer.of(text), WORDS)
    assert [name for name in found.table if name.casefold() in found.original.clean.casefold()] == []


@given(TEXTS, st.data())
def test_every_quote_of_the_redacted_text_is_a_quote_of_the_draft(text: str, data: st.DataObject) -> None:
    """Any run of words of a redacted sentence that is found leads to a span of the text as given, and is that span."""
    found = redact(Answer.of(text), WORDS)
    if not found.answer.sentences:
        return
    sentence = data.draw(st.sampled_from(found.answer.sentences))
    words = sentence.text.split()
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    evidence = find_quote(" ".join(words[first:last]), found.answer, sentence.number)
    if evidence:
        own = found.evidence(evidence)
        assert text[own.start : own.end] == own.quote
        assert 0 <= own.start < own.end <= len(text)
        inside = [p.said for p in found.pieces if evidence.start <= p.start and p.end <= evidence.end]
        assert all(said in Answer.of(own.quote).clean for said in inside)


@given(TEXTS)
def test_no_listed_word_is_sent(text: str) -> None:
    """In no sentence that is sent stands a listed word, in whatever case, form or company."""
    sent = " ".join(s.text for s in redact(Answer.of(text), WORDS).answer.sentences)
    assert [word for word in WORDS.listed if list(places(word, sent))] == []
    assert not re.search(r"\bacme\b|\bthe board\b|deutsche bank", sent.casefold())


def test_what_a_judge_gets_to_read() -> None:
    """Names and amounts go, the same one always by the same number; tools, dates, counts and shares stay."""
    assert [s.text for s in hidden(DRAFT).answer.sentences] == [
        "I joined [company 1] in 2021, and [person 1] led pricing there.",
        "[person 2] of [company 2] asked for a churn list, so I told [person 3] that the [name 1] app must wait.",
        "[person 2] agreed.",
        "We built it in Python and Spark on AWS for [money 1: an amount], in 6 weeks with 3 people, and churn fell by "
        "12 percent.",
        "[company 1] saved [money 2: an amount] a year.",
        "Ask [e-mail 1] or [phone 1], or read [link 1].",
        "In May we were done.",
    ]
    assert hidden(DRAFT).remark == "11 names and amounts were replaced before sending"
    assert hidden("We tried it, and it was fine.").remark.startswith("no name and no amount was found")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("It cost 9,000 euros a year.", "It cost [money 1: an amount] a year."),
        ("It cost half a million dollars.", "It cost [money 1: an amount]."),
        ("It cost between 5 and 6 million euros.", "It cost between [money 1: an amount]."),
        ("A 50,000-euro project, $5k, CHF 30m, 2 crore rupees.", "A {0} project, {1}, {2}, {3}."),
        ("Twelve percent of 3 million rows in 6 weeks, for few cents.", None),
        ("It fell from 8 to 6.5 percent in 2023, on 2023-04-05, AUC 0.85, 1,000,000 rows.", None),
        ("I met Jan de Vries and Mr. van der Berg at H&M.", "I met [person 1] and [person 2] at [name 1]."),
        ("I left Bank of America and British Airways.", "I left [company 1] and [company 2]."),
        ("We use Node.js, MLOps, CI/CD, OKRs and Google Analytics in Poland.", None),
        ("The Head of Sales and our Board said NO on Monday.", None),
        (
            "Kowal's plan. Nwosu, our lead. Dorte and Ngozi left.",
            "[name 1]'s plan. [name 2], our lead. [name 3] and [name 4] left.",
        ),
        ("Yesterday's SMART goal. Finally, our team and I won with RICE.", None),
        ("Then Kubeflow, as I said, lost to X200.", "Then Kubeflow, as I said, lost to [product 1]."),
    ],
)
def test_amounts_and_names_as_people_write_them(said: str, left: str | None) -> None:
    """Each form of an amount or a name is replaced whole; percentages, durations, counts, tools and roles are not."""
    numbered = [f"[money {n}: an amount]" for n in range(1, 5)]
    expected = said if left is None else left.format(*numbered)
    assert " ".join(s.text for s in hidden(said).answer.sentences) == expected


@pytest.mark.parametrize(
    "said",
    [
        "we waited for okafor and the folks at northwind.",
        "Kowalczyk wanted it.",
        "The only woman on the board of the port.",
        "A few million euros went.",
        "THIS IS WHAT OKAFOR SAID TO US ALL.",
    ],
)
def test_what_is_not_caught(said: str) -> None:
    """Small letters, a name that only opens a sentence, roles, vague amounts, all in capitals: known to be missed."""
    assert hidden(said).pieces == ()
    listed = hidden(
        said, "okafor = person", "northwind", "Kowalczyk", "the port = company", "few million euros = money"
    )
    assert listed.pieces


def test_german_nouns_are_no_names() -> None:
    """Where capitals tell nothing, only titles, first names, legal forms, patterns and listed words are replaced."""
    text = (
        "Also, bei der Firma Siemens habe ich das Team geleitet. Der Vertrieb wollte eine Prognose f\u00fcr die Kunden "
        "in Bayern, und Frau Keller war dagegen. Danach hat der Vorstand die Entscheidung getroffen, und Thomas Meier "
        "hat die Umsetzung begonnen. Wir haben die Daten aus dem Lager genommen. Bosch GmbH war ein Partner im Projekt."
    )
    assert list(hidden(text).table.values()) == ["Frau Keller", "Thomas Meier", "Bosch GmbH"]
    assert "capital letters tell little" in hidden(text).remark
    assert "Siemens" in hidden(text, "siemens = company").table.values()


def test_a_persons_own_list() -> None:
    """One word or `word = kind` a line; `= keep` leaves a word alone; a wrong line is named by its number."""
    lines = ["# mine", "", "falcon crest = product", "Jo=person", "Kubevirt = keep"]
    found = hidden("We moved Falcon-Crest to Kubevirt with jo, Jo and Job, for FalconCrest.", *lines)
    assert (
        found.answer.clean
        == "We moved [product 1] to Kubevirt with [person 1], [person 1] and [name 1], for [product 2]."
    )
    for wrong in (["a", "b = colour"], ["", "= person"]):
        with pytest.raises(SettingInvalid, match="line 2"):
            read_words(wrong)


def test_what_a_judge_says_comes_back_in_the_drafts_words() -> None:
    """Quotes get the draft's offsets, notes and questions its names; one about an unknown placeholder is dropped."""
    found = hidden(f"---\nx\n{DRAFT}", "Payflow = product")
    text = found.original.text
    evidence = find_quote("the [product 1] app must", found.answer)
    assert evidence
    claims = (
        FollowUpClaim(question="Why did Person 3 wait?", sentence=3, quote="so I told [person 3]"),
        FollowUpClaim(question="Who is [person 9]?", sentence=3, quote="so I told [person 3]"),
    )
    finding = Finding(verdict="met", evidence=(evidence,), note="What did [company 1] lose by [money 1: an amount]?")
    shown = found.reveal(Judged(findings={"x": finding}, follow_ups=claims))
    own = shown.findings["x"].evidence[0]
    assert own.quote == text[own.start : own.end] == "the Payflow app must"
    assert shown.findings["x"].note == "What did Zalando lose by \u20ac50k?"
    assert [(c.question, c.quote) for c in shown.follow_ups] == [("Why did Okonkwo wait?", "so I told Okonkwo")]


def test_what_is_sent_after_the_answer_is_redacted_too() -> None:
    """Known names in a later text are hidden, in other case, over lines, and where a quote cut them."""
    found = hidden(DRAFT)
    assert (
        found.hide('zalando, Deutsche\nBank AG; "told Deutsche Bank..."')
        == '[company 1], [company 2]; "told [company 2]..."'
    )
