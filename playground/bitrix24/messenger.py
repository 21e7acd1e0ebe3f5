"""The portal's messenger: dialogs with one bot, group chats, and the queue of events that the bot fetches."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playground.bitrix24.office import Office, StoredFile, User

Event = dict[str, Any]
CHATS_BEGIN = 5000
"""A private dialog has a chat number too, and it is nobody's user number."""
CUSTOMERS_BEGIN = 70_000
"""A customer is a user of the connector."""


@dataclass(kw_only=True)
class Message:
    """One message of a chat."""

    id: int
    chat: int
    author: int
    text: str
    at: datetime
    files: list[StoredFile] = field(default_factory=list)
    keyboard: list[dict[str, Any]] = field(default_factory=list)
    reply_to: int = 0
    is_locked: bool = False
    """A button with `BLOCK` was pressed: nothing can be pressed until the bot changes the message."""
    changes: int = 0

    def labels(self) -> list[str]:
        """Return the labels of the buttons."""
        return [str(button["TEXT"]) for button in self.keyboard if "TEXT" in button]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A customer's chat of an open channel; whatever the bot says there reaches the customer."""

    chat: int
    customer: int
    deal: int
    operator: int

    def row(self) -> dict[str, Any]:
        """Return the chat as the bot sees it: what it belongs to stands in strings (reference 4.6)."""
        deal = f"DEAL|{self.deal}" if self.deal else "DEAL|0"
        return {
            "id": self.chat, "dialogId": f"chat{self.chat}", "type": "lines", "messageType": "L", "name": "Customer",
            "entityType": "LINES", "entityId": f"livechat|1|{self.chat}|{self.customer}",
            "entityData1": f"Y|DEAL|{self.deal}|N|N|321|0|0", "entityData2": f"LEAD|0|COMPANY|0|CONTACT|42|{deal}",
            "entityData3": "", "owner": self.operator, "avatar": "", "color": "#ab7761",
        }  # fmt: skip


@dataclass(kw_only=True)
class Bot:
    """A registered bot; `fields` as the application gave them."""

    id: int
    code: str
    fields: dict[str, Any]
    commands: dict[int, str] = field(default_factory=dict)


class Messenger:
    """What employees write and see. `first` keeps message numbers apart from those of earlier runs."""

    def __init__(self, office: Office, *, first: int) -> None:
        self._office = office
        self.bot: Bot | None = None
        self.messages: dict[int, Message] = {}
        self.groups: dict[int, set[int]] = {}
        """Members of each group chat."""
        self.lines: dict[int, Line] = {}
        """Open channels, by chat."""
        self.queue: list[Event] = []
        """Events that were not acknowledged yet."""
        self.acknowledged = 0
        self._numbers = {
            "message": itertools.count(first * 10), "file": itertools.count(first),
            "event": itertools.count(first + 1000),
        }  # fmt: skip

    # what people do

    def write(self, user: int, text: str, *, reply_to: int = 0, group: int = 0) -> Message:
        """Somebody writes to the bot, in the private dialog or in a group where the bot is mentioned."""
        made = self._add(group or self.chat_of(user), author=user, text=text, reply_to=reply_to)
        self._tell_message(made, user)
        return made

    def send_file(self, user: int, name: str, body: bytes, *, text: str = "", group: int = 0) -> Message:
        """Somebody sends or forwards a file to the bot."""
        made = self._add(group or self.chat_of(user), author=user, text=text)
        made.files.append(self.keep_file(name, body))
        self._tell_message(made, user)
        return made

    def press(self, user: int, message: Message, label: str) -> None:
        """Somebody presses a button whose label contains `label`; everybody in a chat may press."""
        place = next(place for place, one in enumerate(message.keyboard) if label in str(one.get("TEXT", "")))
        assert not message.is_locked, "the keyboard is locked until the bot changes the message"
        self.press_at(user, message, place)

    def press_at(self, user: int, message: Message, place: int) -> None:
        """Press the button at a place of the keyboard."""
        button = message.keyboard[place]
        message.is_locked = button.get("BLOCK") == "Y"
        self.command(user, message, str(button["COMMAND"]), str(button.get("COMMAND_PARAMS", "")))

    def command(self, user: int, message: Message, command: str, params: str) -> None:
        """Send what a press sends; the bot gets nothing for a command that it has not registered."""
        bot = self.bot
        known = {name: number for number, name in bot.commands.items()} if bot else {}
        if bot is None or command not in known:
            return
        told = {"id": known[command], "command": f"/{command}", "params": params, "context": "keyboard"}
        chat = self._chat_row(message.chat, user)
        chat.pop("dialogId")  # as has been seen (reference 4.3)
        self._tell("ONIMBOTV2COMMANDADD", user, command=told, message=self.row(message), chat=chat)

    def open_line(self, *, deal: int, operator: int) -> Line:
        """A customer writes to the company by an open channel that belongs to a deal; return the chat."""
        number = CHATS_BEGIN * 3 + len(self.lines)
        customer = CUSTOMERS_BEGIN + len(self.lines)
        self.lines[number] = Line(chat=number, customer=customer, deal=deal, operator=operator)
        return self.lines[number]

    def customer_sends(self, line: Line, name: str, body: bytes, *, text: str = "") -> Message:
        """The customer sends a file."""
        made = self._add(line.chat, author=line.customer, text=text)
        made.files.append(self.keep_file(name, body))
        self._tell_message(made, line.customer)
        return made

    def customer_writes(self, line: Line, text: str) -> Message:
        """The customer writes words."""
        made = self._add(line.chat, author=line.customer, text=text)
        self._tell_message(made, line.customer)
        return made

    def put_event(self, kind: str, data: object) -> None:
        """Put an event of any shape into the queue."""
        number = next(self._numbers["event"])
        self.queue.append({"eventId": number, "type": kind, "date": datetime.now(UTC).isoformat(), "data": data})

    def open_group(self, *users: int) -> int:
        """Open a group chat with the bot in it and return its number."""
        number = CHATS_BEGIN * 2 + len(self.groups)
        self.groups[number] = set(users)
        return number

    # what people see

    def chat_of(self, user: int) -> int:
        """Return the number of the private dialog of a user and the bot."""
        return CHATS_BEGIN + user

    def dialog(self, user: int) -> list[Message]:
        """Return a private dialog, oldest message first."""
        return self.chat(self.chat_of(user))

    def chat(self, number: int) -> list[Message]:
        """Return a chat, oldest message first."""
        return [message for message in self.messages.values() if message.chat == number]

    # what the bot's methods do

    def is_employed(self, user: int) -> bool:
        """Tell whether somebody can be written to."""
        return user in self._office.users and self._office.users[user].is_active

    def say(self, dialog: str, text: str) -> Message:
        """Add a message of the bot."""
        assert self.bot is not None
        return self._add(self.number_of(dialog), author=self.bot.id, text=text)

    def number_of(self, dialog: str) -> int:
        """Return the chat's number of a dialog id: `27` is a person, `chat142` a group."""
        return int(dialog.removeprefix("chat")) if dialog.startswith("chat") else self.chat_of(int(dialog))

    def keep_file(self, name: str, body: bytes) -> StoredFile:
        """Store a file of a chat; it lies on the Drive, under a number of its own kind."""
        return StoredFile(id=next(self._numbers["file"]), name=name, body=body)

    def file(self, number: int) -> StoredFile | None:
        """Return a file of any message."""
        return next((file for m in self.messages.values() for file in m.files if file.id == number), None)

    def row(self, message: Message) -> dict[str, Any]:
        """Return a message as the bot sees it; empty maps are lists, file numbers are strings."""
        params: dict[str, Any] = {}
        if message.files:
            params["FILE_ID"] = [str(file.id) for file in message.files]
        if message.reply_to:
            params["REPLY_ID"] = str(message.reply_to)
        return {
            "id": message.id, "chatId": message.chat, "authorId": message.author, "date": message.at.isoformat(),
            "text": message.text, "isSystem": False, "uuid": "", "forward": None, "params": params or [],
            "viewedByOthers": False,
        }  # fmt: skip

    def bot_row(self) -> dict[str, Any]:
        """Return the bot as the portal writes it."""
        assert self.bot is not None
        mode = self.bot.fields.get("eventMode", "webhook")
        return {
            "id": self.bot.id, "code": self.bot.code, "type": self.bot.fields.get("type", "bot"),
            "isHidden": bool(self.bot.fields.get("isHidden")),
            "isSupportOpenline": bool(self.bot.fields.get("isSupportOpenline")),
            "isReactionsEnabled": True, "backgroundId": None, "language": "en", "moduleId": "rest",
            "eventMode": mode, "countMessage": 0, "countCommand": len(self.bot.commands), "countChat": 0,
            "countUser": 0,
        }  # fmt: skip

    def _add(self, chat: int, *, author: int, text: str, reply_to: int = 0) -> Message:
        number = next(self._numbers["message"])
        made = Message(id=number, chat=chat, author=author, text=text, at=datetime.now(UTC), reply_to=reply_to)
        self.messages[number] = made
        return made

    def _tell_message(self, message: Message, user: int) -> None:
        chat = self._chat_row(message.chat, user)
        self._tell("ONIMBOTV2MESSAGEADD", user, message=self.row(message), chat=chat)

    def _tell(self, kind: str, user: int, **facts: Any) -> None:
        """Put an event into the queue; without a bot that fetches, nobody hears it."""
        if self.bot is None or self.bot.fields.get("eventMode") != "fetch":
            return
        who = _user_row(self._office.users[user]) if user in self._office.users else _customer_row(user)
        self.put_event(kind, {"bot": self.bot_row(), **facts, "user": who, "language": "en"})

    def _chat_row(self, number: int, user: int) -> dict[str, Any]:
        is_group = number in self.groups
        if (line := self.lines.get(number)) is not None:
            return line.row()
        return {
            "id": number, "dialogId": f"chat{number}" if is_group else str(user),
            "type": "chat" if is_group else "private", "messageType": "C" if is_group else "P", "name": "",
            "entityType": "", "owner": user, "avatar": "", "color": "#ab7761",
        }  # fmt: skip


def _customer_row(user: int) -> Mapping[str, Any]:
    return {
        "id": user, "active": True, "name": "Customer", "firstName": "Customer", "lastName": "", "workPosition": "",
        "extranet": True, "bot": False, "connector": True, "externalAuthId": "imconnector", "absent": False,
        "departments": [], "type": "extranet",
    }  # fmt: skip


def _user_row(user: User) -> Mapping[str, Any]:
    return {
        "id": user.id, "active": user.is_active, "name": f"{user.name} {user.last_name}", "firstName": user.name,
        "lastName": user.last_name, "workPosition": user.position, "extranet": False, "bot": False,
        "connector": False, "externalAuthId": "default", "absent": False, "departments": [1], "type": "employee",
    }  # fmt: skip
