"""One request of the bot: its judged parameters, its files, and the world it acts on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.telegram.files import UPLOAD_LIMIT_BYTES, KeptFile, Upload
from playground.telegram.formatting import detected, length, read_html
from playground.telegram.people import Chat, Posted
from playground.telegram.refusal import Json, Refused, bad_request
from playground.telegram.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


@dataclass(frozen=True)
class Call:
    """A Bot API request on its way."""

    world: World
    method: str
    params: Json
    uploads: Mapping[str, Upload] = field(repr=False)

    def chat(self) -> Chat:
        """Return the chat that the request may write into. Raises `Refused`."""
        return self.world.open_to_bot(self.params["chat_id"])

    def own_message(self, *, otherwise: str) -> tuple[Chat, Posted]:
        """Return chat and message of the request, if the bot wrote it. Raises `Refused` with `otherwise`."""
        if "chat_id" not in self.params or "message_id" not in self.params:
            raise bad_request("message identifier is not specified")
        chat = self.world.found(self.params["chat_id"])
        posted = self.world.message_of(chat, self.params["message_id"], otherwise=otherwise)
        if posted.message["from"]["id"] != self.world.bot.id:
            raise bad_request("message can't be edited")
        return chat, posted

    def text(self) -> Json:
        """Return `text` and its entities. Raises `Refused`."""
        content = marked_up(self.params, "text", "entities")
        if not content.get("text"):
            raise bad_request("message text is empty")
        if length(content["text"]) > TEXT_LIMIT:
            raise bad_request("message is too long")
        return content

    def caption(self, holder: Json | None = None) -> Json:
        """Return `caption` and its entities, of the request or of one `InputMedia`. Raises `Refused`."""
        content = marked_up(self.params if holder is None else holder, "caption", "caption_entities")
        if length(content.get("caption", "")) > CAPTION_LIMIT:
            raise bad_request("message caption is too long")
        return content

    def document(self, source: object) -> Json:
        """Return the document that `source` (a file part, `attach://…` or a file id) means."""
        upload = self._upload(source)
        kept: KeptFile = self.world.files.keep_document(upload) if upload else self.world.files.by_id(str(source))
        return {"document": kept.document()}

    def photo(self, source: object) -> Json:
        """Return the photo that `source` means, in all its sizes."""
        upload = self._upload(source)
        sizes = self.world.files.keep_photo(upload) if upload else self.world.files.photo(str(source))
        return {"photo": [size.photo_size() for size in sizes]}

    def _upload(self, source: object) -> Upload | None:
        upload = source if isinstance(source, Upload) else None
        if isinstance(source, str) and source.startswith("attach://"):
            upload = self.uploads.get(source.removeprefix("attach://"))
            if upload is None:
                raise bad_request("there is no file to attach in the request")
        if isinstance(source, str) and source.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        if upload is not None and len(upload.content) > UPLOAD_LIMIT_BYTES:
            raise Refused(413, "Request Entity Too Large")
        return upload


Method = Callable[[Call], Any]
"""What a method of the Bot API is here: it changes the world and returns its `result`, or raises `Refused`."""


def marked_up(holder: Json, key: str, entities_key: str) -> Json:
    """Return `holder[key]` without its markup, with entities, trimmed; `{}` if there is none."""
    source = holder.get(key, "")
    entities = list(holder.get(entities_key, []))
    if "parse_mode" in holder:
        if holder["parse_mode"] != "HTML":
            raise bad_request("the playground reads no other parse_mode than HTML")
        source, entities = read_html(source)
    text = source.strip()
    if not text:
        return {}
    _shift(entities, by=length(source) - length(source.lstrip()), total=length(text))
    entities += [found for found in detected(text) if not _overlaps(found, entities)]
    return {key: text} | ({entities_key: entities} if entities else {})


def _shift(entities: list[Json], *, by: int, total: int) -> None:
    for entity in entities:
        start, end = max(entity["offset"] - by, 0), min(entity["offset"] - by + entity["length"], total)
        entity |= {"offset": start, "length": end - start}
    entities[:] = [entity for entity in entities if entity["length"] > 0]


def _overlaps(found: Json, entities: list[Json]) -> bool:
    end = found["offset"] + found["length"]
    return any(found["offset"] < other["offset"] + other["length"] and other["offset"] < end for other in entities)
