"""Programs that everybody has judge what is inside: sha256sum, openssl, pdfsig; as README.txt of the file says."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.signing.evidence.conftest import Made
from tests.signing.evidence.office import Office


def said(folder: Path, command: str) -> str:
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout + done.stderr


@pytest.fixture
def unpacked(made: Made, tmp_path: Path) -> Path:
    """The file in an empty folder."""
    with zipfile.ZipFile(made.file) as file:
        file.extractall(tmp_path)
    return tmp_path


def commands(guide: str) -> list[str]:
    """Return the commands that the guide tells."""
    words = ("sha256sum ", "openssl ", "pdfsig ")
    return [line.strip() for line in guide.splitlines() if line.strip().startswith(words)]


def test_every_command_of_the_guide_says_that_it_is_sound(unpacked: Path) -> None:
    told = commands((unpacked / "README.txt").read_text())
    assert len(told) == 6
    for command in told:
        answer = said(unpacked, command)
        assert any(word in answer for word in (": OK", "Verified OK", "Verification: OK", "Signature is Valid")), answer
    assert "Total document signed" in said(unpacked, "pdfsig documents/2/signed.pdf")


def test_they_find_a_change_as_well(unpacked: Path) -> None:
    (unpacked / "journal/head.json").write_bytes((unpacked / "journal/head.json").read_bytes() + b" ")
    for command in commands((unpacked / "README.txt").read_text()):
        if "head" in command or "sha256sum" in command:
            done = subprocess.run(command.split(), cwd=unpacked, capture_output=True, check=False, timeout=60)
            assert done.returncode != 0


def test_the_chain_inside_leads_to_the_root(unpacked: Path) -> None:
    command = "openssl verify -CAfile certificates/roots.pem -untrusted certificates/1-1.pem certificates/1-1.pem"
    assert "OK" in said(unpacked, command)


async def test_a_signature_in_a_file_of_its_own_is_judged_by_openssl(office: Office, tmp_path: Path) -> None:
    asked = await office.asked(form="cades")
    await office.sign(asked)
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(await office.evidence(asked.id)) as file:
        file.extractall(folder)
        (command,) = [one for one in commands(file.read("README.txt").decode()) if "cms" in one]
    assert "Verification successful" in said(folder, command)
