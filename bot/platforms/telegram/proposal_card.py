"""The card of a proposal: what would change, who is behind it, and how a second administrator approves or stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.utils.formatting import Bold, Text

from bot.phrases.proposals import difference, headline, standing
from bot.platforms.telegram import shown
from bot.platforms.telegram.board import Board, Place
from bot.platforms.telegram.buttons import Button, Press
from bot.platforms.telegram.cards import GAP, Card, Sheet, fault, lines
from bot.platforms.telegram.core import Core, Reader, reader_of
from signing.errors import NotFound
from signing.founding import able
from signing.people import PersonId
from signing.ports import Job
from signing.proposal import Proposal, ProposalId, ProposalState
from signing.rights import Right, may

SURE = "proposal-sure"
"""The face that asks once more before a proposal is stopped."""
COMMAND = "countersign proposals approve {} --as …"


@dataclass(frozen=True, kw_only=True)
class ProposalView(Sheet):
    """Everything the card may need."""

    proposal: Proposal
    can_approve: bool
    can_object: bool


async def show(core: Core, board: Board, job: Job) -> None:
    """Job: bring one person's card of one proposal up to date. Raises as `Outgoing.send` does."""
    facts = job.facts
    view = await _gather(core, ProposalId(facts["proposal"]), PersonId(facts["person"]))
    if view is None:
        return
    reader, proposal = view.reader, view.proposal
    place = Place(
        name=shown.proposal_of(proposal.id, reader.person.id), chat=reader.chat, person=reader.person.id,
        account=reader.account, nonce=view.mode.argument if view.mode.name == "keypad" else "",
    )  # fmt: skip
    await board.put(place, render(view))


def render(view: ProposalView) -> Card:
    """Return the card of the moment."""
    proposal, language = view.proposal, view.reader.language
    behind = ", ".join(view.name(person) for person in proposal.voices)
    text = lines(
        Bold(view.say("proposal-head")), headline(language, proposal),
        *(Text(line) for line in difference(language, proposal)), GAP,
        view.say("proposal-by", by=view.name(proposal.proposer)),
        view.say("proposal-behind", names=behind) if behind and proposal.is_waiting else "",
        view.say("proposal-number", number=proposal.id), GAP, _standing(view), _ask(view), fault(view),
    )  # fmt: skip
    return Card(text=text, rows=_rows(view))


async def object_to(core: Core, press: Press, reader: Reader) -> str:
    """Stop it at once."""
    await core.proposals.object(ProposalId(press.argument), by=reader.person.id)
    return ""


async def _gather(core: Core, wanted: ProposalId, person: PersonId) -> ProposalView | None:
    now = core.clock.now()
    async with core.store.read() as tx:
        reader = await reader_of(tx, person, core)
        if reader is None:
            return None
        try:
            proposal = await tx.proposals.get(wanted)
        except NotFound:
            return None
        card = await shown.load(tx, shown.proposal_of(wanted, person), now=now)
        people = {one.id: one for one in await tx.people.all()}
        approvers = {one.id for one in await able(tx, proposal, now=now)}
    is_open = proposal.state is ProposalState.OPEN and now < proposal.expires_at
    return ProposalView(
        reader=reader, people=people, policy=core.policy, now=now, mode=card.mode, public_url=core.public_url,
        proposal=proposal, can_approve=is_open and person in approvers,
        can_object=proposal.state in (ProposalState.OPEN, ProposalState.APPROVED) and may(reader.person, Right.OBJECT),
    )  # fmt: skip


def _standing(view: ProposalView) -> str:
    proposal = view.proposal
    if proposal.state is ProposalState.OBJECTED and proposal.ended_by in view.people:
        return view.say("proposal-state-objected-by", by=view.name(proposal.ended_by))
    return standing(view.reader.language, proposal, now=view.now, zone=view.reader.zone)


def _ask(view: ProposalView) -> str:
    """Return what the face in front of the reader asks for."""
    name = view.mode.name
    if name == SURE and view.can_object:
        return view.say(SURE)
    if name in ("confirm", "typing", "keypad") and view.can_approve:
        has_way = view.policy.typed_code or view.policy.keypad or view.public_url
        command = COMMAND.format(view.proposal.id)
        return view.say(f"code-{name}") if has_way else view.say("proposal-console", command=command)
    return ""


def _rows(view: ProposalView) -> Sequence[Sequence[Button]]:
    number, name = view.proposal.id, view.mode.name
    back = view.button("back", label=view.say("button-proposal-back"))
    if name == SURE and view.can_object:
        sure = view.button("proposal-object", number, style="danger")
        return [[sure, back]]
    if view.can_approve and name == "keypad":
        keys = [view.button("key", digit, label=digit) for digit in "1234567890"]
        return [keys[:5], keys[5:], [view.button("key", "back", label="⌫"), back]]
    if view.can_approve and name in ("confirm", "typing"):
        page = Button(label=view.say("button-secure-page"), page=f"{view.public_url}/approve/{number}", style="success")
        ways = [view.button("typing", number)] if view.policy.typed_code and name != "typing" else []
        ways += [view.button("keypad", number)] if view.policy.keypad else []
        return [[page] if view.public_url else [], ways, [back]]
    approve = view.button("confirm", number, label=view.say("button-proposal-approve"), style="success")
    stop = view.button(SURE, number)
    return [[*([approve] if view.can_approve else []), *([stop] if view.can_object else [])]]
