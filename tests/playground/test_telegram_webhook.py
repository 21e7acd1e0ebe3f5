"""Webhook deliveries of the loopback Telegram: secret, order, retries, and methods in the answer."""

from __future__ import annotations

import asyncio

from aiohttp import web

from tests.playground.loopback import ANNA, Json, hooked, loopback


async def test_an_update_comes_with_the_secret() -> None:
    async with loopback() as world, hooked() as bot:
        await world.call("setWebhook", url=bot.url, secret_token="s3cret_-")
        await world.anna.send_text("hello")
        update, secret = await bot.came.get()
        assert (update["message"]["text"], secret) == ("hello", "s3cret_-")
        assert (await world.call("getWebhookInfo"))["url"] == bot.url


async def test_what_waited_is_delivered_when_the_hook_is_set_and_dropped_only_on_demand() -> None:
    async with loopback() as world, hooked() as bot:
        await world.anna.send_text("before")
        await world.call("setWebhook", url=bot.url)
        assert (await bot.update())["message"]["text"] == "before"
        await world.call("deleteWebhook")
        await world.anna.send_text("lost")
        await world.call("setWebhook", url=bot.url, drop_pending_updates=True)
        await world.anna.send_text("after")
        assert (await bot.update())["message"]["text"] == "after"


async def test_a_failing_update_is_repeated_and_holds_back_its_own_queue_only() -> None:
    async with loopback() as world, hooked() as bot:
        failures = 3

        def fail_first(update: Json) -> web.Response:
            nonlocal failures
            if update.get("message", {}).get("text") != "poison" or failures == 0:
                return web.Response()
            failures -= 1
            return web.Response(status=500)

        bot.answer = fail_first
        await world.call("setWebhook", url=bot.url)
        await world.anna.send_text("poison")
        await world.anna.send_text("second")
        await world.ivan.send_text("elsewhere")
        texts = [(await bot.update())["message"]["text"] for _ in range(6)]
        assert [text for text in texts if text != "elsewhere"] == ["poison"] * 4 + ["second"]
        assert texts.index("elsewhere") < texts.index("second")
        assert "500" in (await world.call("getWebhookInfo"))["last_error_message"]


async def test_retry_after_of_the_bot_is_honoured() -> None:
    async with loopback() as world, hooked() as bot:
        answers = [web.Response(status=503, headers={"Retry-After": "30"})]
        bot.answer = lambda _update: answers.pop() if answers else web.Response()
        await world.call("setWebhook", url=bot.url)
        await world.anna.send_text("wait")
        loop = asyncio.get_running_loop()
        first = (await bot.update(), loop.time())
        second = (await bot.update(), loop.time())
        assert first[0] == second[0]
        # Thirty shortened seconds; without the header the first repetition comes at once.
        assert second[1] - first[1] >= 0.3


async def test_buttons_of_one_person_come_in_order_and_beside_the_messages() -> None:
    async with loopback() as world, hooked() as bot:
        keys = {"inline_keyboard": [[{"text": str(n), "callback_data": str(n)} for n in range(6)]]}
        card = await world.call("sendMessage", chat_id=ANNA.id, text="keypad", reply_markup=keys)
        await world.call("setWebhook", url=bot.url)
        for digit in "314152":
            await world.anna.press(card, data=digit, wait_s=0)
        pressed = [(await bot.update())["callback_query"]["data"] for _ in range(6)]
        assert "".join(pressed) == "314152"


async def test_a_method_in_the_answer_is_carried_out() -> None:
    async with loopback() as world, hooked() as bot:
        bot.answer = lambda _update: web.json_response({"method": "sendMessage", "chat_id": ANNA.id, "text": "at once"})
        await world.call("setWebhook", url=bot.url)
        await world.anna.send_text("hi")
        assert (await world.anna.wait_for(lambda m: m["from"]["is_bot"]))["text"] == "at once"
        bot.answer = lambda _update: web.json_response({"method": "sendMessage", "chat_id": ANNA.id, "text": ""})
        await world.anna.send_text("the answer asks for what is refused")
        await world.anna.send_text("the queue goes on")
        texts = [(await bot.update())["message"]["text"] for _ in range(3)]
        assert texts[-1] == "the queue goes on"


async def test_only_wanted_kinds_come() -> None:
    async with loopback() as world, hooked() as bot:
        card = await world.call("sendMessage", chat_id=ANNA.id, text="card")
        await world.call("setWebhook", url=bot.url, allowed_updates=["callback_query"])
        await world.anna.send_text("unwanted")
        await world.anna.press(card, data="wanted", wait_s=0)
        assert (await bot.update())["callback_query"]["from"]["id"] == ANNA.id
        assert bot.came.empty()


async def test_a_hook_outside_of_this_machine_needs_https_and_a_clean_secret() -> None:
    async with loopback() as world:
        insecure = await world.refusal("setWebhook", url="http://example.org/hook")
        assert insecure == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
        secret = await world.refusal("setWebhook", url="https://example.org/hook", secret_token="ключ")
        assert secret == "Bad Request: secret token contains unallowed characters"


async def test_polling_is_refused_while_a_hook_is_set() -> None:
    async with loopback() as world, hooked() as bot:
        await world.call("setWebhook", url=bot.url)
        assert (await world.refusal("getUpdates")).startswith(
            "Conflict: can't use getUpdates method while webhook is active"
        )
        await world.call("deleteWebhook")
        assert await world.updates() == []
