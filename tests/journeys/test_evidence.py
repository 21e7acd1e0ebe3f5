"""A signed request → its evidence, made beside the running bot → judged by a process that has nothing but the file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from signing.request import read_number
from signing.trust import anchors_of, grouped
from tests.journeys.company import Company
from tests.journeys.story import a_pdf, ask, has, sign_typed, signed_file, text

ROOT = Path(__file__).parents[2]


def stranger(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `countersign evidence verify` with an empty environment, in a folder without anything of the installation."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "evidence", "verify", *arguments], cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath}, timeout=120, check=False,
    )  # fmt: skip


def verdict(folder: Path, *arguments: str) -> Any:
    return json.loads(stranger(folder, *arguments, "--json").stdout)


async def test_a_stranger_judges_what_happened(office: Company, tmp_path: Path) -> None:
    employee, signer = office.employee(), office.signer()
    async with employee.telegram() as hers, signer.telegram() as his:
        card = await ask(hers, signer, pdf=a_pdf("Evidence"), name="Договор.pdf", comment="please")
        await sign_typed(his, "Договор.pdf", await signer.code())
        signed = await signed_file(hers)
        done = await hers.wait_for(lambda m: m["message_id"] == card["message_id"] and has(m, "Signed by"))
        await his.send_text("/history договор")
        await his.press(await his.wait_for(lambda m: has(m, "Searched for: договор", button="📎 1")), "📎 1")
        sent = await his.wait_for(lambda m: str(m.get("document", {}).get("file_name")).startswith("evidence-"))
        by_chat = await his.download(sent)
    number = next(found for word in text(done).split() if (found := read_number(word)))
    file, key, desk = tmp_path / "evidence.zip", tmp_path / "key.pem", tmp_path / "stranger"
    desk.mkdir()
    (desk / "by-chat.zip").write_bytes(by_chat)
    assert verdict(desk, "by-chat.zip", "--roots", str(office.pki.roots_pem))["is_sound"]
    await _page_tells_the_same_key(office, desk)
    made = office.countersign("evidence", "make", number, "-o", str(file), "--language", "ru")
    assert made.returncode == 0, made.stderr
    assert office.countersign("journal", "key", "--out", str(key)).returncode == 0
    _judge(office, file, key, desk, signed=signed)
    assert office.countersign("journal", "verify").returncode == 0
    assert office.countersign("evidence", "make", number, "-o", str(file)).returncode == 1, "it is there already"


async def _page_tells_the_same_key(office: Company, desk: Path) -> None:
    """The fingerprint of the journal's key stands on our page as the judge tells it."""
    (told,) = [note for note in verdict(desk, "by-chat.zip")["notes"] if note["code"] == "key_unknown"]
    async with ClientSession() as browser, browser.get(f"{office.pages}/trust") as answer:
        page = await answer.text()
    assert grouped(told["facts"]["sha256"]) in page
    assert anchors_of(office.pki.roots_der)[0].grouped in page


def _judge(office: Company, file: Path, key: Path, desk: Path, *, signed: bytes) -> None:
    by_itself = stranger(desk, str(file))
    assert (by_itself.returncode, by_itself.stdout.splitlines()[0][:6]) == (0, "Sound:"), by_itself.stderr
    known = verdict(desk, str(file), "--roots", str(office.pki.roots_pem), "--journal-key", str(key))
    assert known["is_sound"]
    assert {note["code"] for note in known["notes"]} <= {
        "heads_unknown", "test_certificate", "revocation", "people", "weak_isolation",
    }  # fmt: skip
    unpacked = subprocess.run(["unzip", "-p", str(file), "documents/1/signed.pdf"], capture_output=True, check=True)
    assert unpacked.stdout == signed, "the file that the employee got is the one in the evidence"
    body = bytearray(file.read_bytes())
    body[body.index(b"%PDF-") + 20] ^= 1
    (desk / "changed.zip").write_bytes(body)
    changed = stranger(desk, "changed.zip", "--language", "ru")
    assert changed.returncode == 1
    assert "НЕ цел" in changed.stdout
    assert "documents/1/shown.pdf: Эта часть изменена." in changed.stdout
    (desk / "other.zip").write_bytes(b"nothing")
    assert stranger(desk, "other.zip").returncode == 3
