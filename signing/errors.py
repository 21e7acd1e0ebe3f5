"""Every error of the core as one tree; facts only, words are chosen in `bot/phrases`.

SigningError
├─ Refused                     a document is not fit to be signed (code, facts)
├─ NotAllowed                  this person may not do that
│  ├─ NotYourTurn              the request waits for somebody else
│  └─ LockedPerson             the person is locked
├─ NotAllowedNow               the state of the request forbids it (state, wanted)
├─ StaleRequest                somebody changed the request first (compare-and-swap lost)
├─ NotFound                    no such request, person, key … (what)
├─ NotConfirmed                the code did not confirm the record
│  ├─ WrongCode                wrong, old or used: one error for all three (attempts_left)
│  ├─ RecordSpent              three wrong codes: this record is void
│  ├─ LockedOut                ten wrong codes in a row: an administrator must unlock
│  ├─ RecordExpired            the ten minutes are over
│  └─ NotEnrolled              the person has no second factor yet
├─ RecordRefused               the activation module refuses the record (reason)
├─ MandateRefused              no standing mandate covers it (reason: type, count, value, total, expired, revoked …)
├─ UnknownOutcome              an intent without a result: the key may have been used
├─ KeyUnavailable              token away, PIN refused, key or certificate missing (reason)
├─ ActivationUnavailable       the activation module does not answer
├─ TimestampUnavailable        the time-stamp authority is down or answers nonsense (reason)
├─ SignatureRefused            the self-check found the result wrong (reason)
├─ DeliveryFailed              a destination refused for good (reason)
├─ RouteRefused                a route that cannot be (reason): empty, nobody signs, a name that nobody has …
├─ FilingUnavailable           the places outside cannot be looked at (reason: away, not_linked, gone)
└─ WorkerFailed                a disposable worker died or ran out of time or memory (reason)

All errors survive pickling, because workers and the activation module send them home.
"""

from __future__ import annotations

from typing import Any


class SigningError(Exception):
    """Base of the tree. `facts` are plain values a phrase may show; never secrets or paths."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(type(self).__name__, facts)
        self.facts: dict[str, Any] = facts

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.facts))

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{type(self).__name__}({shown})"


def _rebuild(kind: type[SigningError], facts: dict[str, Any]) -> SigningError:
    error = kind.__new__(kind)
    SigningError.__init__(error, **facts)
    return error


class Refused(SigningError):
    """A document is not fit to be signed; `code` names the phrase, such as `encrypted`."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code=code, **facts)

    @property
    def code(self) -> str:
        return str(self.facts["code"])


class NotAllowed(SigningError):
    """This person may not do that."""


class NotYourTurn(NotAllowed):
    """The request waits for somebody else."""


class LockedPerson(NotAllowed):
    """The person is locked."""


class NotAllowedNow(SigningError):
    """The state of the request forbids it (`state`, `wanted`)."""


class StaleRequest(SigningError):
    """Somebody changed the request first."""


class NotFound(SigningError):
    """No such thing (`what`)."""


class NotConfirmed(SigningError):
    """The code did not confirm the record."""


class WrongCode(NotConfirmed):
    """Wrong, old or used code (`attempts_left`)."""


class RecordSpent(NotConfirmed):
    """Too many wrong codes for this record: it is void."""


class LockedOut(NotConfirmed):
    """Too many wrong codes in a row for this person."""


class RecordExpired(NotConfirmed):
    """The record's time is over."""


class NotEnrolled(NotConfirmed):
    """The person has no second factor yet."""


class RecordRefused(SigningError):
    """The activation module refuses the record (`reason`)."""


class MandateRefused(SigningError):
    """No standing mandate covers it (`reason`, `mandate`)."""


class UnknownOutcome(SigningError):
    """An intent without a result: the key may have been used (`nonce`, `entry`)."""


class KeyUnavailable(SigningError):
    """Token away, PIN refused, key or certificate missing (`reason`)."""


class ActivationUnavailable(SigningError):
    """The activation module does not answer."""


class TimestampUnavailable(SigningError):
    """The time-stamp authority is down or answers nonsense (`reason`)."""


class SignatureRefused(SigningError):
    """The self-check found the result wrong (`reason`)."""


class DeliveryFailed(SigningError):
    """A destination refused for good (`reason`)."""


class RouteRefused(SigningError):
    """A route that cannot be (`reason`, and the facts of it)."""


class FilingUnavailable(SigningError):
    """The places outside cannot be looked at (`reason`: away, not_linked, gone)."""


class WorkerFailed(SigningError):
    """A disposable worker died or ran out of time or memory (`reason`)."""


ERRORS: dict[str, type[SigningError]] = {
    kind.__name__: kind
    for kind in (
        Refused, NotAllowed, NotYourTurn, LockedPerson, NotAllowedNow, StaleRequest, NotFound, NotConfirmed,
        WrongCode, RecordSpent, LockedOut, RecordExpired, NotEnrolled, RecordRefused, MandateRefused, UnknownOutcome,
        KeyUnavailable, ActivationUnavailable, TimestampUnavailable, SignatureRefused, DeliveryFailed,
        FilingUnavailable, RouteRefused, WorkerFailed,
    )
}  # fmt: skip
"""The tree by name: how an error crosses the activation module's socket."""


def to_wire(error: SigningError) -> dict[str, Any]:
    """Return `{"error": name, "facts": {…}}`, JSON-safe."""
    return {"error": type(error).__name__, "facts": error.facts}


def from_wire(body: dict[str, Any]) -> SigningError:
    """Rebuild an error from `to_wire`; an unknown name becomes `SigningError`."""
    return _rebuild(ERRORS.get(str(body.get("error")), SigningError), dict(body.get("facts") or {}))
