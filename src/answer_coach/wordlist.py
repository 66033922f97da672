"""A person's own words for redaction: from a plain file, and from the config file."""

from __future__ import annotations

from pathlib import Path

from answer_coach.errors import SettingInvalid


def own_words(path: Path, listed: object) -> tuple[str, ...]:
    """The lines of both; SettingInvalid names the one that is wrong: a name that stays by mistake would be sent."""
    from answer_coach.redaction.redacting import read_words

    if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
        raise SettingInvalid("'redact_words' in the config file is not a list of words", hint='Write ["Acme", ...].')
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        lines = []
    except (OSError, UnicodeDecodeError):
        raise SettingInvalid(f"{path} cannot be read", hint="Save it as UTF-8 text that you may read.") from None
    read_words(listed, "redact_words in the config file")
    read_words(lines, str(path))
    return (*listed, *lines)
