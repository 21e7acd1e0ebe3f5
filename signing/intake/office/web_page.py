"""A web page without what acts, fetches or styles: its words, tables and own pictures are left."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

from signing.intake.office.plain_text import decoded

_KEPT = {
    "p", "div", "span", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "u", "s", "sub",
    "sup", "small", "big", "pre", "code", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption",
    "thead", "tbody", "tfoot", "tr", "td", "th", "center", "font", "img", "a",
}  # fmt: skip
_EMPTY = {"br", "hr", "img"}
_ATTRIBUTES = {
    "dir", "align", "valign", "colspan", "rowspan", "bgcolor", "color", "border", "cellpadding", "cellspacing", "start",
    "lang", "width", "height",
}  # fmt: skip
_SILENT = {"script", "style", "template", "noscript", "iframe", "object", "applet", "svg", "math", "title", "head"}
"""Elements whose words are no words of the page."""
_FETCHING = {"src", "data", "background", "poster", "srcset", "code", "classid"}
_OWN_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_CONCEALED = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)
DEPTH = 200
"""Elements inside each other; what lies deeper is laid beside."""


class Sifted(HTMLParser):
    """The page as far as it was read; `codes` are the warnings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.codes: set[str] = set()
        self.written: list[str] = []
        self._silent: list[str] = []
        """The element that nothing is taken from, and those of its name inside it."""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element, or leave it out with or without its words."""
        given = {name: value or "" for name, value in attrs}
        self._tell(tag, given)
        if self._silent:
            self._silent += [tag] if tag == self._silent[0] else []
        elif tag in _SILENT - {"head"} or _is_concealed(given):
            self._silent += [] if tag in _EMPTY else [tag]
        elif tag in _EMPTY:
            self.written.append(_start(tag, given))
        elif tag in _KEPT and len(self._open) < DEPTH:
            self._open.append(tag)
            self.written.append(_start(tag, given))

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened, and what was left open inside it."""
        if self._silent:
            if tag == self._silent[0]:
                self._silent.pop()
        elif tag in self._open:
            while (closed := self._open.pop()) != tag:
                self.written.append(f"</{closed}>")
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep the words of the page."""
        if not self._silent:
            self.written.append(escape(data))

    def _tell(self, tag: str, given: dict[str, str]) -> None:
        if tag in ("script", "applet", "object", "embed") or any(name.startswith("on") for name in given):
            self.codes.add("scripts-left-out")
        if tag in ("iframe", "frame", "link", "base") or any(
            name in _FETCHING and value and not _OWN_PICTURE.fullmatch(value) for name, value in given.items()
        ):
            self.codes.add("outside")
        if _is_concealed(given):
            self.codes.add("hidden-text")


def sifted(body: bytes) -> Sifted:
    """Return what is left of a page; refuse `text-encoding`."""
    named = _CHARSET.search(body[:4096])
    page = Sifted()
    page.feed(_text(body, named[1].decode() if named else ""))
    page.close()
    return page


def document(body: bytes) -> bytes:
    """Return the page as LibreOffice gets it."""
    words = "".join(sifted(body).written)
    head = "<style>@page { size: 21cm 29.7cm; margin: 2cm }</style>"
    head += '<meta http-equiv="content-type" content="text/html; charset=utf-8">'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{words}</body></html>".encode()


def _text(body: bytes, named: str) -> str:
    try:
        return body.decode(named or "utf-8-sig")
    except (LookupError, UnicodeDecodeError):
        return decoded(body)[0]


def _is_concealed(given: dict[str, str]) -> bool:
    return "hidden" in given or bool(_CONCEALED.search(given.get("style", "")))


def _start(tag: str, given: dict[str, str]) -> str:
    kept = {name: value for name, value in given.items() if name in _ATTRIBUTES and len(value) < 40}
    if kept.get("dir", "").lower() == "rtl":
        kept.setdefault("align", "right")  # LibreOffice does not see to it by itself
    if tag == "img" and _OWN_PICTURE.fullmatch(given.get("src", "")):
        kept["src"] = given["src"]
    elif tag == "img":
        return escape(given.get("alt", ""))
    written = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
    return f"<{tag}{written}>"
