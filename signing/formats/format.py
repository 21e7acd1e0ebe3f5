"""What every signature format offers: prepare the file with a hole, later finish it with what the module made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from signing.document import Sha256
from signing.formats.stamp import DrawnStamp
from signing.ports import Hole


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A file that lacks nothing but its signature."""

    hole: Hole
    size_bytes: int
    """Of the prepared file; filling the hole does not change it."""
    field: str
    """Name of the signature field; differs from the wish when that name was taken."""
    page: int | None
    """0-based page of the visible stamp; None without a stamp."""
    covers_nothing: bool
    """False when the page had no free place and the stamp stands over something."""
    signed_at: datetime
    """As stated; only a time-stamp proves it."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A signed file that passed its self-check."""

    sha256: Sha256
    size_bytes: int
    level: str
    """`B-B` or `B-T`."""
    stamped_at: datetime | None
    """The time that the time-stamp authority signed; None at level B-B."""


class Format(Protocol):
    """One signature format; both functions are synchronous and run in disposable workers."""

    def prepare(
        self,
        source: Path,
        target: Path,
        *,
        field: str,
        stamp: DrawnStamp | None,
        signer: str,
        reason: str,
        location: str,
        signed_at: datetime,
    ) -> Prepared:
        """Write `target`: the bytes of `source`, then only what belongs to one new signature, with a hole for it.

        Raises `Refused` when the document cannot or must not be signed.
        """

    def finish(
        self,
        target: Path,
        *,
        source: Path,
        prepared: Prepared,
        cms: bytes,
        timestamp: bytes | None,
        certificate_der: bytes,
        roots_der: Sequence[bytes],
        level: str,
        tsa_roots_der: Sequence[bytes] = (),
    ) -> Finished:
        """Fill the hole of `target` and check the result without trusting its makers.

        `cms` is detached CAdES-B, `timestamp` a DER `TimeStampToken` over its signature value, `roots_der` the trust
        anchors (also of the time-stamp, unless `tsa_roots_der` names others). Raises `SignatureRefused` on any doubt;
        the file must then not be used. Not checked: revocation.
        """
