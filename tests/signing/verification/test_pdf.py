"""The verdict on signed files: plain, strict, without network; what is not certain is not valid."""

# mypy: disable-error-code="no-untyped-call"
# (pyHanko leaves its writers untyped)

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from playground.pki import LoopbackPki
from signing.verification.pdf import verify
from signing.verification.verdict import Label, Overall, Verdict
from tests.signing.formats.desk import Desk, LocalSigner


def _verdict(desk: Desk, path: Path, **more: object) -> Verdict:
    return verify(path, **{"roots_der": desk.pki.roots_der, "now": desk.now, **more})  # type: ignore[arg-type]  # the cases vary them


def test_our_own_file_is_valid_and_says_who_when_and_by_whom(desk: Desk) -> None:
    path, finished = desk.sign(desk.sheet())
    verdict = _verdict(desk, path)

    assert (verdict.overall, verdict.sha256, verdict.size_bytes) == (
        Overall.VALID, finished.sha256, finished.size_bytes,
    )  # fmt: skip
    (signature,) = verdict.signatures
    assert signature.signer == "Иван Марковић"
    assert signature.trusted_by == "TEST Root CA"
    assert signature.stated_at == desk.now.isoformat()
    assert signature.proved_at is not None
    assert signature.proved_by == "TEST Time-Stamps"
    assert (signature.level, signature.label, signature.is_test) == ("B-T", Label.ADVANCED, True)


def test_without_a_time_stamp_the_time_is_only_stated(desk: Desk) -> None:
    path, _ = desk.sign(desk.sheet(), level="B-B")
    (signature,) = _verdict(desk, path).signatures
    assert (signature.level, signature.proved_at, signature.proved_by) == ("B-B", None, "")


def test_an_unknown_issuer_makes_an_unknown_signer(desk: Desk, tmp_path: Path) -> None:
    path, _ = desk.sign(desk.sheet())
    verdict = _verdict(desk, path, roots_der=LoopbackPki(tmp_path / "strangers").roots_der)

    assert verdict.overall is Overall.VALID_BUT_UNKNOWN_SIGNER
    (signature,) = verdict.signatures
    assert (signature.problem, signature.trusted_by, signature.label) == ("unknown-issuer", "", Label.SIMPLE)


def test_nobody_is_trusted_without_roots(desk: Desk) -> None:
    path, _ = desk.sign(desk.sheet())
    assert _verdict(desk, path, roots_der=()).overall is Overall.VALID_BUT_UNKNOWN_SIGNER


def test_a_time_stamp_outlives_the_certificate(desk: Desk) -> None:
    source, later = desk.sheet(), desk.now + timedelta(days=500)
    stamped, _ = desk.sign(source, level="B-T", target="stamped.pdf")
    bare, _ = desk.sign(source, level="B-B", target="bare.pdf")

    assert _verdict(desk, stamped, now=later).overall is Overall.VALID
    expired = _verdict(desk, bare, now=later)
    assert expired.overall is Overall.VALID_BUT_UNKNOWN_SIGNER
    assert expired.signatures[0].problem == "expired"


def test_a_file_without_signatures_is_unsigned(desk: Desk) -> None:
    assert _verdict(desk, desk.sheet()).overall is Overall.UNSIGNED


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"\x00" * 500, b"PK\x03\x04 not a pdf"])
def test_what_cannot_be_read_is_unreadable(desk: Desk, body: bytes) -> None:
    path = desk.folder / "unreadable.pdf"
    path.write_bytes(body)
    assert _verdict(desk, path).overall is Overall.UNREADABLE


def test_a_changed_byte_anywhere_is_never_valid(desk: Desk) -> None:
    path, _ = desk.sign(desk.sheet())
    whole = path.read_bytes()
    with pikepdf.open(path) as pdf:
        _, start, end, _ = (int(part) for part in pdf.Root.AcroForm.Fields[0].V.ByteRange)
    filled = start + len(whole[start:end].rstrip(b">").rstrip(b"0"))
    step = max(len(whole) // 60, 1)
    for at in [place for place in range(0, len(whole), step) if not filled <= place < end]:
        body = bytearray(whole)
        body[at] ^= 0x04
        path.write_bytes(body)
        assert _verdict(desk, path).overall is not Overall.VALID, at


@pytest.mark.parametrize("part", ["page", "field"])
def test_a_change_after_signing_is_told(desk: Desk, part: str) -> None:
    path, _ = desk.sign(desk.sheet())
    with path.open("r+b") as file:
        writer = IncrementalPdfFileWriter(file)
        if part == "page":
            page, _ = writer.find_page_for_modification(0)
            page.get_object()["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 9 9 re f"))
            writer.mark_update(page)
        else:
            field = writer.root["/AcroForm"]["/Fields"][0]
            field["/Rect"] = generic.ArrayObject([generic.NumberObject(side) for side in (0, 0, 500, 500)])
            writer.update_container(field)
        writer.write_in_place()

    verdict = _verdict(desk, path)
    assert verdict.overall is Overall.CHANGED
    assert verdict.signatures[0].problem == "changed-after-signing"


def test_a_file_is_as_good_as_its_worst_signature(desk: Desk, tmp_path: Path) -> None:
    stranger_pki = LoopbackPki(tmp_path / "strangers")
    stranger = replace(desk, pki=stranger_pki, signer=LocalSigner.made(stranger_pki, "Stranger"))
    first, _ = stranger.sign(desk.sheet(), target="first.pdf")
    second, _ = desk.sign(first, target="second.pdf")

    verdict = _verdict(desk, second)
    assert verdict.overall is Overall.VALID_BUT_UNKNOWN_SIGNER
    assert [signature.overall for signature in verdict.signatures] == [
        Overall.VALID_BUT_UNKNOWN_SIGNER, Overall.VALID,
    ]  # fmt: skip


def test_a_signature_that_is_no_pades_says_so(desk: Desk) -> None:
    key, certificate = desk.folder / "key.pem", desk.folder / "certificate.pem"
    key.write_bytes(
        desk.signer.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    own, issuer = (x509.load_der_x509_certificate(der) for der in desk.signer.chain)
    certificate.write_bytes(own.public_bytes(serialization.Encoding.PEM))
    issuer_file = desk.folder / "issuer.pem"
    issuer_file.write_bytes(issuer.public_bytes(serialization.Encoding.PEM))
    other = signers.SimpleSigner.load(str(key), str(certificate), ca_chain_files=(str(issuer_file),))
    path = desk.folder / "adobe.pdf"
    with desk.sheet().open("rb") as shown, path.open("wb") as file:
        settings = signers.PdfSignatureMetadata(field_name="Other")
        signers.sign_pdf(IncrementalPdfFileWriter(shown), settings, signer=other, output=file)

    verdict = _verdict(desk, path)
    assert verdict.overall is Overall.VALID
    assert verdict.signatures[0].level == "CMS"


def test_the_full_report_is_plain_json(desk: Desk) -> None:
    path, _ = desk.sign(desk.sheet())
    report = json.loads(json.dumps(_verdict(desk, path).to_json()))
    assert report["overall"] == "valid"
    assert report["signatures"][0]["signer"] == "Иван Марковић"
