"""Installing an application that has pages of its own: the portal opens our install address in a frame.

Only an application with a user interface has an item in the portal's left menu. Its installation is no event of the
portal: the administrator's browser posts a form like that of every page of ours (reference 1.1, 1.5), and the page
that answers must call `BX24.installFinish()`, else no event and no widget works (`static/installed.js`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.platforms.bitrix24.application import INSTALLED

LIBRARY = "https://api.bitrix24.com"


def is_frame(form: Mapping[str, Any]) -> bool:
    """Tell whether a browser posts the form of a page and not the portal an event."""
    return "event" not in form and "AUTH_ID" in form


def as_event(form: Mapping[str, Any], *, domain: str) -> Mapping[str, Any]:
    """Return the form as the event of an installation, to be proved by the same steps."""
    auth = {
        "domain": domain, "member_id": form.get("member_id"), "access_token": form.get("AUTH_ID"),
        "refresh_token": form.get("REFRESH_ID"), "expires_in": form.get("AUTH_EXPIRES"),
        "application_token": form.get("APPLICATION_TOKEN"),
    }  # fmt: skip
    return {"event": INSTALLED, "auth": {name: value for name, value in auth.items() if value is not None}}


def finished(portal_url: str) -> web.Response:
    """Return the page that tells the portal that the installation is over; the portal then opens our own page."""
    policy = f"default-src 'none'; script-src 'self' {LIBRARY}; connect-src {portal_url}; frame-ancestors {portal_url}"
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Countersign</title>'
        "<p>Countersign is installed.</p>"
        f'<script src="{LIBRARY}/api/v1/"></script><script src="/static/installed.js"></script></html>'
    )
    return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})
