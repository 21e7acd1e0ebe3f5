"""`countersign restore`: a backup becomes an installation again, in which nothing that was open counts any more."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import safekeeping as safe
from bot.cli import soft_token
from bot.cli.console import Failed, countersign, say, spoken, step
from bot.clock import SystemClock
from bot.secret_file import write_secret
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from signing.activation.restoring import Forgotten
    from signing.restoration import Voided
    from storage.archive import Manifest


@spoken
async def restore(
    archive: Annotated[Path, typer.Argument(help="The file that `backup` wrote.", exists=True, dir_okay=False)],
    secrets: Annotated[
        Path | None, typer.Option(help="Its second file; without it the secrets must lie in their places.", exists=True)
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="The passphrase (mode 0600); asked for without it.")
    ] = None,
) -> None:
    """Bring a backup back into an empty installation; the bot must not run yet.

    Open approvals, links and codes up to now do not count any more, and the administrators are told.
    """
    settings = read_settings()
    _check_empty(settings)
    given = safe.open_secrets(secrets, safe.passphrase_of(passphrase_file, is_new=False)) if secrets else {}
    known = given or safe.secrets_here(settings)
    safe.make_folder(settings.data_dir)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as folder:
        staging = Path(folder)
        with step("Reading and comparing every file"):
            manifest = await asyncio.to_thread(_unpack, archive, staging, known)
        with step("Checking the journal"):
            await asyncio.to_thread(_check_journal, staging, manifest)
        with step("Taking back what was open"):
            forgotten = await _forget(staging, known, manifest)
            voided = await _void(staging, settings, manifest, forgotten)
        with step("Putting everything into its place"):
            await asyncio.to_thread(_place, settings, staging, given)
    _tell(manifest, forgotten, voided, is_soft=settings.softhsm_conf.exists())


def _check_empty(settings: Settings) -> None:
    from storage.database import database_path

    documents = settings.data_dir / "documents"
    kept = [database_path(settings.database_url), settings.activation_store_file, soft_token.folder(settings)]
    kept += documents.glob("??")
    if there := next((path for path in kept if path.exists()), None):
        raise Failed(f"Something is here already: {there}. Mend: restore where nothing was set up yet")


def _unpack(archive: Path, staging: Path, secrets: dict[str, str]) -> Manifest:
    from storage.archive import BadArchive, check, peek, unpack

    try:
        body = unpack(archive, staging)
        wanted, here = peek(body).keys, safe.fingerprints(secrets)
        if other := [name for name in wanted if wanted[name] != here.get(name)]:
            raise Failed(f"{archive} wants another {other[0].replace('-', ' ')} than the one given here")
        return check(body, staging, key=safe.sealer(secrets, safe.SEALING_KEY).derived_key(safe.PURPOSE))
    except BadArchive as error:
        raise Failed(f"{archive} cannot be restored: {error}. Nothing was changed") from error


def _check_journal(staging: Path, manifest: Manifest) -> None:
    """The chain from end to end; signatures of heads need the token and are `journal verify`'s to check."""
    from storage.audit_log import verify_chain
    from storage.migrations import HEAD, is_known
    from storage.snapshot import end_of_journal, is_sound

    database = staging / safe.DATABASE
    if not is_known(manifest.schema):
        raise Failed(
            f"The backup has schema {manifest.schema}, this program knows {HEAD}. Mend: install a newer version"
        )
    if not is_sound(database) or not is_sound(staging / safe.STORE):
        raise Failed("The database in the backup is damaged. Nothing was changed; take an earlier backup")
    if verify_chain(f"sqlite:///{database}") or end_of_journal(database) != manifest.journal:
        raise Failed("The journal in the backup was changed. Nothing was restored; take another backup")


async def _forget(staging: Path, secrets: dict[str, str], manifest: Manifest) -> Forgotten:
    from signing.activation.restoring import forget
    from storage.activation_store import SqliteActivationStore

    store = SqliteActivationStore(staging / safe.STORE, sealer=safe.sealer(secrets, safe.ACTIVATION_KEY))
    try:
        return await store.run(lambda tx: forget(tx, now=SystemClock().now(), made_at=manifest.made_at))
    finally:
        store.close()


async def _void(staging: Path, settings: Settings, manifest: Manifest, forgotten: Forgotten) -> Voided:
    from signing.restoration import void_what_was_open
    from storage.database import Database
    from storage.migrations import upgrade
    from storage.store import SqlStore

    url, clock = f"sqlite:///{staging / safe.DATABASE}", SystemClock()
    facts = {
        "row": manifest.journal[0],
        "steps": forgotten.factors,
        "mandates": forgotten.mandates,
        "lost_heads_up_to": _newest_copy(settings, manifest),
    }
    await asyncio.to_thread(upgrade, url)
    async with await Database.open(url) as database, SqlStore(database, clock).begin() as tx:
        return await void_what_was_open(tx, made_at=manifest.made_at, now=clock.now(), **facts)


def _newest_copy(settings: Settings, manifest: Manifest) -> int | None:
    """Return the journal row that heads in the second place speak of, when the backup has not got so far."""
    from storage.audit_log import read_copy

    newest = max((copied.head.seq for copied in read_copy(settings.journal_copy_file)), default=0)
    return newest if newest > manifest.journal[0] else None


def _place(settings: Settings, staging: Path, secrets: dict[str, str]) -> None:
    """Move everything where the settings want it; the database and the secrets last, so that nothing starts before."""
    from storage.database import database_path

    moves = [
        (staging / safe.DOCUMENTS, settings.data_dir / "documents"),
        (staging / safe.TOKEN, soft_token.folder(settings)),
        (staging / safe.STORE, settings.activation_store_file),
        (staging / safe.ROOTS, settings.trusted_roots_file),
        (staging / safe.HEADS, settings.journal_copy_file),
        (staging / safe.DATABASE, database_path(settings.database_url)),
    ]
    for source, target in moves:
        if source.exists():
            _move(source, target)
    if soft_token.folder(settings).exists():
        soft_token.configure(settings)
        safe.hand_to_owner(settings.softhsm_conf)
    for name, path in safe.secret_files(settings).items():
        if name in secrets and not path.exists():
            safe.make_folder(path.parent)
            write_secret(path, secrets[name])
            safe.hand_to_owner(path)


def _move(source: Path, target: Path) -> None:
    """Put a file or folder into its place; heads and roots that lie there already are kept beside."""
    safe.make_folder(target.parent)
    if target.is_file():
        target.replace(target.with_name(f"{target.name}.before-restore"))
    elif target.is_dir():
        shutil.rmtree(target)  # documents: no more than an empty spool
    shutil.move(source, target)
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o700 if folder.is_dir() else 0o600)
    safe.hand_to_owner(target)


def _tell(manifest: Manifest, forgotten: Forgotten, voided: Voided, *, is_soft: bool) -> None:
    made_at = f"{datetime.fromisoformat(manifest.made_at):%Y-%m-%d %H:%M} UTC"
    say(f"Restored as of {made_at}, journal up to row {manifest.journal[0]}, {len(manifest.files)} files.")
    say(f"Codes of {forgotten.factors} people up to now are spent; {voided.approvals} open approvals are void.")
    if voided.confirmed:
        say(f"{voided.confirmed} requests stood between code and signature: they are frozen, for you to decide.")
    if forgotten.mandates:
        say(f"{forgotten.mandates} standing mandates are revoked: grant those that you still want.")
    if voided.links:
        say(f"{voided.links} invitations do not count any more: invite again.")
    if not is_soft and manifest.token:
        token = manifest.token
        say(f"The keys are in the token “{token.get('label')}”, serial {token.get('serial', 'unknown')}.")
    say("Recovery codes and links for clients that were used up since then count again: see docs/deploy.md.")
    say(f"Next: {countersign('journal verify')}, {countersign('doctor')}, then start the bot.")
