"""Asks RFC 3161 authorities for time-stamps over HTTP, and believes none of their answers unchecked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from signing.errors import TimestampUnavailable

MAX_REPLY_BYTES = 100_000
"""A token with a chain of RSA-4096 certificates has some 8 kB."""

Post = Callable[[str, bytes, str], Awaitable[bytes]]
"""POST (url, body, content type) → body; raises `OSError` or `TimeoutError` when there is no good answer."""


class HttpTimestampAuthority:
    """A `TimestampAuthority` over several addresses, tried in order."""

    def __init__(self, urls: Sequence[str], *, roots_der: Sequence[bytes], post: Post, limit_s: float = 10.0) -> None:
        """`roots_der` are the anchors that the authorities' certificates must chain to; `limit_s` holds per address."""
        self._urls = tuple(urls)
        self._roots = [x509.load_der_x509_certificate(der) for der in roots_der]
        self._post = post
        self._limit_s = limit_s

    async def stamp(self, value: bytes) -> bytes:
        """Return a DER `TimeStampToken` over SHA-256 of `value`.

        Imprint, nonce and the authority's signature and chain are checked, its revocation is not.
        Raises `TimestampUnavailable` with one reason an address.
        """
        reasons: list[str] = []
        for url in self._urls:
            try:
                async with asyncio.timeout(self._limit_s):
                    return await self._ask(url, value)
            except TimeoutError:
                reasons.append("too-slow")
            except OSError:
                reasons.append("unreachable")
            except VerificationError:
                reasons.append("wrong-answer")
            except ValueError:
                reasons.append("garbage")
        raise TimestampUnavailable(reason=", ".join(reasons) or "not-configured")

    async def _ask(self, url: str, value: bytes) -> bytes:
        builder = TimestampRequestBuilder().data(value).hash_algorithm(HashAlgorithm.SHA256)
        request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
        reply = await self._post(url, request.as_bytes(), "application/timestamp-query")
        if len(reply) > MAX_REPLY_BYTES:
            raise ValueError("a time-stamp reply of this size is none")
        response: TimeStampResponse = decode_timestamp_response(reply)
        verifier = VerifierBuilder(roots=list(self._roots), nonce=request.nonce).build()
        verifier.verify_message(response, value)
        return bytes(response.time_stamp_token())
