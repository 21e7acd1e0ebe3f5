"""The Telegram platform put together: what `bot.app` starts, feeds and asks for job handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiogram.exceptions import AiogramError

from bot.platforms.telegram.arrivals import ALBUM_JOB, Arrivals
from bot.platforms.telegram.board import Board
from bot.platforms.telegram.channel import TelegramChannel
from bot.platforms.telegram.client import Outgoing, TelegramAway
from bot.platforms.telegram.client_verbs import LINK_JOB, ClientLinks
from bot.platforms.telegram.commands import Commands
from bot.platforms.telegram.conversation import Conversation
from bot.platforms.telegram.core import PLATFORM, Core
from bot.platforms.telegram.delivery import Promises
from bot.platforms.telegram.history import EVIDENCE_JOB, HistoryPost
from bot.platforms.telegram.intake import Inbox, TelegramIntake
from bot.platforms.telegram.keypads import Keypads
from bot.platforms.telegram.page_link import PAGE_JOB, PageLinkSender
from bot.platforms.telegram.presses import Presses
from bot.platforms.telegram.requester_verbs import VERDICT_JOB
from bot.platforms.telegram.shown import AWAY_JOB, HISTORY_JOB, LIST_JOB, PROPOSAL_JOB
from bot.platforms.telegram.signer_verbs import PAGES_JOB
from bot.platforms.telegram.trust import NOTE_JOB, NotePost
from bot.platforms.telegram.words import DELETE_JOB, Words
from signing.ports import Job

SOON_S = 3.0


class Telegram:
    """One bot, one company."""

    name: str = PLATFORM

    def __init__(self, *, core: Core, outgoing: Outgoing, inbox: Inbox, webhook_secret: str = "") -> None:
        keypads = Keypads()
        self._outgoing = outgoing
        self._words = Words(core=core, outgoing=outgoing)
        self._arrivals = Arrivals(core=core, outgoing=outgoing)
        board = Board(core=core, outgoing=outgoing, keypads=keypads)
        self._promises = Promises(core=core, outgoing=outgoing, board=board)
        self._history = HistoryPost(core=core, outgoing=outgoing, board=board)
        self._links = ClientLinks(core=core, outgoing=outgoing)
        self._note = NotePost(core=core, outgoing=outgoing)
        self._page_links = PageLinkSender(core=core, outgoing=outgoing)
        self.commands = Commands(core=core, outgoing=outgoing)
        conversation = Conversation(
            core=core, outgoing=outgoing, presses=Presses(core=core, outgoing=outgoing, keypads=keypads),
            words=self._words, commands=self.commands, arrivals=self._arrivals,
        )  # fmt: skip
        self.intake = TelegramIntake(
            outgoing=outgoing, dispatcher=conversation.dispatcher, inbox=inbox, secret=webhook_secret
        )
        self.channel = TelegramChannel(outgoing)
        """The second channel: another Telegram chat."""

    patient: tuple[str, ...] = (ALBUM_JOB, AWAY_JOB, DELETE_JOB, LINK_JOB, LIST_JOB, PROPOSAL_JOB, EVIDENCE_JOB)
    """Kinds of jobs that are tried for days: what somebody sent, a code to delete, a link, what waits for somebody,
    evidence."""

    def burials(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return what is done about dead jobs that only this platform knows."""
        return {ALBUM_JOB: self._arrivals.bury, PAGES_JOB: self._promises.bury, VERDICT_JOB: self._promises.bury}

    def job_handlers(self) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
        """Return every job handler of the platform, by kind of job."""
        return {
            **self._promises.job_handlers(), ALBUM_JOB: self._arrivals.receive, DELETE_JOB: self._words.delete,
            LINK_JOB: self._links.send, HISTORY_JOB: self._history.show, EVIDENCE_JOB: self._history.send,
            NOTE_JOB: self._note.send,
            PAGE_JOB: self._page_links.send,
        }  # fmt: skip

    async def deliver(self, job: Job) -> None:
        """Send the signed files."""
        await self._promises.deliver(job)

    async def show_state(self, job: Job) -> None:
        """Bring the state in a group up to date."""
        await self._promises.show_state(job)

    async def address(self) -> str:
        """Return the link that opens our chat; raise `TelegramAway` when that is not known soon: a page waits."""
        try:
            async with asyncio.timeout(SOON_S):
                me = await self._outgoing.bot.me()
        except (AiogramError, OSError, TimeoutError) as error:
            raise TelegramAway(reason=type(error).__name__) from None
        return f"https://t.me/{me.username}"

    async def invitation(self, secret: str) -> str:
        """Return the link that opens our chat and binds the account of whoever opens it."""
        return f"https://t.me/{(await self._outgoing.bot.me()).username}?start={secret}"
