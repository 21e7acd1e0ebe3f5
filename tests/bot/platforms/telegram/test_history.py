"""/history: pages by buttons, search by what people remember, rights, and the evidence file behind 📎."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from signing.approval.policy import ApprovalPolicy
from signing.approval.policy_file import read
from signing.audit import Tag
from signing.document import Document
from signing.people import Role
from signing.request import ReplyTo
from tests.bot.platforms.telegram.office import Office, has_button, hire, labels, open_office, said
from tests.signing.evidence.office import judged


async def tags(office: Office, tag: Tag) -> list[dict[str, object]]:
    async with office.store.read() as tx:
        return [row.event.facts for row in await tx.journal.rows() if row.event.tag is tag]


async def _draft(office: Office, name: str) -> None:
    """Let Anna begin a request."""
    body = office.contract(name)
    sha256 = await office.core.documents.put(body)
    paper = Document(position=0, name=name, sha256=sha256, size_bytes=len(body), pages=1)
    where = ReplyTo(platform="telegram", chat_id=str(office.anna.id))
    await office.core.workflow.draft([paper], by=office.people["Anna"], reply_to=where)


async def test_pages_are_turned_by_buttons(office: Office) -> None:
    for place in range(6):
        await _draft(office, f"Paper {place}.pdf")
    await office.anna.send_text("/history")
    card = await office.anna.wait_for(lambda m: "Your requests: 6" in said(m))
    assert "Paper 5.pdf" in said(card)
    assert "Paper 0.pdf" not in said(card)
    assert labels(card) == ["📎 1", "📎 2", "📎 3", "📎 4", "📎 5", "Older ▶"]
    await office.anna.press(card, "Older")
    older = await office.anna.wait_for(lambda m: m["message_id"] == card["message_id"] and has_button(m, "Newer"))
    assert "6. Paper 0.pdf" in said(older)
    assert labels(older) == ["📎 6", "◀ Newer"]
    await office.anna.press(older, "Newer")
    await office.anna.wait_for(lambda m: m["message_id"] == card["message_id"] and has_button(m, "Older"))


async def test_words_find_what_they_fit_and_a_new_search_is_a_new_message(office: Office) -> None:
    await office.ask("Договор аренды.pdf")
    await office.ask("Invoice.pdf")
    await office.anna.send_text("/history АРЕНДЫ marković")
    found = await office.anna.wait_for(lambda m: "Searched for: АРЕНДЫ marković" in said(m))
    assert "Договор аренды.pdf" in said(found)
    assert "Invoice.pdf" not in said(found)
    await office.anna.send_text("/history rejected")
    nothing = await office.anna.wait_for(lambda m: "Searched for: rejected" in said(m))
    assert "Nothing fits" in said(nothing)
    assert nothing["message_id"] != found["message_id"]


async def test_somebody_elses_requests_are_an_auditors_business_and_the_journal_tells(office: Office) -> None:
    await office.ask("Hers.pdf")
    await _become(office, "Olga", Role.SIGNER)
    await office.olga.send_text("/history hers")
    own = await office.olga.wait_for(lambda m: "Your requests: 0" in said(m))
    assert "Hers.pdf" not in said(own)
    assert await tags(office, Tag.HISTORY_SEARCHED) == []
    await _become(office, "Olga", Role.AUDITOR)
    await office.olga.send_text("/history hers")
    card = await office.olga.wait_for(lambda m: "Everybody's requests: 1" in said(m))
    assert "Hers.pdf" in said(card)
    assert await tags(office, Tag.HISTORY_SEARCHED) == [{"words": "hers", "found": 1}]


async def _become(office: Office, name: str, role: Role) -> None:
    async with office.store.begin() as tx:
        person = await tx.people.get(office.people[name])
        await tx.people.save(replace(person, roles=frozenset({role})))


async def test_the_clip_brings_evidence_that_anybody_can_judge(office: Office, tmp_path: Path) -> None:
    await office.ask("Proof.pdf")
    await office.anna.send_text("/language ru")
    await office.anna.send_text("/history proof")
    card = await office.anna.wait_for(lambda m: "Поиск: proof" in said(m))
    await office.anna.press(card, "📎 1")
    sent = await office.anna.wait_for(lambda m: m.get("document", {}).get("file_name", "").startswith("evidence-"))
    assert "Доказательства по заявке" in said(sent)
    file = tmp_path / "evidence.zip"
    file.write_bytes(await office.anna.download(sent))
    report = await judged(file, now=office.core.clock.now())
    assert report.is_sound
    assert report.facts["documents"][0]["name"] == "Proof.pdf"
    assert len(await tags(office, Tag.EVIDENCE_MADE)) == 1


async def test_what_goes_along_a_route_names_the_route(tmp_path: Path) -> None:
    both = '[[route]]\nname = "Both"\n[[route.step]]\nsigns = ["Ivan Marković"]\n'
    async with open_office(tmp_path, policy=ApprovalPolicy(routes=read(both).book)) as office:
        await hire(office)
        await _draft(office, "Lease.pdf")
        async with office.store.read() as tx:
            (made,) = await tx.requests.made_by(office.people["Anna"], limit=1)
        await office.core.workflow.circulate(made.id, by=office.people["Anna"], along="Both")
        await office.anna.send_text("/history")
        card = await office.anna.wait_for(lambda m: "Your requests: 1" in said(m))
        assert "Anna Petrova → 🧭 Both" in said(card)


async def test_what_does_not_pass_the_chat_is_neither_named_nor_sent(tmp_path: Path) -> None:
    policy = ApprovalPolicy(telegram_shows="link")
    async with open_office(tmp_path, public_url="https://sign.example.com", policy=policy) as office:
        await hire(office)
        await _draft(office, "Secret plan.pdf")
        await office.anna.send_text("/history secret")
        card = await office.anna.wait_for(lambda m: "Your requests: 1" in said(m))
        assert "Secret plan.pdf" not in said(card)
        assert labels(card) == []
