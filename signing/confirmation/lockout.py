"""How many wrong codes are enough: pure rules, counted elsewhere and always before comparing (invariant 4)."""

from __future__ import annotations

from signing.errors import LockedOut, RecordSpent

TRIES_PER_RECORD = 3
FAILURES_IN_A_ROW = 10
"""Then a person is locked until an administrator lifts it; NIST SP 800-63B would allow a hundred."""


def check_record(tries: int) -> None:
    """Raise `RecordSpent` when a record has had `tries` codes and none was right."""
    if tries >= TRIES_PER_RECORD:
        raise RecordSpent


def check_person(failures: int) -> None:
    """Raise `LockedOut` when a person has had `failures` wrong codes in a row."""
    if failures >= FAILURES_IN_A_ROW:
        raise LockedOut


def tries_left(*, tries: int, failures: int) -> int:
    """Return how many more codes may be tried, counting both limits."""
    return max(0, min(TRIES_PER_RECORD - tries, FAILURES_IN_A_ROW - failures))
