"""Deliveries: promised once, with a receipt, found again by their place when they failed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.errors import NotFound
from signing.ports import Clock, Delivery, Store
from signing.request import new_request_id
from tests.ports.test_store_requests import a_request, stored


async def test_a_delivery_is_promised_once_and_keeps_its_receipt(store: Store, clock: Clock) -> None:
    request = a_request(clock)
    await stored(store, request)
    promised = Delivery(request=request.id, channel="telegram:1001", state="promised")
    async with store.begin() as tx:
        await tx.deliveries.promise(promised)
        await tx.deliveries.move(request.id, "telegram:1001", to="delivered", receipt={"message": 7})
        await tx.deliveries.promise(promised)
    async with store.read() as tx:
        delivered = replace(promised, state="delivered", receipt={"message": 7})
        assert await tx.deliveries.get(request.id, "telegram:1001") == delivered
        assert await tx.deliveries.of(request.id) == (delivered,)
    async with store.begin() as tx:
        await tx.deliveries.move(request.id, "telegram:1001", to="failed")
        assert (await tx.deliveries.get(request.id, "telegram:1001")).receipt == {"message": 7}


async def test_a_delivery_nobody_promised_cannot_move(store: Store) -> None:
    with pytest.raises(NotFound):
        async with store.begin() as tx:
            await tx.deliveries.move(new_request_id(), "telegram:1001", to="delivered")


async def test_what_failed_for_one_place_is_found_by_the_place(store: Store, clock: Clock) -> None:
    requests = [a_request(clock), a_request(clock)]
    await stored(store, *requests)
    async with store.begin() as tx:
        for request in requests:
            for channel in ("telegram:1001", "telegram:1002"):
                await tx.deliveries.promise(Delivery(request=request.id, channel=channel, state="promised"))
        await tx.deliveries.move(requests[0].id, "telegram:1001", to="failed", receipt={"0": 7, "reason": "blocked"})
        await tx.deliveries.move(requests[1].id, "telegram:1001", to="delivered")
    async with store.read() as tx:
        (failed,) = await tx.deliveries.failed_to("telegram:1001")
        assert (failed.request, failed.receipt) == (requests[0].id, {"0": 7, "reason": "blocked"})
        assert await tx.deliveries.failed_to("telegram:1002") == ()
