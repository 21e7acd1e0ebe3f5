"""What we say of a signed file: one verdict, plain values only, whatever the format."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from signing.document import Sha256


class Overall(StrEnum):
    """The one answer for a person."""

    VALID = "valid"
    VALID_BUT_UNKNOWN_SIGNER = "valid_but_unknown_signer"
    """Nothing was changed, but we cannot say who signed: unknown issuer, expired or revoked certificate."""
    CHANGED = "changed"
    """Something that no signature allows was added after signing."""
    BROKEN = "broken"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


class Label(StrEnum):
    """What kind of signature it is (invariant 11); QES is never claimed from the certificate's own word."""

    SIMPLE = "ses"
    """Nobody we trust vouches for the signer."""
    ADVANCED = "ades"
    SEAL = "seal"


@dataclass(frozen=True, kw_only=True)
class SignatureVerdict:
    """One signature of a file."""

    name: str
    """Of the signature field."""
    overall: Overall
    problem: str = ""
    """A code when `overall` is not `valid`, such as `unknown-issuer`, `expired`, `revoked`, `wrong-digest`."""
    signer: str = ""
    """Common name."""
    subject: str = ""
    issuer: str = ""
    trusted_by: str = ""
    """Common name of the root that vouches; empty when none does."""
    reason: str = ""
    """The signer's own word; what was sealed automatically says so here."""
    stated_at: str | None = None
    """ISO 8601; the signer's own word."""
    proved_at: str | None = None
    """ISO 8601; by the time-stamp authority."""
    proved_by: str = ""
    """Common name of the time-stamp authority; empty when nothing proves the time."""
    level: str = "B-B"
    """By form: `B-B`, `B-T`, `B-LT`, `B-LTA`; `CMS` for signatures that are not PAdES."""
    label: Label = Label.SIMPLE
    claims_qualified: bool = False
    """The certificate says so of itself; no trusted list was asked."""
    is_test: bool = False
    is_last: bool = True
    """False when something follows it in the file, such as a later signature."""
    certificate_sha256: Sha256 | None = None
    not_after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A file as a whole: as good as its worst signature."""

    overall: Overall
    sha256: Sha256
    size_bytes: int
    problem: str = ""
    signatures: tuple[SignatureVerdict, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values: the full report."""
        return asdict(self)


_WORST_FIRST = (Overall.BROKEN, Overall.CHANGED, Overall.VALID_BUT_UNKNOWN_SIGNER, Overall.VALID)


def worst(signatures: tuple[SignatureVerdict, ...]) -> Overall:
    """Return the verdict over all signatures of a file."""
    found = {signature.overall for signature in signatures}
    return next((overall for overall in _WORST_FIRST if overall in found), Overall.UNSIGNED)
