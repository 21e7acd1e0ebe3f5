"""The activity of a request in its deal: one, kept true, pressed by people whom nobody believes."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.bitrix24.activity import ACTIVITY_JOB, Activities
from bot.platforms.bitrix24.activity_press import BREATH, PRESS_JOB, PRESSED, Presses, press_of
from bot.platforms.bitrix24.core import DealPolicy
from bot.platforms.bitrix24.errors import UnknownOutcome
from bot.platforms.bitrix24.events import EVENTS_PATH
from playground.bitrix24.activities import Activity
from playground.bitrix24.faults import FaultKind
from playground.bitrix24_portal import FIELD
from signing.audit import Tag
from signing.document import Document, Sha256
from signing.notices import Kind
from signing.people import Account
from signing.ports import Job
from signing.request import ReplyTo, RequestId, SigningRequest, State, new_request_id
from tests.bot.platforms.bitrix24.trading_house import ANNA, BORIS, House, open_house
from tests.conftest import HandClock

SIGNER = BORIS
"""The signer's number in the portal; Anna asks."""


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """A house whose signer and requester are linked."""
    async with open_house(tmp_path, clock) as opened:
        await opened.link("Anna", ANNA)
        await opened.link("Boris", SIGNER)
        yield opened


async def _asked(house: House, *, signer: str = "Boris", platform: str = "bitrix24") -> SigningRequest:
    """Return a request about a file in a deal that waits for its signer."""
    deal = house.far.office.open_deal("Delivery", by=ANNA)
    file = house.far.put(deal, "Contract.pdf", b"%PDF", by=ANNA)
    document = Document(position=0, name="Contract [1].pdf", sha256=Sha256("a" * 64), size_bytes=4, pages=1)
    now = house.clock.now()
    request = SigningRequest(
        id=new_request_id(), version=1, state=State.WAITING, requester=house.people["Anna"],
        signer=house.people[signer], documents=(document,), comment="Before Friday", created_at=now,
        deadline=now + timedelta(days=2),
        reply_to=ReplyTo(platform=platform, chat_id=f"deal:{deal.id}:{FIELD}:{file}", keeps_file=True),
    )  # fmt: skip
    async with house.store.begin() as tx:
        await tx.requests.add(request)
    return request


async def _moved(house: House, request: SigningRequest, **changes: Any) -> None:
    async with house.store.begin() as tx:
        await tx.requests.save((await tx.requests.get(request.id)).touched(**changes))


async def _show(house: House, request: SigningRequest) -> None:
    await house.platform.job_handlers()[ACTIVITY_JOB](Job(kind=ACTIVITY_JOB, subject="", facts={"request": request.id}))


def _only(house: House) -> Activity:
    (found,) = house.far.activities.standing.values()
    return found


def _texts(found: Activity) -> str:
    return str(found.layout["body"]["blocks"])


async def _press(house: House, request: SigningRequest, user: int, *, action: str = "sign") -> None:
    facts = {"request": request.id, "user": user, "action": action}
    await house.platform.job_handlers()[PRESS_JOB](Job(kind=PRESS_JOB, subject="", facts=facts))


def _jobs(house: House, kind: str) -> list[str]:
    with sqlite3.connect(house.database) as database:
        return [row[0] for row in database.execute("select facts from job where kind = ?", (kind,))]


async def _refusals(house: House, request: RequestId) -> list[tuple[str, str]]:
    async with house.store.read() as tx:
        events = await tx.journal.of(request)
    return [(one.actor, str(one.facts["reason"])) for one in events if one.tag is Tag.BUTTON_REFUSED]


async def test_it_stands_in_the_deal_with_the_signer_responsible(house: House) -> None:
    request = await _asked(house)
    await _show(house, request)
    found = _only(house)
    assert (found.deal, found.responsible, found.is_completed) == (17, SIGNER, False)
    assert found.deadline == request.deadline
    assert list(found.buttons) == ["sign", "reject"]
    for word in ("Contract ［1］.pdf", "Anna Petrova", "Boris Ilić", "aaaa aaaa", "Before Friday", "never here"):
        assert word in _texts(found)


@pytest.mark.parametrize("state", [State.SIGNING, State.FROZEN])
async def test_it_follows_the_request_without_buttons(house: House, state: State) -> None:
    request = await _asked(house)
    await _show(house, request)
    await _moved(house, request, state=state, reason="wrong_codes")
    await _show(house, request)
    assert (dict(_only(house).buttons), _only(house).is_completed) == ({}, False)


@pytest.mark.parametrize("state", [State.SIGNED, State.REJECTED, State.EXPIRED, State.CANCELLED])
async def test_it_is_completed_at_the_end(house: House, state: State) -> None:
    request = await _asked(house)
    await _show(house, request)
    await _moved(house, request, state=state, reason="The [b]amount")
    await _show(house, request)
    found = _only(house)
    assert (dict(found.buttons), found.is_completed) == ({}, True)
    assert ("/v/" in _texts(found)) is (state is State.SIGNED)
    assert ("The ［b］amount" in _texts(found)) is (state is State.REJECTED)


async def test_who_is_not_linked_gets_none_and_a_hand_over_is_shown(house: House) -> None:
    request = await _asked(house, signer="Ivan")
    await _show(house, request)
    assert house.far.activities.standing == {}
    await _moved(house, request, signer=house.people["Boris"])
    await _show(house, request)
    assert _only(house).responsible == SIGNER
    await _moved(house, request, signer=house.people["Ivan"])
    await _show(house, request)
    assert (dict(_only(house).buttons), _only(house).is_completed) == ({}, True)


async def test_a_request_that_was_over_before_gets_none(house: House) -> None:
    request = await _asked(house)
    await _moved(house, request, state=State.REJECTED, reason="amount")
    await _show(house, request)
    assert house.far.activities.standing == {}


@pytest.mark.parametrize("state", [State.WAITING, State.SIGNED])
async def test_the_one_whose_answer_was_lost_is_found(house: House, state: State) -> None:
    request = await _asked(house)
    house.far.faults.add(FaultKind.DROP_RESPONSE, method="crm.activity.configurable.add")
    with pytest.raises(UnknownOutcome):
        await _show(house, request)
    await _moved(house, request, state=state)
    await _show(house, request)
    assert _only(house).is_completed is (state is State.SIGNED)
    assert len(house.far.calls("crm.activity.configurable.add")) == 1


async def test_one_that_somebody_deleted_stays_away(house: House) -> None:
    request = await _asked(house)
    await _show(house, request)
    house.far.activities.delete(_only(house).id)
    for _ in range(2):
        await _show(house, request)
    assert house.far.activities.standing == {}
    assert len(house.far.calls("crm.activity.configurable.add")) == 1


async def test_a_refusal_of_the_portal_stops_nothing(house: House) -> None:
    request = await _asked(house)
    house.far.faults.add(FaultKind.DENIED, method="crm.activity.configurable.add")
    await _show(house, request)
    await _show(house, request)
    assert _only(house).responsible == SIGNER


async def test_a_card_is_brought_once_a_minute(house: House, clock: HandClock) -> None:
    request = await _asked(house)
    for minutes, brought in ((0, 1), (0.9, 0), (0.2, 1)):
        clock.move(minutes=minutes)
        await _press(house, request, SIGNER)
        assert len(_jobs(house, Kind.TELL)) == brought
        with sqlite3.connect(house.database) as database:
            database.execute("delete from job")


async def test_a_press_of_the_signer_brings_the_card_and_decides_nothing(house: House) -> None:
    request = await _asked(house)
    await _show(house, request)
    async with house.store.begin() as tx:
        chat = Account(platform="telegram", account_id="1002", person=house.people["Boris"], chat_id="1002")
        assert await tx.people.bind(chat)
    assert house.far.activities.press(_only(house).id, "sign", by=SIGNER)
    for _ in range(3):
        await _press(house, request, SIGNER)
    assert len(_jobs(house, Kind.TELL)) == len(_jobs(house, Kind.CARD)) == len(_jobs(house, ACTIVITY_JOB)) == 1
    assert not house.far.activities.press(_only(house).id, "reject", by=SIGNER), "locked until the answer"
    await _show(house, request)
    assert "The card is in the private chat of Boris Ilić" in _texts(_only(house))
    assert house.far.activities.press(_only(house).id, "reject", by=SIGNER)
    async with house.store.read() as tx:
        assert (await tx.requests.get(request.id)).state is State.WAITING
    assert await _refusals(house, request.id) == []


@pytest.mark.parametrize(("has_chat", "words"), [(False, "tab Signing"), (True, "The card is in the private chat")])
async def test_a_signer_without_any_chat_is_sent_to_the_page(house: House, has_chat: bool, words: str) -> None:
    request = await _asked(house)
    await _show(house, request)
    activities = Activities(core=house.core, portal=house.connection.portal)
    presses = Presses(core=house.core, activities=activities, policy=DealPolicy(fields=(FIELD,), has_chat=has_chat))
    facts = {"request": request.id, "user": SIGNER, "action": "sign"}
    await presses.answer(Job(kind=PRESS_JOB, subject="", facts=facts))
    await _show(house, request)
    assert words in _texts(_only(house))


async def test_forged_presses_do_not_use_up_the_portals_pace(house: House, clock: HandClock) -> None:
    request = await _asked(house)
    await _show(house, request)
    for due in (clock.now(), clock.now() + BREATH, clock.now() + BREATH):
        await _press(house, request, ANNA)
        with sqlite3.connect(house.database) as database:
            ((found,),) = database.execute("select due from job where kind = ?", (ACTIVITY_JOB,)).fetchall()
        assert datetime.fromisoformat(found).replace(tzinfo=UTC) == due


async def test_a_press_of_somebody_else_is_journalled_once_and_changes_nothing(house: House) -> None:
    request = await _asked(house)
    await _show(house, request)
    for user in (ANNA, 4711, ANNA):
        await _press(house, request, user)
    await _show(house, request)
    assert _jobs(house, Kind.TELL) == _jobs(house, Kind.CARD) == []
    assert "Only Boris Ilić can decide" in _texts(_only(house))
    assert await _refusals(house, request.id) == [(f"bitrix24:{ANNA}", "not_the_signer")]


async def test_a_press_after_the_end_is_journalled(house: House) -> None:
    request = await _asked(house)
    await _show(house, request)
    await _moved(house, request, state=State.CANCELLED)
    await _press(house, request, SIGNER, action="reject")
    assert _jobs(house, Kind.TELL) == []
    assert await _refusals(house, request.id) == [(f"bitrix24:{SIGNER}", "not_waiting")]
    await _show(house, request)
    assert "Taken back" in _texts(_only(house))


async def _post(house: House, request: SigningRequest, user: int, **auth: str) -> int:
    data = {"id": "sign", "request": request.id, "userId": user}
    form = house.far.events.form(PRESSED, data, user=0)
    status, _ = await house.far.events.post(f"{house.url}{EVENTS_PATH}", form | {"auth": form["auth"] | auth})
    return status


async def test_an_event_is_kept_before_it_is_answered_and_a_wrong_token_is_not_believed(house: House) -> None:
    request = await _asked(house)
    assert await _post(house, request, SIGNER, application_token="0" * 32) == 403
    assert _jobs(house, PRESS_JOB) == []
    assert await _post(house, request, SIGNER) == 200
    assert _jobs(house, PRESS_JOB) == [f'{{"request": "{request.id}", "user": {SIGNER}, "action": "sign"}}']


async def test_a_flood_of_forged_events_is_few_jobs(house: House) -> None:
    request = await _asked(house)
    elsewhere = await _asked(house, platform="telegram")
    for user in (SIGNER, SIGNER, ANNA, 4711, 4712, 4713):
        assert await _post(house, request, user) == 200
        assert await _post(house, elsewhere, user) == 200
        assert await _post(house, replace(request, id=RequestId("0" * 12)), user) == 200
    assert len(_jobs(house, PRESS_JOB)) == 3, "the signer, another of our people, all strangers together"


@pytest.mark.parametrize(
    "change",
    [
        {"event": "ONCRMDEALUPDATE"}, {"data": []}, {"data": {"id": "sign", "userId": "3"}}, {"auth": "x"},
        {"data": {"id": "delete", "request": "7K3M9QXA2F4B", "userId": "3"}},
        {"data": {"id": "sign", "request": "7K3M", "userId": "3"}},
        {"data": {"id": "sign", "request": {"0": "7K3M9QXA2F4B"}, "userId": "3"}},
        {"data": {"id": "sign", "request": "7K3M9QXA2F4B", "userId": "３"}},
        {"data": {"id": "sign", "request": "7K3M9QXA2F4B", "userId": "9" * 19}},
        {"data": {"id": {"0": "sign"}, "request": "7K3M9QXA2F4B", "userId": "3"}},
    ],
)  # fmt: skip
def test_what_is_no_press_is_none(change: dict[str, Any]) -> None:
    form: dict[str, Any] = {
        "event": PRESSED, "data": {"id": "sign", "request": "7K3M9QXA2F4B"}, "auth": {"user_id": "3"},
    }  # fmt: skip
    found = press_of(form)
    assert found is not None, "newer portals name the user beside the token only"
    assert (found.request, found.user, found.action) == ("7K3M9QXA2F4B", 3, "sign")
    assert press_of(form | change) is None
