"""Office files, archives, texts and what nobody knows: refused today, each with a code that says what is possible."""

from __future__ import annotations

from signing.document import Kind
from signing.errors import Refused

REFUSALS = {
    Kind.OFFICE: "kind-office",
    Kind.ARCHIVE: "kind-archive",
    Kind.TEXT: "kind-text",
    Kind.UNKNOWN: "kind-unknown",
}
"""The ways out: save as PDF; unpack and send the documents; print to PDF; ask the sender what it is."""


def refuse_kind(kind: Kind, *, media_type: str, name: str) -> None:
    """Refuse every kind that cannot be signed today, and `not-a-pdf` for one that only calls itself PDF."""
    if kind in REFUSALS:
        is_pretended = name.lower().endswith(".pdf")
        raise Refused("not-a-pdf" if is_pretended else REFUSALS[kind], media_type=media_type)
