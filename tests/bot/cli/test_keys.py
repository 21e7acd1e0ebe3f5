"""`countersign keys`: generate in the token, request, import, list; judged by openssl."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.cli.console import Failed
from bot.cli.keys import distinguished_name
from tests.bot.cli.conftest import Terminal


@pytest.fixture(scope="module")
def staffed(terminal: Terminal) -> Terminal:
    """An installation with two signers."""
    for name in ("Ivan Petrov", "Anna Petrova"):
        assert terminal("people", "add", name, "--role", "signer", "--identity", "passport seen").code == 0
    return terminal


def openssl(*words: str) -> str:
    """Run openssl and return what it said."""
    ran = subprocess.run(["openssl", *words], check=True, capture_output=True, text=True)
    return ran.stdout + ran.stderr


def certificate(request: Path, *, folder: Path) -> Path:
    """Let a CA of this test sign the request; return the chain as PEM."""
    ca, key, issued = folder / "ca.pem", folder / "ca.key", folder / "issued.pem"
    openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(ca), "-subj", "/CN=TEST CA",
        "-days", "9",
    )  # fmt: skip
    usage = folder / "usage"
    usage.write_text("keyUsage=critical,digitalSignature,nonRepudiation\nbasicConstraints=critical,CA:FALSE\n")
    openssl(
        "x509", "-req", "-in", str(request), "-CA", str(ca), "-CAkey", str(key), "-out", str(issued), "-days", "5",
        "-extfile", str(usage), "-set_serial", "0x1234567890",
    )  # fmt: skip
    issued.write_text(issued.read_text() + ca.read_text())
    return issued


@pytest.mark.parametrize("algorithm", ["rsa-3072", "p-256"])
def test_a_key_gets_its_certificate(staffed: Terminal, tmp_path: Path, algorithm: str) -> None:
    label, request = f"ivan-{algorithm}", tmp_path / "ivan.csr"
    assert staffed("keys", "generate", label, "--for", "ivan", "--algorithm", algorithm).code == 0
    asked = staffed("keys", "csr", label, "--subject", "CN=Ivan Petrov,O=Acme\\, d.o.o.,C=ME", "--out", str(request))
    assert asked.code == 0
    assert "verify OK" in openssl("req", "-in", str(request), "-noout", "-verify")
    assert "Acme, d.o.o." in openssl("req", "-in", str(request), "-noout", "-subject", "-nameopt", "utf8,sep_multiline")
    said = staffed("keys", "import-certificate", label, str(certificate(request, folder=tmp_path)))
    assert said.code == 0, said.err
    row = next(row for row in staffed("keys", "list", "--json").json() if row["label"] == label)
    assert row["owners"] == ["Ivan Petrov"]
    assert row["token"] == "software"
    assert row["valid_to"]


def test_a_certificate_of_another_key_is_refused(staffed: Terminal, tmp_path: Path) -> None:
    for label in ("one", "other"):
        assert staffed("keys", "generate", label, "--for", "anna", "--algorithm", "p-256").code == 0
    request = tmp_path / "one.csr"
    staffed("keys", "csr", "one", "--subject", "CN=Anna Petrova", "--out", str(request))
    said = staffed("keys", "import-certificate", "other", str(certificate(request, folder=tmp_path)))
    assert said.code == 1


def test_a_key_of_several_persons_must_be_called_a_seal(staffed: Terminal) -> None:
    said = staffed("keys", "generate", "ours", "--for", "ivan", "--for", "anna", "--algorithm", "p-256")
    assert (said.code, "--seal" in said.err) == (1, True)
    assert staffed("keys", "generate", "ours", "--seal", "--for", "ivan", "--algorithm", "p-256").code == 0
    assert staffed("keys", "assign", "ours", "anna").code == 0
    told = [json.loads(line) for line in staffed("journal", "export").out.splitlines()]
    assert [row["subject"] for row in told if row["tag"] == "key:assigned"] == ["ours"]
    row = next(row for row in staffed("keys", "list", "--json").json() if row["label"] == "ours")
    assert (row["kind"], sorted(row["owners"])) == ("seal", ["Anna Petrova", "Ivan Petrov"])


def test_a_file_without_a_certificate_is_refused_with_a_way_out(staffed: Terminal, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.der"
    nothing.write_bytes(b"\x30\x03")
    said = staffed("keys", "import-certificate", "ours", str(nothing))
    assert (said.code, "openssl x509 -inform der" in said.err) == (1, True)


def test_a_subject_is_read_with_its_escaped_commas() -> None:
    assert distinguished_name("CN=Ivan, O=Acme\\, Inc.") == {"common_name": "Ivan", "organization_name": "Acme, Inc."}


def test_an_unknown_part_of_a_subject_is_refused() -> None:
    with pytest.raises(Failed, match="Known: CN"):
        distinguished_name("CN=Ivan,XX=1")
