"""Updates that wait to be proved: anybody may post, so what waits is small, of our portal, and replaced by nobody."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.bitrix24.application import UPDATE_JOB
from bot.platforms.bitrix24.errors import UnknownOutcome
from bot.platforms.bitrix24.installation import MAX_UPDATES
from bot.platforms.bitrix24.oauth import Introspection
from playground.bitrix24.events import Form
from tests.bot.platforms.bitrix24.test_application import Life, life

__all__ = ["life"]

AWAY = "http://127.0.0.1:1"


def forged(life: Life, **auth: Any) -> Form:
    form = life.far.installation(by=3) | {"event": "ONAPPUPDATE"}
    return form | {"auth": form["auth"] | auth}


async def test_the_true_update_outlasts_what_others_post_before_and_after_it(life: Life) -> None:
    there, life.connection.oauth._url = life.connection.oauth._url, AWAY
    assert await life.post(forged(life)) == 200
    life.far.update(by=1)
    await life.far.events.close()
    assert life.far.events.told == [("ONAPPUPDATE", 200)]
    assert await life.post(forged(life)) == 200
    life.connection.oauth._url = there
    (job,) = await life.promised(UPDATE_JOB)
    await life.application.catch_up(job)
    assert (await life.kept())[0].application_token == life.far.events.application_token
    assert (await life.connection.portal.read("profile"))["NAME"] == "Vera"
    assert await life.connection.installation.kept_updates() == {}


async def test_one_that_never_gets_an_answer_holds_up_no_other(life: Life) -> None:
    there, life.connection.oauth._url = life.connection.oauth._url, AWAY
    assert await life.post(forged(life, domain="")) == 403, "not of our portal, whoever is away"
    first = forged(life)
    assert await life.post(first) == 200
    life.far.update(by=1)
    await life.far.events.close()
    life.connection.oauth._url = there
    asked = life.connection.oauth.introspect

    async def unclear(access_token: str) -> Introspection:
        if access_token == first["auth"]["access_token"]:
            raise UnknownOutcome(method="app.info")
        return await asked(access_token)

    life.connection.oauth.introspect = unclear  # type: ignore[method-assign]  # an answer that no switch gives
    (job,) = await life.promised(UPDATE_JOB)
    with pytest.raises(UnknownOutcome):
        await life.application.catch_up(job)
    assert (await life.kept())[0].application_token == life.far.events.application_token
    assert len(await life.connection.installation.kept_updates()) == 1


@pytest.mark.parametrize(
    "auth",
    [
        {"member_id": "0" * 32}, {"member_id": ""}, {"access_token": "0" * 1025}, {"refresh_token": "0" * 1025},
        {"application_token": "0" * 1025}, {"access_token": {"0": "x"}},
    ],
)  # fmt: skip
async def test_what_cannot_be_of_our_portal_is_not_even_kept(life: Life, auth: dict[str, Any]) -> None:
    life.connection.oauth._url = AWAY
    assert await life.post(forged(life, **auth)) == 403
    assert await life.connection.installation.kept_updates() == {}
    assert await life.promised(UPDATE_JOB) == []


async def test_only_so_many_wait_and_each_once(life: Life) -> None:
    life.connection.oauth._url = AWAY
    first = forged(life)
    assert [await life.post(first) for _ in range(3)] == [200] * 3
    assert len(await life.connection.installation.kept_updates()) == 1
    assert [await life.post(forged(life)) for _ in range(MAX_UPDATES)] == [200] * (MAX_UPDATES - 1) + [403]
    assert len(await life.connection.installation.kept_updates()) == MAX_UPDATES
