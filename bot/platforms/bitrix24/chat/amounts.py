"""How much a document is about: asked on the draft's card where routes depend on it, shown on every card."""

from __future__ import annotations

from dataclasses import replace

from bot import amount_words
from bot.phrases import amounts
from bot.platforms.bitrix24.chat import prompts, shown
from bot.platforms.bitrix24.chat.buttons import Button, Press
from bot.platforms.bitrix24.chat.cards import GAP, Card, View, amount, answers, bold, documents, lines
from bot.platforms.bitrix24.chat.core import ChatCore, Reader
from bot.platforms.bitrix24.chat.prompts import Awaited, Prompt
from bot.platforms.bitrix24.chat.shown import Mode
from signing.ports import Transaction

MODE = "amount"
"""The mode of the card while its requester is to write an amount."""


async def ask(core: ChatCore, press: Press, reader: Reader) -> Mode:
    """The next message is the amount."""
    prompt = Prompt(awaited=Awaited.AMOUNT, request=press.request, card=press.card)
    async with core.store.begin() as tx:
        await prompts.open_prompt(tx, reader.user, prompt, now=core.clock.now())
    return Mode(name=MODE)


async def awaited(tx: Transaction, core: ChatCore, reader: Reader, text: str) -> Prompt | None:
    """Return what a number means that came without a press: the amount of the newest draft that wants one."""
    draft = await amount_words.draft_for(tx, reader.person, text, policy=core.policy)
    if draft is None:
        return None
    card = shown.name_of(draft.id, reader.person.id)
    return Prompt(awaited=Awaited.AMOUNT, request=draft.id, card=card, is_asked=False)


async def take(core: ChatCore, prompt: Prompt, text: str, reader: Reader) -> None:
    """Take the amount that the requester wrote; of what is none the card says why, and waits for another one."""
    is_awaited, fault = await amount_words.take(
        core.decisions, prompt.request, text, by=reader.person, policy=core.policy, language=reader.language
    )
    mode, now = Mode(name=MODE if is_awaited else "", fault=fault), core.clock.now()
    async with core.store.begin() as tx:
        if is_awaited:
            await prompts.open_prompt(tx, reader.user, replace(prompt, is_asked=True), now=now)
        else:
            await prompts.close(tx, reader.user, now=now)
        await shown.want(tx, prompt.card, now=now, mode=mode)


def render(view: View) -> Card:
    """Return the card while an amount is awaited."""
    text = lines(documents(view), amount(view), GAP, bold(question(view)), answers(view))
    return Card(text=text, rows=[[view.button("back")]])


def buttons(view: View) -> list[Button]:
    """Return the way to say the amount, or another one."""
    label = view.say("button-amount" if view.wants_amount else "button-amount-again")
    return [view.button("amount", label=label)] if view.takes_amount else []


def question(view: View, *, is_needed: bool = True) -> str:
    """Return the question, or where it is not needed what an amount is good for."""
    return amounts.question(view.reader.language, view.policy.routes.currency, is_needed=is_needed)
