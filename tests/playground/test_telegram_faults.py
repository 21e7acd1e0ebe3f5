"""The switches that make the loopback Telegram misbehave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.playground.loopback import ANNA, IVAN, TOKEN, Json, Loopback, loopback


async def switch_on(world: Loopback, kind: str, **options: Any) -> None:
    async with world.http.post(f"{world.url}/world/faults", json={"kind": kind, **options}) as response:
        assert response.status == 200, await response.text()


async def sent_texts(world: Loopback) -> list[str]:
    return [message["text"] for message in await world.anna.messages() if message["from"]["is_bot"]]


async def test_too_many_requests_carries_the_pause_and_has_no_effect() -> None:
    async with loopback() as world:
        await switch_on(world, "too_many_requests", times=2, seconds=7)
        for _ in range(2):
            answer = await world.answer("sendMessage", chat_id=ANNA.id, text="x")
            assert answer == {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 7",
                "parameters": {"retry_after": 7},
            }
        await world.call("sendMessage", chat_id=ANNA.id, text="through")
        assert await sent_texts(world) == ["through"]


async def test_a_fault_hits_only_its_method_and_chat() -> None:
    async with loopback() as world:
        await switch_on(world, "server_error", method="sendMessage", chat_id=IVAN.id, code=500)
        await world.call("sendMessage", chat_id=ANNA.id, text="x")
        await world.call("sendChatAction", chat_id=IVAN.id, action="typing")
        assert await world.refusal("sendMessage", chat_id=IVAN.id, text="x") == "Internal Server Error"


async def test_a_dropped_answer_leaves_its_effect() -> None:
    async with loopback() as world:
        await switch_on(world, "drop_response")
        with pytest.raises(aiohttp.ClientError):
            await world.answer("sendMessage", chat_id=ANNA.id, text="once")
        assert await sent_texts(world) == ["once"]


async def test_a_time_out_has_no_effect() -> None:
    async with loopback() as world:
        await switch_on(world, "timeout", seconds=0)
        with pytest.raises(aiohttp.ClientError):
            await world.answer("sendMessage", chat_id=ANNA.id, text="never")
        assert await sent_texts(world) == []


async def test_an_update_comes_twice_with_one_id() -> None:
    async with loopback() as world:
        await switch_on(world, "duplicate_updates")
        await world.anna.send_text("twice")
        await world.anna.send_text("once")
        assert [update["message"]["text"] for update in await world.updates()] == ["twice", "twice", "once"]


async def test_an_update_is_overtaken_by_the_next() -> None:
    async with loopback() as world:
        await switch_on(world, "reorder_updates")
        for text in ("first", "second", "third"):
            await world.anna.send_text(text)
        assert [update["message"]["text"] for update in await world.updates()] == ["second", "first", "third"]


async def test_all_switches_go_off_at_once() -> None:
    async with loopback() as world:
        await switch_on(world, "server_error", times=99)
        async with world.http.delete(f"{world.url}/world/faults") as response:
            assert await response.json() == []
        await world.call("sendMessage", chat_id=ANNA.id, text="x")


async def test_the_log_tells_what_happened_without_what_was_said() -> None:
    async with loopback() as world:
        await switch_on(world, "too_many_requests")
        await world.answer("sendMessage", chat_id=ANNA.id, text="canary 123456")
        await world.call("sendMessage", chat_id=ANNA.id, text="canary 123456")
        async with world.http.get(f"{world.url}/world/log") as response:
            log, text = await response.json(), await response.text()
        assert [(entry["method"], entry["status"], entry["fault"]) for entry in log] == [
            ("sendMessage", 429, "too_many_requests"),
            ("sendMessage", 200, ""),
        ]
        (sent,) = [message for message in await world.anna.messages() if message["from"]["is_bot"]]
        assert (log[1]["chat_id"], log[1]["message_id"]) == (ANNA.id, sent["message_id"])
        assert "canary" not in text
        assert TOKEN not in text


async def test_a_bot_that_sends_too_fast_is_told_how_long_to_wait() -> None:
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    async with loopback(limited=True, clock=lambda: moment) as world:
        group = await world.anna.make_group("Sales", [IVAN.id])

        async def burst(chat_id: int) -> Json:
            for _ in range(40):
                answer = await world.answer("sendMessage", chat_id=chat_id, text="x")
                if not answer["ok"]:
                    return answer
            raise AssertionError("nothing stopped it")

        assert (await burst(ANNA.id))["parameters"] == {"retry_after": 1}
        assert len(await sent_texts(world)) == 5
        moment += timedelta(seconds=1)
        await world.call("sendMessage", chat_id=ANNA.id, text="one more")
        await world.call("sendChatAction", chat_id=ANNA.id, action="typing")
        assert (await burst(group))["parameters"] == {"retry_after": 3}
        assert (await burst(IVAN.id))["error_code"] == 429
