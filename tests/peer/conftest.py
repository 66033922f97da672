"""The babbling model, made once; a server that speaks for it; ways to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from answer_coach.engines.compatible import CompatibleChat
from answer_coach.modes import STRICT, ReplyMode, fields
from tests.peer.asking import Schema, chat_at
from tests.peer.server import Limits, Peer, serving

Serve = Callable[[Limits], AbstractContextManager[Peer]]
Narrow = Callable[[Schema], None]


@pytest.fixture(scope="session")
def babbler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model's file."""
    from tests.peer.model import write

    return write(tmp_path_factory.mktemp("peer") / "babbler.gguf")


@pytest.fixture(scope="session")
def peer(babbler: Path) -> Iterator[Peer]:
    """One server with room enough, for all tests that leave it as it is."""
    with serving(babbler, Limits(), babbler.with_name("peer.log")) as running:
        yield running


@pytest.fixture
def serve(babbler: Path, tmp_path: Path) -> Serve:
    """Starts a server with limits of a test's own, for the length of a `with` block."""
    return lambda limits: serving(babbler, limits, tmp_path / "server.log")


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Narrow:
    """Has the strictest reply mode ask for another form than the coach's own; the modes below it stay."""

    def ask_for(form: Schema) -> None:
        def changed(mode: ReplyMode) -> Schema:
            return {"response_format": form} if mode == STRICT else fields(mode)

        monkeypatch.setattr("answer_coach.engines.requests.fields", changed)

    return ask_for


@pytest.fixture
def chat(peer: Peer) -> Iterator[CompatibleChat]:
    """Our chat model at the server."""
    with chat_at(peer.base_url) as model:
        yield model
