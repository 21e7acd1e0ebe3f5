"""What arrived, kept before it is acknowledged: deduplicated, sealed, fed on in order, wiped when handled."""

from __future__ import annotations

import logging
from asyncio import Event
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import bindparam, delete, func, literal_column, null, select, update
from sqlalchemy.dialects.sqlite import insert

from signing.errors import WorkerFailed
from signing.ports import Clock
from storage.database import Database
from storage.pump import BEGINNINGS, Pump, pause_after, shown
from storage.tables import inbox as table

log = logging.getLogger(__name__)

WAITING, HANDLED, DEAD = "waiting", "handled", "dead"
ATTEMPTS = 5
LIMIT = 16
"""Order keys fed at once."""

_ADD = insert(table).values(state=WAITING, attempts=0, begun=0, error="").on_conflict_do_nothing().returning(table.c.id)
# Only the oldest waiting event of an order key may be fed, and none of a key that is being fed.
_FIRST = select(table.c.id, table.c.due).where(
    table.c.id.in_(
        select(func.min(table.c.id))
        .where(
            table.c.state == literal_column("'waiting'"), table.c.order_key.not_in(bindparam("busy", expanding=True))
        )
        .group_by(table.c.order_key)
    )
)
_DUE = _FIRST.where(table.c.due <= bindparam("now")).order_by(table.c.id).limit(bindparam("places"))
_NEXT = _FIRST.with_only_columns(func.min(table.c.due))
_BEGIN = (
    update(table)
    .where(table.c.id.in_(bindparam("chosen", expanding=True)))
    .values(begun=table.c.begun + 1)
    .returning(*table.c)
)
_HANDLED = update(table).where(table.c.id == bindparam("event")).values(state=HANDLED, body=null())


class Sealing(Protocol):
    """Seals bytes at rest, bound to the row they lie in (`storage.sealed.Sealer`)."""

    def seal(self, secret: bytes, *, table: str, row: str) -> bytes:
        """Return the bytes sealed for this row."""

    def open(self, sealed: bytes, *, table: str, row: str) -> bytes:
        """Return what was sealed for this row; raise when it was changed or moved."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One event from outside."""

    source: str
    """Such as `telegram`."""
    external_id: str
    """The outside system's own id of the event; with the source it is never handled twice."""
    order_key: str
    """Events with one key are handled one after the other, as they arrived; such as a chat."""
    body: bytes


Feed = Callable[[Arrival], Awaitable[None]]
Burial = Callable[[Arrival, Exception], Awaitable[None]]


async def only_log(arrival: Arrival, error: Exception) -> None:
    """Do nothing more about a dead letter than the inbox's own log line."""


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How far the feeding is behind what arrived."""

    waiting: int
    oldest: datetime | None
    """When the oldest of what waits arrived."""
    dead: int
    """Events given up."""


class Inbox:
    """Keeps events and feeds them on. Feeding needs a `Database` that was opened `exclusive`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sealer: Sealing,
        *,
        on_dead: Burial = only_log,
        shortest: timedelta = timedelta(seconds=1),
    ) -> None:
        self._database = database
        self._clock = clock
        self._sealer = sealer
        self._on_dead = on_dead
        self._shortest = shortest
        self._pump = Pump(clock, database.arrived)
        self._feed: Feed | None = None

    async def arrived(self, *arrivals: Arrival) -> int:
        """Keep events in one commit and return how many were new; acknowledge them only afterwards."""
        now = self._clock.now()
        new = 0
        async with self._database.write() as connection:
            for arrival in arrivals:
                row = {
                    "source": arrival.source,
                    "external_id": arrival.external_id,
                    "order_key": arrival.order_key,
                    "body": self._sealer.seal(
                        arrival.body, table=table.name, row=_place(arrival.source, arrival.external_id)
                    ),
                    "arrived_at": now,
                    "due": now,
                }
                new += (await connection.execute(_ADD, row)).one_or_none() is not None
        if new:
            self._database.arrived.set()
        return new

    async def run(self, feed: Feed, *, stop: Event, grace: timedelta = timedelta(seconds=10)) -> None:
        """Feed events on until `stop` is set; events under way then get `grace` to end, the rest stay.

        An event is fed until `feed` returns, at most `ATTEMPTS` times; then it is a dead letter, its body is kept
        and the next one of its order key follows. `feed` must be idempotent: a crash repeats an event.
        """
        self._feed = feed
        await self._pump.run(self._start_due, self._next_due, stop=stop, grace=grace)

    async def dead(self) -> tuple[Arrival, ...]:
        """Return the dead letters, oldest first."""
        query = select(table).where(table.c.state == DEAD).order_by(table.c.id)
        async with self._database.read() as connection:
            return tuple(self._arrival(row) for row in await connection.execute(query))

    async def lag(self) -> Lag:
        """Return how far the feeding is behind."""
        waiting = table.c.state == WAITING
        query = select(func.count(), func.min(table.c.arrived_at)).where(waiting)
        dead = select(func.count()).where(table.c.state == DEAD)
        async with self._database.read() as connection:
            count, oldest = (await connection.execute(query)).one()
            return Lag(waiting=count, oldest=oldest, dead=(await connection.execute(dead)).scalar_one())

    async def revive(self, arrival: Arrival) -> None:
        """Feed a dead letter once more, from its first attempt."""
        named = (table.c.source == arrival.source, table.c.external_id == arrival.external_id, table.c.state == DEAD)
        values = {"state": WAITING, "attempts": 0, "begun": 0, "due": self._clock.now()}
        async with self._database.write() as connection:
            await connection.execute(update(table).where(*named).values(values))
        self._database.arrived.set()

    async def forget_handled(self, *, before: datetime) -> None:
        """Delete handled events; `before` must lie further back than the outside system repeats itself."""
        old = (table.c.state == HANDLED, table.c.arrived_at < before)
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(*old))

    async def _start_due(self) -> bool:
        places = LIMIT - self._pump.occupied().total()
        if places <= 0:
            return False
        wanted = {"busy": list(self._pump.occupied()), "now": self._clock.now(), "places": places}
        async with self._database.read() as connection:
            chosen = list((await connection.execute(_DUE, wanted)).scalars())
        for row in await self._begin(chosen):
            self._pump.start(self._attend(row), place=row.order_key)
        return bool(chosen)

    async def _next_due(self) -> datetime | None:
        if self._pump.occupied().total() >= LIMIT:
            return None
        async with self._database.read() as connection:
            due: datetime | None = (await connection.execute(_NEXT, {"busy": list(self._pump.occupied())})).scalar_one()
        return due

    async def _begin(self, chosen: list[int]) -> list[Any]:
        if not chosen:
            return []
        # Counted before it is fed: an event that kills the process again and again comes to an end as well.
        async with self._database.write() as connection:
            return list((await connection.execute(_BEGIN, {"chosen": chosen})).all())

    async def _attend(self, row: Any) -> None:
        if self._feed is None:
            raise RuntimeError("attended before run")
        try:
            arrival = self._arrival(row)
            if row.begun > BEGINNINGS:
                raise WorkerFailed(reason="abandoned")
            await self._feed(arrival)
        except Exception as error:  # whatever the feed raises is the event's outcome
            ended = update(table).where(table.c.id == bindparam("event")).values(await self._after(row, error))
        else:
            ended = _HANDLED
        async with self._database.write() as connection:
            await connection.execute(ended, {"event": row.id})

    async def _after(self, row: Any, error: Exception) -> dict[str, Any]:
        attempt = row.attempts + 1
        log.warning("event %s %s, attempt %d: %s", row.source, row.external_id, attempt, shown(error))
        values = {"begun": 0, "error": shown(error)}
        wait = getattr(error, "retry_after_s", None)
        if wait is not None:
            return {**values, "due": self._clock.now() + timedelta(seconds=float(wait))}
        if attempt >= ATTEMPTS or row.begun > BEGINNINGS:
            await self._bury(row, error)
            return {**values, "attempts": attempt, "state": DEAD}
        pause = pause_after(attempt, shortest=self._shortest, longest=timedelta(minutes=1))
        return {**values, "attempts": attempt, "due": self._clock.now() + pause}

    async def _bury(self, row: Any, error: Exception) -> None:
        log.error("event %s %s is a dead letter", row.source, row.external_id)
        try:
            await self._on_dead(self._arrival(row), error)
        except Exception as second:  # the chat must go on: the letter itself stays and doctor shows it
            log.error("dead letter %s %s could not be told: %s", row.source, row.external_id, shown(second))

    def _arrival(self, row: Any) -> Arrival:
        body = self._sealer.open(row.body, table=table.name, row=_place(row.source, row.external_id))
        return Arrival(source=row.source, external_id=row.external_id, order_key=row.order_key, body=body)


def _place(source: str, external_id: str) -> str:
    return f"{source}|{external_id}"
