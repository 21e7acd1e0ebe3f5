"""What the portal must know of us, compared with what it knows, and mended: an update forgets the handlers."""

from __future__ import annotations

from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.events import WANTED


async def missing(portal: Portal, *, handler: str) -> tuple[str, ...]:
    """Return the events that the portal does not send to `handler`."""
    bound = await portal.read("event.get")
    known = {str(one["event"]).upper() for one in bound if one.get("handler") == handler}
    return tuple(event for event in WANTED if event not in known)


async def mend(portal: Portal, *, handler: str) -> tuple[str, ...]:
    """Bind what is missing and return it; to bind twice is refused by the portal and harms nothing."""
    wanted = await missing(portal, handler=handler)
    for event in wanted:
        await portal.write("event.bind", event=event, handler=handler)
    return wanted
