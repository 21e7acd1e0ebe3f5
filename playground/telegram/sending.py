"""Bot API methods that put new messages into chats."""

from __future__ import annotations

import secrets

from playground.telegram.call import Call, Method
from playground.telegram.keyboard import split_markup
from playground.telegram.people import Chat
from playground.telegram.refusal import Json, bad_request

ALBUM_SIZES = range(2, 11)


def send_message(call: Call) -> Json:
    """`sendMessage`."""
    return _send(call, call.text())


def send_photo(call: Call) -> Json:
    """`sendPhoto`."""
    return _send(call, call.photo(call.params["photo"]) | call.caption())


def send_document(call: Call) -> Json:
    """`sendDocument`."""
    return _send(call, call.document(call.params["document"]) | call.caption())


def send_media_group(call: Call) -> list[Json]:
    """`sendMediaGroup`: 2-10 photos or 2-10 documents, never mixed."""
    items = call.params["media"]
    if len(items) not in ALBUM_SIZES:
        raise bad_request("wrong number of messages to send as an album; it must be 2-10")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1:
        raise bad_request(f"{min(kinds)} can't be mixed with other media types")
    chat = call.chat()
    contents = [media_content(call, item) | call.caption(item) for item in items]
    group = {"media_group_id": str(secrets.randbits(56))}
    return [_post(call, chat, content | group) for content in contents]


def media_content(call: Call, item: Json) -> Json:
    """Return the content of one `InputMedia`. Raises `Refused`."""
    kinds = {"photo": call.photo, "document": call.document}
    if item["type"] not in kinds:
        raise bad_request(f"the playground keeps no media of type {item['type']}")
    return kinds[item["type"]](item["media"])


def send_chat_action(call: Call) -> bool:
    """`sendChatAction`: the phones show it for a few seconds."""
    chat = call.chat()
    change = {"kind": "action", "chat_id": chat.id, "action": call.params["action"]}
    call.world.changes.tell(chat.members, change)
    return True


def forward_message(call: Call) -> Json:
    """`forwardMessage`."""
    source = call.world.found(call.params["from_chat_id"])
    posted = call.world.message_of(source, call.params["message_id"], otherwise="message to forward not found")
    if posted.message.get("has_protected_content"):
        raise bad_request("message can't be forwarded")
    return _post(call, call.chat(), forwarded(posted.message))


def copy_message(call: Call) -> Json:
    """`copyMessage`: the content without its origin, the caption replaced if one is given."""
    source = call.world.found(call.params["from_chat_id"])
    posted = call.world.message_of(source, call.params["message_id"], otherwise="message to copy not found")
    content = content_of(posted.message) | call.caption()
    return {"message_id": _send(call, content)["message_id"]}


def content_of(message: Json) -> Json:
    """Return what a message says, without who said it, where and when."""
    kept = ("text", "entities", "caption", "caption_entities", "document", "photo")
    return {key: message[key] for key in kept if key in message}


def forwarded(message: Json) -> Json:
    """Return the content of a message with its first author as origin."""
    origin = {"type": "user", "sender_user": message["from"], "date": message["date"]}
    return content_of(message) | {"forward_origin": message.get("forward_origin", origin)}


def _send(call: Call, content: Json) -> Json:
    return _post(call, call.chat(), content)


def _post(call: Call, chat: Chat, content: Json) -> Json:
    keyboard, interface = split_markup(call.params.get("reply_markup"), chat)
    content = content | _reply(call, chat)
    if keyboard:
        content |= {"reply_markup": keyboard}
    if call.params.get("protect_content"):
        content |= {"has_protected_content": True}
    silent = bool(call.params.get("disable_notification"))
    return call.world.post(chat, call.world.bot.user(), content, interface=interface, silent=silent).message


def _reply(call: Call, chat: Chat) -> Json:
    wanted = call.params.get("reply_parameters")
    if not wanted:
        return {}
    if wanted.get("message_id") in chat.posted and wanted.get("chat_id", chat.id) == chat.id:
        return {"reply_to_message": without_reply(chat.posted[wanted["message_id"]].message)}
    if wanted.get("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def without_reply(message: Json) -> Json:
    """Return the message as it stands inside of an answer to it: Telegram nests one level only."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "forwardMessage": forward_message,
    "copyMessage": copy_message,
}
