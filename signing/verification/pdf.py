"""Verifies the signatures of a PDF by pyHanko's strict rules, without any network."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from signing.document import Sha256
from signing.verification import certificate as words
from signing.verification.verdict import Overall, SignatureVerdict, Verdict, worst

# pyHanko logs every untrusted signer with a traceback; the verdict says it, and names do not belong into a log
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)

REASON_LENGTH = 200

_HARMLESS = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}


def verify(source: Path, *, roots_der: Sequence[bytes], now: datetime, tsa_roots_der: Sequence[bytes] = ()) -> Verdict:
    """Return what the signatures of `source` are worth at time `now`, given these trust anchors.

    Revocation is taken from what the file itself carries (DSS); nothing is fetched. Raises nothing: what cannot be
    judged is `unreadable` (the file) or `broken` (a signature). Runs in a disposable worker.
    """
    body = source.read_bytes()
    facts: dict[str, Any] = {"sha256": Sha256(hashlib.sha256(body).hexdigest()), "size_bytes": len(body)}
    try:
        with source.open("rb") as file:
            # lenient reading would let some shadow attacks through: what is not strict is not judged
            signatures = _Examination(
                PdfFileReader(file, strict=True), roots_der, tsa_roots_der or roots_der, now
            ).run()
    except Exception as error:
        # 32 kinds of exceptions were seen on foreign files; none of them is a valid signature
        return Verdict(overall=Overall.UNREADABLE, problem=type(error).__name__, **facts)
    return Verdict(overall=worst(signatures), signatures=signatures, **facts)


class _Examination:
    def __init__(
        self, reader: PdfFileReader, roots: Sequence[bytes], tsa_roots: Sequence[bytes], now: datetime
    ) -> None:
        self._reader = reader
        self._roots = [x509.Certificate.load(der) for der in roots]
        self._tsa_roots = [x509.Certificate.load(der) for der in tsa_roots]
        self._now = now
        try:
            self._store: DocumentSecurityStore | None = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            self._store = None

    def run(self) -> tuple[SignatureVerdict, ...]:
        return tuple(self._judge(signature) for signature in self._reader.embedded_regular_signatures)

    def _judge(self, signature: EmbeddedPdfSignature) -> SignatureVerdict:
        name = str(signature.field_name)
        try:
            status = self._status(signature)
            overall, problem = _overall(status)
            return self._describe(signature, status, overall=overall, problem=problem)
        except Exception as error:
            return SignatureVerdict(name=name, overall=Overall.BROKEN, problem=type(error).__name__)

    def _status(self, signature: EmbeddedPdfSignature) -> PdfSignatureStatus:
        status = self._validate(signature, self._now)
        stamp = status.timestamp_validity
        if stamp is not None and stamp.trusted and not status.trusted:
            # the certificate need only have been good when the time-stamp proves the signature was there
            return self._validate(signature, stamp.timestamp)
        return status

    def _validate(self, signature: EmbeddedPdfSignature, moment: datetime) -> PdfSignatureStatus:
        return validate_pdf_signature(
            signature,
            signer_validation_context=self._context(self._roots, moment),
            ts_validation_context=self._context(self._tsa_roots, self._now),
            key_usage_settings=USAGE,
        )

    def _context(self, roots: list[x509.Certificate], moment: datetime) -> ValidationContext:
        settings: dict[str, Any] = {
            "trust_roots": roots,
            "moment": moment,
            "allow_fetching": False,
            "revocation_mode": "soft-fail",
        }
        if self._store is not None:
            return self._store.as_validation_context(settings)
        return ValidationContext(**settings)

    def _describe(
        self, signature: EmbeddedPdfSignature, status: PdfSignatureStatus, *, overall: Overall, problem: str
    ) -> SignatureVerdict:
        stamp, path = status.timestamp_validity, status.validation_path
        stamp = stamp if stamp is not None and stamp.valid and stamp.intact and stamp.trusted else None
        stated = signature.self_reported_timestamp
        return SignatureVerdict(
            name=str(signature.field_name),
            overall=overall,
            problem=problem,
            trusted_by=words.common_name(path.first) if status.trusted and path is not None else "",
            reason=_plain(signature.sig_object.get("/Reason")),
            stated_at=stated.isoformat() if stated else None,
            proved_at=stamp.timestamp.isoformat() if stamp else None,
            proved_by=words.common_name(stamp.signing_cert) if stamp else "",
            level=self._level(signature, has_stamp=stamp is not None),
            is_last=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
            **words.describe(status.signing_cert, trusted=status.trusted),
        )

    def _level(self, signature: EmbeddedPdfSignature, *, has_stamp: bool) -> str:
        if signature.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
            return "CMS"
        if not has_stamp:
            return "B-B"
        if self._store is None or not (self._store.ocsps or self._store.crls):
            return "B-T"
        context = self._context(self._tsa_roots, self._now)
        later = (
            validate_pdf_timestamp(stamp, validation_context=context)
            for stamp in self._reader.embedded_timestamp_signatures
            if stamp.signed_revision > signature.signed_revision
        )
        return "B-LTA" if any(status.trusted and status.intact for status in later) else "B-LT"


def _overall(status: PdfSignatureStatus) -> tuple[Overall, str]:
    """Return the verdict and a problem code; VALID needs the bottom line and a proper coverage (reference, 6)."""
    covered = status.coverage is SignatureCoverageLevel.ENTIRE_FILE or (
        status.coverage is SignatureCoverageLevel.ENTIRE_REVISION and status.modification_level in _HARMLESS
    )
    indication = getattr(status.trust_problem_indic, "name", "")
    unknown = Overall.VALID_BUT_UNKNOWN_SIGNER
    steps = (
        (status.intact, Overall.BROKEN, "changed-bytes"),
        (status.valid, Overall.BROKEN, "wrong-signature"),
        (covered and status.docmdp_ok and status.seed_value_ok, Overall.CHANGED, "changed-after-signing"),
        (not status.revoked, unknown, "revoked"),
        (status.trusted, unknown, TRUST_PROBLEMS.get(indication, "untrusted")),
        (status.bottom_line, unknown, "untrusted-time"),
    )
    return next(((overall, problem) for holds, overall, problem in steps if not holds), (Overall.VALID, ""))


def _plain(text: object) -> str:
    """Return a stated text fit for a line: no control characters, no lines, not endless."""
    return "".join(one for one in str(text or "") if one.isprintable())[:REASON_LENGTH]


TRUST_PROBLEMS = {
    "NO_CERTIFICATE_CHAIN_FOUND": "unknown-issuer",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": "unknown-issuer",
    "EXPIRED": "expired",
    "OUT_OF_BOUNDS_NO_POE": "expired",
    "OUT_OF_BOUNDS_NOT_REVOKED": "expired",
    "NOT_YET_VALID": "not-yet-valid",
    "CHAIN_CONSTRAINTS_FAILURE": "not-for-signing",
    "SIG_CONSTRAINTS_FAILURE": "not-for-signing",
    "REVOKED": "revoked",
    "REVOKED_NO_POE": "revoked",
    "REVOKED_CA_NO_POE": "revoked",
}
