"""Pages that somebody asked to see: pictures, then the whole file where documents may pass the chat."""

from __future__ import annotations

from aiogram.methods import SendDocument, SendMediaGroup, SendMessage, SendPhoto
from aiogram.types import BufferedInputFile, InputMediaPhoto, ReplyParameters

from bot.phrases import say
from bot.phrases.beside import told_beside
from bot.platforms.telegram.cards import CAPTION_LIMIT
from bot.platforms.telegram.client import Outgoing
from bot.platforms.telegram.core import Core, Reader
from signing.approval.showing import Shows
from signing.document import Document

ALBUM = 10
PAGES = 20
"""Pages sent as pictures; the file itself has all of them."""
PAGE_WIDTH_PX = 1000


class PagesOut:
    """Sends the pages of one document after the other; raises as `Outgoing.send` does."""

    def __init__(self, *, core: Core, outgoing: Outgoing) -> None:
        self._core = core
        self._outgoing = outgoing

    async def send(self, document: Document, reader: Reader, *, shows: Shows, reply_to: int | None) -> None:
        """Send the pictures, and what is told beside them; the file itself only where the policy lets it pass."""
        reply = ReplyParameters(message_id=reply_to, allow_sending_without_reply=True) if reply_to else None
        await self._send_pages(document, reader.chat, reply=reply)
        beside = told_beside(document, reader.language)[:CAPTION_LIMIT]
        if shows is Shows.FILE:
            body = await self._core.documents.get(document.sha256)
            whole = BufferedInputFile(body, filename=document.name)
            message = SendDocument(chat_id=reader.chat, document=whole, caption=beside or None, reply_parameters=reply)
            await self._outgoing.send(message)
            return
        rest = document.pages - PAGES
        more = say(reader.language, "pages-rest", number=rest) if rest > 0 else ""
        for text in filter(None, (beside, more)):
            await self._outgoing.send(SendMessage(chat_id=reader.chat, text=text))

    async def _send_pages(self, document: Document, chat: int, *, reply: ReplyParameters | None) -> None:
        numbers = range(min(document.pages, PAGES))
        pictures = await self._core.reception.pictures(document, numbers, width_px=PAGE_WIDTH_PX)
        files = [BufferedInputFile(body, filename=f"page-{page}.jpg") for page, body in enumerate(pictures, 1)]
        for start in range(0, len(files), ALBUM):
            group = files[start : start + ALBUM]
            if len(group) == 1:
                await self._outgoing.send(SendPhoto(chat_id=chat, photo=group[0], reply_parameters=reply))
            else:
                media = [InputMediaPhoto(media=file) for file in group]
                album = SendMediaGroup(chat_id=chat, media=media, reply_parameters=reply)  # type: ignore[arg-type]  # a list of one kind of media is a list of media
                await self._outgoing.send(album)
