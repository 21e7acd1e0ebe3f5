"""PEM (RFC 7468) as openssl writes and reads it: certificates and public keys of an evidence file."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END \1-----")
_LINE_LENGTH = 64


def write_pem(label: str, ders: Iterable[bytes]) -> bytes:
    """Return one block for each DER value."""
    return "".join(_block(label, der) for der in ders).encode()


def read_pem(body: bytes, *, label: str) -> tuple[bytes, ...]:
    """Return the DER values of the blocks with this label, in order; raise `ValueError` for bad base64."""
    found = _BLOCK.findall(body.decode("ascii", "replace"))
    return tuple(base64.b64decode("".join(text.split()), validate=True) for name, text in found if name == label)


def _block(label: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = (text[at : at + _LINE_LENGTH] for at in range(0, len(text), _LINE_LENGTH))
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
