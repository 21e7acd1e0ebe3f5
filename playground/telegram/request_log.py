"""The list of the bot's requests: which method, which chat, how it ended; never what was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from playground.telegram.refusal import Json


@dataclass(frozen=True)
class LoggedRequest:
    """One request of the bot, without the contents of its fields."""

    number: int
    at: str
    method: str
    status: int
    reason: str
    """Of a refusal; empty on success."""
    fault: str
    fields: tuple[str, ...]
    chat_id: int | None
    message_id: int | None
    """The message named in the request, else the one that was made."""


class RequestLog:
    """Every request since the start, getUpdates left out."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self.requests: list[LoggedRequest] = []
        self._clock = clock

    def add(self, method: str, params: Json, *, status: int, reason: str, fault: str, result: object) -> None:
        """Append a request."""
        if method == "getUpdates":
            return
        made = result.get("message_id") if isinstance(result, dict) else None
        self.requests.append(
            LoggedRequest(
                number=len(self.requests) + 1,
                at=self._clock().isoformat(timespec="milliseconds"),
                method=method,
                status=status,
                reason=reason,
                fault=fault,
                fields=tuple(sorted(params)),
                chat_id=_number(params.get("chat_id")),
                message_id=_number(params.get("message_id")) or made,
            )
        )

    def view(self) -> list[Json]:
        """Return all requests as JSON."""
        return [asdict(request) for request in self.requests]


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).lstrip("-").isdecimal() else None
