"""A signature in a file of its own: the document keeps every byte, and foreign programs accept what lies beside it."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from signing.errors import SignatureRefused
from signing.formats import FORMATS, Finished
from signing.verification.files import DOCUMENT_MISSING, verify_files
from signing.verification.verdict import Overall, Verdict
from tests.signing.formats.desk import Desk, time_stamp


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A document and its signature."""

    document: Path
    signature: Path
    finished: Finished


def _signed(desk: Desk, *, level: str = "B-T", **more: Any) -> Pair:
    document, target = desk.sheet(), desk.folder / "contract.pdf.p7s"
    prepared = FORMATS["cades"].prepare(
        document, target, field="unused", stamp=None, signer="", reason="", location="", signed_at=desk.now
    )
    digest = hashlib.sha256(document.read_bytes()).digest()
    made = desk.signer.sign_digest(more.pop("digest", digest), stated_at=desk.now)
    facts: dict[str, Any] = {
        "cms": made.cms, "timestamp": time_stamp(desk.pki, made.value) if level == "B-T" else None, "level": level,
        "certificate_der": desk.signer.chain[0], "roots_der": desk.pki.roots_der,
    }  # fmt: skip
    finished = FORMATS["cades"].finish(target, source=document, prepared=prepared, **(facts | more))
    return Pair(document=document, signature=target, finished=finished)


def _verdict(desk: Desk, *files: Path, **more: Any) -> Verdict:
    return verify_files(files, **{"roots_der": desk.pki.roots_der, "now": desk.now, **more})


def test_the_document_keeps_every_byte_and_openssl_accepts_its_signature(desk: Desk, tmp_path: Path) -> None:
    before = desk.sheet().read_bytes()
    pair, roots = _signed(desk), tmp_path / "roots.pem"
    assert pair.document.read_bytes() == before
    assert (pair.finished.level, pair.finished.stamped_at is None) == ("B-T", False)
    assert pair.finished.size_bytes == pair.signature.stat().st_size
    found = [x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM) for der in desk.pki.roots_der]
    roots.write_bytes(b"".join(found))
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", str(pair.signature)]
    command += ["-CAfile", str(roots), "-purpose", "any", "-out", "/dev/null", "-content"]
    subprocess.run([*command, str(pair.document)], check=True, capture_output=True, timeout=30)
    other = tmp_path / "other.pdf"
    other.write_bytes(before + b"\n")
    assert subprocess.run([*command, str(other)], check=False, capture_output=True, timeout=30).returncode != 0


def test_our_own_verdict_says_who_and_when_in_either_order(desk: Desk) -> None:
    pair = _signed(desk)
    for files in ((pair.document, pair.signature), (pair.signature, pair.document)):
        verdict = _verdict(desk, *files)
        (one,) = verdict.signatures
        assert (verdict.overall, verdict.sha256) == (Overall.VALID, pair.finished.sha256)
        assert (one.signer, one.level, one.trusted_by) == ("Иван Марковић", "B-T", "TEST Root CA")
        assert (one.stated_at, one.proved_by) == (desk.now.replace(microsecond=0).isoformat(), "TEST Time-Stamps")


def test_what_does_not_belong_together_is_called_so(desk: Desk, tmp_path: Path) -> None:
    pair, other = _signed(desk, level="B-B"), tmp_path / "other.pdf"
    other.write_bytes(pair.document.read_bytes() + b" ")
    assert _verdict(desk, other, pair.signature).overall is Overall.BROKEN
    assert _verdict(desk, pair.signature).problem == DOCUMENT_MISSING
    assert _verdict(desk, pair.document, pair.signature, roots_der=()).overall is Overall.VALID_BUT_UNKNOWN_SIGNER
    cut = tmp_path / "cut.p7s"
    cut.write_bytes(pair.signature.read_bytes()[:-40])
    assert _verdict(desk, pair.document, cut).overall is Overall.UNREADABLE
    later = _verdict(desk, pair.document, pair.signature, now=desk.now + timedelta(days=500))
    assert later.overall is Overall.VALID_BUT_UNKNOWN_SIGNER, "no time-stamp proves when it was made"


@pytest.mark.parametrize(
    "more",
    [
        {"digest": hashlib.sha256(b"other bytes").digest()}, {"roots_der": ()}, {"cms": b"0\x03\x02\x01\x01"},
        {"level": "B-B", "timestamp": b"0"}, {"timestamp": None},
    ],
)  # fmt: skip
def test_a_signature_that_does_not_prove_itself_is_not_handed_over(desk: Desk, more: dict[str, Any]) -> None:
    with pytest.raises(SignatureRefused):
        _signed(desk, **more)
