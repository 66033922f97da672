"""What is chosen, and who is asked first: flags, environment, config file; consent before a remote host is used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from answer_coach import homes, wiring
from answer_coach.engines.interface import is_local
from answer_coach.engines.providers import Tuning, find_endpoint
from answer_coach.errors import SettingInvalid
from tests.support.terminal import typed

COACH = str(Path(sys.executable).with_name("coach"))
ROOT = Path(__file__).resolve().parents[1]
DRAFT = str(ROOT / "examples" / "q05-draft.md")
CONFIG = 'model = "from-file"\nbase_url = "http://file:1/v1"\ntimeout = 7\nmax_input_tokens = 70\n'


def environ(home: Path, **variables: str) -> dict[str, str]:
    """A shell with this home and these variables."""
    return {"COACH_HOME": str(home), **variables}


def test_nothing_chosen_is_rules(home: Path) -> None:
    """Without flag, variable and file the built-in rules judge, and it is known that nobody chose them."""
    settings = wiring.settle(environ(home))
    assert (settings.model, settings.base_url, settings.chosen) == ("rules", None, False)


def test_flags_come_before_the_environment_and_that_before_the_file(home: Path) -> None:
    """Each setting is taken from the first place that has it."""
    home.mkdir()
    (home / "config.toml").write_text(CONFIG, encoding="utf-8")
    assert wiring.settle(environ(home))[:5] == ("from-file", "http://file:1/v1", 7.0, 70, True)
    shell = environ(home, COACH_MODEL="from-shell", COACH_BASE_URL="http://shell:1/v1", COACH_TIMEOUT="8")
    assert wiring.settle(shell)[:5] == ("from-shell", "http://shell:1/v1", 8.0, 70, True)
    flags = wiring.settle(shell, "from-flag", "http://flag:1/v1", 9.0, 90)
    assert flags[:5] == ("from-flag", "http://flag:1/v1", 9.0, 90, True)


def test_rules_need_no_address(home: Path) -> None:
    """`--model rules` wins over a base URL that stands in the shell."""
    settings = wiring.settle(environ(home, COACH_BASE_URL="http://shell:1/v1"), "rules")
    assert (settings.model, settings.base_url) == ("rules", None)


@pytest.mark.parametrize(
    "variables",
    [{"COACH_TIMEOUT": "soon"}, {"COACH_TIMEOUT": "-1"}, {"COACH_TIMEOUT": "nan"}, {"COACH_BASE_URL": "http://h/v1"}],
)
def test_settings_that_make_no_sense_are_named(home: Path, variables: dict[str, str]) -> None:
    """A time-out that is none, and an address without a model."""
    with pytest.raises(SettingInvalid):
        wiring.settle(environ(home, **variables))


def test_a_choice_is_remembered_in_front_of_what_stands_in_the_file(home: Path) -> None:
    """Remembering a model keeps the other settings."""
    home.mkdir()
    (home / "config.toml").write_text("timeout = 7\n", encoding="utf-8")
    wiring.remember_model("openai/x", environ(home))
    assert wiring.settle(environ(home))[:3] == ("openai/x", None, 7.0)


def test_consent_is_by_host(home: Path) -> None:
    """Agreeing to one host is no agreement to another."""
    homes.consent("api.example", environ(home))
    assert homes.consented(environ(home)) == {"api.example"}


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost:8000", True),
        ("127.0.0.1", True),
        ("127.0.0.1:9", True),
        ("[::1]:8000", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("api.openai.com", False),
    ],
)
def test_which_hosts_are_this_machine(host: str, local: bool) -> None:
    """A name that only begins like this machine is another's."""
    assert is_local(host) is local


def answered(home: Path, keys: str, arguments: list[str], **variables: str) -> tuple[int, str]:
    """Run `coach grade` on a pseudo-terminal and type `keys`; its exit code and all that was shown."""
    return typed([COACH, "grade", DRAFT, "-q", "5", *arguments], keys, {**os.environ, **environ(home, **variables)})


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix thing")
def test_a_key_in_the_shell_is_no_consent(home: Path) -> None:
    """A terminal with a provider's key asks once, naming host and variable; a `no` is remembered as rules."""
    code, shown = answered(home, "n\n", [], OPENAI_API_KEY="sk-x")
    assert code == 0
    assert "OPENAI_API_KEY is set" in shown
    assert "api.openai.com" in shown.replace("\r\n", "")
    assert (home / "config.toml").read_text(encoding="utf-8") == 'model = "rules"\n'
    code, shown = answered(home, "", [], OPENAI_API_KEY="sk-x")
    assert (code, "OPENAI_API_KEY" in shown) == (0, False)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix thing")
def test_the_first_use_of_a_remote_host_asks(home: Path) -> None:
    """A model that was named is used only after a yes; a no sends nothing."""
    code, shown = answered(home, "n\n", ["--base-url", "http://draft.example/v1", "--model", "m"])
    assert code == 2
    assert "Your draft will be sent to draft.example, with the key in COACH_API_KEY" in shown.replace("\r\n", "")
    assert "Nothing was sent" in shown


def test_without_a_terminal_nobody_is_asked(home: Path) -> None:
    """In a pipe a key in the shell chooses nothing: rules judge, and one line says how to choose."""
    shell = {**os.environ, **environ(home, OPENAI_API_KEY="sk-x")}
    done = subprocess.run(
        [COACH, "grade", DRAFT, "-q", "5"],
        env=shell,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.count("\n") == 1
    assert "--model" in done.stderr


def test_no_temperature_goes_to_a_model_that_is_known_to_reason() -> None:
    """Such models refuse it: what a person set is for the others."""
    tuning, keys = Tuning(temperature=0.5), {"OPENAI_API_KEY": "k"}
    assert find_endpoint("openai/gpt-5-mini", None, keys, tuning=tuning).temperature is None
    assert find_endpoint("openai/gpt-4.1", None, keys, tuning=tuning).temperature == 0.5
