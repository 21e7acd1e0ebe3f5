"""`countersign verify FILE`: a plain verdict, an exit code for scripts."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from tests.assets import signed_pdfs
from tests.bot.cli.conftest import Terminal


def test_an_unsigned_file_is_called_so(bare: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "plain.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(file)
    said = bare("verify", str(file), accept_weak_isolation="on")
    assert (said.code, "not signed" in said.out) == (1, True)
    assert bare("verify", str(file), "--json", accept_weak_isolation="on").json()["overall"] == "unsigned"


@pytest.mark.parametrize(("body", "why"), [(b"words", "it is no PDF, or damaged"), (b"", "it is empty")])
def test_a_file_that_is_no_pdf_is_called_so(bare: Terminal, tmp_path: Path, body: bytes, why: str) -> None:
    file = tmp_path / "words.pdf"
    file.write_bytes(body)
    said = bare("verify", str(file), accept_weak_isolation="on")
    assert (said.code, f"words.pdf: not readable as a PDF ({why})" in said.out) == (1, True)


def test_a_signer_whom_nobody_here_knows_is_told_with_what_mends_it(bare: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed_pdfs.signed())
    said = bare("verify", str(file), accept_weak_isolation="on")
    assert (said.code, "Simple signature, level" in said.out) == (1, True)
    assert "No root certificate is trusted here" in said.out
    assert "trusted-roots.pem" in said.out.replace("\n", "")
