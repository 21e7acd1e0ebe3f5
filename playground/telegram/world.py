"""The state of the loopback Telegram: chats and their messages, files, callback queries, and who may write to whom."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from playground.telegram.changes import Changes
from playground.telegram.files import Files
from playground.telegram.people import BotAccount, Chat, Person, Posted, first_number
from playground.telegram.refusal import Json, bad_request, forbidden

Clock = Callable[[], datetime]

# How long answerCallbackQuery is accepted; Telegram's own limit is undocumented and of this order.
QUERY_LIFETIME = timedelta(seconds=15)


@dataclass(frozen=True)
class Query:
    """A pressed button that waits for answerCallbackQuery."""

    id: str
    person_id: int
    at: datetime
    answer: asyncio.Future[Json]


class World:
    """Everything that both sides, the bot and the people, look at and change."""

    def __init__(self, *, bot: BotAccount, people: Iterable[Person], clock: Clock) -> None:
        self.bot = bot
        self.people = {person.id: person for person in people}
        self.clock = clock
        self.files = Files()
        self.changes = Changes()
        self.chats = {person.id: Chat(person.id, person=person, members=[person.id]) for person in self.people.values()}
        self.started: set[int] = set()
        self.blocked: set[int] = set()
        self.commands: dict[str, list[Json]] = {}
        self.publish: Callable[[str, Json], None] = lambda _kind, _event: None
        """Queues an update for the bot about what it did itself; the server sets it."""
        self.default_menu_button: Json = {"type": "default"}
        self._queries: dict[str, Query] = {}
        self._private_ids = itertools.count(first_number(clock()))
        self._group_ids: dict[int, itertools.count[int]] = {}

    def found(self, chat_id: int | str) -> Chat:
        """Return the chat, whoever asks. Raises `Refused`."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def open_to_bot(self, chat_id: int | str) -> Chat:
        """Return the chat if the bot may write into it. Raises `Refused` as Telegram does."""
        chat = self.found(chat_id)
        if chat.id in self.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.is_private and chat.id not in self.started:
            raise forbidden("bot can't initiate conversation with a user")
        if not chat.is_private and self.bot.id not in chat.members:
            raise forbidden("bot is not a member of the supergroup chat")
        return chat

    def make_group(self, title: str, members: list[int]) -> Chat:
        """Open a group of people with the bot in it; the first member owns it."""
        chat = Chat(-1_000_000_000_000 - secrets.randbelow(2_000_000_000) - 1, title=title)
        chat.members = [*members, self.bot.id]
        chat.admins = set(members[:1])
        self.chats[chat.id] = chat
        return chat

    def post(
        self, chat: Chat, sender: Json, content: Json, *, interface: Json | None = None, silent: bool = False
    ) -> Posted:
        """Put a new message of `sender` into the chat and tell the phones."""
        now = self.clock()
        head = {"message_id": self._next_id(chat), "date": int(now.timestamp()), "chat": chat.brief(), "from": sender}
        posted = Posted(message=head | content, at=now, interface=interface, is_silent=silent)
        chat.posted[posted.id] = posted
        self.changes.tell(chat.members, {"kind": "message", "chat_id": chat.id, "message": posted.view()})
        return posted

    def replace(self, chat: Chat, posted: Posted, message: Json) -> Json:
        """Change a message of the bot in place; returns it with its edit date."""
        posted.message = message | {"edit_date": int(self.clock().timestamp())}
        self.changes.tell(chat.members, {"kind": "edited", "chat_id": chat.id, "message": posted.view()})
        return posted.message

    def remove(self, chat: Chat, message_id: int) -> None:
        """Take a message out of the chat for everybody; nothing of it is kept."""
        del chat.posted[message_id]
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
            self.changes.tell(chat.members, {"kind": "pinned", "chat_id": chat.id, "pinned": chat.pinned})
        self.changes.tell(chat.members, {"kind": "deleted", "chat_id": chat.id, "message_id": message_id})

    def message_of(self, chat: Chat, message_id: int, *, otherwise: str) -> Posted:
        """Return the message, or refuse with the text `otherwise`."""
        if message_id not in chat.posted:
            raise bad_request(otherwise)
        return chat.posted[message_id]

    def ask(self, person_id: int) -> Query:
        """Open a callback query of this person."""
        query = Query(
            id=str(secrets.randbits(62)),
            person_id=person_id,
            at=self.clock(),
            answer=asyncio.get_running_loop().create_future(),
        )
        self._queries[query.id] = query
        return query

    def answer(self, query_id: str, answer: Json) -> None:
        """Answer a callback query, once and in time. Raises `Refused`."""
        query = self._queries.pop(query_id, None)
        if query is None or self.clock() - query.at > QUERY_LIFETIME:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if not query.answer.done():
            query.answer.set_result(answer)
        self.changes.tell([query.person_id], {"kind": "answer", "query_id": query.id} | answer)

    def go_on_counting(self) -> None:
        """Number new messages after those that are there."""
        private = [max(chat.posted, default=0) for chat in self.chats.values() if chat.is_private]
        self._private_ids = itertools.count(max([*private, first_number(self.clock())]) + 1)
        groups = [chat for chat in self.chats.values() if not chat.is_private]
        self._group_ids = {chat.id: itertools.count(max(chat.posted, default=0) + 1) for chat in groups}

    def _next_id(self, chat: Chat) -> int:
        # One count for all private chats of a bot, one for each supergroup: so it is at Telegram.
        ids = self._private_ids if chat.is_private else self._group_ids.setdefault(chat.id, itertools.count(1))
        return next(ids)
