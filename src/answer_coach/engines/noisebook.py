"""Where the measured noise of judges is kept: by model, endpoint, prompt and number of passes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from answer_coach.engines.memory import read_values, write_values
from answer_coach.feedback import GradedBy
from answer_coach.noise import BY_RULES, Noise

_STORED: TypeAdapter[dict[str, Noise]] = TypeAdapter(dict[str, Noise])


class NoiseBook:
    """Keeps noise in a file, which is read once, or without one for as long as it lives."""

    def __init__(self, path: Path | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self._path, self._now = path, now
        self._held: dict[str, Noise] = {}
        self._stored: dict[str, Noise] | None = None

    def of(self, judge: GradedBy) -> Noise:
        """What was measured for a judge; an empty Noise where nothing was."""
        if self._stored is None:
            self._stored = read_values(self._path, _STORED)
        name = name_of(judge)
        unmeasured = BY_RULES if judge.engine == "rules" else Noise()
        return self._held.get(name) or self._stored.get(name) or unmeasured

    def keep(self, judge: GradedBy, noise: Noise) -> None:
        """Remember what was measured."""
        name = name_of(judge)
        self._held[name] = noise.model_copy(update={"measured_at": self._now().isoformat(timespec="seconds")})
        write_values(self._path, _STORED, {**read_values(self._path, _STORED), name: self._held[name]})


def name_of(judge: GradedBy) -> str:
    """A judge's name in the book: grades by another model, endpoint or prompt have another noise."""
    prompt = judge.prompt.sha256 if judge.prompt else ""
    parts = (judge.engine, judge.model, judge.base_url_sha256 or "", prompt, str(judge.passes))
    return f"{judge.engine} {judge.model} {hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:24]}"
