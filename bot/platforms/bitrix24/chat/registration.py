"""Our bot in the portal: registered once by its code, compared at every start and mended (reference 4.2)."""

from __future__ import annotations

from typing import Any

from bot.phrases import say
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.errors import NotExecuted
from signing.ports import Clock, Store

CODE = "countersign"
PRESS = "press"
"""The hidden command that every button of ours sends, with an opaque token."""
SPACE = "bitrix24-bot"
GONE = frozenset({"BOT_NOT_FOUND", "BOT_OWNERSHIP_ERROR"})
"""The portal does not know our bot any more, as after a re-installation."""


class NotRegistered(NotExecuted):
    """There is no bot of ours in the portal yet; nothing was sent."""


class Registration:
    """Who our bot is in the portal."""

    def __init__(self, *, store: Store, clock: Clock, portal: Portal, language: str) -> None:
        self._store = store
        self._clock = clock
        self._portal = portal
        self._language = language
        self._checked: int | None = None

    async def ensure(self) -> int:
        """Return the bot's number; the first time of a run it is registered, compared with what we want and mended."""
        if self._checked is None:
            self._checked = await self._register()
        return self._checked

    async def number(self) -> int:
        """Return the bot's number as an earlier registration left it; raise `NotRegistered`."""
        if self._checked is not None:
            return self._checked
        async with self._store.read() as tx:
            found = await tx.notes.get(space=SPACE, name=CODE, now=self._clock.now())
        if found is None:
            raise NotRegistered(method="imbot.v2.Bot.register", code="NOT_REGISTERED")
        return int(found["bot"])

    def forget(self) -> None:
        """Register again at the next `ensure`: the portal lost our bot."""
        self._checked = None

    async def _register(self) -> int:
        """Registering is idempotent by the code and changes nothing that exists: what differs is written after it."""
        wanted = self._wanted()
        bot = (await self._portal.write("imbot.v2.Bot.register", fields={"code": CODE, **wanted}))["bot"]
        number = int(bot["id"])
        if any(bot.get(name) != wanted[name] for name in ("type", "eventMode", "isSupportOpenline")):
            await self._portal.write("imbot.v2.Bot.update", botId=number, fields=wanted)
        press = {"command": PRESS, "hidden": True, "common": False, "title": {"en": CODE, "ru": CODE}}
        await self._portal.write("imbot.v2.Command.register", botId=number, fields=press)
        async with self._store.begin() as tx:
            await tx.notes.put(space=SPACE, name=CODE, body={"bot": number})
        return number

    def _wanted(self) -> dict[str, Any]:
        position = say(self._language, "portal-chat-position")
        properties = {"name": "Countersign", "workPosition": position, "color": "AZURE"}
        return {"type": "bot", "eventMode": "fetch", "isSupportOpenline": True, "properties": properties}
