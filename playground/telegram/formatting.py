"""Telegram's HTML: text with tags → plain text and entities, as strictly as the Bot API reads it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.telegram.refusal import Json, Refused, bad_request

_PIECE = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s[^<>]*)?)>|<|&(?:#x?[0-9a-fA-F]+|lt|gt|amp|quot);", re.ASCII)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.:/@-]+)))?""")
_PLAIN = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
          "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
          "tg-spoiler": "spoiler"}  # fmt: skip
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)]|\b(?:t\.me|www\.[\w-]+\.\w+)/[^\s<>\"]*[^\s<>\".,;:!?)])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)


@dataclass
class Open:
    """A tag that waits for its end."""

    tag: str
    offset: int
    fields: Json


@dataclass
class Reading:
    """The state of reading one text."""

    source: str
    plain: str = ""
    open: list[Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def start(self, at: int, tag: str, attributes: str) -> None:
        """Open a tag. Raises `Refused` for one that Telegram does not know."""
        fields = _fields(tag.lower(), _attributes(attributes))
        if fields is None:
            raise self._refusal(f'Unsupported start tag "{tag.lower()}" at byte offset {self._bytes(at)}')
        self.open.append(Open(tag.lower(), _units(self.plain), fields))

    def end(self, at: int, tag: str) -> None:
        """Close the innermost tag. Raises `Refused` when it is another one."""
        where = f"at byte offset {self._bytes(at)}"
        if not self.open:
            raise self._refusal(f"Unexpected end tag {where}")
        opened = self.open.pop()
        if opened.tag != tag.lower():
            raise self._refusal(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{tag.lower()}>"')
        length = _units(self.plain) - opened.offset
        if opened.fields["type"] == "language":
            self._name_language(opened)
        elif length and opened.fields["type"] != "nothing":
            self.entities.append({"offset": opened.offset, "length": length} | opened.fields)

    def finish(self) -> None:
        """Refuse what was never closed."""
        if self.open:
            raise self._refusal(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def stray(self, at: int) -> Refused:
        """Return the refusal of a `<` that opens nothing."""
        return self._refusal(f"Unclosed start tag at byte offset {self._bytes(at)}")

    def _name_language(self, opened: Open) -> None:
        # `<pre><code class="language-x">`: the inner tag only names the language of the block.
        if self.open and self.open[-1].tag == "pre":
            self.open[-1].fields["language"] = opened.fields["language"]

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())

    @staticmethod
    def _refusal(why: str) -> Refused:
        return bad_request(f"can't parse entities: {why}")


def read_html(source: str) -> tuple[str, list[Json]]:
    """Return plain text and entities (offsets in UTF-16 units). Raises `Refused`."""
    reading, at = Reading(source), 0
    for piece in _PIECE.finditer(source):
        reading.plain += source[at : piece.start()]
        at = piece.end()
        _take(reading, piece)
    reading.plain += source[at:]
    reading.finish()
    return reading.plain, sorted(reading.entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _take(reading: Reading, piece: re.Match[str]) -> None:
    closing, tag, attributes = piece.groups()
    if piece[0].startswith("&"):
        reading.plain += html.unescape(piece[0])
    elif tag is None:
        raise reading.stray(piece.start())
    elif closing:
        reading.end(piece.start(), tag)
    else:
        reading.start(piece.start(), tag, attributes)


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(text)
    }


def _fields(tag: str, attributes: dict[str, str]) -> Json | None:
    if tag == "code" and attributes.get("class", "").startswith("language-"):
        return {"type": "language", "language": attributes["class"].removeprefix("language-")}
    if tag in _PLAIN:
        return {"type": _PLAIN[tag]}
    if tag in _READ:
        return _READ[tag](attributes)
    return None


def _time(attributes: dict[str, str]) -> Json | None:
    if not attributes.get("unix", "").isdecimal():
        return None
    named = {"type": "date_time", "unix_time": int(attributes["unix"])}
    return named | ({"date_time_format": attributes["format"]} if attributes.get("format") else {})


_READ: dict[str, Callable[[dict[str, str]], Json | None]] = {
    "span": lambda has: {"type": "spoiler"} if has.get("class") == "tg-spoiler" else None,
    "a": lambda has: {"type": "text_link", "url": has["href"]} if has.get("href") else {"type": "nothing"},
    "blockquote": lambda has: {"type": "expandable_blockquote" if "expandable" in has else "blockquote"},
    "tg-emoji": lambda has: {"type": "custom_emoji", "custom_emoji_id": has.get("emoji-id", "")},
    "tg-time": _time,
}


def detected(text: str) -> list[Json]:
    """Return the entities that Telegram finds by itself: links, commands, mentions, hashtags."""
    return [
        {"type": found.lastgroup, "offset": _units(text[: found.start()]), "length": _units(found[0])}
        for found in _FOUND.finditer(text)
    ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def length(text: str) -> int:
    """Return the length of `text` as Telegram counts it, in UTF-16 units."""
    return _units(text)
