"""A press on a button: spend its token, answer the phone, then do what the button says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery

from bot.phrases import error, language_of, say
from bot.platforms.telegram import (
    acceptance,
    along,
    amounts,
    attaching,
    away_verbs,
    client_verbs,
    history,
    page_link,
    prompts,
    proposal_card,
    requester_verbs,
    shown,
    signer_verbs,
    trust,
)
from bot.platforms.telegram.buttons import ButtonRefused, Press, Pressed, journal_refusal, redeem
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.confirmation import confirm
from bot.platforms.telegram.core import Core, Reader, reader_of
from bot.platforms.telegram.keypads import LENGTH, Keypads
from bot.platforms.telegram.second_step_card import DOTS
from bot.platforms.telegram.shown import Mode
from signing.errors import NotFound, SigningError

TOAST_LENGTH = 200

Verb = Callable[[Core, Press, Reader], Awaitable[str]]

VERBS: dict[str, Verb] = {
    "submit": requester_verbs.submit,
    "look-over": acceptance.look_over,
    "accept-pages": acceptance.accept_pages,
    "circulate": along.circulate,
    "amount": amounts.ask,
    "agree": requester_verbs.turn,
    "agree-sure": along.agree,
    "assign": requester_verbs.assign,
    "remind": requester_verbs.remind,
    "resume": requester_verbs.resume,
    "cancel-sure": requester_verbs.cancel,
    "check": requester_verbs.check,
    "share": client_verbs.share,
    "unshare": client_verbs.unshare,
    "mail": client_verbs.mail,
    "mail-sure": client_verbs.mail_sure,
    "back": requester_verbs.back,
    "attach": attaching.attach,
    "detach": attaching.detach,
    "rest": requester_verbs.back,
    "draft": requester_verbs.turn,
    "reassign": requester_verbs.turn,
    "cancel": requester_verbs.turn,
    "reject": requester_verbs.turn,
    "deputy": requester_verbs.turn,
    "later": requester_verbs.turn,
    "open": requester_verbs.turn,
    "confirm": requester_verbs.turn,
    "certificate": requester_verbs.turn,
    "pages": signer_verbs.pages,
    "page": page_link.open_page,
    "reject-for": signer_verbs.reject_for,
    "reason": signer_verbs.reason,
    "ask": signer_verbs.ask,
    "delegate": signer_verbs.delegate,
    "postpone": signer_verbs.postpone,
    "sign": signer_verbs.sign,
    "sign-many": signer_verbs.sign_many,
    "use-key": signer_verbs.use_key,
    "typing": signer_verbs.typing,
    "keypad": signer_verbs.keypad,
    "withdraw": signer_verbs.withdraw,
    "not-me": signer_verbs.not_me,
    "away-until": away_verbs.until,
    "away-other": away_verbs.other_days,
    "away-again": away_verbs.again,
    "away-deputy": away_verbs.deputy,
    "away-ground": away_verbs.ground,
    "away-sure": away_verbs.sure,
    "away-back": away_verbs.come_back,
    "proposal-sure": requester_verbs.turn,
    "proposal-object": proposal_card.object_to,
    "tick": signer_verbs.tick,
    "turn": signer_verbs.turn_list,
    "take-out": signer_verbs.take_out,
    "leaf": history.leaf,
    "evidence": history.evidence,
    "how": trust.how,
}
"""Every verb a button may carry; what it returns is shown on the phone for a moment."""

ANSWERED_FIRST = frozenset({"sign", "sign-many", "use-key", "attach"})
"""These speak to the activation module or to a place outside: the phone is answered before."""
ALERTS = frozenset({"not-me"})


class Presses:
    """Takes callback queries."""

    def __init__(self, *, core: Core, outgoing: Outgoing, keypads: Keypads) -> None:
        self._core = core
        self._outgoing = outgoing
        self._keypads = keypads

    async def take(self, query: CallbackQuery) -> None:
        """Do what a press means; a refused press gets a word and changes nothing."""
        language = language_of(query.from_user.language_code, self._core.language)
        if query.message is None or query.data is None:
            await self._answer(query, say(language, "toast-old"))
            return
        pressed = Pressed(
            data=query.data, account=query.from_user.id, chat=query.message.chat.id, message=query.message.message_id
        )
        try:
            if self._keypads.knows(pressed.data):
                await self._key(query, pressed, language)
                return
            press = await redeem(self._core.store, pressed, now=self._core.clock.now())
        except ButtonRefused as refusal:
            reason = str(refusal.facts["reason"]).replace("_", "-")
            await self._answer(query, say(language, f"toast-{reason}"))
            return
        await self._do(query, press, language)

    async def _do(self, query: CallbackQuery, press: Press, language: str) -> None:
        reader = await self._reader(press)
        if reader is None or press.verb not in VERBS:
            await self._answer(query, say(language, "toast-old"))
            return
        await self._close_prompt(press)
        is_answered = press.verb in ANSWERED_FIRST
        if is_answered:
            await self._answer(query, "")
        try:
            words = await VERBS[press.verb](self._core, press, reader)
        except SigningError as failure:
            await self._tell_failure(query, press, reader, failure, is_answered=is_answered)
            return
        if not is_answered:
            await self._answer(query, words, is_alert=press.verb in ALERTS)

    async def _key(self, query: CallbackQuery, pressed: Pressed, language: str) -> None:
        """A key of a keypad: the phone shows dots, the sixth digit confirms."""
        try:
            typed = self._keypads.press(pressed, now=self._core.clock.now())
        except ButtonRefused as refusal:
            await self._refuse_key(pressed, refusal)
            raise
        await self._answer(query, DOTS * typed.length + "·" * (LENGTH - typed.length))
        if typed.code is None:
            return
        async with self._core.store.read() as tx:
            reader = await reader_of(tx, typed.pad.person, self._core)
        if reader is not None:
            pad = typed.pad
            await confirm(self._core, reader, card=pad.card, nonce=pad.nonce, code=typed.code, way="keypad")

    async def _refuse_key(self, pressed: Pressed, refusal: ButtonRefused) -> None:
        """A stranger's press is journalled; the card of a keypad that is over offers the ways anew."""
        now, card = self._core.clock.now(), refusal.facts.get("card")
        async with self._core.store.begin() as tx:
            if card is None:
                await journal_refusal(tx, pressed, reason=str(refusal.facts["reason"]), now=now)
            else:
                mode = (await shown.load(tx, card, now=now)).mode
                await shown.want(tx, card, now=now, mode=Mode(name="confirm", argument=mode.argument))

    async def _close_prompt(self, press: Press) -> None:
        """Whoever presses a button of a card means no longer to write what that card has asked for."""
        now = self._core.clock.now()
        async with self._core.store.begin() as tx:
            prompt = await prompts.open_in(tx, press.chat, now=now)
            if prompt is not None and prompt.card == press.card:
                await prompts.close(tx, press.chat, now=now)

    async def _tell_failure(
        self, query: CallbackQuery, press: Press, reader: Reader, failure: SigningError, *, is_answered: bool
    ) -> None:
        words = error(reader.language, failure)
        async with self._core.store.begin() as tx:
            await shown.want(tx, press.card, now=self._core.clock.now(), mode=Mode(fault=words))
        if not is_answered:
            await self._answer(query, words, is_alert=True)

    async def _reader(self, press: Press) -> Reader | None:
        async with self._core.store.read() as tx:
            try:
                return await reader_of(tx, press.person, self._core)
            except NotFound:
                return None

    async def _answer(self, query: CallbackQuery, text: str, *, is_alert: bool = False) -> None:
        """Answer the phone; too late, or Telegram away, is no reason to leave the work undone."""
        short = text if len(text) <= TOAST_LENGTH else f"{text[: TOAST_LENGTH - 1]}…"
        answer = AnswerCallbackQuery(callback_query_id=query.id, text=short or None, show_alert=is_alert or None)
        try:
            await self._outgoing.ask(answer)
        except SigningError:
            return
