"""`batch` of the loopback portal: order, references, empties and refusals as the reference says (2.4)."""

from __future__ import annotations

from typing import Any

from playground.bitrix24.php import build_query, read_query
from tests.playground.test_bitrix24_portal import Caller, call

__all__ = ["call"]


async def _batch(call: Caller, cmd: Any, **more: Any) -> dict[str, Any]:
    status, body = await call("batch", cmd=cmd, **more)
    assert status == 200, body
    result: dict[str, Any] = body["result"]
    return result


async def test_what_is_empty_comes_as_a_list(call: Caller) -> None:
    told = await _batch(call, {"me": "profile"})
    assert told["result"]["me"]["NAME"] == "Vera"
    assert (told["result_error"], told["result_total"], told["result_next"]) == ([], [], [])
    assert (await _batch(call, {"x": "no.such.method"}))["result"] == []


async def test_lists_tell_their_total_and_where_they_go_on(call: Caller) -> None:
    for number in range(60):
        call.portal.office.hire(f"Name{number}", "Test")
    told = await _batch(call, {"a": "user.get?start=0", "b": "user.get?start=50"})
    assert told["result_total"] == {"a": 62, "b": 62}
    assert told["result_next"] == {"a": 50}
    assert len(told["result"]["b"]) == 12


async def test_a_call_may_use_what_an_earlier_one_found(call: Caller) -> None:
    deal = call.portal.office.open_deal("First", by=2)
    told = await _batch(
        call,
        {
            "all": "crm.item.list?entityTypeId=2&useOriginalUfNames=Y",
            "one": "crm.item.get?entityTypeId=2&useOriginalUfNames=Y&id=$result[all][items][0][id]",
            "none": "crm.item.get?entityTypeId=2&useOriginalUfNames=Y&id=$result[no][items][7]",
        },
    )
    assert told["result"]["one"]["item"]["id"] == deal.id
    assert told["result_error"]["none"]["error"] == "NOT_FOUND"


async def test_lists_without_counting_go_on_by_number_and_references_may_be_encoded(call: Caller) -> None:
    for number in range(70):
        call.portal.office.open_deal(f"Deal {number}", by=2)
    listed = "crm.item.list?entityTypeId=2&useOriginalUfNames=Y&order[id]=ASC&start=-1&filter[>id]"
    told = await _batch(call, [f"{listed}=0", f"{listed}=%24result%5B0%5D%5Bitems%5D%5B49%5D%5Bid%5D"])
    first, second = (page["items"] for page in told["result"])
    assert len({deal["id"] for deal in (*first, *second)}) == 70
    assert (told["result_next"], told["result_total"]) == ([], [0, 0])


async def test_every_answer_tells_its_time(call: Caller) -> None:
    told = {"start", "finish", "duration", "processing", "date_start", "date_finish", "operating", "operating_reset_at"}
    for method in ("profile", "no.such.method", "batch"):
        assert set((await call(method))[1]["time"]) == told
    assert set((await _batch(call, {"a": "profile"}))["result_time"]["a"]) == told


async def test_with_halt_nothing_is_done_after_a_failure(call: Caller) -> None:
    commands = {"a": "no.such.method", "b": "profile"}
    assert (await _batch(call, commands, halt=1))["result"] == []
    assert "b" in (await _batch(call, commands, halt=0))["result"]


async def test_a_batch_in_a_batch_and_files_are_refused(call: Caller) -> None:
    for method in ("batch?cmd[a]=profile", "crm.controller.item.getFile?token=x", "disk.folder.uploadfile?id=1"):
        told = await _batch(call, {"a": method})
        assert told["result_error"]["a"]["error"] == "ERROR_BATCH_METHOD_NOT_ALLOWED"


async def test_a_batch_takes_one_place_and_fifty_calls(call: Caller) -> None:
    for _ in range(45):
        await _batch(call, {str(number): "profile" for number in range(50)})
    status, body = await call("batch", cmd={str(number): "profile" for number in range(51)})
    assert (status, body["error"]) == (400, "ERROR_BATCH_LENGTH_EXCEEDED")


async def test_without_the_permission_a_method_is_refused(call: Caller) -> None:
    call.portal.accounts.scope = "user_brief"
    assert (await call("user.get"))[0] == 200
    status, body = await call("crm.item.list", entityTypeId=2, useOriginalUfNames="Y")
    assert (status, body["error"]) == (403, "insufficient_scope")


def test_a_query_is_read_as_php_reads_it() -> None:
    form = {"a": {"b": ["x", "y"], ">=c": "1"}, "d": "ü&="}
    assert read_query(build_query(form).decode()) == form
