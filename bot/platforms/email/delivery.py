"""Plain-text e-mail over SMTP with TLS; refused addresses are final, everything else may be repeated."""

from __future__ import annotations

import asyncio
import hashlib
import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from signing.errors import DeliveryFailed

TIMEOUT_S = 20
PERMANENT = 500
"""Replies from here on are a no for good (RFC 5321, 4.2.1); grey lists say 450 and mean “later”."""


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """A mail server. Without TLS only on loopback, for the tests."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    starttls: bool = True

    def __repr__(self) -> str:
        return f"Smtp({self.host}:{self.port})"


class EmailChannel:
    """Fills `signing.ports.SecondChannel`."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp

    async def tell(self, address: str, *, subject: str, text: str) -> None:
        """Send one message; raise `DeliveryFailed(reason="address")` when the server refuses the address.

        Raises `OSError` or `smtplib.SMTPException` for what a later attempt may mend. SMTP blocks, so it has a thread.
        """
        message = letter(self._smtp, address, subject=subject, text=text)
        await asyncio.to_thread(send, self._smtp, message)


def letter(smtp: Smtp, address: str, *, subject: str, text: str, matter: str = "") -> EmailMessage:
    """Return a plain letter; letters about the same `matter` have the same Message-ID, so a repeat is seen once."""
    message, domain = EmailMessage(), smtp.sender.rpartition("@")[2].strip(">") or "localhost"
    message["From"], message["To"], message["Subject"] = smtp.sender, address, subject
    message["Date"] = format_datetime(datetime.now(UTC))
    made = hashlib.sha256(matter.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{made}@{domain}>" if matter else make_msgid(domain=domain)
    message.set_content(text)
    return message


def send(smtp: Smtp, message: EmailMessage) -> None:
    """Hand a letter to the mail server; blocks.

    Raises `DeliveryFailed` for what the server refuses for good (`reason`: address, mail_refused).
    """
    try:
        with smtplib.SMTP(smtp.host, smtp.port, timeout=TIMEOUT_S) as server:
            if smtp.starttls:
                server.starttls(context=ssl.create_default_context())
            if smtp.user and smtp.password:
                server.login(smtp.user, smtp.password)
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        if any(code >= PERMANENT for code, _ in refusal.recipients.values()):
            raise DeliveryFailed(reason="address") from refusal
        raise
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refusal:
        if refusal.smtp_code >= PERMANENT:
            raise DeliveryFailed(reason="mail_refused") from refusal
        raise
