"""What must not pass this chat is taken out of a request before any card or notice is made of it."""

from __future__ import annotations

from dataclasses import replace

from bot.phrases import knows, say
from signing.approval import showing
from signing.approval.policy import ApprovalPolicy
from signing.approval.showing import Shows
from signing.request import SigningRequest, written


def veiled(request: SigningRequest, *, policy: ApprovalPolicy, language: str) -> SigningRequest:
    """Return the request as the chat may know it; sizes, fingerprints and codes of warnings stay."""
    if showing.of_request(request, policy) is not Shows.LINK:
        return request
    count = len(request.documents)
    documents = tuple(
        replace(
            one, earlier=(), original_name=say(language, "veiled-file"),
            name=say(language, "veiled-document", number=written(request.id), place=one.position + 1, count=count),
        )
        for one in request.documents
    )  # fmt: skip
    return replace(
        request, documents=documents, comment="", amount=None, reason=veiled_words(request.reason, language=language)
    )


def veiled_words(words: str, *, language: str) -> str:
    """Return a reason's code as it is, and instead of somebody's own words where they stand."""
    is_code = not words or knows(language, f"reason-{words.replace('_', '-')}")
    return words if is_code else say(language, "veiled-words")
