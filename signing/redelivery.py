"""Signed files that could not be brought to somebody: they come when that person is back, or on an admin's word.

Promises are rows and jobs of one transaction: however often a return is told, each file is promised once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from signing.audit import Tag
from signing.errors import NotAllowedNow, NotFound
from signing.moves import SYSTEM, note
from signing.notices import Kind, Notice, refresh, tell, tell_administrators
from signing.people import Account, PersonId
from signing.ports import Clock, Delivery, Job, Store, Transaction
from signing.request import RequestId, State
from signing.second_step import destinations

COPY = "copy:"
WHY = "reason"
"""In the receipt of a failed delivery: why it failed."""
CLOSED = "blocked"
"""That reason when the chat was closed to us."""
_ON_ITS_WAY = ("promised", "sending")


async def give_up(
    tx: Transaction, request: RequestId, channel: str, *, why: str, sent: dict[str, Any], now: datetime
) -> None:
    """A delivery ends unmade: remember why, and what was sent all the same, so that later only the rest is sent."""
    await tx.deliveries.move(request, channel, to="failed", receipt={**sent, WHY: why})
    await note(tx, Tag.DELIVERY_FAILED, subject=request, actor=SYSTEM, now=now, channel=channel, reason=why)
    await tell_administrators(tx, Notice.DELIVERY_FAILED, request=request, reason=why)


class Redelivery:
    """What failed is promised again; what was received is repeated only on an administrator's word."""

    def __init__(self, *, store: Store, clock: Clock, copies: tuple[str, ...] = ()) -> None:
        """`copies` are the places that the policy sends copies to, whoever signs."""
        self._store = store
        self._clock = clock
        self._copies = copies

    async def heard(self, person: PersonId, *, chat: str) -> None:
        """Somebody wrote or pressed in a private chat (`telegram:1001`): a chat that was closed is open again.

        Files that failed for another reason stay: to try them with every message would help nobody.
        """
        async with self._store.read() as tx:
            is_closed = any(_closed(failed) for failed in await self._failed(tx, person, chat))
        if is_closed:
            async with self._store.begin() as tx:
                failed = await self._failed(tx, person, chat)
                await self._renew(tx, [one for one in failed if _closed(one)], person)

    async def returned(self, person: PersonId, *, chat: str) -> None:
        """Somebody opened the chat with us again: all that failed is promised, and so is the card of what waits."""
        async with self._store.begin() as tx:
            await self._renew(tx, await self._failed(tx, person, chat), person)
            for request in await tx.requests.waiting_for(person):
                await refresh(tx, request.id, person)

    async def resend(self, request: RequestId, *, by: str) -> tuple[str, ...]:
        """Send a request's signed files to its requester once more, where that person is reached today.

        Returns the channels. What is on its way already is not doubled. Does not check who `by` is.
        Raises `NotAllowedNow` before the request is signed, `NotFound(reason="no_chat")` without a private chat.
        """
        async with self._store.begin() as tx:
            found = await tx.requests.get(request)
            if found.state is not State.SIGNED:
                raise NotAllowedNow(reason="not_signed", state=found.state.value, wanted="resend")
            accounts = await tx.people.accounts_of(found.requester)
            channels = tuple(to for to in await destinations(tx, found) if _is_present(to, accounts))
            if not channels:
                raise NotFound(what="chat", reason="no_chat")
            promised = {delivery.channel: delivery.state for delivery in await tx.deliveries.of(request)}
            for channel in channels:
                if promised.get(channel) not in _ON_ITS_WAY:
                    await tx.deliveries.promise(Delivery(request=request, channel=channel, state="promised"))
                    await tx.deliveries.move(request, channel, to="promised", receipt={})
                    await self._promise(tx, request, channel, actor=by)
        return channels

    async def _failed(self, tx: Transaction, person: PersonId, chat: str) -> list[Delivery]:
        """Return what failed there and is this person's: a chat may have been somebody else's before."""
        failed = [*await tx.deliveries.failed_to(chat), *await tx.deliveries.failed_to(f"{COPY}{chat}")]
        return [one for one in failed if await self._is_for(tx, person, one, chat)]

    async def _is_for(self, tx: Transaction, person: PersonId, failed: Delivery, chat: str) -> bool:
        request = await tx.requests.get(failed.request)
        if not failed.channel.startswith(COPY):
            return request.requester == person
        signers = {signature.signer for signature in await tx.signatures.of(request.id)}
        return person in signers or chat in self._copies

    async def _renew(self, tx: Transaction, failed: list[Delivery], person: PersonId) -> None:
        for one in failed:
            await tx.deliveries.move(one.request, one.channel, to="promised")
            await self._promise(tx, one.request, one.channel, actor=person)
        if failed:
            await tell(tx, person, Notice.FILES_WAITED)

    async def _promise(self, tx: Transaction, request: RequestId, channel: str, *, actor: str) -> None:
        facts = {"request": request, "channel": channel}
        await tx.jobs.add(Job(kind=Kind.DELIVER, subject=f"{request}|{channel}", facts=facts))
        now = self._clock.now()
        await note(tx, Tag.DELIVERY_RENEWED, subject=request, actor=actor, now=now, channel=channel)


def _is_present(channel: str, accounts: tuple[Account, ...]) -> bool:
    """Tell whether a channel is a chat of one of the accounts; `portal-chat:27` is a dialog of `portal:27`."""
    platform, _, chat = channel.partition(":")
    return any((platform.partition("-")[0], chat) == (one.platform, one.chat_id) for one in accounts)


def _closed(failed: Delivery) -> bool:
    return failed.receipt.get(WHY) == CLOSED
