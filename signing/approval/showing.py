"""What of a document may pass the chat of the approval: the file, pictures of its pages, or a link to our page only."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from signing.approval.policy import ApprovalPolicy
from signing.request import SigningRequest


class Shows(StrEnum):
    """From open to closed."""

    FILE = "file"
    """Pages, the file and the signed file."""
    PAGES = "pages"
    """Pictures of pages; no file, and the signed one neither."""
    LINK = "link"
    """Nothing of the document, not even its name or what was written about it."""


_ORDER = tuple(Shows)


def of_request(_request: SigningRequest, policy: ApprovalPolicy) -> Shows:
    """Return what the chat may show of a request."""
    return Shows(policy.telegram_shows)


def of_arrival(policy: ApprovalPolicy) -> Shows:
    """Return what the chat may carry of a file that nothing is known about yet."""
    return Shows(policy.telegram_shows)


def of_all(requests: Iterable[SigningRequest], policy: ApprovalPolicy) -> Shows:
    """Return what may be shown of several at once: the strictest counts."""
    found = [of_request(request, policy) for request in requests]
    return max(found, key=_ORDER.index, default=Shows.FILE)
