"""What every test gets: an empty home, an environment without keys, and no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from answer_coach.library.shelf import Library

settings.register_profile("suite", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("suite")

SILENT = ("OPENAI_", "COACH_", "LANGSMITH_", "LANGCHAIN_", "OTEL_", "AZURE_", "NO_COLOR", "FORCE_COLOR")


class NetworkBlocked(RuntimeError):
    """A test tried to reach something that is not this machine."""


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection but to loopback."""
    connect: Callable[[socket.socket, Any], None] = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple):
            host = "127.0.0.1" if address[0] == "localhost" else address[0]
            if not ipaddress.ip_address(host).is_loopback:
                raise NetworkBlocked(f"connection to {address[0]} in a test")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home for settings and drafts, and a shell without keys, models or tracing."""
    for name in [n for n in os.environ if n.startswith(SILENT)]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("COACH_HOME", str(folder))
    monkeypatch.setenv("PYTHONUTF8", "1")
    yield folder


@pytest.fixture(scope="session")
def library() -> Library:
    """The rubrics and prompts of this checkout."""
    return Library()
