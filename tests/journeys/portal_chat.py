"""An employee at the portal's messenger, as journeys act there: write, send a file, press, wait for a card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from playground.bitrix24.messenger import Message
from tests.journeys.company import Colleague
from tests.journeys.sales import Sales, eventually

Seen = Callable[[Message], bool]


@dataclass(frozen=True, kw_only=True)
class PortalUser:
    """Somebody's private dialog with the bot."""

    trade: Sales
    user: int
    """The number in the portal."""

    def messages(self) -> list[Message]:
        """Return the dialog, oldest message first."""
        return self.trade.within(lambda: self.trade.portal.messenger.dialog(self.user))

    def told(self) -> list[Message]:
        """Return what the bot said."""
        return [message for message in self.messages() if message.author != self.user]

    def send_file(self, name: str, body: bytes, *, text: str = "") -> Message:
        """Send a file."""
        return self.trade.within(
            lambda: self.trade.portal.messenger.send_file(self.user, name, body, text=text)
        )  # fmt: skip

    def write(self, text: str, *, reply_to: int = 0) -> Message:
        """Write a message."""
        return self.trade.within(lambda: self.trade.portal.messenger.write(self.user, text, reply_to=reply_to))

    def press(self, message: Message, label: str) -> None:
        """Press a button."""
        self.trade.within(lambda: self.trade.portal.messenger.press(self.user, message, label))

    async def wait_for(self, *words: str, button: str = "", seconds: float = 90) -> Message:
        """Wait for a message of the bot that says all of it and has such a button."""
        await eventually(lambda: bool(self.found(*words, button=button)), seconds=seconds)
        return self.found(*words, button=button)[-1]

    def found(self, *words: str, button: str = "") -> list[Message]:
        """Return the bot's messages that say all of it and have such a button."""
        return [message for message in self.told() if _has(message, *words, button=button)]

    async def wait_for_file(self, *, seconds: float = 120) -> bytes:
        """Wait for a file of the bot."""
        await eventually(lambda: bool(self.files()), seconds=seconds)
        return self.files()[-1]

    def files(self) -> list[bytes]:
        """Return the files that the bot has sent."""
        return [file.body for message in self.told() for file in message.files]

    async def choose(self, name: str, signer: Colleague) -> None:
        """Choose a signer on the draft card of a document, leafing through the names.

        A card whose sending the bot has not heard of comes back with fresh buttons, and is pressed again.
        """
        is_chosen = False
        for _ in range(20):
            # Once chosen, the card may stop asking a moment after its keyboard has changed.
            card = await self.wait_for(name, *(() if is_chosen else ("Who shall sign?",)), button="Cancel")
            if "Who shall sign?" not in card.text:
                return
            is_there, before = signer.name in card.labels(), card.changes
            self.press(card, signer.name if is_there else "More")
            await eventually(lambda card=card, before=before: card.changes > before)  # type: ignore[misc]  # bound at once
            is_chosen = is_chosen or is_there
            if is_there and "Who shall sign?" not in card.text:
                return
        raise AssertionError(f"{signer.name} is not on the card")


def page_of(message: Message) -> str:
    """Return the address of the secure page on a card at its second step."""
    return next(str(button["LINK"]) for button in message.keyboard if "secure page" in str(button.get("TEXT")))


async def enter_on_page(address: str, code: str) -> tuple[int, dict[str, Any]]:
    """Open the secure page and enter a code, as a browser does; return the last status and answer."""
    page, _, ticket = address.partition("#")
    base = page.partition("?")[0]
    async with aiohttp.ClientSession(headers={"Accept": "application/json"}) as browser:
        async with browser.post(f"{base}/session", json={"init_data": ticket}) as answer:
            opened = await answer.json()
            if answer.status != 200:
                return answer.status, opened
        headers = {"X-Page-Session": str(opened["session"])}
        async with browser.post(f"{base}/code", json={"code": code}, headers=headers) as answer:
            return answer.status, await answer.json()


def _has(message: Message, *words: str, button: str = "") -> bool:
    fits = all(word in message.text for word in words)
    return fits and not message.is_locked and (not button or any(button in label for label in message.labels()))
