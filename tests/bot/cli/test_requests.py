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
SIGNED = RequestId("9K3M9QXA2F4B")


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


def test_a_search_finds_by_what_people_remember(terminal: Terminal) -> None:
    number = RequestId("5K3M9QXA2F4B")
    asyncio.run(waiting_request(Settings(data_dir=terminal.data_dir), number))
    for words in (
        ["5k3m-9qxa-2f4b"],
        ["contract", "MARKOVIĆ", "5k3m-9qxa-2f4b"],
        ["waiting", "3f3f3f", "5k3m9qxa2f4b"],
    ):
        found = terminal("requests", "search", *words, "--json").json()
        assert [(one["number"], one["signer"]) for one in found] == [("5K3M-9QXA-2F4B", "Ivan Marković")], words
    assert terminal("requests", "search", "nobody", "2020-01").out == "Nothing fits.\n"


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


async def signed_request(settings: Settings) -> None:
    """Put one signed request of Anna into the store."""
    now = SystemClock().now()
    async with await Database.open(settings.database_url) as database:
        store = SqlStore(database, SystemClock())
        async with store.begin() as tx:
            found = await tx.requests.get(NUMBER)
            await tx.requests.add(
                replace(found, id=SIGNED, version=1, state=State.SIGNED, finished_at=now, deadline=now)
            )


def test_a_signed_document_is_shared_shown_and_taken_back(terminal: Terminal) -> None:
    settings = Settings(data_dir=terminal.data_dir)
    asyncio.run(signed_request(settings))
    public = {"public_url": "https://sign.example.com"}
    number = "9K3M-9QXA-2F4B"
    made = terminal("requests", "share", number, "--days", "3", "--downloads", "5", "--json", **public).json()
    assert made["url"].startswith("https://sign.example.com/s/")
    told = terminal("requests", "share", number, **public).out
    assert "works until" in told
    assert f"requests revoke {number}" in told
    shown = terminal("requests", "show", number, "--json").json()
    assert [(one["state"], one["downloads"]) for one in shown["links"]] == [("open", "0 of 5"), ("open", "0 of 20")]
    assert made["url"].rpartition("/")[2] not in terminal("requests", "show", number, "--json").out
    assert "Ended: 1." in terminal("requests", "revoke", number, made["link"].lower(), **public).out
    assert "Ended: 1." in terminal("requests", "revoke", number, **public).out
    assert "No such link" in terminal("requests", "revoke", number, **public).out
    states = [one["state"] for one in terminal("requests", "show", number, "--json").json()["links"]]
    assert states == ["revoked", "revoked"]


def test_a_letter_is_promised_and_shown_and_needs_a_mail_server(terminal: Terminal) -> None:
    mail = {"smtp_host": "127.0.0.1", "smtp_from": "sign@example.com"}
    asked = ("requests", "share", "9K3M-9QXA-2F4B", "--email", "client@example.com")
    assert "No mail server" in terminal(*asked).err
    assert "--days" in terminal(*asked, "--days", "3", **mail).err
    assert "no e-mail address" in terminal("requests", "share", "9K3M-9QXA-2F4B", "--email", "client", **mail).err
    assert "It goes out to client@example.com" in terminal(*asked, **mail).out
    assert "already" in terminal(*asked, **mail).err
    shown = terminal("requests", "show", "9K3M-9QXA-2F4B", "--json").json()
    assert {"channel": "email:client@example.com", "state": "promised"} in shown["deliveries"]
    assert ("deliver", "waiting") in {(job["what"], job["state"]) for job in shown["promised"]}


def test_what_is_not_signed_or_cannot_be_reached_is_not_shared(terminal: Terminal) -> None:
    public = {"public_url": "https://sign.example.com"}
    assert terminal("requests", "share", "7K3M9QXA2F4B", **public).code == 1
    assert "no public address" in terminal("requests", "share", "9K3M-9QXA-2F4B").err
    assert "switched them off" in terminal("requests", "share", "9K3M-9QXA-2F4B", share_days="0", **public).err
