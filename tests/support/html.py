"""A page as a browser reads it: its elements, their places in each other, and what of the draft stands where."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

VOID = frozenset(("meta", "input", "br", "col"))


class Element(NamedTuple):
    """One element that was opened."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]


class Page(HTMLParser):
    """All elements of a page, and its text by element; AssertionError where tags are not closed in order."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """The innermost open element is the one that closes."""
        assert self._open
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Remember a text with the element that it stands in."""
        self.texts.append((self._open[-1] if self._open else "", data))

    @property
    def text(self) -> str:
        """All that a reader sees or hears, in order."""
        return "".join(data for tag, data in self.texts if tag not in ("style", "script", "title"))

    def all(self, tag: str) -> list[Element]:
        """The elements with this tag."""
        return [element for element in self.elements if element.tag == tag]
