"""`countersign backup`: one file with everything but the secrets, and on request a second one with these, sealed."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import safekeeping as safe
from bot.cli import soft_token
from bot.cli.console import Failed, countersign, say, spoken, step
from bot.cli.installation import Installation, installation
from bot.settings import Settings
from signing.errors import SigningError
from signing.membership import CONSOLE
from signing.moves import note
from signing.restoration import INSTALLATION

if TYPE_CHECKING:
    from storage.archive import Manifest


@spoken
async def backup(
    target: Annotated[Path, typer.Argument(help="The file to write, such as /backup/2026-11-25.tar.")],
    secrets: Annotated[
        Path | None, typer.Option(help="A second file with the sealing keys and the PIN; keep it somewhere else.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Its passphrase (mode 0600); asked for without it.")
    ] = None,
) -> None:
    """Copy everything into one file while the bot runs: database, documents, keys' store, software token, heads.

    The sealing keys and the PIN are left out: without them the file says nothing about anybody's factor or key.
    """
    if taken := next((path for path in (target, secrets) if path is not None and path.exists()), None):
        raise Failed(f"{taken} is there already. Mend: give another name")
    async with installation() as here:
        known = safe.secrets_here(here.settings)
        if secrets is not None:
            sealed = safe.seal_secrets(known, safe.passphrase_of(passphrase_file, is_new=True))
            _write(secrets, sealed)
        with step("Copying"):
            made = await _copy(here, target, known)
        await _journal(here, made, with_secrets=secrets is not None)
    say(f"Written: {target}, {len(made.files)} files, journal up to row {made.journal[0]}")
    if secrets is None:
        names = ", ".join(str(path) for path in safe.secret_files(here.settings).values() if path.exists())
        say(f"Not in it, and needed to restore it: {names}")
        say(f"Mend: copy these to another place yourself, or see {countersign('backup --help')}")
    else:
        say(f"Written: {secrets}, sealed by the passphrase. Keep it away from {target.name}")


async def _copy(here: Installation, target: Path, secrets: dict[str, str]) -> Manifest:
    settings, token = here.settings, await _token(here)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        return await asyncio.to_thread(
            _pack, settings, target, secrets, Path(folder), token=token, made_at=here.clock.now().isoformat()
        )


def _pack(
    settings: Settings, target: Path, secrets: dict[str, str], staging: Path, *, token: dict[str, Any], made_at: str
) -> Manifest:
    from storage import archive
    from storage.database import database_path
    from storage.migrations import revision
    from storage.snapshot import end_of_journal, end_of_ledger, snapshot

    database, store = staging / safe.DATABASE, staging / safe.STORE
    snapshot(database=database_path(settings.database_url), store=settings.activation_store_file, into=staging)
    manifest = archive.Manifest(
        made_at=made_at, schema=revision(database) or "", journal=end_of_journal(database),
        ledger=end_of_ledger(store), token=token, keys=safe.fingerprints(secrets),
    )  # fmt: skip
    for path, name in ((settings.journal_copy_file, safe.HEADS), (settings.trusted_roots_file, safe.ROOTS)):
        if path.exists():
            shutil.copyfile(path, staging / name)
    if safe.is_soft(settings):
        shutil.copytree(soft_token.folder(settings), staging / safe.TOKEN)
    key = safe.sealer(secrets, safe.SEALING_KEY).derived_key(safe.PURPOSE)
    return archive.pack(target, _files(settings, staging), manifest, key=key)


def _files(settings: Settings, staging: Path) -> Iterator[tuple[str, Path]]:
    """Yield what was copied at one moment, then the documents, which never change."""
    for path in sorted(path for path in staging.rglob("*") if path.is_file()):
        yield str(path.relative_to(staging)), path
    yield from safe.files_below(settings.data_dir / "documents", safe.DOCUMENTS)


async def _token(here: Installation) -> dict[str, Any]:
    """Return which token the keys lie in, as far as it can be asked now."""
    label: dict[str, Any] = {"label": here.settings.pkcs11_token_label, "software": safe.is_soft(here.settings)}
    try:
        stores = (await here.activation.status())["stores"]
    except SigningError:
        return label
    return label | {name: stores[0][name] for name in ("model", "serial") if stores and name in stores[0]}


async def _journal(here: Installation, made: Manifest, *, with_secrets: bool) -> None:
    from signing.audit import Tag

    async with here.store.begin() as tx:
        await note(
            tx, Tag.INSTALLATION_BACKED_UP, subject=INSTALLATION, actor=CONSOLE, now=here.clock.now(),
            row=made.journal[0], files=len(made.files), secrets=with_secrets,
        )  # fmt: skip


def _write(path: Path, body: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
