"""`countersign verify FILE`: a plain verdict, an exit code for scripts."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from tests.bot.cli.conftest import Terminal


def test_an_unsigned_file_is_called_so(bare: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "plain.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(file)
    said = bare("verify", str(file), accept_weak_isolation="on")
    assert (said.code, "not signed" in said.out) == (1, True)
    assert bare("verify", str(file), "--json", accept_weak_isolation="on").json()["overall"] == "unsigned"


def test_a_file_that_is_no_pdf_is_called_so(bare: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "words.pdf"
    file.write_text("words")
    said = bare("verify", str(file), accept_weak_isolation="on")
    assert (said.code, "not readable" in said.out) == (1, True)
