"""Where answers come from: a file, a pipe, a paste, an editor.  A pasted draft is kept until it has been graded."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from answer_coach.cleaning import visible
from answer_coach.errors import InputError, StoreError, UnreadableFile

MOST_BYTES = 1_000_000
END_KEYS = "Ctrl-Z, then Enter" if sys.platform == "win32" else "Ctrl-D"


class Draft(NamedTuple):
    """A text, and the file that it came from, if it came from one."""

    text: str
    path: str | None = None


def read_file(path: Path, most: int = MOST_BYTES) -> Draft:
    """A file's text, newlines untouched; UnreadableFile where it is not UTF-8 (or UTF-16 with its mark) text.

    `most` is how many bytes are read at most; a file that has more is refused.
    """
    named = visible(str(path))
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile(f"{named} does not exist", hint="Name a text file, or - to read from a pipe.") from None
    except IsADirectoryError:
        raise UnreadableFile(f"{named} is a folder", hint="Name a text file in it.") from None
    except OSError as fault:
        raise UnreadableFile(
            f"{named} cannot be read ({fault.strerror})", hint="See whether you may read it."
        ) from None
    return Draft(decode(data, named, most), str(path))


def decode(data: bytes, named: str, most: int = MOST_BYTES) -> str:
    """Bytes as text: UTF-8 with or without its mark, or UTF-16 with it.  UnreadableFile says what is wrong where."""
    if len(data) > most:
        what = "an answer" if most == MOST_BYTES else "such a file"
        raise UnreadableFile(f"{named} has {len(data):,} bytes; {what} has at most {most:,}", hint="Name a text file.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data:
        raise UnreadableFile(f"{named} is not a text file", hint="Export it as plain text (.txt or .md) first.")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        hint = "Save it as UTF-8 (in most editors: Save as, Encoding)."
        raise UnreadableFile(f"{named}:{line}: not UTF-8 text (byte {fault.start})", hint=hint) from None


def read_pipe() -> Draft:
    """What stands on standard input, to its end; InputError where it is closed."""
    if not sys.stdin:
        raise InputError("There is nothing to read: standard input is closed", hint="Name a file.")
    return Draft(decode(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input"))


def read_paste(told: bool = False) -> Draft:
    """What a person pastes or types, to Ctrl-D (Ctrl-Z on Windows); `told` says that they know how.

    The terminal is taken out of its line mode, in which it drops what is longer than 4,095 bytes a line.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.output import create_output

    keys = KeyBindings()

    @keys.add("c-d")
    @keys.add("c-z")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result=event.app.current_buffer.text)

    if not told:
        sys.stderr.write(f"Paste or type your answer; end with {END_KEYS}.  Ctrl-C gives up.\n")
    session: PromptSession[str] = PromptSession(
        multiline=True, key_bindings=keys, output=create_output(stdout=sys.stderr), enable_open_in_editor=False
    )
    try:
        return Draft(session.prompt(""))
    except EOFError:
        return Draft("")


def read_editor(folder: Path) -> Draft:
    """What a person writes in `$VISUAL` or `$EDITOR`; InputError where there is no editor or it fails."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if sys.platform == "win32" else "")
    if not editor:
        raise InputError("There is no editor: neither VISUAL nor EDITOR is set", hint="Set one, or name a file.")
    path = keep("", folder)
    command = [*shlex.split(editor, posix=sys.platform != "win32"), str(path)]
    try:
        subprocess.run(command, check=True)  # noqa: S603 - the person's own editor
    except (OSError, subprocess.CalledProcessError):
        hint = f"See VISUAL and EDITOR; what was written is in {path}."
        raise InputError("The editor did not start, or ended with an error", hint=hint) from None
    draft = Draft(read_file(path).text)
    path.unlink(missing_ok=True)
    return draft


def keep(text: str, folder: Path) -> Path:
    """Keep a text in a new file that only its owner can read; StoreError where that can't be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"draft-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.md"
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="", errors="surrogatepass") as file:
            file.write(text)
    except OSError as fault:
        hint = "Name a folder that you can write to with COACH_HOME."
        raise StoreError(f"The draft can't be kept in {folder} ({fault.strerror})", hint=hint) from None
    return folder / name


@contextmanager
def kept(draft: Draft, folder: Path) -> Iterator[Path | None]:
    """Keep a draft that came from no file while it is graded; it stays where the grading fails.

    Where the folder can't be written to, the system's folder for temporary files takes it.
    """
    path = None
    if draft.path is None and draft.text.strip():
        try:
            path = keep(draft.text, folder)
        except StoreError:
            path = keep(draft.text, Path(tempfile.mkdtemp(prefix="answer-coach-")))
    yield path
    if path:
        path.unlink(missing_ok=True)
