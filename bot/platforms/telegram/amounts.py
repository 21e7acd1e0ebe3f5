"""How much a document is about: asked on the draft's card where routes depend on it, shown on every card."""

from __future__ import annotations

from dataclasses import replace

from aiogram.utils.formatting import Bold

from bot import amount_words
from bot.phrases import amounts
from bot.platforms.telegram import prompts, shown
from bot.platforms.telegram.buttons import Button, Press
from bot.platforms.telegram.cards import GAP, Card, View, amount, documents, fault, lines
from bot.platforms.telegram.core import Core, Reader
from bot.platforms.telegram.prompts import Awaited, Prompt
from bot.platforms.telegram.requester_verbs import face
from bot.platforms.telegram.shown import Mode
from signing.approval import showing
from signing.approval.showing import Shows
from signing.ports import Transaction

MODE = "amount"
"""The mode of the card while its requester is to write an amount."""


async def ask(core: Core, press: Press, reader: Reader) -> str:
    """The next message is the amount."""
    prompt = Prompt(awaited=Awaited.AMOUNT, request=press.request, card=press.card)
    async with core.store.begin() as tx:
        await prompts.open_prompt(tx, reader.chat, prompt, now=core.clock.now())
    await face(core, press, Mode(name=MODE))
    return ""


async def awaited(tx: Transaction, core: Core, reader: Reader, text: str) -> Prompt | None:
    """Return what a number means that came without a press: the amount of the newest draft that wants one."""
    draft = await amount_words.draft_for(tx, reader.person, text, policy=core.policy)
    if draft is None or showing.of_request(draft, core.policy) is Shows.LINK:
        return None
    card = shown.name_of(draft.id, reader.person.id)
    return Prompt(awaited=Awaited.AMOUNT, request=draft.id, card=card, is_asked=False)


async def take(core: Core, prompt: Prompt, text: str, reader: Reader) -> None:
    """Take the amount that the requester wrote; of what is none the card says why, and waits for another one."""
    is_awaited, said = await amount_words.take(
        core.decisions, prompt.request, text, by=reader.person, policy=core.policy, language=reader.language
    )
    mode, now = Mode(name=MODE if is_awaited else "", fault=said), core.clock.now()
    async with core.store.begin() as tx:
        if is_awaited:
            await prompts.open_prompt(tx, reader.chat, replace(prompt, is_asked=True), now=now)
        else:
            await prompts.close(tx, reader.chat, now=now)
        await shown.want(tx, prompt.card, now=now, mode=mode)


def render(view: View) -> Card:
    """Return the card while an amount is awaited."""
    text = lines(documents(view), amount(view), GAP, Bold(question(view)), fault(view))
    return Card(text=text, rows=[[view.button("back")]])


def buttons(view: View) -> list[Button]:
    """Return the way to say the amount, or another one; what must not pass the chat is said on our page."""
    if not view.takes_amount:
        return []
    if view.shows is Shows.LINK:
        return [view.button("page")]
    return [view.button("amount", label=view.say("button-amount" if view.wants_amount else "button-amount-again"))]


def question(view: View, *, is_needed: bool = True) -> str:
    """Return the question, or where it is not needed what an amount is good for."""
    if view.shows is Shows.LINK:
        return view.say("amount-on-page")
    return amounts.question(view.reader.language, view.policy.routes.currency, is_needed=is_needed)
