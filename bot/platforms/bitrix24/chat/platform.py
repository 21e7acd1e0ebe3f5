"""The chat bot of the portal put together: what `bot.app` starts, feeds and asks for job handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.platforms.bitrix24.chat import lines
from bot.platforms.bitrix24.chat.arrivals import TAKE_JOB, Arrivals
from bot.platforms.bitrix24.chat.board import Board
from bot.platforms.bitrix24.chat.conversation import Conversation
from bot.platforms.bitrix24.chat.core import PLATFORM, ChatCore
from bot.platforms.bitrix24.chat.delivery import Promises
from bot.platforms.bitrix24.chat.fetching import Fetching, Inbox
from bot.platforms.bitrix24.chat.lines import Lines
from bot.platforms.bitrix24.chat.outgoing import Outgoing
from bot.platforms.bitrix24.chat.presses import Presses
from bot.platforms.bitrix24.chat.registration import Registration
from bot.platforms.bitrix24.chat.verbs import FILES_JOB
from bot.platforms.bitrix24.chat.words import Words
from bot.platforms.bitrix24.client import Portal
from bot.platforms.bitrix24.deal import Deals
from bot.platforms.bitrix24.installation import Installation
from signing.ports import Job


class PortalChat:
    """One bot in one portal."""

    name: str = PLATFORM
    patient: tuple[str, ...] = (TAKE_JOB, lines.TAKE_JOB, lines.SEND_JOB)
    """Kinds of jobs that are tried for days: what somebody sent, and what a customer was promised."""

    def __init__(
        self, *, core: ChatCore, portal: Portal, installation: Installation, inbox: Inbox, quick_s: float, idle_s: float
    ) -> None:
        registration = Registration(store=core.store, clock=core.clock, portal=portal, language=core.language)
        outgoing = Outgoing(store=core.store, clock=core.clock, portal=portal, registration=registration)
        self._arrivals = Arrivals(core=core, portal=portal, outgoing=outgoing)
        self._promises = Promises(core=core, outgoing=outgoing, board=Board(core=core, outgoing=outgoing))
        self._lines = Lines(core=core, outgoing=outgoing, arrivals=self._arrivals, deals=Deals(portal, ()))
        conversation = Conversation(
            core=core, outgoing=outgoing, presses=Presses(core=core, outgoing=outgoing),
            words=Words(core=core, outgoing=outgoing), arrivals=self._arrivals, lines=self._lines,
        )  # fmt: skip
        fetching = Fetching(
            store=core.store, clock=core.clock, portal=portal, installation=installation, registration=registration,
            inbox=inbox, quick_s=quick_s, idle_s=idle_s,
        )  # fmt: skip
        self.feed = conversation.feed
        """Takes what the inbox has kept."""
        self.fetch = fetching.run
        """Fetches events until it is stopped."""

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return every job handler of the platform, by kind of job."""
        return {**self._promises.job_handlers(), **self._lines.job_handlers(), TAKE_JOB: self._arrivals.take}

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return what is done about dead jobs that only this platform knows."""
        return {TAKE_JOB: self._arrivals.bury, FILES_JOB: self._promises.bury}

    async def deliver(self, job: Job) -> None:
        """Send the signed files."""
        await self._promises.deliver(job)

    async def show_state(self, job: Job) -> None:
        """Nothing: in a private dialog the card is the state, and nobody else sees it."""
