"""A code for a record or a proposal, typed or on the keypad: handed to the core, the answer put on the card."""

from __future__ import annotations

from bot.phrases import error
from bot.platforms.telegram import prompts, shown
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.shown import Mode
from signing.approval import showing
from signing.approval.showing import Shows
from signing.errors import NotAllowed, SigningError, WrongCode
from signing.proposal import ProposalId
from signing.second_step import covered


async def confirm(core: Core, reader: Reader, *, card: str, nonce: str, code: str, way: str) -> None:
    """Confirm a record; `way` is the mode of the card (`typing`, `keypad`) that stays after a wrong code.

    The code goes to the activation module and nowhere else.
    """
    if (proposal := shown.proposal_in(card)) is not None:
        await _approve(core, reader, card=card, proposal=ProposalId(proposal), code=code, way=way)
        return
    is_list = card == shown.list_of(reader.person.id)
    try:
        await _check_place(core, nonce)
        await core.workflow.confirm(nonce, by=reader.person.id, code=code)
    except WrongCode as wrong:
        mode = Mode(name=way, argument=nonce, fault=error(reader.language, wrong))
    except SigningError as failure:
        mode = Mode(fault=error(reader.language, failure))
    else:
        mode = Mode(name="progress", argument=nonce) if is_list else Mode()
    await _face(core, reader, card, mode, way=way)


async def _approve(core: Core, reader: Reader, *, card: str, proposal: ProposalId, code: str, way: str) -> None:
    """The code is spent for this very change; what comes of it, the card shows."""
    try:
        await core.proposals.approve(proposal, by=reader.person.id, code=code)
    except WrongCode as wrong:
        mode = Mode(name=way, argument=proposal, fault=error(reader.language, wrong))
    except SigningError as failure:
        mode = Mode(fault=error(reader.language, failure))
    else:
        mode = Mode()
    await _face(core, reader, card, mode, way=way)


async def _face(core: Core, reader: Reader, card: str, mode: Mode, *, way: str) -> None:
    now = core.clock.now()
    async with core.store.begin() as tx:
        if mode.name != way:
            await prompts.close(tx, reader.chat, now=now)
        await shown.want(tx, card, now=now, mode=mode)


async def _check_place(core: Core, nonce: str) -> None:
    """Refuse a code in the chat for a document that the chat may not show: nobody signs here what is read elsewhere."""
    async with core.store.read() as tx:
        record = (await tx.records.get(nonce)).record
        requests = [await tx.requests.get(request) for request in covered(record)]
    if showing.of_all(requests, core.policy) is Shows.LINK:
        raise NotAllowed(reason="page_only")
