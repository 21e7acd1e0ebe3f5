"""What the portal must know of us, compared with what it knows, and mended: an update forgets the handlers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.phrases import say
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import Denied, Refused
from bot.platforms.bitrix24.events import EVENTS_PATH, WANTED
from bot.platforms.bitrix24.widgets import BUTTON_PATH, TAB, TAB_PATH

FIELD_TYPE = "countersign"
"""USER_TYPE_ID of the field that holds the Sign button; the portal calls it `rest_<number of ours>_countersign`."""
BUTTON_HEIGHT_PX = 190
_LANGUAGES = ("en", "ru")


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Something that the portal does not have."""

    kind: str
    """`event`, `placement` or `field type`."""
    name: str


async def missing(portal: Portal, *, public_url: str) -> tuple[Missing, ...]:
    """Return what the portal lacks; widgets are left out where the application has no permission for them."""
    return tuple([one async for one in _missing(portal, public_url)])


async def has_widgets(portal: Portal) -> bool:
    """Tell whether the application may show pages in the portal (permission `placement`)."""
    try:
        await portal.read("placement.get")
    except Denied:
        return False
    return True


async def mend(portal: Portal, *, public_url: str) -> tuple[str, ...]:
    """Bind what is missing and return it; what somebody else of us binds at the same moment is bound."""
    wanted = await missing(portal, public_url=public_url)
    for one in wanted:
        try:
            await _bind(portal, one, public_url=public_url)
        except Refused:
            if one in await missing(portal, public_url=public_url):
                raise
    return tuple(one.name for one in wanted)


async def _bind(portal: Portal, wanted: Missing, *, public_url: str) -> None:
    match wanted.kind:
        case "event":
            await portal.write("event.bind", event=wanted.name, handler=f"{public_url}{EVENTS_PATH}")
        case "placement":
            await portal.write(
                "placement.bind", PLACEMENT=wanted.name, HANDLER=f"{public_url}{TAB_PATH}",
                TITLE=say("en", "widget-tab"),
                LANG_ALL={language: {"TITLE": say(language, "widget-tab")} for language in _LANGUAGES},
            )  # fmt: skip
        case _:
            await portal.write(
                "userfieldtype.add", USER_TYPE_ID=wanted.name, HANDLER=f"{public_url}{BUTTON_PATH}",
                TITLE=say("en", "widget-button"), DESCRIPTION=say("en", "widget-button-about"),
                OPTIONS={"height": BUTTON_HEIGHT_PX},
            )  # fmt: skip


async def _missing(portal: Portal, public_url: str) -> AsyncIterator[Missing]:
    bound = await portal.read("event.get")
    known = {str(one["event"]).upper() for one in bound if one.get("handler") == f"{public_url}{EVENTS_PATH}"}
    for event in WANTED:
        if event not in known:
            yield Missing(kind="event", name=event)
    try:
        placed = await portal.read("placement.get")
        types = await portal.read("userfieldtype.list")
    except Denied:
        return
    if not any(_is(one, "placement", TAB) and _is(one, "handler", f"{public_url}{TAB_PATH}") for one in placed):
        yield Missing(kind="placement", name=TAB)
    if not any(_is(one, "USER_TYPE_ID", FIELD_TYPE) for one in types):
        yield Missing(kind="field type", name=FIELD_TYPE)


def _is(row: dict[str, object], name: str, value: str) -> bool:
    """Compare an entry whose key comes in small or capital letters, as it pleases the method."""
    found = row.get(name, row.get(name.upper(), row.get(name.lower())))
    return str(found) == value
