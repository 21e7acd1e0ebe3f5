"""Bot API methods that change or remove what is already in a chat."""

from __future__ import annotations

from datetime import timedelta

from playground.telegram.call import Call, Method
from playground.telegram.keyboard import split_markup
from playground.telegram.people import Chat, Posted
from playground.telegram.refusal import Json, bad_request
from playground.telegram.sending import media_content

DELETE_WITHIN = timedelta(hours=48)
_TEXT = frozenset({"text", "entities"})
_CAPTION = frozenset({"caption", "caption_entities"})
_MEDIA = frozenset({"photo", "document"})
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_text(call: Call) -> Json:
    """`editMessageText`."""
    chat, posted = call.own_message(otherwise="message to edit not found")
    if "text" not in posted.message:
        raise bad_request("there is no text in the message to edit")
    return _replace(call, chat, posted, removed=_TEXT, added=call.text())


def edit_caption(call: Call) -> Json:
    """`editMessageCaption`."""
    chat, posted = call.own_message(otherwise="message to edit not found")
    if not _MEDIA & posted.message.keys():
        raise bad_request("there is no caption in the message to edit")
    return _replace(call, chat, posted, removed=_CAPTION, added=call.caption())


def edit_media(call: Call) -> Json:
    """`editMessageMedia`; a text message becomes one with media too."""
    chat, posted = call.own_message(otherwise="message to edit not found")
    item = call.params["media"]
    added = media_content(call, item) | call.caption(item)
    return _replace(call, chat, posted, removed=_TEXT | _CAPTION | _MEDIA, added=added)


def edit_markup(call: Call) -> Json:
    """`editMessageReplyMarkup`."""
    chat, posted = call.own_message(otherwise="message to edit not found")
    return _replace(call, chat, posted, removed=frozenset(), added={})


def delete_message(call: Call) -> bool:
    """`deleteMessage`."""
    chat = call.world.found(call.params["chat_id"])
    posted = call.world.message_of(chat, call.params["message_id"], otherwise="message to delete not found")
    _check_deletable(call, chat, posted)
    call.world.remove(chat, posted.id)
    return True


def delete_messages(call: Call) -> bool:
    """`deleteMessages`; those that are not there are skipped."""
    chat, ids = call.world.found(call.params["chat_id"]), call.params["message_ids"]
    if not 1 <= len(ids) <= 100:
        raise bad_request("too many message identifiers specified" if ids else "message identifiers are not specified")
    present = [chat.posted[message_id] for message_id in ids if message_id in chat.posted]
    for posted in present:
        _check_deletable(call, chat, posted)
    for posted in present:
        call.world.remove(chat, posted.id)
    return True


def pin(call: Call) -> bool:
    """`pinChatMessage`: a line in the chat says so, and the bot hears of it as of a message; a repeat does nothing."""
    chat = call.chat()
    posted = call.world.message_of(chat, call.params["message_id"], otherwise="message to pin not found")
    if "pinned_message" in posted.message:
        raise bad_request("message can't be pinned")
    if posted.id in chat.pinned:
        return True
    chat.pinned = [*chat.pinned, posted.id]
    _tell_pinned(call, chat)
    line = call.world.post(chat, call.world.bot.user(), {"pinned_message": posted.message}, silent=True)
    call.world.publish("message", line.message)
    return True


def unpin(call: Call) -> bool:
    """`unpinChatMessage`: the named one, or the latest."""
    chat = call.chat()
    gone = call.params.get("message_id", chat.pinned[-1] if chat.pinned else None)
    if gone not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(gone)
    _tell_pinned(call, chat)
    return True


def unpin_all(call: Call) -> bool:
    """`unpinAllChatMessages`."""
    chat = call.chat()
    chat.pinned = []
    _tell_pinned(call, chat)
    return True


def react(call: Call) -> bool:
    """`setMessageReaction`: a bot may set one reaction at most."""
    chat, reactions = call.chat(), call.params.get("reaction", [])
    posted = call.world.message_of(chat, call.params["message_id"], otherwise="message to react not found")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    posted.reactions = reactions
    call.world.changes.tell(chat.members, {"kind": "edited", "chat_id": chat.id, "message": posted.view()})
    return True


def _replace(call: Call, chat: Chat, posted: Posted, *, removed: frozenset[str], added: Json) -> Json:
    keyboard, _ = split_markup(call.params.get("reply_markup"), chat)
    kept = {key: value for key, value in posted.message.items() if key not in removed | {"reply_markup", "edit_date"}}
    message = kept | added | ({"reply_markup": keyboard} if keyboard else {})
    if message == {key: value for key, value in posted.message.items() if key != "edit_date"}:
        raise bad_request(_NOT_MODIFIED)
    return call.world.replace(chat, posted, message)


def _check_deletable(call: Call, chat: Chat, posted: Posted) -> None:
    own = posted.message["from"]["id"] == call.world.bot.id
    is_allowed = own or chat.is_private or call.world.bot.id in chat.admins
    if not is_allowed or call.world.clock() - posted.at > DELETE_WITHIN:
        raise bad_request("message can't be deleted")


def _tell_pinned(call: Call, chat: Chat) -> None:
    call.world.changes.tell(chat.members, {"kind": "pinned", "chat_id": chat.id, "pinned": chat.pinned})


METHODS: dict[str, Method] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "unpinAllChatMessages": unpin_all,
    "setMessageReaction": react,
}
