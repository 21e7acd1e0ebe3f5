"""PEM ↔ DER: certificates come in, certificate requests go out."""

from __future__ import annotations

import base64
import re
import ssl
from pathlib import Path

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
LINE_LENGTH = 64
"""RFC 7468, 2."""


def certificates(text: str) -> tuple[bytes, ...]:
    """Return the certificates of a PEM text in order, as DER; none when there are none. Checks nothing of them."""
    return tuple(ssl.PEM_cert_to_DER_cert(block) for block in _CERTIFICATE.findall(text))


def read_roots(path: Path | None) -> tuple[bytes, ...]:
    """Return the certificates of a PEM file; none when there is no file. Does not check their dates."""
    return () if path is None or not path.exists() else certificates(path.read_text("ascii", "replace"))


def certificate_request(der: bytes) -> str:
    """Return a PKCS#10 request as PEM."""
    body = base64.b64encode(der).decode()
    lines = (body[at : at + LINE_LENGTH] for at in range(0, len(body), LINE_LENGTH))
    return "\n".join(["-----BEGIN CERTIFICATE REQUEST-----", *lines, "-----END CERTIFICATE REQUEST-----", ""])
