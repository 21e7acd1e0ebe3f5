"""What a signature leaves behind: one signed PDF, or the document as it was with its signature beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from signing.activation.record import DETACHED
from signing.document import Sha256
from signing.facts import Signature
from signing.request import SigningRequest

PDF = "application/pdf"
P7S = "application/pkcs7-signature"
"""RFC 8551, 3.2."""


@dataclass(frozen=True, kw_only=True)
class SignedFile:
    """One file that a reader gets."""

    name: str
    sha256: Sha256
    media_type: str = PDF


def files_of(request: SigningRequest, signature: Signature) -> tuple[SignedFile, ...]:
    """Return what one signature is handed over as; the first file is the document, which people read and compare."""
    document = request.documents[signature.document]
    if request.format not in DETACHED:
        return (SignedFile(name=document.signed_name, sha256=signature.signed_sha256),)
    return (
        SignedFile(name=document.name, sha256=document.sha256),
        SignedFile(name=f"{document.name}.p7s", sha256=signature.signed_sha256, media_type=P7S),
    )


def all_files_of(request: SigningRequest, signatures: Iterable[Signature]) -> tuple[SignedFile, ...]:
    """Return what all signatures of a request are handed over as, each file once."""
    return tuple(dict.fromkeys(file for signature in signatures for file in files_of(request, signature)))


def is_beside(request: SigningRequest) -> bool:
    """Whether the signatures of a request are files of their own."""
    return request.format in DETACHED


def kind_of(form: str, level: str) -> str:
    """Return how phrases name a level: `B-T`, and `beside-B-T` for a signature in a file of its own."""
    return f"beside-{level}" if form in DETACHED else level
