"""Archives, data and what nobody knows: refused, each with a code that says what is possible."""

from __future__ import annotations

from signing.document import Kind
from signing.errors import Refused

REFUSALS = {
    Kind.ARCHIVE: "kind-archive",
    Kind.TEXT: "kind-text",
    Kind.UNKNOWN: "kind-unknown",
}
"""The ways out: unpack and send the documents; export a document; ask the sender what it is."""


def refuse_kind(kind: Kind, *, media_type: str, name: str) -> None:
    """Refuse every kind that cannot be signed, and `not-a-pdf` for whatever only calls itself PDF."""
    is_pretended = name.lower().endswith(".pdf") and kind not in (Kind.PDF, Kind.IMAGE)
    if is_pretended or kind in REFUSALS:
        raise Refused("not-a-pdf" if is_pretended else REFUSALS[kind], media_type=media_type)
