"""The bench of activation tests as fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signing.ports import KeyFacts
from tests.conftest import HandClock, SoftToken
from tests.signing.activation.bench import Bench


@pytest.fixture
async def bench(tmp_path: Path, token: SoftToken, clock: HandClock) -> AsyncIterator[Bench]:
    """A module that has been started on an empty token."""
    made = Bench(folder=tmp_path, token=token, clock=clock)
    made.start()
    yield made
    if made.opened is not None:
        await made.opened.close()


@pytest.fixture
async def own_key(bench: Bench) -> KeyFacts:
    """Ivan is enrolled and has a certified key of his own."""
    await bench.enrol()
    return await bench.certify()
