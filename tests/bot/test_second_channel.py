"""Every use of a key is told at the owner's own address, with a way to lock that works by POST only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest

from bot.second_channel import KeyUseNotice
from signing.approval.policy import ApprovalPolicy
from signing.errors import DeliveryFailed, NotFound
from signing.membership import CONSOLE, digest
from signing.people import Account
from signing.ports import Job
from signing.request import SigningRequest
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House


@dataclass
class Letterbox:
    """A second channel that keeps what it was told."""

    told: list[tuple[str, str, str]] = field(default_factory=list)
    is_closed: bool = False

    async def tell(self, address: str, *, subject: str, text: str) -> None:
        """Keep it."""
        if self.is_closed:
            raise DeliveryFailed(reason="address")
        self.told.append((address, subject, text))


async def signed(house: House) -> tuple[SigningRequest, Job]:
    request = await house.asked()
    record = await house.workflow.approve([request.id], by=house.id("Ivan"))
    await house.workflow.confirm(record.nonce, by=house.id("Ivan"), code=RIGHT)
    await house.workflow.sign(request.id, nonce=record.nonce)
    ivan = house.id("Ivan")
    return request, Job(kind="key-used", subject="x", facts={"request": request.id, "person": ivan})


async def settle(house: House, address: str) -> None:
    async with house.store.begin() as tx:
        await tx.people.save(replace(await tx.people.get(house.id("Ivan")), second_channel=address))


def notice(
    house: House, letterbox: Letterbox, *, url: str | None, by_account: tuple[str, ...] = (), shows: str = "file"
) -> KeyUseNotice:
    return KeyUseNotice(
        store=house.store, membership=house.membership, clock=house.clock, policy=ApprovalPolicy(telegram_shows=shows),
        channels={"email": letterbox, "portal": letterbox, "telegram": letterbox}, public_url=url, zone="UTC",
        language="en", by_account=by_account,
    )  # fmt: skip


async def told_to_administrators(house: House) -> list[str]:
    async with house.store.read() as tx:
        jobs = await tx.jobs.waiting()
    return [str(job.facts["notice"]) for job in jobs if job.facts.get("person") == house.id("Vera")]


async def employed(house: House) -> None:
    """Let Ivan have an account where approvals do not happen."""
    account = Account(platform="portal", account_id="12", chat_id="12", person=house.id("Ivan"))
    await house.membership.recognise(house.id("Ivan"), account, by=CONSOLE)


async def test_whoever_named_no_address_is_told_at_an_account_where_nothing_is_approved(house: House) -> None:
    letterbox = Letterbox()
    _, job = await signed(house)
    await employed(house)
    await notice(house, letterbox, url=None).tell(job)
    assert letterbox.told == []
    await notice(house, letterbox, url=None, by_account=("portal",)).tell(job)
    await settle(house, "email:ivan@example.com")
    await notice(house, letterbox, url=None, by_account=("portal",)).tell(job)
    assert [address for address, _, _ in letterbox.told] == ["12", "ivan@example.com"]


async def test_a_named_address_that_is_closed_is_told_to_the_administrators_at_once(house: House) -> None:
    _, job = await signed(house)
    await employed(house)
    closed = notice(house, Letterbox(is_closed=True), url=None, by_account=("portal",))
    await closed.tell(job)
    assert "not-told" not in await told_to_administrators(house)
    await settle(house, "email:ivan@example.com")
    await closed.tell(job)
    assert "not-told" in await told_to_administrators(house)


async def test_the_owner_is_told_with_a_link_that_locks(house: House) -> None:
    letterbox = Letterbox()
    request, job = await signed(house)
    await settle(house, "email:ivan@example.com")
    await notice(house, letterbox, url="https://sign.example.com").tell(job)
    address, _subject, text = letterbox.told[0]
    assert address == "ivan@example.com"
    assert "Anna" in text
    secret = re.search(r"https://sign\.example\.com/locked/([\w-]+)", text)
    assert secret is not None
    async with house.store.read() as tx:
        owner = await tx.people.invited(secret_sha256=digest(secret.group(1)), purpose="lock", now=house.clock.now())
    assert owner == house.id("Ivan")
    assert request.id in text.replace("-", "")


async def test_without_a_public_address_the_command_is_named(house: House) -> None:
    letterbox = Letterbox()
    _, job = await signed(house)
    await settle(house, "email:ivan@example.com")
    await notice(house, letterbox, url=None).tell(job)
    assert "/lock" in letterbox.told[0][2]


async def test_somebody_without_an_address_is_not_told(house: House) -> None:
    letterbox = Letterbox()
    _, job = await signed(house)
    await notice(house, letterbox, url=None).tell(job)
    assert letterbox.told == []


async def test_an_unknown_channel_is_not_silently_dropped(house: House) -> None:
    _, job = await signed(house)
    await settle(house, "pigeon:roof")
    with pytest.raises(NotFound):
        await notice(house, Letterbox(), url=None).tell(job)


@pytest.mark.parametrize(("address", "shows", "is_named"), [
    ("telegram:1", "file", True), ("telegram:1", "link", False), ("email:ivan@example.com", "link", True),
])  # fmt: skip
async def test_names_do_not_pass_telegram_where_documents_may_not(
    house: House, address: str, shows: str, is_named: bool
) -> None:
    letterbox = Letterbox()
    _, job = await signed(house)
    await settle(house, address)
    await notice(house, letterbox, url=None, shows=shows).tell(job)
    ((_, subject, text),) = letterbox.told
    assert ("0.pdf" in subject + text) is is_named
