"""Settings to a coach: the only place that chooses.  Flags come before the environment, that before the config file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from answer_coach.engines.interface import TIMEOUT
from answer_coach.engines.prices import Price
from answer_coach.engines.providers import Tuning
from answer_coach.errors import SettingInvalid, StoreError
from answer_coach.homes import home, memory, noise_book
from answer_coach.wordlist import own_words

if TYPE_CHECKING:
    from answer_coach.coach import Coach
    from answer_coach.engines.interface import Judge
    from answer_coach.engines.memory import Memory
    from answer_coach.engines.pacing import Pacer
    from answer_coach.engines.traffic import Keeps, Traffic
    from answer_coach.library.shelf import Library

RULES = "rules"
MOST = 1e7
TUNED = tuple(Tuning.model_fields)
KNOWN = (
    "model",
    "base_url",
    "timeout",
    "max_input_tokens",
    "rubrics",
    "rubrics_alone",
    "prices",
    "redact",
    "redact_words",
    *TUNED,
)


class Settings(NamedTuple):
    """What was chosen; `chosen` tells whether a model was named anywhere at all."""

    model: str
    base_url: str | None
    timeout: float
    max_input_tokens: int | None
    chosen: bool
    tuning: Tuning = Tuning()
    prices: Mapping[str, Price] = {}
    redact: tuple[str, ...] | None = None
    """The words that redaction is to know; None where nothing is redacted."""


def settle(
    environ: Mapping[str, str],
    model: str | None = None,
    base_url: str | None = None,
    timeout: float | None = None,
    max_input_tokens: int | None = None,
    effort: str | None = None,
    redact: bool | None = None,
) -> Settings:
    """Flags (those that are not None), environment and config file as one; SettingInvalid names what is wrong."""
    file = read_config(environ)
    named = model or environ.get("COACH_MODEL") or _text(file, "model")
    address = base_url or environ.get("COACH_BASE_URL") or _text(file, "base_url")
    if named and named.casefold() == RULES:
        named, address = RULES, None
    if address and not named:
        raise SettingInvalid(
            "There is a base URL, but no model", hint="Name it with --model, as the endpoint calls it."
        )
    return Settings(
        model=named or RULES,
        base_url=address,
        timeout=_seconds(timeout, environ.get("COACH_TIMEOUT"), file.get("timeout")),
        max_input_tokens=_tokens(max_input_tokens, file.get("max_input_tokens")),
        chosen=bool(named),
        tuning=_tuning({key: file[key] for key in TUNED if key in file} | ({"effort": effort} if effort else {})),
        prices=_prices(file.get("prices", {})),
        redact=redact_lines(environ, redact),
    )


def read_config(environ: Mapping[str, str]) -> dict[str, object]:
    """The config file as it stands; empty where there is none."""
    path = home(environ)[0] / "config.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except tomllib.TOMLDecodeError as fault:
        raise SettingInvalid(f"{path}: not TOML ({fault})", hint="Mend the line, or remove the file.") from None
    except (OSError, UnicodeDecodeError):
        raise SettingInvalid(f"{path} cannot be read", hint="Save it as UTF-8 text that you may read.") from None
    if unknown := [key for key in data if key not in KNOWN]:
        raise SettingInvalid(f"{path}: '{unknown[0]}' is not a setting", hint=f"Known: {', '.join(KNOWN)}")
    return data


def remember_model(model: str, environ: Mapping[str, str]) -> Path:
    """Write a chosen model to the config file, where no model stands in it yet."""
    path = home(environ)[0] / "config.toml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f'model = "{model}"\n{before}', encoding="utf-8")
    except OSError as fault:
        raise StoreError(f"{path} can't be written ({fault.strerror})", hint="Set COACH_MODEL instead.") from None
    return path


def rubrics_folder(environ: Mapping[str, str], folder: Path | None = None) -> Path | None:
    """A person's own rubrics: the flag, then COACH_RUBRICS, then the config file; None where there are none.

    A relative path in the config file begins where that file stands.
    """
    if folder:
        return folder
    if named := environ.get("COACH_RUBRICS"):
        return Path(named).expanduser()
    own = _text(read_config(environ), "rubrics")
    return home(environ)[0] / Path(own).expanduser() if own else None


def make_library(environ: Mapping[str, str], folder: Path | None = None, alone: bool = False) -> Library:
    """The rubrics that came with the coach, with a person's own over them, or only their own."""
    from answer_coach.library.shelf import Library

    own = rubrics_folder(environ, folder)
    only = alone or _flag(read_config(environ), "rubrics_alone")
    if only and own is None:
        raise SettingInvalid(
            "There are no rubrics of your own to stand alone", hint="Name their folder with --rubrics."
        )
    return Library(own, over=not only) if own else Library()


def redact_lines(environ: Mapping[str, str], wanted: bool | None = None) -> tuple[str, ...] | None:
    """A person's words for redaction, from the config file and redact.txt beside it; None where it is not wanted."""
    file = read_config(environ)
    on = _flag(file, "redact") if wanted is None else wanted
    return own_words(home(environ)[0] / "redact.txt", file.get("redact_words", [])) if on else None


def _traffic(pacer: Pacer | None, kept: Keeps | None) -> Traffic | None:
    if pacer is None and kept is None:
        return None
    from answer_coach.engines.traffic import Traffic

    return Traffic(pacer, kept)


def patient(settings: Settings) -> Settings:
    """The same settings for a batch: it waits longer and tries more often, since nobody sits beside it."""
    given = settings.tuning
    tuning = given.model_copy(
        update={"attempts": max(given.attempts, 8), "deadline": given.deadline or 10 * settings.timeout}
    )
    return settings._replace(tuning=tuning)


def manifest(coach: Coach, tally: Mapping[str, object]) -> dict[str, object]:
    """What a batch was made with, for the file beside its results."""
    from answer_coach import __version__

    library = coach.library
    return {
        "coach_version": __version__,
        "graded_by": coach.graded_by.model_dump(),
        "rubrics": {name: library.rubric(name).sha256 for name in library.files},
        "tally": dict(tally),
    }


def make_coach(
    settings: Settings,
    environ: Mapping[str, str],
    library: Library | None = None,
    judge: Judge | None = None,
    watch: Callable[[str], None] | None = None,
    passes: int = 1,
    pacer: Pacer | None = None,
    replies: Keeps | None = None,
    traffic: Traffic | None = None,
    known: Memory | None = None,
) -> Coach:
    """The coach that the settings describe; `judge` in place of the model that they name.

    `traffic` stands in place of what `pacer` and `replies` make, `known` of what was found out about endpoints.
    """
    from answer_coach.coach import Coach

    return Coach(
        judge or settings.model,
        library=library or make_library(environ),
        base_url=settings.base_url,
        timeout=settings.timeout,
        max_input_tokens=settings.max_input_tokens,
        environ=dict(environ),
        tuning=settings.tuning,
        memory=known or memory(environ),
        noise=noise_book(environ),
        prices=settings.prices,
        watch=watch,
        passes=passes,
        traffic=traffic or _traffic(pacer, replies),
        redact=settings.redact,
    )


def environment() -> dict[str, str]:
    """The environment, as a value."""
    return dict(os.environ)


def _text(file: Mapping[str, object], key: str) -> str | None:
    value = file.get(key)
    if value is not None and not isinstance(value, str):
        raise SettingInvalid(f"'{key}' in the config file is not text", hint="Put it in quotes.")
    return value


def _tuning(given: Mapping[str, object]) -> Tuning:
    """What the config file says about endpoints; SettingInvalid names the first that is wrong."""
    try:
        return Tuning.model_validate(given)
    except ValidationError as fault:
        raise _wrong(fault) from None


def _prices(given: object) -> dict[str, Price]:
    rows = given if isinstance(given, dict) else {"": given}
    try:
        return {str(name): Price.model_validate(row) for name, row in rows.items()}
    except ValidationError as fault:
        raise _wrong(fault, "prices.") from None


def _wrong(fault: ValidationError, below: str = "") -> SettingInvalid:
    first = fault.errors(include_url=False, include_context=False)[0]
    place = below + ".".join(str(part) for part in first["loc"])
    return SettingInvalid(
        f"'{place}' in the config file does not fit ({first['msg'].lower()})", hint="The README shows its settings."
    )


def _flag(file: Mapping[str, object], key: str) -> bool:
    value = file.get(key, False)
    if not isinstance(value, bool):
        raise SettingInvalid(f"'{key}' in the config file is not true or false", hint="Write one of them.")
    return value


def _seconds(flag: float | None, variable: str | None, file: object) -> float:
    """The first of flag, environment and file that is given; the providers' default otherwise."""
    for name, value in (("--timeout", flag), ("COACH_TIMEOUT", variable), ("timeout in the config file", file)):
        if value is not None:
            return _positive(name, value, "Write seconds, like 120.")
    return TIMEOUT


def _tokens(flag: int | None, file: object) -> int | None:
    for name, value in (("--max-input-tokens", flag), ("max_input_tokens in the config file", file)):
        if value is not None:
            return round(_positive(name, value, "Write a number of tokens, like 8000."))
    return None


def _positive(name: str, value: object, hint: str) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = 0.0
    if not 0 < number < MOST:
        raise SettingInvalid(f"{name} is not a number above 0", hint=hint)
    return number
