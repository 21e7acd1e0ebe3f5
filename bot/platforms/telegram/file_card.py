"""The message with the signed file: its receipt, and the ways on to a client with how each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram.utils.formatting import Text

from bot.phrases import moment, reason, say
from bot.platforms.telegram import shown
from bot.platforms.telegram.buttons import Button
from bot.platforms.telegram.cards import GAP, Card, lines
from bot.platforms.telegram.core import Core, Reader, reader_of
from bot.platforms.telegram.shown import Mode
from signing.activation.mandate import is_mandate
from signing.approval import showing
from signing.approval.showing import Shows
from signing.document import fingerprint
from signing.people import PersonId
from signing.ports import Delivery, Signature
from signing.request import RequestId, SigningRequest, State, written
from signing.sharing import MAIL, SharedLink, SharePolicy, letters_of, links_of
from signing.signed_files import files_of, kind_of

TOLD = 3
"""The newest links, and as many letters, have a line of their own."""
ADDRESS = "mail"
SURE = "mail-sure"
"""Faces of the card: the address is awaited; it is shown and not used yet."""


@dataclass(frozen=True, kw_only=True)
class FileView:
    """What the message says."""

    reader: Reader
    request: SigningRequest
    signature: Signature
    """Of the file that the message carries."""
    signer: str
    links: Sequence[SharedLink]
    letters: Sequence[Delivery]
    policy: SharePolicy
    mode: Mode
    now: datetime
    public_url: str | None
    shows: Shows = Shows.FILE

    def say(self, key: str, **facts: Any) -> str:
        """Return a phrase in the reader's language."""
        return say(self.reader.language, key, **facts)

    def button(self, verb: str, argument: str = "", *, style: str | None = None) -> Button:
        """Return the button of a verb."""
        return Button(label=self.say(f"button-{verb}"), verb=verb, argument=argument, style=style)


async def gather(core: Core, request: RequestId, person: PersonId) -> FileView | None:
    """Gather the message with the last signed file; None where it was not sent to this person."""
    now = core.clock.now()
    async with core.store.read() as tx:
        card = await shown.load(tx, shown.file_of(request, person), now=now)
        reader = await reader_of(tx, person, core) if card.message is not None else None
        if reader is None:
            return None
        found, signatures = await tx.requests.get(request), await tx.signatures.of(request)
        if found.state is not State.SIGNED:
            return None
        return FileView(
            reader=reader, request=found, signature=signatures[-1],
            signer=(await tx.people.get(signatures[-1].signer)).name, links=await links_of(tx, request),
            letters=await letters_of(tx, request), policy=core.sharing.policy, mode=card.mode, now=now,
            public_url=core.public_url, shows=showing.of_request(found, core.policy),
        )  # fmt: skip


def receipt(
    language: str, request: SigningRequest, signature: Signature, *, signer: str, public_url: str | None,
    shows: Shows = Shows.FILE,
) -> str:  # fmt: skip
    """Return what is said with a signed file: who, how, its fingerprint, and where to check it."""
    kind = "receipt-sealed" if is_mandate(signature.signer) else "receipt"
    told = [
        say(language, kind, signer=signer, level=say(language, f"level-{kind_of(request.format, signature.level)}")),
        say(language, "fingerprint", value=fingerprint(files_of(request, signature)[0].sha256)),
        say(language, "number", number=written(request.id)),
        f"{public_url}/v/{request.id}" if public_url else "",
        "" if shows is Shows.FILE else say(language, "signed-on-page"),
    ]
    return "\n".join(line for line in told if line)


def render(view: FileView) -> Card:
    """Return the receipt, what was sent to clients, and what may be done now."""
    said = receipt(
        view.reader.language, view.request, view.signature, signer=view.signer, public_url=view.public_url,
        shows=view.shows,
    )  # fmt: skip
    fault = f"❗ {view.mode.fault}" if view.mode.fault else ""
    sent = [*(_link(view, link) for link in view.links[-TOLD:]), *(_letter(view, one) for one in view.letters[-TOLD:])]
    ask, rows = _faces(view)
    gap = (GAP,) if sent or ask or fault else ()
    return Card(text=lines(Text(said), *gap, *sent, ask, fault), rows=rows)


def _faces(view: FileView) -> tuple[str, list[list[Button]]]:
    if view.mode.name == ADDRESS:
        return view.say("client-address"), [[view.button("back")]]
    if view.mode.name == SURE:
        address = view.mode.argument
        sure = [view.button(SURE, address, style="primary"), view.button("back")]
        return view.say("client-sure", address=address), [sure]
    ways = [
        *([view.button("share")] if view.policy.links and view.shows is not Shows.LINK else []),
        *([view.button("mail")] if view.policy.mails else []),
    ]
    is_open = any(not link.end(view.now) for link in view.links)
    page = [] if view.shows is Shows.FILE else [view.button("page")]
    return "", [page, ways, [*([view.button("unshare")] if is_open else []), view.button("how")]]


def _link(view: FileView, link: SharedLink) -> str:
    if why := link.end(view.now):
        return view.say("client-link-ended", link=link.id, why=view.say(f"client-ended-{why.replace('_', '-')}"))
    until = moment(view.reader.language, link.expires_at, now=view.now, zone=view.reader.zone)
    return view.say("client-link-open", link=link.id, moment=until, downloads=link.downloads, most=link.most)


def _letter(view: FileView, letter: Delivery) -> str:
    address = letter.channel.removeprefix(MAIL)
    why = reason(view.reader.language, str(letter.receipt.get("reason", "unfinished")))
    state = letter.state if letter.state in ("delivered", "failed") else "promised"
    return view.say(f"client-mail-{state}", address=address, reason=why)
