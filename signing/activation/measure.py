"""Are these the bytes that were shown? One pass over a prepared file, hashing only, parsing nothing (invariant 1)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from signing.activation.record import DETACHED, Entry
from signing.errors import RecordRefused
from signing.ports import Hole


@dataclass(frozen=True, kw_only=True)
class EarlierIncrement:
    """A signature that this ledger made on the same document: what its file looked like around the hole."""

    hole: Hole
    size_bytes: int
    digest: str
    """SHA-256 of everything outside the hole, hex."""
    value: str
    """The signature value, hex; it must stand in the filled hole."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a prepared file turned out to be."""

    digest: bytes
    """SHA-256 of everything outside the hole."""
    size_bytes: int


_END = b"startxref"
"""Stands once in every increment."""

MAX_INCREMENT_BYTES = 32 << 20
"""An increment is a stamp, a font subset and a hole; the rest of a file is hashed as it passes."""


async def measure(
    chunks: AsyncIterator[bytes],
    *,
    entry: Entry,
    hole: Hole,
    earlier: Callable[[], Awaitable[Sequence[EarlierIncrement]]],
) -> Measured:
    """Read a prepared file once and return its digest; raise `RecordRefused` (`reason`).

    A signature in a file of its own leaves the shown bytes as they are: nothing may follow them. Else the first
    `entry.size_bytes` bytes must be the shown ones. What follows is one increment with the hole,
    `<000…0>`, in it; before it only increments that this ledger made on the same bytes: `earlier` is asked for them
    when there is more than the one. Does not look at what the
    increment draws: the self-check of the finished file does.
    """
    shown, rest = await _split(chunks, entry.size_bytes)
    if shown.hexdigest() != entry.sha256:
        raise RecordRefused(reason="not_the_shown_bytes")
    if entry.format in DETACHED:
        return _whole(shown, rest, entry)
    known = [
        increment
        for increment in (await earlier() if bytes(rest).count(_END) > 1 else ())
        if _stands_in(rest, increment, before=shown, offset=entry.size_bytes)
    ]
    start = max((increment.size_bytes for increment in known), default=entry.size_bytes)
    if bytes(rest[start - entry.size_bytes :]).count(_END) != 1:
        raise RecordRefused(reason="not_our_increment")
    first, behind = hole.start - entry.size_bytes, hole.end - entry.size_bytes
    if not (start <= hole.start < hole.end - 2 and behind <= len(rest)):
        raise RecordRefused(reason="hole_outside_increment")
    if rest[first:behind] != b"<" + b"0" * (behind - first - 2) + b">":
        raise RecordRefused(reason="hole_not_empty")
    shown.update(rest[:first])
    shown.update(rest[behind:])
    return Measured(digest=shown.digest(), size_bytes=entry.size_bytes + len(rest))


def _whole(shown: hashlib._Hash, rest: memoryview, entry: Entry) -> Measured:
    if len(rest):
        raise RecordRefused(reason="not_the_shown_bytes")
    return Measured(digest=shown.digest(), size_bytes=entry.size_bytes)


async def _split(chunks: AsyncIterator[bytes], shown_size: int) -> tuple[hashlib._Hash, memoryview]:
    shown, left, rest = hashlib.sha256(), shown_size, bytearray()
    async for chunk in chunks:
        shown.update(chunk[:left])
        rest += chunk[left:]
        left -= min(left, len(chunk))
        if len(rest) > MAX_INCREMENT_BYTES:
            raise RecordRefused(reason="increment_too_large")
    if left:
        raise RecordRefused(reason="not_the_shown_bytes")
    return shown, memoryview(bytes(rest))


def _stands_in(rest: memoryview, increment: EarlierIncrement, *, before: hashlib._Hash, offset: int) -> bool:
    """Return whether the file begins with this increment's file, its hole filled with its signature."""
    first, behind, end = (at - offset for at in (increment.hole.start, increment.hole.end, increment.size_bytes))
    if len(rest) < end:
        return False
    seen = before.copy()
    seen.update(rest[:first])
    seen.update(rest[behind:end])
    is_filled = increment.value.encode() in bytes(rest[first:behind]).lower()
    return is_filled and seen.hexdigest() == increment.digest
