"""PDF files with signatures on them, made by pyHanko with a throw-away key."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.assets.raw_pdf import document, stream, written

SIGNER = "Olga Babić"
PLACEHOLDER_BYTES = 8_192


@cache
def _signer() -> signers.SimpleSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)])
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(moment).not_valid_after(moment + timedelta(days=3650)).sign(key, hashes.SHA256())
    )  # fmt: skip
    der = serialization.Encoding.DER
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(der)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # pyHanko types its public half only
    )


def signed(
    body: bytes | None = None,
    *,
    field: str = "First",
    certify: fields.MDPPerm | None = None,
    lock: fields.FieldMDPSpec | None = None,
) -> bytes:
    """Return the document (a good one when None) with one more signature, certified or locking on request."""
    writer = IncrementalPdfFileWriter(io.BytesIO(body if body is not None else written(document())))
    described = fields.SigFieldSpec(sig_field_name=field, field_mdp_spec=lock)
    metadata = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES,
        certify=certify is not None, docmdp_permissions=certify or fields.MDPPerm.FILL_FORMS,
    )  # fmt: skip
    out = signers.PdfSigner(metadata, signer=_signer(), new_field_spec=described).sign_pdf(
        writer, bytes_reserved=PLACEHOLDER_BYTES
    )
    return bytes(out.getvalue())


def altered_inside() -> bytes:
    """Return a signed document in which one letter of the page was changed afterwards."""
    return signed().replace(b"(Contract 17-44)", b"(Contract 17-45)")


def altered_by_update() -> bytes:
    """Return a signed document whose page content was replaced by a later update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 18 Tf 72 700 Td (Other) Tj ET"))
    writer.update_container(page)
    return _saved(writer)


def two_revisions() -> bytes:
    """Return an unsigned document with a harmless second revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(written(document())))
    writer.root["/PageMode"] = generic.NameObject("/UseNone")
    writer.update_root()  # type: ignore[no-untyped-call]  # as above
    return _saved(writer)


def without_cms() -> bytes:
    """Return a document whose signature contains nothing."""
    value = (
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 9 20 9] /Contents <00> >>"
    )
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (First) /Rect [0 0 0 0] /V 7 0 R /P 3 0 R /F 132 >>"
    catalog = b"/AcroForm << /Fields [6 0 R] /SigFlags 3 >>"
    return written(document(catalog=catalog, page=b"/Annots [6 0 R]", more={6: field, 7: value}))


def empty_field() -> bytes:
    """Return a document with a signature field that waits for somebody."""
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (First) /Rect [0 0 0 0] /P 3 0 R /F 132 >>"
    catalog = b"/AcroForm << /Fields [6 0 R] >>"
    return written(document(catalog=catalog, page=b"/Annots [6 0 R]", more={6: field, 7: stream(b"")}))


def _saved(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # as above
    return out.getvalue()
