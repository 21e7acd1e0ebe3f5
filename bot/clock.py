"""The machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Fills `signing.ports.Clock`."""

    def now(self) -> datetime:
        """Return the current moment, UTC aware."""
        return datetime.now(UTC)
