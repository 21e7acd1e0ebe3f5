"""Whoever has to do with a mandate is told in words: reasons, the second channel, and no person's name in its place."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from bot.phrases import LANGUAGES, error, knows, reason, say
from signing.activation.mandate import REASONS
from signing.automatic import CODED
from signing.errors import MandateRefused
from signing.notices import Kind
from signing.ports import Job
from signing.request import SigningRequest
from tests.bot.test_second_channel import Letterbox, notice
from tests.signing.conftest import House
from tests.signing.mandated import a_mandate, asked, nonce_of, told

ROOT = Path(__file__).parents[2]


def named() -> set[str]:
    """Return every reason that some `MandateRefused(reason="…")` of ours names."""
    calls = [
        node
        for path in (ROOT / "signing").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "MandateRefused"
    ]
    words = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "reason"]
    return {str(word.value) for word in words if isinstance(word, ast.Constant)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_words(language: str) -> None:
    assert len(named()) > 8
    assert named() <= REASONS
    for code in REASONS | {"key", "refused"}:
        said = reason(language, f"{CODED}{code}")
        assert said != f"{CODED}{code}"
        assert error(language, MandateRefused(reason=code))
    assert all(knows(language, f"stamp-{name}") for name in ("automatic", "automatic-reason"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_wherever_a_request_is_shown_there_are_words_for_a_seal(language: str) -> None:
    everywhere = {"timeline": 3, "activity-says": 3, "desk-state": 3, "final": 2, "bell-requester": 2}
    standings = ("sealed", "not-sealed", "sealing")
    wanted = [f"{where}-{name}" for where, number in everywhere.items() for name in standings[:number]]
    assert [key for key in (*wanted, "robot-log-sealed", "receipt-sealed") if not knows(language, key)] == []


async def sealed(house: House) -> tuple[SigningRequest, Job]:
    """Return a request that was sealed under Vera's mandate, and the promise to tell of the key's use."""
    await a_mandate(house)
    request = await asked(house)
    await house.automatic.seal(request.id)
    await house.workflow.sign(request.id, nonce=await nonce_of(house, request))
    async with house.store.read() as tx:
        jobs = await tx.jobs.waiting()
    return request, next(job for job in jobs if job.kind == Kind.KEY_USED)


async def test_whoever_granted_a_mandate_hears_of_its_use_on_the_second_channel(house: House) -> None:
    _, job = await sealed(house)
    assert job.facts["person"] == house.id("Vera")
    async with house.store.begin() as tx:
        await tx.people.save(replace(await tx.people.get(house.id("Vera")), second_channel="email:vera@example.com"))
    letterbox = Letterbox()
    await notice(house, letterbox, url="https://sign.example.com").tell(job)
    ((address, subject, text),) = letterbox.told
    assert address == "vera@example.com"
    assert "automatically under your mandate" in subject
    for words in ("Vera", "No person signed", "countersign mandates revoke 7K3M9QXA2F4B", "/locked/"):
        assert words in text
    assert "your key has just signed" not in text


async def test_without_a_second_channel_it_is_said_in_the_chat(house: House) -> None:
    _, job = await sealed(house)
    await notice(house, Letterbox(), url=None).tell(job)
    assert "tell sealed" in await told(house)
    said = say("en", "notice-sealed", name="Leave.pdf", number="7K3M", mandate="M")
    assert "mandates revoke M" in said
