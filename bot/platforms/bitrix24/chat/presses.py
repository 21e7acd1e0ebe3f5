"""A press on a button: spend its token, do what the button says, put the answer on the card."""

from __future__ import annotations

from bot.phrases import error, say
from bot.platforms.bitrix24.chat import prompts, shown
from bot.platforms.bitrix24.chat.buttons import ButtonRefused, Press, Pressed, redeem
from bot.platforms.bitrix24.chat.core import ChatCore, Reader, reader_at
from bot.platforms.bitrix24.chat.outgoing import Outgoing
from bot.platforms.bitrix24.chat.shown import Mode
from bot.platforms.bitrix24.chat.verbs import VERBS
from signing.errors import SigningError


class Presses:
    """Takes presses; the portal shows no toast, so a refused one is answered in the presser's own dialog."""

    def __init__(self, *, core: ChatCore, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing

    async def take(self, pressed: Pressed, *, key: str) -> None:
        """Do what a press means; a refused press gets a word and changes nothing. `key` names the event."""
        try:
            press = await redeem(self._core.store, pressed, now=self._core.clock.now())
        except ButtonRefused as refusal:
            await self._answer(pressed.user, str(refusal.facts["reason"]), key=key)
            return
        async with self._core.store.read() as tx:
            reader = await reader_at(tx, pressed.user, self._core)
        if reader is not None and reader.person.id == press.person:
            await self._do(press, reader)

    async def _do(self, press: Press, reader: Reader) -> None:
        await self._close_prompt(press, reader)
        try:
            mode = await VERBS[press.verb](self._core, press, reader)
        except SigningError as failure:
            mode = Mode(fault=error(reader.language, failure))
        async with self._core.store.begin() as tx:
            await shown.want(tx, press.card, now=self._core.clock.now(), mode=mode)

    async def _close_prompt(self, press: Press, reader: Reader) -> None:
        """Whoever presses a button of a card means no longer to write what that card has asked for."""
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            prompt = await prompts.open_in(tx, reader.user, now=now)
            if prompt is not None and prompt.card == press.card:
                await prompts.close(tx, reader.user, now=now)

    async def _answer(self, user: int, reason: str, *, key: str) -> None:
        async with self._core.store.read() as tx:
            reader = await reader_at(tx, user, self._core)
        if reader is not None:
            await self._outgoing.say(user, say(reader.language, f"toast-{reason.replace('_', '-')}"), key=key)
