"""The command line as a person runs it: the installed script in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from answer_coach.library.shelf import Library
from answer_coach.reports.layout import width
from tests.support.build import SOLID, says
from tests.support.server import Endpoint, Reply, Seen, completion, serving

SCRIPT = shutil.which("coach", path=str(Path(sys.executable).parent)) or "coach"
LIBRARY = Library()
EXEMPLARS = Path(str(LIBRARY.rubrics_root)) / "exemplars"
STRONG, WEAK = EXEMPLARS / "q05-strong.md", EXEMPLARS / "q05-weak.md"
NOWHERE = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")
TYPOGRAPHIC = SOLID.replace("showed him both", "didn\u2019t show \u201cboth\u201d \u2013 \u2248half \u2013 but the")
LEVEL = r"of 5|->|\b(Business|Technical|Leadership|overall|to) [1-5]\b|\b(NOT YET|THIN|SENIOR|LEAD)\b|level"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="terminals, signals and rights are POSIX's here")


class Ran(NamedTuple):
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.startswith("coach: ")]

    @property
    def card(self) -> dict[str, Any]:
        """Standard output as one JSON object, and nothing else."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def coach(*arguments: str | Path, stdin: str = "", encoding: str = "utf-8", **environ: str) -> Ran:
    """Run the installed script."""
    command, shell = [SCRIPT, *map(str, arguments)], {**os.environ, "COLUMNS": "80", **environ}
    ran = subprocess.run(command, input=stdin.encode(), env=shell, capture_output=True, timeout=50, check=False)
    return Ran(ran.returncode, ran.stdout.decode(encoding).replace("\r\n", "\n"), ran.stderr.decode(encoding))


def reveals(printed: str, text: str = SOLID) -> list[str]:
    """Which three words in a row of an answer stand in what was printed."""
    said = text.split()
    return [run for run in (" ".join(said[at : at + 3]) for at in range(len(said) - 2)) if run in printed]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    """An endpoint that replies well to SOLID, slowly to any answer about snow, and with nonsense to others."""
    good = says(LIBRARY, "q05", SOLID, {"goal": "met"})

    def reply(seen: Seen) -> Reply:
        sent = seen.body["messages"][1]["content"]
        if "snow" in sent:
            return Reply(body=completion(good), pause=1)
        return Reply(body=completion(good if "ferry" in sent else f"nonsense about {sent}"))

    with serving(reply) as running:
        yield running


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_a_file_becomes_a_card_on_stdout(format: str, tmp_path: Path) -> None:
    """The question comes from front matter; stdout holds the card, stderr one line about who judges; --out the same."""
    ran = coach("grade", STRONG, "--format", format)
    assert (ran.code, ran.err.count("\n")) == (0, 1)
    assert "Built-in rules will judge" in ran.err
    opening = {"text": "Q05 Prioritizing", "markdown": "# Q05 Prioritizing", "json": '{\n  "kind": "feedback"'}[format]
    assert ran.out.startswith(opening)
    to_file = coach("grade", STRONG, "--format", format, "--out", tmp_path / "card")
    assert (to_file.code, to_file.out) == (0, "")
    assert str(tmp_path / "card") in to_file.err
    if format == "text":
        assert (tmp_path / "card").read_text(encoding="utf-8") == ran.out
    if format == "json":
        assert ran.card["source"]["path"] == str(STRONG)
        text = STRONG.read_text(encoding="utf-8")
        found = [e for d in ran.card["dimensions"] for i in d["indicators"] for e in i["evidence"]]
        assert [e for e in found if text[e["start"] : e["end"]] != e["quote"]] == []


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_why_shows_all_and_no_score_no_level(format: str) -> None:
    """--why lists every indicator; --no-score leaves no level, range, figure or level word, with --why too."""
    plain, why = coach("grade", STRONG, "--format", format), coach("grade", STRONG, "--format", format, "--why")
    labels = [indicator.label for indicator in LIBRARY.rubric("q05").indicators]
    assert [label for label in labels if label not in why.out] == []
    assert re.search(LEVEL, plain.out, re.I)
    for options in ([], ["--why"]):
        hidden = coach("grade", STRONG, "--format", format, "--no-score", *options)
        body = re.sub(r'".*?"', "", " ".join(hidden.out.split()))
        assert (hidden.code, re.findall(LEVEL, body, re.I)) == (0, [])


@pytest.mark.parametrize(("file", "least", "code"), [(STRONG, 4.0, 0), (STRONG, 5, 1), (WEAK, 2, 1), ("-", 1, 1)])
def test_min_level_is_an_exit_code(file: Path | str, least: float, code: int) -> None:
    """Below it 1, else 0; what can't be graded is below any."""
    ran = coach("grade", file, "-q", "q05", "--min-level", str(least), stdin="fine, thanks")
    assert (ran.code, ran.complaints) == (code, [])
    assert ran.out.startswith("Q05")


def test_anyway_grades_what_does_not_look_like_an_answer() -> None:
    """Too short is a card that asks; with --anyway it is graded."""
    options = ("grade", "-", "-q", "5", "--format", "json")
    short = coach(*options, stdin="fine, thanks")
    assert (short.code, short.card["reasons"][0]["code"]) == (0, "too_short")
    assert coach(*options, "--anyway", stdin="fine, thanks").card["kind"] == "feedback"


@pytest.mark.parametrize("name", ["5", "q05", "q05-prioritization", "story", None])
def test_names_of_questions_and_ways_in(name: str | None) -> None:
    """-q takes each form of a name, before front matter; a pipe needs no file name, and no `-`."""
    text = f"---\nquestion: q08\n---\n{SOLID}"
    card = coach("grade", *(["-q", name] if name else []), "--format", "json", stdin=text).card
    assert card["question"] == {"story": "story", None: "q08"}.get(name, "q05")
    assert card["source"] is None


FAULTS: dict[str, tuple[Sequence[str], int, str]] = {
    "unknown question": (("{good}", "-q", "99"), 2, "coach questions"),
    "no question": (("{good}",), 2, "Name it with -q"),
    "no such file": (("{home}/nowhere.md", "-q", "5"), 2, "Name a text file"),
    "a folder": (("{home}", "-q", "5"), 2, "is a folder. Name a text file in it"),
    "a binary file": (("{home}/binary.doc", "-q", "5"), 2, "Export it as plain text"),
    "another encoding": (("{home}/latin1.txt", "-q", "5"), 2, "latin1.txt:2: not UTF-8 text (byte 15). Save it"),
    "too large": (("{home}/large.txt", "-q", "5"), 2, "at most 1,000,000"),
    "no key": (("{good}", "-q", "5", "--model", "openai/some-model"), 3, "Set OPENAI_API_KEY"),
    "no such provider": (("{good}", "-q", "5", "--model", "acme/some-model"), 2, "Use rules, PROVIDER/MODEL"),
    "a URL without a model": (("{good}", "-q", "5", "--base-url", "http://h/v1"), 2, "Name it with --model"),
    "JSON without levels": (("{good}", "-q", "5", "--no-score", "--format", "json"), 2, "text and markdown"),
    "no such folder for the card": (("{good}", "-q", "5", "--out", "{home}/no/card"), 5, "Name another file"),
}


DEBUGGED = ("no question", "another encoding", "no key")


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_line_with_its_remedy(name: str, home: Path) -> None:
    """Exit code, place, fault and remedy in one message; no traceback, no word of the answer, also with --debug."""
    arguments, code, remedy = FAULTS[name]
    home.mkdir()
    (home / "good.md").write_text(SOLID, encoding="utf-8")
    (home / "binary.doc").write_bytes(b"PK\x03\x04\x00\x00" + SOLID.encode())
    (home / "latin1.txt").write_bytes(f"At a ferry\ncomp\u00e4ny. {SOLID}".encode("latin-1"))
    (home / "large.txt").write_text(SOLID * 2500, encoding="utf-8")
    filled = [a.format(good=home / "good.md", home=home) for a in arguments]
    ran = coach("grade", *filled, *(["--debug"] if name in DEBUGGED else []))
    assert (ran.code, ran.out, len(ran.complaints)) == (code, "", 1)
    assert remedy in ran.complaints[0]
    assert ("Traceback" in ran.err) == (name in DEBUGGED)
    assert reveals(ran.err) == []


@pytest.mark.parametrize("content", ['model = ["', 'mdl = "rules"', "model = 5", 'timeout = "soon"', "\udcff"])
def test_a_bad_config_file_is_one_line_with_its_remedy(content: str, home: Path) -> None:
    """What is wrong in config.toml is said in one message with exit code 2, before anything is graded."""
    home.mkdir()
    (home / "config.toml").write_bytes(content.encode("utf-8", "surrogateescape"))
    ran = coach("grade", STRONG)
    assert (ran.code, ran.out, len(ran.err.splitlines()), len(ran.complaints)) == (2, "", 1, 1)
    assert ran.complaints[0].count(". ") >= 1


def kept(home: Path) -> list[Path]:
    """Drafts that are kept."""
    return sorted((home / "unfinished").glob("*")) if (home / "unfinished").exists() else []


def test_a_pasted_draft_survives_an_endpoint_that_is_down(home: Path, endpoint: Endpoint) -> None:
    """The message says where the draft is, only its owner can read it, and a grade that works leaves none behind."""
    ran = coach("grade", "-", "-q", "5", *NOWHERE, "--debug", stdin=SOLID)
    [path] = kept(home)
    assert (ran.code, ran.out) == (3, "")
    assert ran.complaints == ["coach: 127.0.0.1:9 can't be reached. Is the server running, and is --base-url right?"]
    assert f"Your draft is kept in {path}" in ran.err
    assert path.read_text(encoding="utf-8") == SOLID
    assert sys.platform == "win32" or (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o077) == (0o600, 0)
    assert reveals(ran.err + path.name) == []
    path.unlink()
    again = coach("grade", "-", "-q", "5", "--model", "m", "--base-url", endpoint.base_url, stdin=SOLID)
    assert (again.code, kept(home)) == (0, [])
    assert "m at 127.0.0.1" in again.out


def test_a_reply_that_cannot_be_used_is_exit_4_and_a_failed_card(home: Path, endpoint: Endpoint) -> None:
    """JSON gets a card of kind `failed`; with --debug the traceback still holds no word of the answer."""
    text = SOLID.replace("ferry", "tram")
    options = ("--model", "m", "--base-url", endpoint.base_url, "--format", "json", "--debug")
    ran = coach("grade", "-", "-q", "5", *options, stdin=text, OPENAI_LOG="debug")
    assert (ran.code, ran.card["kind"], ran.card["error"]["code"]) == (4, "failed", "not_json")
    assert "Traceback" in ran.err
    assert reveals(ran.err + ran.out, text) == []
    assert len(kept(home)) == 1


@POSIX
def test_ctrl_c_is_130_and_keeps_the_draft(home: Path, endpoint: Endpoint) -> None:
    """Giving up on a slow model costs neither the draft nor a traceback."""
    command = [SCRIPT, "grade", "-", "-q", "5", "--model", "m", "--base-url", endpoint.base_url]
    text = SOLID.replace("ferry", "snow plough").encode()
    endpoint.requests.clear()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as running:
        assert running.stdin and running.stderr
        running.stdin.write(text)
        running.stdin.close()
        deadline = time.monotonic() + 30
        while not endpoint.requests and time.monotonic() < deadline:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        err = running.stderr.read().decode()
        assert running.wait(30) == 130
    assert "coach: stopped" in err
    assert "Traceback" not in err
    assert [path.read_bytes() for path in kept(home)] == [text]


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
@pytest.mark.parametrize(("encoding", "expected"), [("ascii", '"both"'), ("cp1252", '"both"'), ("utf-8", "\u201cboth")])
def test_a_terminal_that_cannot_print_it_gets_plain_marks(encoding: str, expected: str, format: str) -> None:
    """Typographic marks become plain ones, what has no plain form `?`; nothing crashes."""
    options = ("grade", "-", "-q", "5", "--why", "--format", format)
    ran = coach(*options, stdin=TYPOGRAPHIC, encoding=encoding, PYTHONIOENCODING=encoding)
    assert (ran.code, ran.complaints) == (0, [])
    shown = ran.out if format != "json" else str(ran.card["dimensions"])
    assert (expected if format != "json" else "\u201cboth") in shown


@POSIX
@pytest.mark.parametrize(("environ", "bold"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_labels_are_bold_on_a_terminal_only_if_it_may(environ: dict[str, str], bold: bool) -> None:
    """A terminal gets bold labels, but not with NO_COLOR or TERM=dumb; other escape sequences never."""
    ours, theirs = os.openpty()
    shell = {**os.environ, "TERM": "xterm", **environ}
    with subprocess.Popen([SCRIPT, "grade", STRONG], stdout=theirs, stderr=subprocess.DEVNULL, env=shell):
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:
            pass  # Linux says so at the end
    os.close(ours)
    assert b"KEEP" in shown
    assert (b"\x1b[1mKEEP\x1b[0m" in shown) == bold
    assert set(re.findall(rb"\x1b\[?[^m]*m?", shown)) == ({b"\x1b[1m", b"\x1b[0m"} if bold else set())


@pytest.mark.parametrize("command", ["grade --why", "grade --format markdown", "grade --format json", "prompts show"])
def test_control_sequences_in_a_draft_do_not_reach_a_terminal(command: str) -> None:
    """A draft can't move the cursor, clear the screen or ring the bell."""
    text = SOLID.replace("ferry", "\x1b[2J\x1b]0;owned\x07ferry").replace("fuel", "fu\x08el")
    ran = coach(*command.split(), "-", "-q", "5", stdin=text)
    assert ran.code == 0
    assert [c for c in ran.out + ran.err if ord(c) < 32 and c != "\n"] == []


def test_questions_are_listed_and_shown() -> None:
    """`coach questions` is the list; `show` has every level and label of one; both have a JSON form."""
    listed = coach("questions")
    assert listed == coach("questions", "list")
    ids = [q["id"] for q in json.loads(coach("questions", "list", "--format", "json").out)]
    assert ids == list(LIBRARY.files)
    assert all(re.search(rf"^{name} ", listed.out, re.M) for name in ids)
    shown = coach("questions", "show", "5")
    labels = [indicator.label for indicator in LIBRARY.rubric("q05").indicators]
    assert [label for label in labels if label not in shown.out] == []
    assert max(map(width, (shown.out + listed.out).splitlines())) <= 80
    assert json.loads(coach("questions", "show", "q05", "--format", "json").out)["id"] == "q05"
    assert (shown.err, coach("questions", "show", "99").code) == ("", 2)


def test_prompts_show_is_what_would_be_sent() -> None:
    """The messages and the schema, byte for byte as the chain renders them, sent to nobody."""
    body = json.loads(coach("prompts", "show", STRONG, "--format", "json").out)
    assert set(body) == {"messages", "response_format"}
    text = coach("prompts", "show", STRONG).out
    assert all(message["content"] in text for message in body["messages"])
    assert ["cheese price" in message["content"] for message in body["messages"]] == [False, True]
