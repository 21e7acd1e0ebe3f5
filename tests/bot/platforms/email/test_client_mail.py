"""The letter to a client over real SMTP: the signed bytes, how to check them, and one Message-ID for every try."""

from __future__ import annotations

import email
import email.policy
import hashlib
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.platforms.email.client_mail import ClientMail
from bot.platforms.email.delivery import Smtp
from signing.document import Sha256
from signing.ports import Job, Signature
from signing.request import RequestId, written
from signing.sharing import SharePolicy, Sharing
from storage.documents import DiskDocuments
from tests.bot.platforms.email.post_office import PostOffice, post_office
from tests.fakes.activation import RIGHT
from tests.signing.conftest import House, house

__all__ = ["house"]

BODY = b"%PDF-1.7 signed\n"
CLIENT = "client@example.com"


class Bench:
    """A signed request of a house, and the mail of its company."""

    def __init__(self, house: House, folder: Path, port: int) -> None:
        self.house = house
        self.documents = DiskDocuments(folder / "documents", min_free_bytes=0, min_free_share=0)
        self.sharing = Sharing(store=house.store, clock=house.clock, policy=SharePolicy(links=True, mails=True))
        self.mail = ClientMail(
            store=house.store, documents=self.documents, sharing=self.sharing, clock=house.clock,
            smtp=Smtp(host="127.0.0.1", port=port, sender="Rivers <sign@example.com>", starttls=False),
            company="Rivers & Sons", public_url="https://sign.example.com", language="en",
        )  # fmt: skip

    async def asked(self) -> tuple[RequestId, Job]:
        """Sign a document and ask for the letter."""
        await self.documents.put(BODY)
        request = await self.house.asked()
        record = await self.house.workflow.approve([request.id], by=self.house.id("Ivan"))
        await self.house.workflow.confirm(record.nonce, by=record.signer, code=RIGHT)
        signature = Signature(
            request=request.id, document=0, signer=record.signer, nonce=record.nonce, level="B-T",
            signed_sha256=Sha256(hashlib.sha256(BODY).hexdigest()), size_bytes=len(BODY),
            certificate_sha256=record.certificate_sha256, signed_at=self.house.clock.now(),
        )  # fmt: skip
        async with self.house.store.begin() as tx:
            await tx.signatures.add(signature)
        await self.house.workflow.sign(request.id, nonce=record.nonce)
        await self.sharing.mail(request.id, CLIENT, by=self.house.id("Anna"))
        facts = {"request": request.id, "channel": f"email:{CLIENT}"}
        return request.id, Job(kind="deliver", subject="x", facts=facts)

    async def state(self, request: RequestId) -> tuple[str, dict[str, object]]:
        """Return how the letter stands."""
        async with self.house.store.read() as tx:
            found = await tx.deliveries.get(request, f"email:{CLIENT}")
        return found.state, found.receipt


def read(office: PostOffice, place: int = 0) -> EmailMessage:
    """Return a letter that arrived."""
    made = email.message_from_bytes(office.letters[place], policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


async def test_a_client_gets_the_signed_bytes_and_is_told_how_to_check_them(house: House, tmp_path: Path) -> None:
    async with post_office() as office:
        bench = Bench(house, tmp_path, office.port)
        request, job = await bench.asked()
        await bench.mail.deliver(job)
        await bench.mail.deliver(job)  # a repeat after it was delivered sends nothing
    assert len(office.letters) == 1
    letter = read(office)
    assert (letter["To"], letter["From"]) == (CLIENT, "Rivers <sign@example.com>")
    plain = letter.get_body(preferencelist=("plain",))
    assert plain is not None
    text = plain.get_content()
    for said in ("Ivan", "Anna", "Rivers & Sons", written(request), "Acrobat", "https://sign.example.com/verify"):
        assert said in text
    (attached,) = letter.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("0 signed.pdf", BODY)
    assert (await bench.state(request))[0] == "delivered"
    assert "delivery:made" in await tags(house, request)


async def test_a_try_that_was_not_heard_and_the_next_are_one_letter_to_a_mail_program(
    house: House, tmp_path: Path
) -> None:
    async with post_office() as office:
        bench = Bench(house, tmp_path, office.port)
        request, job = await bench.asked()
        await bench.mail.deliver(job)
        async with house.store.begin() as tx:  # the process died before it wrote down that the letter is out
            await tx.deliveries.move(request, f"email:{CLIENT}", to="sending", receipt={})
        await bench.mail.deliver(job)
    assert len(office.letters) == 2
    assert read(office, 0)["Message-ID"] == read(office, 1)["Message-ID"]


async def test_an_address_that_is_refused_is_told_to_the_requester(house: House, tmp_path: Path) -> None:
    async with post_office(refused="client@") as office:
        bench = Bench(house, tmp_path, office.port)
        request, job = await bench.asked()
        await bench.mail.deliver(job)
    assert await bench.state(request) == ("failed", {"reason": "address"})
    async with house.store.read() as tx:
        told = [job.facts for job in await tx.jobs.waiting() if job.facts.get("notice") == "delivery-failed"]
    assert [(one["person"], one["facts"]) for one in told] == [(house.id("Anna"), {"reason": "address"})]


async def test_a_mail_server_that_is_away_is_tried_again(house: House, tmp_path: Path) -> None:
    async with post_office() as office:
        port = office.port
    bench = Bench(house, tmp_path, port)
    request, job = await bench.asked()
    with pytest.raises(ConnectionRefusedError):
        await bench.mail.deliver(job)
    assert (await bench.state(request))[0] == "sending"


async def tags(house: House, request: RequestId) -> list[str]:
    async with house.store.read() as tx:
        return [event.tag.value for event in await tx.journal.of(request)]
