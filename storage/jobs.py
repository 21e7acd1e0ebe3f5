"""The embedded queue: what is promised but not yet done, kept in rows and run by one process.

One row is one (kind, subject), so a subject's jobs of one kind never run twice at once. Promising again moves the
row's generation: a waiting job is replaced, a running one runs again afterwards, a failed one comes back to life.
"""

from __future__ import annotations

import logging
import secrets
from asyncio import Event
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Update, bindparam, delete, func, null, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from signing.errors import WorkerFailed
from signing.ports import Clock, Job
from storage.connection import Connection
from storage.database import Database
from storage.pump import BEGINNINGS, Pump, pause_after, shown
from storage.tables import job as table

log = logging.getLogger(__name__)

Handler = Callable[[Job], Awaitable[None]]
Burial = Callable[[Job, Exception], Awaitable[None]]

LIMIT = 4
"""Jobs of one kind at once: what a crash may repeat is never more than what was under way."""
ATTEMPTS = 12
"""Some fifty minutes of trying."""
_BATCH = 64
_WAITING = (table.c.owner.is_(None), table.c.failed_at.is_(None))
_NEW = insert(table).values(generation=1, attempts=0, begun=0, owner=None, failed_at=None, error="")
_ADD = _NEW.on_conflict_do_update(
    index_elements=["kind", "subject"],
    set_={
        "facts": _NEW.excluded.facts,
        "due": _NEW.excluded.due,
        "generation": table.c.generation + 1,
        "attempts": 0,
        "begun": 0,
        "failed_at": None,
        "error": "",
    },
)
_DUE = (
    select(table.c.kind, table.c.subject)
    .where(table.c.kind.in_(bindparam("kinds", expanding=True)), *_WAITING, table.c.due <= bindparam("now"))
    .order_by(table.c.due)
    .limit(_BATCH)
)
_NEXT = select(func.min(table.c.due)).where(table.c.kind.in_(bindparam("kinds", expanding=True)), *_WAITING)
_LEASE = (
    update(table)
    .where(tuple_(table.c.kind, table.c.subject).in_(bindparam("chosen", expanding=True)), *_WAITING)
    .values(owner=bindparam("me"), begun=table.c.begun + 1)
    .returning(*table.c)
)
_HELD = (table.c.kind == bindparam("k"), table.c.subject == bindparam("s"), table.c.owner == bindparam("me"))
_IS_SAME = table.c.generation == bindparam("g")
_DONE = delete(table).where(*_HELD, _IS_SAME)
_RELEASE = update(table).where(*_HELD).values(owner=null())


class SqlJobs:
    """Fills `signing.ports.Jobs`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.promised = False
        """Whether this transaction promised anything."""
        self._connection = connection
        self._clock = clock

    async def add(self, job: Job) -> None:
        """Promise a job; the newest promise of a (kind, subject) counts."""
        due = job.due or self._clock.now()
        await self._connection.execute(_ADD, {"kind": job.kind, "subject": job.subject, "facts": job.facts, "due": due})
        self.promised = True

    async def clear(self) -> None:
        """Forget every job; `workflow.reconcile` promises them anew from the rows of requests and deliveries."""
        await self._connection.execute(delete(table))

    async def waiting(self) -> tuple[Job, ...]:
        """Return what is promised and not dead, the next due first."""
        query = select(table).where(table.c.failed_at.is_(None)).order_by(table.c.due, table.c.kind, table.c.subject)
        return tuple(_job(row) for row in await self._connection.execute(query))

    async def failed(self) -> tuple[tuple[Job, str], ...]:
        """Return the dead jobs, each with its last error, oldest first."""
        query = select(table).where(table.c.failed_at.is_not(None)).order_by(table.c.failed_at)
        return tuple((_job(row), row.error) for row in await self._connection.execute(query))


@dataclass(frozen=True, kw_only=True)
class _Lease:
    """A job that this queue runs now; its end is fenced by the owner and the generation."""

    job: Job
    generation: int
    attempt: int
    """1 for the first try."""
    begun: int
    """1 unless the process died under it."""


async def only_log(job: Job, error: Exception) -> None:
    """Do nothing more about a dead job than the queue's own log line."""


class JobQueue:
    """Runs what is due. Needs a `Database` that was opened `exclusive`: its start voids every lease."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        attempts: Mapping[str, int] | None = None,
        limits: Mapping[str, int] | None = None,
        on_dead: Burial = only_log,
        shortest: timedelta = timedelta(seconds=2),
        longest: timedelta = timedelta(minutes=10),
    ) -> None:
        self._database = database
        self._clock = clock
        self._attempts = attempts or {}
        self._limits = limits or {}
        self._on_dead = on_dead
        self._shortest, self._longest = shortest, longest
        self._owner = secrets.token_hex(16)
        self._pump = Pump(clock, database.promised)
        self._handlers: Mapping[str, Handler] = {}

    async def run(
        self, handlers: Mapping[str, Handler], *, stop: Event, grace: timedelta = timedelta(seconds=10)
    ) -> None:
        """Run what is due until `stop` is set; jobs under way then get `grace` to end, the rest stay promised.

        A handler may be called again for the same job: it checks the state first. An error that carries
        `retry_after_s` says when to come back and is no attempt; any other waits by exponential back-off, and
        after the kind's attempts the job is dead: `on_dead` is told (at least once) and the row stays.
        """
        self._handlers = handlers
        async with self._database.write() as connection:
            await connection.execute(update(table).where(table.c.owner.is_not(None)).values(owner=None))
        try:
            await self._pump.run(self._start_due, self._next_due, stop=stop, grace=grace)
        finally:
            await self._release_mine()

    async def _start_due(self) -> bool:
        places = self._free_places()
        async with self._database.read() as connection:
            rows = (await connection.execute(_DUE, {"kinds": list(places), "now": self._clock.now()})).all()
        chosen = []
        for kind, subject in rows:
            if places[kind] > 0:
                places[kind] -= 1
                chosen.append((kind, subject))
        for lease in await self._lease(chosen):
            self._pump.start(self._attend(lease), place=lease.job.kind)
        return bool(chosen)

    async def _next_due(self) -> datetime | None:
        async with self._database.read() as connection:
            due: datetime | None = (await connection.execute(_NEXT, {"kinds": list(self._free_places())})).scalar_one()
        return due

    def _free_places(self) -> dict[str, int]:
        busy = self._pump.occupied()
        free = {kind: self._limits.get(kind, LIMIT) - busy[kind] for kind in self._handlers}
        return {kind: places for kind, places in free.items() if places > 0}

    async def _lease(self, chosen: list[tuple[str, str]]) -> list[_Lease]:
        if not chosen:
            return []
        # Counted before it runs: a job that kills the process again and again comes to an end as well.
        async with self._database.write() as connection:
            rows = (await connection.execute(_LEASE, {"chosen": chosen, "me": self._owner})).all()
        return [
            _Lease(job=_job(row), generation=row.generation, attempt=row.attempts + 1, begun=row.begun) for row in rows
        ]

    async def _attend(self, lease: _Lease) -> None:
        try:
            if lease.begun > BEGINNINGS:
                raise WorkerFailed(reason="abandoned")
            await self._handlers[lease.job.kind](lease.job)
        except Exception as error:  # whatever a handler raises is the job's outcome
            ending = update(table).where(*_HELD, _IS_SAME).values(await self._after(lease, error))
            await self._end(lease, ending)
        else:
            await self._end(lease, _DONE)

    def _is_last(self, lease: _Lease) -> bool:
        return lease.attempt >= self._attempts.get(lease.job.kind, ATTEMPTS) or lease.begun > BEGINNINGS

    async def _end(self, lease: _Lease, ending: Delete | Update) -> None:
        held = {"k": lease.job.kind, "s": lease.job.subject, "me": self._owner}
        async with self._database.write() as connection:
            ended = await connection.execute(ending, {**held, "g": lease.generation})
            if ended.rowcount == 0:
                # Promised again meanwhile: the new facts and due time stand, and it runs again.
                await connection.execute(_RELEASE, held)

    async def _after(self, lease: _Lease, error: Exception) -> dict[str, Any]:
        wait = getattr(error, "retry_after_s", None)
        log.warning("job %s %s, attempt %d: %s", lease.job.kind, lease.job.subject, lease.attempt, shown(error))
        row: dict[str, Any] = {"owner": None, "begun": 0, "error": shown(error)}
        if wait is not None:
            return {**row, "due": self._clock.now() + timedelta(seconds=float(wait))}
        row["attempts"] = lease.attempt
        if self._is_last(lease) and await self._bury(lease.job, error):
            return {**row, "failed_at": self._clock.now()}
        pause = pause_after(lease.attempt, shortest=self._shortest, longest=self._longest)
        return {**row, "due": self._clock.now() + pause}

    async def _bury(self, job: Job, error: Exception) -> bool:
        log.error("job %s %s is dead", job.kind, job.subject)
        try:
            await self._on_dead(job, error)
        except Exception as second:  # then it is not dead yet: it comes back and is buried later
            log.error("job %s %s cannot be buried: %s", job.kind, job.subject, shown(second))
            return False
        return True

    async def _release_mine(self) -> None:
        mine = update(table).where(table.c.owner == self._owner)
        async with self._database.write() as connection:
            await connection.execute(mine.values(owner=None, begun=0))


def _job(row: Any) -> Job:
    return Job(kind=row.kind, subject=row.subject, facts=row.facts, due=row.due)
