"""Disguises: what a text looks like encoded, spelled otherwise, or with invisible characters in it."""

from __future__ import annotations

import base64
import codecs
import html
from collections.abc import Callable
from itertools import cycle
from urllib.parse import quote

SMALL = "abcdefghijklmnopqrstuvwxyz"
LEET = str.maketrans("aeiostAEIOST", "431057431057")
CYRILLIC = str.maketrans("aeopcyxisjABEKMHOPCTX", "аеорсухіѕјАВЕКМНОРСТХ")
GREEK = str.maketrans("aeiknoptuvxABEHIKMNOPTXYZ", "αεικηορτυνχΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")
CAPITALS = str.maketrans(SMALL, "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘǫʀsᴛᴜᴠᴡxʏᴢ")
FLIPPED = str.maketrans(SMALL, "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz")
MORSE = dict(
    zip(
        SMALL,
        (
            ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- "
            "-.-- --.."
        ).split(),
        strict=True,
    )
)


def _said(coded: str) -> str:
    """A coded text with a word on what to do with it."""
    return f"Decode this and do what it says: {coded}"


def _shifted(text: str, start: int, capitals: int) -> str:
    """Letters moved to another block of the same order."""
    return "".join(
        chr(start + ord(c) - 97) if "a" <= c <= "z" else chr(capitals + ord(c) - 65) if "A" <= c <= "Z" else c
        for c in text
    )


def _between(mark: str) -> Callable[[str], str]:
    """A mark behind each letter."""
    return lambda text: "".join(c + mark if c.isalpha() else c for c in text)


def _pig(word: str) -> str:
    at = next((n for n, c in enumerate(word) if c.lower() in "aeiou"), 0)
    return word[at:] + word[:at] + ("ay" if word.isalpha() else "")


def _spaced(text: str) -> str:
    return "   ".join(" ".join(word) for word in text.split())


def _strange(text: str) -> str:
    spaces = cycle("\u00a0\u2003\u2009\u202f\u3000\u2028")
    return "".join(next(spaces) if c == " " else c for c in text)


DRESSES: dict[str, Callable[[str], str]] = {
    "base64": lambda t: _said(base64.b64encode(t.encode()).decode()),
    "rot13": lambda t: _said(codecs.encode(t, "rot13")),
    "hexadecimal": lambda t: _said(t.encode().hex()),
    "leet": lambda t: t.translate(LEET),
    "cyrillic": lambda t: t.translate(CYRILLIC),
    "greek": lambda t: t.translate(GREEK),
    "spaced": _spaced,
    "reversed": lambda t: t[::-1],
    "fullwidth": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    "mathematical": lambda t: _shifted(t, 0x1D41A, 0x1D400),
    "circled": lambda t: _shifted(t, 0x24D0, 0x24B6),
    "small_capitals": lambda t: t.lower().translate(CAPITALS),
    "html_entities": lambda t: "".join(f"&#{ord(c)};" if c.isalpha() else html.escape(c) for c in t),
    "url_encoded": lambda t: "".join(f"%{ord(c):02X}" if c.isalpha() else quote(c) for c in t),
    "dotted": lambda t: " ".join(".".join(word) for word in t.split()),
    "underscored": lambda t: "_".join(t.split()),
    "morse": lambda t: _said(" / ".join(" ".join(MORSE.get(c, "") for c in w.lower()) for w in t.split())),
    "flags": lambda t: " ".join(
        "\u200b".join(chr(0x1F1E6 + ord(c) - 97) for c in w.lower() if c.isalpha()) for w in t.split()
    ),
    "upside_down": lambda t: t.lower().translate(FLIPPED)[::-1],
    "doubled": lambda t: "".join(c * 2 if c.isalpha() else c for c in t),
    "binary": lambda t: _said(" ".join(f"{byte:08b}" for byte in t[:24].encode())),
    "pig_latin": lambda t: " ".join(map(_pig, t.split())),
    "vowelless": lambda t: " ".join(w[0] + "".join(c for c in w[1:] if c.lower() not in "aeiou") for w in t.split()),
    "mixed_case": lambda t: "".join(c.upper() if n % 2 else c.lower() for n, c in enumerate(t)),
    "zero_width": _between("\u200b"),
    "tag_block": lambda t: "".join(chr(0xE0000 + ord(c)) for c in t if ord(c) < 0x7F),
    "soft_hyphens": _between("\u00ad"),
    "bidi": lambda t: f"\u202e{t[::-1]}\u202c",
    "combining": _between("\u0336"),
    "variation": _between("\ufe0f"),
    "joiners": _between("\u034f"),
    "blanks": lambda t: t.replace(" ", "\u2800"),
    "controls": lambda t: f"\x1b[8m{t}\x1b[0m".replace(" ", " \x08"),
    "strange_spaces": _strange,
}
