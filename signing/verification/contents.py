"""What the signatures of a PDF carry: their place, value, certificates and time-stamp. For evidence, not for trust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature

from signing.errors import SignatureRefused


@dataclass(frozen=True, kw_only=True)
class Carried:
    """One signature of a file, in plain bytes."""

    field: str
    signed_at: str | None
    """ISO 8601; the signer's own word."""
    byte_range: tuple[int, int, int, int]
    value: bytes
    """The signature value, which a time-stamp covers."""
    certificates: tuple[bytes, ...]
    """DER; the signer's first."""
    time_stamp: bytes | None
    """DER of the `TimeStampToken`."""


def carried(source: Path) -> list[Carried]:
    """Return the signatures of `source` in the order they were made; none for a file without.

    Checks nothing (see `pdf.verify`). Raises `SignatureRefused("unreadable")`. Runs in a disposable worker.
    """
    try:
        with source.open("rb") as file:
            return [_carried(signature) for signature in PdfFileReader(file, strict=True).embedded_regular_signatures]
    except Exception as error:
        raise SignatureRefused(reason="unreadable", kind=type(error).__name__) from error


def _carried(signature: EmbeddedPdfSignature) -> Carried:
    signer = signature.signer_info
    stated, own = signature.self_reported_timestamp, signature.signer_cert.dump()
    others = [choice.chosen.dump() for choice in signature.signed_data["certificates"]]
    first, second, third, fourth = (int(offset) for offset in signature.byte_range)
    return Carried(
        field=str(signature.field_name),
        signed_at=stated.isoformat() if stated else None,
        byte_range=(first, second, third, fourth),
        value=bytes(signer["signature"].native),
        certificates=tuple(dict.fromkeys([own, *others])),
        time_stamp=_time_stamp(signer["unsigned_attrs"] or ()),
    )


def _time_stamp(attributes: Sequence[cms.CMSAttribute]) -> bytes | None:
    tokens = [each["values"] for each in attributes if each["type"].native == "signature_time_stamp_token"]
    return bytes(tokens[0][0].dump()) if tokens else None
