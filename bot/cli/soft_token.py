"""A SoftHSM token of our own in the data folder: its configuration, a random PIN in a file, the token itself."""

from __future__ import annotations

import os
import pty
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bot.cli.console import Failed
from bot.secret_file import write_secret
from bot.settings import Settings

PIN_DIGITS = 16


def is_soft(settings: Settings) -> bool:
    """Return whether the configured module is SoftHSM."""
    return "softhsm" in settings.pkcs11_module.name.lower()


def exists(settings: Settings) -> bool:
    """Return whether the token was made already: its configuration is written last."""
    return settings.softhsm_conf.exists()


def make(settings: Settings) -> None:
    """Make the token beside its final place and move it there, so that a power cut leaves none with a lost PIN.

    The PIN goes to the tool through a terminal: command lines are readable by everybody on the machine.
    """
    if shutil.which("softhsm2-util") is None:
        raise Failed("SoftHSM is not installed. Mend: apt-get install softhsm2")
    pin = _digits(settings.pkcs11_pin_file)
    officer = _digits(settings.pkcs11_pin_file.with_name("token-so-pin"))
    staging, final = settings.softhsm_conf.with_name("tokens.new"), folder(settings)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700, parents=True)
    draft = settings.softhsm_conf.with_suffix(".new")
    draft.write_text(_configuration(staging))
    _answer(
        ["softhsm2-util", "--init-token", "--free", "--label", settings.pkcs11_token_label],
        [officer, officer, pin, pin],
        environment={**os.environ, "SOFTHSM2_CONF": str(draft)},
    )
    staging.rename(final)
    configure(settings)


def folder(settings: Settings) -> Path:
    """Return where the token's objects lie: beside its configuration."""
    return settings.softhsm_conf.with_name("tokens")


def configure(settings: Settings) -> None:
    """Write the configuration that leads to the token; it counts from now on."""
    draft = settings.softhsm_conf.with_suffix(".new")
    draft.write_text(_configuration(folder(settings)))
    draft.rename(settings.softhsm_conf)


def _configuration(folder: Path) -> str:
    return f"directories.tokendir = {folder}\nobjectstore.backend = file\nobjectstore.umask = 0077\nlog.level = ERROR\n"


def _digits(path: Path) -> str:
    """Return the PIN in `path`; a missing one is made."""
    if not path.exists():
        write_secret(path, f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}")
    return path.read_text().strip()


def _answer(command: Sequence[str], answers: Sequence[str], *, environment: dict[str, str]) -> None:
    """Run `command` on a terminal of its own and answer each prompt that ends with a colon."""
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        ) as tool:
            os.close(theirs)
            for answer in answers:
                _await_prompt(ours)
                os.write(ours, f"{answer}\r".encode())
            said = _rest(ours)
    finally:
        os.close(ours)
    if tool.returncode != 0:
        raise Failed(f"{command[0]} could not make the token: {said.strip(' *')}")


def _await_prompt(terminal: int) -> None:
    said = ""
    while not said.endswith(": "):
        try:
            said += os.read(terminal, 1024).decode(errors="replace")
        except OSError as error:  # the tool is gone: Linux answers EIO
            raise Failed(f"SoftHSM's tool stopped early: {said.strip()}") from error


def _rest(terminal: int) -> str:
    said = b""
    try:
        while block := os.read(terminal, 1024):
            said += block
    except OSError:  # EIO is how a terminal ends
        pass
    return said.decode(errors="replace").strip()
