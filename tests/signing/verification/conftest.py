"""The desk of `tests/signing/formats`: what is verified was signed there."""

from tests.signing.formats.conftest import desk, pki, signer

__all__ = ["desk", "pki", "signer"]
