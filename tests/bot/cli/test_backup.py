"""The drill: a living office is backed up and comes back elsewhere; nothing that was open or spent counts again."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from playground.pki import LoopbackPki
from signing.errors import RecordExpired, WrongCode
from signing.request import SigningRequest, State
from signing.verification.verdict import Overall
from tests.bot.cli.conftest import Terminal
from tests.bot.cli.living import Office, alive, founded, machine_clock

PHRASE = "correct horse battery staple"


@dataclass(kw_only=True)
class Backup:
    """Two files, and what the office knew when they were made."""

    archive: Path
    secrets: Path
    phrase: Path
    office: Office
    nonce: str
    """Of the second step that stood open."""
    code: str
    """Spent after the backup."""
    signed: SigningRequest
    opened: SigningRequest
    confirmed: SigningRequest


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """A backup of an office at work, which went on for a while and then burned down."""
    return asyncio.run(_burned(tmp_path_factory.mktemp("burned")))


async def _burned(folder: Path) -> Backup:
    terminal, clock, told = Terminal(data_dir=folder / "var"), machine_clock(), folder / "clock"
    assert (await asyncio.to_thread(terminal, "init")).code == 0
    phrase = folder / "phrase"
    phrase.write_text(PHRASE)
    phrase.chmod(0o600)
    pki = LoopbackPki(folder / "pki", company="Drill Ltd")
    async with alive(terminal, clock, told, pki=pki) as parts:
        office = await founded(parts, clock, told, pki)
        signed, opened, confirmed = [await office.asked(name) for name in ("Signed", "Opened", "Confirmed")]
        await office.signed(signed)
        office.move(seconds=30)
        record = await office.tapped(confirmed)
        await parts.workflow.confirm(record.nonce, by=office.ivan.id, code=office.code())
        nonce = (await office.tapped(opened)).nonce
        archive, secrets = folder / "office.tar", folder / "office.secrets"
        words = ("backup", str(archive), "--secrets", str(secrets), "--passphrase-file", str(phrase))
        said = await asyncio.to_thread(terminal, *words)
        assert said.code == 0, said.err
        office.told.write_text(datetime.now(UTC).isoformat())
        office.clock.moment = datetime.now(UTC)
        code = office.code()
        await parts.workflow.confirm(nonce, by=office.ivan.id, code=code)
    return Backup(
        archive=archive, secrets=secrets, phrase=phrase, office=office, nonce=nonce, code=code, signed=signed,
        opened=opened, confirmed=confirmed,
    )  # fmt: skip


def restored(backup: Backup, terminal: Terminal, *more: str) -> str:
    """Restore there; return what was said."""
    words = ("restore", str(backup.archive), "--secrets", str(backup.secrets), "--passphrase-file", str(backup.phrase))
    said = terminal(*words, *more)
    assert said.code == 0, said.err
    return said.out


async def test_the_drill(backup: Backup, bare: Terminal, tmp_path: Path) -> None:
    said = await asyncio.to_thread(restored, backup, bare)
    assert "1 open approvals are void" in said
    assert "1 requests stood between code and signature" in said
    old, clock, told = backup.office, machine_clock(), tmp_path / "clock"
    clock.moment = datetime.now(UTC)
    async with alive(bare, clock, told) as parts:
        verified = await asyncio.to_thread(bare, "journal", "verify")
        assert verified.code == 0, verified.out
        office = Office(parts=parts, clock=clock, told=told, anna=old.anna, ivan=old.ivan, seed=old.seed)
        await parts.workflow.reconcile()
        with pytest.raises(RecordExpired):
            await parts.workflow.confirm(backup.nonce, by=old.ivan.id, code=backup.code)
        record = await office.tapped(backup.opened)
        with pytest.raises(WrongCode):
            await parts.workflow.confirm(record.nonce, by=old.ivan.id, code=backup.code)
        with pytest.raises(WrongCode):
            await parts.workflow.confirm(record.nonce, by=old.ivan.id, code=office.code())
        frozen = await office.now(backup.confirmed)
        assert (frozen.state, frozen.reason) == (State.FROZEN, "restored")
        assert (await office.now(backup.signed)).state is State.SIGNED
        assert (await office.now(backup.opened)).state is State.WAITING
        signed = await office.signed(await office.asked("Afterwards"))
        assert (await parts.verify(signed)).overall in (Overall.VALID, Overall.VALID_BUT_UNKNOWN_SIGNER)
        assert (await asyncio.to_thread(bare, "journal", "verify")).code == 0
        async with parts.store.read() as tx:
            notices = [job.facts for job in await tx.jobs.waiting() if job.facts.get("notice") == "restored"]
            (event,) = await tx.journal.of("installation")
        assert len(notices) == 1
        assert (event.tag.value, event.facts["confirmed"]) == ("installation:restored", 1)


def test_a_confirmation_of_before_is_never_signed(backup: Backup, bare: Terminal) -> None:
    restored(backup, bare)
    with closing(sqlite3.connect(bare.data_dir / "activation" / "store.sqlite3")) as store:
        last = dict(store.execute("SELECT subject, kind FROM ledger WHERE kind LIKE 'signature:%' ORDER BY seq"))
    assert sorted(last.values()) == ["signature:attempted", "signature:made"]


def test_nothing_is_restored_over_something(backup: Backup, bare: Terminal) -> None:
    assert bare("init").code == 0
    said = bare("restore", str(backup.archive))
    assert said.code == 1
    assert "Something is here already" in said.err


def test_the_archive_alone_tells_no_secret(backup: Backup, tmp_path: Path) -> None:
    with tarfile.open(backup.archive) as tar:
        tar.extractall(tmp_path, filter="data")
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    var = backup.office.parts.settings.data_dir
    for secret in (var / "secrets").iterdir():
        assert secret.read_bytes() not in everything
    assert backup.office.seed.encode() not in everything
    assert backup.archive.stat().st_mode & 0o077 == 0
    assert backup.secrets.stat().st_mode & 0o077 == 0
    assert b"sealing" not in backup.secrets.read_bytes()


def test_a_damaged_backup_is_refused_whole(backup: Backup, bare: Terminal, tmp_path: Path) -> None:
    body = bytearray(backup.archive.read_bytes())
    at = body.index(b"(Opened) Tj")
    body[at + 1] ^= 1
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(body)
    said = bare("restore", str(damaged), "--secrets", str(backup.secrets), "--passphrase-file", str(backup.phrase))
    assert said.code == 1
    assert "is damaged" in said.err
    assert not list(bare.data_dir.iterdir())


def test_another_passphrase_opens_nothing(backup: Backup, bare: Terminal, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("another long passphrase")
    other.chmod(0o600)
    said = bare("restore", str(backup.archive), "--secrets", str(backup.secrets), "--passphrase-file", str(other))
    assert said.code == 1
    assert "another passphrase" in said.err


def test_sealing_keys_of_another_installation_do_not_fit(backup: Backup, bare: Terminal) -> None:
    assert bare("init").code == 0
    for path in bare.data_dir.iterdir():
        if path.name != "secrets":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    said = bare("restore", str(backup.archive))
    assert said.code == 1
    assert "wants another" in said.err


def test_a_backup_without_secrets_says_what_else_is_needed(backup: Backup, tmp_path: Path) -> None:
    living = Terminal(data_dir=backup.office.parts.settings.data_dir)
    said = living("backup", str(tmp_path / "again.tar"))
    assert said.code == 0, said.err
    assert "activation-sealing-key" in said.out
    assert living("backup", str(tmp_path / "again.tar")).code == 1
