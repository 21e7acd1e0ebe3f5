"""Where a signed file goes besides the chat: a place outside that the requester chose, such as a deal of a portal.

The place is a destination that the activation record names (invariant 1): it may change only while no second step
is open and no code was entered.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from signing.audit import Tag
from signing.errors import NotAllowedNow, NotYourTurn
from signing.moves import keep
from signing.notices import refresh
from signing.people import PersonId
from signing.ports import Clock, Store, Transaction
from signing.request import RequestId, SigningRequest, State

SPACE = "filing"
"""Notes by request: the place that was chosen."""
OPEN = frozenset({State.DRAFT, State.WAITING, State.FROZEN})
"""While a request stands so, its place may change."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place outside; the platform alone knows what its name means."""

    platform: str
    name: str
    """Such as `deal:17`."""
    title: str
    """As people read it."""

    @property
    def channel(self) -> str:
        """The place as a delivery's channel."""
        return f"{self.platform}:{self.name}"


class Places(Protocol):
    """The places of one platform, seen with the rights of the person who looks, never with ours.

    Every method may raise `FilingUnavailable` (`away`, `not_linked`, `gone`).
    """

    async def is_open_to(self, person: PersonId) -> bool:
        """Tell whether we can look on behalf of the person."""

    async def way_in(self, person: PersonId, request: RequestId) -> str:
        """Return a link, good once and only for that person, behind which the person lets us look."""

    async def search(self, person: PersonId, words: str) -> tuple[Place, ...]:
        """Return the places that fit, the best first."""

    async def find(self, person: PersonId, name: str) -> Place:
        """Return the place of that name as it is now."""


class Filing:
    """Chooses the place of a request."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def file(self, request: RequestId, *, by: PersonId, place: Place) -> None:
        """Send the signed files to `place` too, and to no other place that was chosen before.

        Raises `NotYourTurn`, `NotAllowedNow` (`reason="second_step"` while the signer has the code in hand; also for
        a document that lies somewhere already and goes back there).
        Does not check whether `by` may see the place: `Places.find` has.
        """
        await self._change(request, by=by, place=place)

    async def take_out(self, request: RequestId, *, by: PersonId) -> None:
        """Send the signed files to no place but the chat. Raises as `file` does."""
        await self._change(request, by=by, place=None)

    async def _change(self, request: RequestId, *, by: PersonId, place: Place | None) -> None:
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.requester != by:
                raise NotYourTurn(reason="not_the_requester")
            if found.state not in OPEN or found.reply_to.keeps_file:
                raise NotAllowedNow(state=found.state.value, wanted="file")
            if place == await place_of(tx, request):
                return
            await _close_second_step(tx, found, now=now)
            await tx.notes.drop(space=SPACE, prefix=request)
            if place is not None:
                await tx.notes.put(space=SPACE, name=request, body=asdict(place))
            facts = {"place": place.channel if place else None}
            await keep(tx, found.touched(), tag=Tag.REQUEST_FILED, actor=by, now=now, facts=facts)
            await refresh(tx, request, by, found.signer if found.state is not State.DRAFT else None)


async def place_of(tx: Transaction, request: RequestId) -> Place | None:
    """Return where the signed files go besides the chat."""
    chosen = await tx.notes.all(space=SPACE, prefix=request)
    return Place(**chosen[0][1]) if chosen else None


async def _close_second_step(tx: Transaction, request: SigningRequest, *, now: datetime) -> None:
    """Refuse while somebody can confirm what was shown; void what is too old to be confirmed.

    A live step two is not voided: its code may be on the way to the module this moment, and would be spent in vain.
    """
    # Somebody who was asked before may still hold a record: the request can come back to that person.
    opened = [stored for person in await tx.people.all() for stored in await tx.records.open_for(person.id)]
    for stored in opened:
        if all(entry.request != request.id for entry in stored.record.entries):
            continue
        if stored.record.expires_at > now:
            raise NotAllowedNow(reason="second_step", state=request.state.value, wanted="file")
        await tx.records.move(stored.record.nonce, to="dropped")
