"""“Attach to deal…”: the requester looks for a place outside with their own rights; the signed file goes there too."""

from __future__ import annotations

from dataclasses import asdict, replace

from aiogram.utils.formatting import Bold

from bot.phrases import error, say
from bot.platforms.telegram import prompts, shown
from bot.platforms.telegram.buttons import Button, Press
from bot.platforms.telegram.cards import GAP, Card, View, documents, fault, filed, lines
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.prompts import Awaited, Prompt
from bot.platforms.telegram.requester_verbs import face
from bot.platforms.telegram.shown import Mode
from signing.errors import FilingUnavailable
from signing.filing import OPEN, Place, Places, place_of
from signing.ports import Transaction
from signing.request import RequestId

MODE = "attach"
"""The mode of the card while its requester looks for a place; the argument is a link where one must be opened first."""
FOUND = "found-place"
"""Notes by card: what the last search has found."""
SHOWN = 4
"""Places on the card: two rows of two."""


async def attach(core: Core, press: Press, reader: Reader) -> str:
    """Without an argument: look for a place; with one: the signed files go there too."""
    places, person = _places(core), reader.person.id
    if press.argument:
        place = await places.find(person, press.argument)
        await core.filing.file(press.request, by=person, place=place)
        await face(core, press)
        return ""
    link = "" if await places.is_open_to(person) else await places.way_in(person, press.request)
    prompt = Prompt(awaited=Awaited.PLACE, request=press.request, card=press.card)
    await _show(core, reader, prompt, Mode(name=MODE, argument=link), ())
    return ""


async def detach(core: Core, press: Press, reader: Reader) -> str:
    """The signed files go to no place but the chat."""
    await core.filing.take_out(press.request, by=reader.person.id)
    await face(core, press)
    return say(reader.language, "toast-detached")


async def search(core: Core, prompt: Prompt, text: str, reader: Reader) -> None:
    """Look for what the requester wrote; the card shows what there is, and waits for other words."""
    places, person, found = core.places, reader.person.id, tuple[Place, ...]()
    if places is None:  # switched off while the chat was waiting
        return
    try:
        found = await places.search(person, text)
        mode = Mode(name=MODE, fault="" if found else say(reader.language, "attach-none"))
    except FilingUnavailable as failure:
        is_unlinked = failure.facts.get("reason") == "not_linked"
        link = await places.way_in(person, RequestId(prompt.request)) if is_unlinked else ""
        mode = Mode(name=MODE, argument=link, fault=error(reader.language, failure))
    await _show(core, reader, prompt, mode, found)


async def with_places(tx: Transaction, core: Core, view: View) -> View:
    """Add to a view where its signed files go, and what its requester has found."""
    request = view.request
    is_asked = core.places is not None and request.requester == view.reader.person.id
    if not is_asked or request.reply_to.keeps_file or request.state not in OPEN:
        return replace(view, place=await place_of(tx, request.lead))
    card = shown.name_of(request.id, view.reader.person.id)
    found = await tx.notes.get(space=FOUND, name=card, now=view.now) if view.mode.name == MODE else None
    listed = tuple(Place(**place) for place in (found or {}).get("places", ()))
    return replace(view, place=await place_of(tx, request.id), can_file=True, found=listed)


async def with_link(core: Core, view: View) -> View:
    """Leave the link out as soon as its person has let us look."""
    if view.mode.name != MODE or not view.mode.argument or core.places is None:
        return view
    is_open = await core.places.is_open_to(view.reader.person.id)
    return replace(view, mode=Mode(name=MODE)) if is_open else view


def render(view: View) -> Card:
    """Return the card while a place is looked for."""
    last = [view.button("back"), *([view.button("detach")] if view.place else [])]
    if view.mode.argument:
        text = lines(documents(view), GAP, Bold(view.say("attach-log-in")), fault(view))
        return Card(text=text, rows=[[Button(label=view.say("button-log-in"), url=view.mode.argument)], last])
    ask = view.say("attach-which" if view.found else "attach-how")
    more = view.say("attach-more") if len(view.found) > SHOWN else ""
    text = lines(documents(view), filed(view), GAP, Bold(ask), more, fault(view))
    buttons = [view.button("attach", place.name, label=place.title[:40]) for place in view.found[:SHOWN]]
    return Card(text=text, rows=[row for row in (buttons[:2], buttons[2:], last) if row])


def buttons(view: View) -> list[Button]:
    """Return the way to look for a place, where there are any."""
    return [view.button("attach")] if view.can_file else []


async def _show(core: Core, reader: Reader, prompt: Prompt, mode: Mode, found: tuple[Place, ...]) -> None:
    now = core.clock.now()
    body = {"places": [asdict(place) for place in found]}
    async with core.store.begin() as tx:
        await tx.notes.put(space=FOUND, name=prompt.card, body=body, expires_at=now + prompts.LIFE)
        await prompts.open_prompt(tx, reader.chat, prompt, now=now)
        await shown.want(tx, prompt.card, now=now, mode=mode)


def _places(core: Core) -> Places:
    if core.places is None:
        raise FilingUnavailable(reason="away")
    return core.places
