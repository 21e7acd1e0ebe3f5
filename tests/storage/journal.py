"""What the suites of the journal share: the key of its heads, an event, a journal with heads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.audit import Event, Tag
from signing.ports import Clock
from storage.audit_log import publish_head
from storage.database import Database
from storage.store import SqlStore

KEY = ec.generate_private_key(ec.SECP256R1())
ROWS, HEADS_AT = 12, (4, 8, 12)


def public(key: Any) -> bytes:
    """The public half as a verifier keeps it."""
    return bytes(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


async def sign(head: bytes) -> bytes:
    """Sign as the activation module does."""
    return KEY.sign(head, ec.ECDSA(SHA256()))


def an_event(clock: Clock, **changes: Any) -> Event:
    """An event of Anna's."""
    return replace(Event(tag=Tag.REQUEST_SHOWN, at=clock.now(), actor="anna", subject="r1"), **changes)


async def write(url: str, copy: Path, clock: Clock) -> None:
    """Write a journal of twelve rows with three heads, copied."""
    copy.parent.mkdir()
    async with await Database.open(url) as database:
        store = SqlStore(database, clock)
        for number in range(1, ROWS + 1):
            async with store.begin() as tx:
                await tx.journal.add(an_event(clock, subject=f"r{number % 3}", facts={"number": number, "why": "да"}))
            if number in HEADS_AT:
                await publish_head(database, sign=sign, copy=copy, now=clock.now() + timedelta(seconds=number))
