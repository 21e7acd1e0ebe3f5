"""Switches that make the portal misbehave the way the real one does on bad days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    LIMIT = "limit"
    """503 QUERY_LIMIT_EXCEEDED; not executed."""
    OPERATING = "operating"
    """429 OPERATION_TIME_LIMIT with `operating_reset_at`; not executed."""
    SERVER_ERROR = "server_error"
    """502 with a page of HTML; not executed."""
    ERROR_WITH_200 = "error_with_200"
    """An error in a body with status 200; not executed."""
    EXPIRED = "expired"
    """401 expired_token, although the hour is not over."""
    DENIED = "denied"
    """403 ACCESS_DENIED; not executed."""
    UNPAID = "unpaid"
    """402 PAYMENT_REQUIRED; not executed."""
    DROP_RESPONSE = "drop_response"
    """Executed, then the connection breaks instead of the answer."""
    AWAY = "away"
    """The connection breaks at once; not executed."""


class EventFault(StrEnum):
    """What goes wrong with an event."""

    DROP = "drop"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    """Held until the next one has overtaken it."""


@dataclass
class Fault:
    """One switch; it goes off after `times` calls of `method` (empty: any method)."""

    kind: FaultKind
    method: str = ""
    times: int = 1


class Faults:
    """The switches that are on."""

    def __init__(self) -> None:
        self._calls: list[Fault] = []
        self._events: list[EventFault] = []

    def add(self, kind: FaultKind, *, method: str = "", times: int = 1) -> None:
        """Turn a switch on."""
        self._calls.append(Fault(kind=kind, method=method.lower(), times=times))

    def add_event(self, kind: EventFault, *, times: int = 1) -> None:
        """Turn a switch of the next events on."""
        self._events += [kind] * times

    def clear(self) -> None:
        """Turn everything off."""
        self._calls.clear()
        self._events.clear()

    def hits(self, method: str) -> FaultKind | None:
        """Return what goes wrong with this call, and count it."""
        for fault in self._calls:
            if fault.times > 0 and fault.method in ("", method):
                fault.times -= 1
                return fault.kind
        return None

    def hits_event(self) -> EventFault | None:
        """Return what goes wrong with this event."""
        return self._events.pop(0) if self._events else None
