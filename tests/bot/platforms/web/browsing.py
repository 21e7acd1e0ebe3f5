"""A browser for tests of pages, started once a module; what it complains about, and what axe finds on a page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT as ENGINE
from playwright.async_api import Browser, Frame, Page, ViewportSize, async_playwright

from tests.chromium import launch

NARROW = ViewportSize(width=360, height=740)
WIDE = ViewportSize(width=1280, height=860)
SERIOUS = frozenset({"serious", "critical"})
STILL = "*, *::before, *::after { animation: none !important; transition: none !important; }"
"""A button half way through its fade has no colour of its own to be judged."""
DRESS = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


@dataclass
class Eyes:
    """One window of the browser: what it shows, and every complaint that it made."""

    page: Page
    folder: Path
    complaints: list[str] = field(default_factory=list)

    async def picture(self, name: str) -> None:
        """Keep a screenshot to be looked at."""
        await self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)

    async def faults(self, name: str, *, within: str = "html") -> list[str]:
        """Return what is wrong with the page as it stands: what axe finds serious, and what runs out of the window."""
        found = await serious(self.page, within=within)
        if not await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append("scrolls sideways")
        return [f"{name}: {one}" for one in found]


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with async_playwright() as playwright:
        started = await launch(playwright)
        yield started
        await started.close()


@asynccontextmanager
async def eyes(
    chromium: Browser, folder: Path, *, size: ViewportSize = WIDE, scheme: str = "light", **more: Any
) -> AsyncIterator[Eyes]:
    """Open a window of its own, with its own cookies."""
    context = await chromium.new_context(
        viewport=size, color_scheme="dark" if scheme == "dark" else "light", locale="en-GB", **more
    )
    opened = Eyes(await context.new_page(), folder)
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on("console", lambda line: opened.complaints.append(line.text) if line.type == "error" else None)
    yield opened
    await context.close()


async def serious(page: Page | Frame, *, within: str = "html") -> list[str]:
    """Return what axe calls serious or critical inside an element, each with the elements it means."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(ENGINE)
        await page.evaluate(DRESS, STILL)
    found = (await page.evaluate("within => axe.run(within, {resultTypes: ['violations']})", within))["violations"]
    return [f"{one['id']}: {_where(one)}" for one in found if one["impact"] in SERIOUS]


def _where(fault: dict[str, Any]) -> str:
    return "; ".join(f"{node['html'][:160]} {node['failureSummary'][:200]}" for node in fault["nodes"][:4])
