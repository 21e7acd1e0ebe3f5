"""Who may have the evidence of a request, what goes into it for every end of a request, and what a summary says."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from signing.amount import Amount, Teller
from signing.errors import NotAllowed
from signing.evidence.container import write_container
from signing.evidence.sheet import Section, Sheet, write_sheet
from signing.formats.typeface import REGULAR
from signing.request import State
from tests.signing.evidence.office import ANNA, IVAN, OLGA, VERA, Office, judged


def text_of(pdf: Path) -> str:
    said = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True, timeout=60
    )
    return " ".join(said.stdout.split())


async def test_who_asked_who_signed_and_an_auditor_get_it_and_nobody_else(office: Office) -> None:
    asked = await office.asked()
    await office.sign(asked)
    for reader in (ANNA, IVAN, VERA):
        assert (await judged(await office.evidence(asked.id, by=reader), now=office.clock.now())).is_sound
    with pytest.raises(NotAllowed) as refusal:
        await office.evidence(asked.id, by=OLGA)
    assert refusal.value.facts["reason"] == "not_your_request"
    async with office.store.read() as tx:
        made = [event.actor for event in await tx.journal.of(asked.id) if event.tag.value == "evidence:made"]
    assert made == [ANNA, IVAN, VERA]


async def test_a_record_that_names_other_peoples_documents_is_for_an_auditor_only(office: Office) -> None:
    hers, anothers = await office.asked(), await office.asked(by=OLGA)
    await office.sign(hers, anothers)
    with pytest.raises(NotAllowed) as refusal:
        await office.evidence(hers.id, by=ANNA)
    assert refusal.value.facts["reason"] == "evidence_of_others"
    file = await office.evidence(hers.id, by=VERA)
    assert (await judged(file, now=office.clock.now())).is_sound
    assert (await judged(await office.evidence(anothers.id, by=IVAN), now=office.clock.now())).is_sound


async def test_a_request_that_was_not_signed_has_evidence_too(office: Office) -> None:
    waiting, expired = await office.asked(), await office.asked(words=("Late",))
    report = await judged(await office.evidence(waiting.id, language="ru"), now=office.clock.now())
    assert report.is_sound
    assert report.facts["signatures"] == []
    office.clock.move(days=40)
    from signing.approval.decisions import Decisions

    await Decisions(store=office.store, clock=office.clock, policy=office.policy).expire(expired.id)
    report = await judged(await office.evidence(expired.id), now=office.clock.now())
    assert (report.is_sound, report.facts["request"]["state"]) == (True, State.EXPIRED)


async def test_the_rules_that_were_in_force_are_in_the_file_also_when_others_are_now(office: Office) -> None:
    from sqlalchemy import text

    asked = await office.asked()
    await office.sign(asked)
    report = await judged(await office.evidence(asked.id), now=office.clock.now())
    (record,) = report.facts["records"]
    assert report.facts["policies"][record["policy_sha256"]]["request_ttl_days"] == office.policy.request_ttl_days
    async with office.database.write() as connection:
        await connection.execute(text("DELETE FROM note WHERE space = 'policy'"))
    report = await judged(await office.evidence(asked.id), now=office.clock.now())
    assert (report.is_sound, report.facts["policies"]) == (True, {})
    assert "policy_unknown" in {note.code for note in report.notes}


async def test_bytes_that_were_erased_are_told_and_are_no_fault(office: Office) -> None:
    asked = await office.asked()
    await office.sign(asked)
    (signature,) = await office.signatures(asked.id)
    office.documents.path(signature.signed_sha256).unlink()
    report = await judged(await office.evidence(asked.id), now=office.clock.now())
    assert report.is_sound
    assert "bytes_gone" in {note.code for note in report.notes}


async def test_a_signature_in_a_file_of_its_own_is_evidence_as_well(office: Office) -> None:
    asked = await office.asked(form="cades", words=("Contract", "Appendix"))
    await office.sign(asked)
    file = await office.evidence(asked.id)
    report = await judged(file, now=office.clock.now(), trust=office.trust)
    assert report.is_sound
    with zipfile.ZipFile(file) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    assert {"documents/1/shown.pdf", "documents/1/signature-1.p7s", "documents/2/signature-1.p7s"} <= set(parts)
    swapped = {**parts, "documents/1/signature-1.p7s": parts["documents/2/signature-1.p7s"]}
    write_container(office.folder / "swapped.zip", swapped)
    found = {fault.code for fault in (await judged(office.folder / "swapped.zip", now=office.clock.now())).faults}
    assert {"part_changed", "signed_differs", "signature_not_in_file", "signature_broken"} <= found


async def test_a_record_that_the_bot_changed_afterwards_is_found_against_the_ledger(office: Office) -> None:
    """A captured bot: the record in its own database covers another document than the code did."""
    from sqlalchemy import text

    asked = await office.asked()
    await office.sign(asked)
    async with office.database.write() as connection:
        await connection.execute(text("UPDATE record SET body = replace(body, 'telegram:1001', 'telegram:6666')"))
    report = await judged(await office.evidence(asked.id), now=office.clock.now())
    assert {fault.code for fault in report.faults} == {"facts_differ"}


@pytest.mark.parametrize(
    ("teller", "words"),
    [
        (Teller.REQUESTER, "Amount 25 000 EUR, as Анна Петрова said"),
        (Teller.DEAL, "Amount 25 000 EUR, as the deal said"),
    ],
)
async def test_the_summary_says_how_much_it_was_about(office: Office, teller: Teller, words: str) -> None:
    asked = await office.asked()
    amount = Amount(hundredths=25_000_00, currency="EUR", told_by=teller)
    async with office.store.begin() as tx:
        await tx.requests.save((await tx.requests.get(asked.id)).touched(amount=amount))
    with zipfile.ZipFile(await office.evidence(asked.id)) as file:
        (office.folder / "summary.pdf").write_bytes(file.read("summary.pdf"))
        facts = json.loads(file.read("evidence.json"))
    assert facts["request"]["amount"] == {"hundredths": 25_000_00, "currency": "EUR", "told_by": teller.value}
    assert words in text_of(office.folder / "summary.pdf").replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "words"), [("en", "Asked for by"), ("ru", "Просит подпись")])
async def test_the_summary_tells_the_story_in_the_readers_language(office: Office, language: str, words: str) -> None:
    asked = await office.asked(words=("Contract", "Appendix"))
    await office.sign(asked)
    with zipfile.ZipFile(await office.evidence(asked.id, language=language)) as file:
        (office.folder / "summary.pdf").write_bytes(file.read("summary.pdf"))
        facts = json.loads(file.read("evidence.json"))
        guide = file.read("README.txt").decode()
    said = text_of(office.folder / "summary.pdf")
    for word in (words, "Анна Петрова", "Ivan Marković", "Договор Contract.pdf", facts["documents"][1]["sha256"]):
        assert word in said
    assert "?" not in said
    assert facts["number"] in guide
    assert "sha256sum -c manifest.sha256" in guide


def test_a_long_sheet_takes_more_pages_and_cuts_what_is_too_wide(tmp_path: Path) -> None:
    rows = tuple((f"Name {place}", "3fa19c02" * 40) for place in range(40))
    write_sheet(Sheet(title="T", lead="L", sections=(Section(heading="H", rows=rows),), foot="F"), tmp_path / "a.pdf")
    said = subprocess.run(["pdfinfo", str(tmp_path / "a.pdf")], capture_output=True, text=True, check=True, timeout=60)
    assert int(said.stdout.split("Pages:")[1].split()[0]) > 2
    assert (
        subprocess.run(["qpdf", "--check", str(tmp_path / "a.pdf")], capture_output=True, check=False).returncode == 0
    )
    assert REGULAR.width("3fa19c02" * 40, 9.5) > 595
