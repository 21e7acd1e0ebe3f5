"""What is looked up: requests by what somebody remembers, the journal as a chain; `history.py` has the rights."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from signing.audit import Row, SignedHead
from signing.people import PersonId
from signing.request import RequestId, SigningRequest


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody remembers of a request; everything that is given must fit."""

    words: tuple[str, ...] = ()
    """Each is part of a document's name, or of the name of who asked, is asked or signed."""
    numbers: tuple[RequestId, ...] = ()
    """Any of them."""
    begins: str = ""
    """First hex digits of the SHA-256 of what was shown, of what arrived, or of a signed file."""
    ends: str = ""
    """Last ones."""
    states: tuple[str, ...] = ()
    """Any of them, values of `State`."""
    since: datetime | None = None
    """Begun at this moment or later."""
    until: datetime | None = None
    """Begun before this moment."""


class Histories(Protocol):
    """Finds requests that somebody remembers something of."""

    async def find(
        self, search: Search, *, visible_to: PersonId | None, offset: int, limit: int
    ) -> tuple[tuple[SigningRequest, ...], int]:
        """Return a page of what fits, newest first, and how many fit altogether.

        `visible_to` None means everybody's requests; else those that the person asked for, is asked to sign, or signed.
        """


class Chain(Protocol):
    """The journal as a chain of rows, for whoever proves something by it."""

    async def rows_of(self, subjects: Collection[str]) -> tuple[Row, ...]:
        """Return the rows about these subjects with their places in the chain, oldest first."""

    async def rows(self, *, after: int = 0, limit: int = 1000) -> tuple[Row, ...]:
        """Return up to `limit` rows that follow row `after`, in order."""

    async def heads(self, *, after: int = 0) -> tuple[SignedHead, ...]:
        """Return the signed heads beyond row `after`, in order."""
