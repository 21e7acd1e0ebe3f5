"""Signed files are judged by poppler, by a Rust verifier and by pyHanko elsewhere; nothing shown is touched."""

# mypy: disable-error-code="no-untyped-call"
# (pyHanko leaves its writers untyped)

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from signing.errors import Refused, SignatureRefused
from signing.formats.stamp import Stamp
from signing.verification.pdf import verify
from signing.verification.verdict import Overall
from tests.signing.formats.desk import STAMP, Desk, LocalSigner, pdfsig, pyhanko_says, rust_report


@pytest.mark.parametrize("streams", [True, False], ids=["xref-stream", "xref-table"])
@pytest.mark.parametrize("stamp", [STAMP, None], ids=["stamped", "unseen"])
@pytest.mark.parametrize("level", ["B-B", "B-T"])
def test_every_judge_accepts_a_signed_file(desk: Desk, level: str, stamp: Stamp | None, streams: bool) -> None:
    path, finished = desk.sign(desk.sheet(streams=streams), level=level, stamp=stamp)

    assert pdfsig(path) == ["Signature is Valid."]
    report = rust_report(path, desk.pki)
    assert (report["all_valid"], report["all_trusted"], report["document_intact"]) == (True, True, True)
    assert pyhanko_says(path, desk.pki) == [[True, "ENTIRE_FILE", level == "B-T"]]
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    assert finished.level == level
    assert (finished.stamped_at is not None) == (level == "B-T")


def test_an_rsa_key_signs_as_well(desk: Desk) -> None:
    desk = replace(desk, signer=LocalSigner.made(desk.pki, "Seal of the company", algorithm="RSA"))
    path, _ = desk.sign(desk.sheet())

    assert pdfsig(path) == ["Signature is Valid."]
    assert rust_report(path, desk.pki)["all_trusted"]


@pytest.mark.parametrize("stamp", [STAMP, None], ids=["stamped", "unseen"])
def test_the_shown_bytes_are_the_beginning_of_the_signed_ones(desk: Desk, stamp: Stamp | None) -> None:
    source = desk.sheet()
    path, finished = desk.sign(source, stamp=stamp)

    assert path.read_bytes().startswith(source.read_bytes())
    assert path.stat().st_size == finished.size_bytes


def test_three_people_sign_one_after_another(desk: Desk) -> None:
    source = desk.sheet()
    for number, name in enumerate(("Anna", "Boris", "Вера")):
        person = replace(desk, signer=LocalSigner.made(desk.pki, name))
        source, _ = person.sign(source, stamp=replace(STAMP, name=name), target=f"signed-{number}.pdf")

    assert pdfsig(source) == ["Signature is Valid."] * 3
    assert rust_report(source, desk.pki)["all_trusted"]
    verdict = verify(source, roots_der=desk.pki.roots_der, now=desk.now)
    assert verdict.overall is Overall.VALID
    assert [signature.signer for signature in verdict.signatures] == ["Anna", "Boris", "Вера"]
    assert [signature.is_last for signature in verdict.signatures] == [False, False, True]


def test_a_form_with_annotations_keeps_them(desk: Desk) -> None:
    source = desk.sheet(streams=False)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[10, 10, 20, 20])
        pdf.pages[-1].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))
        text = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("name"))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(text)]))
        pdf.save(source)
    path, _ = desk.sign(source)

    with pikepdf.open(path) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == ["name", "Signature"]
        assert [str(annotation.Subtype) for annotation in pdf.pages[-1].Annots] == ["/Link", "/Widget"]
    assert pdfsig(path) == ["Signature is Valid."]


def test_a_page_tree_with_branches_is_walked(desk: Desk) -> None:
    source = desk.sheet(pages=2)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        kids = list(pdf.Root.Pages.Kids)
        branch = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Pages, Parent=pdf.Root.Pages, Kids=pikepdf.Array(kids), Count=2)
        )
        for kid in kids:
            kid.Parent = branch
        pdf.Root.Pages.Kids = pikepdf.Array([branch])
        pdf.save(source)
    path, prepared = desk.prepare(source)

    assert prepared.page == 1
    desk.finish(path, source, prepared, desk.signer.sign(path, prepared.hole))


@pytest.mark.parametrize("tail", [b"", b"\n", b"\r\n\r\n", b"\n" + bytes(300)])
def test_what_stands_behind_the_end_of_a_file_does_not_matter(desk: Desk, tail: bytes) -> None:
    source = desk.sheet()
    source.write_bytes(source.read_bytes() + tail)
    path, _ = desk.sign(source)
    assert pdfsig(path) == ["Signature is Valid."]


def test_a_linearised_file_is_signed(desk: Desk) -> None:
    source, linear = desk.sheet(), desk.folder / "linear.pdf"
    with pikepdf.open(source) as pdf:
        pdf.save(linear, linearize=True)
    path, _ = desk.sign(linear)
    assert rust_report(path, desk.pki)["all_trusted"]


def test_a_signature_changes_no_metadata(desk: Desk) -> None:
    source = desk.sheet()
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.docinfo["/Producer"] = "Somebody else"
        pdf.Root.Metadata = pikepdf.Stream(pdf, b"<not really xmp")
        pdf.save(source, fix_metadata_version=False)
    path, _ = desk.sign(source)

    with pikepdf.open(path) as pdf:
        assert "/ModDate" not in pdf.docinfo
        assert pdf.Root.Metadata.read_bytes() == b"<not really xmp"


def test_a_document_certified_against_changes_is_refused(desk: Desk) -> None:
    source, certified = desk.sheet(), desk.folder / "certified.pdf"
    author = signers.SimpleSigner.load(*_key_files(desk), ca_chain_files=())
    assert author is not None
    settings = signers.PdfSignatureMetadata(
        field_name="Author", certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES
    )
    with source.open("rb") as shown, certified.open("wb") as file:
        signers.sign_pdf(IncrementalPdfFileWriter(shown), settings, signer=author, output=file)

    with pytest.raises(Refused) as refused:
        desk.prepare(certified)
    assert refused.value.code == "locked"


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7\nnothing", b"GIF89a", b"%PDF-1.4\n%%EOF"])
def test_what_is_no_pdf_is_refused_with_a_code(desk: Desk, body: bytes) -> None:
    source = desk.folder / "bad.pdf"
    source.write_bytes(body)
    with pytest.raises(Refused) as refused:
        desk.prepare(source)
    assert refused.value.code == "damaged"


@pytest.mark.parametrize(("level", "with_token"), [("B-T", False), ("B-B", True), ("B-LT", True)])
def test_a_level_other_than_the_promised_is_refused(desk: Desk, level: str, with_token: bool) -> None:
    source = desk.sheet()
    path, prepared = desk.prepare(source)
    made = desk.signer.sign(path, prepared.hole)
    with pytest.raises(SignatureRefused, match="wrong-level"):
        desk.finish(path, source, prepared, made, level=level, timestamp=desk.token(made.value) if with_token else None)


def _key_files(desk: Desk) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    key, certificate = desk.folder / "key.pem", desk.folder / "certificate.pem"
    key.write_bytes(
        desk.signer.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    loaded = x509.load_der_x509_certificate(desk.signer.chain[0])
    certificate.write_bytes(loaded.public_bytes(serialization.Encoding.PEM))
    return key, certificate
