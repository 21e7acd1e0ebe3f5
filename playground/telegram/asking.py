"""Bot API methods that answer, look up and configure: getMe, getFile, chats, commands, callback answers."""

from __future__ import annotations

import json

from playground.telegram.call import Call, Method
from playground.telegram.formatting import length
from playground.telegram.people import Chat
from playground.telegram.refusal import Json, bad_request

ANSWER_LIMIT = 200


def get_me(call: Call) -> Json:
    """`getMe`."""
    return call.world.bot.me()


def get_file(call: Call) -> Json:
    """`getFile`."""
    return call.world.files.for_download(call.params["file_id"])


def answer_callback_query(call: Call) -> bool:
    """`answerCallbackQuery`: once, and in time."""
    params = call.params
    if length(params.get("text", "")) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    shown = {"text": "", "show_alert": False, "url": ""}
    shown |= {name: value for name, value in params.items() if name in shown}
    call.world.answer(params["callback_query_id"], shown)
    return True


def get_chat(call: Call) -> Json:
    """`getChat`, with the fields that a `ChatFullInfo` must have."""
    chat = call.world.found(call.params["chat_id"])
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    full = chat.brief() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    if chat.pinned and chat.pinned[-1] in chat.posted:
        full["pinned_message"] = chat.posted[chat.pinned[-1]].message
    return full


def get_chat_member(call: Call) -> Json:
    """`getChatMember`."""
    chat, user_id = call.world.found(call.params["chat_id"]), call.params["user_id"]
    if user_id not in call.world.people and user_id != call.world.bot.id:
        raise bad_request("member not found")
    return _member(call, chat, user_id)


def get_chat_administrators(call: Call) -> list[Json]:
    """`getChatAdministrators`."""
    chat = call.world.found(call.params["chat_id"])
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [_member(call, chat, user_id) for user_id in sorted(chat.admins)]


def get_chat_member_count(call: Call) -> int:
    """`getChatMemberCount`."""
    chat = call.world.found(call.params["chat_id"])
    return 2 if chat.is_private else len(chat.members)


def set_commands(call: Call) -> bool:
    """`setMyCommands`."""
    if len(call.params["commands"]) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.world.commands[_scope(call)] = call.params["commands"]
    call.world.changes.tell(call.world.people, {"kind": "commands"})
    return True


def get_commands(call: Call) -> list[Json]:
    """`getMyCommands`."""
    return call.world.commands.get(_scope(call), [])


def delete_commands(call: Call) -> bool:
    """`deleteMyCommands`."""
    call.world.commands.pop(_scope(call), None)
    return True


def set_menu_button(call: Call) -> bool:
    """`setChatMenuButton`, of one private chat or of all."""
    button = call.params.get("menu_button", {"type": "default"})
    if "chat_id" in call.params:
        call.world.found(call.params["chat_id"]).menu_button = button
    else:
        call.world.default_menu_button = button
    call.world.changes.tell(call.world.people, {"kind": "commands"})
    return True


def get_menu_button(call: Call) -> Json:
    """`getChatMenuButton`."""
    if "chat_id" in call.params:
        return call.world.found(call.params["chat_id"]).menu_button
    return call.world.default_menu_button


def accept(_call: Call) -> bool:
    """Methods that only a profile page would show: accepted, and forgotten."""
    return True


def _member(call: Call, chat: Chat, user_id: int) -> Json:
    user = call.world.bot.user() if user_id == call.world.bot.id else call.world.people[user_id].user()
    if user_id not in chat.members:
        return {"status": "left", "user": user}
    if user_id in chat.admins:
        return {"status": "creator", "user": user, "is_anonymous": False}
    return {"status": "member", "user": user}


def _scope(call: Call) -> str:
    scope = call.params.get("scope", {"type": "default"})
    return json.dumps([scope, call.params.get("language_code", "")], sort_keys=True)


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getFile": get_file,
    "answerCallbackQuery": answer_callback_query,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
    "setMyName": accept,
    "setMyDescription": accept,
    "setMyShortDescription": accept,
    "logOut": accept,
    "close": accept,
}
