"""Pages and letters around people, put together: how they join, and where an administrator approves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.clients import smtp_of
from bot.parts import Parts
from bot.platforms.email.invitations import JOIN_JOB, Invitations
from bot.platforms.web.approving import ApprovalPage
from bot.platforms.web.joining import JoinPages
from bot.platforms.web.rendering import Rendering
from bot.platforms.web.session import PageSessions
from bot.platforms.web.signing_page import Identify
from bot.platforms.web.visitors import Visitors
from signing.ports import Job

ChatLink = Callable[[str], Awaitable[str]]


def letters(parts: Parts, *, chat: str, chat_link: ChatLink) -> Mapping[str, Callable[[Job], Awaitable[None]]]:
    """Return the handlers of letters by which people join; none where there is no mail server."""
    settings, smtp = parts.settings, smtp_of(parts.settings)
    if smtp is None:
        return {}
    return Invitations(
        store=parts.store, membership=parts.membership, clock=parts.clock, smtp=smtp, company=settings.company_name,
        public_url=settings.public_url, language=settings.language, chat=chat, chat_link=chat_link,
    ).job_handlers()  # fmt: skip


def join_pages(parts: Parts, rendering: Rendering, *, chat_link: ChatLink) -> JoinPages:
    """Return the page `/join`; without a mail server it sends people to their administrator."""
    return JoinPages(
        store=parts.store, membership=parts.membership, rendering=rendering, chat_link=chat_link,
        visitors=Visitors(burst=5, per_minute=2), crowd=Visitors(burst=60, per_minute=30),
        letter_job=JOIN_JOB if smtp_of(parts.settings) else None,
    )  # fmt: skip


def approval_page(parts: Parts, rendering: Rendering, *, identify: Identify) -> ApprovalPage:
    """Return the Mini App page where a proposal is approved with a code."""
    sessions = PageSessions(store=parts.store, clock=parts.clock)
    return ApprovalPage(
        store=parts.store, proposals=parts.proposals, sessions=sessions, clock=parts.clock, rendering=rendering,
        identify=identify, timezone=parts.settings.company_timezone,
    )  # fmt: skip
