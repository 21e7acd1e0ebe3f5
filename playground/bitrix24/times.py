"""The `time` of every answer (reference 2.1)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any


def times(*, resets_in_s: float = 600.0) -> dict[str, Any]:
    """Return when the call began and ended, and when the method's used-up time counts from zero again."""
    now = time.time()
    date = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    return {
        "start": now, "finish": now, "duration": 0.0, "processing": 0.0, "date_start": date, "date_finish": date,
        "operating_reset_at": int(now + resets_in_s), "operating": 0.1,
    }  # fmt: skip
