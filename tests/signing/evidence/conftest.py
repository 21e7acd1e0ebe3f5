"""One evidence file for the tests that only judge, and an office for those that make more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from signing.audit import SignedHead
from signing.evidence.examination import Trust
from tests.conftest import SoftToken, make_token
from tests.signing.evidence.office import Office, opened


@dataclass(frozen=True, kw_only=True)
class Made:
    """A file, and what the company would tell about it by another way."""

    file: Path
    now: datetime
    trust: Trust
    heads: tuple[SignedHead, ...]
    sign_key_der: bytes
    documents: int = 2


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two documents, signed with time-stamps by one code; the journal and the ledger speak of others, too."""
    folder = tmp_path_factory.mktemp("evidence")
    with pytest.MonkeyPatch.context() as patch:
        token = make_token(folder)
        patch.setenv("SOFTHSM2_CONF", str(token.conf))
        return asyncio.run(_make(folder, token))


async def _make(folder: Path, token: SoftToken) -> Made:
    async with AsyncExitStack() as stack:
        office = await opened(stack, folder, token)
        other = await office.asked()
        wanted = await office.asked(words=("Contract", "Appendix"))
        await office.sign(other)
        await office.sign(wanted)
        file = await office.evidence(wanted.id)
        async with office.store.read() as tx:
            heads = await tx.journal.heads()
        key = await office.bench.module.journal_public_key()
        return Made(file=file, now=office.clock.now(), trust=office.trust, heads=heads, sign_key_der=key)


@pytest.fixture
async def office(tmp_path: Path, token: SoftToken) -> AsyncIterator[Office]:
    """An office of the test's own; its signatures carry no time-stamps."""
    async with AsyncExitStack() as stack:
        yield await opened(stack, tmp_path, token, level="B-B")
