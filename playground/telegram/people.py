"""Who and where: the people with their phones, the bot, and the chats they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from playground.telegram.refusal import Json

_EPOCH_S = 1_767_225_600  # the first of January 2026


def first_number(now: datetime) -> int:
    """Return a number to count from that a later start of the world does not repeat.

    A bot that outlives this world remembers ids of updates and messages, and would take repeated ones for old.
    """
    return max(int(now.timestamp()) - _EPOCH_S, 0) * 32 + 1


@dataclass(frozen=True)
class Person:
    """One Telegram account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"

    @property
    def name(self) -> str:
        """The name as chats show it."""
        return f"{self.first_name} {self.last_name}".strip()

    def user(self) -> Json:
        """Return the account as a `User`."""
        fields = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name} | {k: v for k, v in fields.items() if v}


@dataclass(frozen=True)
class BotAccount:
    """The bot as Telegram knows it; its id is the front part of its token."""

    token: str = field(repr=False)
    name: str
    username: str

    @property
    def id(self) -> int:
        """The numeric id of the account."""
        return int(self.token.partition(":")[0])

    def user(self) -> Json:
        """Return the account as a `User`, as it stands in messages."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def me(self) -> Json:
        """Return what getMe answers; privacy mode is on, as it is for every new bot."""
        return self.user() | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
        }


@dataclass
class Posted:
    """A message in a chat, with what the Bot API does not tell about it."""

    message: Json
    at: datetime
    interface: Json | None = None
    """The reply keyboard or forced reply that came with the message."""
    is_silent: bool = False
    reactions: list[Json] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The message id, unique in its chat."""
        return int(self.message["message_id"])

    def view(self) -> Json:
        """Return the message as the phones show it."""
        return self.message | {"interface": self.interface, "silent": self.is_silent, "reactions": self.reactions}


@dataclass
class Chat:
    """A private chat of one person with the bot, or a group."""

    id: int
    title: str = ""
    person: Person | None = None
    members: list[int] = field(default_factory=list)
    admins: set[int] = field(default_factory=set)
    posted: dict[int, Posted] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    menu_button: Json = field(default_factory=lambda: {"type": "default"})

    @property
    def is_private(self) -> bool:
        """Whether this is a chat of one person with the bot."""
        return self.person is not None

    def brief(self) -> Json:
        """Return the chat as a `Chat`."""
        if self.person is None:
            return {"id": self.id, "type": "supergroup", "title": self.title}
        user = self.person.user()
        return {"id": self.id, "type": "private"} | {
            key: user[key] for key in ("first_name", "last_name", "username") if key in user
        }
