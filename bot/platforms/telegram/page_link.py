"""The link to our own page: made when somebody asks, spent by a press there, good for minutes."""

from __future__ import annotations

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.phrases import say
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import Core, Reader
from signing.errors import NotAllowed

COMMANDS = ("page", "desk")
"""Both open the same page; the menu offers the first one."""


async def send(core: Core, outgoing: Outgoing, reader: Reader) -> None:
    """Send a fresh link; raise `NotAllowed` for somebody locked. Without a public address there is no page."""
    if core.public_url is None or core.page_link is None:
        await outgoing.send(SendMessage(chat_id=reader.chat, text=say(reader.language, "page-link-none")))
        return
    if reader.person.locked_at is not None:
        raise NotAllowed(reason="locked")
    url = core.public_url + await core.page_link(reader.person.id)
    button = InlineKeyboardButton(text=say(reader.language, "button-my-page"), url=url)
    message = SendMessage(
        chat_id=reader.chat, text=say(reader.language, "page-link"),
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )  # fmt: skip
    await outgoing.send(message)
