"""What goes wrong between us and the portal, as one tree; facts only, never a token.

Bitrix24Error
├─ NotExecuted       refused or never sent: nothing happened there, trying again is safe
│  └─ Parked         one method rests until a moment
├─ UnknownOutcome    a write whose answer was lost: read before trying again
├─ AccessLost        the portal does not know our application any more: it must be installed again
├─ Refused           any other answer that says no
│  ├─ Absent         the thing is not there
│  └─ Denied         this user may not
└─ DownloadRefused   a file that is not one, is too large, or lies elsewhere
"""

from __future__ import annotations

from datetime import datetime


class Bitrix24Error(Exception):
    """Base of all; `method` is the REST method, `code` the portal's own word for it."""

    def __init__(self, *, method: str = "", code: str = "", status: int = 0, description: str = "") -> None:
        super().__init__(f"{method or '-'}: {code or type(self).__name__} ({status})")
        self.method = method
        self.code = code
        self.status = status
        self.description = description
        """What the portal says about it, for the log."""


class NotExecuted(Bitrix24Error):
    """Nothing happened at the portal."""


class Parked(NotExecuted):
    """The method used up its time (`OPERATION_TIME_LIMIT`); it works again at `until`."""

    def __init__(self, *, method: str, until: datetime) -> None:
        super().__init__(method=method, code="OPERATION_TIME_LIMIT", status=429)
        self.until = until


class UnknownOutcome(Bitrix24Error):
    """It may have happened or not."""


class AccessLost(Bitrix24Error):
    """No token of ours counts there."""


class Refused(Bitrix24Error):
    """A plain no."""


class Absent(Refused):
    """Not found."""


class Denied(Refused):
    """Not allowed."""


class DownloadRefused(Bitrix24Error):
    """Not the file that was promised."""


_SAFE = {"query_limit_exceeded", "overload_limit", "operation_time_limit"}
_LOST = {
    "invalid_grant", "invalid_client", "wrong_client", "not_installed", "application_not_found", "payment_required",
    "no_auth_found", "portal_deleted", "invalid_token", "error_oauth",
}  # fmt: skip
_ABSENT = {"not_found", "owner_not_found", "error_not_found"}
_DENIED = {"access_denied", "insufficient_scope", "user_access_error", "invalid_credentials", "wrong_auth_type"}


def refusal(method: str, *, code: str, status: int, description: str = "") -> Bitrix24Error:
    """Return the error of an answer that the portal gave in JSON (reference 2.3); codes come in any case."""
    word = code.lower()
    kinds: tuple[tuple[set[str], type[Bitrix24Error]], ...] = (
        (_SAFE, NotExecuted), (_LOST, AccessLost), (_ABSENT, Absent), (_DENIED, Denied),
    )  # fmt: skip
    found = next((kind for words, kind in kinds if word in words), None)
    if found is None:
        # A word of the portal with 429 or 503 means: not executed.
        found = NotExecuted if status in (429, 503) else UnknownOutcome if status >= 500 else Refused
    return found(method=method, code=code, status=status, description=description)
