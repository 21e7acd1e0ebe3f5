"""Signatures that were there before ours: listed for the card, and the locks they put on the document.

A light reading for the gate: whole and unaltered, or not. Whom to trust is asked in `signing.verification`.
"""

from __future__ import annotations

import hashlib

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import FieldMDPAction, MDPPerm
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data
from pyhanko.sign.validation.status import SignatureCoverageLevel

from signing.document import EarlierSignature, clean_name
from signing.errors import Refused


def list_signatures(reader: PdfFileReader) -> tuple[EarlierSignature, ...]:
    """Return the signatures, oldest first; refuse `broken-signature` when one of them does not hold."""
    try:
        signatures = reader.embedded_signatures
        listed = tuple(_read(signature) for signature in signatures)
    except Exception as error:
        # What cannot even be read (unknown CMS, missing ByteRange, foreign algorithms) is no signature to build on.
        raise Refused("broken-signature", reason=type(error).__name__) from error
    broken = next((one for one in listed if not one.intact), None)
    if broken is not None:
        raise Refused("broken-signature", signer=broken.signer)
    return listed


def certification(reader: PdfFileReader) -> int | None:
    """Return P of the author's certification (DocMDP), None without one."""
    certified = read_certification_data(reader)
    return None if certified is None else int(certified.permission.value)


def check_locks(reader: PdfFileReader) -> None:
    """Refuse `locked` when an earlier signer forbade any further signature (DocMDP P=1, lock of all fields)."""
    if certification(reader) == MDPPerm.NO_CHANGES.value:
        raise Refused("locked", what="certified")
    for signature in reader.embedded_signatures:
        if signature.docmdp_level is MDPPerm.NO_CHANGES:
            raise Refused("locked", what="certified", signer=_signer(signature))
        locked = signature.fieldmdp
        # Everything, or everything but a list that cannot know our new field.
        if locked is not None and locked.action in (FieldMDPAction.ALL, FieldMDPAction.EXCLUDE):
            raise Refused("locked", what="fields", signer=_signer(signature))


def _read(signature: EmbeddedPdfSignature) -> EarlierSignature:
    stated = signature.self_reported_timestamp
    return EarlierSignature(
        signer=_signer(signature),
        signed_at=None if stated is None else stated.isoformat(),
        intact=_is_whole(signature) and _is_genuine(signature),
        trusted=False,
    )


def _is_whole(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the signature covers its revision and later changes are of the allowed kind."""
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]  # pyHanko types its public half only
    coverage: object = signature.coverage
    if coverage not in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION):
        return False
    difference: object = signature.diff_result
    return isinstance(difference, DiffResult) and difference.modification_level is not ModificationLevel.OTHER


def _is_genuine(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether digest and signature value fit the certificate inside; the certificate itself is not judged."""
    digest = signature.compute_digest()
    content = signature.signed_data["encap_content_info"]
    kind = content["content_type"].native
    if kind == "tst_info":  # a document time-stamp signs the digest at one remove
        if content["content"].parsed["message_imprint"]["hashed_message"].native != digest:
            return False
        digest = hashlib.new(signature.md_algorithm, bytes(content["content"])).digest()
    intact, valid = validate_sig_integrity(signature.signer_info, signature.signer_cert, kind, digest)
    return bool(intact and valid)


def _signer(signature: EmbeddedPdfSignature) -> str:
    subject = signature.signer_cert.subject
    named = subject.native.get("common_name") or subject.human_friendly
    name = clean_name(str(named), fallback="?")
    return f"time-stamp: {name}" if _is_timestamp(signature.sig_object) else name


def _is_timestamp(sig_object: generic.DictionaryObject) -> bool:
    return bool(sig_object.get("/Type") == "/DocTimeStamp")
