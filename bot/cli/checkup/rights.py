"""Who widens rights here: the rule in force, and whether there are enough people to live by it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.cli.checkup import Finding, good, warning
from bot.cli.console import countersign
from bot.cli.installation import installation
from bot.policy import sound_text
from bot.settings import Settings
from signing.agreed_policy import agreed_text
from signing.founding import is_proved
from signing.proposal import VOICES
from storage.database import database_path
from storage.migrations import HEAD, revision


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Yield the finding about the rule of two administrators."""
    path = database_path(settings.database_url)
    if not path.exists() or revision(path) != HEAD:
        return
    async with installation(settings) as here:
        since = await here.founding.ended_at()
        async with here.store.read() as tx:
            proved = [person for person in await tx.people.all() if is_proved(person)]
            waiting = len(await tx.proposals.waiting())
            agreed = await agreed_text(tx)
    if since is not None and agreed is not None and agreed != sound_text(settings.policy_file):
        says = "the file on the disk is not the one that was agreed on, which stays in force"
        yield warning("Policy file", says, mend=countersign("policy propose"))
    if since is None:
        says = "the company is being set up: one administrator is enough for every change"
        yield warning("Two administrators", says, mend=f"when all are there: {countersign('people founded')}")
        return
    says = f"in force since {since:%Y-%m-%d}; {len(proved)} can approve, {waiting} proposals wait"
    if len(proved) < VOICES:
        mend = "give a second person the role and an authenticator; until then wider rights wait a day"
        yield warning("Two administrators", says, mend=mend)
    else:
        yield good("Two administrators", says)
