"""`countersign requests`: what waits, and one request with everything that happened to it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.clock import SystemClock
from bot.settings import Settings
from signing.audit import Event, Tag
from signing.document import Document, Sha256
from signing.people import Account, Person, PersonId
from signing.request import ReplyTo, RequestId, SigningRequest, State
from storage.database import Database
from storage.store import SqlStore
from tests.bot.cli.conftest import Terminal

NUMBER = RequestId("7K3M9QXA2F4B")


async def waiting_request(settings: Settings, number: RequestId = NUMBER) -> None:
    """Put one waiting request of Anna to Ivan into the store; every number has people of its own."""
    now = SystemClock().now()
    anna = Person(id=PersonId(f"anna-{number}"), name="Anna Petrova", created_at=now)
    document = Document(position=0, name="Contract 17-44.pdf", sha256=Sha256("3f" * 32), size_bytes=340_000, pages=12)
    request = SigningRequest(
        id=number, version=1, state=State.WAITING, requester=anna.id, signer=PersonId(f"ivan-{number}"),
        documents=(document,), comment="please", reply_to=ReplyTo(platform="telegram", chat_id="1"), created_at=now,
        deadline=now + timedelta(days=2),
    )  # fmt: skip
    async with await Database.open(settings.database_url) as database, SqlStore(database, SystemClock()).begin() as tx:
        await tx.people.add(anna)
        await tx.people.add(replace(anna, id=PersonId(f"ivan-{number}"), name="Ivan Marković"))
        await tx.requests.add(request)
        await tx.journal.add(Event(tag=Tag.REQUEST_SUBMITTED, at=now, actor=anna.id, subject=number))


async def signed(settings: Settings, number: RequestId, *, chat: str) -> None:
    """Let the request be signed, and Anna have one private chat."""
    async with await Database.open(settings.database_url) as database, SqlStore(database, SystemClock()).begin() as tx:
        found = await tx.requests.get(number)
        await tx.requests.save(found.touched(state=State.SIGNED))
        account = Account(platform="telegram", account_id=chat, chat_id=chat, person=found.requester)
        await tx.people.bind(account)


def test_a_request_is_shown_with_names_and_history(terminal: Terminal) -> None:
    asyncio.run(waiting_request(Settings(data_dir=terminal.data_dir)))
    rows = {row["number"]: row for row in terminal("requests", "list", "--json").json()}
    row = rows["7K3M-9QXA-2F4B"]
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


def test_files_of_a_request_that_is_not_signed_cannot_be_sent_again(terminal: Terminal) -> None:
    number = RequestId("7K3M9QXA2F4C")
    asyncio.run(waiting_request(Settings(data_dir=terminal.data_dir), number))
    said = terminal("requests", "resend", number)
    assert (said.code, "not signed" in said.err) == (1, True)


def test_signed_files_are_promised_to_the_present_account(terminal: Terminal) -> None:
    settings, number = Settings(data_dir=terminal.data_dir), RequestId("7K3M9QXA2F4D")
    asyncio.run(waiting_request(settings, number))
    asyncio.run(signed(settings, number, chat="4711"))
    said = terminal("requests", "resend", "7k3m-9qxa-2f4d")
    assert (said.code, "telegram:4711" in said.out) == (0, True)
    shown = terminal("requests", "show", number, "--json").json()
    assert shown["deliveries"] == [{"channel": "telegram:4711", "state": "promised"}]
    assert [event["what"] for event in shown["history"]][-1] == "delivery:renewed"
