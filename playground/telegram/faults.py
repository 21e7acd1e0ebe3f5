"""Switches that make Telegram misbehave the way the real one does on bad days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from playground.telegram.refusal import Json


class FaultKind(StrEnum):
    """What goes wrong."""

    TOO_MANY_REQUESTS = "too_many_requests"
    """429 with `retry_after`; the request has no effect."""
    SERVER_ERROR = "server_error"
    """The answer is `code` (500, 502…); the request has no effect."""
    TIMEOUT = "timeout"
    """Nothing is done nor answered for `seconds`, then the connection breaks."""
    DROP_RESPONSE = "drop_response"
    """The request takes effect, then the connection breaks instead of the answer."""
    DUPLICATE_UPDATES = "duplicate_updates"
    """An update is delivered twice, with one update_id."""
    REORDER_UPDATES = "reorder_updates"
    """An update is held until the next one has overtaken it."""


@dataclass
class Fault:
    """One switch; it goes off after `times` matching requests (or updates)."""

    kind: FaultKind
    times: int = 1
    method: str = ""
    """Only this Bot API method; empty = every method that writes (getUpdates and getMe go on)."""
    chat_id: int = 0
    """Only this chat; 0 = every chat."""
    seconds: int = 1
    """Of `retry_after`, or of the silence before a time-out."""
    code: int = 502

    def matches(self, method: str, chat_id: object) -> bool:
        """Whether a request is hit."""
        is_method = method == self.method if self.method else not method.startswith("get")
        return self.times > 0 and is_method and self.chat_id in (0, chat_id)


_OF_UPDATES = frozenset({FaultKind.DUPLICATE_UPDATES, FaultKind.REORDER_UPDATES})


class Faults:
    """The switches that are on."""

    def __init__(self) -> None:
        self._on: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Turn a switch on."""
        self._on.append(fault)

    def clear(self) -> None:
        """Turn all off."""
        self._on.clear()

    def view(self) -> list[Json]:
        """Return the switches that are on."""
        return [asdict(fault) for fault in self._on]

    def of_request(self, method: str, chat_id: object) -> Fault | None:
        """Return the fault that hits this request, used up by one."""
        return self._take(lambda fault: fault.kind not in _OF_UPDATES and fault.matches(method, chat_id))

    def of_update(self, kind: FaultKind) -> bool:
        """Whether the next update is hit by `kind`, used up by one."""
        return self._take(lambda fault: fault.kind is kind) is not None

    def _take(self, is_hit: Callable[[Fault], bool]) -> Fault | None:
        hit = next((fault for fault in self._on if is_hit(fault)), None)
        if hit is not None:
            hit.times -= 1
            self._on = [fault for fault in self._on if fault.times > 0]
        return hit
