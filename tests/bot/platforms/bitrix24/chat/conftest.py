"""The chat's own parts between the small house and a portal on loopback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.platforms.bitrix24.chat import shown, verbs
from bot.platforms.bitrix24.chat.buttons import Press
from bot.platforms.bitrix24.chat.core import ChatCore, Reader, reader_at
from bot.platforms.bitrix24.chat.outgoing import Outgoing
from bot.platforms.bitrix24.chat.registration import Registration
from bot.platforms.bitrix24.chat.shown import Mode
from bot.platforms.bitrix24.chat.words import Said, Words
from bot.platforms.bitrix24.people import account_of
from bot.platforms.web.desk.links import PageLinks
from playground.bitrix24.messenger import Message, Messenger
from signing.approval.policy import ApprovalPolicy
from signing.filing import Filing
from signing.intake.gate import GateLimits
from signing.intake.reception import Reception
from signing.membership import CONSOLE
from signing.people import PersonId
from signing.presence import QuietHours
from signing.redelivery import Redelivery
from signing.request import SigningRequest
from storage.documents import DiskDocuments
from tests.bot.platforms.bitrix24.conftest import Desk
from tests.bot.platforms.telegram.stand_ins import Here
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


IVAN = ANNA
"""The employee of the loopback portal is our Ivan here: who signs is asked for codes and reasons."""


@dataclass(kw_only=True)
class Dialog:
    """Ivan's private dialog with the bot, without the way that events take."""

    lines: Lines
    core: ChatCore
    reader: Reader

    async def press(self, verb: str, request: SigningRequest) -> None:
        """Press a button of the request's card."""
        card = shown.name_of(request.id, self.reader.person.id)
        press = Press(request=request.id, person=self.reader.person.id, verb=verb, argument="", card=card)
        mode = await verbs.VERBS[verb](self.core, press, self.reader)
        async with self.core.store.begin() as tx:
            await shown.want(tx, card, now=self.core.clock.now(), mode=mode)

    async def write(self, text: str, *, reply_to: str = "") -> None:
        """Write a message."""
        words = Words(core=self.core, outgoing=self.lines.outgoing())
        written = self.lines.messenger.write(IVAN, text)
        await words.take(Said(message=written.id, text=text, reply_to=reply_to), self.reader)

    async def mode(self, request: SigningRequest) -> Mode:
        """Return the face of the request's card."""
        async with self.core.store.read() as tx:
            name = shown.name_of(request.id, self.reader.person.id)
            return (await shown.load(tx, name, now=self.core.clock.now())).mode

    def told(self) -> str:
        """Return the last words of the bot."""
        return self.lines.told()[-1].text


@pytest.fixture
async def dialog(lines: Lines, tmp_path: Path) -> Dialog:
    """Ivan, bound to the portal's employee."""
    house = lines.house
    person = house.id("Ivan")
    await house.membership.recognise(person, account_of(IVAN, person), by=CONSOLE)
    documents = DiskDocuments(tmp_path / "documents", min_free_bytes=0, min_free_share=0)
    core = ChatCore(
        store=house.store, workflow=house.workflow, automatic=house.automatic,
        membership=house.membership, policy=ApprovalPolicy(),
        reception=Reception(documents=documents, workers=Here(), limits=GateLimits()), documents=documents,
        clock=house.clock, timezone="Europe/Podgorica", language="en", public_url="https://sign.example.com",
        max_document_bytes=1_000_000, decisions=house.decisions, leaving=house.leaving,
        quiet=QuietHours(), activation=house.activation, ticket=_no_ticket,
        filing=Filing(store=house.store, clock=house.clock),
        redelivery=Redelivery(store=house.store, clock=house.clock),
        page_link=PageLinks(store=house.store, clock=house.clock).make,
    )  # fmt: skip
    async with house.store.read() as tx:
        reader = await reader_at(tx, IVAN, core)
    assert reader is not None
    return Dialog(lines=lines, core=core, reader=reader)


async def _no_ticket(person: PersonId) -> str:
    raise AssertionError(f"no page is opened for {person}")
