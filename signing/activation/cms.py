"""The signature container: a detached CAdES-B CMS (RFC 5652, RFC 5035) from a template made once per certificate.

asn1crypto is right and slow, so it makes the parts that never change; a document costs a few concatenations.
A signature in a file of its own states its time (ETSI EN 319 122-1, 6.3); PAdES keeps it in the PDF's dictionary
instead and has no signing-time attribute (ETSI EN 319 142-1, 6.3).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp, x509

_MARKER = hashlib.sha256(b"the digest goes here").digest()
_MOMENT = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Stands where the time goes; a UTCTime has one length until 2049 (RFC 5652, 11.3), so the order never changes."""


class CmsTemplate:
    """Everything of a CMS but the document's digest, the stated time and the signature value."""

    def __init__(self, chain_der: Sequence[bytes], *, states_time: bool = False) -> None:
        """`chain_der` is the signer's certificate, then its issuers; repeats are dropped, for a SET has none."""
        signer = x509.Certificate.load(chain_der[0])
        self._states_time = states_time
        self._attributes: bytes = _attributes(chain_der[0], states_time=states_time).dump()
        digest = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()
        self._head = (
            _der(0x02, b"\x01") + _der(0x31, digest) + _der(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.1").dump())
            + _der(0xA0, b"".join(sorted(set(chain_der))))
        )  # fmt: skip
        identity = cms.IssuerAndSerialNumber({"issuer": signer.issuer, "serial_number": signer.serial_number}).dump()
        self._signer_head = _der(0x02, b"\x01") + identity + digest
        self._algorithm = _algorithm(signer).dump()

    def to_be_signed(self, digest: bytes, stated_at: datetime | None = None) -> bytes:
        """Return the signed attributes over the SHA-256 `digest` of the document: what the key signs."""
        attributes = self._attributes.replace(_MARKER, digest)
        if not self._states_time:
            return attributes
        assert stated_at is not None, "a signature of its own states its time"
        return attributes.replace(_utc_time(_MOMENT), _utc_time(stated_at))

    def finish(self, digest: bytes, value: bytes, stated_at: datetime | None = None) -> bytes:
        """Return the DER `ContentInfo` with the signature `value` over `to_be_signed(…)`. Does not verify it."""
        # RFC 5652, 5.4: signed as SET OF (0x31), carried as [0] IMPLICIT (0xa0).
        attributes = b"\xa0" + self.to_be_signed(digest, stated_at)[1:]
        signer = _der(0x30, self._signer_head + attributes + self._algorithm + _der(0x04, value))
        signed_data = _der(0x30, self._head + _der(0x31, signer))
        return _der(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.2").dump() + _der(0xA0, signed_data))


@functools.lru_cache(maxsize=64)
def template_for(chain_der: tuple[bytes, ...], *, states_time: bool = False) -> CmsTemplate:
    """Return the template of a chain; made once, for making it costs more than everything else here."""
    return CmsTemplate(chain_der, states_time=states_time)


def _attributes(certificate_der: bytes, *, states_time: bool) -> cms.CMSAttributes:
    identity = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate_der).digest()})
    values = {
        "content_type": "data",
        "message_digest": _MARKER,
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [identity]}),
        **({"signing_time": cms.Time({"utc_time": _MOMENT})} if states_time else {}),
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in values.items()])


def _utc_time(moment: datetime) -> bytes:
    return bytes(core.UTCTime(moment.astimezone(UTC)).dump())


def _algorithm(certificate: x509.Certificate) -> algos.SignedDigestAlgorithm:
    if certificate.public_key.algorithm == "ec":
        return algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    return algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa", "parameters": core.Null()})


def _der(tag: int, body: bytes) -> bytes:
    """Return tag, length and body (X.690, 8.1)."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + body
