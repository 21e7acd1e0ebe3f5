"""On the playground's page: a button of the activity is pressed in the deal, the card answers on the phone."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.journeys import newcomer


async def test_a_press_in_the_deal_brings_the_card_and_the_signature_completes_the_activity(tmp_path: Path) -> None:
    with newcomer.playground(tmp_path / "playground") as place:
        async with newcomer.table(place.url, width=1560) as seen:
            await newcomer.ready(seen)
            deal = seen.page.frame_locator(".deal-frame")
            await deal.get_by_role("button", name="Put a sample contract here").click()
            await newcomer.choose_manager(seen)
            activity = deal.get_by_role("region", name="Activities")
            await expect(activity).to_contain_text("Ivan Marković is asked to sign", timeout=newcomer.SLOW_MS)

            await activity.get_by_role("button", name="Sign").click()  # as Anna, who may not decide
            await expect(activity).to_contain_text("Only Ivan Marković can decide", timeout=newcomer.SLOW_MS)

            await deal.get_by_role("combobox", name="You are").select_option(label="Ivan Marković")
            await activity.get_by_role("button", name="Sign").click()
            ivan = seen.phone("Manager")
            await expect(ivan.get_by_text("this is its card")).to_be_visible(timeout=newcomer.SLOW_MS)
            await expect(activity).to_contain_text("The card is in the private chat", timeout=newcomer.SLOW_MS)

            page = await newcomer.open_code_page(seen)
            await newcomer.type_code(page, await newcomer.fresh_code(seen))
            await expect(activity).to_contain_text("Signed by Ivan Marković", timeout=newcomer.SLOW_MS)
            await expect(activity).to_contain_text("Done")
            await expect(activity.get_by_role("button")).to_have_count(0)
            assert seen.complaints == []
