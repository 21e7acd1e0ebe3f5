"""What was promised to whom, with receipts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.sqlite import insert

from signing.errors import NotFound
from signing.ports import Delivery
from signing.request import RequestId
from storage.connection import Connection
from storage.tables import delivery as table


class SqlDeliveries:
    """Fills `signing.ports.Deliveries`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def promise(self, delivery: Delivery) -> None:
        """Remember a delivery; one that was promised before stays as it is."""
        await self._connection.execute(insert(table).values(**vars(delivery)).on_conflict_do_nothing())

    async def get(self, request: RequestId, channel: str) -> Delivery:
        """Return it or raise `NotFound`."""
        query = select(table).where(table.c.request == request, table.c.channel == channel)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(what="delivery")
        return _delivery(row)

    async def move(self, request: RequestId, channel: str, *, to: str, receipt: dict[str, Any] | None = None) -> None:
        """Set the state, and the receipt when one is given; raise `NotFound` when nothing was promised."""
        values: dict[str, Any] = {"state": to} if receipt is None else {"state": to, "receipt": receipt}
        promised = (table.c.request == request, table.c.channel == channel)
        if (await self._connection.execute(update(table).where(*promised).values(**values))).rowcount != 1:
            raise NotFound(what="delivery")

    async def of(self, request: RequestId) -> tuple[Delivery, ...]:
        """Return a request's deliveries by channel."""
        query = select(table).where(table.c.request == request).order_by(table.c.channel)
        return tuple(_delivery(row) for row in await self._connection.execute(query))

    async def failed_to(self, channel: str) -> tuple[Delivery, ...]:
        """Return what could not be brought to `channel`, by request."""
        failed = (table.c.channel == channel, table.c.state == "failed")
        query = select(table).where(*failed).order_by(table.c.request)
        return tuple(_delivery(row) for row in await self._connection.execute(query))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**row._asdict())
