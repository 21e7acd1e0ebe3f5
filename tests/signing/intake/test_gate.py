"""The gate: kinds by magic bytes, names, limits, and what it tells about a document that may pass."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pyhanko.sign.fields import MDPPerm

from signing.document import Kind
from signing.errors import Refused
from signing.intake.gate import GateLimits, inspect
from signing.intake.kind import sniff
from tests.assets import crafted_pdfs, signed_pdfs


def _file(folder: Path, body: bytes) -> Path:
    path = folder / "received"
    path.write_bytes(body)
    return path


def _code(path: Path, *, name: str = "x.pdf", limits: GateLimits | None = None) -> str:
    with pytest.raises(Refused) as refusal:
        inspect(path, name=name, limits=limits)
    return refusal.value.code


def _zip(*names: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return body.getvalue()


def test_the_verdict_names_the_exact_bytes(tmp_path: Path) -> None:
    body = crafted_pdfs.good()
    verdict = inspect(_file(tmp_path, body), name="Contract 17-44.pdf")
    assert verdict.sha256 == hashlib.sha256(body).hexdigest()
    assert (verdict.kind, verdict.pages, verdict.size_bytes) == (Kind.PDF, 1, len(body))
    assert (verdict.warnings, verdict.earlier, verdict.docmdp) == ((), (), None)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("\u200fחוזה\u200e 17.pdf", "חוזה 17.pdf"),
        ("../../etc/passwd.pdf", "etc passwd.pdf"),
        ("a\u0000b\n.pdf", "ab.pdf"),
        ("", "document.pdf"),
    ],
)
def test_a_name_cannot_deceive(tmp_path: Path, sent: str, shown: str) -> None:
    assert inspect(_file(tmp_path, crafted_pdfs.good()), name=sent).name == shown


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "kind-office-other"),
        (_zip("[Content_Types].xml", "word/document.xml"), "a.pdf", "not-a-pdf"),
        (_zip("a.pdf", "b.pdf"), "a.zip", "kind-archive"),
        (b"Rar!\x1a\x07\x01\x00", "a.rar", "kind-archive"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "kind-text"),
        (b"MZ\x90\x00" + bytes(100), "a.exe", "kind-unknown"),
        (b"MZ\x90\x00" + bytes(100), "a.pdf", "not-a-pdf"),
    ],
)
def test_other_kinds_are_refused_by_what_they_are(tmp_path: Path, body: bytes, name: str, code: str) -> None:
    assert _code(_file(tmp_path, body), name=name) == code


def test_magic_counts_and_the_name_does_not(tmp_path: Path) -> None:
    assert inspect(_file(tmp_path, crafted_pdfs.good()), name="holiday.jpg").kind is Kind.PDF


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\xff\xd8\xff\xe1", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"II*\x00", "image/tiff"),
    ],
)
def test_photos_are_known_by_their_magic(head: bytes, media_type: str) -> None:
    assert sniff(head) == (Kind.IMAGE, media_type)


def test_limits_can_be_tightened(tmp_path: Path) -> None:
    path = _file(tmp_path, crafted_pdfs.page_list(11))
    assert inspect(path, name="x.pdf").pages == 11
    assert _code(path, limits=GateLimits(pages=10)) == "too-many-pages"
    assert _code(path, limits=GateLimits(objects=10)) == "too-many-objects"
    assert _code(path, limits=GateLimits(items=10)) == "too-many-objects"
    assert _code(path, limits=GateLimits(file_bytes=100)) == "too-large"


def test_the_items_of_one_array_are_counted_before_they_are_looked_at(tmp_path: Path) -> None:
    path = _file(tmp_path, crafted_pdfs.arrays_in_an_array(5_000))
    assert inspect(path, name="x.pdf").pages == 1
    assert _code(path, limits=GateLimits(items=4_000)) == "too-many-objects"


def test_a_refusal_tells_what_it_is_about(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        inspect(_file(tmp_path, crafted_pdfs.page_list(11)), name="x.pdf", limits=GateLimits(pages=10))
    assert refusal.value.facts == {"code": "too-many-pages", "limit": 10}


def test_earlier_signatures_are_listed_oldest_first(tmp_path: Path) -> None:
    body = signed_pdfs.signed(signed_pdfs.signed(), field="Second")
    earlier = inspect(_file(tmp_path, body), name="x.pdf").earlier
    assert [one.signer for one in earlier] == [signed_pdfs.SIGNER, signed_pdfs.SIGNER]
    assert all(one.intact and not one.trusted and one.signed_at for one in earlier)


def test_a_certification_that_allows_signatures_is_told(tmp_path: Path) -> None:
    body = signed_pdfs.signed(certify=MDPPerm.FILL_FORMS)
    assert inspect(_file(tmp_path, body), name="x.pdf").docmdp == 2


def test_a_broken_earlier_signature_names_its_signer(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        inspect(_file(tmp_path, signed_pdfs.altered_inside()), name="x.pdf")
    assert refusal.value.facts == {"code": "broken-signature", "signer": signed_pdfs.SIGNER}


def test_importing_the_gate_imports_no_parser() -> None:
    parsers = "{'pyhanko', 'pikepdf', 'pypdfium2', 'PIL', 'img2pdf'}"
    code = f"import sys, signing.intake.reception; sys.exit(bool({parsers} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
