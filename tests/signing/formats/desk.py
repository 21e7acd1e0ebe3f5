"""A desk to sign at in tests: sheets of paper as PDF, a local key with the module's own CMS, and foreign judges."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pdfsigner
import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from playground.pki import LoopbackPki
from signing.activation.cms import CmsTemplate
from signing.formats import FORMATS, Finished, Prepared
from signing.formats.drawing import draw
from signing.formats.stamp import Stamp
from signing.ports import Hole, MadeSignature

LINE = "This line of the contract has several words that fill it rather well"

STAMP = Stamp(
    name="Иван Марковић",
    title="Генеральный директор",
    time_text="23 November 2026, 18:40 CET",
    number_text="Request 7F3K-22QX",
    labels=("Advanced signature with own key",),
    qr_url="https://sign.example.com/v/7F3K-22QX",
    is_test=True,
)


@dataclass(frozen=True, kw_only=True)
class LocalSigner:
    """A key in memory with a chain of the loopback CA; signs what the activation module would."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    chain: tuple[bytes, ...]

    @classmethod
    def made(cls, pki: LoopbackPki, name: str, *, algorithm: str = "P-256", **more: Any) -> LocalSigner:
        key = ec.generate_private_key(ec.SECP256R1()) if algorithm == "P-256" else rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        csr = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        return cls(key=key, chain=pki.issue(csr.public_bytes(serialization.Encoding.DER), **more))

    def sign(self, prepared: Path, hole: Hole) -> MadeSignature:
        body = prepared.read_bytes()
        return self.sign_digest(hashlib.sha256(body[: hole.start] + body[hole.end :]).digest())

    def sign_digest(self, digest: bytes, *, stated_at: datetime | None = None) -> MadeSignature:
        template = CmsTemplate(self.chain, states_time=stated_at is not None)
        message = template.to_be_signed(digest, stated_at)
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            value = self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        else:
            value = self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return MadeSignature(cms=template.finish(digest, value, stated_at), value=value)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a test signs: a PKI, a signer, a folder and the moment."""

    pki: LoopbackPki
    signer: LocalSigner
    folder: Path
    now: datetime

    def sheet(self, name: str = "contract.pdf", **more: Any) -> Path:
        return draw_sheet(self.folder / name, **more)

    def prepare(
        self, source: Path, *, stamp: Stamp | None = STAMP, target: str = "signed.pdf"
    ) -> tuple[Path, Prepared]:
        path = self.folder / target
        return path, FORMATS["pades"].prepare(
            source, path, field="Signature", stamp=draw(stamp) if stamp else None,
            signer="Иван Марковић", reason="Request 7F3K-22QX", location="Podgorica", signed_at=self.now,
        )  # fmt: skip

    def finish(self, path: Path, source: Path, prepared: Prepared, made: MadeSignature, **more: Any) -> Finished:
        facts: dict[str, Any] = {
            "timestamp": None, "level": "B-B", "certificate_der": self.signer.chain[0], "roots_der": self.pki.roots_der,
        }  # fmt: skip
        return FORMATS["pades"].finish(path, source=source, prepared=prepared, cms=made.cms, **{**facts, **more})

    def token(self, value: bytes) -> bytes:
        """Return a time-stamp token straight from the PKI."""
        return time_stamp(self.pki, value)

    def sign(
        self, source: Path, *, level: str = "B-T", stamp: Stamp | None = STAMP, target: str = "signed.pdf"
    ) -> tuple[Path, Finished]:
        path, prepared = self.prepare(source, stamp=stamp, target=target)
        made = self.signer.sign(path, prepared.hole)
        token = self.token(made.value) if level == "B-T" else None
        return path, self.finish(path, source, prepared, made, timestamp=token, level=level)


def time_stamp(pki: LoopbackPki, value: bytes) -> bytes:
    """Return a DER token over SHA-256 of `value`."""
    request = TimestampRequestBuilder().data(value).hash_algorithm(HashAlgorithm.SHA256).build()
    return decode_timestamp_response(pki.time_stamp(request.as_bytes())).time_stamp_token()


def draw_sheet(
    path: Path,
    *,
    pages: int = 2,
    size: tuple[float, float] = (595, 842),
    lines: int = 36,
    rotation: int = 0,
    crop: tuple[float, float, float, float] | None = None,
    paint: str = "",
    streams: bool = True,
) -> Path:
    """Write pages of text; `paint` is put before it; `streams` chooses the kind of cross-reference."""
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for _ in range(pages):
            pdf.add_blank_page(page_size=size)
            page = pdf.pages[-1]
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            text = " ".join(f"({LINE} {number}) Tj T*" for number in range(lines))
            start = f"BT /F1 11 Tf 14 TL 60 {size[1] - 60} Td {text} ET"
            page.Contents = pdf.make_stream(f"q {paint} Q {start}".encode())
            page.Rotate = rotation
            if crop:
                page.CropBox = pikepdf.Array(crop)
        mode = pikepdf.ObjectStreamMode.generate if streams else pikepdf.ObjectStreamMode.disable
        pdf.save(path, object_stream_mode=mode, deterministic_id=True)
    return path


def pdfsig(path: Path) -> list[str]:
    """Return what poppler says of each signature."""
    told = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    return [line.split(":", 1)[1].strip() for line in told.splitlines() if "Signature Validation" in line]


def rust_report(path: Path, pki: LoopbackPki) -> dict[str, Any]:
    """Return pdfsignerpy's report, with only the company's CA as trust."""
    return dict(pdfsigner.verify_pdf_report(str(path), roots=str(pki.roots_pem)))


_PYHANKO = """
import json, logging, sys
logging.disable(logging.CRITICAL)
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
root = x509.Certificate.load(pem.unarmor(open(sys.argv[2], "rb").read())[2])
with open(sys.argv[1], "rb") as file:
    statuses = [
        validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
        for signature in PdfFileReader(file, strict=True).embedded_regular_signatures
    ]
told = [[status.bottom_line, status.coverage.name, status.timestamp_validity is not None] for status in statuses]
print(json.dumps(told))
"""


def pyhanko_says(path: Path, pki: LoopbackPki) -> list[list[Any]]:
    """Return (bottom line, coverage, has a time-stamp) of each signature, by pyHanko in a process of its own."""
    command = [sys.executable, "-c", _PYHANKO, str(path), str(pki.roots_pem)]
    return list(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def moment() -> datetime:
    """Return the time of the tests: foreign judges look at the real clock."""
    return datetime.now(UTC).replace(microsecond=0)
