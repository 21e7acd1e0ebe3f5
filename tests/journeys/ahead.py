"""The bot with a clock that is ahead: a test's entry point, never a switch of the product.

`python -m tests.journeys.ahead bot` runs the bot, `$AHEAD_S` seconds ahead of the machine; its activation module keeps
the machine's time.
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta


def main() -> None:
    """Run the bot as `countersign run` does."""
    from bot.clock import SystemClock
    from bot.settings import read_settings
    from bot.start import serve

    ahead = timedelta(seconds=int(os.environ["AHEAD_S"]))

    def now(_clock: SystemClock) -> datetime:
        return datetime.now(UTC) + ahead

    SystemClock.now = now  # type: ignore[method-assign, assignment]  # the seam is the clock itself
    asyncio.run(serve(read_settings()))


if __name__ == "__main__":
    main()
