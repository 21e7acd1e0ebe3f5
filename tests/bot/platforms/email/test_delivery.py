"""E-mail goes out over real SMTP; a refused address is final, everything else may be repeated."""

from __future__ import annotations

import email
import email.policy

import pytest

from bot.platforms.email.delivery import EmailChannel, Smtp
from signing.errors import DeliveryFailed
from tests.bot.platforms.email.post_office import post_office


def channel(port: int) -> EmailChannel:
    """Return a channel to loopback, where TLS is not needed."""
    return EmailChannel(Smtp(host="127.0.0.1", port=port, sender="sign@example.com", password="s3cret", starttls=False))


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with post_office() as office:
        await channel(office.port).tell("ivan@example.com", subject="Ваш ключ", text="Подписано.\nLine two")
    letter = email.message_from_bytes(office.letters[0], policy=email.policy.default)
    assert (letter["To"], letter["Subject"]) == ("ivan@example.com", "Ваш ключ")
    assert "Подписано." in letter.get_content()


async def test_a_refused_address_is_final() -> None:
    async with post_office(refused="nobody@") as office:
        with pytest.raises(DeliveryFailed) as failure:
            await channel(office.port).tell("nobody@example.com", subject="s", text="t")
    assert failure.value.facts == {"reason": "address"}


async def test_a_server_that_is_away_may_be_tried_again() -> None:
    async with post_office() as office:
        port = office.port
    with pytest.raises(ConnectionRefusedError):
        await channel(port).tell("ivan@example.com", subject="s", text="t")


def test_the_password_is_not_shown() -> None:
    assert "s3cret" not in repr(Smtp(host="h", port=1, sender="a@b", password="s3cret"))
