"""What every store of documents must do: bytes are what their name says, or they are not given out."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.document import Sha256
from signing.errors import NotFound
from signing.ports import Documents
from storage.documents import DiskDocuments, DiskFull


@pytest.fixture(params=["disk"])
def documents(request: pytest.FixtureRequest, tmp_path: Path) -> Documents:
    """A fresh store of each kind we know."""
    assert request.param == "disk"
    return DiskDocuments(tmp_path / "documents", min_free_bytes=0, min_free_share=0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=5000))
async def test_bytes_come_back_by_their_sha256(documents: Documents, body: bytes) -> None:
    sha256 = await documents.put(body)
    assert sha256 == hashlib.sha256(body).hexdigest()
    assert await documents.get(sha256) == body
    assert documents.path(sha256).read_bytes() == body


async def test_absent_bytes_are_not_found(documents: Documents) -> None:
    with pytest.raises(NotFound):
        await documents.get(Sha256("00" * 32))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "0" * 63 + "/"])
async def test_a_name_that_is_no_sha256_is_not_found(documents: Documents, name: str) -> None:
    with pytest.raises(NotFound):
        await documents.get(Sha256(name))


@pytest.mark.parametrize("damage", ["changed", "cut", "grown", "emptied"])
async def test_bytes_damaged_on_disk_are_not_given_out_and_can_be_put_again(documents: Documents, damage: str) -> None:
    body = b"%PDF-1.7 something"
    sha256 = await documents.put(body)
    damaged = {"changed": b"x" + body[1:], "cut": body[:-1], "grown": body + b"x", "emptied": b""}[damage]
    documents.path(sha256).write_bytes(damaged)
    with pytest.raises(NotFound):
        await documents.get(sha256)
    await documents.put(body)
    assert await documents.get(sha256) == body


async def test_an_adopted_file_is_taken_over_whole(documents: Documents) -> None:
    spooled = documents.spool()
    assert not spooled.exists()
    spooled.write_bytes(b"signed")
    sha256 = await documents.adopt(spooled)
    assert not spooled.exists()
    assert await documents.get(sha256) == b"signed"


async def test_two_spool_paths_are_never_one(documents: Documents) -> None:
    assert len({documents.spool() for _ in range(100)}) == 100


async def test_nobody_else_may_read_the_bytes(documents: Documents) -> None:
    path = documents.path(await documents.put(b"private"))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_nothing_is_taken_in_when_the_disk_is_nearly_full_but_signed_bytes_are_kept(tmp_path: Path) -> None:
    roomy = DiskDocuments(tmp_path, min_free_bytes=0, min_free_share=0)
    spooled = roomy.spool()
    spooled.write_bytes(b"signed")
    full = DiskDocuments(tmp_path, min_free_bytes=1 << 62)
    with pytest.raises(DiskFull):
        await full.put(b"body")
    with pytest.raises(DiskFull):
        full.spool()
    assert list((tmp_path / "spool").iterdir()) == [spooled]
    assert await full.get(await full.adopt(spooled)) == b"signed"


async def test_what_nobody_adopted_is_tidied_away_after_its_time(tmp_path: Path) -> None:
    documents = DiskDocuments(tmp_path, min_free_bytes=0, min_free_share=0)
    old, fresh = documents.spool(), documents.spool()
    for path, at in ((old, 1000), (fresh, 5000)):
        path.write_bytes(b"prepared")
        os.utime(path, (at, at))
    assert documents.tidy(older_than_s=3600, now_s=5001) == 1
    assert not old.exists()
    assert fresh.exists()
