"""Journeys of signatures in a file of their own: they come to lie beside a document that keeps every byte."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.platforms.bitrix24.robot.offer import CODE
from playground.bitrix24.office import Deal
from tests.journeys.processes import FIELD, deal_with, says, start, user_of
from tests.journeys.sales import Sales, eventually, sales
from tests.journeys.story import a_pdf, files, has, sign_typed

BESIDE, MANY = "UF_CRM_SIGNATURES", "UF_CRM_MORE"


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """A company whose portal has a second field for signatures, and one field of several files."""
    named = {"COUNTERSIGN_BITRIX24_PROCESS_FIELDS": FIELD, "COUNTERSIGN_BITRIX24_SIGNATURE_FIELD": BESIDE}
    with sales(tmp_path_factory.mktemp("beside"), signers=4, employees=4, **named) as made:
        made.loop.run(eventually(lambda: CODE in made.portal.bizproc.robots))
        assert made.portal.office.fields[BESIDE], "setup has made the field, for several files"
        made.within(lambda: made.portal.office.fields.update({MANY: True}))
        yield made


async def test_a_single_field_keeps_the_document_and_the_second_field_gets_the_signature(
    trade: Sales, tmp_path: Path
) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Contract.pdf", by=employee)
    process = start(trade, deal, by=employee, signer=user_of(trade, signer), form="cades")
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await sign_typed(ivan, "Contract.pdf", await signer.code())
        await eventually(lambda: not process.waits, seconds=120)
        come = await anna.wait_for(lambda m: (m.get("document") or {}).get("file_name") == "Contract.pdf.p7s")
        assert has(come, f"Signed by {signer.name}", "in a file of its own")
        names = [(m.get("document") or {}).get("file_name") for m in await files(anna)]
        assert names[-2:] == ["Contract.pdf", "Contract.pdf.p7s"], "both come together"
    assert trade.portal.bodies(deal, FIELD) == [a_pdf("Contract.pdf")]
    (signature,) = trade.portal.bodies(deal, BESIDE)
    _judge(trade, a_pdf("Contract.pdf"), signature, tmp_path)
    values = process.values
    assert (values["status"], values["signed_file"]) == ("signed", "Contract.pdf")
    assert (values["signed_file_id"], values["signature_file_id"]) == (deal.files[FIELD][0], deal.files[BESIDE][0])
    assert values["signature_file"] == "Contract.pdf.p7s"
    assert _attached(trade, deal) == ["Contract.pdf", "Contract.pdf.p7s"]
    file, beside = tmp_path / "Contract.pdf", tmp_path / "Contract.pdf.p7s"
    said = trade.office.countersign("verify", str(beside))
    assert (said.returncode, "Contract.pdf.p7s: valid" in said.stdout, file.is_file()) == (0, True, True)


async def test_a_field_of_several_files_gets_it_beside_and_loses_no_sibling(trade: Sales, tmp_path: Path) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = trade.deal("Several", by=employee)
    trade.put(deal, "Offer.pdf", a_pdf("Offer"), by=employee, field=MANY)
    process = start(trade, deal, by=employee, field=MANY, signer=user_of(trade, signer), form="cades")
    async with signer.telegram() as ivan:
        await sign_typed(ivan, "Offer.pdf", await signer.code())
        await eventually(lambda: not process.waits, seconds=120)
    document, signature = trade.portal.bodies(deal, MANY)
    assert document == a_pdf("Offer")
    _judge(trade, document, signature, tmp_path)
    assert trade.portal.bodies(deal, BESIDE) == []


async def test_a_document_that_was_replaced_meanwhile_gets_no_signature_beside_it(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    deal = deal_with(trade, "Moved.pdf", by=employee)
    process = start(trade, deal, by=employee, signer=user_of(trade, signer), form="cades")
    async with signer.telegram() as ivan:
        await ivan.wait_for(lambda m: has(m, "Moved.pdf", button="Sign"))
        trade.put(deal, "Other.pdf", a_pdf("Other"), by=employee, field=FIELD)
        await sign_typed(ivan, "Moved.pdf", await signer.code())
        await eventually(lambda: says(trade, deal, "Moved.pdf", "changed the file"), seconds=120)
        await eventually(lambda: not process.waits)
    assert trade.portal.bodies(deal, FIELD) == [a_pdf("Other")]
    assert trade.portal.bodies(deal, BESIDE) == []
    assert _attached(trade, deal) == ["Moved.pdf", "Moved.pdf.p7s"], "nothing is lost"


def _attached(trade: Sales, deal: Deal) -> list[str]:
    return [file.name for comment in trade.portal.comments(deal) for file in comment.files]


def _judge(trade: Sales, document: bytes, signature: bytes, folder: Path) -> None:
    """A foreign program with nothing but the company's root."""
    file, beside = folder / "Contract.pdf", folder / "Contract.pdf.p7s"
    file.write_bytes(document)
    beside.write_bytes(signature)
    root = trade.office.environment["COUNTERSIGN_TRUSTED_ROOTS_FILE"]
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", str(beside), "-CAfile"]
    command += [root, "-purpose", "any", "-content", str(file), "-out", "/dev/null"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
