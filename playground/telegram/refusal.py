"""How the Bot API says no: one error with the code, the text and the extra facts of the JSON answer."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """The server answers `{"ok": false, "error_code": code, "description": …}`."""

    def __init__(self, code: int, reason: str, **parameters: int) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        self.parameters = parameters

    def body(self) -> Json:
        """Return the JSON body of the answer, `parameters` only where there are any."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.reason}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> Refused:
    """Return the 400 that Telegram gives for `reason`."""
    return Refused(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refused:
    """Return the 403 that Telegram gives for `reason`."""
    return Refused(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refused:
    """Return the 409 that Telegram gives for `reason`."""
    return Refused(409, f"Conflict: {reason}")
