"""The chat's own parts between the small house and a portal on loopback."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.platforms.bitrix24.chat.outgoing import Outgoing
from bot.platforms.bitrix24.chat.registration import Registration
from playground.bitrix24.messenger import Message, Messenger
from tests.bot.platforms.bitrix24.conftest import Desk
from tests.signing.conftest import House

ANNA = 2
"""The employee's number in the portal."""


@dataclass(kw_only=True)
class Lines:
    """Both ends of the messenger."""

    desk: Desk
    house: House
    registration: Registration

    @property
    def messenger(self) -> Messenger:
        """The far end."""
        return self.desk.far.messenger

    def outgoing(self) -> Outgoing:
        """Return the way out, as a process that has just started has it."""
        return Outgoing(
            store=self.house.store, clock=self.house.clock, portal=self.desk.portal, registration=self.registration
        )

    def told(self) -> list[Message]:
        """Return what the bot has said to Anna."""
        return [message for message in self.messenger.dialog(ANNA) if message.author != ANNA]


@pytest.fixture
async def lines(desk: Desk, house: House) -> Lines:
    """A portal where our bot is registered."""
    registration = Registration(store=house.store, clock=house.clock, portal=desk.portal, language="en")
    await registration.ensure()
    return Lines(desk=desk, house=house, registration=registration)
