"""What the bot and the command line both build: links and letters to clients, mail, the register of proposals."""

from __future__ import annotations

from bot.platforms.email.delivery import Smtp
from bot.secret_file import read_secret
from bot.settings import Settings
from signing.activation.client import ActivationClient
from signing.changes import kinds
from signing.ports import Clock, Store
from signing.proposals import Proposals
from signing.sharing import SharePolicy, Sharing

HERE = ("127.0.0.1", "localhost", "::1")
"""A mail server on this very machine: what is said to it crosses no network, so it needs no TLS."""


def sharing_of(settings: Settings, *, store: Store, clock: Clock) -> Sharing:
    """Return links and letters as the settings want them; nothing is opened."""
    policy = SharePolicy(
        links=settings.public_url is not None and settings.share_days > 0,
        mails=bool(settings.smtp_host and settings.smtp_from),
        days=settings.share_days, downloads=settings.share_downloads,
    )  # fmt: skip
    return Sharing(store=store, clock=clock, policy=policy)


def smtp_of(settings: Settings) -> Smtp | None:
    """Return the mail server, None where there is none; raise `OSError` when the password cannot be read."""
    if not settings.smtp_host or not settings.smtp_from:
        return None
    password = read_secret(settings.smtp_password_file) if settings.smtp_password_file else None
    return Smtp(
        host=settings.smtp_host, port=settings.smtp_port, sender=settings.smtp_from, user=settings.smtp_user,
        password=password, starttls=settings.smtp_host not in HERE,
    )  # fmt: skip


def proposals_of(*, store: Store, activation: ActivationClient, clock: Clock) -> Proposals:
    """Return the one way to widen rights, with every kind of change that two administrators make."""
    register = kinds(store=store, activation=activation, ceremony=activation)
    return Proposals(store=store, activation=activation, clock=clock, kinds=register)
