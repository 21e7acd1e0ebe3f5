"""A small SMTP server on loopback that keeps what it is given and may refuse an address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class PostOffice:
    """Speaks just enough of RFC 5321 for one client at a time."""

    refused: str = ""
    letters: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        writer.write(b"220 loopback\r\n")
        while line := (await reader.readline()).decode():
            verb = line.split(" ")[0].strip().upper()
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                self.letters.append((await reader.readuntil(b"\r\n.\r\n"))[:-3])
            refuses = verb == "RCPT" and bool(self.refused) and self.refused in line
            writer.write(b"550 no such person\r\n" if refuses else b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            if verb == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def post_office(*, refused: str = "") -> AsyncIterator[PostOffice]:
    """Run a post office on a free port."""
    office = PostOffice(refused=refused)
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    async with server:
        yield office
