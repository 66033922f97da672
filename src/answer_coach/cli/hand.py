"""`--by-hand`: one message out to a chat window, one reply back in."""

from __future__ import annotations

import base64
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from answer_coach.cli.door import is_terminal, say, stdin_is_terminal

if TYPE_CHECKING:
    from answer_coach.engines.hand import HandJudge

RULE = "-" * 72
UNNAMED = "a chat window"
COPIES = 70_000
"""Characters; terminals drop longer ones without a word."""

ByHand = Annotated[
    bool, typer.Option("--by-hand", help="Any chat window judges: paste a message there, its reply here.")
]


def check_hand(by_hand: bool, base_url: str, file: str) -> None:
    """InputError where a chat window is to judge, and there is an endpoint or no file to read the draft from."""
    from answer_coach.errors import InputError

    if by_hand and (base_url or file == "-" or (not file and not stdin_is_terminal())):
        raise InputError(
            "By hand there is no endpoint, and the reply comes where a draft would",
            hint="Name the draft's file: coach grade FILE -q ID --by-hand",
        )


def hand_judge(model: str) -> HandJudge:
    """A judge that asks the person at the terminal, or takes the reply from a pipe."""
    from answer_coach.engines.hand import HandJudge

    if not model and is_terminal():
        model = typer.prompt("Which model will you ask?", default=UNNAMED, err=True)
    return HandJudge(carry, model or UNNAMED)


def carry(message: str, again: bool) -> str:
    """Show the message, copy it where the terminal can, and wait for the pasted reply.

    With a pipe the reply is what stands in it, and there is no second one.
    """
    from answer_coach.errors import InputError
    from answer_coach.intake import END_KEYS, read_paste, read_pipe

    if not stdin_is_terminal():
        if again:
            say("The reply can't be used as it is. Send this back to the same chat, and try again with its answer:")
            say(message)
            return ""
        return read_pipe().text
    if not sys.stderr.isatty():
        raise InputError("By hand needs a terminal, or the reply in a pipe", hint="coach grade FILE --by-hand < reply")
    say(f"{RULE}\n{message}\n{RULE}")
    copied = "It is on your clipboard, where your terminal allows that. " if copy(message) else ""
    where = "the same chat" if again else "a new, temporary chat (so that it is neither kept nor trained on)"
    say(f"Paste the message above into {where}. {copied}Then paste the whole reply here; end with {END_KEYS}.")
    return read_paste(told=True).text


def copy(text: str) -> bool:
    """Ask the terminal to put a text on the clipboard (the sequence OSC 52); False where it can't take that."""
    if os.environ.get("TERM") in (None, "", "dumb", "linux") or len(text) > COPIES:
        return False
    code = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    sys.stderr.write(f"\x1b]52;c;{code}\x07")
    sys.stderr.flush()
    return True
