"""What changed in the world, in order, for everybody who waits for it: the phones, the page, the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from playground.telegram.refusal import Json

EVERYBODY = 0


class Changes:
    """A numbered list of changes; each is addressed to some people, or to everybody who looks."""

    def __init__(self) -> None:
        self._told: list[tuple[frozenset[int], Json]] = []
        self._more = asyncio.Event()

    @property
    def last(self) -> int:
        """The number of the latest change; 0 before the first."""
        return len(self._told)

    def tell(self, people: Iterable[int], change: Json) -> None:
        """Append a change that concerns `people`."""
        concerned = frozenset(people)
        self._told.append((concerned, change | {"seq": self.last + 1, "people": sorted(concerned)}))
        self._more.set()
        self._more = asyncio.Event()

    def after(self, seq: int, person: int) -> list[Json]:
        """Return the changes later than number `seq` that `person` may see."""
        return [change for people, change in self._told[seq:] if person == EVERYBODY or person in people]

    async def wait(self, seq: int, person: int) -> list[Json]:
        """Return the changes later than `seq` for `person`, as soon as there is one."""
        while not (found := self.after(seq, person)):
            await self._more.wait()
        return found

    async def follow(self, seq: int, person: int) -> AsyncIterator[Json]:
        """Yield every change later than `seq` for `person`, without end."""
        while True:
            for change in await self.wait(seq, person):
                seq = change["seq"]
                yield change
