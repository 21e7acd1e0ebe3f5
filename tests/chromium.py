"""The browser that tests look through."""

from __future__ import annotations

import shutil

from playwright.async_api import Browser, Playwright

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
"""Root has no sandbox; drawing is left to the processor at once; nothing but our pages is asked for."""


async def launch(playwright: Playwright) -> Browser:
    """Start the Chromium of the system, else the one that Playwright has brought."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    return await playwright.chromium.launch(executable_path=path, args=QUIET)
