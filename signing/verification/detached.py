"""Verifies a signature in a file of its own against its document, without any network."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.document import Sha256
from signing.verification import certificate as words
from signing.verification.pdf import TRUST_PROBLEMS, USAGE
from signing.verification.verdict import Overall, SignatureVerdict, Verdict, worst


def verify_detached(
    signature: Path, document: Path, *, roots_der: Sequence[bytes], now: datetime, tsa_roots_der: Sequence[bytes] = ()
) -> Verdict:
    """Return what `signature` (DER, one signer) says of `document` at time `now`, given these trust anchors.

    Digest and size of the verdict are the signature file's. Not checked: revocation, for the file carries none.
    Raises nothing: see `signing.verification.pdf.verify`. Runs in a disposable worker.
    """
    body = signature.read_bytes()
    facts: dict[str, Any] = {"sha256": Sha256(hashlib.sha256(body).hexdigest()), "size_bytes": len(body)}
    try:
        signed = cms.ContentInfo.load(body, strict=True)["content"]
        judging = _Judging(signed, document, roots=roots_der, tsa_roots=tsa_roots_der or roots_der, now=now)
        found = (asyncio.run(judging.run()),)
    except Exception as error:
        # whatever a foreign file does to the parser, it is no valid signature
        return Verdict(overall=Overall.UNREADABLE, problem=type(error).__name__, **facts)
    return Verdict(overall=worst(found), signatures=found, **facts)


class _Judging:
    def __init__(
        self, signed: cms.SignedData, document: Path, *, roots: Sequence[bytes], tsa_roots: Sequence[bytes],
        now: datetime,
    ) -> None:  # fmt: skip
        self._signed = signed
        self._document = document
        self._roots = [x509.Certificate.load(der) for der in roots]
        self._tsa_roots = [x509.Certificate.load(der) for der in tsa_roots]
        self._now = now

    async def run(self) -> SignatureVerdict:
        status = await self._status(self._now)
        stamp = status.timestamp_validity
        if stamp is not None and stamp.trusted and not status.trusted:
            # the certificate need only have been good when the time-stamp proves the signature was there
            status = await self._status(stamp.timestamp)
        overall, problem = _overall(status)
        proof = stamp if stamp is not None and stamp.valid and stamp.intact and stamp.trusted else None
        path, stated = status.validation_path, status.signer_reported_dt
        return SignatureVerdict(
            name="p7s", overall=overall, problem=problem,
            trusted_by=words.common_name(path.first) if status.trusted and path is not None else "",
            stated_at=stated.isoformat() if stated else None, proved_at=proof.timestamp.isoformat() if proof else None,
            proved_by=words.common_name(proof.signing_cert) if proof else "", level=self._level(is_stamped=bool(proof)),
            **words.describe(status.signing_cert, trusted=status.trusted),
        )  # fmt: skip

    def _level(self, *, is_stamped: bool) -> str:
        (signer,) = self._signed["signer_infos"]
        names = {attribute["type"].native for attribute in signer["signed_attrs"]}
        if not {"signing_certificate_v2", "signing_time"} <= names:  # ETSI EN 319 122-1, 6.3
            return "CMS"
        return "B-T" if is_stamped else "B-B"

    async def _status(self, moment: datetime) -> StandardCMSSignatureStatus:
        with self._document.open("rb") as file:
            return await async_validate_detached_cms(
                file, self._signed, key_usage_settings=USAGE,
                signer_validation_context=_context(self._roots, moment),
                ts_validation_context=_context(self._tsa_roots, self._now),
            )  # fmt: skip


def _context(roots: list[x509.Certificate], moment: datetime) -> ValidationContext:
    return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail")


def _overall(status: StandardCMSSignatureStatus) -> tuple[Overall, str]:
    indication = getattr(status.trust_problem_indic, "name", "")
    unknown = Overall.VALID_BUT_UNKNOWN_SIGNER
    steps = (
        (status.intact, Overall.BROKEN, "changed-bytes"),
        (status.valid, Overall.BROKEN, "wrong-signature"),
        (status.trusted, unknown, TRUST_PROBLEMS.get(indication, "untrusted")),
        (status.bottom_line, unknown, "untrusted-time"),
    )
    return next(((overall, problem) for holds, overall, problem in steps if not holds), (Overall.VALID, ""))
