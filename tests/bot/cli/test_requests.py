"""`countersign requests`: what waits, and one request with everything that happened to it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.clock import SystemClock
from bot.settings import Settings
from signing.audit import Event, Tag
from signing.document import Document, Sha256
from signing.people import Person, PersonId
from signing.request import ReplyTo, RequestId, SigningRequest, State
from storage.database import Database
from storage.store import SqlStore
from tests.bot.cli.conftest import Terminal

NUMBER = RequestId("7K3M9QXA2F4B")


async def waiting_request(settings: Settings) -> None:
    """Put one waiting request of Anna to Ivan into the store."""
    now = SystemClock().now()
    anna = Person(id=PersonId("anna"), name="Anna Petrova", created_at=now)
    document = Document(position=0, name="Contract 17-44.pdf", sha256=Sha256("3f" * 32), size_bytes=340_000, pages=12)
    request = SigningRequest(
        id=NUMBER, version=1, state=State.WAITING, requester=anna.id, signer=PersonId("ivan"), documents=(document,),
        comment="please", reply_to=ReplyTo(platform="telegram", chat_id="1"), created_at=now,
        deadline=now + timedelta(days=2),
    )  # fmt: skip
    async with await Database.open(settings.database_url) as database, SqlStore(database, SystemClock()).begin() as tx:
        await tx.people.add(anna)
        await tx.people.add(replace(anna, id=PersonId("ivan"), name="Ivan Marković"))
        await tx.requests.add(request)
        await tx.journal.add(Event(tag=Tag.REQUEST_SUBMITTED, at=now, actor=anna.id, subject=NUMBER))


def test_a_request_is_shown_with_names_and_history(terminal: Terminal) -> None:
    asyncio.run(waiting_request(Settings(data_dir=terminal.data_dir)))
    (row,) = terminal("requests", "list", "--json").json()
    assert (row["number"], row["from"], row["signer"]) == ("7K3M-9QXA-2F4B", "Anna Petrova", "Ivan Marković")
    shown = terminal("requests", "show", "7k3m-9qxa-2f4b", "--json").json()
    assert [event["what"] for event in shown["history"]] == ["request:submitted"]
    text = terminal("requests", "show", "7K3M9QXA2F4B").out
    assert "3f3f 3f3f … 3f3f 3f3f" in text
    assert "Contract 17-44.pdf" in text


def test_a_number_that_is_none_is_told(terminal: Terminal) -> None:
    said = terminal("requests", "show", "hello")
    assert (said.code, "twelve letters and digits" in said.err) == (1, True)


def test_an_unknown_number_is_told_in_words(terminal: Terminal) -> None:
    said = terminal("requests", "show", "0000-0000-0000")
    assert said.code == 1
    assert "NotFound" not in said.err
