"""What signatures carry, inside a PDF or beside it: value, certificates, time-stamp. For evidence, not for trust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import cms

from signing.errors import SignatureRefused
from signing.verification.files import is_signature

if TYPE_CHECKING:
    from pyhanko.sign.validation import EmbeddedPdfSignature


@dataclass(frozen=True, kw_only=True)
class Carried:
    """One signature of a file, in plain bytes."""

    field: str
    signed_at: str | None
    """ISO 8601; the signer's own word."""
    end: int
    """Where the bytes that it covers end; 0 for a signature in a file of its own."""
    value: bytes
    """The signature value, which a time-stamp covers."""
    certificates: tuple[bytes, ...]
    """DER; the signer's first."""
    time_stamp: bytes | None
    """DER of the `TimeStampToken`."""


def carried(source: Path) -> list[Carried]:
    """Return the signatures of a PDF in the order they were made, none for one without; or of a CMS file, DER.

    Checks nothing (see `pdf.verify`). Raises `SignatureRefused("unreadable")`. Runs in a disposable worker.
    """
    try:
        with source.open("rb") as file:
            if is_signature(file.read(64)):
                return [_beside(source.read_bytes())]
            # Costs a second: only the worker that reads a PDF pays for it.
            from pyhanko.pdf_utils.reader import PdfFileReader

            return [_carried(signature) for signature in PdfFileReader(file, strict=True).embedded_regular_signatures]
    except Exception as error:
        raise SignatureRefused(reason="unreadable", kind=type(error).__name__) from error


def _carried(signature: EmbeddedPdfSignature) -> Carried:
    signer, stated = signature.signer_info, signature.self_reported_timestamp
    others = [choice.chosen.dump() for choice in signature.signed_data["certificates"]]
    return Carried(
        field=str(signature.field_name),
        signed_at=stated.isoformat() if stated else None,
        end=int(signature.byte_range[2]) + int(signature.byte_range[3]),
        value=bytes(signer["signature"].native),
        certificates=tuple(dict.fromkeys([signature.signer_cert.dump(), *others])),
        time_stamp=_time_stamp(signer["unsigned_attrs"] or ()),
    )


def _beside(body: bytes) -> Carried:
    signed = cms.ContentInfo.load(body, strict=True)["content"]
    (signer,) = signed["signer_infos"]
    certificates = [choice.chosen for choice in signed["certificates"]]
    own = next(each for each in certificates if each.serial_number == signer["sid"].chosen["serial_number"].native)
    stated = [each["values"][0].native for each in signer["signed_attrs"] if each["type"].native == "signing_time"]
    return Carried(
        field="p7s",
        signed_at=stated[0].isoformat() if stated else None,
        end=0,
        value=bytes(signer["signature"].native),
        certificates=tuple(dict.fromkeys([own.dump(), *(each.dump() for each in certificates)])),
        time_stamp=_time_stamp(signer["unsigned_attrs"] or ()),
    )


def _time_stamp(attributes: Sequence[cms.CMSAttribute]) -> bytes | None:
    tokens = [each["values"] for each in attributes if each["type"].native == "signature_time_stamp_token"]
    return bytes(tokens[0][0].dump()) if tokens else None
