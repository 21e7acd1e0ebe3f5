"""How often one address may ask what costs us work: a small bucket of tokens an address."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from aiohttp import web

from bot.web_server import is_loopback

REMEMBERED = 10_000
"""Addresses; the one that asked longest ago is forgotten first."""


class Visitors:
    """Counts by address; `burst` at once, then `per_minute`."""

    def __init__(self, *, burst: int, per_minute: float, elapsed_s: Callable[[], float] = monotonic) -> None:
        self._burst = burst
        self._per_second = per_minute / 60
        self._elapsed = elapsed_s
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, address: str) -> None:
        """Take one token of this address; refuse (429) when none is left."""
        moment = self._elapsed()
        left, since = self._buckets.pop(address, (float(self._burst), moment))
        left = min(self._burst, left + (moment - since) * self._per_second)
        self._buckets[address] = (max(0.0, left - 1) if left >= 1 else left, moment)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if left < 1:
            raise web.HTTPTooManyRequests


def address_of(request: web.Request) -> str:
    """Return the visitor's address."""
    return believed(peer=request.remote or "", forwarded=request.headers.get("X-Forwarded-For", ""))


def believed(*, peer: str, forwarded: str) -> str:
    """Return whose address counts: of `X-Forwarded-For` only what a proxy on this very machine added itself."""
    added = forwarded.rpartition(",")[2].strip()[:64]
    return added if added and is_loopback(peer) else peer
