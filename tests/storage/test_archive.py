"""A backup's file: what was packed comes out as it went in, and any change is found before anything is used."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.archive import BadArchive, Manifest, check, pack, peek, unpack

KEY = b"k" * 32
EMPTY = Manifest(made_at="2026-11-25T12:00:00+00:00", schema="0001", journal=(7, "a" * 64), ledger=(3, "b" * 64))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A backup of two files, and of one that is gone when its turn comes."""
    (tmp_path / "one").write_bytes(b"first")
    (tmp_path / "two").write_bytes(b"second" * 1000)
    files = [("database", tmp_path / "one"), ("documents/ab/cd", tmp_path / "two"), ("gone", tmp_path / "gone")]
    packed = pack(tmp_path / "made.tar", files, EMPTY, key=KEY)
    assert set(packed.files) == {"database", "documents/ab/cd"}
    return tmp_path / "made.tar"


def opened(archive: Path, into: Path, *, key: bytes = KEY) -> Manifest:
    into.mkdir()
    return check(unpack(archive, into), into, key=key)


def test_what_was_packed_comes_out(archive: Path, tmp_path: Path) -> None:
    manifest = opened(archive, tmp_path / "out")
    assert (tmp_path / "out" / "database").read_bytes() == b"first"
    assert (tmp_path / "out" / "documents" / "ab" / "cd").stat().st_mode & 0o077 == 0
    assert (manifest.journal, manifest.ledger) == (EMPTY.journal, EMPTY.ledger)
    assert archive.stat().st_mode & 0o077 == 0


def test_another_key_does_not_vouch(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="not the sealing keys"):
        opened(archive, tmp_path / "out", key=b"x" * 32)


def test_a_half_written_file_is_not_there_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        pack(tmp_path / "made.tar", [("folder", tmp_path / "folder")], EMPTY, key=KEY)
    assert not (tmp_path / "made.tar").exists()


def manifest_edited(folder: Path) -> None:
    vouched, _, body = (folder / "manifest.json").read_text().partition("\n")
    changed = json.dumps({**json.loads(body), "made_at": "2020-01-01T00:00:00+00:00"})
    (folder / "manifest.json").write_text(f"{vouched}\n{changed}")


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "damaged": (lambda folder: (folder / "database").write_bytes(b"firsT"), "database is damaged"),
    "longer": (lambda folder: (folder / "database").write_bytes(b"first!"), "database is damaged"),
    "missing": (lambda folder: (folder / "database").unlink(), "database is missing"),
    "added": (lambda folder: (folder / "more").write_bytes(b""), "more is not in its manifest"),
    "manifest": (manifest_edited, "its manifest was changed"),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "it has no manifest"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_change_is_found(archive: Path, tmp_path: Path, fault: str) -> None:
    spoil, told = FAULTS[fault]
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "content", filter="data")
    spoil(tmp_path / "content")
    with tarfile.open(tmp_path / "changed.tar", "w") as tar:
        for path in sorted((tmp_path / "content").rglob("*")):
            if path.is_file():
                tar.add(path, str(path.relative_to(tmp_path / "content")))
    with pytest.raises(BadArchive, match=told):
        opened(tmp_path / "changed.tar", tmp_path / "out")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a//b", "./c"])
def test_a_name_that_leads_elsewhere_is_refused(archive: Path, tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "strange.tar", "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = archive.stat().st_size
        with archive.open("rb") as file:
            tar.addfile(member, file)
    with pytest.raises(BadArchive, match="no backup of ours"):
        opened(tmp_path / "strange.tar", tmp_path / "out")
    assert not (tmp_path / "outside").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with tarfile.open(tmp_path / "strange.tar", "w") as tar:
        tar.add(tmp_path / "link", "database")
    with pytest.raises(BadArchive, match="no backup of ours"):
        opened(tmp_path / "strange.tar", tmp_path / "out")


def test_a_file_that_was_cut_off_is_refused(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.tar").write_bytes(archive.read_bytes()[:5000])
    with pytest.raises(BadArchive, match="cut off"):
        opened(tmp_path / "cut.tar", tmp_path / "out")


def test_a_manifest_of_another_format_is_refused() -> None:
    with pytest.raises(BadArchive, match="another version"):
        peek(b"mac\n" + EMPTY.canonical().replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(BadArchive, match="cannot be read"):
        peek(b"mac\n[]")
