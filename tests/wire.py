"""A wire that is listened to: every byte that somebody sends to a server through it is kept."""

from __future__ import annotations

import asyncio
import contextlib
import urllib.parse
import zlib
from dataclasses import dataclass, field


@dataclass
class Wire:
    """Tapped in front of a server; what comes back is passed on and not kept."""

    said: bytearray = field(default_factory=bytearray)
    _server: asyncio.Server | None = None
    _lines: set[asyncio.Task[None]] = field(default_factory=set)

    async def tap(self, url: str, *, port: int = 0) -> str:
        """Listen in front of the server at `url`; return the address to use instead."""
        parts = urllib.parse.urlsplit(url)

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, back = await asyncio.open_connection(parts.hostname, parts.port)
            for source, sink, is_kept in ((reader, back, True), (there, writer, False)):
                line = asyncio.create_task(self._pass_on(source, sink, is_kept=is_kept))
                self._lines.add(line)
                line.add_done_callback(self._lines.discard)

        self._server = await asyncio.start_server(carry, "127.0.0.1", port)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Cut the wire."""
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def heard(self, *secrets: str | bytes) -> list[str]:
        """Return which of the secrets were said: as they are, as a form or as JSON writes them."""
        return [repr(secret) for secret in secrets if any(way in self.said for way in _written(secret))]

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_kept: bool) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                while chunk := await source.read(1 << 16):
                    if is_kept:
                        self.said += chunk
                    sink.write(chunk)
                    await sink.drain()
        finally:
            sink.close()


def _written(secret: str | bytes) -> list[bytes]:
    if isinstance(secret, bytes):
        return [secret, zlib.compress(secret)]
    ascii_json = secret.encode("ascii", "backslashreplace")
    return [secret.encode(), urllib.parse.quote(secret).encode(), urllib.parse.quote_plus(secret).encode(), ascii_json]
