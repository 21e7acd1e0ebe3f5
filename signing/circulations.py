"""The routes that requests were sent along: a plain value and its port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from signing.request import RequestId, SigningRequest


@dataclass(frozen=True, kw_only=True)
class Circulation:
    """The route that a request was sent along; inserted once, never updated: a later policy does not change it."""

    request: RequestId
    name: str
    """As the policy file calls the route."""
    rule: dict[str, Any]
    """The route as JSON (`approval.routes`), every person by id."""


class Circulations(Protocol):
    """The routes of requests, and the parts that were asked along them."""

    async def add(self, circulation: Circulation) -> None: ...
    async def get(self, request: RequestId) -> Circulation:
        """Return it or raise `NotFound`."""

    async def parts_of(self, lead: RequestId) -> tuple[SigningRequest, ...]:
        """Return the parts of a request that goes along a route, oldest first."""
