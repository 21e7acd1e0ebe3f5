"""What a Telegram remembers between two starts: chats, files, who pressed Start; a folder with JSON and bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from aiohttp import web

from playground.telegram.changes import EVERYBODY
from playground.telegram.files import KeptFile
from playground.telegram.people import Chat, Posted
from playground.telegram.refusal import Json
from playground.telegram.world import World

SETTLE_S = 1.0


class Memory:
    """The state of one world in a folder. Updates that the bot has not fetched yet are not kept."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._state = folder / "world.json"
        self._contents = folder / "files"

    async def run(self, _app: web.Application) -> AsyncIterator[None]:
        """Recall at the start of the application; save soon after every change, and at the end."""
        self.recall()
        saving = asyncio.get_running_loop().create_task(self._save_after_changes())
        yield
        saving.cancel()
        self.save()

    def save(self) -> None:
        """Write the state; a half-written one never replaces a whole one."""
        self._contents.mkdir(parents=True, exist_ok=True)
        for kept in self._world.files.all():
            path = self._contents / kept.file_id
            if not path.exists():
                path.write_bytes(kept.content)
        draft = self._state.with_suffix(".draft")
        draft.write_text(json.dumps(self._dumped()))
        draft.replace(self._state)

    def recall(self) -> None:
        """Bring the world to the saved state, if there is one. People who are not in the cast any more are left out."""
        if not self._state.exists():
            return
        state = json.loads(self._state.read_text())
        world = self._world
        world.started |= set(state["started"]) & world.people.keys()
        world.blocked |= set(state["blocked"]) & world.people.keys()
        world.commands |= state["commands"]
        for brief in state["files"]:
            world.files.recall(KeptFile(**brief, content=(self._contents / brief["file_id"]).read_bytes()))
        for sizes in state["photos"]:
            world.files.recall_photo(sizes)
        for saved in state["chats"]:
            self._recall_chat(saved)
        world.go_on_counting()

    def _recall_chat(self, saved: Json) -> None:
        is_group = saved["id"] < 0
        chat = self._world.chats.setdefault(saved["id"], Chat(saved["id"])) if is_group else None
        chat = chat or self._world.chats.get(saved["id"])
        if chat is None:
            return
        chat.title, chat.pinned, chat.menu_button = saved["title"], saved["pinned"], saved["menu_button"]
        if is_group:
            chat.members, chat.admins = saved["members"], set(saved["admins"])
        for posted in saved["posted"]:
            message = Posted(**posted | {"at": datetime.fromisoformat(posted["at"])})
            chat.posted[message.id] = message

    def _dumped(self) -> Json:
        world = self._world
        return {
            "started": sorted(world.started),
            "blocked": sorted(world.blocked),
            "commands": world.commands,
            "files": [kept.names() for kept in world.files.all()],
            "photos": world.files.photos(),
            "chats": [_dumped_chat(chat) for chat in world.chats.values()],
        }

    async def _save_after_changes(self) -> None:
        while True:
            await self._world.changes.wait(self._world.changes.last, EVERYBODY)
            await asyncio.sleep(SETTLE_S)
            self.save()


def _dumped_chat(chat: Chat) -> Json:
    posted = [asdict(message) | {"at": message.at.isoformat()} for message in chat.posted.values()]
    kept = {name: getattr(chat, name) for name in ("id", "title", "members", "pinned", "menu_button")}
    return kept | {"admins": sorted(chat.admins), "posted": posted}
