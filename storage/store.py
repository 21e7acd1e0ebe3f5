"""The store of the bot: one short transaction with every table in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from signing.ports import Clock
from storage.absences import SqlAbsences
from storage.audit_log import SqlJournal
from storage.connection import Connection
from storage.database import Database
from storage.deliveries import SqlDeliveries
from storage.history import SqlHistory
from storage.jobs import SqlJobs
from storage.notes import SqlNotes
from storage.people import SqlPeople
from storage.proposals import SqlProposals
from storage.records import SqlRecords
from storage.requests import SqlRequests
from storage.retention import SqlRetention
from storage.signatures import SqlSignatures
from storage.staff import SqlStaff


class SqlTransaction:
    """Fills `signing.ports.Transaction` over one connection."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.requests = SqlRequests(connection)
        self.records = SqlRecords(connection)
        self.signatures = SqlSignatures(connection)
        self.deliveries = SqlDeliveries(connection)
        self.people = SqlPeople(connection)
        self.absences = SqlAbsences(connection)
        self.journal = SqlJournal(connection)
        self.history = SqlHistory(connection)
        self.jobs = SqlJobs(connection, clock)
        self.notes = SqlNotes(connection)
        self.retention = SqlRetention(connection)
        self.proposals = SqlProposals(connection)
        self.staff = SqlStaff(connection)


class SqlStore:
    """Fills `signing.ports.Store`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlTransaction]:
        """Open a writing transaction; after its commit the queue wakes when a job was promised."""
        async with self._database.write() as connection:
            transaction = SqlTransaction(connection, self._clock)
            yield transaction
        # Not reached when the caller was cancelled during its commit; then the cap of the queue's sleep finds the job.
        if transaction.jobs.promised:
            self._database.promised.set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTransaction]:
        """Open a reading transaction: one snapshot, writing through it fails."""
        async with self._database.read() as connection:
            yield SqlTransaction(connection, self._clock)
