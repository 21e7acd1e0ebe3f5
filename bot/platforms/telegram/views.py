"""From rows to views: one short reading transaction gathers everything that a card may need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.platforms.telegram import along, attaching, second_step_card, shown
from bot.platforms.telegram.cards import Sheet, View
from bot.platforms.telegram.core import Core, Reader, reader_of
from bot.platforms.telegram.list_card import Choice, ListView
from bot.platforms.telegram.shown import Mode, Shown
from bot.platforms.telegram.veil import veiled
from signing.approval import delegation, route, showing
from signing.errors import NotFound, SigningError
from signing.filing import place_of
from signing.people import Person, PersonId
from signing.ports import KeyFacts, StoredRecord, Transaction
from signing.request import RequestId, SigningRequest
from signing.second_step import covered

S = TypeVar("S", bound=Sheet)

CHOICES = "list"
"""Notes by person: what is unticked on the list card, and which page is open."""
_WITH_RECORD = (*second_step_card.MODES, "progress")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A view with the card it is for."""

    view: View
    card: Shown
    waiting: int = 0
    """How many requests wait for the reader."""
    has_list: bool = False


async def of_request(core: Core, request: RequestId, person: PersonId) -> Sight | None:
    """Gather the card of one request for one person; None when the person has no account here."""
    now = core.clock.now()
    async with core.store.read() as tx:
        reader = await reader_of(tx, person, core)
        if reader is None:
            return None
        found = await tx.requests.get(request)
        card = await shown.load(tx, shown.name_of(request, person), now=now)
        sheet = await _sheet(tx, core, reader, mode=card.mode, now=now)
        view = await _view(tx, core, found, replace(sheet, shows=showing.of_request(found, core.policy)))
        view = await attaching.with_places(tx, core, view)
        view = await along.with_route(tx, core, view, found)
        waiting = len(await tx.requests.waiting_for(person)) if found.signer == person else 0
        a_list = await shown.load(tx, shown.list_of(person), now=now)
    view = await attaching.with_link(core, await with_keys(core, view))
    return Sight(view=view, card=card, waiting=waiting, has_list=a_list.message is not None)


async def of_list(core: Core, person: PersonId) -> ListView | None:
    """Gather a signer's list card; None when there is nothing to show and nothing was shown."""
    now = core.clock.now()
    async with core.store.read() as tx:
        reader = await reader_of(tx, person, core)
        card = await shown.load(tx, shown.list_of(person), now=now)
        waiting = await tx.requests.waiting_for(person)
        if reader is None or not (waiting or card.message):
            return None
        sheet = await _sheet(tx, core, reader, mode=card.mode, now=now)
        held = [await tx.requests.get(request) for request in covered(sheet.record.record)] if sheet.record else []
        places = {request.id: place for request in held if (place := await place_of(tx, request.lead))}
        choice = await choice_of(tx, person, now=now)
    view = await with_keys(core, replace(sheet, shows=showing.of_all(held, core.policy)))
    shown_held, shown_waiting = (
        [veiled(request, policy=core.policy, language=reader.language) for request in some] for some in (held, waiting)
    )
    return ListView(view=view, waiting=shown_waiting, covered=shown_held, places=places, choice=choice)


async def choice_of(tx: Transaction, person: PersonId, *, now: datetime) -> Choice:
    """Return what the signer ticked on the list card."""
    body = await tx.notes.get(space=CHOICES, name=person, now=now) or {}
    return Choice(unticked=frozenset(body.get("unticked", ())), offset=int(body.get("offset", 0)))


async def with_keys(core: Core, view: S) -> S:
    """Add the reader's keys when the second step needs them; a module that is away leaves them out."""
    if view.mode.name not in second_step_card.MODES or view.record is None:
        return view
    try:
        keys: tuple[KeyFacts, ...] = await core.activation.keys(view.reader.person.id)
    except SigningError:
        keys = ()
    return replace(view, keys=keys)


async def _sheet(tx: Transaction, core: Core, reader: Reader, *, mode: Mode, now: datetime) -> Sheet:
    return Sheet(
        reader=reader, people={person.id: person for person in await tx.people.all()}, policy=core.policy, now=now,
        mode=mode, record=await _record(tx, mode, reader.person.id, now=now), public_url=core.public_url,
        away={absence.person: absence for absence in await tx.absences.all() if absence.is_on(now)},
    )  # fmt: skip


async def _view(tx: Transaction, core: Core, request: SigningRequest, sheet: Sheet) -> View:
    people, person = sheet.people, sheet.reader.person
    present = [one for one in people.values() if one.id not in sheet.away]
    return View(
        **vars(sheet), request=veiled(request, policy=core.policy, language=sheet.reader.language),
        choices=await _choices(tx, core, request, people),
        deputies=delegation.deputies(person, present, requester=people[request.requester], policy=core.policy),
        signatures=await tx.signatures.of(request.lead) if request.is_final else (),
    )  # fmt: skip


async def _choices(
    tx: Transaction, core: Core, request: SigningRequest, people: Mapping[PersonId, Person]
) -> tuple[Person, ...]:
    if request.is_final:
        return ()
    recent = await tx.requests.recent_signers(request.requester, limit=5)
    return route.choices(people[request.requester], people.values(), recent=recent, policy=core.policy)


async def _record(tx: Transaction, mode: Mode, person: PersonId, *, now: datetime) -> StoredRecord | None:
    """Return the record in front of the signer while it may be confirmed, and after that for its progress."""
    if mode.name not in _WITH_RECORD or not mode.argument:
        return None
    try:
        stored = await tx.records.get(mode.argument)
    except NotFound:
        return None
    if stored.record.signer != person:
        return None
    is_open = stored.state == "open" and stored.record.expires_at > now
    return stored if is_open or stored.state == "confirmed" else None
