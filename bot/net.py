"""Guarded requests to the few addresses that settings name: https or loopback, no redirects, small answers."""

from __future__ import annotations

import ipaddress

import aiohttp
from yarl import URL


class Outbound:
    """POSTs over one aiohttp session; the caller sets the time limit and owns the session."""

    def __init__(self, session: aiohttp.ClientSession, *, max_reply_bytes: int = 100_000) -> None:
        self._session = session
        self._max_reply_bytes = max_reply_bytes

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        """Return the body of a 200 answer; raise `OSError` for anything else (a redirect too).

        Certificates are checked by the session's own rules. Raises `ValueError` for an address that is neither
        https nor loopback.
        """
        address = guarded(url)
        headers = {"Content-Type": content_type}
        try:
            async with self._session.post(address, data=body, headers=headers, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise OSError(f"answered {answer.status}")
                reply = await answer.content.read(self._max_reply_bytes + 1)
                while len(reply) <= self._max_reply_bytes and not answer.content.at_eof():
                    reply += await answer.content.read(self._max_reply_bytes + 1 - len(reply))
        except aiohttp.ClientError as error:
            raise OSError(type(error).__name__) from error
        if len(reply) > self._max_reply_bytes:
            raise OSError("answered too much")
        return reply


def guarded(url: str) -> URL:
    """Return the address when it is https, or plain http to loopback; raise `ValueError` otherwise."""
    address = URL(url)
    if address.scheme == "https" or (address.scheme == "http" and _is_loopback(address.host or "")):
        return address
    raise ValueError("neither https nor loopback")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
