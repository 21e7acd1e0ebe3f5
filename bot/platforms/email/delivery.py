"""Plain-text e-mail over SMTP with TLS; refused addresses are final, everything else may be repeated."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid

from signing.errors import DeliveryFailed

TIMEOUT_S = 20


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
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._smtp.sender, address, subject
        message["Message-ID"] = make_msgid(domain=self._smtp.sender.rpartition("@")[2] or "localhost")
        message.set_content(text)
        await asyncio.to_thread(self._send, message)

    def _send(self, message: EmailMessage) -> None:
        try:
            with smtplib.SMTP(self._smtp.host, self._smtp.port, timeout=TIMEOUT_S) as server:
                if self._smtp.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self._smtp.user and self._smtp.password:
                    server.login(self._smtp.user, self._smtp.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            raise DeliveryFailed(reason="address") from refusal
