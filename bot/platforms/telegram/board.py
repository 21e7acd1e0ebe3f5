"""Where cards are shown: one message a card, edited in place; a message that is gone is sent anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from aiogram.methods import EditMessageCaption, EditMessageText, SendMessage, SendPhoto
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, ReplyParameters

from bot.platforms.telegram import away_card, file_card, list_card, requester_card, shown, signer_card, views
from bot.platforms.telegram.buttons import Bound, issue
from bot.platforms.telegram.cards import CAPTION_LIMIT, TEXT_LIMIT, Card, Sheet, View, fitted
from bot.platforms.telegram.client import MessageGone, Outgoing
from bot.platforms.telegram.core import PLATFORM, Core
from bot.platforms.telegram.keypads import LIFE, Keypad, Keypads
from bot.platforms.telegram.shown import Shown
from signing.approval.showing import Shows
from signing.audit import Tag
from signing.errors import SigningError
from signing.moves import SYSTEM, note
from signing.people import PersonId
from signing.request import RequestId, State

PICTURE_WIDTH_PX = 900


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a card goes and whose it is."""

    name: str
    chat: int
    person: PersonId
    account: int | None
    request: str = ""
    standing: str = ""
    nonce: str = ""
    """Of the record that a keypad on the card is for."""
    reply_to: int | None = None


class Board:
    """Shows cards; everything it knows about what stands where is in notes."""

    def __init__(self, *, core: Core, outgoing: Outgoing, keypads: Keypads) -> None:
        self._core = core
        self._outgoing = outgoing
        self._keypads = keypads

    async def show_request(self, request: RequestId, person: PersonId) -> None:
        """Bring one person's card of one request up to date. Raises as `Outgoing.send` does."""
        sight = await views.of_request(self._core, request, person)
        if sight is None:
            return
        if sight.has_list or _belongs_in_list(sight, self._core.policy.open_cards):
            await self._promise_list(person)
        if not _deserves_message(sight, self._core.policy.open_cards):
            return
        view = sight.view
        is_signer = view.request.signer == person and view.request.state is not State.DRAFT
        is_asked = is_signer or view.request.requester != person
        card = signer_card.render(view) if is_asked else requester_card.render(view)
        is_to_see = is_signer or view.request.awaits_acceptance
        picture = await self._picture(view) if is_to_see and sight.card.message is None else None
        if await self.put(_place(view), card, picture=picture) and is_signer:
            await self._journal_shown(view)

    async def show_file(self, request: RequestId, person: PersonId) -> None:
        """Bring the message with the signed file up to date, where one was sent."""
        view = await file_card.gather(self._core, request, person)
        if view is None:
            return
        reader = view.reader
        place = Place(
            name=shown.file_of(request, person), chat=reader.chat, person=person, account=reader.account,
            request=request, standing=shown.standing(view.request),
        )  # fmt: skip
        await self.put(place, file_card.render(view))

    async def show_list(self, person: PersonId) -> None:
        """Bring a signer's list card up to date."""
        found = await views.of_list(self._core, person)
        if found is None:
            return
        listed = found
        reader = listed.view.reader
        place = Place(
            name=shown.list_of(person), chat=reader.chat, person=person, account=reader.account,
            nonce=_nonce(listed.view),
        )  # fmt: skip
        await self.put(place, list_card.render(listed))

    async def show_away(self, person: PersonId) -> None:
        """Bring the card of /away up to date."""
        view = await away_card.gather(self._core, person)
        if view is not None:
            reader = view.sheet.reader
            name = shown.away_of(person)
            await self.put(
                Place(name=name, chat=reader.chat, person=person, account=reader.account), away_card.render(view)
            )

    async def put(self, place: Place, card: Card, *, picture: bytes | None = None) -> bool:
        """Send or edit one card; return whether it is a new message. A face that is there already stays."""
        now, store, face = self._core.clock.now(), self._core.store, card.face()
        async with store.begin() as tx:
            old = await shown.load(tx, place.name, now=now)
            if old.message is not None and old.face == face and old.wanted == old.shown:
                return False
            bound = Bound(
                card=place.name, person=place.person, chat=place.chat, account=place.account,
                rendering=old.rendering + 1, request=place.request, standing=place.standing,
            )  # fmt: skip
            self._open_keypad(place)
            keyboard = await issue(tx, card.rows, bound=bound, now=now, key=self._keypads.key)
        new = replace(old, chat=place.chat, rendering=old.rendering + 1, face=face, shown=old.wanted)
        sent = await self._send(place, card, old, keyboard, picture)
        async with store.begin() as tx:
            current = await shown.load(tx, place.name, now=now)
            kept = replace(new, wanted=current.wanted, mode=current.mode, is_opened=current.is_opened)
            message = sent or {"message": old.message, "is_photo": old.is_photo}
            await shown.keep(tx, place.name, replace(kept, **message))
        return sent is not None

    async def _send(
        self, place: Place, card: Card, old: Shown, keyboard: InlineKeyboardMarkup, picture: bytes | None
    ) -> dict[str, Any] | None:
        """Edit the message; when there is none (any more), send one and return what it is."""
        if old.message is not None and old.chat == place.chat:
            try:
                await self._edit(card, old, keyboard)
            except MessageGone:
                pass
            else:
                return None
        reply = ReplyParameters(message_id=place.reply_to, allow_sending_without_reply=True) if place.reply_to else None
        rest: dict[str, Any] = {"chat_id": place.chat, "reply_markup": keyboard, "reply_parameters": reply}
        if picture is None:
            text = fitted(card.text, TEXT_LIMIT).as_kwargs(replace_parse_mode=False)
            message = await self._outgoing.send(SendMessage(**text, **rest))
        else:
            caption = fitted(card.text, CAPTION_LIMIT).as_caption_kwargs(replace_parse_mode=False)
            photo = BufferedInputFile(picture, filename="page-1.jpg")
            message = await self._outgoing.send(SendPhoto(photo=photo, **caption, **rest))
        return {"message": message.message_id, "is_photo": picture is not None}

    async def _edit(self, card: Card, old: Shown, keyboard: InlineKeyboardMarkup) -> None:
        rest: dict[str, Any] = {"chat_id": old.chat, "message_id": old.message, "reply_markup": keyboard}
        if old.is_photo:
            caption = fitted(card.text, CAPTION_LIMIT).as_caption_kwargs(replace_parse_mode=False)
            await self._outgoing.edit(EditMessageCaption(**caption, **rest))
        else:
            text = fitted(card.text, TEXT_LIMIT).as_kwargs(replace_parse_mode=False)
            await self._outgoing.edit(EditMessageText(**text, **rest))

    def _open_keypad(self, place: Place) -> None:
        """A card in keypad mode gets a new keypad with each rendering; any other card has none."""
        if not place.nonce or place.account is None:
            self._keypads.close(place.name)
            return
        until = self._core.clock.now() + LIFE
        pad = Keypad(
            nonce=place.nonce, card=place.name, person=place.person, account=place.account, chat=place.chat, until=until
        )
        self._keypads.open(pad)

    async def _picture(self, view: View) -> bytes | None:
        """Return the first page; a card without a picture is better than none: the file is a tap away."""
        if view.shows is Shows.LINK:
            return None
        try:
            pages = await self._core.reception.pictures(view.request.documents[0], [0], width_px=PICTURE_WIDTH_PX)
        except SigningError:
            return None
        return pages[0]

    async def _promise_list(self, person: PersonId) -> None:
        async with self._core.store.begin() as tx:
            await shown.promise(tx, shown.list_of(person))

    async def _journal_shown(self, view: View) -> None:
        request, person = view.request, view.reader.person.id
        digests = [document.sha256 for document in request.documents]
        async with self._core.store.begin() as tx:
            await note(
                tx, Tag.REQUEST_SHOWN, subject=request.id, actor=SYSTEM, now=self._core.clock.now(), to=person,
                sha256=digests,
            )  # fmt: skip


def _place(view: View) -> Place:
    request, reader = view.request, view.reader
    came_by = request.reply_to
    asked_here = request.requester == reader.person.id and came_by.platform == PLATFORM and not came_by.is_group
    origin = came_by.message_id if asked_here else None
    return Place(
        name=shown.name_of(request.id, reader.person.id), chat=reader.chat, person=reader.person.id,
        account=reader.account, request=request.id, standing=shown.standing(request), nonce=_nonce(view),
        reply_to=int(origin) if origin else None,
    )  # fmt: skip


def _nonce(view: Sheet) -> str:
    return view.mode.argument if view.mode.name == "keypad" and view.record is not None else ""


def _belongs_in_list(sight: views.Sight, open_cards: int) -> bool:
    request, person = sight.view.request, sight.view.reader.person.id
    is_new = sight.card.message is None and not sight.card.is_opened
    return request.state is State.WAITING and request.signer == person and is_new and sight.waiting > open_cards


def _deserves_message(sight: views.Sight, open_cards: int) -> bool:
    """A card that stands is always brought up to date; a new one is sent to whom it still concerns."""
    if sight.card.message is not None:
        return True
    request, person = sight.view.request, sight.view.reader.person.id
    if request.requester == person:
        return True
    waits = request.signer == person and request.state is State.WAITING
    return waits and not _belongs_in_list(sight, open_cards)
