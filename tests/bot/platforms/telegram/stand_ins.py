"""What stands in for parts with tests of their own: workers in this process, a seal that hides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Here:
    """Workers of the tests: a thread, one at a time, because PDFium is not safe in several."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the function in a thread."""
        async with self._turn:
            return await asyncio.to_thread(work, *args, **kwargs)


class Plain:
    """Seals nothing."""

    def seal(self, secret: bytes, *, table: str, row: str) -> bytes:
        return secret

    def open(self, sealed: bytes, *, table: str, row: str) -> bytes:
        return sealed
