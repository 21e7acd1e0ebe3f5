"""`countersign people invite`: a link to hand over, or letters to one or to everybody not invited yet."""

from __future__ import annotations

import smtplib
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from bot.cli import telegram_api
from bot.cli.console import Failed, Json, countersign, out, say, show, show_json, spoken
from bot.cli.finding import find
from bot.cli.installation import Installation, installation
from bot.clients import smtp_of
from bot.platforms.email.invitations import Invitations
from bot.settings import PREFIX
from signing.errors import DeliveryFailed
from signing.membership import CONSOLE
from signing.standing import Member, Standing, members

ALL = "ALL"
CHAT = "telegram"


@spoken
async def invite(
    person: Annotated[
        str, typer.Argument(metavar="PERSON|ALL", help="Id, or a part of the name; ALL with --by-email.")
    ],
    by_email: Annotated[
        bool, typer.Option("--by-email", help="Send the link to the address in the staff list.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="With ALL: also whose link still waits.")] = False,
    as_json: Json = False,
) -> None:
    """Make a single-use link by which somebody joins; show it, or send it as a letter."""
    async with installation() as here:
        if by_email:
            await _write(here, person, again=again, as_json=as_json)
            return
        if person == ALL:
            raise Failed(
                f"Links for everybody are sent as letters. Mend: {countersign('people invite ALL --by-email')}"
            )
        found = await find(here, person)
        username = await _username(here)
        link = f"https://t.me/{username}?start={await here.membership.invite(found.id, by=CONSOLE)}"
    if as_json:
        show_json({"person": found.id, "link": link})
        return
    say(f"Send this link to {found.name}, and to nobody else; it works once, within seven days:")
    out.out(link, highlight=False)


async def _write(here: Installation, wanted: str, *, again: bool, as_json: bool) -> None:
    """Send the letters one by one; repeated after an interruption, it goes on with who has none."""
    smtp = smtp_of(here.settings)
    if smtp is None:
        raise Failed(f"There is no mail server. Mend: {PREFIX}SMTP_HOST and {PREFIX}SMTP_FROM in .env")
    invitations = Invitations(
        store=here.store, membership=here.membership, clock=here.clock, smtp=smtp,
        company=here.settings.company_name, public_url=here.settings.public_url, language=here.settings.language,
        chat=CHAT, chat_link=_chat_link(here),
    )  # fmt: skip
    chosen = await _chosen(here, wanted, again=again)
    rows = [
        {"name": one.person.name, "e-mail": one.staff.email, "what": await _send(invitations, one)} for one in chosen
    ]
    show(rows, as_json=as_json, empty="Everybody with an address is invited already. Once more: --again")


async def _chosen(here: Installation, wanted: str, *, again: bool) -> list[Member]:
    async with here.store.read() as tx:
        everybody = await members(tx, now=here.clock.now())
    if wanted != ALL:
        found = await find(here, wanted)
        return [member for member in everybody if member.person.id == found.id]
    waiting = {Standing.NOT_INVITED, *((Standing.INVITED,) if again else ())}
    return [member for member in everybody if member.standing in waiting]


async def _send(invitations: Invitations, member: Member) -> str:
    """Return what became of one letter; a mail server that is away ends the whole command."""
    if member.standing is Standing.LOCKED:
        return "locked: not invited"
    if any(account.platform == CHAT for account in member.accounts):
        return "bound already: not invited"
    if not member.staff.email:
        return f"no e-mail address: {countersign(f'people invite {member.person.id}')} shows the link"
    try:
        await invitations.send(member.person, member.staff.email, by=CONSOLE)
    except DeliveryFailed:
        return "the mail server refuses this address: check the staff list"
    except (OSError, smtplib.SMTPException) as error:
        raise Failed(
            f"The mail server does not take letters now ({type(error).__name__}). What was sent counts; repeat the "
            "command later, it goes on with the others."
        ) from None
    return "sent"


def _chat_link(here: Installation) -> Callable[[str], Awaitable[str]]:
    async def link(secret: str) -> str:
        return f"https://t.me/{await _username(here)}?start={secret}"

    return link


async def _username(here: Installation) -> str:
    return str((await telegram_api.call(here.settings, "getMe"))["username"])
