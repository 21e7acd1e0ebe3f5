"""What people do with their phones: write, send files, forward, press buttons, open Mini Apps, block the bot."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from playground.telegram.call import marked_up
from playground.telegram.files import Upload
from playground.telegram.people import Chat, Person, Posted
from playground.telegram.refusal import Json, Refused, bad_request, forbidden
from playground.telegram.sending import forwarded, without_reply
from playground.telegram.updates import Updates
from playground.telegram.web_app import init_data
from playground.telegram.world import Query, World


class Phones:
    """The people's side of the world; everything they do becomes an update for the bot."""

    def __init__(self, *, world: World, updates: Updates) -> None:
        self._world = world
        self._updates = updates
        self._web_app_key = Ed25519PrivateKey.generate()

    @property
    def web_app_public_key(self) -> bytes:
        """The key that checks `signature` of initData, where Telegram's own stands in production."""
        return self._web_app_key.public_key().public_bytes_raw()

    def person(self, person_id: int) -> Person:
        """Return the person. Raises `Refused`."""
        if person_id not in self._world.people:
            raise Refused(404, "nobody has this id")
        return self._world.people[person_id]

    def send_text(self, person_id: int, chat_id: int, text: str, *, reply_to: int = 0) -> Posted:
        """Write a message; `/start payload` is what a deep link sends."""
        content = marked_up({"text": text}, "text", "entities")
        if not content:
            raise bad_request("message text is empty")
        return self._send(person_id, chat_id, content | self._reply(chat_id, reply_to))

    def send_files(
        self,
        person_id: int,
        chat_id: int,
        files: list[Upload],
        *,
        as_photo: bool,
        caption: str = "",
        reply_to: int = 0,
        forwarded_from: str = "",
    ) -> list[Posted]:
        """Send files as documents or photos; several make an album. The caption goes with the first.

        `forwarded_from` names a hidden account from which the files came.
        """
        group = {"media_group_id": str(secrets.randbits(56))} if len(files) > 1 else {}
        head = group | self._reply(chat_id, reply_to) | self._hidden_origin(forwarded_from)
        contents = [head | self._file(upload, as_photo=as_photo) for upload in files]
        contents[0] |= marked_up({"caption": caption}, "caption", "caption_entities")
        return [self._send(person_id, chat_id, content) for content in contents]

    def forward(self, person_id: int, source_id: int, message_id: int, target_id: int) -> Posted:
        """Forward a message the person sees into a chat. Protected content cannot be."""
        source = self.joined(person_id, source_id)
        message = self._world.message_of(source, message_id, otherwise="message to forward not found").message
        if message.get("has_protected_content"):
            raise bad_request("message has protected content and can't be forwarded")
        return self._send(person_id, target_id, forwarded(message))

    def press(self, person_id: int, chat_id: int, message_id: int, data: str) -> Query:
        """Press a button of a bot's message.

        Neither membership nor the existence of such a button is checked: a modified client can send anything.
        """
        person, chat = self.person(person_id), self._world.found(chat_id)
        posted = chat.posted.get(message_id)
        gone: Json = {"message_id": message_id, "date": 0, "chat": chat.brief()}
        query = self._world.ask(person_id)
        event = {"id": query.id, "from": person.user(), "chat_instance": str(chat_id * 7919), "data": data}
        self._updates.publish("callback_query", event | {"message": posted.message if posted else gone})
        return query

    def init_data(self, person_id: int, *, start_param: str = "") -> str:
        """Return signed initData for a Mini App that the person opens now."""
        return init_data(
            bot=self._world.bot,
            person=self.person(person_id),
            now=self._world.clock(),
            query_id="AAH" + secrets.token_urlsafe(16),
            key=self._web_app_key,
            start_param=start_param,
        )

    def block(self, person_id: int, *, blocked: bool) -> None:
        """Block the bot, or let it in again."""
        chat = self.joined(person_id, person_id)
        if blocked == (person_id in self._world.blocked):
            return
        (self._world.blocked.add if blocked else self._world.blocked.discard)(person_id)
        self._tell_membership(self.person(person_id), chat, was="member" if blocked else "kicked")
        self._world.changes.tell([person_id], {"kind": "blocked", "chat_id": chat.id, "blocked": blocked})

    def make_group(self, owner_id: int, title: str, members: list[int]) -> Chat:
        """Open a group with the bot in it."""
        owner = self.person(owner_id)
        ids = [owner_id, *[self.person(member).id for member in members if member != owner_id]]
        chat = self._world.make_group(title, ids)
        self._tell_membership(owner, chat, was="left")
        bot = self._world.bot.user()
        posted = self._world.post(chat, owner.user(), {"new_chat_members": [bot], "new_chat_member": bot})
        self._updates.publish("message", posted.message)
        return chat

    def joined(self, person_id: int, chat_id: int) -> Chat:
        """Return a chat that the person is in. Raises `Refused`."""
        chat = self._world.found(chat_id)
        if person_id not in chat.members:
            raise forbidden("this person is not in the chat")
        return chat

    def _send(self, person_id: int, chat_id: int, content: Json) -> Posted:
        person, chat = self.person(person_id), self.joined(person_id, chat_id)
        if chat.id in self._world.blocked:
            raise forbidden("unblock the bot first")
        if chat.is_private:
            self._world.started.add(person_id)
        posted = self._world.post(chat, person.user(), content)
        if chat.is_private or self._is_meant_for_bot(content):
            self._updates.publish("message", posted.message)
        return posted

    def _is_meant_for_bot(self, content: Json) -> bool:
        # Privacy mode: in groups a bot sees commands, mentions of itself and answers to its own messages.
        text: str = content.get("text", "") or content.get("caption", "")
        answered = content.get("reply_to_message", {}).get("from", {}).get("id")
        return text.startswith("/") or f"@{self._world.bot.username}" in text or answered == self._world.bot.id

    def _tell_membership(self, by: Person, chat: Chat, *, was: str) -> None:
        bot = self._world.bot.user()
        member = {"status": "member", "user": bot}
        outside = {"status": was, "user": bot} | ({"until_date": 0} if was == "kicked" else {})
        change = {"old_chat_member": outside, "new_chat_member": member}
        if was == "member":
            change = {"old_chat_member": member, "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0}}
        head = {"chat": chat.brief(), "from": by.user(), "date": int(self._world.clock().timestamp())}
        self._updates.publish("my_chat_member", head | change)

    def _file(self, upload: Upload, *, as_photo: bool) -> Json:
        if as_photo:
            return {"photo": [size.photo_size() for size in self._world.files.keep_photo(upload)]}
        return {"document": self._world.files.keep_document(upload).document()}

    def _reply(self, chat_id: int, reply_to: int) -> Json:
        posted = self._world.found(chat_id).posted.get(reply_to)
        return {"reply_to_message": without_reply(posted.message)} if posted else {}

    def _hidden_origin(self, name: str) -> Json:
        if not name:
            return {}
        at = int(self._world.clock().timestamp())
        return {"forward_origin": {"type": "hidden_user", "sender_user_name": name, "date": at}}
