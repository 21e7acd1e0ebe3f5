"""`countersign bitrix24`: let the application be installed, make the deal's field, bring the employees in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import Failed, Json, countersign, out, say, show, spoken
from bot.cli.installation import Installation, installation
from bot.settings import PREFIX
from signing.membership import CONSOLE

if TYPE_CHECKING:
    from bot.platforms.bitrix24.people import Proposal
    from bot.platforms.bitrix24.platform import Connection

app = typer.Typer(help="The company's Bitrix24 portal.", no_args_is_help=True)


@app.command()
@spoken
async def install() -> None:
    """Let an administrator of the portal install the application within the next hour."""
    from bot.platforms.bitrix24.core import CHAT_PERMISSION, PERMISSIONS
    from bot.platforms.bitrix24.events import INSTALL_PATH
    from bot.platforms.bitrix24.widgets import APP_PATH

    async with installation() as here, connected(here) as connection:
        until = await connection.installation.open_window(by=CONSOLE)
        address = f"{here.settings.public_url}{INSTALL_PATH}"
        permissions = [*PERMISSIONS, *([CHAT_PERMISSION] if here.settings.bitrix24_chat else ())]
    say(f"Installing is open until {until:%H:%M} UTC. In the portal, as an administrator, on the card of the local")
    say("application (Developer resources > Other > Local application) enter as handler path:")
    out.out(f"  {here.settings.public_url}{APP_PATH}", highlight=False)
    say("and as initial installation path:")
    out.out(f"  {address}", highlight=False)
    say(f"with the permissions: {', '.join(permissions)}.")
    say("Save it (for a second time: press “Reinstall”), then:")
    out.out(f"  {countersign('bitrix24 setup')}", highlight=False)


@app.command()
@spoken
async def setup() -> None:
    """Make the fields that deals lack: for documents, as the settings name them, and for the Sign button."""
    from bot.platforms.bitrix24.fields import set_up
    from bot.portal import deal_policy_of

    async with installation() as here, connected(here) as connection, _in_words(here):
        public_url = str(here.settings.public_url)
        policy = deal_policy_of(here.settings)
        done = await set_up(
            connection.portal, policy.all_fields, beside=policy.beside_field, public_url=public_url
        )  # fmt: skip
    for field in (*done.made, *done.there):
        say(f"{'made' if field in done.made else 'is there'}: {field}")
    if not done.has_button:
        say("The Sign button was not made: the application lacks the permission placement.")
    say(f"Next: {countersign('bitrix24 people')}")


@app.command()
@spoken
async def people(
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this it is only shown.")] = False,
    as_json: Json = False,
) -> None:
    """Show the portal's employees, and what would be done so that each is one of our people; do it with --apply."""
    from bot.platforms.bitrix24.departments import SCOPE, departments, placed
    from bot.platforms.bitrix24.people import accept, employees, propose

    async with installation() as here, connected(here) as connection, _in_words(here):
        found, structure = await employees(connection.portal), await departments(connection.portal)
        proposals = await propose(here.store, placed(found, structure or {}))
        if apply:
            for proposal in proposals:
                if not proposal.is_bound and proposal.namesakes < 2:
                    await accept(here.membership, proposal, by=CONSOLE)
    show([_row(proposal, is_done=apply) for proposal in proposals], as_json=as_json, empty="Nobody works there.")
    if not as_json:
        if structure is None:
            say(f"\nDepartments and heads are not shown: the application has no permission “{SCOPE}” in the portal.")
            say("Nothing else needs it. To see them, tick it on the application's card and save the card.")
        say(f"\nNext: {countersign('people invite PERSON')}" if apply else "\nNothing was changed yet. Do it: --apply")


@app.command()
@spoken
async def link(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Id, or a part of the name that only one has.")],
    user: Annotated[int, typer.Argument(metavar="USER", help="The employee's number in the portal.")],
) -> None:
    """Say which employee of the portal a person is, where names do not tell."""
    from bot.cli.finding import find
    from bot.platforms.bitrix24.people import account_of

    async with installation() as here:
        found = await find(here, person)
        await here.membership.recognise(found.id, account_of(user, found.id), by=CONSOLE)
    say(f"{found.name} is employee {user} of the portal.")


def _row(proposal: Proposal, *, is_done: bool) -> dict[str, Any]:
    plan = "bound already" if proposal.is_bound else "add" if proposal.person is None else "bind"
    if proposal.namesakes > 1:
        plan = f"{proposal.namesakes} people have this name: {countersign('bitrix24 link PERSON USER')}"
    elif is_done and not proposal.is_bound:
        plan = {"add": "added", "bind": "bound"}[plan]
    employee = proposal.employee
    return {
        "user": employee.user_id,
        "name": employee.name,
        "title": employee.title,
        "department": ", ".join(employee.departments) or None,
        "head": employee.head or None,
        "person": proposal.person,
        "what": plan,
    }


@asynccontextmanager
async def connected(here: Installation) -> AsyncIterator[Connection]:
    """Yield the way to the portal; raise `Failed` with what mends it."""
    # The client drags aiohttp in: only these commands pay for it.
    from bot.portal import portal_connection
    from bot.secret_file import read_secret
    from storage.sealed import Sealer

    async with AsyncExitStack() as stack:
        try:
            sealer = Sealer(bytes.fromhex(read_secret(here.settings.sealing_key_file)))
            way = portal_connection(here.settings, store=here.store, sealer=sealer, clock=here.clock)
            connection = await stack.enter_async_context(way)
        except OSError as error:
            raise Failed(f"A secret's file cannot be read: {error}. Mend: see docs/bitrix24.md, step 2") from None
        if connection is None:
            raise Failed(f"No portal is configured. Mend: {PREFIX}BITRIX24_URL in .env, see docs/bitrix24.md")
        yield connection


@asynccontextmanager
async def _in_words(here: Installation) -> AsyncIterator[None]:
    from bot.platforms.bitrix24.errors import AccessLost, Bitrix24Error

    try:
        yield
    except AccessLost:
        raise Failed(f"The portal does not know us. Mend: {countersign('bitrix24 install')}") from None
    except Bitrix24Error as error:
        says = error.code or type(error).__name__
        raise Failed(f"{here.settings.bitrix24_url} answered: {says}. Nothing was changed that is not shown.") from None
