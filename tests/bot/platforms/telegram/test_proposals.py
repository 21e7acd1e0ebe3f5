"""A second administrator decides in the chat: a card with the difference, a code, a way to stop it; rights by role."""

from __future__ import annotations

from playground.telegram.refusal import Json
from signing.changes import ROLE
from signing.founding import Founding
from signing.membership import CONSOLE
from signing.people import Role
from signing.proposal import Proposal, ProposalState
from signing.staff import StaffEntry
from tests.bot.platforms.telegram.office import Office, has_button, labels, said
from tests.fakes.activation import RIGHT

HEAD = "two administrators decide"


async def founded(office: Office, *, administrators: tuple[str, ...] = ("Ivan",)) -> None:
    """End the founding period with Olga and these administrators."""
    for name in administrators:
        await office.core.proposals.propose(ROLE, office.people[name], {"role": "administrator"})
    await Founding(store=office.store, clock=office.core.clock).end(by=CONSOLE)


async def proposed(office: Office, role: Role = Role.SIGNER) -> Proposal:
    """Olga proposes a role for Anna."""
    return await office.core.proposals.propose(
        ROLE, office.people["Anna"], {"role": role.value}, by=office.people["Olga"], code=RIGHT
    )


async def state(office: Office, proposal: Proposal) -> ProposalState:
    async with office.store.read() as tx:
        return (await tx.proposals.get(proposal.id)).state


async def roles(office: Office, name: str) -> frozenset[Role]:
    async with office.store.read() as tx:
        return (await tx.people.get(office.people[name])).roles


def with_approve(message: Json) -> bool:
    return HEAD in said(message) and has_button(message, "Approve")


async def test_another_administrator_sees_the_difference_and_approves_with_a_code(office: Office) -> None:
    await founded(office)
    proposal = await proposed(office)
    card = await office.ivan.wait_for(with_approve)
    assert "A role for Anna Petrova" in said(card)
    assert "Roles: requester → requester, signer" in said(card)
    assert "Proposed by Olga Babić" in said(card)
    own = await office.olga.wait_for(lambda m: HEAD in said(m))
    assert not has_button(own, "Approve"), "nobody approves their own proposal"
    await office.ivan.press(card, "Approve")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Type it here"))
    await office.ivan.press(card, "Type it here")
    await office.ivan.wait_for(lambda m: "six digits as a message" in said(m))
    await office.ivan.send_text("000000")
    await office.ivan.wait_for(lambda m: "Not this code" in said(m))
    assert await roles(office, "Anna") == {Role.REQUESTER}
    sent = await office.ivan.send_text(RIGHT)
    for phone in (office.ivan, office.olga):
        done = await phone.wait_for(lambda m: "It has taken effect" in said(m))
        assert labels(done) == []
    assert Role.SIGNER in await roles(office, "Anna")
    await office.anna.wait_for(lambda m: "You may sign now" in said(m))
    assert sent["message_id"] not in [m["message_id"] for m in await office.ivan.messages()], "the code is deleted"
    assert await state(office, proposal) is ProposalState.APPLIED


async def test_a_keypad_does_as_well(office: Office) -> None:
    await founded(office)
    await proposed(office, Role.AUDITOR)
    await office.ivan.press(await office.ivan.wait_for(with_approve), "Approve")
    await office.ivan.press(await office.ivan.wait_for(lambda m: has_button(m, "Keypad")), "Keypad")
    keys = await office.ivan.wait_for(lambda m: has_button(m, "7"))
    for digit in RIGHT:
        await office.ivan.press(keys, digit)
    await office.ivan.wait_for(lambda m: "It has taken effect" in said(m))
    assert Role.AUDITOR in await roles(office, "Anna")


async def test_a_signer_stops_what_a_sole_administrator_wants_with_two_taps(office: Office) -> None:
    await founded(office, administrators=())
    proposal = await proposed(office)
    card = await office.ivan.wait_for(lambda m: "Nobody else can approve it" in said(m))
    assert not has_button(card, "Approve")
    await office.ivan.press(card, "Stop it")
    card = await office.ivan.wait_for(lambda m: has_button(m, "Yes, stop it"))
    assert await state(office, proposal) is ProposalState.OPEN, "one tap is not enough"
    await office.ivan.press(card, "Yes, stop it")
    await office.olga.wait_for(lambda m: "Ivan Marković stopped it" in said(m))
    assert await roles(office, "Anna") == {Role.REQUESTER}


async def test_the_card_comes_again_for_those_it_concerns(office: Office) -> None:
    await founded(office)
    await proposed(office)
    first = await office.ivan.wait_for(with_approve)
    await office.ivan.send_text("/proposals")
    again = await office.ivan.wait_for(lambda m: with_approve(m) and m["message_id"] > first["message_id"])
    await office.ivan.press(again, "Approve")
    await office.anna.send_text("/proposals")
    await office.anna.wait_for(lambda m: "Your role does not allow that" in said(m))


async def test_each_role_opens_its_own_commands(office: Office) -> None:
    for refused in ("/people", "/invite Ivan", "/resend 7K3M9QXA2F4B"):
        await office.anna.send_text(refused)
        await office.anna.wait_for(lambda m: "Your role does not allow that" in said(m))
    await office.core.proposals.propose(ROLE, office.people["Anna"], {"role": "auditor"})
    await office.anna.send_text("/people")
    told = await office.anna.wait_for(lambda m: "👥" in said(m))
    assert "enrolled: 2" in said(told)
    before = len(await office.anna.messages())
    await office.anna.send_text("/invite Ivan")
    await office.settled()
    assert "Your role does not allow that" in said((await office.anna.messages())[-1]), "an auditor changes nothing"
    assert len(await office.anna.messages()) == before + 2


async def test_an_operator_has_a_letter_sent_and_sees_no_link(office: Office) -> None:
    await office.core.proposals.propose(ROLE, office.people["Anna"], {"role": "operator"})
    person = await office.core.membership.add(name="Petr Novak", roles=(), note_of_identity="seen", by=CONSOLE)
    await office.anna.send_text("/invite novak")
    await office.anna.wait_for(lambda m: "No letter can go to Petr Novak" in said(m))
    async with office.store.begin() as tx:
        await tx.staff.put(StaffEntry(person=person.id, email="novak@example.com"))
    await office.anna.send_text("/invite ivan")
    await office.anna.wait_for(lambda m: "Ivan Marković is connected already" in said(m))
