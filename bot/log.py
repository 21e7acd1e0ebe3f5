"""What the log says: one line an event, and no secret ever, whoever wrote the line."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

HIDDEN = "•••"
_KINDS = r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|jpe?g|png|heic|tiff?|p7[ms]|xml)"
_PATTERNS = (
    # A Bot API token stands in URLs, and aiohttp's exceptions quote URLs.
    re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}"),
    re.compile(r"otpauth://\S+"),
    re.compile(r"(?<=/enrol/)[A-Za-z0-9_-]{16,}"),
    re.compile(r"(?<=/locked/)[A-Za-z0-9_-]{16,}"),
    # Event tokens of business processes: whoever has one answers in the process's name.
    re.compile(r"\|A\d+(?:_\d+)+\|[^\s&\"'|]+"),
    re.compile(r"(?<=start=)[A-Za-z0-9_-]{16,}"),
    # Links for clients; and what a browser or a portal proves itself with.
    re.compile(r"(?<=/s/)[A-Za-z0-9_-]{16,}"),
    re.compile(r"(?i)(?<![a-z])(?:auth|access_token|refresh_token|client_secret|secret|hash|ticket)=[^\s&\"']{8,}"),
    re.compile(r"(?i)\b(?:basic|bearer)\s+[A-Za-z0-9+/=._-]{8,}"),
    # A password in an address, such as a proxy's.
    re.compile(r"(?<=://)[^\s/@]+:[^\s/@]+(?=@)"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL),
    # Recovery codes, as people copy them.
    re.compile(r"(?<![\w-])[a-hjkmnp-z2-9]{4}(?:-[a-hjkmnp-z2-9]{4}){2}(?![\w-])"),
    # What a document is called is nobody's business here: in quotes with its spaces, else the word.
    re.compile(rf"(?i)(?<=[\"'“«])[^\"'”»\n]{{1,200}}{_KINDS}(?=[\"'”»])"),
    re.compile(rf"(?i)[^\s\"'“”«»/\\=]+{_KINDS}\b"),
)
_NAME = re.compile(rf"(?is).*{_KINDS}")
"""A value that is nothing but a name."""


class Scrubber:
    """Replaces known secrets and everything that looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 6), key=len, reverse=True)

    def clean(self, text: str) -> str:
        """Return `text` without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern in _PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Clean every value of a structlog event."""
        for name, value in event.items():
            if not isinstance(value, bool | int | float | type(None)):
                is_name = name not in ("event", "exception") and _NAME.fullmatch(str(value))
                event[name] = HIDDEN if is_name else self.clean(str(value))
        return event


def configure(*, level: str, secrets: Iterable[str] = (), json: bool = False) -> None:
    """Send every log line, ours and the libraries', through one scrubber to standard error."""
    scrub = Scrubber(secrets)
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    before: list[Any] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # A traceback is text before it is scrubbed: exceptions quote addresses with tokens in them.
                structlog.processors.format_exc_info,
                scrub,
                render,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [output]
    root.setLevel(level.upper())
    # Access lines hold one-time links; aiogram's event lines hold nothing we need.
    for noisy in ("aiohttp.access", "aiogram.event", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
