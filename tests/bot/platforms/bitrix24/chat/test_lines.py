"""Which messages of open channels are a customer's documents, and of which deal."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.bitrix24.chat.lines import read_line


def _data(**chat: Any) -> dict[str, Any]:
    there = {"id": 15, "entityType": "LINES", "entityData2": "LEAD|0|COMPANY|0|CONTACT|42|DEAL|17", **chat}
    return {"chat": there, "message": {"id": 9, "text": "please"}, "user": {"id": 70, "connector": True}}


def test_a_customers_file_belongs_to_the_chats_deal() -> None:
    found = read_line(_data(), [5, 6])
    assert found is not None
    assert (found.chat, found.message, found.deal, found.files, found.text) == (15, 9, 17, (5, 6), "please")


@pytest.mark.parametrize(
    "belongs", ["", "LEAD|0|COMPANY|0|CONTACT|42|DEAL|0", "DEAL", "LEAD|DEAL|17", "DEAL|x", "DEAL|１７", None]
)
def test_a_chat_that_belongs_to_no_deal_asks_nobody(belongs: str | None) -> None:
    assert read_line(_data(entityData2=belongs), [5]) is None


def test_words_colleagues_and_other_chats_are_no_customers_documents() -> None:
    assert read_line(_data(), []) is None
    assert read_line(_data(entityType=""), [5]) is None
    assert read_line(_data() | {"user": {"id": 2, "connector": False}}, [5]) is None
