"""One open channel brings so many files in an hour; more are not fetched, and it is said once."""

from __future__ import annotations

from bot.platforms.bitrix24.chat.arrivals import Arrivals
from bot.platforms.bitrix24.chat.line_pace import FILES
from bot.platforms.bitrix24.chat.lines import FULL_JOB, TAKE_JOB, FromCustomer
from bot.platforms.bitrix24.chat.lines import Lines as OpenChannels
from bot.platforms.bitrix24.deal import Deals
from signing.ports import Job
from tests.bot.platforms.bitrix24.chat.conftest import IVAN, Dialog


def channels(dialog: Dialog) -> OpenChannels:
    core, outgoing, portal = dialog.core, dialog.lines.outgoing(), dialog.lines.desk.portal
    arrivals = Arrivals(core=core, portal=portal, outgoing=outgoing)
    return OpenChannels(core=core, outgoing=outgoing, arrivals=arrivals, deals=Deals(portal, ()))


def sent(message: int, files: int, *, chat: int = 15, deal: int = 17) -> FromCustomer:
    first = message * 100
    return FromCustomer(chat=chat, message=message, deal=deal, files=tuple(range(first, first + files)), text="")


async def promised(dialog: Dialog, kind: str) -> list[Job]:
    async with dialog.lines.house.store.read() as tx:
        return [job for job in await tx.jobs.waiting() if job.kind == kind]


async def test_more_than_the_limit_is_not_promised_and_it_is_said_once(dialog: Dialog) -> None:
    lines = channels(dialog)
    for message in (1, 2, 2, 3):
        await lines.keep(sent(message, FILES // 2 + 2))
    assert len(await promised(dialog, TAKE_JOB)) == FILES
    assert len(await promised(dialog, FULL_JOB)) == 1


async def test_channels_and_hours_count_apart(dialog: Dialog) -> None:
    lines = channels(dialog)
    await lines.keep(sent(1, FILES))
    await lines.keep(sent(2, 1))
    assert len(await promised(dialog, TAKE_JOB)) == FILES
    await lines.keep(sent(3, 1, chat=1))
    await lines.keep(sent(4, 1, chat=151))
    assert len(await promised(dialog, TAKE_JOB)) == FILES + 2
    dialog.lines.house.clock.move(hours=1, seconds=1)
    await lines.keep(sent(5, 1))
    assert len(await promised(dialog, TAKE_JOB)) == FILES + 3


async def test_whoever_is_responsible_is_told_in_private(dialog: Dialog) -> None:
    lines = channels(dialog)
    deal = dialog.lines.desk.far.office.open_deal("Customer, Bar", by=IVAN)
    await lines.keep(sent(1, FILES + 1, deal=deal.id))
    (job,) = await promised(dialog, FULL_JOB)
    await lines.job_handlers()[FULL_JOB](job)
    assert "Customer, Bar" in dialog.told()
    assert f"more than {FILES} files" in dialog.told()
    assert not dialog.lines.desk.far.calls("imbot.v2.File.download")
