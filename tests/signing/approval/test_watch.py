"""The ladder of a request that waits: reminders, deputy, administrator, deadline; each once, none at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from signing.approval.policy import ApprovalPolicy
from signing.approval.reminders import Overdue, ReminderPolicy
from signing.approval.watch import Watch
from signing.ports import Job
from signing.presence import QuietHours
from signing.request import SigningRequest, State
from tests.signing.conftest import House

ZONE = "Europe/Podgorica"
"""Ivan's and the company's; an hour before UTC in November. The house begins on Monday the 23rd, 09:00 UTC."""


def patience(house: House, **changes: object) -> Watch:
    reminders = replace(ReminderPolicy(timezone=ZONE), **changes)  # type: ignore[arg-type]  # fields are checked by dataclasses.replace
    return Watch(store=house.store, clock=house.clock, policy=ApprovalPolicy(), reminders=reminders)


async def permit(house: House, name: str, *deputies: str) -> None:
    async with house.store.begin() as tx:
        found = await tx.people.get(house.id(name))
        await tx.people.save(replace(found, deputies=tuple(house.id(one) for one in deputies)))


async def promised(house: House, *kinds: str) -> list[Job]:
    async with house.store.read() as tx:
        return [job for job in await tx.jobs.waiting() if job.kind in kinds]


async def lived(house: House, watch: Watch, request: SigningRequest, *, days: float = 15) -> list[tuple[str, str]]:
    """Let time pass as the queue does; return who was told what, and when by the clocks of the company."""
    names = {person.id: name for name, person in house.people.items()}
    end, heard = house.clock.now() + timedelta(days=days), []
    async with house.store.begin() as tx:
        await tx.jobs.add(Job(kind="watch", subject=request.id, facts={"request": request.id}))
    while due := [job.due for job in await promised(house, "watch") if job.due is not None and job.due <= end]:
        house.clock.moment = max(due[0], house.clock.now())
        async with house.store.begin() as tx:
            await tx.jobs.clear()
        await watch.look(request.id)
        for job in await promised(house, "tell"):
            at = (job.due or house.clock.now()).astimezone(UTC) + timedelta(hours=1)
            heard.append((f"{job.facts['notice']} {names[job.facts['person']]}", f"{at:%a %H:%M}"))
    return heard


async def test_the_ladder_has_two_reminders_the_deputy_and_the_administrator(house: House) -> None:
    await permit(house, "Ivan", "Olga")
    request = await house.asked()
    assert await lived(house, patience(house), request) == [
        ("reminder Ivan", "Tue 10:00"), ("reminder Ivan", "Wed 10:00"), ("hand-over Ivan", "Thu 10:00"),
        ("waits-long Vera", "Fri 10:00"),
    ]  # fmt: skip
    assert (await house.now(request)).nudges == 4
    assert (await house.tags(request))[-4:] == ["request:reminded"] * 2 + ["request:escalated"] * 2
    house.clock.move(days=14)
    await house.decisions.expire(request.id)
    assert (await house.now(request)).state is State.EXPIRED


async def test_nobody_is_reminded_at_night_or_at_the_weekend(house: House) -> None:
    house.clock.moment = datetime(2026, 11, 26, 21, 0, tzinfo=UTC)  # Thursday, 22:00 in Podgorica
    request = await house.asked()
    heard = await lived(house, patience(house), request)
    assert [at for _, at in heard] == ["Mon 08:00", "Tue 08:00", "Thu 08:00"]


async def test_everybody_sleeps_by_the_own_clocks_and_hours(house: House) -> None:
    async with house.store.begin() as tx:
        await tx.people.save(replace(await tx.people.get(house.id("Ivan")), timezone="America/New_York"))
        hours = QuietHours(begin=time(22), end=time(9), weekends=False)
        await tx.absences.keep_quiet_hours(house.id("Ivan"), hours)
    house.clock.moment = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # Friday, 04:00 in New York
    request = await house.asked()
    heard = await lived(house, patience(house), request)
    assert heard[:2] == [("reminder Ivan", "Sat 15:00"), ("reminder Ivan", "Sun 15:00")]
    assert heard[-1] == ("waits-long Vera", "Tue 15:00")


async def test_what_was_put_aside_is_left_in_peace(house: House) -> None:
    request = await house.asked()
    until = house.clock.now() + timedelta(days=3)
    await house.decisions.postpone(request.id, by=house.id("Ivan"), until=until)
    assert await lived(house, patience(house), request, days=3.5) == []


async def test_who_was_reminded_by_the_requester_is_not_reminded_again_at_once(house: House) -> None:
    request = await house.asked()
    house.clock.move(hours=23)
    await house.decisions.remind(request.id, by=house.id("Anna"))
    heard = await lived(house, patience(house), request, days=1)
    assert heard[0] == ("reminder Ivan", "Tue 13:00")


async def test_a_decided_or_frozen_request_reminds_nobody(house: House) -> None:
    for decide in (
        lambda r: house.decisions.cancel(r.id, by=house.id("Anna")),
        lambda r: house.decisions.reject(r.id, by=house.id("Ivan"), reason="no"),
        lambda r: house.decisions.freeze(r.id, reason="wrong_codes"),
    ):
        request = await house.asked()
        await decide(request)
        assert await lived(house, patience(house), request) == []


async def test_the_policy_hands_over_to_the_first_deputy_who_is_there(house: House) -> None:
    await permit(house, "Ivan", "Vera", "Olga")
    request = await house.asked()
    watch = patience(house, overdue=Overdue.HAND_OVER, reminders=1)
    heard = await lived(house, watch, request, days=2.5)
    assert sorted(heard, reverse=True) == [
        ("reminder Ivan", "Tue 10:00"), ("passed-on Ivan", "Wed 10:00"), ("passed-on Anna", "Wed 10:00"),
    ]  # fmt: skip
    handed = await house.now(request)
    assert (handed.signer, handed.delegated_from, handed.nudges) == (house.id("Olga"), house.id("Ivan"), 0)
    assert (await lived(house, watch, request, days=1))[0] == ("reminder Olga", "Thu 10:00")


async def test_without_a_deputy_or_when_told_to_wait_the_administrator_is_next(house: House) -> None:
    for overdue, steps in ((Overdue.OFFER, "Fri 10:00"), (Overdue.WAIT, "Thu 10:00")):
        house.clock.moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        request = await house.asked()
        assert (await lived(house, patience(house, overdue=overdue), request))[2:] == [("waits-long Vera", steps)]


async def test_nought_hours_remind_nobody(house: House) -> None:
    assert await lived(house, patience(house, every_hours=0), await house.asked()) == []


async def test_a_start_in_between_changes_nothing(house: House) -> None:
    request, watch = await house.asked(), patience(house)
    first = await lived(house, watch, request, days=1.2)
    async with house.store.begin() as tx:
        await tx.jobs.clear()
    await house.workflow.reconcile()
    rest = await lived(house, watch, request)
    assert first + rest == [
        ("reminder Ivan", "Tue 10:00"), ("reminder Ivan", "Wed 10:00"), ("waits-long Vera", "Fri 10:00"),
    ]  # fmt: skip


async def test_a_reminder_of_the_requester_waits_for_the_morning_and_for_a_request_that_waits(house: House) -> None:
    house.clock.moment = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # 21:00
    request, decided = await house.asked(), await house.asked()
    for one in (request, decided):
        await house.decisions.remind(one.id, by=house.id("Anna"))
        await house.watch.remind(one.id, by=house.id("Anna"))
    morning = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert {job.due for job in await promised(house, "remind")} == {morning}
    house.clock.moment = morning
    await house.decisions.cancel(decided.id, by=house.id("Anna"))
    async with house.store.begin() as tx:
        await tx.jobs.clear()
    for one in (request, decided):
        await house.watch.remind(one.id, by=house.id("Anna"))
    assert [job.facts["request"] for job in await promised(house, "tell")] == [request.id]


async def test_the_morning_comes_on_working_days_while_something_waits(house: House) -> None:
    house.clock.moment = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)  # Friday, 07:00
    request = await house.asked()
    await house.watch.look(request.id)
    seen = []
    for _ in range(3):
        (job,) = await promised(house, "morning")
        assert job.due is not None
        house.clock.moment = job.due
        async with house.store.begin() as tx:
            await tx.jobs.clear()
        await house.watch.morning(house.id("Ivan"))
        seen += [job.facts["day"] for job in await promised(house, "digest")]
    assert seen == ["2026-11-27", "2026-11-30", "2026-12-01"]
    await house.decisions.cancel(request.id, by=house.id("Anna"))
    async with house.store.begin() as tx:
        await tx.jobs.clear()
    await house.watch.morning(house.id("Ivan"))
    assert await promised(house, "digest", "morning") == []


async def test_what_came_after_the_morning_waits_for_the_next_one(house: House) -> None:
    house.clock.moment = datetime(2026, 11, 24, 7, 20, tzinfo=UTC)  # Tuesday, 08:20
    late = await house.asked()
    await house.watch.look(late.id)
    assert [job.due for job in await promised(house, "morning")] == [datetime(2026, 11, 25, 7, 0, tzinfo=UTC)]


async def test_a_morning_that_was_missed_is_still_owed(house: House) -> None:
    """The machine was down at eight, and the first that happens afterwards is a new request."""
    house.clock.moment = datetime(2026, 11, 24, 6, 40, tzinfo=UTC)
    await house.watch.look((await house.asked()).id)
    house.clock.moment = datetime(2026, 11, 24, 7, 20, tzinfo=UTC)
    await house.watch.look((await house.asked()).id)
    assert [job.due for job in await promised(house, "morning")] == [datetime(2026, 11, 24, 7, 0, tzinfo=UTC)]


async def test_who_was_away_for_long_is_not_flooded(house: House) -> None:
    """Nor is anybody on the day on which a company begins to use reminders."""
    request = await house.asked()
    house.clock.move(days=7)
    assert await lived(house, patience(house), request, days=1.5) == [
        ("reminder Ivan", "Mon 10:00"), ("reminder Ivan", "Tue 10:00"),
    ]  # fmt: skip


async def test_who_is_away_without_a_deputy_is_left_in_peace_until_back(house: House) -> None:
    request, ivan = await house.asked(), house.id("Ivan")
    await house.leaving.leave(ivan, by=ivan, first=date(2026, 11, 23), last=date(2026, 11, 25), deputy=None)
    heard = await lived(house, patience(house), request)
    assert heard[0] == ("reminder Ivan", "Thu 08:00")


async def test_an_absence_starts_the_ladder_of_the_deputy_anew(house: House) -> None:
    await permit(house, "Ivan", "Olga")
    request, watch = await house.asked(), patience(house)
    await lived(house, watch, request, days=1.1)
    day = date(2026, 11, 24)
    await house.leaving.leave(house.id("Ivan"), by=house.id("Ivan"), first=day, last=day, deputy=house.id("Olga"))
    heard = await lived(house, watch, request, days=0.1)
    assert heard == [("stands-in Anna", "Tue 10:00")]
    moved = await house.now(request)
    assert (moved.nudges, moved.prompted_at) == (0, house.clock.now())
