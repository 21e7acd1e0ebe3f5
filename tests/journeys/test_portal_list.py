"""Journeys of many documents in the portal's own messenger: one list, one code, and a choice of certificate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.company import Colleague
from tests.journeys.portal_chat import PortalUser, enter_on_page, page_of
from tests.journeys.sales import Sales, eventually
from tests.journeys.story import a_pdf, pdfsig
from tests.journeys.test_ways_in import certified


@pytest.fixture
def trade(chatting: Sales) -> Sales:
    """The company whose portal has our chat bot."""
    return chatting


def _at(trade: Sales, colleague: Colleague) -> PortalUser:
    return PortalUser(trade=trade, user=trade.user(colleague))


async def _ask(trade: Sales, anna: PortalUser, signer: Colleague, *names: str) -> PortalUser:
    ivan = _at(trade, signer)
    for name in names:
        anna.send_file(name, a_pdf(name))
        await anna.choose(name, signer)
        await ivan.wait_for(name, button="Sign")
    return ivan


async def test_everything_ticked_on_the_list_is_signed_with_one_code(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = _at(trade, employee)
    ivan = await _ask(trade, anna, signer, "One.pdf", "Two.pdf", "Three.pdf")
    ivan.write("list")
    ivan.press(await ivan.wait_for("One.pdf", "Two.pdf", "Three.pdf", button="☑ 2"), "☑ 2")
    ivan.press(await ivan.wait_for("Three.pdf", button="Sign 2 with one code"), "Sign 2 with one code")
    await ivan.wait_for("Step 2", "1. One.pdf", "2. Three.pdf", button="Cancel")
    ivan.write(await signer.code())
    await eventually(lambda: len(anna.files()) == 2, seconds=120)
    await ivan.wait_for("Signed 2 of 2", button="Show the rest")
    assert ivan.found("Two.pdf", button="Sign"), "what was unticked still waits"
    first, second = trade.office.rows("request:confirmed")[-2:]
    assert first["facts"]["nonce"] == second["facts"]["nonce"], "one record, one code"
    ivan.press(await ivan.wait_for("Signed 2 of 2", button="Show the rest"), "Show the rest")
    await ivan.wait_for("Two.pdf", button="☐ 1")


async def test_the_list_is_signed_on_the_secure_page_too(trade: Sales) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    anna = _at(trade, employee)
    ivan = await _ask(trade, anna, signer, "Four.pdf", "Five.pdf")
    ivan.write("/pending")
    ivan.press(await ivan.wait_for("Four.pdf", "Five.pdf", button="Sign 2"), "Sign 2")
    address = page_of(await ivan.wait_for("Step 2", "Four.pdf", "Five.pdf", button="secure page"))
    status, answer = await enter_on_page(address, await signer.code())
    assert (status, "done" in answer) == (200, True)
    await eventually(lambda: len(anna.files()) == 2, seconds=120)
    await ivan.wait_for("Signed 2 of 2")


async def test_another_certificate_is_chosen_before_the_code(trade: Sales, tmp_path: Path) -> None:
    signer, employee = trade.office.signer(), trade.office.employee()
    await _second_key(trade, signer, tmp_path)
    anna = _at(trade, employee)
    ivan = await _ask(trade, anna, signer, "Sealed.pdf")
    ivan.press(await ivan.wait_for("Sealed.pdf", button="Sign"), "Sign")
    ivan.press(await ivan.wait_for("Sealed.pdf", "Step 2", button="Certificate"), "Certificate")
    ivan.press(await ivan.wait_for("Which certificate?", button="Second"), "Second")
    await ivan.wait_for("Sealed.pdf", "Step 2", "Second")
    ivan.write(await signer.code())
    path = tmp_path / "sealed.pdf"
    path.write_bytes(await anna.wait_for_file())
    assert "Second Certificate" in pdfsig(path), "the chosen certificate has signed"


async def _second_key(trade: Sales, signer: Colleague, folder: Path) -> None:
    """An administrator gives a signer another key at the console."""
    request, certificate = folder / "second.csr", folder / "second.pem"
    for command in (
        ("keys", "generate", "second", "--for", signer.name, "--algorithm", "p-256"),
        ("keys", "csr", "second", "--subject", "CN=Second Certificate", "--out", str(request)),
    ):
        done = trade.office.countersign(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    certificate.write_text(certified(trade.office, request.read_text()))
    done = trade.office.countersign("keys", "import-certificate", "second", str(certificate))
    assert done.returncode == 0, done.stdout + done.stderr
