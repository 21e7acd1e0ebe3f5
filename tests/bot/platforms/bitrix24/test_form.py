"""Forms as PHP writes them."""

from __future__ import annotations

import pytest

from bot.platforms.bitrix24.form import MAX_BYTES, BadForm, read_form
from playground.bitrix24.php import build_query


def test_what_php_writes_is_read_back_as_text() -> None:
    form = {
        "event": "ONCRMDEALUPDATE",
        "data": {"FIELDS": {"ID": 759}, "list": ["a b", "ü&="]},
        "no": None,
        "yes": True,
    }
    assert read_form(build_query(form)) == {
        "event": "ONCRMDEALUPDATE", "data": {"FIELDS": {"ID": "759"}, "list": {"0": "a b", "1": "ü&="}}, "yes": "1",
    }  # fmt: skip


def test_brackets_without_a_key_count_on() -> None:
    assert read_form(b"a[]=x&a[]=y") == {"a": {"0": "x", "1": "y"}}


@pytest.mark.parametrize(
    "body",
    [
        b"a[b][c][d][e][f][g]=too+deep", b"a=1&a[b]=2", b"a[b]=1&a=2", b"a=1&a=2",
        b"a[1]=x&a[]=y", b"[a]=1", b"&".join(b"a%d=1" % n for n in range(600)),
        b"x=" + b"y" * MAX_BYTES, b"\xff\xfe=1", b"no pairs here",
    ],
)  # fmt: skip
def test_what_the_portal_never_sends_is_refused(body: bytes) -> None:
    with pytest.raises(BadForm):
        read_form(body)


def test_an_empty_body_is_an_empty_form() -> None:
    assert read_form(b"") == {}
