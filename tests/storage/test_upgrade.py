"""Forward from every released schema: rows written then are read now, whatever came in between."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from signing.activation.record import ActivationRecord, Entry
from signing.audit import GENESIS, Event, Tag, chain
from signing.document import Sha256
from signing.people import PersonId, Role
from signing.request import RequestId, State
from storage.audit_log import verify_chain
from storage.database import Database
from storage.migrations import HEAD, config, revision, upgrade
from storage.store import SqlStore
from tests.conftest import HandClock

AT = "2026-01-05T09:00:00.000000+00:00"
MOMENT = datetime.fromisoformat(AT)
DIGEST = "ab" * 32
REQUEST = RequestId("7K3M9QXA2F4B")


def released() -> list[str]:
    """Return every revision that was ever the newest one, oldest first."""
    found = ScriptDirectory.from_config(config(Path("nowhere"))).walk_revisions()
    return [script.revision for script in found][::-1]


def document() -> dict[str, Any]:
    return {
        "position": 0, "name": "Contract.pdf", "sha256": DIGEST, "size_bytes": 591, "pages": 1,
        "media_type": "application/pdf", "warnings": [], "earlier": [], "original_sha256": None,
    }  # fmt: skip


def record() -> ActivationRecord:
    entry = Entry(
        request=REQUEST, document=0, sha256=Sha256(DIGEST), size_bytes=591, format="pades", level="B-B",
        destination="telegram:1001",
    )  # fmt: skip
    return ActivationRecord(
        nonce="ab" * 16, signer=PersonId("ivan"), key="ivan", certificate_sha256=Sha256(DIGEST), policy="default",
        policy_sha256=Sha256(DIGEST), shown_at=MOMENT, expires_at=MOMENT, entries=(entry,),
    )  # fmt: skip


PERSON = {
    "name": "Ivan", "title": "Director", "roles": ["requester", "signer"], "language": None, "timezone": None,
    "identity_note": "passport", "second_channel": "", "deputies": [], "created_at": AT, "enrolled_at": AT,
    "locked_at": None,
}  # fmt: skip


def rows() -> list[tuple[str, dict[str, Any]]]:
    """Return what an installation of the first release had in its tables."""
    reply = {"platform": "telegram", "chat_id": "1001", "message_id": None, "is_group": False, "keeps_file": False}
    body = {
        "documents": [document()], "comment": "please", "reply_to": reply, "looked_at": None, "reminded_at": None,
        "delegated_from": None, "reason": "",
    }  # fmt: skip
    request = {
        "version": 3, "requester": "ivan", "signer": "ivan", "created_at": AT, "deadline": AT,
        "postponed_until": None, "body": body,
    }  # fmt: skip
    told = chain(
        Event(tag=Tag.JOURNAL_OPENED, at=MOMENT, actor="console", subject="journal"), seq=1, previous=GENESIS
    )  # fmt: skip
    return [
        ("person", {"id": "ivan", **PERSON}),
        ("account", {
            "platform": "telegram", "account_id": "1", "chat_id": "1", "person": "ivan", "language_hint": None,
        }),
        ("request", {"id": REQUEST, "state": "signed", "finished_at": AT, **request}),
        ("request", {"id": "000000000001", "state": "waiting", "finished_at": None, **request}),
        ("record", {
            "nonce": "ab" * 16, "signer": "ivan", "state": "confirmed", "shown_at": AT, "body": record().to_json(),
        }),
        ("record_entry", {"request": REQUEST, "nonce": "ab" * 16}),
        ("signature", {
            "request": REQUEST, "document": 0, "signer": "ivan", "nonce": "ab" * 16, "signed_sha256": DIGEST,
            "size_bytes": 900, "level": "B-B", "certificate_sha256": DIGEST, "signed_at": AT,
        }),
        ("delivery", {"request": REQUEST, "channel": "telegram:1001", "state": "made", "receipt": {"message_id": 7}}),
        ("note", {"space": "files", "name": "a", "body": {"b": 1}, "expires_at": None}),
        ("job", {
            "kind": "card", "subject": "x", "facts": {}, "due": AT, "generation": 1, "attempts": 0, "begun": 0,
            "owner": None, "failed_at": None, "error": "",
        }),
        ("journal", {
            "seq": 1, "at": AT, "tag": "journal:opened", "actor": "console", "subject": "journal", "facts": "{}",
            "previous": told.previous, "hash": told.hash,
        }),
    ]  # fmt: skip


def furnish(path: Path, schema: str) -> None:
    """Make a database as the release with that schema left it: the first one's rows, brought so far."""
    command.upgrade(config(path), "0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, values in rows():
            plain = [json.dumps(one) if isinstance(one, dict | list) else one for one in values.values()]
            marks = ", ".join("?" * len(plain))
            connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", plain)
    command.upgrade(config(path), schema)


@pytest.mark.parametrize("schema", released())
def test_what_was_written_then_is_read_now(tmp_path: Path, schema: str) -> None:
    path = tmp_path / "old.sqlite3"
    path.touch()
    furnish(path, schema)
    assert revision(path) == schema
    url = f"sqlite:///{path}"
    upgrade(url)
    assert revision(path) == HEAD
    asyncio.run(_read(url))
    assert verify_chain(url) == []


async def _read(url: str) -> None:
    clock = HandClock(datetime(2026, 1, 6, tzinfo=UTC))
    async with await Database.open(url) as database, SqlStore(database, clock).begin() as tx:
        (person,) = await tx.people.all()
        assert person.roles == {Role.REQUESTER, Role.SIGNER}
        assert (await tx.people.accounts_of(person.id))[0].chat_id == "1"
        signed = await tx.requests.get(REQUEST)
        assert (signed.state, signed.documents[0].name, signed.comment) == (State.SIGNED, "Contract.pdf", "please")
        (waiting,) = await tx.requests.unfinished()
        await tx.requests.save(waiting.touched(looked_at=clock.now()))
        stored = await tx.records.confirmed_for(REQUEST)
        assert stored is not None
        assert stored.record == record()
        assert (await tx.signatures.of(REQUEST))[0].signed_sha256 == DIGEST
        (delivery,) = await tx.deliveries.of(REQUEST)
        assert delivery.state == "made"
        assert await tx.notes.get(space="files", name="a", now=clock.now()) == {"b": 1}
        assert [job.kind for job in await tx.jobs.waiting()] == ["card"]
        await tx.journal.add(Event(tag=Tag.PERSON_CHANGED, at=clock.now(), actor="console", subject="ivan"))


def test_every_table_of_the_first_release_has_rows_in_this_test() -> None:
    text = (Path(__file__).parents[2] / "storage/migrations/versions/0001_first_tables.py").read_text()
    made = {part.partition('"')[2].partition('"')[0] for part in text.split("op.create_table(")[1:]}
    assert made - {table for table, _ in rows()} == {"inbox", "invite", "journal_head"}
