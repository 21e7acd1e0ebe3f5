"""What doctor looks at: one file an area; a finding says what is and the command that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is."""

    GOOD = "good"
    WARNING = "warning"
    """It works, and somebody should know."""
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of doctor."""

    about: str
    state: State
    says: str
    mend: str = ""
    """A command or a setting; empty only when there is nothing to mend."""


def good(about: str, says: str) -> Finding:
    """All is well."""
    return Finding(about=about, state=State.GOOD, says=says)


def warning(about: str, says: str, *, mend: str = "") -> Finding:
    """It works, but."""
    return Finding(about=about, state=State.WARNING, says=says, mend=mend)


def wrong(about: str, says: str, *, mend: str) -> Finding:
    """It does not work."""
    return Finding(about=about, state=State.WRONG, says=says, mend=mend)
