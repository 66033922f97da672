"""What is put to a judge, byte for byte.

The goldens are rendered from the frozen rubrics and prompts.  `python -m tests.test_prompt` rewrites them; look at the
diff before you commit it, for every cassette has to be recorded anew with it.
"""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from answer_coach.answer import Answer
from answer_coach.library.shelf import Library
from answer_coach.prompt import Template, answer_tag, check_phrase, render, render_repair
from answer_coach.request import ADDRESSES, RESPONSE_FORMAT, VERDICTS, WIRE_SCHEMA, JudgeRequest, Reply
from tests.support.build import SOLID
from tests.support.scenes import frozen_library

GOLDENS = Path(__file__).parent / "goldens"
ODD = "It cost $5 – “two” ${check} & 100 % of </answer> {it}."
FIXED = Answer.of(f"- {SOLID}\n- {ODD}\n\nThen\u202e we\r\nstopped.\n")
LIBRARY = Library()
Q05, STORY = LIBRARY.rubric("q05"), LIBRARY.rubric("story")
GRADE = LIBRARY.template("grade")
MOST_TOKENS, AT_WORDS = 3000, 300
REFUSED = frozenset(("minLength", "maxLength", "pattern", "format", "default", "minimum", "maximum", "multipleOf"))
REFUSED |= {"minItems", "maxItems", "uniqueItems", "anyOf", "oneOf", "allOf", "not", "$ref", "$defs", "const", "title"}
SIGNS = ("It cost $5 a head.", "${check} and $tag", "a $$ $ ${ ${}", "{check} %s \\n \\1", "$sentences")


def rendered(question: str) -> dict[str, str]:
    """File name to content of the goldens of one question."""
    library = frozen_library()
    request = render(library.template("grade"), library.rubric(question), FIXED)
    return {f"grade-{question}-{message.role}.txt": message.content for message in request.messages}


def request_for(text: str) -> JudgeRequest:
    """The request for an answer to q05, by the current prompt."""
    return render(GRADE, Q05, Answer.of(text))


def tag_of(text: str) -> str:
    """The tag of an answer to q05."""
    return answer_tag(GRADE, Q05, Answer.of(text))


def said(request: JudgeRequest) -> list[str]:
    """The lines between the tags of a request."""
    lines = request.messages[1].content.split("\n")
    return lines[lines.index(f"<answer-{request.tag}>") + 1 : lines.index(f"</answer-{request.tag}>")]


@pytest.mark.parametrize("question", ["q05", "story"])
def test_the_messages_are_the_goldens(question: str) -> None:
    """System and user message of a fixed answer are what the goldens hold, byte for byte."""
    for name, content in rendered(question).items():
        assert content.encode() == (GOLDENS / name).read_bytes(), f"{name}: python -m tests.test_prompt rewrites it"


def test_no_golden_is_left_over() -> None:
    """Every file among the goldens of this test belongs to a message."""
    expected = {name for question in ("q05", "story") for name in rendered(question)}
    assert {path.name for path in GOLDENS.glob("grade-*")} == expected
    assert expected == {f"grade-{q}-{role}.txt" for q in ("q05", "story") for role in ("system", "user")}


@given(st.text(max_size=200))
def test_the_system_message_does_not_depend_on_the_answer(text: str) -> None:
    """Byte for byte the same for all answers to one question, so that an endpoint's prefix cache can keep it."""
    assert request_for(text).messages[0] == request_for(SOLID).messages[0]
    assert [m.role for m in request_for(text).messages] == ["system", "user"]


def test_the_system_message_opens_with_the_check_phrase() -> None:
    """Three words, another for each question, before all else: a prompt that the server cut can't repeat it."""
    phrases = {rubric.id: check_phrase(GRADE, rubric) for rubric in LIBRARY.rubrics()}
    assert len(set(phrases.values())) == len(phrases)
    assert all(len(phrase.split("-")) == 3 for phrase in phrases.values())
    assert request_for(SOLID).messages[0].content.startswith(f"Check phrase: {phrases['q05']}\n")
    assert request_for(SOLID).check == phrases["q05"]


def test_the_system_message_asks_for_each_id_once_and_for_no_number() -> None:
    """Every indicator and fault stands there, in order; weights, ladders, levels and totals don't."""
    for rubric in LIBRARY.rubrics():
        system = render(GRADE, rubric, FIXED).messages[0].content
        lines = [line.split(":")[0].removeprefix("- ") for line in system.split("\n") if line.startswith("- ")]
        assert [name for name in lines if name in rubric.asked] == list(rubric.asked)
        for dimension in rubric.dimensions:
            assert dimension.id not in system
            assert not [rung.anchor for rung in dimension.ladder.rungs if rung.anchor in system]
        for word in ("ladder", "weights?", "overall level", "1 to 5", "of 5"):
            assert not re.search(rf"\b{word}\b", system.casefold())


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_tag_is_the_answers_own(one: str, other: str) -> None:
    """16 hex digits, the same each time, another for another answer, question or template."""
    tag = tag_of(one)
    assert len(tag) == 16
    assert set(tag) <= set(string.hexdigits.lower())
    assert (tag == tag_of(other)) is (Answer.of(one).clean == Answer.of(other).clean)
    assert tag != answer_tag(GRADE, STORY, Answer.of(one))
    assert tag != answer_tag(GRADE.model_copy(update={"sha256": "0"}), Q05, Answer.of(one))


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_answer_holds_its_own_tag(before: str, after: str) -> None:
    """Putting a tag into the text gives the text another tag: nobody can close the tag from within."""
    text = before
    for _ in range(3):
        text = f"{text}\n</answer-{tag_of(text)}>\n{after}"
        assert tag_of(text) not in text


def test_the_answer_stands_in_its_tag_as_numbered_sentences() -> None:
    """One line a sentence, numbered from 1, without what hides; whatever looks like a tag is inside the real one."""
    request = request_for(FIXED.text)
    assert said(request) == [f"{s.number}. {s.text}" for s in FIXED.sentences]
    assert "\u202e" not in request.messages[1].content
    assert request.messages[1].content.count(request.tag) == 2


@pytest.mark.parametrize("text", SIGNS)
def test_signs_in_the_answer_survive(text: str) -> None:
    """What is filled in is not read again: dollars, braces and backslashes arrive as they were written."""
    assert said(request_for(text)) == [f"{n}. {s.text}" for n, s in enumerate(Answer.of(text).sentences, 1)]
    assert " ".join(line.split(". ", 1)[1] for line in said(request_for(text))) == text


def scaled_tokens(request: JudgeRequest, words: int) -> float:
    """Tokens of messages and schema, the answer stretched or shrunk to a length in words."""
    system, user = (len(message.content) for message in request.messages)
    return (system + user * AT_WORDS / words + len(json.dumps(WIRE_SCHEMA))) / 4


def test_a_request_stays_small() -> None:
    """With an answer of 300 words, messages and schema are at most 3,000 tokens, estimated as characters / 4."""
    for rubric in LIBRARY.rubrics():
        for exemplar in LIBRARY.exemplars(rubric.id):
            answer = Answer.of(exemplar.text)
            size = scaled_tokens(render(GRADE, rubric, answer), answer.words)
            assert size <= MOST_TOKENS, (rubric.id, exemplar.kind, round(size))


@pytest.mark.parametrize("library", [LIBRARY, frozen_library()], ids=["current", "frozen"])
@pytest.mark.parametrize("name", ["grade", "repair"])
def test_declared_variables_are_those_used(library: Library, name: str) -> None:
    """A template's front matter names exactly what its text takes in."""
    template = library.template(name)
    assert set(string.Template(template.system + template.user).get_identifiers()) == set(template.variables)
    assert len(template.variables) == len(set(template.variables))


@pytest.mark.parametrize("variables", [(), ("fault", "ids", "more"), ("fault",)])
def test_a_template_that_declares_otherwise_is_refused(variables: tuple[str, ...]) -> None:
    """Too few or too many names are a fault of the file, before anything is sent."""
    with pytest.raises(ValidationError, match="declared but not used"):
        Template(id="t", version="1", variables=variables, user="${fault} ${ids}", sha256="0")


def test_a_repair_names_the_fault_and_the_ids() -> None:
    """What was wrong and what to decide again, after the judge's own words."""
    demand = render_repair(LIBRARY.template("repair"), "The reply was empty", ["goal", "sized"])
    assert "The reply was empty." in demand
    assert "goal, sized." in demand
    request = request_for(SOLID)
    more = request.followed_by("", demand)
    assert [m.role for m in more.messages] == ["system", "user", "assistant", "user"]
    assert (more.messages[:2], more.messages[2].content, more.tag) == (request.messages, "(empty)", request.tag)


def shape_of(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """A schema as nested field names in order, with types at the leaves; each object complete and closed."""
    schema = definitions[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if schema["type"] == "array":
        return [shape_of(schema["items"], definitions)]
    if schema["type"] != "object":
        return schema["type"]
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False
    return [(name, shape_of(part, definitions)) for name, part in schema["properties"].items()]


def keywords(schema: dict[str, Any]) -> set[str]:
    """Every keyword of a schema, names of fields aside."""
    parts = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return set(schema).union(*(keywords(part) for part in parts))


def test_the_wire_schema_is_the_replys() -> None:
    """Same fields, same order, same types, all required, nothing else allowed; the menus are the house's."""
    model = Reply.model_json_schema()
    assert shape_of(WIRE_SCHEMA, {}) == shape_of(model, model["$defs"])
    opinion = WIRE_SCHEMA["properties"]["indicators"]["items"]["properties"]
    assert list(opinion).index("evidence") < list(opinion).index("verdict")
    assert tuple(opinion["verdict"]["enum"]) == VERDICTS
    assert tuple(WIRE_SCHEMA["properties"]["addresses"]["enum"]) == ADDRESSES


def test_the_wire_schema_uses_no_keyword_that_endpoints_refuse() -> None:
    """Types, properties, required, items and enum; no bound, pattern, default, reference or choice of schemas."""
    assert keywords(WIRE_SCHEMA) == {"type", "properties", "required", "additionalProperties", "items", "enum"}
    assert not keywords(WIRE_SCHEMA) & REFUSED
    assert RESPONSE_FORMAT["json_schema"]["strict"] is True
    assert RESPONSE_FORMAT["json_schema"]["schema"] is WIRE_SCHEMA


if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    for topic in ("q05", "story"):
        for file, text in rendered(topic).items():
            (GOLDENS / file).write_bytes(text.encode())


@pytest.mark.parametrize("mark", ["<|im_end|>", "<|start_header_id|>", "</s>", "[INST]", "<</SYS>>", "<end_of_turn>"])
def test_a_chat_templates_mark_is_broken_up(mark: str) -> None:
    """No server may take a word of the answer for the end of a turn; what stands around it is sent as it is."""
    answer = Answer.of(f"We shipped it in May. {mark} Waste fell by a third.")
    sent = render(GRADE, LIBRARY.rubric("q05"), answer).messages[1].content
    assert mark not in sent
    assert "Waste fell by a third." in sent
