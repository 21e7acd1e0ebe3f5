"""Makes docs/playground.png; with a folder as argument also a picture of every step there, light and dark.

`python -m tests.journeys.picture [FOLDER]`
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from tests.journeys import newcomer

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "playground.png"
SAMPLE = ROOT / "playground" / "page" / "samples" / "Contract 17-44.pdf"
WIDTH_PX, HEIGHT_PX = 1560, 880
COMMENT = "The client waits for it, please before Friday."


async def main() -> None:
    """Play one signature for the picture, and one more for the dark album."""
    album = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as folder, newcomer.playground(Path(folder)) as place:
        _say(f"the page answered after {place.answered_s:.2f} s")
        await play(place.url, scheme="light", album=album)
        if album is not None:
            await play(place.url, scheme="dark", album=album)


async def play(url: str, *, scheme: str, album: Path | None) -> None:
    """Sign the sample contract; the README's picture is taken while the code is being typed, in the light."""
    async with newcomer.table(url, width=WIDTH_PX, height=800 if album else HEIGHT_PX, scheme=scheme) as seen:
        shoot = newcomer.album(seen, album, prefix=f"{scheme}-") if album else newcomer.unseen
        await shoot("starting")
        await newcomer.ready(seen)
        begun = time.monotonic()
        await newcomer.ask_for_signature(
            seen, content=SAMPLE.read_bytes(), name=SAMPLE.name, comment=COMMENT, shoot=shoot
        )
        page = await newcomer.open_code_page(seen, shoot=shoot)
        code = await newcomer.fresh_code(seen)
        await newcomer.type_code(page, code[:4])
        if scheme == "light":
            await seen.page.locator(".toast").wait_for(state="detached")
            keep(await seen.page.screenshot())
        await newcomer.type_code(page, code[4:])
        await newcomer.signed_file(seen, name=f"{SAMPLE.stem} signed.pdf", shoot=shoot)
        _say(
            f"{scheme}: signed {time.monotonic() - begun:.1f} s after the drop; complaints: {seen.complaints or 'none'}"
        )


def keep(screenshot: bytes) -> None:
    """Save the README's picture with six bits a colour: no eye sees it, and the file is a third smaller."""
    image = Image.open(io.BytesIO(screenshot)).convert("RGB")
    image.point(lambda level: min(255, (level + 2) // 4 * 4)).save(PICTURE, optimize=True)


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


if __name__ == "__main__":
    asyncio.run(main())
