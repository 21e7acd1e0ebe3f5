"""What a backup holds and where it lies here: names in the archive ↔ files of this installation, and the secrets."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import typer

from bot.cli import soft_token
from bot.cli.console import Failed
from bot.secret_file import read_secret
from bot.settings import Settings
from storage.sealed import Sealer, Unsealable, open_with_passphrase, seal_with_passphrase

DATABASE, STORE, DOCUMENTS, TOKEN = "database.sqlite3", "store.sqlite3", "documents", "token"
HEADS, ROOTS = "journal-heads.jsonl", "trusted-roots.pem"
PURPOSE = "backup"
"""Of the key that vouches for a manifest."""
LEAST_PASSPHRASE = 12
SEALING_KEY, ACTIVATION_KEY = "sealing-key", "activation-sealing-key"


def secret_files(settings: Settings) -> dict[str, Path]:
    """Return where the secrets of this installation lie, by name; not all need exist."""
    files = {
        SEALING_KEY: settings.sealing_key_file,
        ACTIVATION_KEY: settings.activation_sealing_key_file,
        "token-pin": settings.pkcs11_pin_file,
        "token-so-pin": settings.pkcs11_pin_file.with_name("token-so-pin"),
        "bitrix24-client-secret": settings.bitrix24_client_secret_file,
    }
    return files | ({"smtp-password": settings.smtp_password_file} if settings.smtp_password_file else {})


def secrets_here(settings: Settings) -> dict[str, str]:
    """Return the secrets that lie here, by name; raise `Failed` when one is closed to us."""
    try:
        return {name: read_secret(path) for name, path in secret_files(settings).items() if path.exists()}
    except PermissionError as error:
        raise Failed(f"A secret is closed to this user ({error}). Mend: run this as root") from error


def sealer(secrets: dict[str, str], name: str) -> Sealer:
    """Return the sealer of one of the two sealing keys; raise `Failed` when it is not there."""
    if name not in secrets:
        raise Failed(f"The {name.replace('-', ' ')} is missing. Mend: put its file back, or give --secrets")
    return Sealer(bytes.fromhex(secrets[name]))


def fingerprints(secrets: dict[str, str]) -> dict[str, str]:
    """Return what tells the sealing keys apart without telling them."""
    return {name: sealer(secrets, name).derived_key("fingerprint").hex()[:16] for name in (SEALING_KEY, ACTIVATION_KEY)}


def files_below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Yield every file below `folder` with its name in the archive; what is being written there is left out."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_file() and place.parts[0] != "spool":
            yield f"{name}/{place}", path


def seal_secrets(secrets: dict[str, str], passphrase: str) -> bytes:
    """Return the second file of a backup."""
    return seal_with_passphrase(json.dumps(secrets, sort_keys=True).encode(), passphrase)


def open_secrets(path: Path, passphrase: str) -> dict[str, str]:
    """Return what a second file holds; raise `Failed`."""
    try:
        return {
            str(name): str(value)
            for name, value in json.loads(open_with_passphrase(path.read_bytes(), passphrase)).items()
        }
    except Unsealable as error:
        raise Failed(f"{path} does not open: another passphrase, or it was changed") from error


def passphrase_of(file: Path | None, *, is_new: bool) -> str:
    """Return the passphrase in a file, else ask for it; raise `Failed` for a new one that is too short."""
    if file is not None:
        try:
            said = read_secret(file)
        except OSError as error:
            raise Failed(f"The passphrase cannot be read: {error.strerror or error}") from error
    else:
        said = str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True))
    if is_new and len(said) < LEAST_PASSPHRASE:
        raise Failed(f"The passphrase is too short: {LEAST_PASSPHRASE} characters at least")
    return said


def is_soft(settings: Settings) -> bool:
    """Return whether the keys lie in files of ours."""
    return soft_token.is_soft(settings) and soft_token.exists(settings)


def make_folder(folder: Path) -> None:
    """Make a private folder and those above it, each for whoever owns the one it lies in."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700)
        hand_to_owner(folder)


def hand_to_owner(path: Path) -> None:
    """Give a file or folder that root has made to whoever owns the folder it lies in, and all that is in it."""
    if os.geteuid() != 0:
        return
    owner = path.parent.stat()
    for one in (path, *(path.rglob("*") if path.is_dir() else ())):
        os.chown(one, owner.st_uid, owner.st_gid)
