"""What a layout of a configurable activity may hold, and the portal's words for what it may not (reference 5.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from playground.bitrix24.refusal import Refusal

TAGS, BLOCKS, BUTTONS, PARAMETERS = 2, 20, 2, 20
"""How many there may be."""
_KEY = re.compile(r"[A-Za-z0-9_-]+")
_TAG_TYPES = ("warning", "success", "failure", "primary", "secondary")
_INNER = ("text", "link", "deadline")
_BLOCKS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("value",), ("multiline", "title", "bold", "size", "color", "scope")),
    "largeText": (("value",), ("scope",)),
    "link": (("text", "action"), ("bold", "scope")),
    "withTitle": (("title", "block"), ("inline", "scope")),
    "lineOfBlocks": (("blocks",), ("scope",)),
    "deadline": ((), ("readonly", "scope")),
}
"""By type: what a block needs, and what it may have."""
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "redirect": ("uri",), "restEvent": ("id",), "openRestApp": (),
}  # fmt: skip
_ACTION_FIELDS = ("uri", "id", "actionParams", "animationType", "sliderParams")


def checked(layout: Any) -> dict[str, Any]:
    """Return the layout as the portal keeps it; raise its refusals."""
    if not isinstance(layout, dict) or not layout:
        raise Refusal("ERROR_EMPTY_LAYOUT", "Layout can not be empty")
    _fields(layout, needs=("icon", "header", "body"), may=("footer",))
    _fields(layout["icon"], needs=("code",))
    _header(layout["header"])
    body = layout["body"]
    _fields(body, needs=("logo", "blocks"))
    _fields(body["logo"], needs=("code",), may=("action",))
    if not body["blocks"]:
        raise Refusal("FIELD_IS_REQUIRED", "Field blocks is required in BodyDto")
    _each(body["blocks"], most=BLOCKS, check=_block)
    _footer(layout.get("footer") or {})
    return layout


def _header(header: Any) -> None:
    _fields(header, needs=("title",), may=("titleAction", "tags"))
    _text(header["title"])
    _each(header.get("tags") or {}, most=TAGS, check=_tag)


def _tag(tag: Any) -> None:
    _fields(tag, needs=("title", "type"), may=("action",))
    _one_of(tag["type"], _TAG_TYPES)


def _block(block: Any) -> None:
    _fields(block, needs=("type",), may=("properties",))
    _one_of(block["type"], _BLOCKS)
    needs, may = _BLOCKS[block["type"]]
    properties = block.get("properties") or {}
    _fields(properties, needs=needs, may=may)
    match block["type"]:
        case "withTitle":
            _inner(properties["block"])
        case "lineOfBlocks":
            _each(properties["blocks"], most=BLOCKS, check=_inner)
        case "link":
            _action(properties["action"])
        case "text" | "largeText":
            _text(properties["value"])


def _inner(block: Any) -> None:
    _block(block)
    _one_of(block["type"], _INNER)


def _footer(footer: Any) -> None:
    _fields(footer, may=("buttons", "menu"))
    _each(footer.get("buttons") or {}, most=BUTTONS, check=_button)
    _fields(footer.get("menu") or {}, may=("showPinItem", "showPostponeItem", "showDeleteItem", "items"))


def _button(button: Any) -> None:
    _fields(button, needs=("title", "type", "action"), may=("scope", "hideIfReadonly"))
    _one_of(button["type"], ("primary", "secondary"))
    _one_of(button.get("scope") or "web", ("web", "mobile"))
    _action(button["action"])


def _action(action: Any) -> None:
    _fields(action, needs=("type",), may=_ACTION_FIELDS)
    _one_of(action["type"], _ACTIONS)
    _fields(action, needs=_ACTIONS[action["type"]], may=("type", *_ACTION_FIELDS))
    _one_of(action.get("animationType") or "loader", ("loader", "disable"))
    _each(action.get("actionParams") or {}, most=PARAMETERS, check=lambda _: None)


def _each(found: Any, *, most: int, check: Callable[[Any], None]) -> None:
    if not isinstance(found, dict):
        raise Refusal("WRONG_FIELD_VALUE", "Wrong field value")
    if len(found) > most:
        raise Refusal("TOO_MANY_ITEMS", f"Too many items: not more than {most} are allowed")
    for key, one in found.items():
        if not _KEY.fullmatch(key):
            raise Refusal("KEY_CONTAIN_WRONG_SYMBOLS", f"Key {key} contains wrong symbols")
        check(one)


def _fields(found: Any, *, needs: Collection[str] = (), may: Collection[str] = ()) -> None:
    if not isinstance(found, dict):
        raise Refusal("WRONG_FIELD_VALUE", "Wrong field value")
    for name in needs:
        if name not in found or found[name] in ("", None):
            raise Refusal("FIELD_IS_REQUIRED", f"Field {name} is required")
    for name in found:
        if name not in (*needs, *may):
            raise Refusal("FIELD_IS_REDUNDANT", f"Field {name} is redundant")


def _one_of(value: Any, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise Refusal("ENUM_FIELD", f"Value {value} is not allowed here")


def _text(value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise Refusal("WRONG_FIELD_VALUE", "Wrong field value")
