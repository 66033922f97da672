"""llama.cpp's own server, which nobody here wrote, as the endpoint: what goes there, and what comes back.

A small model made on the spot babbles behind it; its words mean nothing, so what is held is the protocol: the request
arrives whole, the schema is enforced, and nonsense of any kind is a typed error and never a score.  `make test-peer`
installs what is needed and runs these tests; the other suites leave them out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import openai
import pytest
from openai.types.chat import ChatCompletion

from answer_coach import Coach
from answer_coach.chain import build_chain, to_messages, untraced
from answer_coach.engines.compatible import CompatibleChat
from answer_coach.engines.memory import Memory
from answer_coach.engines.providers import Tuning
from answer_coach.errors import UnusableReply
from answer_coach.feedback import Feedback
from answer_coach.judging import ModelJudge
from answer_coach.library.shelf import Library
from answer_coach.modes import STRICT, ReplyMode
from answer_coach.request import Reply, Tokens
from answer_coach.steps import Job
from tests.peer.asking import all_ids, chat_at, coach_at, job_of, only_the_phrase, request_of, response_format, size
from tests.peer.conftest import Narrow, Serve
from tests.peer.server import Limits, Peer
from tests.support.build import SOLID

pytestmark = pytest.mark.peer

TIMES = 20
ACCENTED = SOLID.replace("ferry company", "café chain in Málaga")
SMALL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "level": {"type": "string", "enum": ["thin", "senior", "lead"]},
        "parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "enum": ["goal", "people"]},
                    "quotes": {"type": "array", "maxItems": 2, "items": {"type": "string", "maxLength": 60}},
                    "points": {"type": "integer", "minimum": 1, "maximum": 5},
                },
                "required": ["name", "quotes", "points"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["level", "parts"],
    "additionalProperties": False,
}


@pytest.fixture
def client(peer: Peer) -> Iterator[openai.OpenAI]:
    """The plain client, with nothing of ours around it."""
    with openai.OpenAI(base_url=peer.base_url, api_key="none", timeout=60) as plain:
        yield plain


def say(client: openai.OpenAI, words: str, **more: Any) -> ChatCompletion:
    """Put some words to the model."""
    create: Callable[..., ChatCompletion] = client.chat.completions.create
    return create(model="babbler", messages=[{"role": "user", "content": words}], **more)


def test_the_model_is_the_same_each_time(tmp_path: Path) -> None:
    """What is made twice is the same file, byte for byte, and no weight in it is endless."""
    from tests.peer.model import tensors, write

    assert write(tmp_path / "one").read_bytes() == write(tmp_path / "other").read_bytes()
    assert all(abs(weights).max() < 100 for weights in tensors().values())


def test_the_server_lists_the_model(chat: CompatibleChat) -> None:
    """`/v1/models` is read as the real server writes it."""
    assert [model["id"] for model in chat.models()] == ["babbler"]


def test_the_probe_finds_out_that_the_schema_is_enforced(chat: CompatibleChat) -> None:
    """A server of which nothing is known is asked once; what babbles there can't but reply as it is bound to."""
    memory = Memory()
    first, second = (ModelJudge(chat, chat.endpoint, memory) for _ in range(2))
    assert [first.settle(), second.settle()] == [STRICT, STRICT]
    assert [first.probed, second.probed] == ["enforced", None]


def test_a_nested_schema_is_kept_every_time(client: openai.OpenAI) -> None:
    """Strict json_schema mode is enforced: objects in lists in an object, enums and bounds, whatever is babbled."""
    seen = set()
    for seed in range(TIMES):
        completion = say(client, "Judge.", response_format=response_format(SMALL), seed=seed)
        assert completion.choices[0].finish_reason == "stop"
        text = completion.choices[0].message.content or ""
        jsonschema.validate(json.loads(text), SMALL)
        seen.add(text)
    assert len(seen) > TIMES / 2, "the replies differ, or the grammar was hardly tried"


def test_a_reply_ends_where_it_must_and_says_so(client: openai.OpenAI) -> None:
    """A bound on the reply's length is kept, named as the reason, and counted."""
    completion = say(client, "Go on.", max_tokens=7)
    assert completion.choices[0].finish_reason == "length"
    assert completion.usage is not None
    assert completion.usage.completion_tokens == 7
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + 7


def test_every_reply_to_a_grading_is_a_reply(chat: CompatibleChat) -> None:
    """Our strict `Reply` takes the raw text as it came, and evidence stands before the verdict in it."""
    messages = to_messages(request_of(job_of(SOLID)))
    opinions = []
    for seed in range(TIMES):
        message = chat.bind(seed=seed).invoke(messages)
        assert message.response_metadata["finish_reason"] == "stop"
        Reply.model_validate_json(str(message.content))
        raw = json.loads(str(message.content))
        assert list(raw) == ["check", "addresses", "indicators", "follow_ups"]
        opinions += [list(opinion) for opinion in raw["indicators"]]
    assert opinions
    assert {tuple(fields) for fields in opinions} == {("id", "evidence", "note", "place", "verdict")}


@pytest.mark.parametrize("text", [SOLID, ACCENTED], ids=["plain", "accented"])
def test_the_prompt_arrives_whole(chat: CompatibleChat, text: str) -> None:
    """The server counts as many tokens as the prompt has bytes: nothing is cut off, added or written otherwise."""
    job = job_of(text)
    message = chat.invoke(to_messages(request_of(job)))
    assert message.response_metadata["tokens"]["input_tokens"] == size(job)


def test_the_next_answer_finds_the_rubric_read(chat: CompatibleChat) -> None:
    """The system message is the same for all answers to a question, so a real prefix cache reads it once."""
    cached = []
    for text in (SOLID, SOLID.replace("ferry", "railway"), ACCENTED):
        request = request_of(job_of(text, "q08"))
        message = chat.invoke(to_messages(request))
        cached.append(message.response_metadata["tokens"]["cached_tokens"])
    system = len(request.messages[0].content.encode())
    assert cached[0] < system / 2
    assert min(cached[1:]) >= system


@pytest.mark.parametrize("question", Library().files)
def test_babble_is_never_a_card(peer: Peer, question: str) -> None:
    """A reply that follows the schema and says nothing is the judge's failure: the check phrase is not repeated."""
    with coach_at(peer.base_url) as coach, pytest.raises(UnusableReply) as caught:
        coach.grade(SOLID, question=question)
    assert (caught.value.code, caught.value.exit_code) == ("astray", 4)


FAULTS: dict[str, Callable[[Job], dict[str, Any]]] = {
    "missing_ids": only_the_phrase,
    "unknown_ids": lambda job: all_ids(job, strangers=1),
    "unverified": all_ids,
}


@pytest.mark.parametrize("code", FAULTS)
def test_what_comes_past_the_phrase_is_asked_for_again_and_refused(
    chat: CompatibleChat, narrow: Narrow, code: str
) -> None:
    """Ids left out, ids made up, quotes made up: each is one repair turn over the wire, then an error of its name."""
    job = job_of(SOLID)
    narrow(FAULTS[code](job))
    with untraced(), pytest.raises(UnusableReply) as caught:
        build_chain(chat).invoke(job)
    assert (caught.value.code, caught.value.exit_code) == (code, 4)
    assert isinstance(caught.value.took, Tokens) and caught.value.took.input_tokens
    assert caught.value.took.input_tokens > 2 * size(job)  # the second turn holds the first


def test_where_only_true_quotes_can_be_said_a_card_comes_out(peer: Peer, narrow: Narrow) -> None:
    """The counter-check: the same server, model and way give a card as soon as a grammar allows true quotes only."""
    job = job_of(SOLID)
    quotes = [sentence.text for sentence in job.answer.sentences]
    narrow(all_ids(job, quotes=quotes))
    with coach_at(peer.base_url) as coach:
        card = coach.grade(SOLID, question="q05")
    assert isinstance(card, Feedback)
    assert card.unverified_quotes == 0
    said = [e for d in card.dimensions for i in d.indicators for e in i.evidence]
    assert said
    assert [e for e in said if SOLID[e.start : e.end] != e.quote or e.quote not in quotes] == []
    assert card.usage is not None
    assert card.usage.input_tokens == size(job)
    assert card.usage.output_tokens


LOWER: dict[ReplyMode, str] = {
    "json_schema_in_prompt": "astray",  # the server enforces it all the same
    "json_object": "not_json",  # some object, never ours
    "tool": "not_json",  # a tool that must be called is not enforced for this model's template
    "text": "not_json",
}


@pytest.mark.parametrize("mode", LOWER)
def test_babble_is_no_card_in_any_mode(peer: Peer, mode: ReplyMode) -> None:
    """What is enforced less is refused later, and by another name, and never becomes a score."""
    with coach_at(peer.base_url, tuning=Tuning(reply_mode=mode)) as coach, pytest.raises(UnusableReply) as caught:
        coach.grade(SOLID, question="q05")
    assert (caught.value.code, caught.value.exit_code) == (LOWER[mode], 4)


def test_a_model_that_was_handed_in_says_no_json(chat: CompatibleChat) -> None:
    """Such a model gets the schema in words only: free babble is asked for once more and refused."""
    with pytest.raises(UnusableReply) as caught:
        Coach(chat).grade(SOLID, question="q05")
    assert (caught.value.code, caught.value.exit_code) == ("not_json", 4)


def test_a_streamed_reply_is_the_same_reply(peer: Peer) -> None:
    """The real server's stream grows to a whole reply that is accepted raw, and tells what it took at its end."""
    job, seen = job_of(SOLID), list[str]()
    with chat_at(peer.base_url) as chat:
        message = chat.watched_by(seen.append).invoke(to_messages(request_of(job)))
    assert all(later.startswith(sooner) for sooner, later in pairwise(seen))
    assert len(set(seen)) > 10
    assert seen[-1] == message.content
    Reply.model_validate_json(str(message.content))
    assert message.response_metadata["finish_reason"] == "stop"
    assert message.response_metadata["tokens"]["input_tokens"] == size(job)


def test_a_batch_on_two_slots_is_failures_in_their_places(serve: Serve) -> None:
    """Answers graded at once keep their order; what failed is a card that says so, and has no score."""
    texts = [SOLID.replace("three", number) for number in ("three", "four", "five", "six", "seven", "eight")]

    async def batch(base_url: str) -> list[Any]:
        async with coach_at(base_url) as coach:
            return list(await coach.abatch([*texts, "Too short."], question="q05", at_once=4))

    with serve(Limits(context=65536, slots=2)) as running:
        cards = asyncio.run(batch(running.base_url))
    assert [card.kind for card in cards] == ["failed"] * len(texts) + ["not_gradable"]
    assert {card.error.code for card in cards[:-1]} == {"astray"}
    assert len({card.answer.sha256 for card in cards}) == len(texts) + 1
    assert "overall" not in {field for card in cards for field in type(card).model_fields}
