"""With a public address the secure page comes first; several certificates are a choice; a seal is called one."""

from __future__ import annotations

from pathlib import Path

from bot.platforms.telegram.init_data import check
from playground.telegram_server import DEFAULT_TOKEN
from signing.approval.policy import ApprovalPolicy
from tests.bot.platforms.telegram.office import Office, has_button, hire, labels, open_office, said
from tests.fakes.activation import a_key

URL = "http://127.0.0.1:1"


async def step_two(office: Office) -> dict[str, object]:
    await office.ask()
    await office.ivan.press(await office.ivan.wait_for(lambda m: has_button(m, "Sign")), "Sign")
    return await office.ivan.wait_for(lambda m: "Step 2 of 2" in said(m))


async def test_the_secure_page_is_offered_first_and_knows_who_comes(tmp_path: Path) -> None:
    async with open_office(tmp_path, public_url=URL) as office:
        await hire(office)
        step = await step_two(office)
        assert labels(step)[0] == "🔒 Enter the code on the secure page"
        opened = await office.ivan.open_mini_app(step, "secure page")
        assert opened["url"].startswith(f"{URL}/sign/")
        assert check(opened["init_data"], token=DEFAULT_TOKEN, now=office.core.clock.now()) == office.ivan.id


async def test_a_policy_may_forbid_codes_in_the_chat(tmp_path: Path) -> None:
    async with open_office(tmp_path, public_url=URL, policy=ApprovalPolicy(typed_code=False, keypad=False)) as office:
        await hire(office)
        step = await step_two(office)
        assert labels(step) == ["🔒 Enter the code on the secure page", "Cancel"]


async def test_factor_sends_a_link_to_the_enrolment_page(tmp_path: Path) -> None:
    async with open_office(tmp_path, public_url=URL) as office:
        await hire(office)
        await office.ivan.send_text("/factor")
        told = await office.ivan.wait_for(lambda m: has_button(m, "Set up the authenticator"))
        url = told["reply_markup"]["inline_keyboard"][0][0]["url"]
        secret = url.removeprefix(f"{URL}/enrol/")
        assert (await office.core.membership.page_owner(secret)).name == "Ivan Marković"


async def test_several_certificates_are_a_choice_and_a_seal_is_called_one(office: Office) -> None:
    office.activation.owned.append(a_key(office.people["Ivan"], label="company", is_seal=True))
    step = await step_two(office)
    assert "Advanced signature with your own key · without trusted time · software token · TEST" in said(step)
    await office.ivan.press(step, "Certificate")
    choice = await office.ivan.wait_for(lambda m: "Which certificate" in said(m))
    await office.ivan.press(choice, "Company seal")
    step = await office.ivan.wait_for(lambda m: "Step 2 of 2" in said(m) and "Company seal" in said(m))
    assert "Certificate: company" in said(step)


async def test_oneself_may_sign_where_the_policy_allows_it(tmp_path: Path) -> None:
    async with open_office(tmp_path, policy=ApprovalPolicy(self_sign=True)) as office:
        await hire(office)
        await office.ivan.send_document(office.contract("Own"), "Own.pdf")
        draft = await office.ivan.wait_for(lambda m: has_button(m, "I sign myself"))
        await office.ivan.press(draft, "I sign myself")
        card = await office.ivan.wait_for(lambda m: has_button(m, "Sign"))
        assert card["message_id"] == draft["message_id"]


async def test_this_was_not_me_locks_at_once(office: Office) -> None:
    step = await step_two(office)
    await office.ivan.press(step, "Type it here")
    await office.ivan.wait_for(lambda m: "six digits as a message" in said(m))
    await office.ivan.send_text("123456")
    final = await office.ivan.wait_for(lambda m: has_button(m, "This was not me"))
    answer = await office.ivan.press(final, "This was not me")
    assert answer["show_alert"]
    assert office.people["Ivan"] in office.activation.locked
    await office.olga.wait_for(lambda m: "signature of Ivan Marković is locked" in said(m))
