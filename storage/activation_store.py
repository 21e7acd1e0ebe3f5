"""The activation module's own store: its own SQLite file, written by one thread of one process."""

from __future__ import annotations

import asyncio
import fcntl
import hmac
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from signing.activation.ledger import Entered, LedgerRow, chained
from signing.activation.store import ActivationTransaction, Factor, StoredKey
from signing.people import PersonId
from storage.activation_mandates import metadata as _metadata
from storage.activation_shown import ShownRows
from storage.sealed import Sealer

R = TypeVar("R")

_REQUEST = "json_extract(facts, '$.request')"

_ledger = sa.Table(
    "ledger",
    _metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("ledger_request", sa.text(_REQUEST)),
)
_head = sa.Table(
    "ledger_head",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mac", sa.LargeBinary, nullable=False),
)
"""One row: a keyed hash of the ledger's last row, so that cutting the end off shows."""
_record = sa.Table(
    "record",
    _metadata,
    sa.Column("nonce", sa.Text, primary_key=True),
    sa.Column("canonical", sa.LargeBinary, nullable=False),
)
_factor = sa.Table(
    "factor",
    _metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("seed", sa.LargeBinary),
    sa.Column("pending_seed", sa.LargeBinary),
    sa.Column("last_step", sa.Integer, nullable=False, server_default="-1"),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked", sa.Boolean, nullable=False),
)
_recovery = sa.Table(
    "recovery_code",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("spent_at", sa.Text),
    sa.Column("replaced", sa.Boolean, nullable=False, server_default="0"),
)
_key = sa.Table(
    "key",
    _metadata,
    sa.Column("label", sa.Text, primary_key=True),
    sa.Column("store", sa.Text, nullable=False),
    sa.Column("algorithm", sa.Text, nullable=False),
    sa.Column("is_seal", sa.Boolean, nullable=False),
    sa.Column("is_test", sa.Boolean, nullable=False),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("chain", sa.JSON, nullable=False),
    sa.Column("owners", sa.JSON, nullable=False),
)
_key_use = sa.Table(
    "key_use",
    _metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
)

# Made once: SQLAlchemy takes longer to put a statement together than SQLite to run it.
_ADD_ROW = _ledger.insert()
_SET_HEAD = insert(_head).on_conflict_do_update(set_={"mac": sa.text("excluded.mac")})
_LAST_ROW = sa.select(_ledger.c.seq, _ledger.c.hash).order_by(_ledger.c.seq.desc()).limit(1)
_ROWS_OF = _ledger.select().where(_ledger.c.subject == sa.bindparam("about")).order_by(_ledger.c.seq)
_AUTHORISED_FOR = (
    _ledger.select()
    .where(sa.text(f"{_REQUEST} = :request"), _ledger.c.kind == Entered.AUTHORISED.value)
    .order_by(_ledger.c.seq)
)
_RECORD_OF = sa.select(_record.c.canonical).where(_record.c.nonce == sa.bindparam("about"))
_FACTOR_OF = _factor.select().where(_factor.c.person == sa.bindparam("about"))
_KEY_OF = _key.select().where(_key.c.label == sa.bindparam("about"))


class SqliteActivationStore:
    """See `ActivationStore`. A transaction here costs one fsync; a thread of its own keeps it off the event loop."""

    def __init__(self, path: Path, *, sealer: Sealer) -> None:
        """Open or make the file; raise `BlockingIOError` when another process has it open."""
        self._sealer = sealer
        self._mac_key = sealer.derived_key("ledger-head")
        self._lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._engine = sa.create_engine(
            f"sqlite:///{path}", poolclass=sa.StaticPool, connect_args={"check_same_thread": False}
        )
        sa.event.listen(self._engine, "connect", _on_connect)
        sa.event.listen(self._engine, "begin", _on_begin)
        _metadata.create_all(self._engine)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="activation-store")

    async def run(self, work: Callable[[ActivationTransaction], R]) -> R:
        """See `ActivationStore.run`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    def derived_key(self, purpose: str) -> bytes:
        """See `ActivationStore.derived_key`."""
        return self._sealer.derived_key(purpose)

    def close(self) -> None:
        """Wait for the transaction under way and let the file go."""
        self._thread.shutdown()
        self._engine.dispose()
        os.close(self._lock)

    def _run(self, work: Callable[[ActivationTransaction], R]) -> R:
        with self._engine.begin() as connection:
            return work(_Transaction(connection, self._sealer, self._mac_key))


class _Transaction(ShownRows):
    """See `ActivationTransaction`."""

    def __init__(self, connection: sa.Connection, sealer: Sealer, mac_key: bytes) -> None:
        self._connection = connection
        self._sealer = sealer
        self._mac_key = mac_key

    # the ledger

    def append(self, kind: Entered, subject: str, *, at: datetime, **facts: Any) -> LedgerRow:
        row = chained(kind, subject, facts, at=at, after=self.head())
        values = {
            "seq": row.seq, "kind": row.kind, "subject": row.subject, "at": row.at, "facts": row.facts_json,
            "previous": row.previous, "hash": row.hash,
        }  # fmt: skip
        self._connection.execute(_ADD_ROW, values)
        self._connection.execute(_SET_HEAD, {"id": 1, "mac": self._head_mac(row.seq, row.hash)})
        return row

    def rows_of(self, subject: str) -> tuple[LedgerRow, ...]:
        found = self._connection.execute(_ROWS_OF, {"about": subject})
        return tuple(_row(row) for row in found)

    def authorised_for(self, request: str) -> tuple[LedgerRow, ...]:
        found = self._connection.execute(_AUTHORISED_FOR, {"request": request})
        return tuple(_row(row) for row in found)

    def rows(self) -> Sequence[LedgerRow]:
        return [_row(row) for row in self._connection.execute(_ledger.select().order_by(_ledger.c.seq))]

    def head(self) -> tuple[int, str] | None:
        found = self._connection.execute(_LAST_ROW).first()
        return (found.seq, found.hash) if found else None

    def head_is_sound(self) -> bool:
        head, mac = self.head(), self._connection.execute(sa.select(_head.c.mac)).scalar()
        if head is None or mac is None:
            return head is None and mac is None
        return hmac.compare_digest(mac, self._head_mac(*head))

    def _head_mac(self, seq: int, row_hash: str) -> bytes:
        return hmac.new(self._mac_key, f"{seq}|{row_hash}".encode(), sha256).digest()

    # records

    def record(self, nonce: str) -> bytes | None:
        return self._connection.execute(_RECORD_OF, {"about": nonce}).scalar()

    def add_record(self, nonce: str, canonical: bytes) -> None:
        self._connection.execute(_record.insert().values(nonce=nonce, canonical=canonical))

    # factors

    def factor(self, person: PersonId) -> Factor:
        found = self._connection.execute(_FACTOR_OF, {"about": person}).first()
        return self._factor(found) if found else Factor(person=person)

    def factors(self) -> tuple[Factor, ...]:
        return tuple(self._factor(row) for row in self._connection.execute(_factor.select()))

    def save_factor(self, factor: Factor) -> None:
        values = {
            "person": factor.person,
            "seed": self._sealed(factor.secret, "seed", factor.person),
            "pending_seed": self._sealed(factor.pending, "pending_seed", factor.person),
            "failures": factor.failures,
            "locked": factor.is_locked,
        }
        self._connection.execute(insert(_factor).values(values).on_conflict_do_update(set_=values))

    def spend_step(self, person: PersonId, step: int) -> bool:
        moved = self._connection.execute(
            _factor.update().where(_factor.c.person == person, _factor.c.last_step < step).values(last_step=step)
        )
        return moved.rowcount == 1

    def _factor(self, row: sa.Row[Any]) -> Factor:
        return Factor(
            person=row.person, secret=self._opened(row.seed, "seed", row.person),
            pending=self._opened(row.pending_seed, "pending_seed", row.person), last_step=row.last_step,
            failures=row.failures, is_locked=row.locked,
        )  # fmt: skip

    def _sealed(self, secret: str | None, column: str, person: str) -> bytes | None:
        return self._sealer.seal(secret.encode(), table=f"factor.{column}", row=person) if secret else None

    def _opened(self, sealed: bytes | None, column: str, person: str) -> str | None:
        return self._sealer.open(sealed, table=f"factor.{column}", row=person).decode() if sealed else None

    # recovery codes

    def set_recovery(self, person: PersonId, hashes: Sequence[str]) -> None:
        self._connection.execute(_recovery.update().where(_recovery.c.person == person).values(replaced=True))
        for code_hash in hashes:
            self._connection.execute(_recovery.insert().values(person=person, hash=code_hash))

    def spend_recovery(self, person: PersonId, code_hash: str, *, at: datetime) -> bool:
        is_open = (
            _recovery.c.person == person, _recovery.c.hash == code_hash, _recovery.c.spent_at.is_(None),
            _recovery.c.replaced.is_(False),
        )  # fmt: skip
        spent = self._connection.execute(_recovery.update().where(*is_open).values(spent_at=at.isoformat()))
        return spent.rowcount == 1

    # keys

    def keys(self) -> tuple[StoredKey, ...]:
        return tuple(_stored_key(row) for row in self._connection.execute(_key.select().order_by(_key.c.label)))

    def key(self, label: str) -> StoredKey | None:
        found = self._connection.execute(_KEY_OF, {"about": label}).first()
        return _stored_key(found) if found else None

    def save_key(self, key: StoredKey) -> None:
        values = {
            "label": key.label, "store": key.store, "algorithm": key.algorithm, "is_seal": key.is_seal,
            "is_test": key.is_test, "public_key": key.public_key_der, "owners": list(key.owners),
            "chain": [certificate.hex() for certificate in key.chain_der],
        }  # fmt: skip
        self._connection.execute(insert(_key).values(values).on_conflict_do_update(set_=values))

    def note_use(self, label: str, person: PersonId, *, seq: int) -> None:
        values = {"person": person, "label": label, "seq": seq}
        self._connection.execute(insert(_key_use).values(values).on_conflict_do_update(set_=values))

    def last_uses(self, person: PersonId) -> dict[str, int]:
        found = self._connection.execute(_key_use.select().where(_key_use.c.person == person))
        return {row.label: row.seq for row in found}


def _row(row: sa.Row[Any]) -> LedgerRow:
    return LedgerRow(
        seq=row.seq, kind=row.kind, subject=row.subject, at=row.at, facts_json=row.facts, previous=row.previous,
        hash=row.hash,
    )  # fmt: skip


def _stored_key(row: sa.Row[Any]) -> StoredKey:
    return StoredKey(
        label=row.label, store=row.store, algorithm=row.algorithm, is_seal=row.is_seal, is_test=row.is_test,
        owners=tuple(PersonId(owner) for owner in row.owners), public_key_der=row.public_key,
        chain_der=tuple(bytes.fromhex(certificate) for certificate in row.chain),
    )  # fmt: skip


def _on_connect(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is deferred; ours is in `_on_begin`.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
