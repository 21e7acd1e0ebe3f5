"""The second channel: another Telegram chat hears of every use of a key."""

from __future__ import annotations

from aiogram.methods import SendMessage

from bot.platforms.telegram.client import Outgoing


class TelegramChannel:
    """Fills `signing.ports.SecondChannel` with another Telegram chat."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    async def tell(self, address: str, *, subject: str, text: str) -> None:
        """Send plain words to the chat whose id is `address`; raise `DeliveryFailed` when it is closed to us."""
        await self._outgoing.send(SendMessage(chat_id=int(address), text=f"{subject}\n\n{text}"))
