"""From rows to views: one short reading transaction gathers everything that a card may need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.platforms.bitrix24.chat import shown
from bot.platforms.bitrix24.chat.cards import Sheet, View
from bot.platforms.bitrix24.chat.core import ChatCore, Reader, reader_of
from bot.platforms.bitrix24.chat.lines import LINES
from bot.platforms.bitrix24.chat.list_card import PROGRESS, Choice, ListView
from bot.platforms.bitrix24.chat.second_step import MODES
from bot.platforms.bitrix24.chat.shown import Mode, Shown
from signing.approval import delegation, route
from signing.approval.progress import offered, progress_of
from signing.errors import NotFound, SigningError
from signing.filing import place_of
from signing.people import PersonId
from signing.ports import StoredRecord, Transaction
from signing.request import RequestId, SigningRequest
from signing.second_step import covered

SheetT = TypeVar("SheetT", bound=Sheet)

CHOICES = "bitrix24-list"
"""Notes by person: what is unticked on the list card, and its page."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A view with the card it is for."""

    view: View
    card: Shown


async def of_request(core: ChatCore, request: RequestId, person: PersonId) -> Sight | None:
    """Gather the card of one request for one person; None when the person is not of the portal."""
    now = core.clock.now()
    async with core.store.read() as tx:
        reader = await reader_of(tx, person, core)
        if reader is None:
            return None
        found = await tx.requests.get(request)
        card = await shown.load(tx, shown.name_of(request, person), now=now)
        view = await _view(tx, core, found, reader, mode=card.mode)
    if view.record is not None:
        view = await _with_keys(core, view)
    return Sight(view=view, card=card)


async def of_list(core: ChatCore, person: PersonId) -> ListView | None:
    """Gather the list card of one person; None when the person is not of the portal or never asked for one."""
    now, name = core.clock.now(), shown.list_of(person)
    async with core.store.read() as tx:
        reader, card = await reader_of(tx, person, core), await shown.load(tx, name, now=now)
        if reader is None or not card.wanted:
            return None
        record = await _record(tx, card.mode, person, now=now, is_list=True)
        is_over = record is not None and record.state == "confirmed"  # also by a code that the secure page took
        mode = replace(card.mode, name=PROGRESS) if is_over else card.mode
        numbers = covered(record.record) if record else ()
        view = ListView(
            reader=reader, people={one.id: one for one in await tx.people.all()}, policy=core.policy, now=now,
            mode=mode, record=record, public_url=core.public_url, waiting=await tx.requests.waiting_for(person),
            covered=[await tx.requests.get(number) for number in numbers],
            choice=await choice_of(tx, person, now=now),
        )  # fmt: skip
    return await _with_keys(core, view) if view.record is not None else view


async def choice_of(tx: Transaction, person: PersonId, *, now: datetime) -> Choice:
    """Return what somebody chose on the list card."""
    body = await tx.notes.get(space=CHOICES, name=person, now=now)
    return Choice(unticked=frozenset(body["unticked"]), offset=int(body["offset"])) if body else Choice()


async def keep_choice(tx: Transaction, person: PersonId, choice: Choice) -> None:
    """Remember it."""
    body = {"unticked": sorted(choice.unticked), "offset": choice.offset}
    await tx.notes.put(space=CHOICES, name=person, body=body)


async def _with_keys(core: ChatCore, view: SheetT) -> SheetT:
    """Add the reader's keys for the second step; a module that is away leaves them out."""
    try:
        return replace(view, keys=await core.activation.keys(view.reader.person.id))
    except SigningError:
        return view


async def _view(tx: Transaction, core: ChatCore, request: SigningRequest, reader: Reader, *, mode: Mode) -> View:
    now = core.clock.now()
    people = {person.id: person for person in await tx.people.all()}
    recent = await tx.requests.recent_signers(request.requester, limit=5)
    requester = people[request.requester]
    offer = offered(request, requester, core.policy)
    choices = route.choices(requester, people.values(), recent=recent, policy=core.policy)
    away = {absence.person: absence for absence in await tx.absences.all() if absence.is_on(now)}
    present = [person for person in people.values() if person.id not in away]
    return View(
        reader=reader, people=people, policy=core.policy, now=now, request=request, mode=mode,
        record=await _record(tx, mode, reader.person.id, now=now), public_url=core.public_url,
        choices=() if request.is_final or not offer.is_free else choices,
        deputies=delegation.deputies(reader.person, present, requester=requester, policy=core.policy), away=away,
        signatures=await tx.signatures.of(request.lead) if request.is_final else (), offered=offer.routes,
        wants_amount=offer.wants_amount, takes_amount=offer.takes_amount,
        along=await progress_of(tx, request), place=await place_of(tx, request.lead),
        customer=await _customer(tx, request, now=now),
    )  # fmt: skip


async def _customer(tx: Transaction, request: SigningRequest, *, now: datetime) -> str:
    line = await tx.notes.get(space=LINES, name=request.id, now=now)
    return "" if line is None else "has_it" if line["is_sent"] else "waits"


async def _record(
    tx: Transaction, mode: Mode, person: PersonId, *, now: datetime, is_list: bool = False
) -> StoredRecord | None:
    """Return the record in front of the signer while it may be confirmed; of a list also what it has covered."""
    if mode.name not in (*MODES, PROGRESS):
        return None
    try:
        stored = await tx.records.get(mode.argument)
    except NotFound:
        return None
    is_open = stored.state == "open" and stored.record.expires_at > now
    counts = is_open or (is_list and stored.state == "confirmed")
    return stored if counts and stored.record.signer == person else None
