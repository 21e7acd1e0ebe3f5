"""A newcomer at the playground: starts it as `./dev run` does, and plays the first signature in a browser."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import FrameLocator, Locator, Page, Response, async_playwright, expect

from tests.chromium import launch

STOP_S = 60
SLOW_MS = 30_000
Shoot = Callable[[str], Awaitable[None]]


async def unseen(_name: str) -> None:
    """Take no picture."""


@dataclass(frozen=True)
class Playground:
    """A running playground. `answered_s`: from its start to the first answer of its page, in seconds."""

    url: str
    log: Path
    answered_s: float


@contextmanager
def playground(folder: Path) -> Iterator[Playground]:
    """Start `python -m playground` in `folder`, on free ports; end it at the end."""
    port = _free_ports()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
    environment |= {"PLAYGROUND_PORT": str(port), "PLAYGROUND_FOLDER": str(folder)}
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "playground.log"
    started = time.monotonic()
    with log.open("ab") as file:
        process = subprocess.Popen([sys.executable, "-m", "playground"], env=environment, stdout=file, stderr=file)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(url, process, log)
        yield Playground(url=url, log=log, answered_s=time.monotonic() - started)
    finally:
        process.terminate()
        process.wait(STOP_S)


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"the playground ended: {log.read_text()[-3000:]}")


def _free_ports() -> int:
    """Return the first of five free ports in a row: the page, the bot behind it, the PKI, the portal and its server."""
    for port in range(18090, 28090, 5):
        try:
            for one in range(port, port + 5):
                socket.create_server(("127.0.0.1", one)).close()
        except OSError:
            continue
        return port
    raise RuntimeError("no five free ports in a row")


@dataclass
class Table:
    """The page with the phones in a browser; `complaints` are the errors of its console and of its requests."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def phone(self, role: str) -> Locator:
        """Return the phone of the Employee, the Manager or the Administrator."""
        return self.page.locator(".seat-column").filter(has=self.page.locator(".seat-name b", has_text=role))

    def listen(self) -> None:
        """Note every error from now on."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("response", self._hear)

    def _hear(self, answer: Response) -> None:
        if answer.status >= 400:
            self.complaints.append(f"{answer.status} {answer.url}")


@asynccontextmanager
async def table(url: str, *, width: int = 1280, height: int = 800, scheme: Any = "light") -> AsyncIterator[Table]:
    """Open the page in Chromium; `scheme` is light or dark."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        seen = Table(await context.new_page())
        seen.listen()
        await seen.page.goto(url)
        yield seen
        await browser.close()


async def ready(seen: Table) -> None:
    """Wait until the start is over."""
    await expect(seen.page.locator("#starting")).to_be_hidden(timeout=180_000)


async def drop(phone: Locator, *, content: bytes, name: str) -> None:
    """Drop a file on a phone and say Send."""
    script = """(screen, [name, content]) => {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name, { type: "application/pdf" }));
      screen.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }"""
    await phone.locator(".screen").evaluate(script, [name, base64.b64encode(content).decode()])


async def ask_for_signature(
    seen: Table, *, content: bytes, name: str, comment: str = "", shoot: Shoot = unseen
) -> None:
    """As the Employee: drop the PDF, comment it, choose the Manager."""
    anna = seen.phone("Employee")
    await drop(anna, content=content, name=name)
    await anna.get_by_label("Comment").fill(comment)
    await shoot("dropped")
    await anna.get_by_role("button", name="Send", exact=True).last.click()
    await choose_manager(seen, shoot=shoot)


async def choose_manager(seen: Table, *, shoot: Shoot = unseen) -> None:
    """As the Employee: choose who shall sign."""
    choice = seen.phone("Employee").locator(".key", has_text="Ivan")
    await expect(choice.last).to_be_visible(timeout=SLOW_MS)
    await shoot("who-shall-sign")
    await choice.last.click()


async def open_code_page(seen: Table, *, shoot: Shoot = unseen) -> FrameLocator:
    """As the Manager: read the card, tap Sign, open the secure page."""
    ivan = seen.phone("Manager")
    sign = ivan.locator(".key", has_text="Sign").last
    await expect(sign).to_be_visible(timeout=SLOW_MS)
    await shoot("card")
    await sign.click()
    enter = ivan.locator(".key[data-kind=web_app]").last
    await expect(enter).to_be_visible(timeout=SLOW_MS)
    await shoot("second-step")
    await enter.click()
    page = ivan.frame_locator(".sheet iframe")
    await expect(page.locator("#entry")).to_be_visible(timeout=SLOW_MS)
    await expect(page.locator(".document img").first).to_have_js_property("complete", value=True, timeout=SLOW_MS)
    await shoot("code-page")
    return page


async def fresh_code(seen: Table) -> str:
    """Read the Manager's authenticator, waiting until it shows a code that is not spent."""
    panel = seen.page.get_by_label("Authenticator of Ivan")
    code = panel.locator(".code:not(.is-spent)")
    await expect(code).to_be_visible(timeout=35_000)
    return (await code.inner_text()).replace(" ", "")


async def type_code(page: FrameLocator, code: str) -> None:
    """Tap the code on the page's keys."""
    for digit in code:
        await page.locator(f"[data-key='{digit}']").click()


async def signed_file(seen: Table, *, name: str, shoot: Shoot = unseen) -> bytes:
    """As the Employee: wait for the signed file of this name and save it."""
    anna = seen.phone("Employee")
    file = anna.locator(".message:not(.is-own) a.document", has_text=name).last
    await expect(file).to_be_visible(timeout=SLOW_MS)
    await expect(seen.phone("Manager").locator(".sheet")).to_have_count(0, timeout=SLOW_MS)
    await shoot("signed")
    async with seen.page.expect_download() as saving:
        await file.click()
    path = await (await saving.value).path()
    return await asyncio.to_thread(path.read_bytes)


async def own_page(seen: Table, role: str) -> Page:
    """Send /page on a phone, and open what the bot answers in a tab of its own, as a desktop does."""
    phone = seen.phone(role)
    await phone.get_by_label("Message", exact=True).fill("/page")
    await phone.get_by_label("Message", exact=True).press("Enter")
    link = phone.locator(".key", has_text="Open my page").last
    await expect(link).to_be_visible(timeout=SLOW_MS)
    async with seen.page.context.expect_page() as opening:
        await link.click()
    page = await opening.value
    await page.get_by_role("button", name="Open as").click()
    await expect(page.locator("#mine")).to_be_visible(timeout=SLOW_MS)
    return page


def album(seen: Table, folder: Path, *, prefix: str = "") -> Shoot:
    """Return what photographs the page into `folder`, numbered."""
    count = itertools.count(1)

    async def shoot(name: str) -> None:
        await seen.page.wait_for_timeout(350)  # transitions come to rest
        await seen.page.screenshot(path=folder / f"{prefix}{next(count):02d}-{name}.png")

    return shoot
