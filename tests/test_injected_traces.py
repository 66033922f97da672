"""The short cuts of the search for demands miss nothing: whatever a pattern can match is still searched, and found."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answer_coach.injected import ADDRESS, ORDERS, PLAIN, leaves_traces

PATTERNS = {"PLAIN": PLAIN, "ORDERS": ORDERS, "ADDRESS": ADDRESS}
INSIDE = r"(?!\B\w)(?:"


def inner(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """A pattern that is tried everywhere, inside words too."""
    source = pattern.pattern
    return re.compile(source.removeprefix(INSIDE)[:-1]) if source.startswith(INSIDE) else pattern


@pytest.mark.parametrize("name", PATTERNS)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_a_pattern_matches_leaves_a_trace(name: str, data: st.DataObject) -> None:
    """Texts made from the pattern itself, alternative by alternative; none of them is passed over."""
    text = data.draw(st.from_regex(inner(PATTERNS[name])))
    assert leaves_traces(text)


@pytest.mark.parametrize("name", ["PLAIN", "ADDRESS"])
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_match_is_the_same_where_words_are_not_looked_into(name: str, data: st.DataObject) -> None:
    """No alternative begins inside a word, so that the first match is the first one still."""
    text = data.draw(st.from_regex(inner(PATTERNS[name])))
    everywhere, outside = inner(PATTERNS[name]).search(text), PATTERNS[name].search(text)
    assert everywhere and outside
    assert everywhere.span() == outside.span()
