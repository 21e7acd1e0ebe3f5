"""The enrolment link as a server: a preview spends nothing, a foreign form does nothing, a used link says so calmly."""

from __future__ import annotations

import pytest

from bot.platforms.web.forms import form_token
from signing.audit import Tag
from signing.membership import CONSOLE
from signing.people import PersonId
from tests.bot.platforms.web.conftest import Site


async def newcomer(site: Site) -> tuple[PersonId, str]:
    person = await site.house.membership.add(name="Petr <b>", roles=[], note_of_identity="seen", by=CONSOLE)
    return person.id, await site.house.membership.invite(person.id, by=CONSOLE, purpose="enrol")


async def posted(site: Site, secret: str, step: str, *, token: str | None = None, **form: str) -> tuple[int, str]:
    form["token"] = form_token(secret) if token is None else token
    async with site.browser.post(f"{site.url}/enrol/{secret}/{step}", data=form) as answer:
        return answer.status, await answer.text()


async def shown(site: Site, secret: str) -> tuple[int, str]:
    async with site.browser.get(f"{site.url}/enrol/{secret}") as answer:
        return answer.status, await answer.text()


async def test_a_preview_of_the_link_starts_and_spends_nothing(site: Site) -> None:
    person, secret = await newcomer(site)
    for _ in range(3):
        status, _text = await shown(site, secret)
        assert status == 200
    site.house.clock.move(days=6)
    assert (await shown(site, secret))[0] == 200
    async with site.house.store.read() as tx:
        assert Tag.FACTOR_BEGUN not in [event.tag for event in await tx.journal.of(person)]


async def test_the_name_is_text_and_never_markup(site: Site) -> None:
    _person, secret = await newcomer(site)
    _status, text = await shown(site, secret)
    assert "Petr &lt;b&gt;" in text


@pytest.mark.parametrize("token", ["", "wrong", "é"])
async def test_a_form_without_the_token_of_this_link_does_nothing(site: Site, token: str) -> None:
    person, secret = await newcomer(site)
    for step in ("begin", "finish", "recover"):
        assert (await posted(site, secret, step, token=token))[0] == 403
    async with site.house.store.read() as tx:
        assert Tag.FACTOR_BEGUN not in [event.tag for event in await tx.journal.of(person)]


async def test_a_form_from_another_site_does_nothing(site: Site) -> None:
    _person, secret = await newcomer(site)
    url, form = f"{site.url}/enrol/{secret}/begin", {"token": form_token(secret)}
    async with site.browser.post(url, data=form, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 403


async def test_the_seed_is_shown_once_and_never_again(site: Site) -> None:
    _person, secret = await newcomer(site)
    _status, begun = await posted(site, secret, "begin")
    assert "otpauth://totp/" in begun
    assert "<svg" in begun
    _status, again = await shown(site, secret)
    _status, wrong = await posted(site, secret, "finish", first="111111", second="111111")
    assert not any("otpauth" in text or "JBSW" in text for text in (again, wrong))


async def test_a_finished_link_is_gone_and_its_recovery_codes_with_it(site: Site) -> None:
    person, secret = await newcomer(site)
    await posted(site, secret, "begin")
    _status, done = await posted(site, secret, "finish", first="11 11 11", second="222222", timezone="Nowhere/Land")
    assert "code-9" in done
    async with site.house.store.read() as tx:
        found = await tx.people.get(person)
    assert (found.enrolled_at, found.timezone) == (site.house.clock.now(), None)
    status, text = await shown(site, secret)
    assert (status, "code-9" in text) == (404, False)


async def test_used_old_and_unknown_links_look_the_same(site: Site) -> None:
    _person, used = await newcomer(site)
    await posted(site, used, "begin")
    await posted(site, used, "finish", first="1", second="2")
    _person, old = await newcomer(site)
    await posted(site, old, "begin")
    site.house.clock.move(minutes=15)
    answers = [await shown(site, secret) for secret in (used, old, "A" * 22)]
    assert [status for status, _ in answers] == [404, 404, 404]
    assert len({text for _, text in answers}) == 1


async def test_a_lost_phone_is_replaced_with_a_recovery_code(site: Site) -> None:
    ivan = site.house.id("Ivan")
    secret = await site.house.membership.invite(ivan, by=CONSOLE, purpose="enrol")
    assert "lost my phone" in (await shown(site, secret))[1]
    assert "does not fit" in (await posted(site, secret, "recover", code="nonsense"))[1]
    assert "no longer counts" in (await posted(site, secret, "recover", code=" code-0 "))[1]
    assert "otpauth://" in (await posted(site, secret, "begin"))[1]


async def test_an_enrolled_person_does_not_get_a_second_seed(site: Site) -> None:
    secret = await site.house.membership.invite(site.house.id("Ivan"), by=CONSOLE, purpose="enrol")
    status, text = await posted(site, secret, "begin")
    assert (status, "otpauth" in text) == (403, False)


async def test_the_page_speaks_the_language_of_its_address_then_of_the_browser(site: Site) -> None:
    _person, secret = await newcomer(site)
    url, russian = f"{site.url}/enrol/{secret}", {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}
    async with site.browser.get(url, headers=russian) as answer:
        assert "Начать" in await answer.text()
    async with site.browser.get(url + "?lang=en", headers=russian) as answer:
        assert "Begin" in await answer.text()
