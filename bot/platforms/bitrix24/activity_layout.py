"""What the activity of a request shows: header, blocks and buttons, as the portal's layout (reference 5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.phrases import reason, say
from bot.platforms.bitrix24.timeline import plain
from signing.automatic import standing_of
from signing.document import fingerprint
from signing.request import SigningRequest, State, written

ACTIONS = ("sign", "reject")
"""The buttons, by the name that comes back when somebody presses one."""
REQUEST = "request"
"""Of a button's parameters: the number of the request. It passes through browsers, so it is nothing secret."""

_TAGS = {
    State.WAITING: "warning", State.FROZEN: "failure", State.SIGNING: "primary", State.SIGNED: "success",
    State.REJECTED: "failure", State.EXPIRED: "secondary", State.CANCELLED: "secondary", State.DRAFT: "secondary",
}  # fmt: skip
_STYLES = {"sign": "primary", "reject": "secondary"}


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What is shown of one request."""

    request: SigningRequest
    signer: str
    requester: str
    user: int | None
    """The signer's number in the portal; None for somebody who is not linked, who gets no buttons."""
    answer: str
    """What became of the last press: `card`, `page`, `only`; empty when nobody pressed since the signer was asked."""
    language: str
    check_url: str

    @property
    def is_asking(self) -> bool:
        """Whether there is something to press, and somebody in the portal to press it."""
        return self.request.state is State.WAITING and self.user is not None


def layout(sight: Sight) -> dict[str, Any]:
    """Return the whole layout: the portal takes it instead of the former one, nothing is merged."""
    request, language = sight.request, sight.language
    tag = {"title": say(language, f"activity-tag-{request.state.value}"), "type": _TAGS[request.state]}
    footer: dict[str, Any] = {"menu": {"showPostponeItem": False, "showDeleteItem": False}}
    if sight.is_asking:
        footer["buttons"] = {action: _button(action, sight) for action in ACTIONS}
    return {
        "icon": {"code": "document"},
        "header": {"title": say(language, "activity-title"), "tags": {"state": tag}},
        "body": {"logo": {"code": "document"}, "blocks": _blocks(sight)},
        "footer": footer,
    }


def _blocks(sight: Sight) -> dict[str, Any]:
    request = sight.request
    document = request.documents[0]
    shown = {
        "says": {"type": "text", "properties": {"value": _says(sight), "multiline": True, "bold": True}},
        "document": _titled("document", document.name, sight),
        "requester": _titled("requester", sight.requester, sight),
        "signer": _titled("signer", sight.signer, sight),
        # the portal writes the moment in the reader's own time zone
        "deadline": _pair("deadline", {"type": "deadline", "properties": {"readonly": True}}, sight),
        "fingerprint": _titled("fingerprint", fingerprint(document.sha256), sight),
    }
    if request.comment:
        shown["comment"] = _titled("comment", request.comment, sight, is_inline=False)
    shown["number"] = _titled("number", written(request.id), sight)
    if request.state is State.SIGNED:
        action = {"type": "redirect", "uri": sight.check_url}
        words = say(sight.language, "activity-check")
        shown["check"] = {"type": "link", "properties": {"text": words, "action": action}}
    return shown


def _says(sight: Sight) -> str:
    key = f"says-{standing_of(sight.request)}"
    if key == "says-waiting":
        key = f"answer-{sight.answer}" if sight.answer and sight.is_asking else key if sight.is_asking else "says-away"
    why = plain(reason(sight.language, sight.request.reason))
    return say(sight.language, f"activity-{key}", signer=plain(sight.signer), reason=why)


def _titled(name: str, value: str, sight: Sight, *, is_inline: bool = True) -> dict[str, Any]:
    text = {"type": "text", "properties": {"value": plain(value), "multiline": not is_inline}}
    return _pair(name, text, sight, is_inline=is_inline)


def _pair(name: str, block: dict[str, Any], sight: Sight, *, is_inline: bool = True) -> dict[str, Any]:
    title = say(sight.language, f"activity-{name}")
    return {"type": "withTitle", "properties": {"title": title, "block": block, "inline": is_inline}}


def _button(action: str, sight: Sight) -> dict[str, Any]:
    pressed = {
        "type": "restEvent", "id": action, "actionParams": {REQUEST: sight.request.id},
        "animationType": "loader",
    }  # fmt: skip
    return {"title": say(sight.language, f"activity-button-{action}"), "type": _STYLES[action], "action": pressed}
