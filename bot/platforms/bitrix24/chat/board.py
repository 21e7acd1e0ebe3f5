"""Where cards are shown: one message a card, changed in place; a message that is gone is sent anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.platforms.bitrix24.chat import list_card, requester_card, shown, signer_card, views
from bot.platforms.bitrix24.chat.buttons import Bound, Button, issue
from bot.platforms.bitrix24.chat.cards import Card, Sheet, View
from bot.platforms.bitrix24.chat.core import PLATFORM, ChatCore
from bot.platforms.bitrix24.chat.outgoing import Keyboard, Outgoing
from bot.platforms.bitrix24.chat.shown import Shown
from signing.audit import Tag
from signing.moves import SYSTEM, note
from signing.people import PersonId
from signing.request import RequestId, SigningRequest, State

FRIGHT = timedelta(minutes=15)
LIST_LIVES = timedelta(hours=1)
"""So long after its last change somebody may well press a list."""


@dataclass(frozen=True, kw_only=True)
class _Stand:
    """Where a card stands and what its buttons rely on."""

    name: str
    request: str
    standing: str = ""
    reply_to: int | None = None
    live_until: datetime | None


class Board:
    """Shows cards; everything it knows about what stands where is in notes."""

    def __init__(self, *, core: ChatCore, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing

    async def show(self, request: RequestId, person: PersonId) -> None:
        """Bring one person's card of one request up to date. Raises as `Outgoing.say` does."""
        sight = await views.of_request(self._core, request, person)
        if sight is None or not _deserves_message(sight):
            return
        view = sight.view
        is_signer = view.request.signer == person and view.request.state is not State.DRAFT
        is_asked = is_signer or view.request.requester != person
        card = signer_card.render(view) if is_asked else requester_card.render(view)
        stand = _Stand(
            name=shown.name_of(request, person), request=request, standing=shown.standing(view.request),
            reply_to=_origin(view), live_until=_live_until(view, card),
        )  # fmt: skip
        if await self._put(view, card, stand) and is_signer:
            await self._journal_shown(view)

    async def show_list(self, person: PersonId) -> None:
        """Bring a person's list card up to date, where one was asked for."""
        view = await views.of_list(self._core, person)
        if view is None:
            return
        card = list_card.render(view)
        live_until = view.now + LIST_LIVES if card.rows else None
        stand = _Stand(name=shown.list_of(person), request=shown.LIST, live_until=live_until)
        if await self._put(view, card, stand):
            for request in view.waiting:
                await self._note_shown(request, person)

    async def _put(self, view: Sheet, card: Card, stand: _Stand) -> bool:
        """Send or change one card; return whether it is a new message. A face that is there already stays."""
        now, store, face, name = self._core.clock.now(), self._core.store, card.face(), stand.name
        async with store.read() as tx:
            old = await shown.load(tx, name, now=now)
        if old.message is not None and old.face == face and old.wanted == old.shown:
            return False
        bound = Bound(
            card=name, person=view.reader.person.id, user=view.reader.user, rendering=old.rendering + 1,
            request=stand.request, standing=stand.standing,
        )  # fmt: skip
        rows = [[await self._linked(button, view) for button in row] for row in card.rows]
        async with store.begin() as tx:
            keyboard = await issue(tx, rows, bound=bound, now=now)
        message = await self._send(view, card, old, keyboard, stand)
        async with store.begin() as tx:
            current = await shown.load(tx, name, now=now)
            new = replace(current, message=message, rendering=old.rendering + 1, face=face, shown=old.wanted)
            await shown.keep(tx, name, new, live_until=stand.live_until)
        return message != old.message

    async def _linked(self, button: Button, view: Sheet) -> Button:
        """Give a page's button its address: the ticket travels in the fragment, which no server is told."""
        if not button.page:
            return button
        ticket = await self._core.ticket(view.reader.person.id)
        return replace(button, url=f"{self._core.public_url}/sign/{button.page}?desk=1#{ticket}")

    async def _send(self, view: Sheet, card: Card, old: Shown, keyboard: Keyboard, stand: _Stand) -> int:
        """Change the message; when there is none (any more), send one."""
        if old.message is not None and await self._outgoing.change(old.message, card.text, keyboard):
            return old.message
        key = f"{stand.name}:{old.rendering}" if stand.request == shown.LIST else stand.name
        return await self._outgoing.say(
            view.reader.user, card.text, key=key, keyboard=keyboard, reply_to=stand.reply_to
        )  # fmt: skip

    async def _journal_shown(self, view: View) -> None:
        await self._note_shown(view.request, view.reader.person.id)

    async def _note_shown(self, request: SigningRequest, person: PersonId) -> None:
        digests = [document.sha256 for document in request.documents]
        async with self._core.store.begin() as tx:
            await note(
                tx, Tag.REQUEST_SHOWN, subject=request.id, actor=SYSTEM, now=self._core.clock.now(), to=person,
                sha256=digests,
            )  # fmt: skip


def _origin(view: View) -> int | None:
    """Return the message that the requester sent here; the card answers it."""
    came_by = view.request.reply_to
    is_here = view.request.requester == view.reader.person.id and came_by.platform == PLATFORM
    origin = came_by.message_id or ""
    return int(origin) if is_here and origin.isdigit() else None


def _live_until(view: View, card: Card) -> datetime | None:
    """Until the request ends; after it, while a signer may still say “this was not me” in the first fright."""
    if not any(button.verb for row in card.rows for button in row):
        return None
    return view.now + FRIGHT if view.request.is_final else view.request.deadline


def _deserves_message(sight: views.Sight) -> bool:
    """A card that stands is always brought up to date; a new one is sent to whom it still concerns."""
    request, person = sight.view.request, sight.view.reader.person.id
    waits = request.signer == person and request.state is State.WAITING
    return sight.card.message is not None or request.requester == person or waits
