"""The signed heads of the journal and their copy in a second place."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from signing.audit import Fault, Head, SignedHead, check_head_signatures
from signing.ports import Clock
from storage.audit_log import publish_head, read_copy, verify_journal
from storage.database import Database
from storage.store import SqlStore
from tests.storage.journal import HEADS_AT, KEY, an_event, public, sign


def cut_off(copy: Path, count: int) -> None:
    """Take the last bytes away, as a crash while writing does."""
    os.truncate(copy, copy.stat().st_size - count)


async def test_a_head_by_another_key_is_found(written: str) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    found = verify_journal(written, public_key_der=public(other))
    assert found == [Fault(seq=seq, kind="head_signature") for seq in HEADS_AT]


@pytest.mark.parametrize("line", ["{}", "[]", "not json", '{"signature": "zz"}', "1"])
def test_a_line_of_the_copy_that_is_no_head_is_refused(copy: Path, line: str) -> None:
    copy.parent.mkdir()
    copy.write_text(line + "\n")
    with pytest.raises(ValueError, match=r"."):
        read_copy(copy)


async def test_a_copy_that_missed_a_head_is_made_good(database: Database, copy: Path, clock: Clock) -> None:
    for number in range(3):
        async with SqlStore(database, clock).begin() as tx:
            await tx.journal.add(an_event(clock, facts={"number": number}))
        await publish_head(database, sign=sign, copy=None, now=clock.now())
    copy.parent.mkdir()
    assert await publish_head(database, sign=sign, copy=copy, now=clock.now()) is None
    assert [signed.head.seq for signed in read_copy(copy)] == [1, 2, 3]


async def test_two_who_sign_a_head_at_once_leave_one_chain_of_heads(database: Database, url: str, clock: Clock) -> None:
    """Such as the bot and a command that makes evidence beside it: the slower head is not kept."""
    store = SqlStore(database, clock)

    async def add() -> None:
        async with store.begin() as tx:
            await tx.journal.add(an_event(clock))

    async def slow(body: bytes) -> bytes:
        await add()
        assert await publish_head(database, sign=sign, copy=None, now=clock.now()) is not None
        return await sign(body)

    await add()
    assert await publish_head(database, sign=slow, copy=None, now=clock.now()) is None
    assert verify_journal(url, public_key_der=public(KEY)) == []


@pytest.mark.parametrize("cut", [1, 40, 200])
async def test_a_copy_whose_last_line_was_cut_off_by_a_crash_is_made_good(
    database: Database, copy: Path, clock: Clock, cut: int
) -> None:
    copy.parent.mkdir()
    for number in range(3):
        async with SqlStore(database, clock).begin() as tx:
            await tx.journal.add(an_event(clock, facts={"number": number}))
        await publish_head(database, sign=sign, copy=copy, now=clock.now())
    whole = read_copy(copy)
    cut_off(copy, cut)
    assert read_copy(copy) == whole[:2]
    await publish_head(database, sign=sign, copy=copy, now=clock.now())
    assert read_copy(copy) == whole


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
async def test_other_kinds_of_head_keys_are_understood(clock: Clock, kind: str) -> None:
    head = Head(seq=1, hash="ab" * 32, at=clock.now(), previous_head="00" * 32)
    rsa_key, ed_key = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()
    key: Any = rsa_key if kind == "rsa" else ed_key
    signature = rsa_key.sign(head.canonical(), PKCS1v15(), SHA256()) if kind == "rsa" else ed_key.sign(head.canonical())
    good, bad = SignedHead(head=head, signature=signature), SignedHead(head=replace(head, seq=2), signature=signature)
    found = check_head_signatures([good, bad], public_key_der=public(key))
    assert found == [Fault(seq=2, kind="head_signature")]
