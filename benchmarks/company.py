"""A company to measure with: a SoftHSM token, a CA, one signer with a second factor, and a document."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pyotp

from playground.pki import LoopbackPki
from signing.activation.module import ActivationModule
from signing.activation.record import ActivationRecord, Entry, new_nonce
from signing.document import Sha256
from signing.formats.stamp import Stamp
from signing.keys.pin_guard import PinGuard
from signing.keys.pkcs11_token import Pkcs11Token
from signing.people import PersonId
from signing.ports import KeyFacts
from signing.request import RequestId
from storage.activation_store import SqliteActivationStore
from storage.sealed import Sealer

PIN = "24681357"
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
STAMP = Stamp(
    name="Иван Марковић", title="Director", time_text="23 November 2026, 18:40 CET", number_text="Request 7F3K-22QX",
    labels=("Advanced signature with own key",), qr_url="https://sign.example.com/v/7F3K-22QX", is_test=True,
)  # fmt: skip


@dataclass
class Clock:
    """Steps on when codes are needed; a step spends one code."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment


@dataclass(kw_only=True)
class Company:
    """One signer, on disk in a temporary folder."""

    folder: Path
    pki: LoopbackPki
    roots_der: tuple[bytes, ...]
    module: ActivationModule
    token: Pkcs11Token
    clock: Clock
    key: KeyFacts
    seed: str
    source: Path

    async def record(self, count: int) -> str:
        """Confirm one record over a list of `count` requests with one code; return its nonce."""
        self.clock.moment += timedelta(seconds=30)
        body, now = self.source.read_bytes(), self.clock.now()
        sha256 = Sha256(hashlib.sha256(body).hexdigest())
        entries = tuple(
            Entry(
                request=RequestId(new_nonce()), document=0, sha256=sha256, size_bytes=len(body), format="pades",
                level="B-B", destination="telegram:1001",
            )
            for _ in range(count)
        )  # fmt: skip
        assert self.key.certificate_sha256
        record = ActivationRecord(
            nonce=new_nonce(), signer=self.key.owners[0], key=self.key.label, policy="bench",
            policy_sha256=Sha256("0" * 64),
            certificate_sha256=self.key.certificate_sha256, shown_at=now, expires_at=now + timedelta(minutes=10),
            entries=entries,
        )  # fmt: skip
        await self.module.confirm(record, pyotp.TOTP(self.seed).at(now))
        return record.nonce


async def set_up(folder: Path, *, algorithm: str, size_kb: int) -> Company:
    """Make a token, a CA, a signer with a second factor, and the document."""
    _make_token(folder)
    guard = PinGuard(folder / "token.pin", key=b"g" * 32)
    token = Pkcs11Token(module_path=MODULE, token_label="bench", pin=PIN, guard=guard)
    clock, pki = Clock(), LoopbackPki(folder / "pki")
    store = SqliteActivationStore(folder / "module.sqlite3", sealer=Sealer(os.urandom(32)))
    module = ActivationModule(store=store, key_stores={"pkcs11": token}, clock=clock)
    person = PersonId("bench")
    await module.ceremony.generate("bench", algorithm=algorithm, owners=[person], is_test=True)
    csr = await module.ceremony.request_certificate("bench", subject={"common_name": "Иван Марковић"})
    key = await module.ceremony.import_certificate("bench", pki.issue(csr))
    seed = (await module.enrol(person, account="bench")).secret
    codes = pyotp.TOTP(seed)
    now = clock.now()
    await module.finish_enrolment(person, codes.at(now - timedelta(seconds=30)), codes.at(now))
    source = draw(folder / "document.pdf", size_kb=size_kb)
    return Company(
        folder=folder, pki=pki, roots_der=pki.roots_der, module=module, token=token, clock=clock, key=key, seed=seed,
        source=source,
    )  # fmt: skip


def _make_token(folder: Path) -> None:
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    command = ["softhsm2-util", "--init-token", "--free", "--label", "bench", "--pin", PIN, "--so-pin", PIN]
    subprocess.run(command, check=True, capture_output=True)


def draw(path: Path, *, size_kb: int) -> Path:
    """Write two pages of text and enough noise, in a picture, to reach the size."""
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        picture = pdf.make_stream(os.urandom(size_kb * 1024 - 2000))
        picture.Type, picture.Subtype, picture.Width = pikepdf.Name.XObject, pikepdf.Name.Image, 64
        picture.Height, picture.ColorSpace, picture.BitsPerComponent = 64, pikepdf.Name.DeviceGray, 8
        for _ in range(2):
            pdf.add_blank_page(page_size=(595, 842))
            pdf.pages[-1].Resources = pikepdf.Dictionary(
                Font=pikepdf.Dictionary(F=font), XObject=pikepdf.Dictionary(I=picture)
            )
            lines = " ".join(f"(Paragraph {number} of a contract about deliveries) Tj T*" for number in range(40))
            pdf.pages[-1].Contents = pdf.make_stream(
                f"q 60 0 0 60 480 740 cm /I Do Q BT /F 11 Tf 14 TL 60 780 Td {lines} ET".encode()
            )
        pdf.save(path)
    return path
