"""Commands in the private chat."""

from __future__ import annotations

from pathlib import Path

from signing.membership import CONSOLE
from tests.bot.platforms.telegram.office import Office, hire, open_office, said


async def test_an_invite_link_binds_once(office: Office) -> None:
    person = await office.core.membership.add(name="New One", roles=(), note_of_identity="seen", by=CONSOLE)
    secret = await office.core.membership.invite(person.id, by=CONSOLE)
    await office.stranger.start(secret)
    await office.stranger.wait_for(lambda m: "Welcome, New One" in said(m))
    await office.ivan.start(secret)
    await office.ivan.wait_for(lambda m: "Hello Ivan" in said(m))
    async with office.store.read() as tx:
        (account,) = await tx.people.accounts_of(person.id)
    assert account.account_id == str(office.stranger.id)


async def test_language_and_time_zone_are_the_persons_choice(office: Office) -> None:
    await office.anna.send_text("/language ru")
    await office.anna.wait_for(lambda m: "по-русски" in said(m))
    await office.anna.send_text("/timezone asia/tokyo")
    await office.anna.wait_for(lambda m: "Asia/Tokyo" in said(m))
    await office.anna.send_text("/timezone Nowhere")
    await office.anna.wait_for(lambda m: "/timezone Europe/Podgorica" in said(m))
    async with office.store.read() as tx:
        anna = await tx.people.get(office.people["Anna"])
    assert (anna.language, anna.timezone) == ("ru", "Asia/Tokyo")


async def test_lock_is_at_once_and_only_an_administrator_lifts_it(office: Office) -> None:
    await office.ivan.send_text("/lock")
    await office.ivan.wait_for(lambda m: "is locked. No code works" in said(m))
    await office.ivan.wait_for(lambda m: "🔒 The signature of Ivan Marković is locked." in said(m))
    assert office.people["Ivan"] in office.activation.locked
    await office.ivan.send_text("/unlock")
    await office.ivan.wait_for(lambda m: "Only another administrator" in said(m))
    await office.anna.send_text("/lock Olga")
    await office.anna.wait_for(lambda m: "Only another administrator" in said(m))
    await office.olga.send_text("/unlock Ivan")
    await office.olga.wait_for(lambda m: "is unlocked" in said(m))
    assert office.activation.locked == set()


async def test_factor_sends_the_administrator_where_no_page_can_be_reached(office: Office) -> None:
    await office.ivan.send_text("/factor")
    await office.ivan.wait_for(lambda m: "server's terminal" in said(m))


async def test_mine_lists_what_was_asked(office: Office) -> None:
    await office.ask("Mine.pdf")
    await office.anna.send_text("/mine")
    told = await office.anna.wait_for(lambda m: "latest requests" in said(m))
    assert "Mine.pdf" in said(told)
    assert "waiting" in said(told)


async def test_the_menu_is_published_in_both_languages(office: Office) -> None:
    await office.platform.commands.publish()
    kept = office.server.world.commands
    assert len(kept) == 2
    assert {len(menu) for menu in kept.values()} == {12}


async def test_help_answers_what_is_unknown(office: Office) -> None:
    await office.anna.send_text("/nonsense")
    told = await office.anna.wait_for(lambda m: "/pending" in said(m))
    assert "/page" not in said(told), "there is none without a public address"


async def test_help_names_our_page_where_there_is_one(tmp_path: Path) -> None:
    async with open_office(tmp_path, public_url="https://sign.example.com") as office:
        await hire(office)
        await office.anna.send_text("/help")
        told = await office.anna.wait_for(lambda m: "/pending" in said(m))
    assert "/pending – what waits for you · /page – your page in the browser\n/mine" in said(told)
