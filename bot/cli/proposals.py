"""`countersign proposals`: what waits for a second administrator; approve it with a code, or stop it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from bot.cli.acting import ask_code, names_of, stopping
from bot.cli.console import Failed, Json, countersign, say, show, spoken
from bot.cli.finding import find
from bot.cli.installation import installation
from bot.phrases.proposals import difference, headline
from signing.membership import CONSOLE
from signing.people import PersonId
from signing.proposal import Proposal, ProposalId, ProposalState
from signing.rights import Right, may

app = typer.Typer(help="Changes that widen rights wait here for a second administrator.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="PROPOSAL", help="Its number, eight hexadecimal digits.")]
LISTED = 50


@app.command("list")
@spoken
async def list_proposals(
    everything: Annotated[bool, typer.Option("--all", help="Also what has ended.")] = False, as_json: Json = False
) -> None:
    """Show what waits."""
    async with installation() as here:
        names = await names_of(here)
        async with here.store.read() as tx:
            found = await (tx.proposals.newest(limit=LISTED) if everything else tx.proposals.waiting())
    show([_row(one, names) for one in found], as_json=as_json, empty="Nothing waits.")


@app.command()
@spoken
async def approve(
    proposal: Number,
    in_name_of: Annotated[
        str, typer.Option("--as", metavar="ADMINISTRATOR", help="Who approves; the code of that person is asked for.")
    ],
) -> None:
    """Approve as another administrator, who types a code here; then it takes effect."""
    async with installation(with_module=True) as here:
        async with here.store.read() as tx:
            found = await tx.proposals.get(ProposalId(proposal))
        person = await find(here, in_name_of)
        if not may(person, Right.APPROVE):
            raise Failed(f"{person.name} is no administrator who may act. See: {countersign('people list')}")
        say(headline("en", found))
        for line in difference("en", found):
            say(f"  {line}")
        await here.proposals.approve(found.id, by=person.id, code=ask_code(person))
        done = await here.proposals.apply(found.id)
    say("Done." if done.state is ProposalState.APPLIED else "Approved; it waits for one more administrator.")


@app.command("object")
@spoken
async def object_to(
    proposal: Number,
    in_name_of: Annotated[str, typer.Option("--as", metavar="PERSON", help="An administrator or a signer.")] = "",
) -> None:
    """Stop a proposal at once; nothing of it takes effect."""
    async with installation() as here:
        by = (await find(here, in_name_of)).id if in_name_of else CONSOLE
        await here.proposals.object(ProposalId(proposal), by=by)
    say("Stopped. Nothing was changed.")


@app.command()
@spoken
async def apply(proposal: Number) -> None:
    """Bring about what was approved, where only the console's user may ask the activation module."""
    async with installation(with_module=True) as here:
        done = await here.proposals.apply(ProposalId(proposal))
    if done.state is not ProposalState.APPLIED:
        raise Failed(
            f"It is “{done.state.value}”. Only what was approved can be brought about; see also {stopping(done)}"
        )
    say("Done.")


def _row(proposal: Proposal, names: Mapping[PersonId, str]) -> dict[str, Any]:
    return {
        "number": proposal.id,
        "what": headline("en", proposal),
        "difference": difference("en", proposal),
        "by": names.get(proposal.proposer, proposal.proposer),
        "behind_it": [names.get(person, person) for person in proposal.voices],
        "state": proposal.state.value,
        "takes_effect": proposal.effective_at,
        "expires": proposal.expires_at,
    }
