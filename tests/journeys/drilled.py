"""The journey of `deploy/drill.sh`: on a fresh server, from the first person to a signed file, as the documents say.

`python -m tests.journeys.drilled world` is the world around (a Telegram); `… certify`, `… sign` are its people.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from playground.newcomers import enrol_on_page, enrolment_link
from playground.pki import LoopbackPki
from playground.telegram.people import Person as Phone
from playground.telegram_server import TelegramServer, serve
from tests.journeys.company import FIRST_ID, Colleague
from tests.journeys.story import a_pdf, ask, card_of, sign_typed, signed_file

PORT = 18081
URL = f"http://127.0.0.1:{PORT}"
PHONES = (Phone(FIRST_ID, "Anna", "Petrova"), Phone(FIRST_ID + 1, "Ivan", "Petrov"))
FOLDER = Path("/root/drill")


async def world() -> None:
    """Serve a Telegram on loopback until the end."""
    async with serve(TelegramServer(people=list(PHONES)).app(), port=PORT):
        await asyncio.Event().wait()


def certify() -> None:
    """Be the company's CA: answer `ivan.csr` with a certificate, and leave the root beside it."""
    pki = LoopbackPki(FOLDER / "pki", company="Drill Ltd")
    request = x509.load_pem_x509_csr((FOLDER / "ivan.csr").read_bytes())
    chain = pki.issue(request.public_bytes(Encoding.DER), "Ivan Petrov")
    pem = [x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in chain]
    (FOLDER / "ivan.pem").write_bytes(b"".join(pem))
    (FOLDER / "root.pem").write_bytes(pki.roots_pem.read_bytes())


def invited(name: str) -> str:
    """Return the secret of an invitation made at the console."""
    command = [sys.executable, "-m", "bot", "people", "invite", name, "--json"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return str(json.loads(said)["link"]).partition("start=")[2]


async def sign() -> None:
    """Anna and Ivan join, Ivan enrols, Anna asks, Ivan signs, Anna gets the file."""
    anna, ivan = (Colleague(phone=phone, url=URL) for phone in PHONES)
    async with anna.telegram() as requester, ivan.telegram() as signer:
        await requester.start(invited("Anna"))
        await signer.start(invited("Ivan"))
        link = enrolment_link(await signer.wait_for(lambda message: enrolment_link(message) is not None))
        assert link is not None
        ivan.uri, ivan.spent_step = await enrol_on_page(link)
        pdf = a_pdf("Drill")
        await ask(requester, ivan, pdf=pdf, name="Drill.pdf")
        assert "photo" in await card_of(signer, "Drill.pdf"), "the card shows no page"
        await sign_typed(signer, "Drill.pdf", await ivan.code())
        signed = await signed_file(requester)
    assert signed.startswith(pdf)
    (FOLDER / "signed.pdf").write_bytes(signed)


if __name__ == "__main__":
    match sys.argv[1]:
        case "world":
            asyncio.run(world())
        case "certify":
            certify()
        case "sign":
            asyncio.run(sign())
