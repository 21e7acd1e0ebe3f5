"""`countersign trust`: the root to tell by telephone, the note to forward."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from playground.pki import LoopbackPki
from signing.trust import anchors_of
from tests.bot.cli.conftest import Terminal


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    """The company's root."""
    return LoopbackPki(tmp_path / "pki", company="Rivers & Sons").roots_pem


def test_the_root_is_told_and_written(bare: Terminal, roots: Path, tmp_path: Path) -> None:
    said = bare("trust", "root", "--json", trusted_roots_file=str(roots)).json()
    assert [len(one["sha256"].split()) for one in said] == [16]
    target = tmp_path / "root.pem"
    assert bare("trust", "root", "--out", str(target), trusted_roots_file=str(roots)).code == 0
    assert target.read_text().strip() in roots.read_text()


def test_without_a_root_it_says_what_to_do(bare: Terminal) -> None:
    said = bare("trust", "note")
    assert (said.code, "COUNTERSIGN_TRUSTED_ROOTS_FILE" in said.err) == (1, True)


def test_the_note_is_text_or_a_page(bare: Terminal, roots: Path, tmp_path: Path) -> None:
    there = {
        "trusted_roots_file": str(roots),
        "public_url": "https://sign.example.com",
        "company_name": "Rivers & Sons",
    }
    note = bare("trust", "note", "--language", "ru", **there).out
    from bot.pem import read_roots

    (anchor,) = anchors_of(read_roots(roots))
    for told in ("Rivers & Sons", anchor.grouped, "https://sign.example.com/trust", "по телефону"):
        assert told in note
    page = tmp_path / "note.pdf"
    assert bare("trust", "note", "--pdf", str(page), **there).code == 0
    said = subprocess.run(["pdftotext", str(page), "-"], capture_output=True, text=True, check=True, timeout=30).stdout
    assert "AATL" in said
    assert "?" not in said
