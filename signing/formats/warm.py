"""Signs a sheet some times when it is imported: processes forked afterwards inherit warm caches and work twice as fast.

For the mother of the workers only (`PRELOAD`); the sheet, key and certificate are our own and gone at once.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from signing.formats import pades
from signing.formats.pdf_object import pdf_object
from signing.formats.stamp import DrawnStamp, StampPlace

_FONT = pdf_object({"/Type": "/Font"})
_STAMP = DrawnStamp(
    place=StampPlace(), width=100.0, height=76.0, contents=zlib.compress(b"0 0 9 9 re f"), fonts={"R": (_FONT,)}
)
_ROUNDS = 10
"""CPython adapts a function to its arguments after eight calls (PEP 659): a worker that did would copy its page."""

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def sign_sheet(folder: Path) -> None:
    """Prepare, sign and finish one page in `folder`."""
    source, target = folder / "sheet.pdf", folder / "signed.pdf"
    _draw_sheet(source)
    prepared = pades.prepare(
        source, target, field="Warm", stamp=_STAMP, signer="Warm", reason="Warm", location="Warm", signed_at=_MOMENT
    )
    body, hole = target.read_bytes(), prepared.hole
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key)
    digest = hashlib.sha256(body[: hole.start] + body[hole.end :]).digest()
    pades.finish(
        target, source=source, prepared=prepared, cms=_signed(digest, key, certificate), timestamp=None,
        certificate_der=certificate, roots_der=(certificate,), level="B-B",
    )  # fmt: skip


def _draw_sheet(path: Path) -> None:
    """Write a page with a word in it (pdfium then looks for its fonts) and a compressed cross-reference."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        pdf.pages[0].Contents = pdf.make_stream(b"BT /F 12 Tf 60 700 Td (warm) Tj ET")
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Warm")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(_MOMENT - timedelta(days=1)).not_valid_after(_MOMENT + timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _signed(digest: bytes, key: ec.EllipticCurvePrivateKey, certificate_der: bytes) -> bytes:
    certificate = asn1_x509.Certificate.load(certificate_der)
    identity = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate_der).digest()})
    named = tsp.SigningCertificateV2({"certs": [identity]})
    contents = {"content_type": "data", "message_digest": digest, "signing_certificate_v2": named}
    attributes = cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in contents.items()])
    issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(issuer)),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices("certificate", certificate)],
        "signer_infos": [signer],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


with TemporaryDirectory() as _folder:
    for _ in range(_ROUNDS):
        sign_sheet(Path(_folder))
