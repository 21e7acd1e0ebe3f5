"""When a waiting request moves somebody: reminders, then the deputy, then an administrator; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from signing.presence import QuietHours
from signing.request import SigningRequest


class Rung(StrEnum):
    """One step of the ladder; after the last one only the deadline is left."""

    REMIND = "remind"
    DEPUTY = "deputy"
    ADMINISTRATOR = "administrator"


class Overdue(StrEnum):
    """What happens when reminders were in vain and there is a deputy."""

    OFFER = "offer"
    """The signer is asked whether a deputy shall sign."""
    HAND_OVER = "hand_over"
    """The first permitted deputy is asked."""
    WAIT = "wait"


@dataclass(frozen=True, kw_only=True)
class ReminderPolicy:
    """How patient this company is."""

    timezone: str = "UTC"
    """IANA name; counts for people who have not told their own."""
    quiet: QuietHours = field(default_factory=QuietHours)
    """Of people who have chosen none of their own."""
    every_hours: int = 24
    """Between two steps; 0: nobody is reminded but by the requester."""
    reminders: int = 2
    overdue: Overdue = Overdue.OFFER

    def rungs(self) -> tuple[Rung, ...]:
        """Return the ladder."""
        if not self.every_hours:
            return ()
        deputy = () if self.overdue is Overdue.WAIT else (Rung.DEPUTY,)
        return (*(Rung.REMIND,) * self.reminders, *deputy, Rung.ADMINISTRATOR)

    def next_rung(self, request: SigningRequest) -> Rung | None:
        """Return the step that comes next, None when all are gone."""
        ladder = self.rungs()
        return ladder[request.nudges] if request.nudges < len(ladder) else None

    def due(self, request: SigningRequest, *, hours: QuietHours, zone: str, pause: timedelta) -> datetime:
        """Return when it comes: the same however often it is asked, and never in the signer's quiet hours.

        A card that was put aside is not reminded of before it is back; `pause` lies between two reminders at least.
        """
        step = timedelta(hours=self.every_hours)
        due = (request.prompted_at or request.created_at) + step
        if request.postponed_until is not None:
            due = max(due, request.postponed_until + step)
        if request.reminded_at is not None:
            due = max(due, request.reminded_at + pause)
        return hours.loud(due, zone=zone)
