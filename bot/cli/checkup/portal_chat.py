"""The bot in the portal's messenger: permitted, registered, and where people open it."""

from __future__ import annotations

from bot.cli.checkup import Finding, good, warning, wrong
from bot.cli.installation import Installation
from bot.platforms.bitrix24.chat.registration import NotRegistered, Registration
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import Bitrix24Error

ABOUT = "Portal's chat"
_PERMIT = "tick imbot among the application's permissions, then Reinstall (docs/bitrix24.md)"


async def finding(here: Installation, portal: Portal) -> Finding:
    """Return how the chat bot stands; what waits in its queue is only looked at."""
    registration = Registration(store=here.store, clock=here.clock, portal=portal, language=here.settings.language)
    try:
        number = await registration.number()
        await portal.read("imbot.v2.Event.get", botId=number, limit=1)
    except NotRegistered:
        return warning(ABOUT, "no bot of ours there yet", mend=f"start the bot: it registers itself; else {_PERMIT}")
    except Bitrix24Error as error:
        mend = _PERMIT if error.code == "insufficient_scope" else "start the bot: it mends its registration"
        return wrong(ABOUT, f"the bot is not let in: {error.code or type(error).__name__}", mend=mend)
    return good(ABOUT, f"people open it at {portal.url}/online/?IM_DIALOG={number}")
