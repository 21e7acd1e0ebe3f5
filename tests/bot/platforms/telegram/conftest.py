"""The company of the Telegram tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.platforms.telegram.office import Office, hire, open_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A company with its people."""
    async with open_office(tmp_path) as opened:
        await hire(opened)
        yield opened
